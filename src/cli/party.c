/* SPDX-License-Identifier: Apache-2.0 */
/* party.c: see party.h: the arguments, and one function an action. */
#include "party.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "card_out.h"
#include "entente/option.h"
#include "entente/party.h"
#include "entente/seal.h"
#include "entente/text.h"
#include "party_add.h"
#include "party_renew.h"
#include "party_status.h"
#include "party_told.h"
#include "profile.h"

enum { OPTIONS_MAX = 16, OPERANDS_MAX = ENT_FINGERPRINT_SIZE + 2, SHOWN_SIZE = 80 };

/* What an action ends with, when it is not 0. */
enum { NOT_DONE = 1, FAILED = 2 };

struct asked {
	const char *action, *data, *operators;
	const char *password_files[2];     /* of the operators, in their order */
	const char *operand[OPERANDS_MAX]; /* what stands without a flag */
	int operands;
	bool confirm, card, qr, json, help;
	struct party_adding adding;
	struct party_renewal renewal;
	bool given[OPTIONS_MAX]; /* by their rows */
};

static const struct ent_option_row rows[] = {
		{{"data", "DIR", "the data directory of our node (needed)"},
				offsetof(struct asked, data), 0},
		{{"confirm", NULL,
				 "add: the words were compared by another way: take the card; "
				 "remove: let it go"},
				offsetof(struct asked, confirm), 0},
		{{"operators", "A,B",
				 "ids of two operators of this node, who vouch for a key that the "
				 "known one did not sign; each gives his password"},
				offsetof(struct asked, adding.operators), 0},
		{{"password-file", "FILE",
				 "add: its first line is the password of an operator; twice, in "
				 "the order of --operators. Without it the terminal asks"},
				offsetof(struct asked, adding.password_files), 2},
		{{"card", NULL, "the card alone, as it is signed, to be given to others"},
				offsetof(struct asked, card), 0},
		{{"qr", NULL, "the card as a QR code, wherever it is printed to"},
				offsetof(struct asked, qr), 0},
		{{"name", "NAME", "another name of our own party"},
				offsetof(struct asked, renewal.name), 0},
		{{"address", "URL", "another address, or none"},
				offsetof(struct asked, renewal.address), 0},
		{{"reserve", "URL", "other reserve addresses, up to 8 times, or none"},
				offsetof(struct asked, renewal.reserves), ENT_PARTY_RESERVES_MAX},
		{{"new-key", NULL, "another party key, which the one before signs, too"},
				offsetof(struct asked, renewal.new_key), 0},
		{{"new-line-key", NULL, "another line key: others may know the one before"},
				offsetof(struct asked, renewal.new_line_key), 0},
		{{"new-tls-key", NULL, "another TLS key, likewise"},
				offsetof(struct asked, renewal.new_tls_key), 0},
		{{"passphrase-file", "FILE",
				 "its first line is the passphrase of the party key; without it "
				 "the credential party-passphrase of systemd is, or the terminal "
				 "asks"},
				offsetof(struct asked, renewal.passphrase_file), 0},
		{{"json", NULL, "status: the answer for programs"}, offsetof(struct asked, json),
				0},
		{{"help", NULL, "this text"}, offsetof(struct asked, help), 0},
};

enum { ROWS = sizeof rows / sizeof rows[0] };
_Static_assert((int)ROWS <= (int)OPTIONS_MAX, "struct asked has room");
static const struct ent_option_table table = {"party", rows, ROWS, sizeof rows[0]};

void party_help(FILE *out) {
	ent_option_say(out,
			"usage: entente party show [PARTY] --data DIR [--card] [--qr]\n"
			"       entente party renew --data DIR [--name NAME] [--address URL] "
			"[--reserve URL]... [--new-key] [--new-line-key] [--new-tls-key] "
			"[--passphrase-file FILE] [--qr]\n"
			"       entente party list --data DIR\n"
			"       entente party status [PARTY] --data DIR [--json]\n"
			"       entente party add CARD --data DIR [--confirm] [--operators A,B] "
			"[--password-file FILE]...\n"
			"       entente party remove PARTY --data DIR [--confirm]\n"
			"       entente party fingerprint [PARTY] [WORD...] --data DIR\n"
			"\n"
			"Our own card, and the cards of other parties; status asks the node that "
			"runs how the lines to them stand. PARTY is an id, or how one begins (4 "
			"digits); CARD is a file, or - for standard input.\n"
			"Exit status: 0 done, 1 not taken, not removed or not the same words, 2 it "
			"could not be "
			"done.\n"
			"\n");
	ent_option_print_all(out, &table, 24);
}

