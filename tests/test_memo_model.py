# SPDX-License-Identifier: Apache-2.0
"""A memorandum's life once more, slowly and by other means, against random histories of tests/memo_history.c.

Each entry is judged by the set of all entries that it has seen, gathered anew each time; the state is worked out from
such a set by the invariants at the head of include/entente/memo.h. There are no clocks here, nothing is kept between
entries but verdicts, and the rules stand in the order in which docs/formats.md has them.
"""
import base64
import hashlib
import json
import os
import subprocess
import sys

SUBJECTS = ['flight', 'reserved-airspace', 'hazard-area', 'protected-place', 'reserved-position', 'reported-event',
            'cease-fire']
LEVELS = ['none', 'exchange', 'coordination']
RULES = ['NONE', 'FORM', 'SEQ', 'TIME', 'SIGNATURE', 'SEEN_BACK', 'SEEN_OPEN', 'BACKDATED', 'UNDER', 'PARTY', 'OUT',
         'DOCUMENT', 'DRAFTS', 'KNOWN', 'AD_REFERENDUM', 'SIGN_BY', 'SIGNED', 'COMPETING', 'REPLACES', 'PARTIES',
         'WITHDRAWN', 'INK', 'ANSWER_BY', 'ANSWERED', 'OWN_OFFER', 'NOTHING', 'AGAIN', 'RUNS', 'FROM', 'SUBJECT', 'LEVEL_AGAIN',
         'PLAY']
STATUSES = ['NOTHING', 'AGREED', 'IN_FORCE', 'SUSPENDED', 'EXPIRED', 'ENDED']
STAGES = ['UNKNOWN', 'AD_REFERENDUM', 'DRAFTED', 'SIGNING', 'INK', 'LAPSED', 'AGREED', 'CURRENT', 'REPLACED', 'OVERTAKEN']
APART_US = 300_000_000
EVER = 2**63 - 1
seen_declined = set()
seen_duties = set()
NO_WORD = ('FORM', 'SEQ', 'SIGNATURE')


class Terms:
    def __init__(self, text):
        memo, replaces, by, start, until, parties, levels, *note = text.split()
        self.hash = hashlib.sha256(text.encode()).hexdigest()
        self.good = memo == 'm' and len(levels) == 7
        self.replaces = None if replaces == '-' else replaces
        self.sign_by, self.start = int(by) * 10**6, int(start) * 10**6
        self.until = EVER if until == '-' else int(until) * 10**6
        self.parties = [letter * 16 for letter in parties]
        self.levels = [int(digit) for digit in levels]
        self.duty = ord(text[-1]) % 2
        self.notice = int(note[0][6:]) * 10**6 if note and note[0].startswith('notice') else 0
        self.good = self.good and self.sign_by <= self.start < self.until and 2 <= len(set(self.parties))


class Entry:
    """One entry as it came; 'rule' once it is judged."""

    def __init__(self, model, author, seq, text):
        self.author, self.seq, self.rule, self.terms = author, seq, None, None
        before = model.ledgers[author][-1] if seq else None
        try:
            self.act = json.loads(text)
        except ValueError:
            self.act = None
        word = self.first_look(text)
        if self.act is None:
            self.time = before.latest if before else 0
        else:
            self.time = self.act['time_us']
        self.seen = self.act['seen'] if word else before.seen if before else {}
        self.latest = before.latest if before else -2**63
        if word:
            self.latest = max(self.latest, self.time)
            self.read_document(model)

    def first_look(self, text):
        """Is it its author's word?"""
        if self.act is None:
            self.rule = 'FORM'
        elif self.act['seq'] != self.seq:
            self.rule = 'SEQ'
        else:
            start = text[:text.rindex(',"signature"')]
            said = f'{self.author[0]}entente/act/v1\n{self.author}.line.entente.invalid/memo/m/{self.author}\n{start}'
            digest = hashlib.sha256(said.encode()).digest()
            if base64.b64decode(self.act['signature']) != digest + digest:
                self.rule = 'SIGNATURE'
        return self.rule is None

    def read_document(self, model):
        if self.kind != 'draft' or 'document' not in self.act:
            return
        if sum(e.terms is not None for e in model.ledgers[self.author]) >= 64:
            self.rule = 'DRAFTS'
            return
        try:
            terms = Terms(self.act['document'])
        except ValueError:
            terms = None
        if terms is None or not terms.good:
            self.rule = 'DOCUMENT'
        else:
            self.terms = terms

    @property
    def kind(self):
        return self.act['kind'][5:] if self.act else None

    @property
    def counts(self):
        return self.rule == 'NONE' and self.act is not None and self.act['class'] == 'ACTUAL'


