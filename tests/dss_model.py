# SPDX-License-Identifier: Apache-2.0
"""What a DSS of ASTM F3548-21 answers: a model that is slow and plain, for tests to hold a node to.

    answer = model.answer(call, now_us)                    # status, body, and the model as it is afterwards
    faults = match(answer.body, what_the_node_answered)    # in words; learns what only the node could choose
    model = answer.model

The model is a few lists, looked through from one end to the other, and never changed in place: a change is made to a
copy. It was written from observed behaviour of InterUSS 0.23 and from docs/f3548-rules.md, whose numbers stand beside
each rule, and not from the node's source. Values that a node may choose (OVNs, versions, ids of implicit
subscriptions) are Chosen: unknown until an answer shows one, and then the same for ever.
"""
import copy
import dataclasses
import json
import re
import urllib.parse

from dss_forms import (PUT_CONSTRAINT, PUT_INTENT, PUT_SUBSCRIPTION, QUERY, REPORT, SECOND_US, SET_AVAILABILITY, Extent,
                       Refused, bad, base_url, meet, parse_id, parse_uuid, read_body, read_extent, time_member, unite)
from dss_match import Chosen, Message, Plain, Report, Unordered

DAY_US = 86400 * SECOND_US
SKEW_US = 300 * SECOND_US  # f3548 5.2, 7.2, 7.3: five minutes
EXPIRE_AFTER_US = 7200 * SECOND_US  # f3548 9.7

HIDDEN = 'Available from USS'  # f3548 5.6
NO_SUBSCRIPTION = '00000000-0000-4000-8000-000000000000'  # f3548 6.3

STRATEGIC = 'utm.strategic_coordination'
MONITORING = 'utm.conformance_monitoring_sa'
MANAGEMENT = 'utm.constraint_management'
PROCESSING = 'utm.constraint_processing'
ARBITRATION = 'utm.availability_arbitration'

STATES = ('Accepted', 'Activated', 'Nonconforming', 'Contingent')
AVAILABILITIES = ('Unknown', 'Normal', 'Down')


# --- What is in the airspace ---


@dataclasses.dataclass(frozen=True, eq=False)
class Intent:
    id: str
    manager: str
    url: str
    state: str
    version: int
    ovn: object
    extent: Extent
    subscription: object  # its id, or None


@dataclasses.dataclass(frozen=True, eq=False)
class Constraint:
    id: str
    manager: str
    url: str
    version: int
    ovn: object
    extent: Extent


@dataclasses.dataclass(frozen=True, eq=False)
class Subscription:
    id: object
    manager: str
    url: str
    version: object
    index: int
    extent: Extent  # altitudes are not kept: f3548 7.3
    for_intents: bool
    for_constraints: bool
    implicit: bool


@dataclasses.dataclass(frozen=True)
class Call:
    """A request. 'sub' is None where there is no good token."""
    method: str
    path: str
    body: str = None
    sub: str = None
    scopes: tuple = ()


@dataclasses.dataclass(frozen=True)
class Answer:
    status: int
    body: object
    model: object


def find(items, ident):
    for item in items:
        if item.id == ident:
            return item
    return None


def without(items, ident):
    return [item for item in items if not item.id == ident]