static int fail(const char *where, const char *why) {
	(void)fprintf(stderr, "entente party: %s%s%s\n", where, where[0] != '\0' ? ": " : "", why);
	return FAILED;
}

static int fail_fault(const struct ent_fault *fault, ent_status status) {
	return fail(fault->where, fault->why[0] != '\0' ? fault->why : ent_status_text(status));
}

/* --- Arguments --- */

static int take_arguments(struct asked *asked, int argc, char **argv) {
	struct party_renewal *renewal = &asked->renewal;
	struct ent_option_words words = {.operands = asked->operand,
			.capacity = OPERANDS_MAX,
			.given = asked->given};
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = ent_option_take_all(&table, argc, argv, asked, &words, &fault);
	asked->action = words.action;
	asked->operands = (int)words.n;
	while (renewal->n_reserves < ENT_PARTY_RESERVES_MAX &&
			renewal->reserves[renewal->n_reserves] != NULL)
		renewal->n_reserves++;
	return status == ENT_OK ? 0 : fail_fault(&fault, status);
}

/* --- Which party --- */

/* The id that begins so, of all that are known; ours too. */
static int find(const struct ent_party_folder *folder, const char *begin, const char *own,
		char ret_id[ENT_PARTY_ID_SIZE]) {
	enum { BEGIN_MIN = 4 };
	struct ent_fault fault = {{0}, {0}};
	char shown[SHOWN_SIZE];
	const size_t length = strlen(begin);
	size_t n = 0, found = 0;
	(void)ent_text_show(begin, length, shown, sizeof shown);
	char(*ids)[ENT_PARTY_ID_SIZE] = malloc(sizeof *ids * (ENT_PARTIES_MAX + 1));
	if (ids == NULL)
		return fail("", ent_status_text(ENT_E_MEMORY));
	const ent_status status = ent_party_list(folder, ids, ENT_PARTIES_MAX, &n, &fault);
	if (status == ENT_OK)
		memcpy(ids[n++], own, ENT_PARTY_ID_SIZE);
	for (size_t i = 0; status == ENT_OK && length >= BEGIN_MIN && i < n; i++)
		if (strncmp(ids[i], begin, length) == 0) {
			memcpy(ret_id, ids[i], ENT_PARTY_ID_SIZE);
			found++;
		}
	free(ids);
	if (status != ENT_OK)
		return fail_fault(&fault, status);
	if (found == 1)
		return 0;
	return fail(shown,
			found == 0 ? "no party is known whose id begins so; see entente party "
				     "list"
				   : "several ids begin so");
}

/* The known card of operand 'at', or our own when there is none. */
static int get(const struct ent_party_folder *folder, const struct asked *asked,
		struct ent_party_known *ret_known, bool *ret_own) {
	struct ent_fault fault = {{0}, {0}};
	char id[ENT_PARTY_ID_SIZE] = "";
	ent_status status = ent_party_own(folder, ret_known, &fault);
	*ret_own = true;
	if (status != ENT_OK)
		return fail_fault(&fault, status);
	if (asked->operands == 0)
		return 0;
	const int result = find(folder, asked->operand[0], ret_known->card.id, id);
	if (result != 0 || strcmp(id, ret_known->card.id) == 0)
		return result;
	*ret_own = false;
	status = ent_party_get(folder, id, ret_known, &fault);
	return status == ENT_OK ? 0 : fail_fault(&fault, status);
}

/* --- show --- */

