# SPDX-License-Identifier: Apache-2.0
"""`entente serve` as the node of a party: what joins, what it says of itself, its clock, and how it stops."""
import atexit
import contextlib
import datetime
import http.client
import os
import pathlib
import re
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time

import serving
import test_serve
from peer import free_address
from serving import PLAN, SUBSCRIPTIONS, WAIT_S, Case, Node, dev_token, new_id, run, subscription

PASSPHRASE = 'correct horse battery'
UTC = datetime.timezone.utc
HOUR = datetime.timedelta(hours=1)


def parse(text):
    return datetime.datetime.fromisoformat(text.replace('Z', '+00:00'))


def print_time(moment):
    return moment.astimezone(UTC).strftime('%Y-%m-%dT%H:%M:%SZ')


class Party(Node):
    """The node of a party, and its door for the command line."""

    def __init__(self, data, *options, **how):
        self.card = data / 'party/card.txt'
        self.id = re.search('(?m)^party (.*)$', self.card.read_text())[1]
        address = re.search('(?m)^address https://(.*)$', self.card.read_text())
        peers = ['--peers-listen', address[1]] if address else []
        super().__init__('--metrics-listen', '127.0.0.1:0', *peers, *options, data=data, **how)

    def door(self, path, method='GET', body=None, token=None):
        url, own = (self.data / 'control').read_text().split()[:2]
        headers = {'Content-Type': 'application/json'} if body is not None else {}
        return self.ask(path, method, body, token or own, headers, url=url)

    def lines(self):
        return {party['id']: party['line']['state'] for party in self.door('/v1/parties').json()['parties']}

    def wait_for_lines(self, state, n=1):
        until = time.monotonic() + WAIT_S
        while list(self.lines().values()) != [state] * n:
            if time.monotonic() > until:
                raise AssertionError(f'{self.lines()}, not {n} times {state}:\n' + ''.join(self.log))
            time.sleep(0.02)

    def wait_until_written(self):
        """What there is with the other party, once that has said how much of our ledger it has."""
        until = time.monotonic() + WAIT_S
        while not (party := self.door('/v1/parties').json()['parties'][0])['owed']:
            if time.monotonic() > until:
                raise AssertionError('it still asks:\n' + ''.join(self.log))
            time.sleep(0.02)
        return party

    def kinds_of_alarms(self):
        """But for those of clocks: a test sets them one after the other."""
        kinds = [one['kind'] for one in self.door('/v1/alarms').json()['alarms']]
        return [kind for kind in kinds if kind not in ('clock-ahead', 'clock-behind')]

    def now(self):
        return parse(self.door('/v1/state').json()['time'])

    def set_clock(self, moment):
        return self.door('/v1/clock', 'POST', {'time': print_time(moment)})


class Parties(Case):
    """Parties are made once, since that costs a second each, and copied for each test."""
    made = None

    @classmethod
    def setUpClass(cls):
        if Parties.made is not None:
            return
        folder = tempfile.TemporaryDirectory()
        atexit.register(folder.cleanup)
        Parties.made = pathlib.Path(folder.name)
        (cls.made / 'passphrase').write_text(PASSPHRASE + '\n')
        for name, title, options in (('aid', 'Aid 7', ['--dev']), ('north', 'Клетка Север', ['--dev']), ('earnest', 'Aid 8', [])):
            options += ['--address', 'https://%s:%d' % free_address()] if options else []
            done = run('init', '--data', cls.made / name, '--name', title, '--passphrase-file', cls.made / 'passphrase', *options)
            assert done.returncode == 0, done.stderr

    def party(self, name):
        shutil.copytree(self.made / name, self.folder / name)
        return self.folder / name

    def know(self, who, whom):
        done = run('party', 'add', whom / 'party/card.txt', '--data', who, '--confirm')
        self.assertEqual(done.returncode, 0, done.stderr)

    def begin(self, data, *options, dev=True, **how):
        node = Party(data, *(['--dev'] if dev else []), *options, **how).start()

        def stop():
            if node.process.poll() is None:
                self.assertEqual(node.stop(), 0, ''.join(node.log))
        self.stack.callback(stop)
        return node

    def two(self):
        aid, north = self.party('aid'), self.party('north')
        self.know(aid, north)
        self.know(north, aid)
        return self.begin(aid), self.begin(north)


