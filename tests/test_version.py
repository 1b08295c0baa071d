# SPDX-License-Identifier: Apache-2.0
"""tools/version: the commit in the version, in folders of one's own."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parent.parent / 'tools/version'


class Version(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = pathlib.Path(folder.name)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith('GIT_')}
        self.environment.update(HOME=folder.name, GIT_CEILING_DIRECTORIES=str(self.top.parent), GIT_CONFIG_NOSYSTEM='1')

    def tree(self, name):
        (self.top / name / 'tools').mkdir(parents=True)
        shutil.copy(TOOL, self.top / name / 'tools')
        return self.top / name

    def git(self, tree, *arguments):
        return subprocess.run(['git', '-c', 'user.name=x', '-c', 'user.email=x@example.org', '-C', tree, *arguments], env=self.environment, check=True,
                              capture_output=True, text=True).stdout.strip()

    def version(self, tree, **environment):
        return subprocess.run([tree / 'tools/version', '1.2.3'], env={**self.environment, **environment}, check=True, capture_output=True, text=True).stdout

    def test_tree__without_a_repository_has_no_commit(self):
        self.assertEqual(self.version(self.tree('a')), '1.2.3\n')

    def test_tree__in_a_repository_says_the_commit_and_whether_it_was_changed(self):
        tree = self.tree('a')
        self.git(tree, 'init', '-q')
        self.assertEqual(self.version(tree), '1.2.3\n', 'before the first commit')
        self.git(tree, 'add', '.')
        self.git(tree, 'commit', '-qm', 'x')
        commit = self.git(tree, 'rev-parse', '--short=12', 'HEAD')
        (tree / 'other').write_text('a file that git does not know')
        self.assertEqual(self.version(tree), f'1.2.3+{commit}\n')
        with (tree / 'tools/version').open('a') as file:
            file.write('# changed\n')
        self.assertEqual(self.version(tree), f'1.2.3+{commit}-dirty\n')

    def test_tree__inside_of_somebody_else_s_repository_has_no_commit(self):
        tree = self.tree('other/a')
        self.git(self.top / 'other', 'init', '-q')
        self.git(self.top / 'other', 'add', '.')
        self.git(self.top / 'other', 'commit', '-qm', 'x')
        self.assertEqual(self.version(tree), '1.2.3\n')

    def test_tree__without_git_has_no_commit(self):
        tree, programs = self.tree('a'), self.top / 'bin'
        self.git(tree, 'init', '-q')
        programs.mkdir()
        for name in ('sh', 'dirname', 'head'):
            (programs / name).symlink_to(shutil.which(name))
        self.assertEqual(self.version(tree, PATH=str(programs)), '1.2.3\n')


if __name__ == '__main__':
    unittest.main()
