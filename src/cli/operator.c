/* SPDX-License-Identifier: Apache-2.0 */
/* operator.c: see operator.h: the arguments, and one function for what an action changes. */
#include "operator.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "entente/option.h"
#include "entente/party.h"
#include "entente/seal.h"
#include "entente/text.h"
#include "operator_desk.h"
#include "operator_list.h"
#include "password.h"
#include "profile.h"

enum { OPTIONS_MAX = 16, LIST_SIZE = 512 };

struct asked {
	const char *action, *id;
	const char *data, *name, *roles, *languages, *password_file;
	bool dev, json, help;
	bool given[OPTIONS_MAX]; /* by their rows */
};

static const struct ent_option_row rows[] = {
		{{"data", "DIR", "the data directory of a node that has stopped"},
				offsetof(struct asked, data), 0},
		{{"name", "NAME", "how the operator is called, in any script"},
				offsetof(struct asked, name), 0},
		{{"roles", "LIST",
				 "all roles, with commas: watch-officer, duty-officer, linguist, "
				 "releasing-authority, administrator; none takes them away"},
				offsetof(struct asked, roles), 0},
		{{"languages", "LIST", "with commas, as tags: fr,ru,ar"},
				offsetof(struct asked, languages), 0},
		{{"password-file", "FILE",
				 "its first line is the password; - is standard input. Without it "
				 "the terminal is asked"},
				offsetof(struct asked, password_file), 0},
		{{"dev", NULL, "of a node that runs with --dev: the entries are tests"},
				offsetof(struct asked, dev), 0},
		{{"json", NULL, "the answer for programs"}, offsetof(struct asked, json), 0},
		{{"help", NULL, "this text"}, offsetof(struct asked, help), 0},
};
enum { ROWS = sizeof rows / sizeof rows[0] };
_Static_assert((int)ROWS <= (int)OPTIONS_MAX, "struct asked has room");
static const struct ent_option_table table = {"operator", rows, ROWS, sizeof rows[0]};

enum { HAS_MOST = 6 };
static const struct action {
	const char *name;
	enum ent_desk_act act; /* ENT_DESK_ACT_COUNT: it only looks */
	const char *done;
	const char *options[HAS_MOST];
} actions[] = {
		{"add", ENT_DESK_ACT_ADD, "is an operator now",
				{"data", "name", "roles", "languages", "password-file", "dev"}},
		{"list", ENT_DESK_ACT_COUNT, "", {"data", "json"}},
		{"password", ENT_DESK_ACT_PASSWORD, "has a new password",
				{"data", "password-file", "dev"}},
		{"roles", ENT_DESK_ACT_ROLES, "has these roles now", {"data", "roles", "dev"}},
		{"change", ENT_DESK_ACT_CHANGE, "is changed", {"data", "name", "languages", "dev"}},
		{"disable", ENT_DESK_ACT_DISABLE, "can no longer sign in", {"data", "dev"}},
		{"enable", ENT_DESK_ACT_ENABLE, "can sign in again", {"data", "dev"}},
		{"unlock", ENT_DESK_ACT_UNLOCK, "has no wrong tries any more", {"data", "dev"}},
};
enum { ACTIONS = sizeof actions / sizeof actions[0] };

void operator_help(FILE *out) {
	ent_option_say(out,
			"usage: entente operator add ID --data DIR --name NAME --roles LIST "
			"[--languages LIST] [--password-file FILE] [--dev]\n"
			"       entente operator list --data DIR [--json]\n"
			"       entente operator password ID --data DIR [--password-file FILE] "
			"[--dev]\n"
			"       entente operator roles ID --data DIR --roles LIST [--dev]\n"
			"       entente operator change ID --data DIR --name NAME [--languages "
			"LIST] [--dev]\n"
			"       entente operator disable|enable|unlock ID --data DIR [--dev]\n"
			"\n"
			"Says who may sign in at the desk of a node, while that has stopped. The "
			"first operator is an administrator; there is none until one is made "
			"here.\n"
			"Exit status: 0 done, 1 refused, 2 it could not be done.\n"
			"\n");
	ent_option_print_all(out, &table, 22);
}

static int fail(const char *where, const char *why) {
	char shown[ENT_FAULT_WHERE_SIZE];
	(void)ent_text_show(where, strlen(where), shown, sizeof shown);
	(void)fprintf(stderr, "entente operator: %s%s%s\n", shown, where[0] != '\0' ? ": " : "",
			why);
	return 2;
}

static int fail_fault(const struct ent_fault *fault, ent_status status) {
	(void)fail(fault->where, fault->why[0] != '\0' ? fault->why : ent_status_text(status));
	return status == ENT_E_REFUSED ? 1 : 2;
}

/* --- Arguments --- */

