/* SPDX-License-Identifier: Apache-2.0 */
/* look.c: see look.h. */
#include "look.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certificate.h"
#include "log.h"

void look_warn(const struct config *config, const char *format, ...) {
	char text[1024];
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	if (config->check)
		(void)fprintf(config->errors, "entente serve: warning: %s\n", text);
	else
		log_say(NULL, ENT_NODE_WARNING, text);
}

/* --- The data directory --- */

/* Whether files can be made in that folder; errno says why not. */
static bool can_write(const char *folder) {
	return faccessat(AT_FDCWD, folder, R_OK | W_OK | X_OK, AT_EACCESS) == 0;
}

static bool can_make(const char *directory) {
	char *parent = strdup(directory);
	if (parent == NULL)
		return false;
	size_t length = strlen(parent);
	while (length > 1 && parent[length - 1] == '/')
		length--;
	while (length > 0 && parent[length - 1] != '/')
		length--;
	while (length > 1 && parent[length - 1] == '/')
		length--;
	parent[length] = '\0';
	const bool fine = can_write(length > 0 ? parent : ".");
	const int error = errno;
	free(parent);
	errno = error;
	return fine;
}

void look_at_data(struct config *config) {
	struct stat about;
	const char *where = config_where(config, "data");
	if (stat(config->data, &about) == 0) {
		if (!S_ISDIR(about.st_mode))
			config_fault(config, where, "%s: it is no folder", config->data);
		else if (!can_write(config->data))
			config_fault(config, where, "%s: cannot be written to: %s", config->data,
					strerror(errno));
	} else if (errno != ENOENT || !can_make(config->data)) {
		config_fault(config, where, "%s: cannot be made: %s", config->data,
				strerror(errno));
	}
}

/* --- A listener --- */

static void handle(void *user, struct ent_http_request *request) {
	const struct ent_http_answer answer = {.status = 503};
	(void)user;
	ent_http_answer(request, &answer);
}

static ent_status try(struct config *config, const char *listen, const char *certificate,
		const char *key, bool say, struct ent_fault *fault) {
	struct ent_http_server *server;
	const struct ent_http_options options = {.listen = listen,
			.tls_certificate_pem = certificate,
			.tls_key_pem = key,
			.threads = 1,
			.limits = config->limits,
			.handle = handle};
	const ent_status status = ent_http_server_create(&options, &server, fault);
	if (status != ENT_OK)
		return status;
	if (say)
		certificate_say(config, server);
	ent_http_server_destroy(server);
	return ENT_OK;
}

void listener_fault(struct config *config, const char *option, const char *listen,
		ent_status status, const struct ent_fault *fault) {
	const bool tls = strncmp(fault->where, "tls-", 4) == 0;
	const bool address = status == ENT_E_SYNTAX && !tls;
	config_fault(config, config_where(config, tls ? fault->where : option), "%s%s%s",
			address ? listen : "", address ? ": " : "",
			fault->why[0] != '\0' ? fault->why : ent_status_text(status));
}

void look_at_listener(struct config *config, const char *option, const char *listen,
		const char *certificate, const char *key) {
	struct ent_fault fault = {{0}, {0}}, other;
	char any[256];
	const bool say = strcmp(option, "listen") == 0; /* once for all listeners */
	const ent_status status = try(config, listen, certificate, key, say, &fault);
	if (status == ENT_OK)
		return;
	/* At another port, since it may be the port that is taken. */
	const char *colon = strrchr(listen, ':');
	(void)snprintf(any, sizeof any, "%.*s:0", colon != NULL ? (int)(colon - listen) : 0,
			listen);
	if (status == ENT_E_IO && strstr(fault.why, strerror(EADDRINUSE)) != NULL) {
		(void)fprintf(config->errors, "entente serve: %s: %s; a node that runs, perhaps\n",
				config_where(config, option), fault.why);
		const ent_status again = try(config, any, certificate, key, say, &other);
		if (again != ENT_OK)
			listener_fault(config, option, listen, again, &other);
		return;
	}
	listener_fault(config, option, listen, status, &fault);
}
