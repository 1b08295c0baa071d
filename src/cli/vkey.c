/* SPDX-License-Identifier: Apache-2.0 */
/* vkey.c: see vkey.h. */
#include "vkey.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "entente/party.h"
#include "mailed.h"

/* Terminated, with the ends of lines that we write. */
static ent_status read_text(const char *path, char ret_text[ENT_CARD_SIZE + 1], size_t *ret_length,
		struct ent_fault *reterr_fault) {
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		ent_fault_set(reterr_fault, path, "%s", strerror(errno));
		return ENT_E_IO;
	}
	/* The last places are for the end of the last line, and the terminator. */
	size_t length = fread(ret_text, 1, ENT_CARD_SIZE - 1, file);
	const int error = ferror(file) != 0 ? errno : 0;
	(void)fclose(file);
	mailed_mend(ret_text, &length);
	ret_text[length] = '\0';
	*ret_length = length;
	if (error == 0 && length > 0)
		return ENT_OK;
	ent_fault_set(reterr_fault, path, "%s", error != 0 ? strerror(error) : "it is empty");
	return error != 0 ? ENT_E_IO : ENT_E_SYNTAX;
}

static bool is_card(const char *text) {
	static const char first[] = "entente card ";
	return strncmp(text, first, sizeof first - 1) == 0;
}

/* The key that its party's ledgers are signed by. */
static ent_status take_of_card(const char *path, const char *text, size_t length,
		struct ent_vkey *ret_vkey, struct ent_fault *reterr_fault) {
	struct ent_fault fault = {{0}, {0}};
	struct ent_card card;
	const ent_status status = ent_card_parse(text, length, &card, &fault);
	if (status == ENT_OK)
		*ret_vkey = card.line_key;
	else
		ent_fault_set(reterr_fault, path, "%s: %s", fault.where, fault.why);
	return status;
}

ent_status vkey_take(const char *given, struct ent_vkey *ret_vkey, struct ent_fault *reterr_fault) {
	struct ent_fault fault = {{0}, {0}};
	char text[ENT_CARD_SIZE + 1];
	size_t length = 0;
	const char *from = given;
	if (strchr(from, '+') == NULL || access(from, R_OK) == 0) {
		const ent_status status = read_text(from, text, &length, reterr_fault);
		if (status != ENT_OK)
			return status;
		if (is_card(text))
			return take_of_card(from, text, length, ret_vkey, reterr_fault);
		text[strcspn(text, "\n")] = '\0';
		from = text;
	}
	const ent_status status = ent_vkey_parse(from, strlen(from), ret_vkey, &fault);
	if (status != ENT_OK)
		ent_fault_set(reterr_fault, "--vkey", "%s", fault.why);
	return status;
}
