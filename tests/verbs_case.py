# SPDX-License-Identifier: Apache-2.0
"""A case of tests of commands that ask a running node: a folder with a stand-in for it (verbs_node.py), and the commands."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from verbs_node import Standin, node_answers

PROGRAM, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
WAIT_S = 30


class VerbsCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.folder = pathlib.Path(made.name)
        self.node = Standin(self.folder)
        self.addCleanup(self.node.stop)
        self.node.answers = node_answers()
        self.passphrase = self.folder / 'passphrase'
        self.passphrase.write_text('four "words" of оurs\nnot this\n', encoding='utf-8')
        self.passphrase.chmod(0o600)

    def run_it(self, *arguments, data=True, given=None):
        environment = {k: v for k, v in os.environ.items() if k != 'CREDENTIALS_DIRECTORY'}
        # A proxy that nobody may ask.
        environment['http_proxy'] = 'http://127.0.0.1:9'
        return subprocess.run(
            [PROGRAM, *map(str, arguments), *(['--data', str(self.folder)] if data else [])], input=given,
            stdin=subprocess.DEVNULL if given is None else None, capture_output=True, check=False, timeout=WAIT_S,
            env=environment, start_new_session=True)

    def verb(self, *arguments, status=0, says=None, **how):
        done = self.run_it(*arguments, **how)
        self.assertEqual(done.returncode, status, done)
        text = (done.stdout if status == 0 else done.stderr).decode()
        if says is not None:
            self.assertIn(says, text)
        return text

    def act(self, *arguments, **how):
        """The body that is sent, without the passphrase, which must be that of the file."""
        self.verb('memo', *arguments, '--passphrase-file', self.passphrase, **how)
        body = json.loads(self.node.asked[-1][3])
        self.assertEqual(body.pop('passphrase'), 'four "words" of оurs')
        return body

    def refused(self, *arguments, status=1, says=None, **how):
        done = self.run_it(*arguments, **how)
        self.assertEqual(done.returncode, status, done)
        self.assertEqual(done.stdout, b'')
        self.assertEqual(done.stderr.count(b'\n'), 1, done.stderr)
        if says is not None:
            self.assertIn(says, done.stderr.decode())