class Model:
    """The airspace as one client after another has made it. Never changed once it was answered."""

    def __init__(self, cells, choose=Chosen, allow_http=False, strict=False, expire_after_us=EXPIRE_AFTER_US):
        """
        'choose' makes a value that the node would choose: of the kind 'ovn' for an id or name, or of the kind 'id'.
        """
        self.cells, self.choose, self.allow_http, self.strict = cells, choose, allow_http, strict
        self.expire_after_us = expire_after_us
        self.intents, self.constraints, self.subscriptions, self.usss = [], [], [], []
        self.used = []  # intents' ids and the OVN suffixes that they have had, deleted ones too: f3548 5.3

    def changed(self, **lists):
        model = copy.copy(self)
        for name, items in lists.items():
            setattr(model, name, items)
        return model

    # --- Asking ---

    def answer(self, call, now_us):
        """Decides a request at a moment."""
        path = urllib.parse.unquote(call.path.split('?')[0])
        for method, pattern, scopes, kind, handler in ROUTES:
            found = re.fullmatch(pattern, path)
            if found and call.method == method:
                break
        else:
            return Answer(404, Plain(), self)  # f3548 1.5
        try:  # f3548 1.9: token, then body, then fields, then what there is
            if call.sub is None:
                raise Refused(401, 'no good token')
            if not set(scopes) & set(call.scopes):  # f3548 3.5
                raise Refused(403, 'the token has none of the scopes')
            body = read_body(call.body, kind) if kind else None
            status, answered, model = handler(self, call, body, now_us, *found.groups())
            return Answer(status, answered, model)
        except Refused as refused:
            return Answer(refused.status, Message(**refused.members), self)

    def extent(self, parts, too_large=400):
        try:
            return unite([read_extent(part, self.cells) for part in parts])
        except Refused as refused:
            raise Refused(too_large if refused.status == 413 else refused.status, refused.why) from None

    def area(self, body, too_large=400):
        """What a query looks at: f3548 6.7, 7.5, 8.3."""
        if body['area_of_interest'] is None:
            raise bad('area_of_interest is missing')
        extent = self.extent([body['area_of_interest']], too_large)
        if not extent.cells:
            raise bad('area_of_interest has no outline')
        return extent

    def expired(self, now_us):
        """The model without what ended too long ago, implicit subscriptions with their last intent: f3548 9.7."""

        def stay(items):
            return [item for item in items if item.extent.end + self.expire_after_us >= now_us]

        model = self.changed(intents=stay(self.intents), constraints=stay(self.constraints),
                             subscriptions=stay(self.subscriptions))
        for intent in self.intents:
            if find(model.intents, intent.id) is None:
                model = model.without_orphan(intent.subscription)
        return model

    def size(self):
        return len(self.intents) + len(self.constraints) + len(self.subscriptions)

    def dependents(self, subscription):
        return [intent for intent in self.intents if intent.subscription is not None and
                subscription.id == intent.subscription]

    # --- How things are answered ---

    def availability(self, uss):
        """Its availability and version: f3548 8.4."""
        for name, availability, version in self.usss:
            if name == uss:
                return availability, version
        return 'Unknown', ''

    def reference(self, entity, viewer):
        """f3548 6.9, 8.2."""
        members = {'id': entity.id, 'manager': entity.manager, 'uss_availability': self.availability(entity.manager)[0],
                   'version': entity.version, 'ovn': entity.ovn if entity.manager == viewer else HIDDEN,
                   'time_start': time_member(entity.extent.start), 'time_end': time_member(entity.extent.end),
                   'uss_base_url': entity.url}
        if isinstance(entity, Intent):
            members['state'] = entity.state
            members['subscription_id'] = NO_SUBSCRIPTION if entity.subscription is None else entity.subscription
        return members

    def references(self, entities, viewer):
        return Unordered(self.reference(entity, viewer) for entity in entities)

    def subscription_member(self, subscription):
        """f3548 7.7."""
        return {'id': subscription.id, 'version': subscription.version, 'notification_index': subscription.index,
                'time_start': time_member(subscription.extent.start), 'time_end': time_member(subscription.extent.end),
                'uss_base_url': subscription.url, 'notify_for_operational_intents': subscription.for_intents,
                'notify_for_constraints': subscription.for_constraints, 'implicit_subscription': subscription.implicit,
                'dependent_operational_intents': Unordered(intent.id for intent in self.dependents(subscription))}

    # --- Who is told ---

    def told(self, extents, about_intents):
        """f3548 6.5, 8.1: the model with the indices raised, and the answer's list of subscribers."""
        extent, subscriptions, by_url = unite(extents), [], {}
        for subscription in self.subscriptions:
            if (subscription.for_intents if about_intents else subscription.for_constraints) and \
                    meet(subscription.extent, extent):
                subscription = dataclasses.replace(subscription, index=subscription.index + 1)
                by_url.setdefault(subscription.url, Unordered()).append(
                    {'subscription_id': subscription.id, 'notification_index': subscription.index})
            subscriptions.append(subscription)
        return self.changed(subscriptions=subscriptions), Unordered(
            {'uss_base_url': url, 'subscriptions': states} for url, states in by_url.items())

    # --- Operational intents ---

    def query_intents(self, call, body, now_us):
        extent = self.area(body)
        found = [intent for intent in self.intents if meet(intent.extent, extent, altitudes=True)]
        return 200, {'operational_intent_references': self.references(found, call.sub)}, self

    def get_intent(self, call, body, now_us, ident):
        intent = find(self.intents, self.ident(ident))
        if intent is None:
            raise Refused(404, 'no such intent')
        return 200, {'operational_intent_reference': self.reference(intent, call.sub)}, self

    def ident(self, text):
        ident = parse_id(text)
        if ident is None:  # f3548 6.1.1
            raise bad('the id is no UUID of version 4')
        return ident

    def put_intent(self, call, body, now_us, ident, ovn=''):
        ident, extent = self.ident(ident), self.check_intent(call, body, now_us, ovn)
        old = find(self.intents, ident)
        if old is not None and old.manager != call.sub:  # f3548 6.1.13
            raise Refused(403, "another's")
        if old is not None and not old.ovn == ovn:  # f3548 6.1.14
            raise Refused(409, 'not the OVN in force, or it exists')
        if old is None and ovn:  # f3548 6.1.15
            raise bad('there is none to update')
        model, subscription = self.attached(call, body, extent)
        planned = body['state'] in ('Accepted', 'Activated')
        if planned and self.strict and self.availability(call.sub)[0] == 'Down':  # f3548 8.5
            raise Refused(403, 'a USS that is Down plans nothing')
        if planned:
            self.check_key(call, ident, body['key'], extent, subscription)
        suffix = body['requested_ovn_suffix']
        use = [] if suffix is None else [(ident, parse_uuid(suffix))]
        if any(each in self.used for each in use):  # f3548 5.2
            raise bad('this suffix was used before')
        intent = Intent(ident, call.sub, body['uss_base_url'], body['state'], old.version + 1 if old is not None else 1,
                        self.choose('ovn', ident) if suffix is None else f'{ident}_{suffix}', extent,
                        subscription.id if subscription is not None else None)
        model = model.changed(intents=without(model.intents, ident) + [intent], used=model.used + use)
        if old is not None:  # f3548 6.1.19
            model = model.without_orphan(old.subscription)
        model, subscribers = model.told([extent] if old is None else [old.extent, extent], True)  # f3548 6.1.20
        return 201 if old is None else 200, {'operational_intent_reference': model.reference(intent, call.sub),
                                             'subscribers': subscribers}, model

    def check_intent(self, call, body, now_us, ovn):
        """f3548 6.1.2 to 6.1.12; its extent."""
        new, given = body['new_subscription'], body['subscription_id']
        if not body['uss_base_url']:
            raise bad('uss_base_url is empty')
        if given and parse_id(given) is None:
            raise bad('subscription_id is no UUID of version 4')
        if new is not None and (not new['uss_base_url'] or given is not None):
            raise bad('new_subscription without a base URL, or beside subscription_id')
        base_url(body['uss_base_url'], self.allow_http, 'uss_base_url')
        if new is not None:
            base_url(new['uss_base_url'], self.allow_http, 'new_subscription')
        if body['state'] not in STATES:
            raise bad('state is none of the four')
        extent = self.whole(body['extents'])
        if None in (extent.lower, extent.upper):
            raise bad('an altitude is missing')
        self.check_extent(extent, now_us)
        if not ovn and body['state'] != 'Accepted':
            raise bad('a new intent is Accepted')
        if body['requested_ovn_suffix'] is not None:
            self.check_suffix(body['requested_ovn_suffix'], now_us)
        if body['state'] != 'Accepted' and not given and new is None:
            raise bad(f'{body["state"]} needs a subscription')
        unplanned = body['state'] in ('Nonconforming', 'Contingent')
        if unplanned and MONITORING not in call.scopes:
            raise Refused(403, f'{body["state"]} needs the scope of a monitor')
        if self.strict and not unplanned and STRATEGIC not in call.scopes:  # f3548 3.8
            raise Refused(403, 'a monitor files only Nonconforming and Contingent')
        if self.strict and new is not None and new['notify_for_constraints'] and PROCESSING not in call.scopes:  # f3548 3.8
            raise Refused(403, 'to be told of constraints needs ' + PROCESSING)
        return extent

    def whole(self, parts):
        """Of an intent or a constraint: each part has an outline (f3548 4.9, 6.1.8)."""
        for part in parts:
            if part['volume']['outline_circle'] is None and part['volume']['outline_polygon'] is None:
                raise bad('a part has no outline')
        return self.extent(parts)

    @staticmethod
    def check_extent(extent, now_us):
        """f3548 6.1.7, 6.1.8, 8.1, 4.3."""
        if extent.start is None or extent.end is None:
            raise bad('a time is missing')
        if extent.end < now_us:
            raise bad('it has ended')
        if extent.start >= extent.end:
            raise bad('it ends when it starts')
        if not extent.cells:
            raise bad('there is no outline')

    @staticmethod
    def check_suffix(text, now_us):
        """f3548 5.2."""
        suffix = parse_id(text, 7)
        if suffix is None:
            raise bad('requested_ovn_suffix is no UUID of version 7')
        made_us = int(suffix.replace('-', '')[:12], 16) * 1000
        if abs(made_us - now_us) > SKEW_US:
            raise bad('requested_ovn_suffix was not made within five minutes')

    def attached(self, call, body, extent):
        """f3548 6.3: the model with the subscription that the intent is to have, and that subscription or None."""
        new, given = body['new_subscription'], body['subscription_id']
        if new is not None:
            fresh = self.choose('id')
            made = Subscription(fresh, call.sub, new['uss_base_url'], self.choose('ovn', fresh), 0,
                                dataclasses.replace(extent, lower=None, upper=None), True,
                                new['notify_for_constraints'], True)
            return self.changed(subscriptions=self.subscriptions + [made]), made
        if not given:
            return self, None
        subscription = find(self.subscriptions, parse_id(given))
        if subscription is None:
            raise bad('there is no such subscription')
        if subscription.manager != call.sub:
            raise Refused(403, "the subscription is another's")
        have = subscription.extent
        if have.start <= extent.start and have.end >= extent.end and have.cells >= extent.cells:
            return self, subscription
        if not subscription.implicit:
            raise bad('the subscription does not cover the intent')
        wider = unite([dataclasses.replace(have, lower=None, upper=None), extent])
        wider = dataclasses.replace(subscription, version=self.choose('ovn', subscription.id), extent=wider)
        return self.changed(subscriptions=without(self.subscriptions, wider.id) + [wider]), wider

    def check_key(self, call, ident, key, extent, subscription):
        """f3548 6.4, 6.6."""
        intents = [other for other in self.intents
                   if other.id != ident and meet(other.extent, extent, altitudes=True) and
                   not any(other.ovn == ovn for ovn in key) and
                   not (other.state == 'Accepted' and self.availability(other.manager)[0] == 'Down')]
        constraints = [other for other in self.constraints
                       if subscription is not None and subscription.for_constraints and meet(other.extent, extent) and
                       not any(other.ovn == ovn for ovn in key)]
        members = {}
        if intents:
            members['missing_operational_intents'] = self.references(intents, call.sub)
        if constraints:
            members['missing_constraints'] = self.references(constraints, call.sub)
        if members:
            raise Refused(409, 'the key lacks OVNs', **members)

    def without_orphan(self, ident):
        """f3548 6.1.19: without this subscription, if it is implicit and no intent has it."""
        subscription = find(self.subscriptions, ident) if ident is not None else None
        if subscription is None or not subscription.implicit or self.dependents(subscription):
            return self
        return self.changed(subscriptions=without(self.subscriptions, ident))

    @staticmethod
    def check_removal(call, old, version):
        """f3548 6.8, 7.6, 8.2."""
        if old is None:
            raise Refused(404, 'there is none')
        if old.manager != call.sub:
            raise Refused(403, "another's")
        if not (old.version if isinstance(old, Subscription) else old.ovn) == version:
            raise Refused(409, 'not the one in force')

    def delete_intent(self, call, body, now_us, ident, ovn):
        ident = self.ident(ident)
        if not ovn:
            raise bad('no OVN')
        old = find(self.intents, ident)
        self.check_removal(call, old, ovn)
        if self.strict and self.availability(call.sub)[0] == 'Down':  # f3548 8.5
            raise Refused(403, 'a USS that is Down deletes nothing')
        model, subscribers = self.changed(intents=without(self.intents, ident)).told([old.extent], True)
        return 200, {'operational_intent_reference': self.reference(old, call.sub), 'subscribers': subscribers}, \
            model.without_orphan(old.subscription)

    # --- Constraints ---

    def query_constraints(self, call, body, now_us):
        extent = self.area(body)
        found = [constraint for constraint in self.constraints if meet(constraint.extent, extent)]
        return 200, {'constraint_references': self.references(found, call.sub)}, self

    def get_constraint(self, call, body, now_us, ident):
        constraint = find(self.constraints, self.ident(ident))
        if constraint is None:
            raise Refused(404, 'no such constraint')
        return 200, {'constraint_reference': self.reference(constraint, call.sub)}, self

    def put_constraint(self, call, body, now_us, ident, ovn=''):
        """f3548 8.1."""
        ident = self.ident(ident)
        if not body['uss_base_url']:
            raise bad('uss_base_url is empty')
        base_url(body['uss_base_url'], self.allow_http, 'uss_base_url')
        extent = self.whole(body['extents'])
        self.check_extent(extent, now_us)
        old = find(self.constraints, ident)
        if old is not None and old.manager != call.sub:
            raise Refused(403, "another's")
        if not (ovn == '' if old is None else old.ovn == ovn):
            raise Refused(409, 'not the OVN in force')
        constraint = Constraint(ident, call.sub, body['uss_base_url'], old.version + 1 if old is not None else 1,
                                self.choose('ovn', ident), extent)
        model = self.changed(constraints=without(self.constraints, ident) + [constraint])
        model, subscribers = model.told([extent] if old is None else [old.extent, extent], False)
        return 201 if old is None else 200, {'constraint_reference': model.reference(constraint, call.sub),
                                             'subscribers': subscribers}, model

    def delete_constraint(self, call, body, now_us, ident, ovn):
        """f3548 8.2."""
        ident = self.ident(ident)
        if not ovn:
            raise bad('no OVN')
        old = find(self.constraints, ident)
        self.check_removal(call, old, ovn)
        model, subscribers = self.changed(constraints=without(self.constraints, ident)).told([old.extent], False)
        return 200, {'constraint_reference': self.reference(old, call.sub), 'subscribers': subscribers}, model

    # --- Subscriptions ---

    def query_subscriptions(self, call, body, now_us):
        """f3548 7.5."""
        extent = self.area(body, too_large=413)
        found = [each for each in self.subscriptions
                 if each.manager == call.sub and each.extent.end >= now_us and meet(each.extent, extent)]
        return 200, {'subscriptions': Unordered(self.subscription_member(each) for each in found)}, self

    def get_subscription(self, call, body, now_us, ident):
        subscription = find(self.subscriptions, self.ident(ident))
        if subscription is None:
            raise Refused(404, 'no such subscription')
        if subscription.manager != call.sub:
            raise Refused(403, "another's")
        return 200, {'subscription': self.subscription_member(subscription)}, self

    def put_subscription(self, call, body, now_us, ident, version=''):
        """f3548 7.1."""
        ident = self.ident(ident)
        base_url(body['uss_base_url'], self.allow_http, 'uss_base_url')
        asked = self.extent([body['extents']])
        if not body['notify_for_operational_intents'] and not body['notify_for_constraints']:
            raise bad('told of nothing')
        if self.strict:  # f3548 3.8
            for kind, scope in (('operational_intents', STRATEGIC), ('constraints', PROCESSING)):
                if body[f'notify_for_{kind}'] and scope not in call.scopes:
                    raise Refused(403, f'to be told of {kind} needs {scope}')
        old = find(self.subscriptions, ident)
        extent = self.subscription_extent(asked, old, now_us)
        if old is None and version:
            raise bad('there is none to update')
        if old is not None and not old.version == version:
            raise Refused(409, 'it exists, or this is not its version')
        if old is not None and old.manager != call.sub:
            raise Refused(403, "another's")
        if old is not None:
            self.check_coverage(old, extent)
        made = Subscription(ident, call.sub, body['uss_base_url'], self.choose('ovn', ident),
                            old.index if old is not None else 0,
                            dataclasses.replace(extent, lower=None, upper=None), body['notify_for_operational_intents'],
                            body['notify_for_constraints'], False)  # f3548 7.8: not implicit any more
        model = self.changed(subscriptions=without(self.subscriptions, ident) + [made])
        answered = {'subscription': model.subscription_member(made)}
        if made.for_intents:  # f3548 7.4
            answered['operational_intent_references'] = model.references(
                [intent for intent in model.intents if meet(intent.extent, extent)], call.sub)
        if made.for_constraints:
            answered['constraint_references'] = model.references(
                [constraint for constraint in model.constraints if meet(constraint.extent, extent)], call.sub)
        return 200, answered, model

    @staticmethod
    def subscription_extent(asked, old, now_us):
        """f3548 7.2: what is not said is as before, or from now on for a day; and so is the place (7.3)."""
        start, end = asked.start, asked.end
        if start is not None and start < now_us - SKEW_US:
            raise bad('it starts more than five minutes ago')
        if start is None:
            start = old.extent.start if old is not None else now_us
        if end is None:
            end = old.extent.end if old is not None else start + DAY_US
        if end <= start:  # f3548 4.3
            raise bad('it ends before it starts, or then')
        if end - start > DAY_US:
            raise bad('it lasts more than a day')
        cells = old.extent.cells if old is not None and not asked.cells else asked.cells
        return dataclasses.replace(asked, cells=cells, start=start, end=end)

    def check_coverage(self, old, extent):
        """f3548 7.3."""
        for intent in self.dependents(old):
            need = intent.extent
            if extent.lower is None or extent.upper is None:
                raise bad('intents depend on it: altitudes are needed')
            if not (extent.cells >= need.cells and extent.lower <= need.lower and extent.upper >= need.upper and
                    extent.start <= need.start + SKEW_US and extent.end >= need.end):
                raise bad('it would not cover an intent that depends on it')

    def delete_subscription(self, call, body, now_us, ident, version):
        """f3548 7.6."""
        ident = self.ident(ident)
        if not version:
            raise bad('no version')
        old = find(self.subscriptions, ident)
        self.check_removal(call, old, version)
        if self.dependents(old):
            raise bad('intents depend on it')
        return 200, {'subscription': self.subscription_member(old)}, self.changed(
            subscriptions=without(self.subscriptions, ident))

    # --- Availability and reports ---

    def uss_member(self, uss):
        availability, version = self.availability(uss)
        return {'status': {'uss': uss, 'availability': availability}, 'version': version}

    def get_availability(self, call, body, now_us, uss):
        return 200, self.uss_member(uss), self

    def set_availability(self, call, body, now_us, uss):
        """f3548 8.4."""
        wanted = body['availability'].lower() or 'unknown'
        found = [availability for availability in AVAILABILITIES if availability.lower() == wanted]
        if not found:
            raise bad('availability is none of the three')
        if not self.availability(uss)[1] == body['old_version']:
            raise Refused(409, 'not the version in force')
        others = [each for each in self.usss if each[0] != uss]
        model = self.changed(usss=others + [(uss, found[0], self.choose('ovn', uss))])
        return 200, model.uss_member(uss), model

    def report(self, call, body, now_us):
        """f3548 8.6."""
        sent = json.JSONDecoder().raw_decode(call.body.lstrip())[0] or {}
        return 201, Report(sent.get('exchange')), self


