/* SPDX-License-Identifier: Apache-2.0 */
/* certificate.c: see certificate.h. */
#include "certificate.h"

#include <stdlib.h>
#include <string.h>

#include "entente/seal.h"
#include "entente/text.h"
#include "keys.h"
#include "log.h"
#include "look.h"

enum { SAID_SIZE = 1024 };

void certificate_say(const struct config *config, struct ent_http_server *server) {
	struct ent_http_certificate about;
	char start[ENT_TEXT_TIME_SIZE], end[ENT_TEXT_TIME_SIZE], text[SAID_SIZE];
	const int64_t now_us = clock_now(NULL);
	if (!ent_http_server_certificate(server, &about))
		return;
	(void)ent_text_print_time(about.start_utc_us, start);
	(void)ent_text_print_time(about.end_utc_us, end);
	if (about.end_utc_us <= now_us) {
		look_warn(config,
				"tls: %s: the certificate of \"%s\" ended at %s; clients refuse it",
				config->tls_certificate, about.subject, end);
	} else if (about.start_utc_us > now_us) {
		look_warn(config, "tls: %s: the certificate of \"%s\" is not good before %s",
				config->tls_certificate, about.subject, start);
	} else if (!config->check) {
		(void)snprintf(text, sizeof text,
				"tls: %s: the certificate of \"%s\" is in force, good until %s",
				config->tls_certificate, about.subject, end);
		log_say(NULL, ENT_NODE_INFO, text);
	}
}

static void say_bad(const struct config *config, const struct ent_fault *fault, const char *why) {
	char text[SAID_SIZE];
	const bool of_key = strcmp(fault->where, "tls-key") == 0;
	const bool of_file = of_key || strcmp(fault->where, "tls-certificate") == 0;
	(void)snprintf(text, sizeof text, "tls: %s: %s; the certificate of before stays in force",
			of_key                    ? config->tls_key
					: of_file ? config->tls_certificate
						  : fault->where,
			why);
	log_say(NULL, ENT_NODE_ERROR, text);
}

static ent_status put_in_force(struct ent_http_server *const *servers, size_t n,
		const char *certificate, const char *key, struct ent_fault *fault) {
	ent_status status = ENT_OK;
	/* The first finds what is wrong with them: then none has them. */
	for (size_t i = 0; i < n && status == ENT_OK; i++)
		if (servers[i] != NULL)
			status = ent_http_server_set_tls(servers[i], certificate, key, fault);
	return status;
}

void certificate_renew(
		const struct config *config, struct ent_http_server *const *servers, size_t n) {
	struct ent_fault fault = {{0}, {0}};
	char *certificate = NULL, *key = NULL;
	size_t certificate_size = 0, key_size = 0;
	if (config->tls_certificate == NULL)
		return;
	ent_status status = file_read(
			config->tls_certificate, &certificate, &certificate_size, &fault);
	if (status == ENT_OK)
		status = file_read(config->tls_key, &key, &key_size, &fault);
	if (status == ENT_OK)
		status = put_in_force(servers, n, certificate, key, &fault);
	if (status == ENT_OK)
		certificate_say(config, servers[0]);
	else
		say_bad(config, &fault, fault.why[0] != '\0' ? fault.why : ent_status_text(status));
	free(certificate);
	if (key != NULL)
		ent_seal_wipe(key, key_size);
	free(key);
}