class Model:
    def __init__(self, parties):
        self.parties = parties
        self.ledgers = {p: [] for p in parties}

    def add(self, author, text):
        self.ledgers[author].append(Entry(self, author, len(self.ledgers[author]), text))
        while any(self.judge_next(p) for p in self.parties):
            pass

    def size(self, party):
        """Of what does not wait."""
        return next((i for i, e in enumerate(self.ledgers[party]) if not hasattr(e, 'judged')),
                    len(self.ledgers[party]))

    def past(self, author, seq, seen):
        """All that an entry has seen, as a set of (party, number)."""
        found, open_ = set(), [(author, i) for i in range(seq)]
        open_ += [(p, i) for p, n in seen.items() if p != author for i in range(n)]
        while open_:
            one = open_.pop()
            if one in found:
                continue
            found.add(one)
            entry = self.ledgers[one[0]][one[1]]
            open_ += [(p, i) for p, n in entry.seen.items() for i in range(n)]
        return found

    def judge_next(self, author):
        seq = self.size(author)
        if seq == len(self.ledgers[author]):
            return False
        entry = self.ledgers[author][seq]
        if any(p not in self.ledgers or self.size(p) < n for p, n in entry.seen.items() if p != author):
            return False
        entry.past = self.past(author, seq, entry.seen)
        entry.judged = True
        if entry.rule is None:
            entry.rule = self.place(entry) or 'NONE'
        if entry.counts:
            entry.rule = self.check(entry) or 'NONE'
        return True

    def place(self, entry):
        if entry.seq:
            before = self.ledgers[entry.author][entry.seq - 1]
            if entry.time <= before.latest:
                return 'TIME'
            if any(entry.seen.get(p, 0) <= i for p, i in before.past if p != entry.author):
                return 'SEEN_BACK'
        if any(entry.seen.get(p, 0) <= i for p, i in entry.past if p != entry.author):
            return 'SEEN_OPEN'
        seen = [self.ledgers[p][n - 1].latest for p, n in entry.seen.items()]
        return 'BACKDATED' if seen and max(seen) - entry.time > APART_US else None

    # --- What a set of entries comes to ---

    def those(self, cut, at, *kinds):
        entries = [self.ledgers[p][i] for p, i in cut]
        found = [e for e in entries if e.counts and e.time <= at and e.kind in kinds]
        return sorted(found, key=lambda e: (e.author, e.seq))

    def versions(self, cut, at):
        """By hash: terms, who drafted it openly, and the first signature of each."""
        versions = {}
        for e in self.those(cut, at, 'draft'):
            if e.terms:
                version = versions.setdefault(e.terms.hash, {'terms': e.terms, 'open': False, 'signed': {}})
                version['open'] = version['open'] or not e.act.get('ad_referendum', False)
        for e in self.those(cut, at, 'sign', 'paper'):
            if e.act['version'] in versions:
                versions[e.act['version']]['signed'].setdefault(e.author, e)
        return versions

    def withdrawals(self, cut, at):
        return {e.author: e for e in self.those(cut, at, 'withdraw')}

    def chain(self, cut, at):
        """Which take effect, with their moments, in order; later ones as far as is known."""
        agreed, chain = [], []
        for version in self.versions(cut, at).values():
            terms, signed = version['terms'], version['signed']
            if all(p in signed for p in terms.parties):
                agreed.append((max([terms.start] + [signed[p].time for p in terms.parties]), terms.hash, terms))
        left = self.withdrawals(cut, at)
        for start, _, terms in sorted(agreed, key=lambda a: a[:2]):
            if start >= terms.until or any(p in left and left[p].time <= start for p in terms.parties):
                continue
            if not chain:
                if terms.replaces is None:
                    chain.append((start, terms))
                continue
            last = chain[-1][1]
            bound = [p for p in last.parties if p in self.parties and not (
                p in left and left[p].time <= start and left[p].act['from_us'] <= start)]
            if terms.replaces == last.hash and set(bound) <= set(terms.parties) and len(bound) >= 2:
                chain.append((start, terms))
        return chain

    def suspended(self, cut, at, party):
        suspending = self.suspending(cut, at, party)
        return suspending if suspending and suspending.act['from_us'] <= at else None

    def suspending(self, cut, at, party):
        acts = [e for e in self.those(cut, at, 'suspend', 'resume') if e.author == party]
        return acts[-1] if acts and acts[-1].kind == 'suspend' else None

    def level(self, cut, at, party, terms, subject):
        acts = [e for e in self.those(cut, at, 'level') if e.author == party and
                e.act.get('under') == terms.hash and e.act['subject'] == SUBJECTS[subject]]
        return LEVELS.index(acts[-1].act['level']) if acts else terms.levels[subject]

    def status(self, cut, at):
        chain = self.chain(cut, at)
        begun = [c for c in chain if c[0] <= at]
        if not begun:
            return ('AGREED' if chain else 'NOTHING'), None, []
        head, left = begun[-1], self.withdrawals(cut, at)
        bound = [p for p in self.parties if p in head[1].parties and not (
            p in left and left[p].act['from_us'] <= at)]
        if len(bound) < 2:
            return 'ENDED', head, []
        if at >= head[1].until:
            return 'EXPIRED', head, bound
        return ('SUSPENDED' if any(self.suspended(cut, at, p) for p in bound) else 'IN_FORCE'), head, bound

    # --- Whether an entry counts ---

    def check(self, entry):
        act, past = entry.act, entry.past
        status, head, bound = self.status(past, entry.time)
        acting = head[1].hash if status in ('IN_FORCE', 'SUSPENDED') else None
        if act.get('under') != acting:
            return 'UNDER'
        own = self.withdrawals(past, EVER).get(entry.author)
        if own and (entry.kind in ('draft', 'offer', 'sign', 'paper', 'withdraw') or (
                entry.kind not in ('declare', 'obligation') and own.act['from_us'] <= entry.time)):
            return 'OUT'
        binds = acting is not None and entry.author in bound
        return getattr(self, f'check_{entry.kind}')(entry, past, head, binds)

    def check_draft(self, entry, *_):
        return 'PARTY' if entry.terms and entry.author not in entry.terms.parties else None

    def check_offer(self, entry, past, *_):
        version = self.versions(past, EVER).get(entry.act['version'])
        if not version:
            return 'KNOWN'
        if entry.author not in version['terms'].parties:
            return 'PARTY'
        return 'ANSWER_BY' if entry.act['answer_by_us'] < entry.time else None

    def check_accept(self, entry, past, *_):
        of = (entry.act['offer']['party'], entry.act['offer']['seq'])
        if of[0] == entry.author:
            return 'OWN_OFFER'
        offer = self.ledgers[of[0]][of[1]] if of in past else None
        if offer and offer.counts and offer.kind == 'draft' and entry.kind == 'decline':
            return self.check_decline_of_draft(entry, offer, past)
        if not offer or not offer.counts or offer.kind != 'offer':
            return 'KNOWN'
        if entry.author not in self.versions(offer.past, EVER)[offer.act['version']]['terms'].parties:
            return 'PARTY'
        if entry.time > offer.act['answer_by_us']:
            return 'ANSWER_BY'
        return 'ANSWERED' if any(e.author == entry.author and e.act['offer'] == entry.act['offer']
                                 for e in self.those(past, EVER, 'accept', 'decline')) else None

    check_decline = check_accept

    def check_decline_of_draft(self, entry, draft, past):
        version = self.versions(past, EVER)[draft.terms.hash]
        if entry.author not in version['terms'].parties:
            return 'PARTY'
        if entry.author in version['signed']:
            return 'SIGNED'
        return 'ANSWERED' if self.declined(past, EVER, draft, entry.author) else None

    def declined(self, cut, at, draft, party):
        return any(e.author == party and e.act['offer'] == {'party': draft.author, 'seq': draft.seq}
                   for e in self.those(cut, at, 'decline'))

    def check_sign(self, entry, past, *_):
        versions, paper = self.versions(past, EVER), entry.kind == 'paper'
        version = versions.get(entry.act['version'])
        when = entry.act['signed_us'] if paper else entry.time
        if not version:
            return 'KNOWN'
        terms = version['terms']
        if not version['open']:
            return 'AD_REFERENDUM'
        if entry.author not in terms.parties:
            return 'PARTY'
        if paper and (entry.author not in entry.act['signed_by'] or when > entry.time or
                      not set(entry.act['signed_by']) <= set(terms.parties)):
            return 'INK'
        if when > terms.sign_by:
            return 'SIGN_BY'
        if entry.author in version['signed']:
            return 'SIGNED'
        if any(entry.author in v['signed'] and v['terms'].replaces == terms.replaces and v['terms'].sign_by >= when
               for v in versions.values()):
            return 'COMPETING'
        return self.check_succession(terms, past)

    check_paper = check_sign

    def check_succession(self, terms, past):
        chain, left = self.chain(past, EVER), self.withdrawals(past, EVER)
        if any(p in left for p in terms.parties):
            return 'WITHDRAWN'
        if not chain:
            return None if terms.replaces is None else 'REPLACES'
        start, last = chain[-1]
        if terms.replaces != last.hash or terms.start <= start:
            return 'REPLACES'
        bound = [p for p in last.parties if p in self.parties and not (
            p in left and max(left[p].time, left[p].act['from_us']) <= terms.start)]
        if not set(bound) <= set(terms.parties):
            return 'PARTIES'
        return 'WITHDRAWN' if len(bound) < 2 else None

    def check_suspend(self, entry, past, _, binds):
        if not binds:
            return 'NOTHING'
        if self.suspended(past, EVER, entry.author):
            return 'AGAIN'
        return 'FROM' if entry.act['from_us'] < entry.time else None

    def check_resume(self, entry, past, *_):
        return None if self.suspended(past, EVER, entry.author) else 'RUNS'

    def check_withdraw(self, entry, past, *_):
        chain = self.chain(past, EVER)
        if not chain or entry.author not in chain[-1][1].parties:
            return 'NOTHING'
        return 'FROM' if entry.act['from_us'] < entry.time else None

    def check_level(self, entry, past, head, binds):
        if not binds:
            return 'NOTHING'
        subject = SUBJECTS.index(entry.act['subject'])
        if head[1].levels[subject] == 0:
            return 'SUBJECT'
        level = self.level(past, EVER, entry.author, head[1], subject)
        return 'LEVEL_AGAIN' if LEVELS[level] == entry.act['level'] else None

    def check_declare(self, entry, past, *_):
        parties = [p for v in self.versions(past, EVER).values() for p in v['terms'].parties]
        return None if entry.author in parties else 'PARTY'

    def check_obligation(self, entry, _, head, __):
        if not head:
            return 'NOTHING'
        return None if entry.author in head[1].parties else 'PARTY'

    # --- As text ---

    def order(self, cut):
        done, left = set(), set(cut)
        while left:
            ready = [o for o in left if self.ledgers[o[0]][o[1]].past <= done]
            one = min(ready, key=lambda o: (self.ledgers[o[0]][o[1]].time, o[0], o[1]))
            yield self.ledgers[one[0]][one[1]]
            done.add(one)
            left.remove(one)

    def dump(self, sizes, at):
        cut = {(p, i) for p, n in zip(self.parties, sizes) for i in range(n)}
        yield from self.dump_state(cut, at)
        for p in self.parties:
            for duty in (0, 1):
                words = [e for e in self.those(cut, at, 'obligation') if e.author == p and e.act['clause'] == 'c1' and
                         self.status(e.past, e.time)[1][1].duty == duty]
                yield f'word {2 if words[-1].act["done"] else 1} {words[-1].seq}' if words else 'word 0 0'
                seen_duties.add((duty, bool(words)))
        chain = self.chain(cut, at)
        for name, version in sorted(self.versions(cut, at).items()):
            yield self.dump_version(version, chain, at)
        for entry in self.order(cut):
            yield f'entry {entry.author} {entry.seq} rule {RULES.index(entry.rule)}'
            declined = [i for i, p in enumerate(self.parties) if self.declined(cut, at, entry, p)]
            if entry.counts and entry.kind == 'draft' and entry.time <= at and declined:
                seen_declined.add(entry.terms.hash)
                yield f'declined {sum(1 << i for i in declined):x}'
            if entry.counts and entry.kind == 'offer' and entry.time <= at:
                yield 'offer ' + ' '.join(str(self.answer(cut, at, entry, p)) for p in self.parties)

    def dump_state(self, cut, at):
        status, head, bound = self.status(cut, at)
        later = [c for c in self.chain(cut, at) if c[0] > at]
        levels = {p: [self.level(cut, at, p, head[1], s) for s in range(7)] if p in bound else [0] * 7
                  for p in self.parties}
        least = [min(levels[p][s] for p in bound) if status in ('IN_FORCE', 'SUSPENDED') else 0 for s in range(7)]
        text = [f'status {STATUSES.index(status)} version',
                f'{head[1].hash} since {head[0]} until {head[1].until}' if head else '- since 0 until 0',
                f'next {later[0][1].hash} {later[0][0]}' if later else 'next - 0', 'levels', *map(str, least)]
        yield ' '.join(text)
        left = self.withdrawals(cut, at)
        for p in self.parties:
            suspending, suspended = self.suspending(cut, at, p), self.suspended(cut, at, p)
            due = suspending.time + self.versions(suspending.past, EVER)[suspending.act['under']]['terms'].notice \
                if suspending else 0
            yield (f'{p} bound {int(p in bound)} suspended {int(suspending is not None)} {int(suspended is not None)} '
                   f'{suspending.act["from_us"] if suspending else 0} due {due} withdrawn {int(p in left)} '
                   f'{left[p].act["from_us"] if p in left else 0} levels {" ".join(map(str, levels[p]))}')

    def dump_version(self, version, chain, at):
        terms, signed = version['terms'], version['signed']
        begun = [t.hash for start, t in chain if start <= at]
        if all(p in signed for p in terms.parties):
            if terms.hash in begun:
                stage = 'CURRENT' if begun[-1] == terms.hash else 'REPLACED'
            else:
                stage = 'AGREED' if terms.hash in [t.hash for _, t in chain] else 'OVERTAKEN'
        elif not version['open']:
            stage = 'AD_REFERENDUM'
        elif at > terms.sign_by:
            ink = {p for e in signed.values() for p in e.act.get('signed_by', [])}
            stage = 'INK' if set(terms.parties) & set(self.parties) == set(terms.parties) <= ink | set(signed) else 'LAPSED'
        else:
            stage = 'SIGNING' if signed else 'DRAFTED'
        evidence = []
        for p in self.parties:
            attested = any(p in e.act.get('signed_by', []) for e in signed.values()) and p in terms.parties
            evidence.append((3 if signed[p].kind == 'sign' else 2) if p in signed else int(attested))
        return f'version {terms.hash} stage {STAGES.index(stage)} by {" ".join(map(str, evidence))}'

    def answer(self, cut, at, offer, party):
        terms = self.versions(offer.past, EVER)[offer.act['version']]['terms']
        if party == offer.author or party not in terms.parties:
            return 0
        for e in self.those(cut, at, 'accept', 'decline'):
            if e.author == party and e.act['offer'] == {'party': offer.author, 'seq': offer.seq}:
                return 2 if e.kind == 'accept' else 3
        return 4 if at > offer.act['answer_by_us'] else 1


