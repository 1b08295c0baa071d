/* SPDX-License-Identifier: Apache-2.0 */
/* body.c: the bodies of requests (docs/openapi.yaml): fixed text with numbers, times and ids between. */
#include "run.h"

#include <string.h>

/* Reserved for examples (RFC 2606): nobody is notified there. */
#define BASE_URL "https://load.example/uss"

/* A subscription lasts at most a day (F3548-21); the slots that it is about lie at the beginning of ours. */
#define SUBSCRIPTION_US (INT64_C(20) * 3600 * 1000000)

#define PUT(text, literal) load_put((text), (literal), sizeof(literal) - 1)

static void put_altitude(struct load_text *body, int32_t w84_m) {
	load_put_uint(body, (uint64_t)w84_m);
	PUT(body, ",\"reference\":\"W84\",\"units\":\"M\"}");
}

static void put_volume(struct load_text *body, const struct load_volume *volume) {
	PUT(body, "{\"volume\":{\"outline_polygon\":{\"vertices\":[");
	for (int i = 0; i < LOAD_CORNERS; i++) {
		if (i > 0)
			PUT(body, ",");
		PUT(body, "{\"lat\":");
		load_put_degrees(body, volume->corners[i].lat_ndeg);
		PUT(body, ",\"lng\":");
		load_put_degrees(body, volume->corners[i].lon_ndeg);
		PUT(body, "}");
	}
	PUT(body, "]},\"altitude_lower\":{\"value\":");
	put_altitude(body, volume->lower_w84_m);
	PUT(body, ",\"altitude_upper\":{\"value\":");
	put_altitude(body, volume->upper_w84_m);
	PUT(body, "},\"time_start\":{\"value\":\"");
	load_put_time(body, volume->start_utc_us);
	PUT(body, "\",\"format\":\"RFC3339\"},\"time_end\":{\"value\":\"");
	load_put_time(body, volume->end_utc_us);
	PUT(body, "\",\"format\":\"RFC3339\"}}");
}

static void put_ovn(struct load_text *body, const char *ovn, bool *first) {
	if (!*first)
		PUT(body, ",");
	*first = false;
	PUT(body, "\"");
	load_put_text(body, ovn);
	PUT(body, "\"");
}

/*
 * Of all that is live, if all intents are together; and what the last answer said was missing. At most
 * LOAD_BUSY_NEIGHBOURS + LOAD_BUSY_CONNECTIONS_MAX + LOAD_MISSING_MAX.
 */
static void put_key(struct load_run *run, const struct load_task *task, struct load_text *body) {
	const uint32_t n = run->mix->together ? load_book_live(run->book, LOAD_INTENT) : 0;
	bool first = true;
	PUT(body, "],\"key\":[");
	for (uint32_t i = 0; i < n; i++)
		put_ovn(body,
				load_book_at(run->book,
						load_book_live_at(run->book, LOAD_INTENT, i))
						->ovn,
				&first);
	for (size_t i = 0; i < task->n_missing; i++)
		put_ovn(body, task->missing[i], &first);
}

static void put_intent(struct load_run *run, struct load_task *task, struct load_text *body) {
	const struct load_record *record = load_book_at(run->book, task->record);
	struct load_volume volumes[LOAD_FLIGHT_VOLUMES];
	load_field_flight(&run->field, record->spot, volumes);
	PUT(body, "{\"extents\":[");
	for (int i = 0; i < LOAD_FLIGHT_VOLUMES; i++) {
		if (i > 0)
			PUT(body, ",");
		put_volume(body, &volumes[i]);
	}
	put_key(run, task, body);
	PUT(body, "],\"state\":\"");
	load_put_text(body, load_state_text(task->state));
	PUT(body, "\",\"uss_base_url\":\"" BASE_URL "\",");
	if (task->verb == LOAD_CREATE) {
		PUT(body,
				"\"new_subscription\":{\"uss_base_url\":\"" BASE_URL
				"\",\"notify_for_constraints\":false}}");
	} else {
		PUT(body, "\"subscription_id\":\"");
		load_put_uuid(body, &record->subscription);
		PUT(body, "\"}");
	}
}

static void put_constraint(struct load_run *run, struct load_task *task, struct load_text *body) {
	struct load_volume area;
	load_field_area(&run->field, load_book_at(run->book, task->record)->spot, 1, &area);
	PUT(body, "{\"extents\":[");
	put_volume(body, &area);
	PUT(body, "],\"uss_base_url\":\"" BASE_URL "\"}");
}

static void put_subscription(struct load_run *run, struct load_task *task, struct load_text *body) {
	struct load_volume area;
	load_field_area(&run->field, load_book_at(run->book, task->record)->spot, 1, &area);
	area.end_utc_us = area.start_utc_us + SUBSCRIPTION_US;
	PUT(body, "{\"extents\":");
	put_volume(body, &area);
	PUT(body,
			",\"uss_base_url\":\"" BASE_URL "\",\"notify_for_operational_intents\":"
			"true,\"notify_for_constraints\":true}");
}

static void put_area(struct load_run *run, struct load_task *task, struct load_text *body) {
	struct load_volume area;
	load_field_area(&run->field, load_book_at(run->book, task->record)->spot, task->slots,
			&area);
	PUT(body, "{\"area_of_interest\":");
	put_volume(body, &area);
	PUT(body, "}");
}

void load_body_put(struct load_run *run, struct load_task *task, struct load_text *body) {
	static void (*const put[LOAD_KIND_COUNT])(
			struct load_run *, struct load_task *, struct load_text *) = {
			[LOAD_INTENT] = put_intent,
			[LOAD_CONSTRAINT] = put_constraint,
			[LOAD_SUBSCRIPTION] = put_subscription,
	};
	if (task->verb == LOAD_QUERY)
		put_area(run, task, body);
	else
		put[task->kind](run, task, body);
}
