/* SPDX-License-Identifier: Apache-2.0 */
/* password.c: see password.h. Read byte by byte into one place: stdio would leave copies in buffers of its own. */
#include "password.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* One line, without its end; what lies behind it is not touched. */
static ent_status read_line(
		int file, const char *where, struct password *ret, struct ent_fault *fault) {
	struct password password = {0};
	ent_status status = ENT_OK;
	for (;;) {
		char byte = '\n';
		const ssize_t got = read(file, &byte, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			ent_fault_set(fault, where, "cannot be read: %s", strerror(errno));
			status = ENT_E_IO;
		}
		if (got <= 0 || byte == '\n')
			break;
		if (password.length == ENT_PASSWORD_MAX) {
			ent_fault_set(fault, where, "a password has %d bytes at the most",
					ENT_PASSWORD_MAX);
			status = ENT_E_LIMIT;
			break;
		}
		password.text[password.length++] = byte;
	}
	if (status == ENT_OK)
		*ret = password;
	password_wipe(&password);
	return status;
}

static void say(int terminal, const char *text) {
	/* Who does not see it can still type. */
	if (write(terminal, text, strlen(text)) < 0)
		return;
}

/* Without echo. Signals from the keyboard wait until it is shown again. */
static ent_status ask_once(int terminal, const char *prompt, struct password *ret_password,
		struct ent_fault *fault) {
	struct termios shown, hidden;
	sigset_t keyboard, before;
	if (tcgetattr(terminal, &shown) != 0) {
		ent_fault_set(fault, "the terminal", "cannot be asked: %s", strerror(errno));
		return ENT_E_IO;
	}
	(void)sigemptyset(&keyboard);
	(void)sigaddset(&keyboard, SIGINT);
	(void)sigaddset(&keyboard, SIGQUIT);
	(void)sigaddset(&keyboard, SIGTSTP);
	(void)sigprocmask(SIG_BLOCK, &keyboard, &before);
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	if (tcsetattr(terminal, TCSAFLUSH, &hidden) != 0) {
		ent_fault_set(fault, "the terminal", "would show it: %s", strerror(errno));
		(void)sigprocmask(SIG_SETMASK, &before, NULL);
		return ENT_E_IO;
	}
	say(terminal, prompt);
	const ent_status status = read_line(terminal, "the terminal", ret_password, fault);
	say(terminal, "\n");
	(void)tcsetattr(terminal, TCSAFLUSH, &shown);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
}

static ent_status open_terminal(int *ret_terminal, struct ent_fault *fault) {
	*ret_terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*ret_terminal >= 0)
		return ENT_OK;
	ent_fault_set(fault, "",
			"there is no terminal to ask for the password at: give --password-file "
			"FILE");
	return ENT_E_MISSING;
}

ent_status password_ask_own(
		const char *whose, struct password *ret_password, struct ent_fault *reterr_fault) {
	char prompt[128];
	int terminal = -1;
	ent_status status = open_terminal(&terminal, reterr_fault);
	if (status != ENT_OK)
		return status;
	(void)snprintf(prompt, sizeof prompt, "password of %.80s: ", whose);
	status = ask_once(terminal, prompt, ret_password, reterr_fault);
	(void)close(terminal);
	return status;
}

ent_status password_ask(
		const char *whose, struct password *ret_password, struct ent_fault *reterr_fault) {
	struct password first = {0}, second = {0};
	char prompt[128];
	int terminal = -1;
	ent_status status = open_terminal(&terminal, reterr_fault);
	if (status != ENT_OK)
		return status;
	(void)snprintf(prompt, sizeof prompt, "new password of %.80s: ", whose);
	status = ask_once(terminal, prompt, &first, reterr_fault);
	if (status == ENT_OK)
		status = ask_once(terminal, "once more: ", &second, reterr_fault);
	if (status == ENT_OK &&
			(first.length != second.length ||
					!ent_seal_equal(first.text, second.text,
							sizeof first.text))) {
		ent_fault_set(reterr_fault, "", "the two are not the same; nothing was changed");
		status = ENT_E_REFUSED;
	}
	(void)close(terminal);
	if (status == ENT_OK)
		*ret_password = first;
	password_wipe(&first);
	password_wipe(&second);
	return status;
}

ent_status password_read_file(
		const char *path, struct password *ret_password, struct ent_fault *reterr_fault) {
	const bool standard = strcmp(path, "-") == 0;
	/* A FIFO is waited for: who names one means it. */
	const int file = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0) {
		ent_fault_set(reterr_fault, path, "cannot be read: %s", strerror(errno));
		return errno == ENOENT ? ENT_E_MISSING : ENT_E_IO;
	}
	const ent_status status = read_line(
			file, standard ? "standard input" : path, ret_password, reterr_fault);
	if (!standard)
		(void)close(file);
	return status;
}

void password_wipe(struct password *password) {
	ent_seal_wipe(password, sizeof *password);
}
