#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`entente load` against a small DSS that keeps its word, and against ones that do not (fake_dss.py).

usage: test_load.py ENTENTE
"""
import concurrent.futures
import contextlib
import json
import multiprocessing
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import fake_dss

PROGRAM = None
SHARES = ['min', 'median', 'p90', 'p99', 'p99_9', 'max']
MIXES = ['spread', 'busy', 'get', 'query', 'mixed']


@contextlib.contextmanager
def dss(fault=None, every=40):
    # Forked, for to read in what it needs would take longer than it serves.
    forks = multiprocessing.get_context('fork')
    ours, theirs = forks.Pipe(duplex=False)
    process = forks.Process(target=fake_dss.run, args=(fault, every, theirs.send), daemon=True)
    process.start()
    try:
        yield f'http://127.0.0.1:{ours.recv()}'
    finally:
        process.terminate()
        process.join()


def load(url, *arguments):
    words = [PROGRAM, 'load', '--url', url, '--seconds', '1', *arguments]
    return subprocess.run(words, capture_output=True, text=True, timeout=100, check=False)


def load_dev(url, mix, *arguments):
    population = [] if mix in ('spread', 'busy') else ['--population', '200']
    run = load(url, '--dev', '--json', '--mix', mix, '--connections', '3', *population, *arguments)
    return run, json.loads(run.stdout) if run.stdout else None


def load_fake(mix, fault=None, every=40):
    with dss(fault, every) as url:
        return load_dev(url, mix)


def load_fakes(*cases):
    """Some at once, since each takes its second whatever the machine."""
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        runs = [pool.submit(load_fake, *case) for case in cases]
        return [(case, *run.result()) for case, run in zip(cases, runs)]


class Load(unittest.TestCase):
    def check_summary(self, mix, summary):
        self.assertEqual(summary['mix'], mix)
        self.assertEqual(summary['connections'], 3)
        self.assertGreaterEqual(summary['seconds'], 1)
        self.assertGreater(summary['requests'], 0)
        self.assertAlmostEqual(summary['rate_per_s'], summary['requests'] / summary['seconds'],
                               delta=summary['rate_per_s'] / 1000 + 0.1)  # seconds are rounded
        self.assertEqual(sum(summary['errors_by_status'].values()), summary['errors'])
        lost = summary['errors_by_status'].get('lost', 0)
        self.assertEqual(sum(act['answers'] for act in summary['acts']) + lost, summary['requests'])
        for latency in [summary['latency_ms']] + [act['latency_ms'] for act in summary['acts']]:
            self.assertEqual(list(latency), SHARES)
            self.assertEqual(sorted(latency.values()), list(latency.values()))

    def test_every_mix_is_answered_well_and_kept(self):
        for (mix,), run, summary in load_fakes(*[(mix,) for mix in MIXES]):
            with self.subTest(mix):
                self.assertEqual((run.returncode, run.stderr), (0, ''))
                self.check_summary(mix, summary)
                self.assertEqual(summary['errors'], 0)
                checked = summary['checked']
                self.assertEqual((checked['wrong'], checked['unknown']), (0, 0))
                self.assertEqual(checked['looked_at'], checked['live'] + checked['gone'])

    def test_a_busy_cell_keeps_50_neighbours_and_what_its_keys_lack_is_sent_again(self):
        with dss() as url:
            run, summary = load_dev(url, 'busy')
            self.assertEqual(run.returncode, 0)
            self.assertIn(summary['checked']['live'], range(50, 54))
            self.assertGreater(summary['checked']['gone'], 1)
            # Three connections: often two creates are under way at once, and neither has the other's OVN.
            self.assertGreater(summary['conflicts'], 0)
            self.assertEqual(summary['errors'], 0)

    def test_a_mixture_has_everything_in_it(self):
        with dss() as url:
            run, summary = load_dev(url, 'mixed', '--seconds', '3')
            self.assertEqual(run.returncode, 0)
            acts = {(act['act'], act['of']): act['answers'] for act in summary['acts']}
            for verb in ('create', 'update', 'delete', 'get', 'query'):
                self.assertIn((verb, 'intent'), acts)
            for kind in ('constraint', 'subscription'):
                self.assertTrue(any(of == kind for _, of in acts), kind)
            self.assertGreater(acts['update', 'intent'], acts['delete', 'intent'])

    def test_a_lie_is_found(self):
        lies = [('spread', 'forgets', 5), ('busy', 'undead', 3), ('mixed', 'stale', 4), ('spread', 'ovn', 5),
                ('mixed', 'state', 4), ('query', 'blind', 1)]
        for (mix, fault, _), run, summary in load_fakes(*lies):
            with self.subTest(fault):
                self.assertEqual(run.returncode, 1)
                self.check_summary(mix, summary)
                self.assertGreater(summary['checked']['wrong'], 0)
                self.assertIn('entente: ', run.stderr)
                self.assertLessEqual(run.stderr.count('\n'), 10)

    def test_one_single_lie_is_found(self):
        with dss('forgets', 30) as url:
            run, summary = load_dev(url, 'busy', '--connections', '1')
            # Of its 50 neighbours it forgot the 29th; that is gone before the end, or it is not: both are seen.
            self.assertEqual(run.returncode, 1)
            self.assertIn('it was acknowledged, and is 404', run.stderr)

    def test_what_is_lost_is_counted_and_held_against_nobody(self):
        kinds = {'lost': 'lost', 'fails': '503', 'strange': 'lost'}
        cases = [('spread', 'lost', 15), ('mixed', 'lost', 15), ('mixed', 'fails', 15), ('get', 'strange', 15)]
        for (mix, fault, _), run, summary in load_fakes(*cases):
            with self.subTest(fault, mix=mix):
                self.assertEqual((run.returncode, run.stderr), (0, ''))
                self.check_summary(mix, summary)
                self.assertGreater(summary['errors_by_status'][kinds[fault]], 0)
                self.assertGreater(summary['checked']['unknown'], 0)
                self.assertEqual(summary['checked']['wrong'], 0)

    def test_answers_in_chunks_and_connections_that_close_are_as_good(self):
        for (_, fault, _), run, summary in load_fakes(('mixed', 'chunks', 3), ('mixed', 'closes', 3)):
            with self.subTest(fault):
                self.assertEqual((run.returncode, run.stderr), (0, ''))
                self.assertEqual((summary['errors'], summary['checked']['wrong']), (0, 0))
                self.assertGreater(summary['requests'], 10)

    def test_without_json_the_summary_is_one_line(self):
        with dss() as url:
            run = load(url, '--dev', '--mix', 'get', '--population', '20')
            self.assertEqual((run.returncode, run.stderr, run.stdout.count('\n')), (0, '', 1))
            self.assertRegex(run.stdout, r'^get: \d+ requests in \d+\.\d s, \d+\.\d/s, 0 errors; ms: min \d+\.\d{3}, '
                             r'median .*, p90 .*, p99 .*, p99.9 .*, max .*; .* us of our CPU each; '
                             r'checked 21 of 21 \(20 live, 1 gone; 0 unknown\): 0 wrong\n$')

    def test_who_cannot_be_loaded_is_said(self):
        with dss() as url:
            silent = url
        cases = [('nobody is there', silent, '--dev', 'Connection refused'),
                 ('no such host', 'http://nowhere.invalid', '--dev', 'nowhere.invalid: ')]
        for why, url, token, says in cases:
            with self.subTest(why):
                run = load(url, token)
                self.assertEqual((run.returncode, run.stdout), (2, ''))
                self.assertIn(says, run.stderr)
        with dss('token') as url:
            run = load(url, '--dev')
            self.assertEqual((run.returncode, run.stdout), (2, ''))
            self.assertIn('our token was answered 401: the token is not one of ours', run.stderr)
        with dss('strange', 1) as url:
            run = load(url, '--dev')
            self.assertEqual((run.returncode, run.stdout), (2, ''))
            self.assertIn('a GET of an intent that is not there was not answered', run.stderr)

    def test_a_token_may_come_from_a_file(self):
        with tempfile.TemporaryDirectory() as folder, dss() as url:
            path = pathlib.Path(folder) / 'token'
            for text, status, says in [('nonsense\n', 2, 'our token was answered 401'),
                                       ('two words\n', 2, 'it does not hold one token'),
                                       ('', 2, 'it does not hold one token'),
                                       ('x' * 8193, 2, 'it does not hold one token')]:
                path.write_text(text, encoding='utf-8')
                run = load(url, '--token-file', path)
                self.assertEqual((run.returncode, run.stdout), (status, ''))
                self.assertIn(says, run.stderr)
            run = load(url, '--token-file', path.with_name('none'))
            self.assertEqual(run.returncode, 2)
            self.assertIn('cannot be opened: No such file or directory', run.stderr)
            path.write_text(fake_dss.token() + '\r\n', encoding='utf-8')
            self.assertEqual(load(url, '--token-file', path).returncode, 0)

    def test_a_server_under_a_path_is_found(self):
        with dss() as url:
            run = load(url + '/else/', '--dev')
            # Our DSS has no such path, so the first GET is right and all others are not.
            self.assertEqual(run.returncode, 0)
            self.assertIn('errors (404: ', run.stdout)


if __name__ == '__main__':
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=1)
