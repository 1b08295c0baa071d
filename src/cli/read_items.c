/* SPDX-License-Identifier: Apache-2.0 */
/* read_items.c: faults, sources and items: what every reader leaves behind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/text.h"
#include "reader.h"

enum { FAULTS_KEPT_MAX = 10000, SUFFIX_ROOM = 12 };

ent_status check_faults_init(struct check_faults *faults, size_t limit) {
	memset(faults, 0, sizeof *faults);
	if (limit == 0)
		limit = CHECK_FAULTS_SHOWN_DEFAULT;
	faults->limit = limit < FAULTS_KEPT_MAX ? limit : FAULTS_KEPT_MAX;
	faults->shown = calloc(faults->limit, sizeof *faults->shown);
	return faults->shown != NULL ? ENT_OK : ENT_E_MEMORY;
}

void check_faults_add(
		struct check_faults *faults, const char *file, const struct ent_fault *fault) {
	faults->total++;
	if (faults->n_shown >= faults->limit)
		return;
	struct check_fault *one = &faults->shown[faults->n_shown++];
	(void)ent_text_show(file, strlen(file), one->file, sizeof one->file);
	one->fault = *fault;
}

void check_faults_finish(struct check_faults *faults) {
	free(faults->shown);
	memset(faults, 0, sizeof *faults);
}

bool check_status_is_fatal(ent_status status) {
	return status == ENT_E_MEMORY || status == ENT_E_IO;
}

void check_reader_note(
		struct check_reader *reader, ent_status status, const struct ent_fault *fault) {
	struct ent_fault plain;
	if (status == ENT_OK)
		return;
	if ((fault == NULL || fault->why[0] == '\0') && reader->stream.why[0] != '\0')
		fault = &reader->stream;
	if (fault == NULL || fault->why[0] == '\0') {
		ent_fault_set(&plain, fault != NULL ? fault->where : "", "%s",
				ent_status_text(status));
		fault = &plain;
	}
	check_faults_add(reader->faults, reader->source != NULL ? reader->source->name : "", fault);
	if (reader->first == ENT_OK)
		reader->first = status;
}

void check_reader_leave_out(struct check_reader *reader) {
	if (!reader->options.skip_bad || reader->source == NULL)
		return;
	reader->source->left_out++;
	reader->model->left_out++;
}

void check_reader_fault(
		struct check_reader *reader, ent_status status, const struct ent_fault *fault) {
	check_reader_note(reader, status, fault);
	if (status != ENT_OK && !check_status_is_fatal(status))
		check_reader_leave_out(reader);
}

void check_fault_within(struct ent_fault *fault, const char *outer) {
	char inner[ENT_FAULT_WHERE_SIZE];
	memcpy(inner, fault->where, sizeof inner);
	size_t n = strlen(outer), at = n < sizeof inner - 1 ? n : sizeof inner - 1;
	memcpy(fault->where, outer, at);
	if (inner[0] != '\0' && at > 0 && at + 2 < sizeof inner) {
		memcpy(fault->where + at, ", ", 2);
		at += 2;
	}
	n = strlen(inner);
	if (n > sizeof inner - 1 - at)
		n = sizeof inner - 1 - at;
	memcpy(fault->where + at, inner, n);
	fault->where[at + n] = '\0';
}

bool check_scaled(double value, int64_t numerator, int64_t denominator, int64_t *ret_value) {
	double scaled = value * (double)numerator / (double)denominator;
	if (!(scaled > -9e15 && scaled < 9e15))
		return false;
	int64_t whole = (int64_t)scaled;
	double rest = scaled - (double)whole;
	*ret_value = whole + (rest >= 0.5) - (rest <= -0.5);
	return true;
}

ent_status check_grow(
		void *array_pointer, size_t *capacity, size_t needed, size_t element, size_t max) {
	void *array;
	if (needed <= *capacity)
		return ENT_OK;
	if (needed > max)
		return ENT_E_LIMIT;
	size_t room = *capacity + *capacity / 2 + 16;
	room = room < needed ? needed : room > max ? max : room;
	memcpy(&array, array_pointer,
			sizeof array); /* whatever it points to: all such pointers look alike */
	void *grown = realloc(array, room * element);
	if (grown == NULL)
		return ENT_E_MEMORY;
	memcpy(array_pointer, &grown, sizeof grown);
	*capacity = room;
	/* cppcheck-suppress memleak ; it is the caller's, through array_pointer */
	return ENT_OK;
}

