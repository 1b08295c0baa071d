/* SPDX-License-Identifier: Apache-2.0 */
/* token.c: `entente token`: a bearer token signed with the well-known test key, for trying things out. */
#include "entente/token.h"

#include <stdio.h>
#include <string.h>

#include "entente/serve.h"
#include "entente/text.h"
#include "log.h"

struct asked {
	const char *subject, *scope, *audience, *lasts;
	bool dev, help;
};

void ent_token_help(FILE *out) {
	(void)fputs("usage: entente token --dev --scope \"SCOPE...\" [--sub NAME] [--aud NAME] "
		    "[--expires TIME]\n\n"
		    "Prints a bearer token signed with the well-known test key, which only a node "
		    "with --dev takes.\n\n"
		    "  --dev             needed: the key is not for production\n"
		    "  --scope TEXT      scopes, separated by spaces\n"
		    "  --sub NAME        who it is for (uss1)\n"
		    "  --aud NAME        which node it is for (localhost)\n"
		    "  --expires TIME    how long it holds, at most an hour (1h)\n",
			out);
}

static int usage(const char *why, const char *what) {
	(void)fprintf(stderr, "entente token: %s%s; see entente help token\n", what, why);
	return 2;
}

static int take(struct asked *asked, int argc, char **argv) {
	const struct {
		const char *name, **value;
	} options[] = {{"--sub", &asked->subject}, {"--scope", &asked->scope},
			{"--aud", &asked->audience}, {"--expires", &asked->lasts}};
	for (int i = 0; i < argc; i++) {
		size_t option = 0;
		if (strcmp(argv[i], "--dev") == 0 || strcmp(argv[i], "--help") == 0) {
			*(argv[i][2] == 'd' ? &asked->dev : &asked->help) = true;
			continue;
		}
		while (option < sizeof options / sizeof options[0] &&
				strcmp(argv[i], options[option].name) != 0)
			option++;
		if (option == sizeof options / sizeof options[0])
			return usage(": no such option", argv[i]);
		if (++i == argc)
			return usage(" takes a value", argv[i - 1]);
		*options[option].value = argv[i];
	}
	return 0;
}

int ent_token_main(int argc, char **argv) {
	struct asked asked = {.subject = "uss1", .audience = "localhost", .lasts = "1h"};
	struct ent_fault fault = {{0}, {0}};
	struct ent_pkey *key;
	char text[ENT_TOKEN_SIZE_MAX];
	size_t length;
	int64_t lasts_us;
	const int wrong = take(&asked, argc, argv);
	if (wrong != 0)
		return wrong;
	if (asked.help) {
		ent_token_help(stdout);
		return 0;
	}
	if (!asked.dev)
		return usage(" is needed: these tokens are signed with a test key, not for "
			     "production",
				"--dev");
	if (asked.scope == NULL)
		return usage(" is needed", "--scope");
	if (ent_text_parse_duration(asked.lasts, strlen(asked.lasts), &lasts_us, &fault) !=
					ENT_OK ||
			lasts_us > (int64_t)ENT_TOKEN_LIFE_MAX_S * 1000000)
		return usage(": a time of at most 1h, such as 30min", "--expires");
	if (ent_seal_start() != ENT_OK ||
			ent_pkey_create_from_pem(ent_token_dev_private_pem,
					strlen(ent_token_dev_private_pem), true, &key,
					&fault) != ENT_OK)
		return usage(fault.why, "the test key: ");
	const int64_t now = clock_now(NULL);
	const struct ent_token_claims claims = {"entente-dev", asked.subject, asked.audience,
			asked.scope, now, now + lasts_us};
	const ent_status status = ent_token_mint(
			key, ENT_PKEY_RS256, NULL, &claims, text, sizeof text, &length);
	ent_pkey_destroy(key);
	if (status != ENT_OK)
		return usage(ent_status_text(status), "the token: ");
	(void)puts(text);
	return 0;
}
