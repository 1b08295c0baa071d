/* SPDX-License-Identifier: Apache-2.0 */
/* cache.c: verified tokens and the table of them; the invariants are in cache.h. */
#include "cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { SETS = TOKEN_CACHE_MAX / TOKEN_CACHE_WAYS };

/* --- A verified token --- */

/* Puts a copy at *at, terminated, and moves on. */
static const char *put(char **at, const char *text, size_t length) {
	char *copy = *at;
	memcpy(copy, text, length);
	copy[length] = '\0';
	*at += length + 1;
	return copy;
}

/* The scopes of a copied text, each ended where its space was. */
static void put_scopes(char *scope, const char **scopes) {
	size_t n = 0;
	for (char *c = scope; *c != '\0'; c++)
		if (*c != ' ' && (c == scope || c[-1] == '\0'))
			scopes[n++] = c;
		else if (*c == ' ')
			*c = '\0';
}

ent_status token_verified_create(const struct token_claims *claims, struct token_text text,
		uint64_t generation, struct token_verified **ret_verified) {
	const size_t n_pointers = claims->n_scopes + claims->n_audiences;
	size_t size = sizeof **ret_verified + n_pointers * sizeof(char *) + text.length +
			claims->subject.length + claims->scope.length + 3;
	for (size_t i = 0; i < claims->n_audiences; i++)
		size += claims->audience[i].length + 1;
	struct token_verified *verified = malloc(size);
	if (verified == NULL)
		return ENT_E_MEMORY;
	const char **scopes = (const char **)(verified + 1);
	const char **audiences = scopes + claims->n_scopes;
	char *at = (char *)(audiences + claims->n_audiences), *scope;
	*verified = (struct token_verified){
			.token = {.expires_utc_us = claims->expires_utc_us,
					.n_scopes = claims->n_scopes,
					.scopes = scopes},
			.starts_utc_us = claims->starts_utc_us,
			.issued_utc_us = claims->issued_utc_us,
			.n_audiences = claims->n_audiences,
			.audiences = audiences,
			.generation = generation,
			.text_length = text.length,
	};
	atomic_init(&verified->holders, 1);
	for (size_t i = 0; i < claims->n_audiences; i++)
		audiences[i] = put(&at, claims->audience[i].text, claims->audience[i].length);
	verified->token.subject = put(&at, claims->subject.text, claims->subject.length);
	scope = at;
	(void)put(&at, claims->scope.length > 0 ? claims->scope.text : "", claims->scope.length);
	put_scopes(scope, scopes);
	verified->text = put(&at, text.text, text.length);
	*ret_verified = verified;
	return ENT_OK;
}

static void hold(struct token_verified *verified) {
	(void)atomic_fetch_add_explicit(&verified->holders, 1, memory_order_relaxed);
}

void token_verified_release(struct token_verified *verified) {
	if (verified != NULL &&
			atomic_fetch_sub_explicit(&verified->holders, 1, memory_order_acq_rel) == 1)
		free(verified);
}

/* --- The table --- */

struct set {
	pthread_mutex_t lock;
	uint64_t hash[TOKEN_CACHE_WAYS];
	struct token_verified *way[TOKEN_CACHE_WAYS];
	bool used[TOKEN_CACHE_WAYS]; /* since the hand last passed */
	unsigned hand;
};

struct token_cache {
	uint8_t key[ENT_SIPHASH_KEY_SIZE];
	_Atomic uint64_t generation;
	struct set set[SETS];
};

ent_status token_cache_create(struct token_cache **ret_cache) {
	struct token_cache *cache = calloc(1, sizeof *cache);
	if (cache == NULL)
		return ENT_E_MEMORY;
	ent_seal_random(cache->key, sizeof cache->key);
	for (size_t i = 0; i < SETS; i++)
		(void)pthread_mutex_init(&cache->set[i].lock, NULL);
	*ret_cache = cache;
	return ENT_OK;
}

void token_cache_destroy(struct token_cache *cache) {
	if (cache == NULL)
		return;
	token_cache_forget(cache);
	for (size_t i = 0; i < SETS; i++)
		(void)pthread_mutex_destroy(&cache->set[i].lock);
	ent_seal_wipe(cache->key, sizeof cache->key);
	free(cache);
}

