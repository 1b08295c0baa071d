/* SPDX-License-Identifier: Apache-2.0 */
/* ours.c: see ours.h. */
#include "ours.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "entente/seal.h"
#include "keys.h"
#include "look.h"

#define CREDENTIAL "party-passphrase"

enum { PATH_SIZE = 4096 };

static void tell(struct config *config, const struct ent_fault *fault, ent_status status) {
	config_fault(config, config_where(config, "data"), "%s%s%s", fault->where,
			fault->where[0] != '\0' ? ": " : "",
			fault->why[0] != '\0' ? fault->why : ent_status_text(status));
}

static void read_tls(struct config *config, const char *name, char **ret_text) {
	char path[PATH_SIZE];
	size_t size;
	struct ent_fault fault = {{0}, {0}};
	const int length = snprintf(
			path, sizeof path, "%s/" ENT_PARTY_FOLDER "/%s", config->data, name);
	const ent_status status = length >= 0 && length < (int)sizeof path
			? file_read(path, ret_text, &size, &fault)
			: ENT_E_LIMIT;
	if (status != ENT_OK)
		tell(config, &fault, status);
}

/* Does what the options say go with what the card says? */
static void check_options(struct config *config, struct ours *ours) {
	ours->settable_clock = ours->card.settable_clock && config->dev;
	if (ours->card.settable_clock && !config->dev)
		config_fault(config, config_where(config, "dev"),
				"it is needed: by the party's card its clock can be set, which is "
				"for trying out");
	else if (config->dev && !ours->card.settable_clock)
		look_warn(config,
				"--dev: the clock cannot be set, for the party's card says "
				"nothing of that; entente init --dev makes such a party");
	if (config->peers_listen == NULL && ours->card.address[0] != '\0')
		look_warn(config,
				"peers-listen: it is not given, so nobody can connect to %s, as "
				"the party's card says",
				ours->card.address);
}

/* The first line of it. */
static ent_status take_passphrase(const char *text, struct ent_secret **ret_passphrase) {
	const size_t length = strcspn(text, "\r\n");
	const ent_status status = ent_secret_create(length > 0 ? length : 1, ret_passphrase);
	if (status == ENT_OK)
		memcpy(ent_secret_bytes(*ret_passphrase), text, length > 0 ? length : 1);
	return status;
}

static ent_status open_key(const struct ent_party_folder *folder, struct ent_sign_key **ret_key,
		struct ent_fault *fault) {
	const char *directory = getenv("CREDENTIALS_DIRECTORY");
	char path[PATH_SIZE], *text = NULL;
	size_t size = 0;
	struct ent_secret *passphrase = NULL;
	if (directory == NULL)
		return ENT_OK;
	const int length = snprintf(path, sizeof path, "%s/" CREDENTIAL, directory);
	if (length < 0 || length >= (int)sizeof path || access(path, F_OK) != 0)
		return ENT_OK;
	ent_status status = file_read(path, &text, &size, fault);
	if (status == ENT_OK)
		status = take_passphrase(text, &passphrase);
	if (status == ENT_OK)
		status = ent_party_open_key(folder, passphrase, ret_key, fault);
	if (status == ENT_E_REFUSED && strcmp(fault->where, "passphrase") == 0)
		ent_fault_set(fault, path, "it is not the passphrase of the party key");
	ent_secret_destroy(passphrase);
	if (text != NULL)
		ent_seal_wipe(text, size);
	free(text);
	return status;
}

static ent_status read_folder(struct config *config, struct ours *ours, struct ent_fault *fault) {
	struct ent_party_folder *folder = NULL;
	struct ent_party_known own;
	struct ent_party_keys keys = {.line = {.n = 0}};
	ent_status status = ent_party_folder_open(config->data, false, &folder, fault);
	if (status == ENT_OK)
		status = ent_party_own(folder, &own, fault);
	if (status == ENT_OK)
		status = ent_party_open_line_key(folder, &ours->line_key, fault);
	if (status == ENT_OK)
		status = ent_party_keys_of(folder, own.card.id, &keys, fault);
	if (status == ENT_OK)
		status = open_key(folder, &ours->key, fault);
	ent_party_folder_close(folder);
	if (status != ENT_OK)
		return status;
	ours->card = own.card;
	ours->line_keys = keys.line;
	return ENT_OK;
}

