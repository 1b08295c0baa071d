/* SPDX-License-Identifier: Apache-2.0 */
/*
 * make.c: a new party. Its folder is made beside, as DIR/party.new, and put in place when all of it is on the disk; one
 * that was left by an attempt that broke off is filled anew.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "card.h"
#include "files.h"
#include "keys.h"
#include "own.h"

#define UNFINISHED ENT_PARTY_FOLDER ".new"

/* What is made, and goes with the call. */
struct made {
	struct ent_sign_key *party_key, *line_key;
	struct ent_secret *tls_key;
	char tls_certificate[ENT_CERTIFICATE_PEM_SIZE];
	struct ent_card card;
	struct ent_sealed_key sealed;
};

static ent_status take_wish(
		const struct ent_party_wish *wish, struct ent_card *card, struct ent_fault *fault) {
	ent_status status = own_take_name(wish->name != NULL ? wish->name : "", card, fault);
	if (status == ENT_OK)
		status = own_take_address(wish->address, card, fault);
	if (status == ENT_OK && wish->n_reserves > 0)
		status = own_take_reserves(wish->reserves, wish->n_reserves, card, fault);
	if (status == ENT_OK)
		status = own_check_addresses(card, fault);
	card->number = 1;
	card->issued_utc_us = wish->now_utc_us;
	card->settable_clock = wish->settable_clock;
	return status;
}

/* --- The keys --- */

static ent_status make_keys(const struct ent_party_wish *wish, struct made *made) {
	uint8_t public_key[ENT_SIGN_PUBLIC_SIZE];
	struct ent_card *card = &made->card;
	ent_status status = ent_sign_key_create(&made->party_key);
	if (status == ENT_OK)
		status = ent_sign_key_create(&made->line_key);
	if (status != ENT_OK)
		return status;
	ent_sign_key_public(made->party_key, public_key);
	ent_party_id(public_key, card->id);
	ent_party_vkey(card->id, public_key, &card->party_key);
	ent_sign_key_public(made->line_key, public_key);
	ent_party_line_vkey(card->id, public_key, &card->line_key);
	status = keys_make_tls(card->id, made->tls_certificate, &made->tls_key, &card->tls_key);
	if (status == ENT_OK)
		status = ent_sealed_key_close(made->party_key, wish->passphrase, wish->passes,
				wish->memory_kib, &made->sealed);
	return status;
}

static void finish(struct made *made) {
	ent_sign_key_destroy(made->party_key);
	ent_sign_key_destroy(made->line_key);
	ent_secret_destroy(made->tls_key);
}

/* --- The files --- */

static ent_status write_all(const struct ent_party_folder *folder,
		const struct ent_party_wish *wish, struct made *made, struct ent_fault *fault) {
	char text[ENT_CARD_SIZE];
	const char *profile = ent_profile_text(wish->profile);
	ent_status status = keys_write_line(
			folder, KEYS_LINE, &made->card.line_key, made->line_key, fault);
	size_t length = keys_print_party(&made->card.party_key, &made->sealed, text);
	if (status == ENT_OK)
		status = files_write(folder, KEYS_PARTY, text, length, fault);
	if (status == ENT_OK)
		status = files_write(folder, ENT_PARTY_TLS_KEY, ent_secret_bytes(made->tls_key),
				ent_secret_size(made->tls_key), fault);
	if (status == ENT_OK)
		status = files_write(folder, ENT_PARTY_TLS_CERTIFICATE, made->tls_certificate,
				strlen(made->tls_certificate), fault);
	if (status == ENT_OK)
		status = files_write(folder, OWN_PROFILE, profile, strlen(profile), fault);
	length = ent_card_print(&made->card, made->party_key, NULL, text);
	if (status == ENT_OK)
		status = files_write(folder, OWN_CARD, text, length, fault);
	return status;
}

static ent_status say_errno(const char *path, const char *what, struct ent_fault *fault) {
	ent_fault_set(fault, path, "%s: %s", what, strerror(errno));
	return ENT_E_IO;
}

