# SPDX-License-Identifier: Apache-2.0
"""How an answer is compared with what it should be: what only the node can know, and lists without order."""
import re


class Chosen:
    """A value that the node chooses."""

    PATTERNS = {'ovn': r'[A-Za-z0-9._-]{44}',  # f3548 5.1
                'id': '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'}

    def __init__(self, kind, salt=None):
        self.kind, self.value = kind, None

    def takes(self, value):
        return isinstance(value, str) and re.fullmatch(self.PATTERNS[self.kind], value) is not None

    def __eq__(self, other):
        if self is other:
            return True
        return self.value is not None and self.value == (other.value if isinstance(other, Chosen) else other)

    __hash__ = None

    def __repr__(self):
        return f'<{self.kind}>' if self.value is None else repr(self.value)


class Unordered(list):
    """A list whose order says nothing."""


class Message:
    """The body of a refusal: a message for people, and these members."""

    def __init__(self, **members):
        self.members = members

    def __repr__(self):
        return f'a message, {self.members}'


class Plain:
    """Any text that is not JSON."""

    def __repr__(self):
        return 'plain text'


class Report:
    """A new id, and perhaps what was sent: f3548 8.6."""

    def __init__(self, exchange):
        self.exchange = exchange

    def __repr__(self):
        return f'a new report_id, and perhaps {self.exchange}'


def match(expected, actual, seen=None):
    """
    Faults in words, none when all is as expected; what was Chosen is then known. 'seen' is a set of what was chosen
    before: nothing is chosen twice.
    """
    learned = []
    faults = compare(expected, actual, '', learned)
    if seen is not None:
        faults += [f'{chosen.value!r} was chosen before' for chosen in learned if chosen.value in seen]
    for chosen in learned:
        if seen is not None and not faults:
            seen.add(chosen.value)
        if faults:
            chosen.value = None
    return faults


def compare(expected, actual, where, learned):
    if isinstance(expected, Chosen):
        if expected.value is None and expected.takes(actual):
            expected.value = actual
            learned.append(expected)
        return [] if expected == actual else [f'{where}: {actual!r}, expected {expected!r}']
    if isinstance(expected, Message):
        return compare_message(expected, actual, where, learned)
    if isinstance(expected, Report):
        faults = [] if Chosen('id').takes(actual.get('report_id')) else [f'{where}: no new report_id']
        # A node may say only what it knows of, and more than was said.
        for name, value in (actual.get('exchange') or {}).items():
            if (expected.exchange or {}).get(name) not in (None, value):
                faults.append(f'{where}/exchange/{name}: {value!r}, and {expected.exchange[name]!r} was sent')
        return faults
    if isinstance(expected, Plain):
        return [] if isinstance(actual, str) and actual else [f'{where}: {actual!r}, expected {expected!r}']
    if isinstance(expected, Unordered):
        return compare_unordered(expected, actual, where, learned)
    if isinstance(expected, dict):
        if not isinstance(actual, dict):
            return [f'{where}: {actual!r}, expected an object']
        faults = [f'{where}: has no {name}' for name in expected if name not in actual]
        faults += [f'{where}: has {name}: {actual[name]!r}' for name in actual if name not in expected]
        # In the order of names a reference comes before its subscribers, and shows the id of a new subscription.
        for name in sorted(expected):
            if name in actual:
                faults += compare(expected[name], actual[name], f'{where}/{name}', learned)
        return faults
    if type(expected) is type(actual) and expected == actual:
        return []
    return [f'{where}: {actual!r}, expected {expected!r}']


def compare_message(expected, actual, where, learned):
    if not isinstance(actual, dict) or not isinstance(actual.get('message'), str) or not actual['message']:
        return [f'{where}: {actual!r} has no message']
    rest = {name: value for name, value in actual.items() if name not in ('message', 'request_id')}
    return compare(expected.members, rest, where, learned)


def compare_unordered(expected, actual, where, learned):
    if not isinstance(actual, list):
        return [f'{where}: {actual!r}, expected a list']
    left, missing = list(actual), []
    for item in expected:
        for candidate in left:
            tried = []
            if not compare(item, candidate, where, tried):
                left.remove(candidate)
                learned += tried
                break
            for chosen in tried:
                chosen.value = None
        else:
            missing.append(item)
    return [f'{where}: lacks {item!r}' for item in missing] + [f'{where}: has {item!r}' for item in left]