uint64_t token_cache_hash(const struct token_cache *cache, struct token_text text) {
	return ent_seal_siphash(text.text, text.length, cache->key);
}

uint64_t token_cache_generation(struct token_cache *cache) {
	return atomic_load_explicit(&cache->generation, memory_order_acquire);
}

static struct set *set_of(struct token_cache *cache, uint64_t hash) {
	return &cache->set[hash % SETS];
}

struct token_verified *token_cache_find(
		struct token_cache *cache, uint64_t hash, struct token_text text) {
	struct set *set = set_of(cache, hash);
	struct token_verified *found = NULL;
	const uint64_t generation = token_cache_generation(cache);
	(void)pthread_mutex_lock(&set->lock);
	for (unsigned i = 0; i < TOKEN_CACHE_WAYS && found == NULL; i++)
		if (set->hash[i] == hash && set->way[i] != NULL) {
			found = set->way[i];
			hold(found);
			set->used[i] = true;
		}
	(void)pthread_mutex_unlock(&set->lock);
	/* The long comparison needs no lock: it is held, and never changes. */
	if (found != NULL &&
			(found->generation != generation || found->text_length != text.length ||
					memcmp(found->text, text.text, text.length) != 0)) {
		token_verified_release(found);
		found = NULL;
	}
	return found;
}

/* The way that a new token takes; the lock is held. */
static unsigned way_for(struct set *set, uint64_t hash, uint64_t generation, int64_t now_utc_us) {
	for (unsigned i = 0; i < TOKEN_CACHE_WAYS; i++)
		if (set->way[i] != NULL && set->hash[i] == hash)
			return i;
	for (unsigned i = 0; i < TOKEN_CACHE_WAYS; i++)
		if (set->way[i] == NULL || set->way[i]->generation != generation ||
				set->way[i]->token.expires_utc_us <= now_utc_us)
			return i;
	while (set->used[set->hand]) {
		set->used[set->hand] = false;
		set->hand = (set->hand + 1) % TOKEN_CACHE_WAYS;
	}
	const unsigned way = set->hand;
	set->hand = (way + 1) % TOKEN_CACHE_WAYS;
	return way;
}

void token_cache_add(struct token_cache *cache, uint64_t hash, struct token_verified *verified,
		int64_t now_utc_us) {
	struct set *set = set_of(cache, hash);
	struct token_verified *old = NULL;
	(void)pthread_mutex_lock(&set->lock);
	/* Under the lock, so that what token_cache_forget has swept stays swept. */
	const uint64_t generation = token_cache_generation(cache);
	if (verified->generation == generation) {
		const unsigned way = way_for(set, hash, generation, now_utc_us);
		old = set->way[way];
		hold(verified);
		set->way[way] = verified;
		set->hash[way] = hash;
		set->used[way] = false;
	}
	(void)pthread_mutex_unlock(&set->lock);
	token_verified_release(old);
}

void token_cache_forget(struct token_cache *cache) {
	(void)atomic_fetch_add_explicit(&cache->generation, 1, memory_order_acq_rel);
	for (size_t i = 0; i < SETS; i++) {
		struct set *set = &cache->set[i];
		struct token_verified *old[TOKEN_CACHE_WAYS];
		(void)pthread_mutex_lock(&set->lock);
		memcpy(old, set->way, sizeof old);
		memset(set->way, 0, sizeof set->way);
		(void)pthread_mutex_unlock(&set->lock);
		for (unsigned way = 0; way < TOKEN_CACHE_WAYS; way++)
			token_verified_release(old[way]);
	}
}

size_t token_cache_count(struct token_cache *cache) {
	size_t n = 0;
	for (size_t i = 0; i < SETS; i++) {
		struct set *set = &cache->set[i];
		(void)pthread_mutex_lock(&set->lock);
		for (unsigned way = 0; way < TOKEN_CACHE_WAYS; way++)
			n += set->way[way] != NULL;
		(void)pthread_mutex_unlock(&set->lock);
	}
	return n;
}
