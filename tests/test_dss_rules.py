#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every rule of docs/f3548-rules.md that a client can see, over HTTP against a node of one's own.

usage: test_dss_rules.py PROGRAM S2_CELLS [NAME...]    PROGRAM - : no node, the model in its place
"""
import sys
import tempfile
import unittest

import dss_case
import dss_rules_data
import dss_rules_http
import dss_rules_intents
import dss_rules_options
import dss_rules_others
import openapi_check
from dss_http import Node
from dss_tokens import Authority

MODULES = (dss_rules_http, dss_rules_data, dss_rules_intents, dss_rules_others, dss_rules_options)
OPTIONS = ('--locality', 'north', '--public-endpoint', 'https://dss.example')


def load(names):
    loader = unittest.TestLoader()
    suite = unittest.TestSuite(loader.loadTestsFromModule(module) for module in MODULES)
    if not names:
        return suite

    def flat(suite):
        for item in suite:
            if isinstance(item, unittest.TestSuite):
                yield from flat(item)
            else:
                yield item

    return unittest.TestSuite(test for test in flat(suite) if any(name in test.id() for name in names))


def main(program, s2_cells, *names):
    with tempfile.TemporaryDirectory() as folder:
        node = None if program == '-' else Node(program, folder + '/data', *OPTIONS, authority=Authority()).start()
        dss_case.Case.world = dss_case.World(node, s2_cells)
        try:
            result = unittest.TextTestRunner(verbosity=1).run(load(names))
            faults = node.faults(openapi_check.Document.read()) if node else []
        finally:
            if node:
                node.stop()
            dss_case.Case.world.cells.close()
        for fault in faults:
            print(fault, file=sys.stderr)
        return 0 if result.wasSuccessful() and not faults else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
