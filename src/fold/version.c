/* SPDX-License-Identifier: Apache-2.0 */
/* version.c: versions come and go; see fold.h and version.h. */
#include "version.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

ent_status blocks_add(struct blocks *blocks, void *block) {
	if (blocks->n == blocks->capacity) {
		const size_t capacity = blocks->capacity == 0 ? 64 : 2 * blocks->capacity;
		void **grown = realloc(blocks->block, capacity * sizeof *grown);
		if (grown == NULL)
			return ENT_E_MEMORY;
		blocks->block = grown;
		blocks->capacity = capacity;
	}
	blocks->block[blocks->n++] = block;
	return ENT_OK;
}

static void blocks_forget(struct blocks *blocks) {
	free(blocks->block);
	*blocks = (struct blocks){0};
}

static void blocks_free(struct blocks *blocks) {
	for (size_t i = 0; i < blocks->n; i++)
		free(blocks->block[i]);
	blocks_forget(blocks);
}

static struct ent_fold_version *version_create(const struct ent_fold_options *options) {
	struct ent_fold_version *version = calloc(
			1, sizeof(struct ent_fold_version) + options->head_size);
	if (version != NULL)
		version->options = options;
	return version;
}

ent_status ent_fold_create(const struct ent_fold_options *options, struct ent_fold **ret_fold) {
	assert(options->n_maps <= ENT_FOLD_MAPS_MAX);
	for (unsigned i = 0; i < options->n_maps; i++)
		assert(options->words[i] >= 1 && options->words[i] <= ENT_FOLD_WORDS_MAX);
	struct ent_fold *fold = calloc(1, sizeof *fold);
	if (fold == NULL)
		return ENT_E_MEMORY;
	fold->options = *options;
	fold->current = version_create(&fold->options);
	if (fold->current == NULL || pthread_mutex_init(&fold->lock, NULL) != 0) {
		free(fold->current);
		free(fold);
		return ENT_E_MEMORY;
	}
	fold->gone = fold->oldest = fold->newest = fold->current;
	*ret_fold = fold;
	return ENT_OK;
}

static void nodes_free(struct node *node, unsigned words, bool owns) {
	for (uint32_t i = 0; node != NULL && i < node->n; i++) {
		if (node->level > 0)
			nodes_free(node_child(node, words, i), words, owns);
		else if (owns)
			free(node_child(node, words, i));
	}
	free(node);
}

void ent_fold_destroy(struct ent_fold *fold) {
	if (fold == NULL)
		return;
	ent_fold_discard(fold);
	(void)ent_fold_sweep(fold, SIZE_MAX);
	assert(fold->gone == fold->current);
	for (unsigned map = 0; map < fold->options.n_maps; map++)
		nodes_free(fold->current->root[map], fold->options.words[map],
				fold->options.owns[map]);
	free(fold->current);
	(void)pthread_mutex_destroy(&fold->lock);
	free(fold);
}

ent_status ent_fold_begin(struct ent_fold *fold) {
	assert(fold->open == NULL);
	struct ent_fold_version *open = version_create(&fold->options);
	if (open == NULL)
		return ENT_E_MEMORY;
	const struct ent_fold_version *before = fold->newest;
	open->number = before->number + 1;
	memcpy(open->root, before->root, sizeof open->root);
	memcpy(open->count, before->count, sizeof open->count);
	memcpy(open->head, before->head, fold->options.head_size);
	fold->open = open;
	memset(fold->last, 0, sizeof fold->last);
	memset(fold->fingers, 0, sizeof fold->fingers);
	return ENT_OK;
}

const struct ent_fold_version *ent_fold_open(const struct ent_fold *fold) {
	return fold->open;
}

void *ent_fold_head_open(struct ent_fold *fold) {
	return fold->open->head;
}

