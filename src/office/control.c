/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control.c: the command line's door: a listener on this machine alone, and DIR/control, which says where it is, has the token, and
 * names the directory by device and inode: in a copy of the directory it is no way to a node. The file is there wholly or not
 * at all; one that a killed node left is replaced.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

enum { THREADS = 2, TEXT_SIZE = 192 };
#define REQUEST_US INT64_C(60000000) /* acts wait for disks, passphrases for one another */

static void handle(void *user, struct ent_http_request *request) {
	office_handle(user, request, true);
}

static ent_status listen_here(struct ent_office *office, struct ent_fault *fault) {
	struct ent_http_options options = {.listen = "127.0.0.1:0",
			.threads = THREADS,
			.limits = ent_http_limits_default,
			.secret_path = ENT_OFFICE_PREFIX,
			.handle = handle,
			.user = office};
	options.limits.body_max = ENT_PARCEL_SIZE_MAX;
	options.limits.request_us = REQUEST_US;
	return ent_http_server_create(&options, &office->control.server, fault);
}

/* Only the owner may read them, from the first moment on. */
static ent_status write_file(
		struct office_control *control, const char *text, struct ent_fault *fault) {
	char unfinished[sizeof control->path + 8];
	const size_t length = strlen(text);
	(void)snprintf(unfinished, sizeof unfinished, "%s.new", control->path);
	(void)unlink(unfinished);
	const int file = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
			S_IRUSR | S_IWUSR);
	const bool fine = file >= 0 && write(file, text, length) == (ssize_t)length &&
			rename(unfinished, control->path) == 0;
	if (!fine)
		ent_fault_set(fault, control->path, "cannot be written: %s", strerror(errno));
	if (file >= 0)
		(void)close(file);
	if (!fine)
		(void)unlink(unfinished);
	control->written = fine;
	return fine ? ENT_OK : ENT_E_IO;
}

ent_status office_control_open(struct ent_office *office, struct ent_fault *reterr_fault) {
	struct office_control *control = &office->control;
	char token[ENT_DESK_TOKEN_SIZE], text[TEXT_SIZE];
	const int length = snprintf(control->path, sizeof control->path, "%s/" ENT_OFFICE_CONTROL,
			office->options.data);
	if (length < 0 || (size_t)length >= sizeof control->path) {
		ent_fault_set(reterr_fault, "", "the name of the data directory is too long");
		return ENT_E_IO;
	}
	struct stat folder;
	if (stat(office->options.data, &folder) != 0) {
		ent_fault_set(reterr_fault, office->options.data, "%s", strerror(errno));
		return ENT_E_IO;
	}
	ent_desk_token(token, &control->token);
	ent_status status = listen_here(office, reterr_fault);
	if (status == ENT_OK) {
		(void)snprintf(text, sizeof text, "http://%s\n%s\nfolder %ju %ju\n",
				ent_http_server_address(control->server), token,
				(uintmax_t)folder.st_dev, (uintmax_t)folder.st_ino);
		status = write_file(control, text, reterr_fault);
	}
	ent_seal_wipe(token, sizeof token);
	ent_seal_wipe(text, sizeof text);
	return status;
}

void office_control_close(struct office_control *control) {
	if (control->written)
		(void)unlink(control->path);
	control->written = false;
	if (control->server != NULL)
		ent_http_server_stop(control->server, ENT_OFFICE_HOLD_US);
	ent_http_server_destroy(control->server);
	control->server = NULL;
}
