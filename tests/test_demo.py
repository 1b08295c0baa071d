# SPDX-License-Identifier: Apache-2.0
"""What the demo types is there: each command, action and option in tools/demo-parties stands in the command's help. The demo itself takes
half a minute, and is not run.

usage: test_demo.py ENTENTE DEMO
"""
import ast
import pathlib
import re
import subprocess
import sys
import unittest

PROGRAM, DEMO = sys.argv[1:3]


def words(call):
    """The texts that stand as such in a call, also in lists that are spread into it; "" where there is something else."""
    for argument in call.args:
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            yield argument.value
        elif isinstance(argument, ast.Starred):
            yield from (node.value for node in ast.walk(argument.value)
                        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith('--'))
        else:
            yield ''


def commands(source):
    """(line, command, action, options) of each call that types one."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, 'id', '')
        typed = list(words(node))
        if name == 'memo':
            typed.insert(0, 'memo')
        elif name not in ('run', 'ask') or not typed or not re.fullmatch('[a-z]+', typed[0]):
            continue
        options = [word for word in typed if word.startswith('--')] + (['--data', '--json'] if name == 'ask' else [])
        action = typed[1] if len(typed) > 1 and re.fullmatch('[a-z-]+', typed[1]) and typed[1][0] != '-' else ''
        yield node.lineno, typed[0], action, options


def faults(source):
    found, helps = [], {}
    for line, command, action, options in commands(source):
        if command not in helps:
            helps[command] = subprocess.run([PROGRAM, 'help', command], capture_output=True, text=True, check=False, timeout=10).stdout
        text = helps[command]
        if f'usage: entente {command}' not in text:
            found.append(f'{line}: there is no command {command}')
            continue
        actions = {name for names in re.findall(rf'(?m)^(?:usage:|      ) entente {command} ([a-z|-]+)', text) for name in names.split('|')}
        if action and actions and action not in actions:
            found.append(f'{line}: {command} has no action {action}')
        found += [f'{line}: {command} has no option {option}' for option in options if not re.search(rf'(?m)^  {option}( |$)', text)]
    return found


class Demo(unittest.TestCase):
    def test_what_the_demo_types_is_there(self):
        source = pathlib.Path(DEMO).read_text(encoding='utf-8')
        self.assertEqual(faults(source), [])
        typed = {(command, action) for _, command, action, _ in commands(source)}
        for known in ('init', ''), ('memo', 'sign'), ('bundle', 'export'), ('ledger', 'verify'), ('clock', 'set'):
            self.assertIn(known, typed)

    def test_what_is_not_there_is_found(self):
        for source, says in (("run('mend', 'it')", 'no command mend'), ("run('memo', 'undo', x)", 'no action undo'),
                             ("party.memo('sign', x, '--quietly')", 'no option --quietly'),
                             ("run('party', 'list', *(['--dat', y] if z else []))", 'no option --dat')):
            self.assertEqual(len(faults(source)), 1, source)
            self.assertIn(says, faults(source)[0])


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
