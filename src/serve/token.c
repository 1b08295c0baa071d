/* SPDX-License-Identifier: Apache-2.0 */
/* token.c: `entente token`: a bearer token signed with the well-known test key, for trying things out. */
#include "entente/token.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "entente/api.h"
#include "entente/option.h"
#include "entente/serve.h"
#include "entente/text.h"
#include "log.h"

#define SECOND_US INT64_C(1000000)

struct asked {
	const char *scope, *subject, *audience, *lasts;
	bool dev, help;
};

static const struct row {
	struct ent_option is;
	size_t at; /* in struct asked */
} rows[] = {
		{{"dev", NULL, "needed: the key is not for production"},
				offsetof(struct asked, dev)},
		{{"scope", "TEXT", "what it is good for: one or more of the scopes below (needed)"},
				offsetof(struct asked, scope)},
		{{"sub", "NAME", "who its holder is (uss1)"}, offsetof(struct asked, subject)},
		{{"aud", "NAME", "which node it is for, an audience of that (localhost)"},
				offsetof(struct asked, audience)},
		{{"expires", "TIME", "how long it holds, at most an hour (1h)"},
				offsetof(struct asked, lasts)},
		{{"help", NULL, "this text"}, offsetof(struct asked, help)},
};

enum { ROWS = sizeof rows / sizeof rows[0] };
static const struct ent_option_table table = {"token", rows, ROWS, sizeof rows[0]};

void ent_token_help(FILE *out) {
	ent_option_say(out,
			"usage: entente token --dev --scope SCOPE [OPTION]...\n"
			"Prints a bearer token signed with the well-known test key, which only a "
			"node with --dev takes. Defaults stand in brackets.\n"
			"\n");
	ent_option_print_all(out, &table, 17);
	ent_option_say(out,
			"\n"
			"Scopes that a node asks for; several stand in one argument, with "
			"spaces:\n");
	for (size_t i = 0; ent_api_scope(i) != NULL; i++)
		(void)fprintf(out, "  %s\n", ent_api_scope(i));
}

static bool refuse(const char *what, const char *why) {
	(void)fprintf(stderr, "entente token: %s%s%s\n", what, what[0] != '\0' ? ": " : "", why);
	return false;
}

static bool take(struct asked *asked, int argc, char **argv) {
	struct ent_option_taken taken;
	struct ent_fault fault = {{0}, {0}};
	for (int i = 0; i < argc; i += taken.used) {
		if (ent_option_take(&table, argc - i, argv + i, &taken, &fault) != ENT_OK)
			return refuse(fault.where, fault.why);
		void *at = (char *)asked + ((const struct row *)(const void *)taken.option)->at;
		if (taken.value == NULL)
			*(bool *)at = true;
		else if (taken.value[0] == '\0')
			return refuse(taken.where, "it is not to be empty");
		else
			*(const char **)at = taken.value;
	}
	return true;
}

static bool check(const struct asked *asked, int64_t *ret_lasts_us) {
	struct ent_fault fault = {{0}, {0}};
	if (!asked->dev)
		return refuse("--dev",
				"it is needed: the key that signs is known to everybody and not "
				"for "
				"production");
	if (asked->scope == NULL)
		return refuse("--scope",
				"it is needed: what the token is good for, for example "
				"utm.strategic_coordination");
	if (ent_text_parse_duration(asked->lasts, strlen(asked->lasts), ret_lasts_us, &fault) !=
			ENT_OK)
		return refuse("--expires", fault.why);
	if (*ret_lasts_us > ENT_TOKEN_LIFE_MAX_S * SECOND_US)
		return refuse("--expires", "no node takes a token that holds longer than an hour");
	return true;
}

/* Times are whole seconds, which every reader of tokens understands. */
static bool mint(const struct asked *asked, int64_t lasts_us) {
	char text[ENT_TOKEN_SIZE_MAX + 1];
	struct ent_fault fault = {{0}, {0}};
	struct ent_pkey *key;
	size_t length;
	const int64_t now = clock_now(NULL) / SECOND_US * SECOND_US;
	const struct ent_token_claims claims = {"entente-dev", asked->subject, asked->audience,
			asked->scope, now, now + lasts_us / SECOND_US * SECOND_US};
	ent_status status = ent_seal_start();
	if (status == ENT_OK)
		status = ent_pkey_create_from_pem(ent_token_dev_private_pem,
				strlen(ent_token_dev_private_pem), true, &key, &fault);
	if (status != ENT_OK)
		return refuse("the test key",
				fault.why[0] != '\0' ? fault.why : ent_status_text(status));
	status = ent_token_mint(key, ENT_PKEY_RS256, NULL, &claims, text, sizeof text, &length);
	ent_pkey_destroy(key);
	if (status == ENT_E_LIMIT)
		return refuse("--scope, --sub, --aud",
				"the token would be longer than any node takes");
	if (status != ENT_OK)
		return refuse("the token", ent_status_text(status));
	(void)puts(text);
	return true;
}

int ent_token_main(int argc, char **argv) {
	struct asked asked = {.subject = "uss1", .audience = "localhost", .lasts = "1h"};
	int64_t lasts_us;
	if (!take(&asked, argc, argv))
		return 2;
	if (asked.help) {
		ent_token_help(stdout);
		return 0;
	}
	return check(&asked, &lasts_us) && mint(&asked, lasts_us) ? 0 : 2;
}
