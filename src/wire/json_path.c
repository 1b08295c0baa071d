/* SPDX-License-Identifier: Apache-2.0 */
/* json_path.c: the path of a member, as a person would write it. */
#include "entente/json.h"

#include <string.h>

#include "entente/text.h"

enum { NAME_SHOWN_SIZE = 40 };

static size_t append(struct ent_json_path *path, const char *text) {
	size_t before = path->length;
	size_t length = strlen(text);
	size_t room = sizeof path->text - 1 - before;
	if (length > room)
		length = room;
	memcpy(path->text + before, text, length);
	path->length = before + length;
	path->text[path->length] = '\0';
	return before;
}

size_t ent_json_path_member(struct ent_json_path *path, const char *name, size_t length) {
	char shown[NAME_SHOWN_SIZE];
	size_t before = path->length;
	if (before > 0)
		append(path, ".");
	append(path, ent_text_show(name, length, shown, sizeof shown));
	return before;
}

/* Without printf: this runs for every record of a large file. */
size_t ent_json_path_index(struct ent_json_path *path, uint64_t index) {
	char text[24];
	size_t at = sizeof text;
	text[--at] = '\0';
	text[--at] = ']';
	do {
		text[--at] = (char)('0' + index % 10);
		index /= 10;
	} while (index > 0);
	text[--at] = '[';
	return append(path, text + at);
}

void ent_json_path_cut(struct ent_json_path *path, size_t length) {
	path->length = length;
	path->text[length] = '\0';
}
