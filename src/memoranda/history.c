/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history.c: a memorandum's entries in the one order, as JSON. Which they are is looked up first; their bytes are read
 * afterwards and one by one, so that a long history holds up nobody.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

struct line {
	const struct memo_ledger *ledger;
	uint32_t seq;
};
struct lines {
	const struct memorandum *memorandum;
	struct line *line;
	size_t n, capacity;
};

/* --- Which --- */

static bool put(void *user, uint32_t party, uint32_t seq) {
	struct lines *lines = user;
	const struct life *life = lines->memorandum->life;
	if (lines->n == lines->capacity)
		return false;
	lines->line[lines->n++] = (struct line){
			ledger_of(lines->memorandum, ent_memo_party_id(life->memo, party)), seq};
	return true;
}

/* Under the lock: those of the cut in their order, then those that wait, by their authors. */
static ent_status gather(const struct memorandum *memorandum, struct lines *lines) {
	const struct ent_memo *memo = memorandum->life->memo;
	struct ent_memo_cut cut;
	const uint32_t n = ent_memo_n_parties(memo);
	for (uint32_t i = 0; i < n; i++)
		lines->capacity += ent_memo_size(memo, i);
	lines->memorandum = memorandum;
	lines->line = calloc(lines->capacity + 1, sizeof *lines->line);
	if (lines->line == NULL)
		return ENT_E_MEMORY;
	ent_memo_cut_all(memo, &cut);
	ent_memo_walk(memo, &cut, put, lines);
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t seq = cut.size[i]; seq < ent_memo_size(memo, i); seq++)
			(void)put(lines, i, seq);
	return ENT_OK;
}

/* How it stands by now: among other parties, too, no entry is lost. */
static bool look_up(const struct line *line, struct ent_memo_entry *ret_entry) {
	struct memorandum *memorandum = line->ledger->of;
	(void)pthread_mutex_lock(&memorandum->lock);
	const struct life *life = memorandum->life;
	const uint32_t party = life_place(life, line->ledger->author);
	const bool found = party < ent_memo_n_parties(life->memo) &&
			line->seq < ent_memo_size(life->memo, party);
	if (found)
		ent_memo_entry(life->memo, party, line->seq, ret_entry);
	(void)pthread_mutex_unlock(&memorandum->lock);
	return found;
}

/* --- What each says --- */

static const char *const standing_texts[] = {
		[ENT_MEMO_WAITS] = "waits",
		[ENT_MEMO_FAULTY] = "fault",
		[ENT_MEMO_COUNTS] = "counts",
		[ENT_MEMO_PASSED] = "passed",
};

const char *standing_text(enum ent_memo_standing standing) {
	return standing_texts[standing];
}

static void show_time(struct ent_jsonout *out, const char *name, int64_t utc_us) {
	ent_jsonout_name(out, name);
	ent_jsonout_time(out, utc_us);
}

static void show_ids(struct ent_jsonout *out, const char *name,
		const char (*ids)[ENT_PARTY_ID_SIZE], uint32_t n) {
	ent_jsonout_name(out, name);
	ent_jsonout_array_begin(out);
	for (uint32_t i = 0; i < n; i++)
		ent_jsonout_string(out, ids[i]);
	ent_jsonout_array_end(out);
}

static void show_named_hash(
		struct ent_jsonout *out, const char *name, const struct ent_hash *hash) {
	ent_jsonout_name(out, name);
	show_hash(out, hash);
}

static void show_draft(struct ent_jsonout *out, const struct ent_memo_act *act) {
	struct ent_hash hash = act->sealed_hash;
	if (!act->sealed)
		ent_seal_sha256(act->document.bytes, act->document.size, &hash);
	show_named_hash(out, act->sealed ? "sealed" : "version", &hash);
	if (act->sealed)
		show_ids(out, "sealed_for", act->sealed_for, act->n_sealed_for);
	ent_jsonout_name(out, "ad_referendum");
	ent_jsonout_bool(out, act->ad_referendum);
}

/* What its kind has. */
static void show_kind(struct ent_jsonout *out, const struct ent_memo_act *act) {
	switch (act->kind) {
	case ENT_MEMO_ACT_DRAFT:
		show_draft(out, act);
		break;
	case ENT_MEMO_ACT_OFFER:
		show_named_hash(out, "version", &act->version);
		show_time(out, "answer_by", act->answer_by_utc_us);
		break;
	case ENT_MEMO_ACT_ACCEPT:
	case ENT_MEMO_ACT_DECLINE:
		ent_jsonout_name(out, "offer");
		ent_jsonout_object_begin(out);
		show_text(out, "party", act->offer.party);
		ent_jsonout_name(out, "seq");
		ent_jsonout_uint(out, act->offer.size);
		ent_jsonout_object_end(out);
		break;
	case ENT_MEMO_ACT_SIGN:
		show_named_hash(out, "version", &act->version);
		break;
	case ENT_MEMO_ACT_PAPER:
		show_named_hash(out, "version", &act->version);
		show_named_hash(out, "scan", &act->scan);
		show_time(out, "signed", act->signed_utc_us);
		show_ids(out, "signed_by", act->signed_by, act->n_signed_by);
		break;
	case ENT_MEMO_ACT_SUSPEND:
	case ENT_MEMO_ACT_WITHDRAW:
		show_time(out, "from", act->from_utc_us);
		break;
	case ENT_MEMO_ACT_LEVEL:
		show_text(out, "subject", ent_memo_subject_text(act->subject));
		show_text(out, "level", ent_memo_level_text(act->level));
		break;
	case ENT_MEMO_ACT_OBLIGATION:
		show_text(out, "clause", act->clause);
		ent_jsonout_name(out, "done");
		ent_jsonout_bool(out, act->done);
		break;
	default:
		break;
	}
	if (act->text.size > 0) {
		ent_jsonout_name(out, "text");
		ent_jsonout_string_n(out, act->text.bytes, act->text.size);
	}
}

