/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gridref_forms.h: private to wire. One file a family of forms: gridref_angle.c (decimal, DMS,
 * DDM), gridref_cell.c (GARS, GEOREF), gridref_mgrs.c; gridref.c tells which a text is.
 */
#ifndef ENTENTE_WIRE_GRIDREF_FORMS_H
#define ENTENTE_WIRE_GRIDREF_FORMS_H

#include "entente/gridref.h"

enum { GRIDREF_COMPACT_SIZE = 24 };

/* A text that is read, for its faults too. */
struct gridref_text {
	const char *text; /* without the spaces around it */
	size_t length;
	struct ent_fault *fault;            /* may be NULL */
	char compact[GRIDREF_COMPACT_SIZE]; /* of a cell's text: capitals, no spaces; terminated */
};

/* Says why: the text in quotes, then the reason. Returns E_SYNTAX. */
ent_status gridref_refuse(const struct gridref_text *text, const char *format, ...)
		ENT_PRINTF(2, 3);

/* The place of a letter in an alphabet, -1 when it has none. */
int gridref_letter(const char *alphabet, char letter);

/* Adds 'count' digits, zeros in front; text[n] on must have room. Returns the new length. */
size_t gridref_put_digits(char *text, size_t n, uint64_t value, unsigned count);

/* The greatest distance from the middle, upward to the millimetre; 'widest_m' is right to 20 um. */
int64_t gridref_radius_mm(double widest_m);

ent_status gridref_parse_angles(const struct gridref_text *text, struct ent_gridref *ret_reference);
ent_status gridref_parse_gars(const struct gridref_text *text, struct ent_gridref *ret_reference);
ent_status gridref_parse_georef(const struct gridref_text *text, struct ent_gridref *ret_reference);
ent_status gridref_parse_mgrs(const struct gridref_text *text, struct ent_gridref *ret_reference);

size_t gridref_print_angles(
		struct ent_point point, enum ent_gridref_form form, unsigned precision, char *text);
size_t gridref_print_gars(struct ent_point point, unsigned precision, char *text);
size_t gridref_print_georef(struct ent_point point, unsigned precision, char *text);
size_t gridref_print_mgrs(struct ent_point point, unsigned precision, char *text);

#endif