static int show_profile(const char *data) {
	struct profile profile;
	struct ent_fault fault = {{0}, {0}};
	struct ent_profile_line line;
	const char *at = profile.text;
	unsigned number = 0, roles = 0;
	ent_status status = profile_read(data, &profile, &fault);
	if (status == ENT_OK)
		status = profile_roles(data, &profile, &roles, &fault);
	if (status != ENT_OK)
		return fail_fault(&fault, status);
	(void)fputs("profile\n", stdout);
	while (ent_profile_next(&at, &number, &line, NULL) == ENT_OK)
		(void)printf("   %-18.*s %.*s\n", (int)line.name_length, line.name,
				(int)line.value_length, line.value);
	return 0;
}

static void show_reason(const struct ent_party_known *known) {
	char time[ENT_TEXT_TIME_SIZE];
	(void)ent_text_print_time(known->confirmed_utc_us, time);
	switch (known->by) {
	case ENT_CARD_NEWER:
		(void)printf("taken    %s, by the key that was known\n", time);
		break;
	case ENT_CARD_KEY_VOUCHED:
		(void)printf("taken    %s, with a new key that the one before signed\n", time);
		break;
	case ENT_CARD_KEY_UNVOUCHED:
		(void)printf("taken    %s, with a new key for which \"%s\" and \"%s\" vouched\n",
				time, known->operators[0], known->operators[1]);
		break;
	default:
		(void)printf("taken    %s, its words confirmed\n", time);
	}
}

static void show_before(const char *what, const struct ent_party_key_list *keys) {
	for (size_t i = 1; i < keys->n; i++) {
		char time[ENT_TEXT_TIME_SIZE], vkey[ENT_VKEY_SIZE];
		(void)ent_text_print_time(keys->until_utc_us[i], time);
		(void)ent_vkey_print(&keys->vkey[i], vkey);
		(void)printf("   %-9s  until %s  %s\n", what, time, vkey);
	}
}

/* Of either kind, when there have been others. */
static int show_keys_before(const struct ent_party_folder *folder, const char *id) {
	struct ent_party_keys keys;
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = ent_party_keys_of(folder, id, &keys, &fault);
	if (status != ENT_OK)
		return fail_fault(&fault, status);
	if (keys.line.n > 1 || keys.party.n > 1)
		(void)fputs("keys before\n", stdout);
	show_before("party key", &keys.party);
	show_before("line key", &keys.line);
	return 0;
}

static int show(const struct asked *asked, struct ent_party_folder *folder) {
	struct ent_party_known known;
	bool own = true;
	int result = get(folder, asked, &known, &own);
	if (result != 0)
		return result;
	if (asked->card) {
		(void)fwrite(known.text, 1, known.length, stdout);
		return 0;
	}
	card_out_summary(stdout, &known.card);
	if (own)
		result = show_profile(asked->data);
	else
		show_reason(&known);
	if (result == 0)
		result = show_keys_before(folder, known.card.id);
	if (result == 0 && (own || asked->qr) &&
			!card_out_qr(stdout, "party", known.text, known.length, asked->qr))
		result = FAILED;
	return result;
}

/* --- list --- */

static int list_one(const struct ent_party_folder *folder, const char *id) {
	struct ent_party_known known;
	struct ent_fault fault = {{0}, {0}};
	const ent_status status = ent_party_get(folder, id, &known, &fault);
	if (status != ENT_OK)
		return fail_fault(&fault, status);
	(void)printf("%s  card %-4" PRIu64 "  %-32s  \"%s\"\n", id, known.card.number,
			known.card.address[0] != '\0' ? known.card.address : "by files only",
			known.card.name);
	return 0;
}