/* The data directory, made when it is not there, and then durable in the one that it is in. */
static ent_status open_data(const char *data, int *ret_fd, struct ent_fault *fault) {
	const bool made = mkdir(data, 0700) == 0;
	if (!made && errno != EEXIST)
		return say_errno(data, "cannot be made", fault);
	const int fd = open(data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return say_errno(data, "cannot be opened", fault);
	const int parent = made ? openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (parent >= 0) {
		(void)fsync(parent);
		(void)close(parent);
	}
	*ret_fd = fd;
	return ENT_OK;
}

static ent_status say_there_is(const char *data, struct ent_fault *fault) {
	ent_fault_set(fault, data, "there is a party in it; entente party show shows it");
	return ENT_E_EXISTS;
}

/* DIR/party.new, ours alone; whoever was quicker has put it in place. */
static ent_status open_unfinished(const char *data, int data_fd, struct ent_party_folder *folder,
		struct ent_fault *fault) {
	struct stat about;
	ent_status status = files_path(data, UNFINISHED, folder->path, fault);
	if (status != ENT_OK)
		return status;
	if (mkdirat(data_fd, UNFINISHED, 0700) != 0 && errno != EEXIST)
		return say_errno(folder->path, "cannot be made", fault);
	folder->fd = openat(data_fd, UNFINISHED, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (folder->fd < 0)
		return say_errno(folder->path, "cannot be opened", fault);
	if (flock(folder->fd, LOCK_EX | LOCK_NB) != 0 ||
			fstatat(data_fd, ENT_PARTY_FOLDER, &about, AT_SYMLINK_NOFOLLOW) == 0)
		return say_there_is(data, fault);
	return ENT_OK;
}

static ent_status put_in_place(const char *data, int data_fd, struct ent_fault *fault) {
	if (renameat(data_fd, UNFINISHED, data_fd, ENT_PARTY_FOLDER) != 0)
		return errno == ENOTEMPTY || errno == EEXIST
				? say_there_is(data, fault)
				: say_errno(data, "the party cannot be put in place", fault);
	return fsync(data_fd) == 0 ? ENT_OK : say_errno(data, "cannot be made durable", fault);
}

static ent_status write_folder(const char *data, int data_fd, const struct ent_party_wish *wish,
		struct made *made, struct ent_fault *fault) {
	struct ent_party_folder folder = {.fd = -1, .to_change = true};
	struct stat about;
	if (fstatat(data_fd, ENT_PARTY_FOLDER, &about, AT_SYMLINK_NOFOLLOW) == 0)
		return say_there_is(data, fault);
	ent_status status = open_unfinished(data, data_fd, &folder, fault);
	if (status == ENT_OK)
		status = make_keys(wish, made);
	if (status == ENT_E_MEMORY || status == ENT_E_LIMIT)
		ent_fault_set(fault, "", "%s", ent_status_text(status));
	if (status == ENT_OK)
		status = write_all(&folder, wish, made, fault);
	if (status == ENT_OK)
		status = put_in_place(data, data_fd, fault);
	if (folder.fd >= 0)
		(void)close(folder.fd);
	return status;
}

ent_status ent_party_check(const char *data, const struct ent_party_wish *wish,
		struct ent_fault *reterr_fault) {
	char path[FILES_PATH_SIZE];
	struct ent_card card = {.number = 0};
	struct stat about;
	ent_status status = take_wish(wish, &card, reterr_fault);
	if (status == ENT_OK)
		status = files_path(data, ENT_PARTY_FOLDER, path, reterr_fault);
	if (status == ENT_OK && lstat(path, &about) == 0)
		status = say_there_is(data, reterr_fault);
	return status;
}

ent_status ent_party_create(const char *data, const struct ent_party_wish *wish,
		struct ent_fault *reterr_fault) {
	struct made made = {.party_key = NULL};
	int data_fd = -1;
	ent_status status = take_wish(wish, &made.card, reterr_fault);
	if (status == ENT_OK)
		status = open_data(data, &data_fd, reterr_fault);
	if (status == ENT_OK)
		status = write_folder(data, data_fd, wish, &made, reterr_fault);
	if (data_fd >= 0)
		(void)close(data_fd);
	finish(&made);
	return status;
}