class Joins(Parties):
    def test_join__the_lines_of_two_parties_come_up_by_themselves_and_are_told_of(self):
        aid, north = self.two()
        aid.wait_for_lines('up')
        north.wait_for_lines('up')
        party = aid.ask('/healthz').json()['party']
        self.assertEqual(party['links'], {'untested': 0, 'up': 1, 'late': 0, 'lost': 0})
        self.assertEqual((party['settable_clock'], party['alarms'], party['ledgers_frozen'], party['memoranda']), (True, 0, 0, 0))
        # Who the others are is not for everybody who may ask.
        self.assertNotIn(north.id, aid.ask('/healthz').body.decode())
        metrics = aid.metrics().body.decode().splitlines()
        for state, value in ('up', 1), ('late', 0), ('lost', 0), ('untested', 0):
            self.assertIn(f'entente_link_state{{party="{north.id}",state="{state}"}} {value}', metrics)
        self.assertIn(f'entente_link_missed{{party="{north.id}"}} 0', metrics)
        self.assertIn('entente_memoranda_in_force 0', metrics)
        self.assertIn('entente_memoranda_waiting 0', metrics)
        told = {line.split()[2]: line.split()[3] for line in metrics if line.startswith('# TYPE')}
        self.assertEqual(told, test_serve.documented_metrics(party=True))
        aid.wait_for(f'the node is party {aid.id}, \\"Aid 7\\", and its clock can be set; peers connect at https://127.')

    def test_join__with_few_files_half_open_connections_leave_room_for_an_honest_peer(self):
        aid, north = self.party('aid'), self.party('north')
        self.know(aid, north)
        self.know(north, aid)
        first = self.begin(aid, prefix=('prlimit', '--nofile=256:256'))
        host, port = re.search('(?m)^address https://(.*):(.*)$', first.card.read_text()).groups()
        with contextlib.ExitStack() as stack:
            for _ in range(300):
                stack.enter_context(socket.create_connection((host, int(port))))
            # Such a one is cut after some 30 seconds; nobody else waits for that.
            begun = time.monotonic()
            second = self.begin(north)
            for node in first, second:
                node.wait_for_lines('up')
            took = time.monotonic() - begun
            with os.scandir(f'/proc/{first.process.pid}/fd') as files:
                self.assertLess(len(list(files)), 256 - 32)
            self.assertLess(took, 15)

    def test_join__is_a_discovery_service_as_before(self):
        aid = self.begin(self.party('aid'))
        answer = aid.ask(f'{SUBSCRIPTIONS}/{new_id()}', 'PUT', subscription(), dev_token())
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(aid.ask('/healthz').json()['status'], 'ok')

    def test_join__without_a_party_nothing_of_it_is_there(self):
        node = self.start('--dev', '--metrics-listen', '127.0.0.1:0')
        health = node.ask('/healthz').json()
        self.assertEqual((health['status'], 'party' in health), ('ok', False))
        self.assertNotIn('entente_link', node.metrics().body.decode())
        self.assertEqual(node.ask('/v1/state').status, 404)
        self.assertFalse((node.data / 'control').exists())
        self.assertFalse((node.data / 'evidence').exists())

    def test_v1__is_the_office_s_on_the_main_listener_and_has_its_door_for_the_command_line(self):
        aid = self.begin(self.party('aid'))
        self.assertEqual(aid.ask('/v1/parties').status, 401)
        url, token = (aid.data / 'control').read_text().split()[:2]
        # The token opens the door on this machine, and no other.
        self.assertEqual(aid.ask('/v1/parties', token=token).status, 401)
        self.assertEqual(aid.door('/v1/state').json()['party'], {'id': aid.id, 'name': 'Aid 7'})
        self.assertEqual((aid.data / 'control').stat().st_mode & 0o777, 0o600)
        self.assertEqual(aid.stop(), 0)
        self.assertFalse((aid.data / 'control').exists())

    def test_again__a_party_that_is_confirmed_while_the_node_runs_gets_its_line(self):
        aid, north = self.begin(self.party('aid')), self.begin(self.party('north'))
        self.assertEqual(aid.lines(), {})
        # The command tells the node that runs.
        self.know(aid.data, north.data)
        self.assertEqual(list(aid.lines()), [north.id])
        aid.wait_for(f'peer {north.id}: it is known now, by its card number 1')
        self.assertEqual(aid.door('/v1/parties/again', 'POST').json(), {'changed': 0})
        # What comes into the folder by another way is read when the node is told to.
        shutil.copytree(north.data / 'party', self.folder / 'other/party')
        self.know(self.folder / 'other', aid.data)
        shutil.copy(self.folder / f'other/party/{aid.id}.party', north.data / 'party')
        self.assertEqual(north.lines(), {})
        north.process.send_signal(signal.SIGHUP)
        north.wait_for('the folder was read again, 1 changed')
        aid.wait_for_lines('up')
        north.wait_for_lines('up')
        # And one that cannot be read changes nothing.
        known = north.data / f'party/{aid.id}.party'
        known.write_text(known.read_text()[:-9])
        north.process.send_signal(signal.SIGHUP)
        north.wait_for(f'{known.name}: ')
        self.assertEqual(list(north.lines()), [aid.id])
        # Who is let go of is named in the log, too.
        self.assertEqual(run('party', 'remove', north.id, '--data', aid.data, '--confirm').returncode, 0)
        aid.wait_for(f'peer {north.id}: it is known no more: its line ends')


