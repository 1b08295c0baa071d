/* SPDX-License-Identifier: Apache-2.0 */
/*
 * documents.c: the documents of a memorandum as a list, as JSON: docs/openapi-v1.yaml has the form. Which they are is gathered under
 * the lock; the post is asked and all is written afterwards.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* A draft: the bytes, and who drafted them by which entry. */
struct drafted {
	struct ent_hash hash;
	bool sealed, here;
	enum ent_memo_stage stage; /* UNKNOWN: it is sealed, or its entry waits for others */
	char party[ENT_PARTY_ID_SIZE];
	uint32_t seq;
};
struct listing {
	struct drafted *drafted;
	size_t n;
	uint64_t more; /* earlier ones, for which there was no room */
};

/* --- Under the lock --- */

static void gather_one(struct memorandum *memorandum, const struct ent_memo_cut *cut,
		int64_t at_utc_us, const struct said *said, struct drafted *ret_drafted) {
	const struct ent_memo *memo = memorandum->life->memo;
	struct ent_memo_version version = {.stage = ENT_MEMO_STAGE_UNKNOWN};
	uint32_t i = 0;
	if (!said->sealed && ent_memo_find(memo, &said->version, &i) == ENT_OK)
		ent_memo_version(memo, cut, at_utc_us, i, &version);
	*ret_drafted = (struct drafted){.hash = said->version,
			.sealed = said->sealed,
			.here = !said->sealed,
			.stage = version.stage,
			.seq = said->seq};
	(void)snprintf(ret_drafted->party, sizeof ret_drafted->party, "%s",
			ent_memo_party_id(memo, said->party));
}

/* The last that fit, in the order in which they came. */
static void gather(struct memorandum *memorandum, int64_t at_utc_us, struct listing *listing) {
	const struct life *life = memorandum->life;
	struct ent_memo_cut cut;
	uint64_t all = 0;
	ent_memo_cut_all(life->memo, &cut);
	for (size_t i = 0; i < life->n_said; i++)
		all += life->said[i].kind == ENT_MEMO_ACT_DRAFT;
	listing->more = all > ENT_MEMORANDA_DOCUMENTS_MAX ? all - ENT_MEMORANDA_DOCUMENTS_MAX : 0;
	uint64_t passed = 0;
	for (size_t i = 0; i < life->n_said; i++)
		if (life->said[i].kind == ENT_MEMO_ACT_DRAFT && passed++ >= listing->more)
			gather_one(memorandum, &cut, at_utc_us, &life->said[i],
					&listing->drafted[listing->n++]);
}

/* --- Not under it --- */

/* What is sealed for others never comes here, and what came is purged in its time. */
static void note_payload(void *user, const struct ent_post_payload *payload) {
	struct listing *listing = user;
	for (size_t i = 0; i < listing->n; i++) {
		struct drafted *drafted = &listing->drafted[i];
		if (drafted->sealed && drafted->seq == payload->seq &&
				strcmp(drafted->party, payload->author) == 0)
			drafted->here = payload->here;
	}
}

/* What all parties have agreed is a version, whatever became of it. */
static bool is_agreed(enum ent_memo_stage stage) {
	return stage == ENT_MEMO_STAGE_AGREED || stage == ENT_MEMO_STAGE_CURRENT ||
			stage == ENT_MEMO_STAGE_REPLACED || stage == ENT_MEMO_STAGE_OVERTAKEN;
}

static bool is_same(const struct drafted *a, const struct drafted *b) {
	return memcmp(&a->hash, &b->hash, sizeof a->hash) == 0;
}

/* Several may draft the same bytes. */
static void write_drafters(const struct listing *listing, size_t first, struct ent_jsonout *out) {
	ent_jsonout_name(out, "drafted");
	ent_jsonout_array_begin(out);
	for (size_t i = first; i < listing->n; i++) {
		if (!is_same(&listing->drafted[i], &listing->drafted[first]))
			continue;
		ent_jsonout_object_begin(out);
		show_text(out, "party", listing->drafted[i].party);
		ent_jsonout_name(out, "seq");
		ent_jsonout_uint(out, listing->drafted[i].seq);
		ent_jsonout_object_end(out);
	}
	ent_jsonout_array_end(out);
}

static void write_one(const struct listing *listing, size_t i, struct ent_jsonout *out) {
	const struct drafted *drafted = &listing->drafted[i];
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "hash");
	show_hash(out, &drafted->hash);
	show_text(out, "what",
			drafted->sealed                             ? "sealed"
					: is_agreed(drafted->stage) ? "version"
								    : "draft");
	ent_jsonout_name(out, "stage");
	if (drafted->stage != ENT_MEMO_STAGE_UNKNOWN)
		ent_jsonout_string(out, ent_memo_stage_text(drafted->stage));
	else
		ent_jsonout_null(out);
	write_drafters(listing, i, out);
	ent_jsonout_name(out, "here");
	ent_jsonout_bool(out, drafted->here);
	ent_jsonout_object_end(out);
}

static void write_all(const struct listing *listing, struct ent_jsonout *out) {
	ent_jsonout_name(out, "documents");
	ent_jsonout_array_begin(out);
	for (size_t i = 0; i < listing->n; i++) {
		size_t first = 0;
		while (!is_same(&listing->drafted[first], &listing->drafted[i]))
			first++;
		if (first == i)
			write_one(listing, i, out);
	}
	ent_jsonout_array_end(out);
	ent_jsonout_name(out, "more");
	ent_jsonout_uint(out, listing->more);
}

ent_status ent_memoranda_write_documents(struct ent_memoranda *memoranda, const char *id,
		int64_t at_utc_us, struct ent_jsonout *out) {
	struct memorandum *memorandum = NULL;
	struct listing listing = {.n = 0};
	char prefix[ENT_MEMO_ID_SIZE + 8];
	listing.drafted = calloc(ENT_MEMORANDA_DOCUMENTS_MAX, sizeof *listing.drafted);
	ent_status status = listing.drafted != NULL ? look_begin(memoranda, id, &memorandum)
						    : ENT_E_MEMORY;
	if (status == ENT_OK) {
		gather(memorandum, at_utc_us, &listing);
		(void)pthread_mutex_unlock(&memorandum->lock);
		(void)snprintf(prefix, sizeof prefix, "memo/%s/", id);
		status = ent_post_payloads(memoranda->options.post, prefix, note_payload, &listing);
	}
	if (status == ENT_OK)
		write_all(&listing, out);
	free(listing.drafted);
	return status;
}