ent_status ent_fold_alloc(struct ent_fold *fold, size_t size, void **ret_block) {
	void *block = malloc(size);
	if (block == NULL)
		return ENT_E_MEMORY;
	const ent_status status = blocks_add(&fold->open->made, block);
	if (status != ENT_OK) {
		free(block);
		return status;
	}
	*ret_block = block;
	return ENT_OK;
}

ent_status ent_fold_retire(struct ent_fold *fold, void *block) {
	return blocks_add(&fold->open->left, block);
}

size_t ent_fold_left_behind(const struct ent_fold *fold) {
	return fold->open->left.n;
}

struct ent_fold_version *ent_fold_seal(struct ent_fold *fold) {
	struct ent_fold_version *sealed = fold->open;
	assert(sealed != NULL);
	fold->newest->next = sealed;
	fold->newest = sealed;
	fold->open = NULL;
	return sealed;
}

void ent_fold_discard(struct ent_fold *fold) {
	struct ent_fold_version *dropped = fold->current->next;
	if (fold->open != NULL) {
		fold->newest->next = fold->open;
		dropped = fold->current->next;
		fold->open = NULL;
	}
	fold->current->next = NULL;
	fold->newest = fold->current;
	while (dropped != NULL) {
		struct ent_fold_version *next = dropped->next;
		blocks_free(&dropped->made);
		blocks_forget(&dropped->left);
		free(dropped);
		dropped = next;
	}
}

void ent_fold_publish_unswept(struct ent_fold *fold, struct ent_fold_version *version) {
	blocks_forget(&version->made);
	(void)pthread_mutex_lock(&fold->lock);
	assert(fold->current->next == version);
	fold->current = version;
	(void)pthread_mutex_unlock(&fold->lock);
}

/* The first version that somebody sees or may come to see. */
static struct ent_fold_version *first_seen(struct ent_fold *fold) {
	(void)pthread_mutex_lock(&fold->lock);
	while (fold->oldest != fold->current && fold->oldest->views == 0)
		fold->oldest = fold->oldest->next;
	struct ent_fold_version *first = fold->oldest;
	(void)pthread_mutex_unlock(&fold->lock);
	return first;
}

bool ent_fold_sweep(struct ent_fold *fold, size_t most) {
	const struct ent_fold_version *stays = first_seen(fold);
	while (fold->gone != stays) {
		struct ent_fold_version *next = fold->gone->next;
		for (; next->left.n > 0; most--) {
			if (most == 0)
				return true;
			free(next->left.block[--next->left.n]);
		}
		blocks_forget(&next->left);
		free(fold->gone);
		fold->gone = next;
	}
	return false;
}

void ent_fold_publish(struct ent_fold *fold, struct ent_fold_version *version) {
	ent_fold_publish_unswept(fold, version);
	(void)ent_fold_sweep(fold, SIZE_MAX);
}

const struct ent_fold_version *ent_fold_take(struct ent_fold *fold) {
	(void)pthread_mutex_lock(&fold->lock);
	struct ent_fold_version *version = fold->current;
	version->views++;
	(void)pthread_mutex_unlock(&fold->lock);
	return version;
}

const struct ent_fold_version *ent_fold_hold(
		struct ent_fold *fold, const struct ent_fold_version *version) {
	struct ent_fold_version *held = (struct ent_fold_version *)version;
	(void)pthread_mutex_lock(&fold->lock);
	assert(held->views > 0);
	held->views++;
	(void)pthread_mutex_unlock(&fold->lock);
	return version;
}

void ent_fold_release(struct ent_fold *fold, const struct ent_fold_version *version) {
	struct ent_fold_version *held = (struct ent_fold_version *)version;
	(void)pthread_mutex_lock(&fold->lock);
	assert(held->views > 0);
	held->views--;
	(void)pthread_mutex_unlock(&fold->lock);
}

const void *ent_fold_head(const struct ent_fold_version *version) {
	return version->head;
}

size_t ent_fold_count(const struct ent_fold_version *version, unsigned map) {
	return version->count[map];
}
