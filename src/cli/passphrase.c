/* SPDX-License-Identifier: Apache-2.0 */
/* passphrase.c: see passphrase.h. */
#include "passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, INTERRUPT = 3, END_OF_FILE = 4, BACKSPACE = 8, DELETE = 127 };

static ent_status fail(
		struct ent_fault *fault, ent_status status, const char *where, const char *why) {
	ent_fault_set(fault, where, "%s", why);
	return status;
}

/* Reads to the end of a line or of all; E_LIMIT when it is longer than there is room. */
static ent_status read_line(int file, struct ent_secret *line) {
	uint8_t *bytes = ent_secret_bytes(line);
	size_t length = 0;
	for (;;) {
		uint8_t byte = 0;
		const ssize_t got = read(file, &byte, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ENT_E_IO;
		if (got == 0 || byte == '\n')
			break;
		if (length == ent_secret_size(line))
			return ENT_E_LIMIT;
		bytes[length++] = byte;
	}
	if (length > 0 && bytes[length - 1] == '\r')
		length--;
	ent_secret_cut(line, length);
	return ENT_OK;
}

/* Of a credential systemd sees to that. */
static void warn_of_readers(const char *path) {
	struct stat found;
	if (stat(path, &found) == 0 && S_ISREG(found.st_mode) &&
			(found.st_mode & (S_IRGRP | S_IROTH)) != 0)
		(void)fprintf(stderr,
				"entente: warning: %s: others may read this passphrase; chmod 600 "
				"keeps it to you\n",
				path);
}

static ent_status from_file(
		const char *path, struct ent_secret *passphrase, struct ent_fault *fault) {
	const int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return fail(fault, ENT_E_IO, path, strerror(errno));
	const ent_status status = read_line(file, passphrase);
	const int error = errno;
	(void)close(file);
	if (status == ENT_E_IO)
		return fail(fault, status, path, strerror(error));
	return status == ENT_OK
			? status
			: fail(fault, status, path, "the passphrase is longer than 1024 bytes");
}

/* --- At the terminal --- */

static void say(int terminal, const char *text) {
	const size_t length = strlen(text);
	if (write(terminal, text, length) != (ssize_t)length)
		return; /* who sees no question gives no answer */
}

/* Key by key, since the terminal shows nothing and interrupts nothing. */
static ent_status read_keys(int terminal, struct ent_secret *line) {
	uint8_t *bytes = ent_secret_bytes(line);
	size_t length = 0;
	for (;;) {
		uint8_t key = 0;
		const ssize_t got = read(terminal, &key, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || key == INTERRUPT || key == END_OF_FILE)
			return ENT_E_REFUSED;
		if (key == '\n' || key == '\r')
			break;
		if (key == BACKSPACE || key == DELETE) {
			/* A character of UTF-8, not a byte of it. */
			while (length > 0 && (bytes[--length] & 0xc0) == 0x80)
				;
			continue;
		}
		if (length == ent_secret_size(line))
			return ENT_E_LIMIT;
		bytes[length++] = key;
	}
	ent_secret_cut(line, length);
	return ENT_OK;
}

static ent_status ask(int terminal, const char *question, struct ent_secret *ret_line) {
	struct termios before, without_echo;
	if (tcgetattr(terminal, &before) != 0)
		return ENT_E_IO;
	without_echo = before;
	/* Not interrupted either: the terminal would stay without echo. */
	without_echo.c_lflag &= (tcflag_t) ~(ECHO | ECHONL | ICANON | ISIG);
	without_echo.c_cc[VMIN] = 1;
	without_echo.c_cc[VTIME] = 0;
	if (tcsetattr(terminal, TCSAFLUSH, &without_echo) != 0)
		return ENT_E_IO;
	say(terminal, question);
	const ent_status status = read_keys(terminal, ret_line);
	(void)tcsetattr(terminal, TCSAFLUSH, &before);
	say(terminal, "\n");
	return status;
}

static ent_status ask_twice(int terminal, struct ent_secret *first) {
	struct ent_secret *second = NULL;
	ent_status status = ask(
			terminal, "A passphrase for the party key (it is not shown): ", first);
	if (status == ENT_OK)
		status = ent_secret_create(PASSPHRASE_MAX, &second);
	if (status == ENT_OK)
		status = ask(terminal, "Once more: ", second);
	if (status == ENT_OK &&
			(ent_secret_size(first) != ent_secret_size(second) ||
					!ent_seal_equal(ent_secret_bytes(first),
							ent_secret_bytes(second),
							ent_secret_size(first))))
		status = ENT_E_DOMAIN;
	ent_secret_destroy(second);
	return status;
}

static ent_status from_terminal(
		bool twice, struct ent_secret *passphrase, struct ent_fault *fault) {
	const int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal < 0)
		return fail(fault, ENT_E_MISSING, "",
				"there is no terminal to ask for the passphrase at; give "
				"--passphrase-file");
	const ent_status status = twice
			? ask_twice(terminal, passphrase)
			: ask(terminal, "The passphrase of the party key: ", passphrase);
	(void)close(terminal);
	if (status == ENT_E_DOMAIN)
		return fail(fault, ENT_E_REFUSED, "passphrase", "the two were not the same");
	if (status == ENT_E_REFUSED)
		return fail(fault, status, "passphrase", "broken off");
	if (status == ENT_E_LIMIT)
		return fail(fault, status, "passphrase", "it is longer than 1024 bytes");
	return status == ENT_OK ? status
				: fail(fault, status, "the terminal", ent_status_text(status));
}

/* --- Where it comes from --- */

static bool find_credential(char ret_path[PATH_SIZE]) {
	const char *directory = getenv("CREDENTIALS_DIRECTORY");
	if (directory == NULL)
		return false;
	const int length = snprintf(ret_path, PATH_SIZE, "%s/" PASSPHRASE_CREDENTIAL, directory);
	return length > 0 && length < PATH_SIZE && access(ret_path, F_OK) == 0;
}

ent_status passphrase_get(const char *file, bool twice, struct ent_secret **ret_passphrase,
		struct ent_fault *fault) {
	char credential[PATH_SIZE];
	struct ent_secret *passphrase = NULL;
	ent_status status = ent_secret_create(PASSPHRASE_MAX, &passphrase);
	if (status != ENT_OK)
		return fail(fault, status, "", ent_status_text(status));
	if (file != NULL) {
		warn_of_readers(file);
		status = from_file(file, passphrase, fault);
	} else if (find_credential(credential)) {
		status = from_file(credential, passphrase, fault);
	} else {
		status = from_terminal(twice, passphrase, fault);
	}
	if (status == ENT_OK && twice && ent_secret_size(passphrase) < PASSPHRASE_MIN)
		status = fail(fault, ENT_E_LIMIT, "passphrase",
				"it is shorter than 12 bytes; a few words that nobody guesses are "
				"better");
	if (status == ENT_OK)
		*ret_passphrase = passphrase;
	else
		ent_secret_destroy(passphrase);
	return status;
}
