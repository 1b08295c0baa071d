# SPDX-License-Identifier: Apache-2.0
"""A node's ledger as the witness of what it answered: the order of its entries is the order in which all happened.

    1. Each entry but ticks and settings is of one exchange, and each exchange that was answered 2xx for a write has
       one. The entry says what was asked.
    2. Entries are in an order that their clients may have seen: what was answered before another was asked comes first.
    3. Each such answer is what the model answers in the state of the entries before.
    4. Each other answer, a refusal or a look, is what the model answers in a state after some number of entries; that
       number is among those that there may have been while the exchange lasted, and never less than what an exchange
       that was over by then has seen. So the whole is one sequence of exchanges, each at one moment between its
       question and its answer.
"""
import base64
import datetime
import hashlib
import json

from dss_forms import SECOND_US
from dss_http import moments
from dss_match import Chosen, match
from dss_model import CONSTRAINTS, INTENTS, REPORTS, SUBSCRIPTIONS, USSS, find


def made_ovn(salt, time_us):
    """f3548 5.1. The time has no, three or six decimals: no client can tell it from what InterUSS hashes."""
    moment = datetime.datetime.fromtimestamp(time_us // SECOND_US, datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S')
    micros = time_us % SECOND_US
    decimals = '' if micros == 0 else f'.{micros // 1000:03d}' if micros % 1000 == 0 else f'.{micros:06d}'
    text = base64.b64encode(hashlib.sha256(f'{salt}{moment}{decimals}Z'.encode()).digest()).decode()
    return text.translate(str.maketrans('+/=', '-._'))


# What a write's collection is called in entries, and in answers; and which member of the answer is its version.
KINDS = {INTENTS: ('intent', 'operational_intent_reference', 'ovn'),
         CONSTRAINTS: ('constraint', 'constraint_reference', 'ovn'),
         SUBSCRIPTIONS: ('subscription', 'subscription', 'version')}


def key_of_exchange(exchange):
    """What its entry can be known by; None when it needs none."""
    if exchange.status not in (200, 201) or exchange.call.method == 'GET' or exchange.call.path.endswith('/query'):
        return None
    if exchange.call.path == REPORTS:
        return 'report', exchange.json['report_id']
    if exchange.call.path.startswith(USSS):
        return 'availability', exchange.json['status']['uss'], exchange.json['version']
    kind, member, version = KINDS['/'.join(exchange.call.path.split('/')[:4])]
    removed = '-removed' if exchange.call.method == 'DELETE' else ''
    return kind + removed, exchange.json[member]['id'], exchange.json[member][version]


def key_of_entry(entry, model):
    """The same; 'model' is the state before it. None for what nobody asked for."""
    kind = entry['kind']
    if kind in ('tick', 'config'):
        return None
    if kind == 'report':
        return kind, entry['id']
    if kind == 'availability':
        return kind, entry['uss'], entry['version']
    if not kind.endswith('-removed'):
        return kind, entry['id'], entry['ovn']
    items = {'intent': model.intents, 'constraint': model.constraints, 'subscription': model.subscriptions}[kind[:-8]]
    old = find(items, entry['id'])
    return kind, entry['id'], getattr(old, 'ovn' if kind[:-8] != 'subscription' else 'version', None)


def entry_faults(entry, exchange, model):
    """What the entry says that was not asked. 'model' is the state after it."""
    said, call = [('manager', entry['manager'], exchange.call.sub)], exchange.call
    kind = entry['kind']
    if kind in ('intent', 'constraint', 'subscription'):
        body = json.loads(call.body)
        items = {'intent': model.intents, 'constraint': model.constraints, 'subscription': model.subscriptions}[kind]
        entity = find(items, entry['id'])
        said += [('uss_base_url', entry['uss_base_url'], body['uss_base_url']),
                 ('cells', frozenset(entry['cells'].split()), entity.extent.cells)]
        if kind == 'subscription':
            said += [('start_us', entry['start_us'], entity.extent.start),
                     ('end_us', entry['end_us'], entity.extent.end)]
            said += [(name, entry[name], bool(body.get(name)))
                     for name in ('notify_for_operational_intents', 'notify_for_constraints')]
        else:
            said += [('volumes', len(entry['volumes']), len(body['extents']))]
            said += [(name, pick(each.get(name) for each in entry['volumes']), getattr(entity.extent, bound))
                     for name, pick, bound in (('lower_mm', least, 'lower'), ('upper_mm', greatest, 'upper'),
                                               ('start_us', least, 'start'), ('end_us', greatest, 'end'))]
        if kind == 'intent':
            attached = entry.get('subscription_id', entry.get('implicit_subscription', {}).get('id'))
            said += [('state', entry['state'], body['state']), ('subscription', attached, entity.subscription)]
    return [f"entry {entry['seq']}: {name} is {has!r}, where {asked!r} was asked: {call}" for name, has,
            asked in said if has != asked]


def least(bounds):
    bounds = list(bounds)
    return None if None in bounds else min(bounds)


def greatest(bounds):
    bounds = list(bounds)
    return None if None in bounds else max(bounds)


def chooser(entry):
    """What the node chose for this entry."""
    return lambda kind, salt=None: entry['implicit_subscription']['id'] if kind == 'id' else made_ovn(salt,
                                                                                                      entry['time_us'])


class Witness:
    """'model' is empty; the exchanges are in any order."""

    def __init__(self, entries, exchanges, model):
        self.entries, self.exchanges, self.faults = entries, exchanges, []
        self.models = [model]  # after 0, 1, 2 ... entries
        self.by_entry = []  # the exchange of each entry, or None
        self.expired = 0  # how many entities were cleared away
        self.wide = 0  # how many answers had more than one number of entries to choose from

    def check(self):
        """Faults in words."""
        self.fold()
        if not self.faults:
            self.check_order()
        if not self.faults:
            self.check_others()
        return self.faults

    def fold(self):
        by_key = {}
        for exchange in self.exchanges:
            key = key_of_exchange(exchange)
            if key is not None and by_key.setdefault(key, exchange) is not exchange:
                self.faults.append(f'{key} was answered twice')
        before_us = None
        for number, entry in enumerate(self.entries):
            if entry['seq'] != number or before_us is not None and entry['time_us'] <= before_us:
                self.faults.append(f'entry {number}: seq {entry["seq"]}, time {entry["time_us"]} after {before_us}')
            before_us = entry['time_us']
            model = self.models[-1].expired(entry['time_us'])
            self.expired += self.models[-1].size() - model.size()
            if entry['kind'] == 'config':
                model = model.changed(expire_after_us=entry['expire_after_us'])
            key = key_of_entry(entry, model)
            exchange = by_key.pop(key, None)
            self.by_entry.append(exchange)
            if key is None:
                self.models.append(model)
                continue
            if exchange is None:
                self.faults.append(f'nobody was answered for entry {entry}')
                return
            answer = model.changed(choose=chooser(entry)).answer(exchange.call, entry['time_us'])
            faults = different(answer, exchange)
            if faults:
                self.faults += [f'entry {number}: {fault}' for fault in faults]
                return
            self.models.append(answer.model.changed(choose=Chosen))
            self.faults += entry_faults(entry, exchange, answer.model)
        self.faults += [f'{key} was answered, and no entry has it: {exchange.call}' for key, exchange in by_key.items()]

    def check_order(self):
        latest = None
        for number, exchange in enumerate(self.by_entry):
            if exchange is None:
                continue
            if latest is not None and exchange.received < latest.sent:
                self.faults.append(f'entry {number} was answered before an earlier one was asked: {exchange.call}, '
                                   f'{latest.call}')
            if latest is None or exchange.sent > latest.sent:
                latest = exchange

    def check_others(self):
        asked = {id(exchange) for exchange in self.by_entry if exchange is not None}
        others = sorted((each for each in self.exchanges if id(each) not in asked), key=lambda each: each.sent)
        # When each number of entries was seen for certain: an answer of that time, and the number.
        seen = [(exchange.received, number + 1) for number,
                exchange in enumerate(self.by_entry) if exchange is not None]
        for exchange in others:
            low = max([number for received, number in seen if received < exchange.sent], default=0)
            high = next((number for number,
                         each in enumerate(self.by_entry) if each is not None and each.sent > exchange.received),
                        len(self.entries))
            self.wide += high > low
            for number in range(low, high + 1):
                if any(not different(self.models[number].answer(exchange.call, now_us), exchange)
                       for now_us in moments(exchange)):
                    seen.append((exchange.received, number))
                    break
            else:
                why = different(self.models[low].answer(exchange.call, exchange.sent_us), exchange)
                self.faults.append(f'after none of {low} to {high} entries: {exchange.call}: {exchange.status} '
                                   f'{exchange.text}: after {low}: {why}')


def different(answer, exchange):
    if answer.status != exchange.status:
        return [f'{exchange.status}, expected {answer.status}: {exchange.call}: {exchange.text}']
    return match(answer.body, exchange.json if exchange.json is not None else exchange.text)
