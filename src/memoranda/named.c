/* SPDX-License-Identifier: Apache-2.0 */
/*
 * named.c: what a memorandum is called, and who stands behind its parties: by the version that took effect last; where none has, by the one
 * that will; else by the one that was drafted last.
 */
#include <string.h>

#include "internal.h"

/* The last that was drafted openly, by its author's time, then by its hash: the same everywhere. False: there is none. */
static bool last_draft(const struct life *life, const struct ent_memo_cut *cut, int64_t at_utc_us,
		struct ent_hash *ret_hash) {
	int64_t last_utc_us = 0;
	bool any = false;
	for (size_t i = 0; i < life->n_said; i++) {
		const struct said *said = &life->said[i];
		struct ent_memo_entry entry;
		if (said->kind != ENT_MEMO_ACT_DRAFT || said->sealed ||
				!said_counts(life, said, cut, at_utc_us, &entry))
			continue;
		if (any &&
				(entry.time_utc_us < last_utc_us ||
						(entry.time_utc_us == last_utc_us &&
								memcmp(&said->version, ret_hash,
										sizeof *ret_hash) <
										0)))
			continue;
		any = true;
		last_utc_us = entry.time_utc_us;
		*ret_hash = said->version;
	}
	return any;
}

bool named_by(const struct memorandum *memorandum, const struct ent_memo_cut *cut,
		const struct ent_memo_state *state, int64_t at_utc_us, struct ent_hash *ret_hash) {
	*ret_hash = state->version_given ? state->version : state->next;
	return state->version_given || state->next_given ||
			last_draft(memorandum->life, cut, at_utc_us, ret_hash);
}

/* NULL: there is none, or it cannot be read now. */
static const struct ent_memodoc_parts *parts_of(
		struct memorandum *memorandum, const struct ent_hash *hash) {
	const struct ent_memodoc *doc = NULL;
	return hash != NULL && document_of(memorandum, hash, &doc) == ENT_OK
			? ent_memodoc_parts(doc)
			: NULL;
}

void named_show_title(struct memorandum *memorandum, const struct ent_hash *hash,
		struct ent_jsonout *out) {
	const struct ent_memodoc_parts *parts = parts_of(memorandum, hash);
	ent_jsonout_name(out, "title");
	ent_jsonout_object_begin(out);
	for (uint32_t i = 0; parts != NULL && i < parts->title.n; i++)
		show_text(out, parts->title.language[i], parts->title.text[i]);
	ent_jsonout_object_end(out);
}

void named_show_coalition(struct memorandum *memorandum, const struct ent_hash *hash,
		const char *party, struct ent_jsonout *out) {
	const struct ent_memodoc_parts *parts = parts_of(memorandum, hash);
	ent_jsonout_name(out, "coalition");
	ent_jsonout_array_begin(out);
	for (uint32_t i = 0; parts != NULL && i < parts->terms.n_parties; i++)
		for (uint32_t j = 0; strcmp(parts->party[i].id, party) == 0 &&
				j < parts->party[i].n_members;
				j++) {
			ent_jsonout_object_begin(out);
			show_text(out, "id", parts->party[i].member[j].id);
			show_text(out, "name", parts->party[i].member[j].name);
			ent_jsonout_object_end(out);
		}
	ent_jsonout_array_end(out);
}
