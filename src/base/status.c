/* SPDX-License-Identifier: Apache-2.0 */
/* status.c: the texts of the statuses, and faults for people. */
#include "entente/base.h"

#include <stdarg.h>
#include <stdio.h>

static const struct {
	const char *name, *text;
} rows[] = {
#define ROW(name, text) {#name, text},
		ENT_STATUS_MAP(ROW)
#undef ROW
};

const char *ent_status_text(ent_status status) {
	return (unsigned)status < ENT_STATUS_COUNT ? rows[status].text : "unknown status";
}

const char *ent_status_name(ent_status status) {
	return (unsigned)status < ENT_STATUS_COUNT ? rows[status].name : "unknown";
}

void ent_fault_set(struct ent_fault *fault, const char *where, const char *why_format, ...) {
	if (fault == NULL)
		return;
	va_list arguments;
	va_start(arguments, why_format);
	(void)snprintf(fault->where, sizeof fault->where, "%s", where);
	(void)vsnprintf(fault->why, sizeof fault->why, why_format, arguments);
	va_end(arguments);
}
