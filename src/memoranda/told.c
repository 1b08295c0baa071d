/* SPDX-License-Identifier: Apache-2.0 */
/*
 * told.c: of which moment all that time alone has changed is told, kept over starts as entries of the ledger "received" (received.c,
 * docs/formats.md). A mark is written behind what it is of, and only when something was told: so what comes between the
 * last mark and a start is told then, and a node that dies in between may tell something twice, and never nothing.
 *
 *  1. All memoranda are asked of one moment (timed.c), and that is what is marked.
 *  2. Acts are marked behind as well: else what one has brought about at once would seem, at a start, time's doing.
 *  3. While a thread is about to tell nothing is marked: what it has found is not yet told.
 */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>

#include "internal.h"

int64_t told_before(struct ent_memoranda *all) {
	(void)pthread_mutex_lock(&all->marks_lock);
	const int64_t utc_us = all->told.utc_us;
	(void)pthread_mutex_unlock(&all->marks_lock);
	return utc_us;
}

void told_begin(struct ent_memoranda *all) {
	atomic_fetch_add(&all->told.tellers, 1);
}

void told_end(struct ent_memoranda *all, bool news) {
	if (news)
		atomic_store(&all->told.news, true);
	atomic_fetch_sub(&all->told.tellers, 1);
}

/* --- Entries --- */

ent_status told_decide(const struct ent_memoranda *all, const struct mark_command *command,
		struct ent_scribe_draft *draft) {
	char bytes[192];
	const int length = snprintf(bytes, sizeof bytes,
			"{\"seq\":%" PRIu64 ",\"time_us\":%" PRId64
			",\"kind\":\"told\",\"class\":\"%s\",\"told_us\":%" PRId64 "}",
			draft->seq, draft->time_us, all->options.settable_clock ? "TEST" : "ACTUAL",
			command->told_utc_us);
	return ent_scribe_add(draft, bytes, (size_t)length);
}

ent_status told_apply(struct ent_memoranda *all, struct ent_json_value root,
		struct ent_fault *reterr_fault) {
	struct ent_json_value value;
	int64_t utc_us;
	if (!ent_json_member(root, "told_us", &value) || !ent_json_int(value, &utc_us)) {
		ent_fault_set(reterr_fault, "told_us", "is no time");
		return ENT_E_SYNTAX;
	}
	(void)pthread_mutex_lock(&all->marks_lock);
	all->told.applied_utc_us = utc_us;
	(void)pthread_mutex_unlock(&all->marks_lock);
	return ENT_OK;
}

/* --- Marking --- */

/*
 * In the scribe's thread, when it was not refused. What cannot be marked now is marked by a later tick, and told once more by a start
 * before that; that the ledger takes no entries its scribe says.
 */
static void marked(struct ent_scribe_job *job, ent_status status) {
	struct told *told = (struct told *)((char *)job - offsetof(struct told, job));
	if (status != ENT_OK)
		atomic_store(&told->news, true);
	atomic_store(&told->marking, false);
}

bool told_mark(struct ent_memoranda *all, int64_t told_utc_us) {
	struct told *told = &all->told;
	if (atomic_load(&told->tellers) > 0 || atomic_exchange(&told->marking, true))
		return false;
	told->command = (struct mark_command){.told_utc_us = told_utc_us};
	told->job = (struct ent_scribe_job){.command = &told->command, .done = marked};
	ent_post_submit(all->received, &told->job);
	return true;
}
