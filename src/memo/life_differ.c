/* SPDX-License-Identifier: Apache-2.0 */
/* life_differ.c: where two cuts come to different states: what two parties would show, side by side. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "entente/text.h"
#include "life.h"

struct differing {
	const struct ent_memo *memo;
	const struct ent_memo_cut *cut[2];
	int64_t at_utc_us;
	struct ent_memo_difference difference; /* the next */
	size_t n;
	ent_memo_tell_fn tell;
	void *user;
};

static void compare(struct differing *d, const char *a, const char *b, const char *format, ...)
		ENT_PRINTF(4, 5);

static void compare(struct differing *d, const char *a, const char *b, const char *format, ...) {
	va_list arguments;
	if (strcmp(a, b) == 0)
		return;
	va_start(arguments, format);
	(void)vsnprintf(d->difference.what, sizeof d->difference.what, format, arguments);
	va_end(arguments);
	(void)snprintf(d->difference.a, sizeof d->difference.a, "%s", a);
	(void)snprintf(d->difference.b, sizeof d->difference.b, "%s", b);
	d->n++;
	if (d->tell != NULL)
		d->tell(d->user, &d->difference);
}

static const char *hash_text(bool given, const struct ent_hash *hash, char text[65]) {
	(void)snprintf(text, 65, "none");
	for (size_t i = 0; given && i < ENT_HASH_SIZE; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", (unsigned)hash->bytes[i]);
	return text;
}

static const char *time_text(bool given, int64_t utc_us, char text[ENT_TEXT_TIME_SIZE]) {
	if (given)
		(void)ent_text_print_time(utc_us, text);
	else
		(void)snprintf(text, ENT_TEXT_TIME_SIZE, "no");
	return text;
}

static void compare_times(struct differing *d, const char *of, const char *what,
		const bool given[2], const int64_t utc_us[2]) {
	char text[2][ENT_TEXT_TIME_SIZE];
	if (given[0] == given[1] && utc_us[0] == utc_us[1])
		return;
	compare(d, time_text(given[0], utc_us[0], text[0]), time_text(given[1], utc_us[1], text[1]),
			"%s%s", of, what);
}

static void compare_levels(struct differing *d, const char *of, const enum ent_memo_level *a,
		const enum ent_memo_level *b) {
	for (int s = 0; s < ENT_MEMO_SUBJECT_COUNT; s++)
		compare(d, ent_memo_level_text(a[s]), ent_memo_level_text(b[s]), "%slevel of %s",
				of, ent_memo_subject_text((enum ent_memo_subject)s));
}

static void compare_member(struct differing *d, uint32_t party, const struct ent_memo_member *a,
		const struct ent_memo_member *b) {
	char of[ENT_PARTY_ID_SIZE + 2];
	(void)snprintf(of, sizeof of, "%s ", ent_memo_party_id(d->memo, party));
	compare(d, a->bound ? "yes" : "no", b->bound ? "yes" : "no", "%sbound", of);
	compare_times(d, of, "suspended", (bool[]){a->suspended, b->suspended},
			(int64_t[]){a->suspended_utc_us, b->suspended_utc_us});
	compare_times(d, of, "suspending", (bool[]){a->suspending, b->suspending},
			(int64_t[]){a->suspended_utc_us, b->suspended_utc_us});
	compare_times(d, of, "withdrawn", (bool[]){a->withdrawing, b->withdrawing},
			(int64_t[]){a->withdrawn_utc_us, b->withdrawn_utc_us});
	compare_levels(d, of, a->level, b->level);
}

static void compare_hashes(struct differing *d, const char *what, const bool given[2],
		const struct ent_hash *a, const struct ent_hash *b) {
	char text[2][65];
	if (given[0] == given[1] && life_hash_is(a, b))
		return;
	compare(d, hash_text(given[0], a, text[0]), hash_text(given[1], b, text[1]), "%s", what);
}

static void compare_states(struct differing *d) {
	struct ent_memo_state state[2];
	for (int i = 0; i < 2; i++)
		ent_memo_state(d->memo, d->cut[i], d->at_utc_us, &state[i]);
	const struct ent_memo_state *a = &state[0], *b = &state[1];
	const bool version[] = {a->version_given, b->version_given};
	const bool next[] = {a->next_given, b->next_given};
	compare(d, ent_memo_status_text(a->status), ent_memo_status_text(b->status), "status");
	compare_hashes(d, "version", version, &a->version, &b->version);
	compare_times(d, "", "in force since", version,
			(int64_t[]){a->since_utc_us, b->since_utc_us});
	compare_hashes(d, "next version", next, &a->next, &b->next);
	compare_times(d, "", "next version from", next,
			(int64_t[]){a->next_from_utc_us, b->next_from_utc_us});
	compare_levels(d, "", a->level, b->level);
	for (uint32_t i = 0; i < d->memo->n; i++)
		compare_member(d, i, &a->member[i], &b->member[i]);
}

static void compare_versions(struct differing *d) {
	struct ent_memo_version of[2];
	char text[65];
	for (uint32_t v = 0; v < d->memo->n_versions; v++) {
		for (int i = 0; i < 2; i++)
			ent_memo_version(d->memo, d->cut[i], d->at_utc_us, v, &of[i]);
		if (of[0].stage == of[1].stage &&
				memcmp(of[0].evidence, of[1].evidence, sizeof of[0].evidence) == 0)
			continue;
		(void)hash_text(true, &d->memo->versions[v].terms.hash, text);
		compare(d, ent_memo_stage_text(of[0].stage), ent_memo_stage_text(of[1].stage),
				"version %s", text);
		for (uint32_t i = 0; i < d->memo->n; i++)
			compare(d, ent_memo_evidence_text(of[0].evidence[i]),
					ent_memo_evidence_text(of[1].evidence[i]),
					"version %s by %s", text, ent_memo_party_id(d->memo, i));
	}
}

static void compare_offer(struct differing *d, uint32_t party, uint32_t seq) {
	enum ent_memo_answer of[2][ENT_MEMO_PARTIES_MAX];
	const char *id = ent_memo_party_id(d->memo, party);
	bool there[2];
	for (int i = 0; i < 2; i++)
		there[i] = ent_memo_offer(d->memo, d->cut[i], d->at_utc_us, party, seq, of[i]) ==
				ENT_OK;
	compare(d, there[0] ? "made" : "not made", there[1] ? "made" : "not made", "offer %u of %s",
			(unsigned)seq, id);
	for (uint32_t i = 0; there[0] && there[1] && i < d->memo->n; i++)
		compare(d, ent_memo_answer_text(of[0][i]), ent_memo_answer_text(of[1][i]),
				"offer %u of %s to %s", (unsigned)seq, id,
				ent_memo_party_id(d->memo, i));
}

static void compare_draft(struct differing *d, uint32_t party, uint32_t seq) {
	const char *id = ent_memo_party_id(d->memo, party);
	const uint32_t a = ent_memo_declined(d->memo, d->cut[0], d->at_utc_us, party, seq),
		       b = ent_memo_declined(d->memo, d->cut[1], d->at_utc_us, party, seq);
	for (uint32_t i = 0; i < d->memo->n; i++)
		compare(d, a >> i & 1 ? "yes" : "no", b >> i & 1 ? "yes" : "no",
				"draft %u of %s declined by %s", (unsigned)seq, id,
				ent_memo_party_id(d->memo, i));
}

static void compare_entry(struct differing *d, uint32_t party, uint32_t seq) {
	const struct life_entry *entry = &d->memo->ledgers[party].entries[seq];
	if (!life_counts(entry))
		return;
	if (entry->kind == ENT_MEMO_ACT_OFFER)
		compare_offer(d, party, seq);
	else if (entry->kind == ENT_MEMO_ACT_DRAFT)
		compare_draft(d, party, seq);
}

size_t ent_memo_differ(const struct ent_memo *memo, const struct ent_memo_cut *a,
		const struct ent_memo_cut *b, int64_t at_utc_us, ent_memo_tell_fn tell,
		void *user) {
	struct differing d = {.memo = memo,
			.cut = {a, b},
			.at_utc_us = at_utc_us,
			.tell = tell,
			.user = user};
	compare_states(&d);
	compare_versions(&d);
	for (uint32_t i = 0; i < memo->n; i++)
		for (uint32_t seq = 0; seq < memo->ledgers[i].judged; seq++)
			compare_entry(&d, i, seq);
	return d.n;
}
