/* SPDX-License-Identifier: Apache-2.0 */
/* entries.c: see entries.h. */
#include "entries.h"

#include <stdlib.h>
#include <string.h>

#define NO_ENTRY 0
/* A slot whose id was forgotten: the search goes on past it. */
#define FORGOTTEN UINT32_MAX

void entries_init(struct entries *entries) {
	memset(entries, 0, sizeof *entries);
}

void entries_finish(struct entries *entries) {
	for (uint32_t i = 0; i < entries->n; i++)
		ent_volume_release(entries_at(entries, i)->volume);
	for (uint32_t c = 0; c < ENTRY_CHUNKS_MAX; c++)
		free(entries->chunk[c]);
	free(entries->spare);
	free(entries->slot);
}

/* A number scattered over 64 bits (the finalizer of splitmix64; Steele, Lea, Flood 2014). */
static uint64_t scatter(uint64_t x) {
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

/* The slot that holds id, or the first free one for it. */
static uint32_t slot_of(const struct entries *entries, uint64_t id) {
	uint32_t free_slot = UINT32_MAX;
	for (uint32_t i = (uint32_t)scatter(id) & (entries->slots - 1);;
			i = (i + 1) & (entries->slots - 1)) {
		const uint32_t at = entries->slot[i];
		if (at == NO_ENTRY)
			return free_slot != UINT32_MAX ? free_slot : i;
		if (at == FORGOTTEN)
			free_slot = free_slot != UINT32_MAX ? free_slot : i;
		else if (entries_at(entries, at - 1)->id == id)
			return i;
	}
}

/*
 * A dictionary with room for 'need' more ids: three quarters full at most, and half full when it is
 * made anew, so that the next time is a quarter of its slots away.
 */
static ent_status grow_slots(struct entries *entries, uint32_t need) {
	if (entries->slot != NULL &&
			(uint64_t)(entries->filled + need) * 4 <= (uint64_t)entries->slots * 3)
		return ENT_OK;
	uint32_t slots = 64;
	while ((uint64_t)(entries->count + need) * 2 > slots)
		slots *= 2;
	uint32_t *slot = calloc(slots, sizeof *slot);
	if (slot == NULL)
		return ENT_E_MEMORY;
	uint32_t *old = entries->slot;
	const uint32_t old_slots = entries->slots;
	entries->slot = slot;
	entries->slots = slots;
	entries->filled = 0;
	for (uint32_t i = 0; old != NULL && i < old_slots; i++)
		if (old[i] != NO_ENTRY && old[i] != FORGOTTEN) {
			slot[slot_of(entries, entries_at(entries, old[i] - 1)->id)] = old[i];
			entries->filled++;
		}
	free(old);
	return ENT_OK;
}

ent_status entries_reserve(struct entries *entries, uint32_t n, uint32_t ids) {
	const uint32_t new_numbers = n > entries->n_spare ? n - entries->n_spare : 0;
	const uint64_t numbers = (uint64_t)entries->n + new_numbers;
	if (numbers > (uint64_t)ENTRY_CHUNKS_MAX * ENTRY_CHUNK)
		return ENT_E_LIMIT;
	for (uint32_t c = entries->n / ENTRY_CHUNK; (uint64_t)c * ENTRY_CHUNK < numbers; c++)
		if (entries->chunk[c] == NULL &&
				(entries->chunk[c] = calloc(
						 ENTRY_CHUNK, sizeof *entries->chunk[c])) == NULL)
			return ENT_E_MEMORY;
	return grow_slots(entries, ids);
}

void entries_take(struct entries *entries, uint32_t n) {
	const uint32_t spare = n < entries->n_spare ? n : entries->n_spare;
	entries->n_spare -= spare;
	entries->n += n - spare;
}

void entries_give_back(struct entries *entries, uint32_t i) {
	entries_at(entries, i)->volume = NULL;
	if (entries->n_spare == entries->room_spare) {
		const uint32_t room = entries->room_spare > 0 ? 2 * entries->room_spare : 256;
		uint32_t *spare = realloc(entries->spare, room * sizeof *spare);
		if (spare == NULL)
			return; /* the number is not used again; nothing else is lost */
		entries->spare = spare;
		entries->room_spare = room;
	}
	entries->spare[entries->n_spare++] = i;
}

uint32_t entries_find(const struct entries *entries, uint64_t id) {
	if (entries->slot == NULL)
		return UINT32_MAX;
	const uint32_t at = entries->slot[slot_of(entries, id)];
	return at == NO_ENTRY || at == FORGOTTEN ? UINT32_MAX : at - 1;
}

void entries_name(struct entries *entries, uint64_t id, uint32_t i) {
	const uint32_t slot = slot_of(entries, id);
	if (entries->slot[slot] == NO_ENTRY)
		entries->filled++;
	if (entries->slot[slot] == NO_ENTRY || entries->slot[slot] == FORGOTTEN)
		entries->count++;
	entries->slot[slot] = i + 1;
}

void entries_forget(struct entries *entries, uint64_t id) {
	entries->slot[slot_of(entries, id)] = FORGOTTEN;
	entries->count--;
}

size_t entries_bytes(const struct entries *entries) {
	size_t bytes = sizeof *entries + entries->room_spare * sizeof *entries->spare +
			entries->slots * sizeof *entries->slot;
	for (uint32_t c = 0; c < ENTRY_CHUNKS_MAX && entries->chunk[c] != NULL; c++)
		bytes += ENTRY_CHUNK * sizeof *entries->chunk[c];
	return bytes;
}
