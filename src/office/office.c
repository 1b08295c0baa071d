/* SPDX-License-Identifier: Apache-2.0 */
/* office.c: an office comes and goes. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "internal.h"

int64_t office_now(struct ent_office *office) {
	return office->options.clock(office->options.user);
}

int64_t office_monotonic(void) {
	struct timespec now = {0};
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

const char *ent_office_control(const struct ent_office *office) {
	return ent_http_server_address(office->control.server);
}

ent_status office_read_party(struct ent_office *office, struct ent_fault *reterr_fault) {
	struct ent_party_folder *folder = NULL;
	struct ent_party_known *own = malloc(sizeof *own);
	ent_status status = own != NULL ? ENT_OK : ENT_E_MEMORY;
	if (status == ENT_OK)
		status = ent_party_folder_open(office->options.data, false, &folder, reterr_fault);
	if (status == ENT_OK)
		status = ent_party_own(folder, own, reterr_fault);
	if (status == ENT_OK) {
		(void)pthread_mutex_lock(&office->lock);
		memcpy(office->party_name, own->card.name, sizeof office->party_name);
		(void)pthread_mutex_unlock(&office->lock);
		/* Which never changes. */
		if (!office->has_party)
			memcpy(office->party_id, own->card.id, sizeof office->party_id);
		office->has_party = true;
	}
	ent_party_folder_close(folder);
	free(own);
	return status;
}

/*
 * The ledger last: the scribe may fold it as long as the scribe is there, so nothing may fail behind it. What asks before
 * is turned away.
 */
static ent_status begin(struct ent_office *office, struct ent_fault *fault) {
	struct ent_sign_key *key = office->options.take_party_key;
	ent_status status = key != NULL ? office_key_keep(office, key) : ENT_OK;
	if (status == ENT_OK && office->options.post != NULL)
		status = office_read_party(office, fault);
	if (status == ENT_OK)
		status = office_desk_make(&office->desk);
	if (status == ENT_OK)
		status = office_worker_start(&office->passwords, 1);
	if (status == ENT_OK)
		status = office_worker_start(&office->keys, 1);
	if (status == ENT_OK)
		status = office_worker_start(&office->deeds, OFFICE_THREADS);
	if (status == ENT_OK)
		status = office_worker_start(&office->looks, OFFICE_THREADS);
	if (status == ENT_OK)
		status = office_events_start(office);
	if (status == ENT_OK)
		status = office_control_open(office, fault);
	if (status == ENT_OK)
		status = office_desk_open(office, fault);
	return status;
}

ent_status ent_office_create(const struct ent_office_options *options,
		struct ent_office **ret_office, struct ent_fault *reterr_fault) {
	struct ent_fault fault = {{0}, {0}};
	struct ent_office *office = calloc(1, sizeof *office);
	if (office == NULL) {
		ent_sign_key_destroy(options->take_party_key);
		return ENT_E_MEMORY;
	}
	office->options = *options;
	office->since_utc_us = office_now(office);
	(void)pthread_mutex_init(&office->lock, NULL);
	(void)pthread_mutex_init(&office->key.lock, NULL);
	(void)pthread_mutex_init(&office->desk.lock, NULL);
	(void)pthread_mutex_init(&office->events.lock, NULL);
	const ent_status status = begin(office, &fault);
	if (status == ENT_OK) {
		atomic_store(&office->ready, true);
		*ret_office = office;
		return ENT_OK;
	}
	if (fault.why[0] == '\0')
		ent_fault_set(&fault, "", "%s", ent_status_text(status));
	if (reterr_fault != NULL)
		*reterr_fault = fault;
	ent_office_destroy(office);
	return status;
}

void ent_office_end(struct ent_office *office) {
	if (office->ended)
		return;
	office->ended = true;
	if (office->events.made)
		ent_office_stop(office);
	office_control_close(&office->control);
	office_worker_end(&office->passwords);
	office_worker_end(&office->keys);
	office_worker_end(&office->deeds);
	office_worker_end(&office->looks);
	office_events_end(office);
	(void)office_key_lock(office, true);
	if (office->desk.ledger != NULL)
		office_desk_end_all(office);
}

void ent_office_destroy(struct ent_office *office) {
	if (office == NULL)
		return;
	ent_office_end(office);
	office_events_destroy(&office->events);
	office_desk_close(&office->desk);
	(void)pthread_mutex_destroy(&office->events.lock);
	(void)pthread_mutex_destroy(&office->desk.lock);
	(void)pthread_mutex_destroy(&office->key.lock);
	(void)pthread_mutex_destroy(&office->lock);
	free(office);
}
