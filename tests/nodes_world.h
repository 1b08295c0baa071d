/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nodes_world.h: a USS that asks a node for all that can be asked of it, at random: so that every kind of entry occurs, with
 * and without what it may have, and most are taken. Several may ask one node at once; each has its own things, in
 * the same few square kilometres.
 */
#ifndef ENTENTE_TESTS_NODES_WORLD_H
#define ENTENTE_TESTS_NODES_WORLD_H

#include "nodes.h"

enum { WORLD_THINGS = 48, WORLD_VOLUMES = 4, WORLD_LAST = 256 };

/* What it has at the node, as far as it knows. */
struct world_thing {
	bool there;
	enum ent_entity_kind kind;
	struct ent_uuid id;
	char ovn[ENT_AIRSPACE_OVN_MAX + 1];
	struct ent_uuid subscription; /* an intent's */
};

/* What was said OK to. */
struct world_taken {
	uint64_t seq;
	struct ent_uuid id;
};

struct world {
	struct home *home;
	struct ent_node *node;
	uint64_t seed, made;
	char manager[16], url[64];
	char version[ENT_AIRSPACE_OVN_MAX + 1]; /* of its availability */
	struct world_thing things[WORLD_THINGS];
	struct missing missing;
	uint64_t refused, failed, taken; /* the last ones of those are known: */
	struct world_taken last[WORLD_LAST];
};

static inline void world_init(
		struct world *world, struct home *home, struct ent_node *node, uint64_t seed) {
	memset(world, 0, sizeof *world);
	world->home = home;
	world->node = node;
	world->seed = seed;
	(void)snprintf(world->manager, sizeof world->manager, "uss%llu", (unsigned long long)seed);
	(void)snprintf(world->url, sizeof world->url, "https://uss%llu.example/f3548",
			(unsigned long long)seed);
}

static inline uint64_t world_pick(struct world *world, uint64_t n) {
	return test_random(&world->seed) % n;
}

static inline bool world_flip(struct world *world) {
	return world_pick(world, 2) == 0;
}

/* --- Where and when --- */

static inline struct ent_point world_point(struct world *world) {
	return (struct ent_point){INT64_C(47000000000) + (int64_t)world_pick(world, 60000000),
			INT64_C(8000000000) + (int64_t)world_pick(world, 60000000)};
}

static inline struct ent_extent *world_extent(struct world *world) {
	struct ent_extent_volume volumes[WORLD_VOLUMES];
	struct ent_point vertices[WORLD_VOLUMES][3];
	const size_t n = 1 + world_pick(world, WORLD_VOLUMES);
	const int64_t now = atomic_load(&world->home->now_utc_us);
	const int64_t start = now + (int64_t)world_pick(world, 60) * MINUTE_US;
	for (size_t i = 0; i < n; i++) {
		struct ent_extent_volume *volume = &volumes[i];
		*volume = (struct ent_extent_volume){.outline = ENT_EXTENT_CIRCLE,
				.center = world_point(world),
				.radius_mm = 1 + (int64_t)world_pick(world, 900000),
				.lower_mm = (int32_t)world_pick(world, 200000),
				.start_utc_us = start + (int64_t)world_pick(world, 1000000),
				.end_utc_us = start +
						MINUTE_US * (1 + (int64_t)world_pick(world, 90))};
		volume->upper_mm = volume->lower_mm + (int32_t)world_pick(world, 100000);
		if (world_flip(world))
			continue;
		const struct ent_point at = volume->center;
		vertices[i][0] = at;
		vertices[i][1] = (struct ent_point){at.lat_ndeg, at.lon_ndeg + 8000000};
		vertices[i][2] = (struct ent_point){at.lat_ndeg + 7000000, at.lon_ndeg + 1};
		volume->outline = ENT_EXTENT_POLYGON;
		volume->vertices = vertices[i];
		volume->n_vertices = 3;
	}
	struct ent_extent *extent = NULL;
	CHECK(ent_extent_create(volumes, n, &ent_extent_limits_default, &extent, NULL) == ENT_OK);
	return extent;
}

/* --- Things --- */

static inline struct world_thing *world_any(struct world *world, enum ent_entity_kind kind) {
	const uint64_t from = world_pick(world, WORLD_THINGS);
	for (uint64_t i = 0; i < WORLD_THINGS; i++) {
		struct world_thing *thing = &world->things[(from + i) % WORLD_THINGS];
		if (thing->there && thing->kind == kind)
			return thing;
	}
	return NULL;
}

