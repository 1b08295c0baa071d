/* SPDX-License-Identifier: Apache-2.0 */
/* parcels.c: parcels that people carry, out as files and in again. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define TEXT "text/plain; charset=utf-8"

/* --- Out --- */

/* False: it is answered. */
static bool read_bytes(struct office_call *call) {
	const char *text = ent_http_query(call->request, "bytes");
	call->number = ENT_PEERS_PARCEL_BYTES;
	if (text == NULL)
		return true;
	const size_t length = strlen(text);
	int64_t number = 0;
	for (size_t i = 0; i < length && length <= 9; i++)
		number = text[i] >= '0' && text[i] <= '9' && number >= 0
				? number * 10 + (text[i] - '0')
				: -1;
	if (length <= 9 && number >= ENT_PARCEL_SIZE_MIN && number <= ENT_PARCEL_SIZE_MAX) {
		call->number = number;
		return true;
	}
	office_refuse(call, 400, "bytes: %d, which is one with nothing in it, to %d",
			ENT_PARCEL_SIZE_MIN, ENT_PARCEL_SIZE_MAX);
	return false;
}

static void run_parcel(struct office_call *call) {
	struct ent_post *post = call->office->options.post;
	struct ent_post_parcel parcel = {0};
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = ent_post_compose(
			post, call->id, ENT_BOOK_FILE, true, (size_t)call->number, &parcel, &fault);
	if (status == ENT_E_MISSING) {
		office_refuse(call, 404, "there is no party of that id that is known");
	} else if (status != ENT_OK) {
		office_refuse_status(call, status, &fault);
	} else {
		char *text = parcel.text;
		ent_post_sent(post, call->id, ENT_BOOK_FILE, &parcel);
		parcel.text = NULL;
		office_send(call, 200, TEXT, text, parcel.length, NULL);
	}
	ent_post_parcel_finish(&parcel);
}

bool office_ask_parcel(struct office_call *call) {
	return read_bytes(call) && office_put(call, &call->office->deeds, run_parcel);
}

/* --- In --- */

static void answer_taken(struct office_call *call, const struct ent_post_taken *taken,
		const char *text, size_t length) {
	struct office_writing writing;
	office_begin(&writing);
	/* As large as the answer to it, and as little to be refused. */
	writing.memory.limit = 2 * (size_t)ENT_PARCEL_SIZE_MAX + 4096;
	office_write_text(&writing.out, "from", taken->from);
	office_write_uint(&writing.out, "ledgers", taken->ledgers);
	office_write_uint(&writing.out, "entries", taken->entries);
	office_write_uint(&writing.out, "acknowledged", taken->acknowledged);
	office_write_uint(&writing.out, "alarms", taken->alarms);
	ent_jsonout_name(&writing.out, "answer");
	ent_jsonout_string_n(&writing.out, text != NULL ? text : "", length);
	office_finish(call, &writing, 200, NULL);
}

static void run_take(struct office_call *call) {
	struct ent_post_taken taken = {.ledgers = 0};
	struct ent_fault fault = {{0}, {0}};
	struct ent_parcel parcel;
	char *answer = NULL;
	size_t length = 0, size = 0;
	const char *body = ent_http_body(call->request, &size);
	/* What is no parcel leaves no entry. */
	ent_status status = ent_parcel_read(body, size, &parcel, &fault);
	const bool ordered = status == ENT_OK;
	if (ordered && !office_ordered(call, ENT_DESK_ORDER_PARCEL_TAKEN, parcel.from))
		return;
	if (status == ENT_OK)
		status = ent_post_take(call->office->options.post, NULL, body, size,
				ENT_BOOK_UNASKED, &answer, &length, &taken, &fault);
	/* Where entries had been taken in before it failed, something came of it. */
	if (status != ENT_OK && ordered && taken.entries == 0)
		office_was_not_done(
				call, fault.why[0] != '\0' ? fault.why : ent_status_text(status));
	if (status == ENT_OK)
		answer_taken(call, &taken, answer, length);
	else
		office_refuse_status(call, status == ENT_E_LIMIT ? ENT_E_SYNTAX : status, &fault);
	free(answer);
}

bool office_ask_take(struct office_call *call) {
	return office_is_type(call, "text/plain") &&
			office_put(call, &call->office->deeds, run_take);
}
