/* SPDX-License-Identifier: Apache-2.0 */
/* token.c: `entente token`: a bearer token signed with the well-known test key, for trying things out. */
#include "entente/token.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "entente/api.h"
#include "entente/serve.h"
#include "entente/text.h"
#include "log.h"

#define SECOND_US INT64_C(1000000)

struct asked {
	const char *scope, *subject, *audience, *lasts;
	bool dev, help;
};

static const struct option {
	const char *name, *value; /* NULL: it takes none */
	size_t at;                /* in struct asked */
	const char *help;
} options[] = {
		{"--dev", NULL, offsetof(struct asked, dev),
				"needed: the key is not for production"},
		{"--scope", "TEXT", offsetof(struct asked, scope),
				"what it is good for: one or more of the scopes below (needed)"},
		{"--sub", "NAME", offsetof(struct asked, subject), "who its holder is (uss1)"},
		{"--aud", "NAME", offsetof(struct asked, audience),
				"which node it is for, an audience of that (localhost)"},
		{"--expires", "TIME", offsetof(struct asked, lasts),
				"how long it holds, at most an hour (1h)"},
		{"--help", NULL, offsetof(struct asked, help), "this text"},
};

void ent_token_help(FILE *out) {
	(void)fputs("usage: entente token --dev --scope SCOPE [OPTION]...\n"
		    "Prints a bearer token signed with the well-known test key, which only a node "
		    "with\n--dev takes. Defaults stand in brackets.\n\n",
			out);
	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
		char name[32];
		(void)snprintf(name, sizeof name, "%s%s%s", options[i].name,
				options[i].value != NULL ? " " : "",
				options[i].value != NULL ? options[i].value : "");
		(void)fprintf(out, "  %-16s  %s\n", name, options[i].help);
	}
	(void)fputs("\nScopes that a node asks for; several stand in one argument, with spaces:\n",
			out);
	for (size_t i = 0; ent_api_scope(i) != NULL; i++)
		(void)fprintf(out, "  %s\n", ent_api_scope(i));
}

static bool refuse(const char *what, const char *why) {
	(void)fprintf(stderr, "entente token: %s: %s\n", what, why);
	return false;
}

static const struct option *find(const char *argument, size_t length) {
	for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
		if (strlen(options[i].name) == length &&
				memcmp(options[i].name, argument, length) == 0)
			return &options[i];
	return NULL;
}

/* --name VALUE or --name=VALUE. A value does not begin with --; that is the next option. */
static bool take(struct asked *asked, int argc, char **argv) {
	char shown[80], why[80];
	for (int i = 0; i < argc; i++) {
		const size_t length = strcspn(argv[i], "=");
		const struct option *option = find(argv[i], length);
		const char *value = argv[i][length] == '=' ? argv[i] + length + 1 : NULL;
		(void)ent_text_show(argv[i], length, shown, sizeof shown);
		if (option == NULL)
			return refuse(shown, "there is no such option; try entente token --help");
		if (option->value == NULL) {
			if (value != NULL)
				return refuse(shown, "it takes no value");
			*(bool *)((char *)asked + option->at) = true;
			continue;
		}
		if (value == NULL && i + 1 < argc && strncmp(argv[i + 1], "--", 2) != 0)
			value = argv[++i];
		(void)snprintf(why, sizeof why, "it needs a value: %s", option->value);
		if (value == NULL || value[0] == '\0')
			return refuse(shown, why);
		*(const char **)((char *)asked + option->at) = value;
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