class Ends(Parties):
    def test_stop__what_was_acknowledged_is_there_again_and_nobody_waits_for_events(self):
        aid, north = self.two()
        aid.wait_for_lines('up')
        held = threading.Thread(target=aid.door, args=('/v1/events',))
        held.start()
        before = aid.wait_until_written()
        since = parse(aid.door('/v1/alarms').json()['since'])
        begun = time.monotonic()
        self.assertEqual(aid.stop(), 0)
        held.join()
        self.assertLess(time.monotonic() - begun, 5)
        aid.start()
        after = aid.wait_until_written()
        self.assertGreaterEqual(after['owed'][0]['size'], before['owed'][0]['size'])
        self.assertGreaterEqual(after['owed'][0]['acknowledged'], before['owed'][0]['acknowledged'])
        self.assertGreaterEqual(after['theirs'][0]['size'], before['theirs'][0]['size'])
        self.assertEqual(north.door('/v1/alarms').json()['alarms'], [])
        # What was before is forgotten here, and that is said.
        self.assertTrue(since < parse(aid.door('/v1/alarms').json()['since']) <= aid.now())

    def test_restored__an_old_copy_writes_nothing_before_its_peer_has_said_how_far_it_had_been(self):
        aid, north = self.two()
        aid.wait_for_lines('up')
        self.assertEqual(aid.stop(), 0)
        shutil.copytree(aid.data, self.folder / 'copy')
        aid.start()
        for node in aid, north:
            self.assertEqual(node.set_clock(node.now() + 2 * HOUR).status, 200)
        aid.wait_for_lines('up')
        north.wait_for_lines('up')
        size = aid.wait_until_written()['owed'][0]['size']
        self.assertEqual((aid.stop(), north.stop()), (0, 0))
        shutil.rmtree(aid.data)
        shutil.copytree(self.folder / 'copy', aid.data)
        aid.options.append('--restored')
        aid.start()
        time.sleep(1)
        self.assertEqual(aid.door('/v1/parties').json()['parties'][0]['owed'], [])
        north.start()
        self.assertGreaterEqual(aid.wait_until_written()['owed'][0]['size'], size)
        aid.wait_for_lines('up')
        # It contradicts nothing. That it has less of the peer's than it had is told there, and it gets that back.
        self.assertEqual(aid.kinds_of_alarms(), [])
        until = time.monotonic() + WAIT_S
        while (here := aid.wait_until_written()['theirs'][0]['size']) < north.wait_until_written()['owed'][0]['size']:
            self.assertLess(time.monotonic(), until, here)
            time.sleep(0.02)
        self.assertEqual(north.kinds_of_alarms(), ['went-back'])

    def test_kill__as_a_power_cut_would_makes_no_alarm_and_the_line_goes_on(self):
        aid, north = self.two()
        aid.wait_for_lines('up')
        aid.kill()
        aid.start()
        moment = north.now() + HOUR
        for node in aid, north:
            self.assertEqual(node.set_clock(moment).status, 200)
        aid.wait_for_lines('up')
        north.wait_for_lines('up')
        for node in aid, north:
            self.assertEqual(node.kinds_of_alarms(), [])