static int list(const struct asked *asked, struct ent_party_folder *folder) {
	struct ent_fault fault = {{0}, {0}};
	size_t n = 0;
	int result = 0;
	(void)asked;
	char(*ids)[ENT_PARTY_ID_SIZE] = malloc(sizeof *ids * ENT_PARTIES_MAX);
	if (ids == NULL)
		return fail("", ent_status_text(ENT_E_MEMORY));
	const ent_status status = ent_party_list(folder, ids, ENT_PARTIES_MAX, &n, &fault);
	/* One that is damaged hides none of the others. */
	for (size_t i = 0; status == ENT_OK && i < n; i++)
		result = list_one(folder, ids[i]) != 0 ? FAILED : result;
	free(ids);
	if (status != ENT_OK)
		return fail_fault(&fault, status);
	if (n == 0)
		(void)puts("no other party is known; entente party add CARD takes one in");
	return result;
}

/* --- add --- */

static int add(const struct asked *asked, struct ent_party_folder *folder) {
	struct party_adding adding = asked->adding;
	adding.data = asked->data;
	adding.path = asked->operand[0];
	adding.confirm = asked->confirm;
	return party_add(folder, &adding);
}

/* --- remove --- */

/* What is lost by it, before anything is. */
static void say_what_is_lost(const struct ent_party_folder *folder, const char *id) {
	struct ent_party_known known;
	struct ent_fault fault = {{0}, {0}};
	if (ent_party_get(folder, id, &known, &fault) == ENT_OK)
		card_out_summary(stdout, &known.card);
	else
		(void)printf("%s: its card is damaged: %s\n", id, fault.why);
	(void)puts("\nNothing was changed: it is known still. To remove it, give the same command "
		   "again with\n--confirm. Then\n"
		   "- the line to it ends: nothing goes to it, no test and no safety call, and "
		   "nothing "
		   "is\n  taken from it;\n"
		   "- what it has signed under memoranda counts here no more, a signature as "
		   "little "
		   "as a\n  suspension or a withdrawal: an agreement with it may show as none;\n"
		   "- its cards and keys of before are gone; its ledgers stay, but cannot be "
		   "checked "
		   "by\n  them here.\n"
		   "To know it again, its 12 words have to be compared again.");
}

static int remove_party(const struct asked *asked, struct ent_party_folder *folder) {
	struct ent_party_known known;
	struct ent_fault fault = {{0}, {0}};
	char id[ENT_PARTY_ID_SIZE] = "";
	ent_status status = ent_party_own(folder, &known, &fault);
	if (status != ENT_OK)
		return fail_fault(&fault, status);
	/* A card that is damaged can be removed as well. */
	if (find(folder, asked->operand[0], known.card.id, id) != 0)
		return FAILED;
	if (strcmp(id, known.card.id) == 0)
		return fail(id, "it is our own party");
	if (!asked->confirm) {
		say_what_is_lost(folder, id);
		return NOT_DONE;
	}
	status = ent_party_remove(folder, id, &fault);
	if (status != ENT_OK)
		return fail_fault(&fault, status);
	(void)printf("%s is known no more; to know it again, its words have to be compared again\n",
			id);
	return 0;
}

/* --- fingerprint --- */

/* Words that somebody read to us, against those that we have. */
static int compare(const struct asked *asked, const struct ent_card *card) {
	char said[1024] = "";
	uint8_t ours[ENT_FINGERPRINT_SIZE], theirs[ENT_FINGERPRINT_SIZE];
	struct ent_fault fault = {{0}, {0}};
	size_t length = 0;
	for (int i = 1; i < asked->operands; i++) {
		const int more = snprintf(
				said + length, sizeof said - length, "%s ", asked->operand[i]);
		if (more < 0 || (size_t)more >= sizeof said - length)
			return fail("", "that is longer than 12 words are");
		length += (size_t)more;
	}
	if (ent_fingerprint_parse(said, length, theirs, &fault) != ENT_OK) {
		(void)printf("%s: %s\n", fault.where, fault.why);
		return NOT_DONE;
	}
	ent_fingerprint(&card->party_key, ours);
	for (size_t i = 0; i < ENT_FINGERPRINT_SIZE; i++)
		if (ours[i] != theirs[i]) {
			(void)printf("word %zu: \"%s\" was said, \"%s\" is in the card of \"%s\": "
				     "NOT "
				     "the same key\n",
					i + 1, ent_fingerprint_word(i, theirs[i]),
					ent_fingerprint_word(i, ours[i]), card->name);
			return NOT_DONE;
		}
	(void)printf("all 12 words are those of the card of \"%s\"\n", card->name);
	return 0;
}