ent_status check_reader_begin(struct check_reader *reader, const char *name, bool against) {
	struct check_model *model = reader->model;
	struct ent_fault fault = {0};
	reader->source = NULL;
	reader->against = against;
	reader->first = ENT_OK;
	reader->stream = (struct ent_fault){0};
	ent_status status = check_grow(&model->sources, &reader->sources_capacity,
			model->n_sources + 1, sizeof *model->sources, CHECK_SOURCES_MAX);
	char *copy = status == ENT_OK ? strdup(name) : NULL;
	if (status == ENT_OK && copy == NULL)
		status = ENT_E_MEMORY;
	if (status != ENT_OK) {
		if (status == ENT_E_LIMIT)
			ent_fault_set(&fault, "", "more than %d inputs", CHECK_SOURCES_MAX);
		check_reader_fault(reader, status, &fault);
		return status;
	}
	reader->source = &model->sources[model->n_sources++];
	*reader->source = (struct check_source){.name = copy, .format = ""};
	return ENT_OK;
}

uint32_t check_reader_new_group(struct check_reader *reader) {
	return reader->next_group++;
}

bool check_copy_name(char *ret_name, size_t size, const char *text, size_t length) {
	size_t used = 0;
	bool whole = true;
	while (length > 0 && (text[0] == ' ' || text[0] == '\t')) {
		text++;
		length--;
	}
	while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	for (size_t at = 0; at < length;) {
		uint32_t c = 0;
		size_t n = ent_text_character(text + at, length - at, &c);
		bool bad = n == 0 || c < 0x20 || (c >= 0x7f && c < 0xa0); /* C0, DEL, C1 */
		size_t room = bad ? 1 : n;
		whole = used + room < size;
		if (!whole)
			break;
		if (bad)
			ret_name[used] = '?';
		else
			memcpy(ret_name + used, text + at, n);
		used += room;
		at += n == 0 ? 1 : n;
	}
	ret_name[used] = '\0';
	return whole;
}

void check_set_id(struct check_item_names *names, const char *text, size_t length) {
	names->id_cut = !check_copy_name(names->id, sizeof names->id, text, length);
}

ent_status check_set_callsign(struct check_item_names *names, const char *text, size_t length,
		struct ent_fault *reterr_fault) {
	char callsign[CHECK_CALLSIGN_SIZE];
	if (!check_copy_name(callsign, sizeof callsign, text, length)) {
		ent_fault_set(reterr_fault, "", "a callsign of more than %d bytes",
				CHECK_CALLSIGN_SIZE - 1);
		return ENT_E_LIMIT;
	}
	memcpy(names->callsign, callsign, sizeof callsign);
	return ENT_OK;
}

ent_status check_set_icao24(struct check_item_names *names, const char *text, size_t length,
		struct ent_fault *reterr_fault) {
	char icao24[CHECK_ICAO24_SIZE];
	bool fits = check_copy_name(icao24, sizeof icao24, text, length);
	const char *digits = icao24 + (icao24[0] == '~');
	bool hex = strspn(digits, "0123456789abcdefABCDEF") == 6 && digits[6] == '\0';
	if (icao24[0] != '\0' && (!fits || !hex)) {
		char shown[32];
		ent_fault_set(reterr_fault, "",
				"\"%s\" is no aircraft address: 6 hexadecimal digits",
				ent_text_show(text, length, shown, sizeof shown));
		return ENT_E_SYNTAX;
	}
	for (char *c = icao24; *c != '\0'; c++)
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c | 0x20) : *c;
	memcpy(names->icao24, icao24, sizeof icao24);
	return ENT_OK;
}

void check_source_stem(const struct check_reader *reader, char *ret_stem, size_t size) {
	const char *name = reader->source->name;
	if (strcmp(name, "-") == 0)
		name = "stdin";
	const char *slash = strrchr(name, '/');
	const char *stem = slash != NULL && slash[1] != '\0' ? slash + 1 : name;
	size_t length = strcspn(stem, ".");
	(void)check_copy_name(ret_stem, size, stem, length > 0 ? length : strlen(stem));
	if (ret_stem[0] == '\0')
		(void)snprintf(ret_stem, size, "input");
}

