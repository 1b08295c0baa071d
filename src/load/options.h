/* SPDX-License-Identifier: Apache-2.0 */
/* options.h: what the command line of `entente load` says. One table feeds the parser and the help. */
#ifndef ENTENTE_LOAD_OPTIONS_H
#define ENTENTE_LOAD_OPTIONS_H

#include <stdio.h>

#include "mix.h"
#include "url.h"

enum {
	LOAD_SECONDS_MAX = 36000, /* what is filed must not have ended when it is checked */
	LOAD_POPULATION_MAX = 1000000,
	LOAD_POPULATION_DEFAULT = 2000
};

struct load_options {
	struct load_url url;
	bool url_given, dev, json, help;
	const char *token_file; /* borrowed */
	const struct load_mix *mix;
	uint32_t seconds, connections, population; /* 0: not given */
};

/* False: a message with the option's name is in reterr_fault. Texts are borrowed from argv. */
bool load_options_parse(int argc, char **argv, struct load_options *ret_options,
		struct ent_fault *reterr_fault);

void load_options_help(FILE *out);

#endif