static void show_seen(struct ent_jsonout *out, const struct ent_memo_act *act) {
	ent_jsonout_name(out, "seen");
	ent_jsonout_object_begin(out);
	for (uint32_t i = 0; i < act->n_seen; i++) {
		ent_jsonout_name(out, act->seen[i].party);
		ent_jsonout_uint(out, act->seen[i].size);
	}
	ent_jsonout_object_end(out);
	if (act->under_given)
		show_named_hash(out, "under", &act->under);
}

static void show_line(struct ent_jsonout *out, const struct line *line,
		const struct ent_memo_entry *entry) {
	show_text(out, "party", line->ledger->author);
	ent_jsonout_name(out, "seq");
	ent_jsonout_uint(out, line->seq);
	if (entry->understood) {
		show_text(out, "kind", ent_memo_act_text(entry->kind));
		show_text(out, "class", ent_memo_class_text(entry->class_));
		show_time(out, "declared", entry->time_utc_us);
	}
	show_time(out, "received", entry->received_utc_us);
	show_text(out, "standing", standing_text(entry->standing));
	if (entry->standing == ENT_MEMO_FAULTY) {
		ent_jsonout_name(out, "rule");
		ent_jsonout_uint(out, ent_memo_rule_invariant(entry->rule));
	}
	if (entry->standing == ENT_MEMO_FAULTY || entry->standing == ENT_MEMO_WAITS) {
		show_text(out, "where", entry->fault.where);
		show_text(out, "why", entry->fault.why);
	}
}

/* --- All of it --- */

struct showing {
	struct ent_json *json;
	struct ent_jsonout *out;
	const struct line *line;
	const struct acknowledged *acknowledged;
	char *bytes;
	size_t size;
};

static ent_status copy(void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct showing *showing = user;
	(void)seq;
	if (entry->bytes == NULL)
		return ENT_E_IO;
	char *bytes = realloc(showing->bytes, entry->size + 1);
	if (bytes == NULL)
		return ENT_E_MEMORY;
	memcpy(bytes, entry->bytes, entry->size);
	showing->bytes = bytes;
	showing->size = entry->size;
	return ENT_OK;
}

static ent_status show_one(struct showing *showing) {
	const struct line *line = showing->line;
	struct ent_memo_act act = {0};
	struct ent_memo_entry entry;
	if (!look_up(line, &entry))
		return ENT_OK;
	ent_status status = ent_post_read(line->ledger->post, line->seq, 1, copy, showing);
	if (status != ENT_OK || showing->bytes == NULL)
		return status == ENT_OK ? ENT_E_IO : status;
	status = ent_memo_act_read(showing->json, showing->bytes, showing->size, &act, NULL);
	if (status == ENT_E_MEMORY)
		return status;
	ent_jsonout_object_begin(showing->out);
	show_line(showing->out, line, &entry);
	if (line->ledger->ours)
		acknowledged_show(showing->acknowledged, line->seq, showing->out);
	if (status == ENT_OK && entry.understood) {
		show_seen(showing->out, &act);
		show_kind(showing->out, &act);
	}
	ent_jsonout_object_end(showing->out);
	return ENT_OK;
}

ent_status ent_memoranda_write_history(
		struct ent_memoranda *memoranda, const char *id, struct ent_jsonout *out) {
	struct memorandum *memorandum = NULL;
	struct lines lines = {.n = 0};
	struct acknowledged acknowledged;
	struct showing showing = {.out = out, .acknowledged = &acknowledged};
	memorandum = memoranda_find(memoranda, id);
	if (memorandum == NULL)
		return ENT_E_MISSING;
	ent_status status = acknowledged_ask(memorandum, &acknowledged);
	if (status == ENT_OK)
		status = look_begin(memoranda, id, &memorandum);
	if (status != ENT_OK)
		return status;
	status = gather(memorandum, &lines);
	(void)pthread_mutex_unlock(&memorandum->lock);
	if (status == ENT_OK)
		status = ent_json_create(&showing.json);
	for (size_t i = 0; status == ENT_OK && i < lines.n; i++) {
		showing.line = &lines.line[i];
		status = show_one(&showing);
	}
	free(showing.bytes);
	free(lines.line);
	ent_json_destroy(showing.json);
	return status;
}