static int take_arguments(struct asked *asked, int argc, char **argv) {
	struct ent_option_words words = {
			.operands = &asked->id, .capacity = 1, .given = asked->given};
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = ent_option_take_all(&table, argc, argv, asked, &words, &fault);
	asked->action = words.action;
	return status == ENT_OK ? 0 : fail_fault(&fault, status);
}

/* One that the action would pass over. */
static int check_options(const struct action *action, const struct asked *asked) {
	struct ent_fault fault = {{0}, {0}};
	if (ent_option_check_action(&table, asked->given, action->options, HAS_MOST, &fault) !=
			ENT_OK)
		return fail(fault.where, fault.why);
	if (asked->data == NULL)
		return fail(action->name, "it needs --data DIR");
	if (action->act != ENT_DESK_ACT_COUNT && asked->id == NULL)
		return fail(action->name, "it needs the id of an operator");
	if (action->act == ENT_DESK_ACT_COUNT && asked->id != NULL)
		return fail(asked->id, "one thing too many; see entente help operator");
	return 0;
}

static int take_roles(const char *list, unsigned *ret_roles) {
	unsigned roles = 0;
	if (strcmp(list, "none") == 0) {
		*ret_roles = 0;
		return 0;
	}
	for (const char *at = list; at != NULL;) {
		const size_t length = strcspn(at, ",");
		enum ent_desk_role role = ENT_DESK_ROLE_WATCH;
		if (ent_desk_role_parse(at, length, &role) != ENT_OK)
			return fail("--roles",
					"there is no such role; there are watch-officer, "
					"duty-officer, linguist, releasing-authority, "
					"administrator, or none of them: none");
		roles |= ENT_DESK_BIT(role);
		at = at[length] == ',' ? at + length + 1 : NULL;
	}
	*ret_roles = roles;
	return 0;
}

/* Into 'buffer', which holds the tags. */
static int take_languages(
		const char *list, char buffer[LIST_SIZE], struct ent_desk_command *command) {
	if (strlen(list) >= LIST_SIZE)
		return fail("--languages", "the list is too long");
	memcpy(buffer, list, strlen(list) + 1);
	for (char *at = buffer; at != NULL;) {
		char *comma = strchr(at, ',');
		if (comma != NULL)
			*comma = '\0';
		if (!ent_desk_language_ok(at, strlen(at)))
			return fail("--languages",
					"a language is a tag like fr, ru or sr-Latn (BCP 47)");
		if (command->n_languages == ENT_DESK_LANGUAGES_MAX)
			return fail("--languages", "there are 8 at the most");
		command->languages[command->n_languages++] = at;
		at = comma != NULL ? comma + 1 : NULL;
	}
	return 0;
}

static int check_texts(const struct action *action, const struct asked *asked) {
	const bool named = action->act == ENT_DESK_ACT_ADD || action->act == ENT_DESK_ACT_CHANGE;
	if (asked->id == NULL || !ent_desk_id_ok(asked->id, strlen(asked->id)))
		return fail(asked->id != NULL ? asked->id : action->name,
				"an id has 1 to 32 of a-z, 0-9 and . _ - and begins with a letter "
				"or digit");
	if (named && asked->name == NULL)
		return fail(action->name, "it needs --name NAME");
	if (named && !ent_desk_name_names(asked->name, strlen(asked->name)))
		return fail("--name", ENT_DESK_NAME_RULE);
	if ((action->act == ENT_DESK_ACT_ADD || action->act == ENT_DESK_ACT_ROLES) &&
			asked->roles == NULL)
		return fail(action->name, "it needs --roles LIST");
	return 0;
}

/* --- Passwords --- */

/* The hash of what the person, or the file, says. */
static ent_status take_password(const struct asked *asked, const char *name,
		char ret_hash[ENT_PASSWORD_HASH_SIZE], struct ent_fault *fault) {
	struct password password = {0};
	ent_status status = asked->password_file != NULL
			? password_read_file(asked->password_file, &password, fault)
			: password_ask(asked->id, &password, fault);
	if (status == ENT_OK)
		status = ent_desk_password_ok(
				password.text, password.length, asked->id, name, fault);
	if (status == ENT_OK)
		status = ent_seal_password_hash(password.text, password.length, ret_hash);
	password_wipe(&password);
	return status;
}

/* --- The whole --- */

