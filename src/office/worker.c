/* SPDX-License-Identifier: Apache-2.0 */
/* worker.c: what takes long, or waits for the disk, is done by these threads, one call after another. */
#include <stdlib.h>

#include "internal.h"

static void *work(void *user) {
	struct office_worker *worker = user;
	(void)pthread_mutex_lock(&worker->lock);
	for (;;) {
		while (worker->first == NULL && !worker->stop)
			(void)pthread_cond_wait(&worker->more, &worker->lock);
		struct office_call *call = worker->first;
		if (call == NULL)
			break;
		worker->first = call->next;
		if (worker->first == NULL)
			worker->last = &worker->first;
		worker->waiting--;
		(void)pthread_mutex_unlock(&worker->lock);
		/* Who has gone is not worked for: his password is not computed, his act is not done. */
		if (!ent_http_gone(call->request))
			call->run(call);
		office_call_destroy(call);
		(void)pthread_mutex_lock(&worker->lock);
	}
	(void)pthread_mutex_unlock(&worker->lock);
	return NULL;
}

ent_status office_worker_start(struct office_worker *worker, unsigned threads) {
	(void)pthread_mutex_init(&worker->lock, NULL);
	(void)pthread_cond_init(&worker->more, NULL);
	worker->last = &worker->first;
	worker->made = true;
	for (; worker->n < threads; worker->n++)
		if (pthread_create(&worker->threads[worker->n], NULL, work, worker) != 0)
			return ENT_E_MEMORY;
	return ENT_OK;
}

bool office_worker_put(struct office_worker *worker, struct office_call *call) {
	(void)pthread_mutex_lock(&worker->lock);
	const bool room = !worker->stop && worker->waiting < ENT_OFFICE_WAITING_MAX;
	if (room) {
		call->next = NULL;
		*worker->last = call;
		worker->last = &call->next;
		worker->waiting++;
		(void)pthread_cond_signal(&worker->more);
	}
	(void)pthread_mutex_unlock(&worker->lock);
	return room;
}

void office_worker_end(struct office_worker *worker) {
	if (!worker->made)
		return;
	(void)pthread_mutex_lock(&worker->lock);
	worker->stop = true;
	(void)pthread_cond_broadcast(&worker->more);
	(void)pthread_mutex_unlock(&worker->lock);
	while (worker->n > 0)
		(void)pthread_join(worker->threads[--worker->n], NULL);
	(void)pthread_cond_destroy(&worker->more);
	(void)pthread_mutex_destroy(&worker->lock);
	worker->made = false;
}

bool office_put(struct office_call *call, struct office_worker *worker,
		void (*run)(struct office_call *call)) {
	call->run = run;
	office_forget_json(call);
	if (office_worker_put(worker, call))
		return true;
	office_refuse(call, 503, "too many requests of this kind wait; try again in a moment");
	return false;
}
