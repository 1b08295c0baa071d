/* SPDX-License-Identifier: Apache-2.0 */
/* airspaces.h: an airspace that a test commands, and what commands are made of. */
#ifndef ENTENTE_TESTS_AIRSPACES_H
#define ENTENTE_TESTS_AIRSPACES_H

#include "airspace_whole.h"
#include "test.h"

/* 2026-01-01T00:00:00Z, a midnight. */
#define BEGIN_US INT64_C(1767225600000000)
#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US (60 * MINUTE_US)

/* Each command is decided in a version of its own, which is then published, and held to all promises. */
struct airspace {
	struct ent_fold *fold;
	int64_t now_utc_us; /* of the next command; goes on by a second after each */
	const struct ent_fold_version *before, *seen; /* around the last command */
	struct ent_airspace_outcome outcome;          /* of the last command */
};
/* Entities stay for two hours after their end, notifications are counted. */
void airspace_begin(struct airspace *airspace);
void airspace_end(struct airspace *airspace);
/* Lets expire what is due, then decides. */
enum ent_refusal airspace_do(struct airspace *airspace, const struct ent_command *command);
const struct ent_entity *airspace_find(
		const struct airspace *airspace, enum ent_entity_kind kind, unsigned id);
uint64_t airspace_index(const struct airspace *airspace, unsigned subscription);

/* A UUID of version 4 for a number. */
struct ent_uuid id_of(unsigned number);
/* One of version 7. */
struct ent_uuid suffix_of(int64_t utc_us, unsigned number);

/* A disc of 50 m, which is in one cell or a few; seconds from BEGIN_US. Owned by the test program until it ends. */
const struct ent_extent *disc(
		double lat_deg, double lon_deg, int lower_m, int upper_m, int start_s, int end_s);

/* One of another radius, from the ground to 100 m; likewise. */
const struct ent_extent *wide_disc(
		double lat_deg, double lon_deg, int radius_m, int start_s, int end_s);

/* Commands of "uss1"; what is not said is as usual. */
struct ent_command put_intent(unsigned id, const struct ent_extent *extent);
struct ent_command put_constraint(unsigned id, const struct ent_extent *extent);
struct ent_command put_subscription(unsigned id, const struct ent_extent *extent);
/* 'kind' is one of the deletions. */
struct ent_command delete_it(
		const struct airspace *airspace, enum ent_command_kind kind, unsigned id);
/* The command with the OVN or version that is in force, so that it is an update. */
struct ent_command update(const struct airspace *airspace, struct ent_command command);
/* The command with everything in its key; 'key' has room for as much. */
struct ent_command with_key(const struct airspace *airspace, struct ent_command command,
		struct ent_ovn *key, size_t room);

#endif
