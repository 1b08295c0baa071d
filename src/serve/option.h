/* SPDX-License-Identifier: Apache-2.0 */
/* option.h: the table of options, and how a value's text becomes a member of struct config. */
#ifndef ENTENTE_SERVE_OPTION_H
#define ENTENTE_SERVE_OPTION_H

#include "config.h"
#include "entente/option.h"

enum option_kind {
	OPTION_TEXT,
	OPTION_LIST, /* items between commas; may stand several times */
	OPTION_FLAG, /* yes or no; as a flag without a value yes */
	OPTION_COUNT,
	OPTION_BIG_COUNT,
	OPTION_KIB,
	OPTION_DURATION,
	OPTION_RATE,
	OPTION_INDEX
};

struct option {
	struct ent_option is;
	enum option_kind kind;
	size_t at; /* in struct config */
	const char *initial;
	double least, most; /* of numbers: counts, MiB or KiB as said, seconds */
	bool flag_only;     /* not of the file */
};
extern const struct option options[];
extern const size_t options_count;
extern const struct ent_option_table options_table;

/* Takes the value, or says what is wrong with it. 'where' is copied. */
void option_set(struct config *config, const struct option *option, const char *text,
		const char *where);
/* NULL: there is none of that name. */
const struct option *option_find(const char *name);

#endif