/* One that is there, or room for a new one. */
static inline struct world_thing *world_some(struct world *world, enum ent_entity_kind kind) {
	struct world_thing *thing = world_flip(world) ? world_any(world, kind) : NULL;
	if (thing != NULL)
		return thing;
	thing = &world->things[world_pick(world, WORLD_THINGS)];
	*thing = (struct world_thing){.kind = kind, .id = id_of(world->seed ^ ++world->made)};
	return thing;
}

/* Version 7, of now. */
static inline struct ent_uuid world_suffix(struct world *world) {
	const uint64_t ms = (uint64_t)(atomic_load(&world->home->now_utc_us) / 1000);
	struct ent_uuid suffix = id_of(world->seed);
	for (int i = 0; i < 6; i++)
		suffix.bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
	suffix.bytes[6] = (uint8_t)(0x70 | (suffix.bytes[6] & 15));
	return suffix;
}

/* --- What it asks --- */

static inline void world_attach(
		struct world *world, struct ent_command *command, struct world_thing *thing) {
	const struct world_thing *subscription = world_any(world, ENT_ENTITY_SUBSCRIPTION);
	const struct world_thing *other = world_any(world, ENT_ENTITY_INTENT);
	const uint64_t luck = world_pick(world, 8);
	thing->subscription = (struct ent_uuid){{0}};
	if (luck < 3) {
		command->has_new_subscription = true;
		command->new_subscription_url = world->url;
		command->new_subscription_constraints = world_flip(world);
		command->fresh = id_of(world->seed + 77);
		thing->subscription = command->fresh;
	} else if (luck < 4 && subscription != NULL) {
		command->has_subscription = true;
		command->subscription = thing->subscription = subscription->id;
	} else if (luck < 6 && other != NULL && other->subscription.bytes[6] != 0) {
		/* Another one's implicit one, which is widened, or the same again. */
		command->has_subscription = true;
		command->subscription = thing->subscription = other->subscription;
	}
}

static inline struct world_thing *world_intent(struct world *world, struct ent_command *command) {
	struct world_thing *thing = world_some(world, ENT_ENTITY_INTENT);
	command->kind = ENT_COMMAND_PUT_INTENT;
	command->state = ENT_INTENT_ACCEPTED;
	world_attach(world, command, thing);
	if (thing->there)
		command->state = (enum ent_intent_state)world_pick(world, ENT_INTENT_STATE_COUNT);
	if (world_pick(world, 4) == 0) {
		command->has_suffix = true;
		command->suffix = world_suffix(world);
		ent_uuid_print(&command->suffix, command->suffix_text);
	}
	return thing;
}

static inline struct world_thing *world_subscription(
		struct world *world, struct ent_command *command) {
	struct world_thing *thing = world_some(world, ENT_ENTITY_SUBSCRIPTION);
	command->kind = ENT_COMMAND_PUT_SUBSCRIPTION;
	command->notify_intents = world_flip(world);
	command->notify_constraints = !command->notify_intents || world_flip(world);
	command->has_outline = !thing->there || world_flip(world);
	command->has_start = world_flip(world);
	command->has_end = world_flip(world);
	command->has_altitudes = world_flip(world);
	return thing;
}

static inline struct world_thing *world_removal(struct world *world, struct ent_command *command) {
	static const enum ent_command_kind kinds[] = {ENT_COMMAND_DELETE_INTENT,
			ENT_COMMAND_DELETE_CONSTRAINT, ENT_COMMAND_DELETE_SUBSCRIPTION};
	const uint64_t kind = world_pick(world, 3);
	struct world_thing *thing = world_any(world, (enum ent_entity_kind)kind);
	command->kind = thing != NULL ? kinds[kind] : ENT_COMMAND_REPORT;
	return thing;
}

/* NULL: it is not about a thing. */
static inline struct world_thing *world_command(struct world *world, struct ent_command *command) {
	struct world_thing *thing = NULL;
	const uint64_t luck = world_pick(world, 16);
	if (luck < 7) {
		thing = world_intent(world, command);
	} else if (luck < 9) {
		thing = world_some(world, ENT_ENTITY_CONSTRAINT);
		command->kind = ENT_COMMAND_PUT_CONSTRAINT;
	} else if (luck < 11) {
		thing = world_subscription(world, command);
	} else if (luck < 14) {
		thing = world_removal(world, command);
	} else if (luck < 15) {
		command->kind = ENT_COMMAND_SET_AVAILABILITY;
		command->uss = world->manager;
		command->old_version = world->version;
		command->availability = (enum ent_availability)world_pick(
				world, ENT_AVAILABILITY_COUNT);
	} else {
		command->kind = ENT_COMMAND_REPORT;
		command->report_size = world_pick(world, 1000);
	}
	if (thing != NULL) {
		command->id = thing->id;
		command->ovn = thing->there ? thing->ovn : NULL;
	}
	return thing;
}

