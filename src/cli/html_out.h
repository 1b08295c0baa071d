/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_out.h: the answer as one page that needs nothing else: a map of the tracks and
 * conflicts, an altitude profile of each conflict, a table.
 */
#ifndef ENTENTE_CLI_HTML_OUT_H
#define ENTENTE_CLI_HTML_OUT_H

#include "check.h"

ENT_MUST_USE ent_status check_write_html(const struct check_model *model,
		const struct check_options *options, FILE *out);

#endif
