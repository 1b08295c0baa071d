/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token_tool.c: tokens for verify_token.py, line by line, each a command with fields that are parted by tabs:
 *
 *   mint FILE ALG KID ISS SUB AUD SCOPE IAT_S EXP_S  ->  the token, with the private key in FILE (PEM)
 *   keys pem|jwks FILE                               ->  "OK"; the keys in force from now on
 *   check NOW_S AUTHORIZATION                        ->  "OK", subject and scopes; or a status and the reason
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entente/token.h"

enum { FIELDS_MAX = 12, LINE_SIZE = 65536 };

static struct ent_token_checker *checker;

static void read_file(const char *name, char *ret_text, size_t size, size_t *ret_length) {
	FILE *file = fopen(name, "rb");
	if (file == NULL) {
		(void)fprintf(stderr, "token_tool: %s cannot be read\n", name);
		exit(1);
	}
	*ret_length = fread(ret_text, 1, size, file);
	(void)fclose(file);
}

static int64_t us_of(const char *seconds) {
	return (int64_t)strtoll(seconds, NULL, 10) * 1000000;
}

static enum ent_pkey_alg alg_of(const char *name) {
#define ROW(alg, text)               \
	if (strcmp(name, text) == 0) \
		return ENT_PKEY_##alg;
	ENT_PKEY_ALG_MAP(ROW)
#undef ROW
	return ENT_PKEY_ALG_COUNT;
}

static const char *or_null(const char *text) {
	return text[0] != '\0' ? text : NULL;
}

/* The key of the file that was last asked for: to read one takes longer than to sign with it. */
static const struct ent_pkey *key_in(const char *name) {
	static char pem[LINE_SIZE], last[LINE_SIZE];
	static struct ent_pkey *key;
	size_t length;
	if (key != NULL && strcmp(last, name) == 0)
		return key;
	ent_pkey_destroy(key);
	read_file(name, pem, sizeof pem, &length);
	if (ent_pkey_create_from_pem(pem, length, true, &key, NULL) != ENT_OK)
		exit(1);
	(void)snprintf(last, sizeof last, "%s", name);
	return key;
}

static void mint(char *const *field) {
	static char token[ENT_TOKEN_SIZE_MAX + 1];
	size_t length;
	const struct ent_token_claims claims = {or_null(field[4]), or_null(field[5]),
			or_null(field[6]), or_null(field[7]), us_of(field[8]), us_of(field[9])};
	const ent_status status = ent_token_mint(key_in(field[1]), alg_of(field[2]),
			or_null(field[3]), &claims, token, sizeof token, &length);
	(void)puts(status == ENT_OK ? token : ent_status_name(status));
}

static void set_keys(char *const *field) {
	static char text[LINE_SIZE];
	static const char *const audiences[] = {"localhost"};
	size_t length;
	struct ent_token_keys *keys;
	struct ent_fault fault;
	read_file(field[2], text, sizeof text, &length);
	if (ent_token_keys_create(&keys) != ENT_OK)
		exit(1);
	const ent_status status = strcmp(field[1], "pem") == 0
			? ent_token_keys_add_pem(keys, field[2], text, length, &fault)
			: ent_token_keys_add_jwks(keys, field[2], text, length, NULL, 0, &fault);
	if (status != ENT_OK) {
		(void)printf("%s\t%s\n", ent_status_name(status), fault.why);
		ent_token_keys_destroy(keys);
		return;
	}
	if (checker != NULL)
		ent_token_checker_swap(checker, keys);
	else if (ent_token_checker_create(keys, audiences, 1, &checker) != ENT_OK)
		exit(1);
	(void)puts("OK");
}

static void check(char *const *field) {
	const struct ent_token *token;
	struct ent_fault fault;
	const ent_status status = ent_token_check(
			checker, field[2], us_of(field[1]), &token, &fault);
	if (status != ENT_OK) {
		(void)printf("%s\t%s\n", ent_status_name(status), fault.why);
		return;
	}
	(void)printf("OK\t%s\t", token->subject);
	for (size_t i = 0; i < token->n_scopes; i++)
		(void)printf("%s%s", i > 0 ? " " : "", token->scopes[i]);
	(void)puts("");
	ent_token_release(token);
}

int main(void) {
	static const struct {
		const char *name;
		size_t n_fields;
		void (*run)(char *const *field);
	} commands[] = {{"mint", 10, mint}, {"keys", 3, set_keys}, {"check", 3, check}};
	static char line[LINE_SIZE];
	if (ent_seal_start() != ENT_OK)
		return 1;
	while (fgets(line, sizeof line, stdin) != NULL) {
		char *field[FIELDS_MAX] = {line};
		size_t n = 1, command = 0;
		line[strcspn(line, "\n")] = '\0';
		for (char *tab; n < FIELDS_MAX && (tab = strchr(field[n - 1], '\t')) != NULL; n++) {
			*tab = '\0';
			field[n] = tab + 1;
		}
		while (command < 3 && strcmp(commands[command].name, field[0]) != 0)
			command++;
		if (command == 3 || commands[command].n_fields != n)
			return 1;
		commands[command].run(field);
		(void)fflush(stdout);
	}
	ent_token_checker_destroy(checker);
	return 0;
}
