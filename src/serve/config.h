/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config.h: what a node is told. One table of options: each is a line "name = value" of the configuration file and
 * a flag --name VALUE; a flag wins over the file. Every fault is told, with its line or flag.
 */
#ifndef ENTENTE_SERVE_CONFIG_H
#define ENTENTE_SERVE_CONFIG_H

#include <stdio.h>

#include "entente/extent.h"
#include "entente/http.h"
#include "entente/node.h"

enum {
	CONFIG_OPTIONS_MAX = 64,
	CONFIG_LIST_MAX = 64,
	CONFIG_STRINGS_MAX = 1024,
	CONFIG_FAULTS_MAX = 100,
};

struct config_list {
	const char *item[CONFIG_LIST_MAX];
	const char *where[CONFIG_LIST_MAX]; /* each was set */
	size_t n;
};

struct config {
	const char *file; /* of the configuration; NULL: none */
	bool check;       /* only look whether all is well */
	bool help;
	const char *data, *listen, *metrics_listen, *peers_listen, *name, *locality,
			*public_endpoint;
	const char *tls_certificate, *tls_key;
	const char *ca_certs, *accepted_ca_certs;
	struct config_list public_keys, audiences, jwks_key_ids;
	const char *jwks;
	int64_t keys_refresh_us, keys_ttl_us;
	bool dev, allow_http_base_urls, strict, quiet, metrics_plain, restored, restored_alone;
	unsigned threads;
	int64_t stop_us, purge_after_us;
	struct ent_node_options node;
	struct ent_http_limits limits;
	struct ent_extent_limits extents;
	size_t missing_max;
	uint64_t uss_cells_max;

	size_t faults;
	FILE *errors;                          /* where faults go */
	const char *where[CONFIG_OPTIONS_MAX]; /* each option was set: its line or flag */
	bool set[CONFIG_OPTIONS_MAX];          /* by the source that is being read */
	bool given[CONFIG_OPTIONS_MAX];        /* by any, so that it is no default */
	char *strings[CONFIG_STRINGS_MAX];     /* its own copies */
	size_t n_strings;
};

/* Defaults, then the file that --config names, then the flags. False: something is wrong, and was said. */
bool config_read(struct config *config, int argc, char **argv, FILE *errors);
void config_finish(struct config *config);
/* Each option, its default, what it is for. */
void config_help(FILE *out);
/* "WHERE: WHY", counted. */
void config_fault(struct config *config, const char *where, const char *format, ...)
		ENT_PRINTF(3, 4);
/* Where the option of that name was set: "FILE:LINE: name", or "--name", also when it was not. */
const char *config_where(const struct config *config, const char *name);

#endif