static int fingerprint(const struct asked *asked, struct ent_party_folder *folder) {
	struct ent_party_known known;
	bool own = true;
	const int result = get(folder, asked, &known, &own);
	if (result != 0)
		return result;
	if (asked->operands > 1)
		return compare(asked, &known.card);
	(void)printf("\"%s\", %s\n", known.card.name, known.card.id);
	card_out_words(stdout, &known.card.party_key);
	return 0;
}

/* --- renew --- */

static int renew(const struct asked *asked, struct ent_party_folder *folder) {
	return party_renew(folder, &asked->renewal, asked->qr);
}

/* --- All together --- */

enum { HAS_MOST = 9 };
static const struct action {
	const char *name;
	/* NULL: it asks the node, and the folder is not looked at. */
	int (*run)(const struct asked *asked, struct ent_party_folder *folder);
	bool changes;
	int least, most; /* operands */
	const char *options[HAS_MOST];
} actions[] = {
		{"show", show, false, 0, 1, {"data", "card", "qr"}},
		{"renew", renew, true, 0, 0,
				{"data", "name", "address", "reserve", "new-key", "new-line-key",
						"new-tls-key", "passphrase-file", "qr"}},
		{"list", list, false, 0, 0, {"data"}},
		{"status", NULL, false, 0, 1, {"data", "json"}},
		{"add", add, true, 1, 1, {"data", "confirm", "operators", "password-file"}},
		{"remove", remove_party, true, 1, 1, {"data", "confirm"}},
		{"fingerprint", fingerprint, false, 0, OPERANDS_MAX, {"data"}},
};

enum { ACTIONS = sizeof actions / sizeof actions[0] };

/* One that the action would pass over. */
static int check_options(const struct asked *asked, const struct action *action) {
	struct ent_fault fault = {{0}, {0}};
	if (ent_option_check_action(&table, asked->given, action->options, HAS_MOST, &fault) !=
			ENT_OK)
		return fail(fault.where, fault.why);
	if (asked->operands < action->least)
		return fail(action->name, "of which one? See entente help party");
	if (asked->operands > action->most)
		return fail(action->name, "one thing too many; see entente help party");
	if (asked->data == NULL)
		return fail("--data", "it is needed: the data directory of our node");
	if (asked->adding.operators != NULL && !asked->confirm)
		return fail("--operators", "it goes with --confirm");
	if (asked->adding.password_files[0] != NULL &&
			(asked->adding.operators == NULL ||
					asked->adding.password_files[1] == NULL))
		return fail("--password-file", "it goes with --operators, one for each of the two");
	return 0;
}

static int run(const struct asked *asked, const struct action *action) {
	struct ent_party_folder *folder = NULL;
	struct ent_fault fault = {{0}, {0}};
	int result = check_options(asked, action);
	if (result != 0)
		return result;
	if (ent_seal_start() != ENT_OK)
		return fail("", "the machine gives no chance, or a library is amiss");
	if (action->run == NULL)
		return party_status(asked->data, asked->operand[0], asked->json);
	const ent_status status = ent_party_folder_open(
			asked->data, action->changes, &folder, &fault);
	if (status != ENT_OK)
		return fail_fault(&fault, status);
	result = action->run(asked, folder);
	ent_party_folder_close(folder);
	if (action->changes && result == 0)
		party_told(asked->data);
	return result;
}

int party_main(int argc, char **argv) {
	struct asked asked = {.action = NULL};
	const int result = take_arguments(&asked, argc, argv);
	if (result != 0)
		return result;
	if (asked.help) {
		party_help(stdout);
		return 0;
	}
	for (size_t i = 0; asked.action != NULL && i < ACTIONS; i++)
		if (strcmp(actions[i].name, asked.action) == 0)
			return run(&asked, &actions[i]);
	return fail("",
			"what to do? show, renew, list, status, add, remove or fingerprint; see "
			"entente help party");
}