# Method, path, scopes of which one is enough, what the body holds, who answers: f3548 3.7.
SEEKERS, READERS, TOLD = (STRATEGIC, MONITORING), (MANAGEMENT, PROCESSING), (STRATEGIC, PROCESSING)
ALL = (MANAGEMENT, PROCESSING, STRATEGIC, MONITORING, ARBITRATION)
INTENTS, CONSTRAINTS = '/dss/v1/operational_intent_references', '/dss/v1/constraint_references'
SUBSCRIPTIONS, USSS, REPORTS = '/dss/v1/subscriptions', '/dss/v1/uss_availability', '/dss/v1/reports'
ONE, TWO = '/([^/]*)', '/([^/]*)/([^/]*)'
ROUTES = (
    ('POST', INTENTS + '/query', SEEKERS, QUERY, Model.query_intents),
    ('GET', INTENTS + ONE, SEEKERS, None, Model.get_intent),
    ('PUT', INTENTS + ONE, SEEKERS, PUT_INTENT, Model.put_intent),
    ('PUT', INTENTS + TWO, SEEKERS, PUT_INTENT, Model.put_intent),
    ('DELETE', INTENTS + TWO, SEEKERS, None, Model.delete_intent),
    ('POST', CONSTRAINTS + '/query', READERS, QUERY, Model.query_constraints),
    ('GET', CONSTRAINTS + ONE, READERS, None, Model.get_constraint),
    ('PUT', CONSTRAINTS + ONE, (MANAGEMENT,), PUT_CONSTRAINT, Model.put_constraint),
    ('PUT', CONSTRAINTS + TWO, (MANAGEMENT,), PUT_CONSTRAINT, Model.put_constraint),
    ('DELETE', CONSTRAINTS + TWO, (MANAGEMENT,), None, Model.delete_constraint),
    ('POST', SUBSCRIPTIONS + '/query', TOLD, QUERY, Model.query_subscriptions),
    ('GET', SUBSCRIPTIONS + ONE, TOLD, None, Model.get_subscription),
    ('PUT', SUBSCRIPTIONS + ONE, TOLD, PUT_SUBSCRIPTION, Model.put_subscription),
    ('PUT', SUBSCRIPTIONS + TWO, TOLD, PUT_SUBSCRIPTION, Model.put_subscription),
    ('DELETE', SUBSCRIPTIONS + TWO, TOLD, None, Model.delete_subscription),
    ('GET', USSS + ONE, (ARBITRATION, STRATEGIC, MONITORING), None, Model.get_availability),
    ('PUT', USSS + ONE, (ARBITRATION,), SET_AVAILABILITY, Model.set_availability),
    ('POST', REPORTS, ALL, REPORT, Model.report),
)
