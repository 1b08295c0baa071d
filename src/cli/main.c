/* SPDX-License-Identifier: Apache-2.0 */
/* main.c: the program `entente`: one table of subcommands. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "alarms.h"
#include "bundle.h"
#include "check.h"
#include "clock.h"
#include "entente/load.h"
#include "entente/serve.h"
#include "grid.h"
#include "init.h"
#include "key.h"
#include "ledger.h"
#include "memo.h"
#include "operator.h"
#include "parcel.h"
#include "party.h"
#include "watch.h"

static int version_main(int argc, char **argv) {
	(void)argc;
	(void)argv;
	(void)printf("entente %s\n", ent_serve_version);
	return 0;
}

static int help_main(int argc, char **argv);

static const struct {
	const char *name, *what;
	int (*main)(int argc, char **argv);
	void (*help)(FILE *out); /* NULL: the list of commands says all */
} commands[] = {
		{"check", "find conflicts among flights and airspace", check_main,
				check_options_help},
		{"grid", "show a place in every form: degrees, MGRS, GARS, GEOREF", grid_main,
				grid_help},
		{"init", "make a party: its keys and its card", init_main, init_help},
		{"party", "show our own card, and know other parties by theirs", party_main,
				party_help},
		{"memo", "begin, check, show or compare memoranda; draft, sign, suspend them",
				memo_main, memo_help},
		{"key", "unlock the party key of a node for a while, or lock it", key_main,
				key_help},
		{"bundle", "carry to and from another party as files what is owed", bundle_main,
				bundle_help},
		{"parcel", "show what a parcel from another party has in it", parcel_main,
				parcel_help},
		{"serve", "run a node: an F3548-21 discovery service on a ledger", ent_serve_main,
				ent_serve_help},
		{"watch", "see what happens at a node, a line each", watch_main, watch_help},
		{"alarms", "see what must not be, and from whom it came", alarms_main, alarms_help},
		{"clock", "see or set the clock of a node (--dev)", clock_main, clock_help},
		{"operator", "say who may sign in at the desk of a node that has stopped",
				operator_main, operator_help},
		{"ledger", "verify, show, prove, export or import a ledger", ledger_main,
				ledger_help},
		{"load", "load a DSS with requests, and check what it keeps", ent_load_main,
				ent_load_help},
		{"token", "make a token for trying things out (--dev)", ent_token_main,
				ent_token_help},
		{"version", "say which version this is", version_main, NULL},
		{"help", "this text, or help on a command", help_main, NULL},
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void usage(FILE *out) {
	(void)fputs("usage: entente COMMAND [ARGUMENT]...\n\n", out);
	for (size_t i = 0; i < COMMANDS; i++)
		(void)fprintf(out, "  %-9s %s\n", commands[i].name, commands[i].what);
	(void)fputs("\nentente help COMMAND tells more.\n", out);
}

static int no_such_command(void) {
	(void)fprintf(stderr, "entente: there is no command of that name; try entente help\n");
	return 2;
}

static int help_main(int argc, char **argv) {
	for (size_t i = 0; argc > 0 && i < COMMANDS; i++) {
		if (strcmp(argv[0], commands[i].name) == 0 && commands[i].help != NULL) {
			commands[i].help(stdout);
			return 0;
		}
	}
	if (argc > 0 && strcmp(argv[0], "help") != 0 && strcmp(argv[0], "version") != 0)
		return no_such_command();
	usage(stdout);
	return 0;
}

/* What was printed must have arrived: help and version too. */
static int finish(int status) {
	if (status == 0 && fflush(stdout) != 0) {
		(void)fprintf(stderr, "entente: standard output: cannot be written: %s\n",
				strerror(errno));
		return 2;
	}
	return status;
}

int main(int argc, char **argv) {
	if (argc < 2) {
		usage(stderr);
		return 2;
	}
	/* A file that may not grow further is a write that fails, and is said. */
	(void)signal(SIGXFSZ, SIG_IGN);
	const char *name = argv[1];
	if (strcmp(name, "--version") == 0)
		name = "version";
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(name, commands[i].name) == 0)
			return finish(commands[i].main(argc - 2, argv + 2));
	return no_such_command();
}
