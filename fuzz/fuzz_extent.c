/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_extent.c: packed volumes from anywhere. What is walked to its end is packed again as the same volumes, and
 * where it has cells its extent is written and read as the same.
 */
#include "fuzz.h"

#include "entente/extent.h"

enum { CORNERS_MAX = 4096 };

struct walked {
	struct ent_extent_volume volume[ENT_EXTENT_VOLUMES_MAX];
	size_t n, corners;
	struct ent_point corner[CORNERS_MAX];
};

static struct ent_json *json;

/* E_LIMIT: more corners than we keep. */
static ent_status walk_all(const uint8_t *bytes, size_t size, struct walked *ret_walked) {
	static struct ent_extent_walk walk;
	const struct ent_extent extent = {.packed = bytes, .packed_size = size};
	struct ent_extent_volume volume;
	ent_status status;
	ret_walked->n = ret_walked->corners = 0;
	ent_extent_walk_begin(&walk, &extent);
	while ((status = ent_extent_walk_next(&walk, &volume)) == ENT_OK) {
		FUZZ_CHECK(ret_walked->n < ENT_EXTENT_VOLUMES_MAX);
		FUZZ_CHECK(volume.lower_mm <= volume.upper_mm);
		FUZZ_CHECK(volume.start_utc_us <= volume.end_utc_us);
		if (ret_walked->corners + volume.n_vertices > CORNERS_MAX)
			return ENT_E_LIMIT;
		struct ent_point *corners = ret_walked->corner + ret_walked->corners;
		for (size_t i = 0; i < volume.n_vertices; i++)
			corners[i] = volume.vertices[i];
		ret_walked->corners += volume.n_vertices;
		volume.vertices = corners;
		ret_walked->volume[ret_walked->n++] = volume;
	}
	return status;
}

static void check_same(const struct walked *a, const struct walked *b) {
	FUZZ_CHECK(a->n == b->n && a->corners == b->corners);
	FUZZ_CHECK(memcmp(a->corner, b->corner, a->corners * sizeof a->corner[0]) == 0);
	for (size_t i = 0; i < a->n; i++) {
		const struct ent_extent_volume *x = &a->volume[i], *y = &b->volume[i];
		FUZZ_CHECK(x->outline == y->outline && x->radius_mm == y->radius_mm);
		FUZZ_CHECK(x->center.lat_ndeg == y->center.lat_ndeg);
		FUZZ_CHECK(x->center.lon_ndeg == y->center.lon_ndeg);
		FUZZ_CHECK(x->n_vertices == y->n_vertices);
		FUZZ_CHECK(x->lower_mm == y->lower_mm && x->upper_mm == y->upper_mm);
		FUZZ_CHECK(x->start_utc_us == y->start_utc_us && x->end_utc_us == y->end_utc_us);
	}
}

static void check_packed(const struct walked *walked) {
	static struct walked again;
	uint8_t *packed;
	size_t size;
	FUZZ_CHECK(ent_extent_pack(walked->volume, walked->n, &packed, &size) == ENT_OK);
	FUZZ_CHECK(walk_all(packed, size, &again) == ENT_E_MISSING);
	check_same(walked, &again);
	free(packed);
}

static void check_json(const struct ent_extent *extent) {
	struct ent_jsonout_memory memory = {.limit = SIZE_MAX / 4};
	static struct ent_jsonout out;
	struct ent_fault fault = {{0}, {0}};
	struct ent_json_value root;
	struct ent_extent *again;
	ent_jsonout_init(&out, ent_jsonout_to_memory, &memory, 0);
	ent_jsonout_object_begin(&out);
	ent_extent_write(&out, extent);
	ent_jsonout_object_end(&out);
	FUZZ_CHECK(ent_jsonout_finish(&out) == ENT_OK);
	FUZZ_CHECK(ent_json_parse(json, memory.bytes, memory.size, NULL, &root, &fault) == ENT_OK);
	FUZZ_CHECK(ent_extent_read(root, &again, &fault) == ENT_OK);
	FUZZ_CHECK(extent->n_cells == again->n_cells && extent->packed_size == again->packed_size);
	FUZZ_CHECK(memcmp(extent->packed, again->packed, extent->packed_size) == 0);
	for (size_t i = 0; i < extent->n_cells; i++)
		FUZZ_CHECK(extent->cells[i] == again->cells[i]);
	FUZZ_CHECK(extent->lower_mm == again->lower_mm && extent->upper_mm == again->upper_mm);
	FUZZ_CHECK(extent->start_utc_us == again->start_utc_us);
	FUZZ_CHECK(extent->end_utc_us == again->end_utc_us);
	ent_extent_destroy(again);
	free(memory.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const struct ent_extent_limits limits = {20, 500, 2500, 1024};
	static struct walked walked;
	struct ent_fault fault = {{0}, {0}};
	struct ent_extent *extent;
	if (json == NULL)
		FUZZ_CHECK(ent_json_create(&json) == ENT_OK);
	const ent_status status = walk_all(data, size, &walked);
	FUZZ_CHECK(status == ENT_E_MISSING || status == ENT_E_SYNTAX || status == ENT_E_LIMIT);
	if (status != ENT_E_MISSING)
		return 0;
	check_packed(&walked);
	const ent_status made = ent_extent_create(
			walked.volume, walked.n, &limits, &extent, &fault);
	FUZZ_CHECK((made == ENT_OK) == (fault.why[0] == '\0'));
	if (made == ENT_OK) {
		check_json(extent);
		ent_extent_destroy(extent);
	}
	return 0;
}
