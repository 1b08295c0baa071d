/* SPDX-License-Identifier: Apache-2.0 */
/* init.c: see init.h: the arguments, the party, and DIR/node.conf. */
#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "card_out.h"
#include "entente/option.h"
#include "entente/party.h"
#include "entente/seal.h"
#include "passphrase.h"

#define CONFIGURATION "node.conf"

enum { CONFIGURATION_SIZE = PATH_MAX + 1536 };

struct asked {
	const char *data, *name, *profile, *address, *passphrase_file;
	const char *reserves[ENT_PARTY_RESERVES_MAX];
	size_t n_reserves;
	bool dev, qr, help;
};

static const struct row {
	struct ent_option is;
	size_t at; /* in struct asked */
	bool many; /* the reserves */
} rows[] = {
		{{"data", "DIR",
				 "the data directory of the node; made when it is not there "
				 "(needed)"},
				offsetof(struct asked, data)},
		{{"name", "NAME", "what the party calls itself, in any script (needed)"},
				offsetof(struct asked, name)},
		{{"profile", "NAME", "aid, cell or u-space: what profile.ini begins with (aid)"},
				offsetof(struct asked, profile)},
		{{"address", "URL", "where other nodes reach this one: https://HOST:PORT"},
				offsetof(struct asked, address)},
		{{"reserve", "URL", "and where else; up to 8 times"}, 0, true},
		{{"dev", NULL,
				 "a party for trying out: its clock can be set, and its card says "
				 "so"},
				offsetof(struct asked, dev)},
		{{"passphrase-file", "FILE",
				 "its first line is the passphrase of the party key; without it "
				 "the credential party-passphrase of systemd is, or the terminal "
				 "asks"},
				offsetof(struct asked, passphrase_file)},
		{{"qr", NULL, "the card as a QR code, wherever it is printed to"},
				offsetof(struct asked, qr)},
		{{"help", NULL, "this text"}, offsetof(struct asked, help)},
};

enum { ROWS = sizeof rows / sizeof rows[0] };
static const struct ent_option_table table = {"init", rows, ROWS, sizeof rows[0]};

void init_help(FILE *out) {
	ent_option_say(out,
			"usage: entente init --data DIR --name NAME [OPTION]...\n"
			"Makes a party: its keys, its card for other parties, and a configuration "
			"for its node.\n"
			"\n");
	ent_option_print_all(out, &table, 24);
}

static bool refuse(const char *where, const char *why) {
	(void)fprintf(stderr, "entente init: %s%s%s\n", where, where[0] != '\0' ? ": " : "", why);
	return false;
}

/* --- Arguments --- */

static bool take(struct asked *asked, int argc, char **argv) {
	struct ent_option_taken taken;
	struct ent_fault fault = {{0}, {0}};
	for (int i = 0; i < argc; i += taken.used) {
		if (ent_option_take(&table, argc - i, argv + i, &taken, &fault) != ENT_OK)
			return refuse(fault.where, fault.why);
		const struct row *row = (const void *)taken.option;
		void *at = (char *)asked + row->at;
		if (taken.value == NULL) {
			*(bool *)at = true;
		} else if (!row->many) {
			*(const char **)at = taken.value;
		} else {
			if (asked->n_reserves == ENT_PARTY_RESERVES_MAX)
				return refuse(taken.where, "at most 8 of them");
			asked->reserves[asked->n_reserves++] = taken.value;
		}
	}
	return true;
}

static bool take_profile(const char *name, enum ent_profile *ret_profile) {
	const char *names[ENT_PROFILE_COUNT];
	struct ent_fault fault = {{0}, {0}};
	size_t at = 0;
	for (int i = 0; i < ENT_PROFILE_COUNT; i++)
		names[i] = ent_profile_name((enum ent_profile)i);
	if (ent_option_word(name, names, ENT_PROFILE_COUNT, &at, &fault) != ENT_OK)
		return refuse("--profile", fault.why);
	*ret_profile = (enum ent_profile)at;
	return true;
}

/* The directory's name from the root on, as a configuration can say it. */
static bool name_data(const char *data, char ret_path[PATH_MAX]) {
	char here[PATH_MAX] = "";
	if (data[0] != '/' && getcwd(here, sizeof here) == NULL)
		return refuse("--data", strerror(errno));
	const int length = snprintf(
			ret_path, PATH_MAX, "%s%s%s", here, here[0] != '\0' ? "/" : "", data);
	if (length < 0 || length >= PATH_MAX)
		return refuse("--data", "its name is too long");
	for (const char *c = ret_path; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == ';' || *c == '#')
			return refuse("--data",
					"a configuration cannot name it: there is ; or # or a "
					"control character in it");
	return true;
}

static bool check(const struct asked *asked) {
	if (asked->data == NULL)
		return refuse("--data", "it is needed: where the node keeps what it must not lose");
	if (asked->name == NULL)
		return refuse("--name", "it is needed: what the party calls itself");
	return true;
}

/* --- The configuration --- */