def main():
    scale = float(os.environ.get('ENTENTE_TEST_SCALE', '1'))
    histories = max(1, int(60 * scale))
    seen = {'status': set(), 'stage': set(), 'rule': set()}
    text = subprocess.run([sys.argv[1], '1', str(histories), '60'], check=True, capture_output=True, text=True).stdout
    model, history, dumps = None, None, 0
    lines = iter(text.split('\n')[:-1])
    for line in lines:
        word, _, rest = line.partition(' ')
        if word == 'history':
            model, history = Model([letter * 16 for letter in 'abcd']), rest
        elif word == 'add':
            model.add(rest[0] * 16, rest[2:])
        else:
            assert word == 'dump', line
            at, *sizes = map(int, rest.split())
            expected = list(iter(lambda: next(lines), 'end'))
            found = list(model.dump(sizes, at))
            for a, b in zip(expected + ['nothing'], found + ['nothing']):
                if a != b:
                    sys.exit(f'history {history}, {line}\nthe program: {a}\nthe model:   {b}')
                words = a.split()
                if words[0] == 'status':
                    seen['status'].add(words[1])
                elif words[0] == 'version':
                    seen['stage'].add(words[3])
                elif words[0] == 'entry':
                    seen['rule'].add(words[4])
            dumps += 1
    print(f'{histories} histories, {dumps} states:', {name: len(values) for name, values in seen.items()})
    if scale >= 1 and (not seen_declined or len(seen_duties) < 4 or len(seen['status']) < 6 or len(seen['stage']) < 9 or len(seen['rule']) < 24):
        sys.exit('these histories show too little')


main()