static int64_t now_us(void) {
	struct timespec now = {0};
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int list(const struct asked *asked) {
	struct operator_desk desk;
	struct ent_fault fault = {{0}, {0}};
	ent_status status = operator_desk_open(&desk, asked->data, false, &fault);
	if (status == ENT_OK && asked->json)
		status = operator_list_json(desk.desk, now_us());
	else if (status == ENT_OK)
		operator_list_text(desk.desk, now_us());
	operator_desk_close(&desk);
	return status == ENT_OK ? 0 : fail_fault(&fault, status);
}

/* Whether it can be done is asked before the password is. */
static ent_status check_first(const struct operator_desk *desk, struct ent_desk_command *command,
		struct ent_fault *fault) {
	struct ent_desk_outcome outcome = {0};
	command->password = ent_desk_password_of(desk->desk, "");
	const ent_status status = ent_desk_decide(
			desk->desk, command, ent_desk_time(desk->desk) + 1, &outcome);
	const enum ent_desk_refusal refusal = outcome.refusal;
	ent_desk_outcome_finish(&outcome);
	if (status != ENT_OK || refusal == ENT_DESK_REFUSAL_NONE)
		return status;
	ent_fault_set(fault, command->id, "%s", ent_desk_refusal_text(refusal));
	return ENT_E_REFUSED;
}

/*
 * A party whose clock can be set has no operators in earnest, whether --dev was thought of or not: the first entry sets the
 * class of the whole ledger.
 */
static ent_status class_by_card(const char *data, const struct operator_desk *desk,
		struct ent_desk_command *command, bool *ret_by_card, struct ent_fault *fault) {
	struct ent_party_folder *folder = NULL;
	struct ent_party_known own = {.length = 0};
	ent_status status = ent_party_folder_open(data, false, &folder, fault);
	if (status == ENT_E_MISSING) {
		*fault = (struct ent_fault){{0}, {0}};
		return ENT_OK;
	}
	if (status == ENT_OK)
		status = ent_party_own(folder, &own, fault);
	ent_party_folder_close(folder);
	if (status == ENT_OK && own.card.settable_clock) {
		command->class = ent_desk_class(desk->desk, ENT_CLASS_TEST);
		*ret_by_card = command->class == ENT_CLASS_TEST;
	}
	return status;
}

static int change(const struct action *action, const struct asked *asked,
		const struct ent_desk_command *asked_for) {
	struct ent_desk_command command = *asked_for;
	struct operator_desk desk;
	struct ent_fault fault = {{0}, {0}};
	char hash[ENT_PASSWORD_HASH_SIZE] = {0};
	const bool asks = action->act == ENT_DESK_ACT_ADD || action->act == ENT_DESK_ACT_PASSWORD;
	bool by_card = false;
	ent_status status = operator_desk_open(&desk, asked->data, true, &fault);
	if (status == ENT_OK)
		status = profile_check_roles(asked->data, command.roles, &fault);
	if (status == ENT_OK && !asked->dev)
		status = class_by_card(asked->data, &desk, &command, &by_card, &fault);
	if (status == ENT_OK)
		status = check_first(&desk, &command, &fault);
	if (status == ENT_OK && asks) {
		const struct ent_desk_operator *who = ent_desk_operator(desk.desk, asked->id);
		status = take_password(asked, who != NULL ? who->name : asked->name, hash, &fault);
		command.password = hash;
	}
	if (status == ENT_OK)
		status = operator_desk_do(&desk, &command, &fault);
	operator_desk_close(&desk);
	ent_seal_wipe(hash, sizeof hash);
	if (status != ENT_OK)
		return fail_fault(&fault, status);
	(void)printf("%s %s%s\n", asked->id, action->done,
			ent_desk_roles_several(command.roles) ? "; several roles in one hand" : "");
	if (by_card)
		(void)puts("by the party's card its clock can be set, so this is a test, as with "
			   "--dev");
	return 0;
}

static int run(const struct action *action, const struct asked *asked) {
	char languages[LIST_SIZE];
	struct ent_desk_command command = {.act = action->act,
			.class = asked->dev ? ENT_CLASS_TEST : ENT_CLASS_ACTUAL,
			.by = ENT_DESK_BY_COMMAND_LINE,
			.id = asked->id,
			.name = asked->name};
	int result = check_options(action, asked);
	if (result == 0 && action->act != ENT_DESK_ACT_COUNT)
		result = check_texts(action, asked);
	if (result == 0 && asked->roles != NULL)
		result = take_roles(asked->roles, &command.roles);
	if (result == 0 && asked->languages != NULL)
		result = take_languages(asked->languages, languages, &command);
	if (result != 0)
		return result;
	if (ent_seal_start() != ENT_OK)
		return fail("", "the system gives no random numbers: is /dev/urandom there?");
	return action->act == ENT_DESK_ACT_COUNT ? list(asked) : change(action, asked, &command);
}

int operator_main(int argc, char **argv) {
	struct asked asked = {0};
	const int wrong = take_arguments(&asked, argc, argv);
	if (wrong != 0)
		return wrong;
	if (asked.help) {
		operator_help(stdout);
		return 0;
	}
	if (asked.action == NULL)
		return fail("",
				"what to do? add, list, password, roles, change, disable, enable "
				"or unlock; see entente help operator");
	for (size_t i = 0; i < ACTIONS; i++)
		if (strcmp(actions[i].name, asked.action) == 0)
			return run(&actions[i], &asked);
	return fail(asked.action, "there is no such action; see entente help operator");
}