class Key(Parties):
    def test_renewed__line_and_tls_keys_go_on_with_the_ledgers_that_the_ones_before_have_signed(self):
        aid, north = self.two()
        for node in aid, north:
            node.wait_for_lines('up')
        size = aid.wait_until_written()['owed'][0]['size']
        done = run('party', 'renew', '--data', aid.data, '--new-line-key', '--new-tls-key', '--passphrase-file', self.made / 'passphrase')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(aid.stop(), 0)
        aid.start()
        self.know(north.data, aid.data)
        self.assertGreaterEqual(aid.wait_until_written()['owed'][0]['size'], size)
        moment = aid.now() + 2 * HOUR
        for node in aid, north:
            self.assertEqual(node.set_clock(moment).status, 200)
        for node in aid, north:
            node.wait_for_lines('up')
            self.assertEqual(node.kinds_of_alarms(), [])

    def test_credential__unlocks_the_party_key_until_somebody_locks_it(self):
        aid, secrets = self.party('aid'), self.folder / 'credentials'
        secrets.mkdir()
        (secrets / 'party-passphrase').write_text(PASSPHRASE + '\n')
        node = Party(aid, '--dev', environment={'CREDENTIALS_DIRECTORY': str(secrets)}).start()
        self.stack.callback(lambda: node.process.poll() is None and node.stop())
        self.assertEqual(node.door('/v1/state').json()['key_unlocked_until'], '9999-12-31T23:59:59Z')
        # For a while is no less than until then.
        self.assertEqual(node.door('/v1/key', 'POST', {'passphrase': PASSPHRASE, 'minutes': 1}).json(), {'until': '9999-12-31T23:59:59Z'})
        self.assertEqual(node.door('/v1/key', 'DELETE').status, 204)
        self.assertIsNone(node.door('/v1/state').json()['key_unlocked_until'])
        # The same by people at a terminal.
        wrong = self.folder / 'wrong'
        wrong.write_text('another passphrase\n')
        wrong.chmod(0o600)

        def key(*arguments, status=0):
            done = run('key', *arguments, '--data', aid)
            self.assertEqual(done.returncode, status, done)
            return done.stdout or done.stderr
        self.assertEqual(key('show'), 'the party key is locked\n')
        self.assertIn('refused: ', key('unlock', '--passphrase-file', wrong, status=1))
        self.assertIn('minutes: 1 to 15', key('unlock', '--minutes', '16', '--passphrase-file', self.made / 'passphrase', status=1))
        self.assertEqual(key('show'), 'the party key is locked\n')
        until = key('unlock', '--minutes', '2', '--passphrase-file', self.made / 'passphrase')
        self.assertRegex(until, r'^the party key is unlocked until 20\S+Z\n$')
        self.assertEqual(key('show'), until)
        self.assertEqual(key('lock'), 'the party key is locked\n')
        self.assertIsNone(node.door('/v1/state').json()['key_unlocked_until'])
        self.assertEqual(node.stop(), 0)
        (secrets / 'party-passphrase').write_text('another passphrase\n')
        done = run('serve', '--check', '--dev', '--data', aid, '--listen', '127.0.0.1:0',
                   env={**os.environ, 'CREDENTIALS_DIRECTORY': str(secrets)})
        self.assertEqual(done.returncode, 2, done)
        self.assertIn('party-passphrase: it is not the passphrase of the party key', done.stderr)