/*
 * Where other parties' nodes connect, by the card's address: ":8443", every address of the machine at its port; but one that
 * leads to this machine alone is all that is opened. NULL: there is none.
 */
static const char *listen_of(const struct ent_card *card) {
	static const char *const here[] = {"127.0.0.1:", "[::1]:"};
	const char *host = strstr(card->address, "://");
	for (size_t i = 0; host != NULL && i < sizeof here / sizeof here[0]; i++)
		if (strncmp(host + 3, here[i], strlen(here[i])) == 0)
			return host + 3;
	return strrchr(card->address, ':');
}

/* One that is there is somebody's, and stays. */
static bool write_configuration(const char *data, const struct ent_card *card) {
	char path[PATH_MAX + sizeof CONFIGURATION + 1], text[CONFIGURATION_SIZE];
	const char *listen = listen_of(card);
	(void)snprintf(path, sizeof path, "%s/" CONFIGURATION, data);
	const int length = snprintf(text, sizeof text,
			"# The node of \"%s\", party %s: made by entente init.\n"
			"# entente-serve(1) says what each option is for. What the party is, "
			"stands "
			"in party/profile.ini.\n\n"
			"[serve]\n"
			"data = %s\n"
			"listen = 127.0.0.1:8080\n"
			"%s%s%s%s"
			"# Whose tokens are taken: without one of these two nobody's are.\n"
			";public-keys = /etc/entente/authority.pem\n"
			";jwks = https://authority.example/.well-known/jwks.json\n",
			card->name, card->id, data,
			listen != NULL ? "# Where other parties' nodes connect: the card's address "
					 "has to lead here.\npeers-listen = "
				       : "",
			listen != NULL ? listen : "", listen != NULL ? "\n" : "",
			card->settable_clock
					? "# For trying out: the clock can be set, test tokens "
					  "are taken.\ndev = yes\n"
					: "");
	const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0 && errno == EEXIST) {
		(void)fprintf(stderr, "entente init: %s: it is there, and stays as it is\n", path);
		return true;
	}
	const bool written = file >= 0 && length > 0 && ent_write_all(file, text, (size_t)length) &&
			fsync(file) == 0;
	const int error = errno;
	if (file >= 0)
		(void)close(file);
	return written || refuse(path, strerror(error));
}

/* --- All together --- */

static int64_t now_utc_us(void) {
	struct timespec now = {0, 0};
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000;
}

static bool make(const struct asked *asked, enum ent_profile profile) {
	struct ent_fault fault = {{0}, {0}};
	struct ent_party_wish wish = {.name = asked->name,
			.address = asked->address,
			.reserves = asked->reserves,
			.n_reserves = asked->n_reserves,
			.profile = profile,
			.settable_clock = asked->dev,
			.passes = ENT_SEALED_PASSES,
			.memory_kib = ENT_SEALED_MEMORY_KIB,
			.now_utc_us = now_utc_us()};
	ent_status status = ent_party_check(asked->data, &wish, &fault);
	if (status == ENT_OK)
		status = passphrase_get(asked->passphrase_file, true, &wish.passphrase, &fault);
	if (status == ENT_OK)
		status = ent_party_create(asked->data, &wish, &fault);
	ent_secret_destroy(wish.passphrase);
	return status == ENT_OK ||
			refuse(fault.where,
					fault.why[0] != '\0' ? fault.why : ent_status_text(status));
}

static bool show(const struct asked *asked, const char *data) {
	struct ent_party_folder *folder = NULL;
	struct ent_party_known own;
	struct ent_fault fault = {{0}, {0}};
	ent_status status = ent_party_folder_open(asked->data, false, &folder, &fault);
	if (status == ENT_OK)
		status = ent_party_own(folder, &own, &fault);
	ent_party_folder_close(folder);
	if (status != ENT_OK)
		return refuse(fault.where, fault.why);
	if (!write_configuration(data, &own.card))
		return false;
	card_out_summary(stdout, &own.card);
	(void)printf("\nThe card, for other parties; it is in %s/party/card.txt:\n\n%s\n", data,
			own.text);
	if (!card_out_qr(stdout, "init", own.text, own.length, asked->qr))
		return false;
	(void)printf("The party key opens with its passphrase only: nobody can tell it to you "
		     "again.\n"
		     "To run the node: entente serve --config %s/" CONFIGURATION "\n",
			data);
	return true;
}

int init_main(int argc, char **argv) {
	struct asked asked = {.profile = "aid"};
	char data[PATH_MAX];
	enum ent_profile profile = ENT_PROFILE_AID;
	if (!take(&asked, argc, argv))
		return 2;
	if (asked.help) {
		init_help(stdout);
		return 0;
	}
	if (!check(&asked) || !take_profile(asked.profile, &profile) ||
			!name_data(asked.data, data))
		return 2;
	if (ent_seal_start() != ENT_OK) {
		(void)refuse("", "the machine gives no chance, or a library is amiss");
		return 2;
	}
	return make(&asked, profile) && show(&asked, data) ? 0 : 2;
}