static bool there_is_a_folder(const char *data) {
	struct ent_party_folder *folder = NULL;
	const ent_status status = ent_party_folder_open(data, false, &folder, NULL);
	ent_party_folder_close(folder);
	return status != ENT_E_MISSING;
}

void ours_read(struct config *config, struct ours *ret_ours) {
	struct ent_fault fault = {{0}, {0}};
	*ret_ours = (struct ours){.there = there_is_a_folder(config->data)};
	if (!ret_ours->there) {
		if (config->peers_listen != NULL)
			config_fault(config, config_where(config, "peers-listen"),
					"no party is in %s; entente init makes one", config->data);
		return;
	}
	const ent_status status = read_folder(config, ret_ours, &fault);
	if (status != ENT_OK) {
		tell(config, &fault, status);
		return;
	}
	read_tls(config, ENT_PARTY_TLS_CERTIFICATE, &ret_ours->tls_certificate);
	read_tls(config, ENT_PARTY_TLS_KEY, &ret_ours->tls_key);
	check_options(config, ret_ours);
}

static void look_at_each(struct config *config, const struct ent_party_folder *folder,
		char (*ids)[ENT_PARTY_ID_SIZE]) {
	struct ent_party_known known;
	struct ent_fault fault = {{0}, {0}};
	size_t n = 0;
	ent_status status = ent_party_list(folder, ids, ENT_PARTIES_MAX, &n, &fault);
	if (status != ENT_OK)
		tell(config, &fault, status);
	for (size_t i = 0; status == ENT_OK && i < n; i++) {
		fault = (struct ent_fault){{0}, {0}};
		const ent_status one = ent_party_get(folder, ids[i], &known, &fault);
		if (one != ENT_OK)
			tell(config, &fault, one);
	}
}

void ours_look_at_others(struct config *config) {
	struct ent_party_folder *folder = NULL;
	char(*ids)[ENT_PARTY_ID_SIZE] = malloc(sizeof *ids * ENT_PARTIES_MAX);
	/* That it cannot be opened was told of when our own card was read. */
	if (ids != NULL && ent_party_folder_open(config->data, false, &folder, NULL) == ENT_OK)
		look_at_each(config, folder, ids);
	ent_party_folder_close(folder);
	free(ids);
}

bool ours_card(const char *data, const char *id, struct ent_card *ret_card) {
	struct ent_party_folder *folder = NULL;
	struct ent_party_known known;
	ent_status status = ent_party_folder_open(data, false, &folder, NULL);
	if (status == ENT_OK)
		status = ent_party_own(folder, &known, NULL);
	if (status == ENT_OK && strcmp(known.card.id, id) != 0)
		status = ent_party_get(folder, id, &known, NULL);
	ent_party_folder_close(folder);
	if (status == ENT_OK)
		*ret_card = known.card;
	return status == ENT_OK;
}

size_t ours_party_keys(const char *data, const char *id, uint8_t (*ret_keys)[ENT_SIGN_PUBLIC_SIZE],
		size_t capacity) {
	struct ent_party_folder *folder = NULL;
	struct ent_party_keys keys;
	size_t n = 0;
	ent_status status = ent_party_folder_open(data, false, &folder, NULL);
	if (status == ENT_OK)
		status = ent_party_keys_of(folder, id, &keys, NULL);
	ent_party_folder_close(folder);
	for (; status == ENT_OK && n < keys.party.n && n < capacity; n++)
		memcpy(ret_keys[n], keys.party.vkey[n].public_key, ENT_SIGN_PUBLIC_SIZE);
	return n;
}

void ours_finish(struct ours *ours) {
	ent_sign_key_destroy(ours->line_key);
	ent_sign_key_destroy(ours->key);
	free(ours->tls_certificate);
	if (ours->tls_key != NULL)
		ent_seal_wipe(ours->tls_key, strlen(ours->tls_key));
	free(ours->tls_key);
}