/* What is known of an id's use, with room for a new one. */
static ent_status use_of(struct check_reader *reader, const char *id, struct id_use **ret_use,
		bool *ret_new) {
	uint32_t number;
	ent_status status = check_grow(&reader->id_uses, &reader->id_uses_capacity,
			reader->ids.n_nodes + 1, sizeof *reader->id_uses, CHECK_NAMES_MAX + 2);
	if (status == ENT_OK)
		status = check_names_add(&reader->ids, id, strlen(id), &number, ret_new);
	if (status != ENT_OK)
		return status;
	*ret_use = &reader->id_uses[number];
	if (*ret_new)
		**ret_use = (struct id_use){.group = 0, .copies = 1};
	return ENT_OK;
}

static void number_id(char *ret_id, const char *wish, uint32_t copy) {
	(void)snprintf(ret_id, CHECK_ID_SIZE, "%.*s#%u", CHECK_ID_SIZE - SUFFIX_ROOM, wish, copy);
}

/* An id that no other group has: the one wished for, or that with "#2", "#3" behind it. */
static ent_status choose_id(
		struct check_reader *reader, const char *wish, uint32_t group, char *ret_id) {
	struct id_use *use, *copy;
	bool is_new;
	ent_status status = use_of(reader, wish, &use, &is_new);
	if (status != ENT_OK)
		return status;
	size_t at = (size_t)(use - reader->id_uses);
	memcpy(ret_id, wish, CHECK_ID_SIZE);
	if (is_new)
		use->group = group;
	if (use->group == group)
		return ENT_OK;
	/* The copy made last may be this very group's. */
	for (uint32_t n = use->copies > 1 ? use->copies : 2;; n++) {
		number_id(ret_id, wish, n);
		status = use_of(reader, ret_id, &copy, &is_new);
		if (status != ENT_OK)
			return status;
		if (is_new)
			copy->group = group;
		if (copy->group == group) {
			reader->id_uses[at].copies = n;
			return ENT_OK;
		}
	}
}

static enum check_kind kind_of(
		const struct check_item_names *names, const struct ent_volume *volume) {
	return names->kind == CHECK_KIND_UNKNOWN &&
					ent_volume_parts(volume)->kind == ENT_VOLUME_TRACK
			? CHECK_KIND_FLIGHT
			: names->kind;
}

ent_status check_reader_take_item(struct check_reader *reader, const struct check_item_names *names,
		uint32_t group, struct ent_volume *take_volume, struct ent_fault *reterr_fault) {
	struct check_model *model = reader->model;
	struct check_item item = {
			.source = (uint32_t)(model->n_sources - 1),
			.group = group,
			.whole = group,
			.kind = kind_of(names, take_volume),
			.against = reader->against,
			.volume = take_volume,
	};
	char wish[CHECK_ID_SIZE];
	memcpy(wish, names->id, sizeof wish);
	if (wish[0] == '\0')
		check_source_stem(reader, wish, sizeof wish);
	memcpy(item.callsign, names->callsign, sizeof item.callsign);
	memcpy(item.icao24, names->icao24, sizeof item.icao24);
	if (names->id_cut) {
		ent_fault_set(reterr_fault, "", "an id of more than %d bytes", CHECK_ID_SIZE - 1);
		ent_volume_release(take_volume);
		return ENT_E_LIMIT;
	}
	ent_status status = check_grow(&model->items, &reader->items_capacity, model->n_items + 1,
			sizeof *model->items, CHECK_ITEMS_MAX);
	if (status == ENT_OK)
		status = choose_id(reader, wish, group, item.id);
	if (status != ENT_OK) {
		if (status == ENT_E_LIMIT)
			ent_fault_set(reterr_fault, "", CHECK_ITEMS_MAX_WHY, CHECK_ITEMS_MAX);
		ent_volume_release(take_volume);
		return status;
	}
	model->items[model->n_items++] = item;
	reader->source->items++;
	return ENT_OK;
}

void check_reader_drop_items(struct check_reader *reader, size_t n_items) {
	struct check_model *model = reader->model;
	while (model->n_items > n_items) {
		ent_volume_release(model->items[--model->n_items].volume);
		reader->source->items--;
	}
}

void check_model_finish(struct check_model *model) {
	for (size_t i = 0; i < model->n_sources; i++)
		free(model->sources[i].name);
	for (size_t i = 0; i < model->n_items; i++)
		ent_volume_release(model->items[i].volume);
	free(model->sources);
	free(model->items);
	free(model->conflicts);
	memset(model, 0, sizeof *model);
}
