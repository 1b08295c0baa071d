/* SPDX-License-Identifier: Apache-2.0 */
/* batch.c: jobs, and the entries and payloads that were decided for them; see internal.h. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

void scribe_jobs_init(struct jobs *jobs) {
	*jobs = (struct jobs){NULL, &jobs->first, 0};
}

void scribe_jobs_add(struct jobs *jobs, struct ent_scribe_job *job) {
	job->next = NULL;
	*jobs->last = job;
	jobs->last = &job->next;
	jobs->n++;
}

struct ent_scribe_job *scribe_jobs_take(struct jobs *jobs) {
	struct ent_scribe_job *job = jobs->first;
	if (job == NULL)
		return NULL;
	jobs->first = job->next;
	jobs->n--;
	if (jobs->first == NULL)
		jobs->last = &jobs->first;
	return job;
}

size_t scribe_jobs_done(struct jobs *jobs, ent_status status) {
	struct ent_scribe_job *job;
	size_t n = 0;
	/* Once it is told, it is no longer ours. */
	for (; (job = scribe_jobs_take(jobs)) != NULL; n++)
		job->done(job, status);
	return n;
}

void batch_init(struct batch *batch) {
	*batch = (struct batch){.n = 0};
	scribe_jobs_init(&batch->jobs);
}

static void drop_from(struct batch *batch, size_t n) {
	for (size_t i = n; i < batch->n; i++) {
		batch->bytes -= batch->entries[i].size;
		free((void *)batch->entries[i].bytes);
	}
	batch->n = n;
}

static void drop_payloads_from(struct batch *batch, size_t n) {
	for (size_t i = n; i < batch->n_payloads; i++) {
		batch->bytes -= batch->payloads[i].size;
		ent_seal_wipe((void *)batch->payloads[i].bytes, batch->payloads[i].size);
		free((void *)batch->payloads[i].bytes);
	}
	batch->n_payloads = n;
}

void batch_clear(struct batch *batch) {
	drop_payloads_from(batch, 0);
	drop_from(batch, 0);
	batch->refused = 0;
}

void batch_finish(struct batch *batch) {
	batch_clear(batch);
	free(batch->entries);
	free(batch->payloads);
}

bool batch_is_full(const struct batch *batch) {
	return batch->n >= BATCH_ENTRIES_MAX || batch->bytes >= BATCH_BYTES_MAX ||
			batch->jobs.n >= BATCH_JOBS_MAX;
}

void batch_drop_command(struct batch *batch) {
	drop_payloads_from(batch, batch->command_payloads);
	drop_from(batch, batch->command_n);
}

void batch_begin_command(struct batch *batch) {
	batch->command_n = batch->n;
	batch->command_payloads = batch->n_payloads;
}

/* --- What a command comes to --- */

/* Room for one more of this size. NULL: out of memory; then the array is as it was. */
static void *room(void *array, size_t n, size_t *capacity, size_t size) {
	if (n < *capacity)
		return array;
	const size_t more = *capacity == 0 ? 64 : 2 * *capacity;
	void *grown = realloc(array, more * size);
	if (grown != NULL)
		*capacity = more;
	return grown;
}

static char *copy_of(const char *bytes, size_t size) {
	char *copy = malloc(size > 0 ? size : 1);
	if (copy != NULL && size > 0)
		memcpy(copy, bytes, size);
	return copy;
}

ent_status ent_scribe_add(struct ent_scribe_draft *draft, const char *bytes, size_t size) {
	struct batch *batch = draft->batch;
	uint64_t seq = 0;
	int64_t time_us = 0;
	if (!ent_scribe_entry_place(bytes, size, &seq, &time_us) || seq != draft->seq ||
			time_us != draft->time_us)
		return ENT_E_DOMAIN;
	if (size > ENT_SCRIBE_ENTRY_MAX ||
			batch->n - batch->command_n >= ENT_SCRIBE_COMMAND_ENTRIES_MAX)
		return ENT_E_LIMIT;
	void *entries = room(batch->entries, batch->n, &batch->capacity, sizeof *batch->entries);
	if (entries == NULL)
		return ENT_E_MEMORY;
	batch->entries = entries;
	char *copy = copy_of(bytes, size);
	if (copy == NULL)
		return ENT_E_MEMORY;
	batch->entries[batch->n++] = (struct ent_store_entry){.bytes = copy, .size = size};
	batch->bytes += size;
	draft->seq++;
	draft->time_us++;
	return ENT_OK;
}

ent_status ent_scribe_add_payload(struct ent_scribe_draft *draft, const char *bytes, size_t size) {
	struct batch *batch = draft->batch;
	if (batch->n == batch->command_n)
		return ENT_E_DOMAIN;
	if (size > ENT_STORE_PAYLOAD_MAX)
		return ENT_E_LIMIT;
	void *payloads = room(batch->payloads, batch->n_payloads, &batch->payloads_capacity,
			sizeof *batch->payloads);
	if (payloads == NULL)
		return ENT_E_MEMORY;
	batch->payloads = payloads;
	char *copy = copy_of(bytes, size);
	if (copy == NULL)
		return ENT_E_MEMORY;
	batch->payloads[batch->n_payloads++] = (struct ent_store_payload){
			draft->seq - 1, copy, size};
	batch->bytes += size;
	return ENT_OK;
}