/* Asks, and once more with what the key lacked. */
static inline ent_status world_ask(
		struct world *world, const struct ent_command *command, struct call *call) {
	struct call first;
	call_init(&first);
	first.job.command = *command;
	first.missing = &world->missing;
	ent_status status = call_do(world->node, &first);
	call_init(call);
	call->job.command = *command;
	if (status == ENT_OK && first.refusal == ENT_REFUSAL_CONFLICT) {
		ent_command_sort_key(world->missing.ovns, world->missing.n);
		call->job.command.key = world->missing.ovns;
		call->job.command.n_key = world->missing.n;
		status = call_do(world->node, call);
	} else {
		call->status = status;
		call->refusal = first.refusal;
		call->size = first.size;
		(void)snprintf(call->ovn, sizeof call->ovn, "%s", first.ovn);
	}
	call_finish(&first);
	return status;
}

static inline void world_learn(struct world *world, const struct ent_command *command,
		struct world_thing *thing, const struct call *call) {
	const bool removal = command->kind == ENT_COMMAND_DELETE_INTENT ||
			command->kind == ENT_COMMAND_DELETE_CONSTRAINT ||
			command->kind == ENT_COMMAND_DELETE_SUBSCRIPTION;
	world->refused += call->refusal != ENT_REFUSAL_NONE;
	if (call->refusal == ENT_REFUSAL_NONE)
		world->last[world->taken++ % WORLD_LAST] = (struct world_taken){
				call->size - 1, command->id};
	if (command->kind == ENT_COMMAND_SET_AVAILABILITY) {
		const struct ent_fold_version *version = ent_node_take(world->node);
		(void)snprintf(world->version, sizeof world->version, "%s",
				ent_airspace_uss(version, world->manager).version);
		ent_node_release(world->node, version);
	}
	if (thing == NULL)
		return;
	/* It may have expired. */
	thing->there = call->refusal == ENT_REFUSAL_NONE
			? !removal
			: thing->there && call->refusal != ENT_REFUSAL_MISSING &&
					call->refusal != ENT_REFUSAL_BAD;
	if (call->refusal == ENT_REFUSAL_NONE && !removal)
		(void)snprintf(thing->ovn, sizeof thing->ovn, "%s", call->ovn);
}

/* One thing asked and answered. What it cannot know after a failure it forgets. */
static inline ent_status world_step(struct world *world) {
	struct ent_command command = {.manager = world->manager, .url = world->url};
	struct ent_extent *extent = world_extent(world);
	struct call call;
	command.id = id_of(world->seed);
	command.extent = extent;
	struct world_thing *thing = world_command(world, &command);
	const ent_status status = world_ask(world, &command, &call);
	if (status == ENT_OK) {
		world_learn(world, &command, thing, &call);
	} else {
		world->failed++;
		if (thing != NULL)
			thing->there = false;
	}
	call_finish(&call);
	ent_extent_destroy(extent);
	return status;
}

/* Several steps; time passes, so that things expire. */
static inline void world_steps(struct world *world, int n) {
	for (int i = 0; i < n; i++) {
		(void)world_step(world);
		if (world_pick(world, 8) == 0)
			(void)atomic_fetch_add(&world->home->now_utc_us,
					(int64_t)world_pick(world, 3) * MINUTE_US);
	}
}

/* --- Is it all there? --- */

struct world_finding {
	const struct world *world;
	struct world_taken what;
	bool found;
};

static inline ent_status world_entry(
		void *user, uint64_t seq, const struct ent_store_entry *entry) {
	struct world_finding *finding = user;
	char id[ENT_UUID_TEXT_SIZE], manager[32];
	ent_uuid_print(&finding->what.id, id);
	(void)snprintf(manager, sizeof manager, "\"manager\":\"%s\"", finding->world->manager);
	/* An availability has no id. */
	finding->found = seq == finding->what.seq && strstr(entry->bytes, manager) != NULL &&
			(strstr(entry->bytes, id) != NULL ||
					strstr(entry->bytes, "\"availability\"") != NULL);
	return ENT_OK;
}

/* What was said OK to has the entry that it was said to have. */
static inline void world_check(const struct world *world, struct ent_node *node) {
	uint32_t ledger;
	struct ent_store *store = ent_node_store(node, &ledger);
	for (uint64_t i = 0; i < world->taken && i < WORLD_LAST; i++) {
		struct world_finding finding = {world, world->last[i], false};
		CHECK(ent_store_read(store, ledger, finding.what.seq, 1, world_entry, &finding) ==
				ENT_OK);
		CHECK(finding.found);
	}
}

#endif
