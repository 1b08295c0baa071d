/* SPDX-License-Identifier: Apache-2.0 */
/* batch.c: jobs and the entries that were decided for them; see internal.h. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

void jobs_init(struct jobs *jobs) {
	*jobs = (struct jobs){NULL, &jobs->first, 0};
}

void jobs_add(struct jobs *jobs, struct ent_node_job *job) {
	job->next = NULL;
	*jobs->last = job;
	jobs->last = &job->next;
	jobs->n++;
}

struct ent_node_job *jobs_take(struct jobs *jobs) {
	struct ent_node_job *job = jobs->first;
	if (job == NULL)
		return NULL;
	jobs->first = job->next;
	jobs->n--;
	if (jobs->first == NULL)
		jobs->last = &jobs->first;
	return job;
}

void jobs_done(struct jobs *jobs, ent_status status) {
	struct ent_node_job *job;
	/* Once it is told, it is no longer ours. */
	while ((job = jobs_take(jobs)) != NULL)
		job->done(job, status);
}

struct batch *batch_create(void) {
	struct batch *batch = calloc(1, sizeof *batch);
	if (batch != NULL)
		jobs_init(&batch->jobs);
	return batch;
}

void batch_destroy(struct batch *batch) {
	if (batch == NULL)
		return;
	for (size_t i = 0; i < batch->n_entries; i++)
		free((void *)batch->entries[i].bytes);
	free(batch->entries);
	free(batch);
}

ent_status batch_add(struct batch *batch, const char *bytes, size_t size) {
	if (batch->n_entries == batch->capacity) {
		const size_t capacity = batch->capacity == 0 ? 64 : 2 * batch->capacity;
		struct ent_store_entry *grown = realloc(batch->entries, capacity * sizeof *grown);
		if (grown == NULL)
			return ENT_E_MEMORY;
		batch->entries = grown;
		batch->capacity = capacity;
	}
	char *copy = malloc(size);
	if (copy == NULL)
		return ENT_E_MEMORY;
	memcpy(copy, bytes, size);
	batch->entries[batch->n_entries++] = (struct ent_store_entry){.bytes = copy, .size = size};
	batch->bytes += size;
	return ENT_OK;
}