class Clock(Parties):
    def test_clock__is_set_forward_only_and_goes_on_from_there_after_a_restart(self):
        aid, north = self.two()
        aid.wait_for_lines('up')
        later = aid.now() + 72 * HOUR
        self.assertEqual(aid.set_clock(later).status, 200)
        self.assertLess(aid.now() - later, HOUR / 60)
        self.assertEqual(aid.set_clock(later - HOUR).status, 409)
        self.assertGreaterEqual(aid.now(), later - HOUR / 3600)
        # It is nobody's but the command line's, and no reason for doubt.
        self.assertEqual(aid.ask('/v1/clock', 'POST', {'time': print_time(later + HOUR)}).status, 401)
        health = aid.ask('/healthz').json()
        self.assertEqual(health['status'], 'ok')
        self.assertLess(health['uptime_s'], WAIT_S)
        # Tokens are of the machine's time.
        self.assertEqual(aid.ask(f'{SUBSCRIPTIONS}/{new_id()}', token=dev_token(PLAN)).status, 404)
        self.assertEqual(aid.stop(), 0)
        aid.start()
        self.assertGreaterEqual(aid.now(), later - HOUR / 3600)
        self.assertNotIn("behind the ledger's last entry", ''.join(aid.log))
        # The other party's clock is its own: what it wrote says nothing of ours.
        self.assertLess(north.now(), later - HOUR)
        self.assertEqual(north.stop(), 0)
        north.start()
        self.assertLess(north.now(), later - HOUR)

    def test_clock__cannot_be_set_of_a_party_in_earnest(self):
        for options in ([], ['--dev']):
            with self.subTest(options):
                earnest = self.begin(self.party('earnest'), *options, dev=False)
                self.assertEqual(earnest.door('/v1/state').json()['settable_clock'], False)
                self.assertEqual(earnest.set_clock(earnest.now() + HOUR).status, 409)
                self.assertEqual(earnest.ask('/healthz').json()['party']['settable_clock'], False)
                self.assertEqual(earnest.stop(), 0)
                shutil.rmtree(earnest.data)


class Check(Parties):
    def check(self, data, *options, says=(), status=2):
        done = run('serve', '--check', '--data', data, '--listen', '127.0.0.1:0', *options)
        self.assertEqual(done.returncode, status, done)
        for text in says:
            self.assertIn(text, done.stderr)
        return done

    def test_check__looks_at_the_party_s_folder_and_the_peers_address(self):
        aid, north, earnest = self.party('aid'), self.party('north'), self.party('earnest')
        self.know(aid, north)
        peers = ['--peers-listen', '127.0.0.1:0']
        self.check(aid, '--dev', *peers, status=0)
        self.check(aid, '--dev', status=0, says=['warning: peers-listen: it is not given, so nobody can connect to https://127.'])
        self.check(aid, *peers, says=['--dev: it is needed: by the party\'s card its clock can be set, which is for trying out'])
        self.check(earnest, '--dev', status=0, says=["--dev: the clock cannot be set, for the party's card says nothing of that"])
        self.check(aid, '--dev', '--peers-listen', '127.0.0.1:99999', says=['--peers-listen: 127.0.0.1:99999: '])
        self.check(self.folder / 'none', *peers, says=['--peers-listen: no party is in ', 'entente init makes one'])
        self.check(aid, '--dev', '--peers-listen', '127.0.0.1:99998', '--metrics-listen', '127.0.0.1:99998',
                   says=['--peers-listen: it is the address of metrics-listen'])
        for name in 'card.txt', 'line.key', 'tls.pem', 'tls.key', next(aid.glob('party/*.party')).name:
            with self.subTest(name):
                path = aid / 'party' / name
                text = path.read_text()
                path.write_text(text[:20] + 'x' + text[21:-30])
                done = self.check(aid, '--dev', *peers)
                self.assertIn('tls' if name.startswith('tls') else name, done.stderr)
                self.refused('--data', aid, '--dev', *peers, '--listen', '127.0.0.1:0', says=[])
                path.write_text(text)
        self.check(aid, '--dev', *peers, status=0)


if __name__ == '__main__':
    serving.main(sys.argv)
