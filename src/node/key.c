/* SPDX-License-Identifier: Apache-2.0 */
/*
 * key.c: the key that signs a node's checkpoints.
 *
 *     DIR/ledger.key   "PRIVATE+KEY+" name "+" id "+" base64(0x01 || seed), for the owner only
 *     DIR/ledger.vkey  the vkey (C2SP signed-note), for who verifies
 *
 * The key is durable before the first entry is: a ledger whose key is lost can never be written again. So a key is made
 * for a ledger without entries only; for another one it would be of no use, and hide that the right one is missing.
 * The vkey is written after the first entry, and so tells that there was one: see check_not_lost.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "entente/base64.h"
#include "internal.h"

#define PRIVATE "PRIVATE+KEY+"
enum { PATH_SIZE = 4096, TEXT_SIZE = ENT_VKEY_SIZE + 64, KEY_ID_DIGITS = 8 };

static bool path_of(const char *directory, const char *name, char ret_path[PATH_SIZE],
		struct ent_fault *fault) {
	const int length = snprintf(ret_path, PATH_SIZE, "%s/%s", directory, name);
	if (length > 0 && length < PATH_SIZE)
		return true;
	ent_fault_set(fault, "", "the name of the data directory is too long");
	return false;
}

/* One line, without its end; a FIFO is not waited for. E_MISSING: there is no such file. */
static ent_status read_line(const char *path, char ret_text[TEXT_SIZE], struct ent_fault *fault) {
	const int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (file < 0) {
		ent_fault_set(fault, path, "cannot be read: %s", strerror(errno));
		return errno == ENOENT ? ENT_E_MISSING : ENT_E_IO;
	}
	const ssize_t got = read(file, ret_text, TEXT_SIZE - 1);
	(void)close(file);
	if (got < 0) {
		ent_fault_set(fault, path, "cannot be read: %s", strerror(errno));
		return ENT_E_IO;
	}
	ret_text[got] = '\0';
	ret_text[strcspn(ret_text, "\n")] = '\0';
	return ENT_OK;
}

static bool sync_folder(const char *directory) {
	const int folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const bool fine = folder >= 0 && fsync(folder) == 0;
	if (folder >= 0)
		(void)close(folder);
	return fine;
}

/* The file is there wholly or not at all, also after a power cut. */
static ent_status write_line(const struct ent_node *node, const char *path, const char *text,
		mode_t mode, struct ent_fault *fault) {
	char unfinished[PATH_SIZE + 8];
	const size_t length = strlen(text);
	(void)snprintf(unfinished, sizeof unfinished, "%s.new", path);
	(void)unlink(unfinished);
	const int file = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	bool fine = file >= 0 && write(file, text, length) == (ssize_t)length && fsync(file) == 0;
	fine = fine && rename(unfinished, path) == 0 && sync_folder(node->options.directory);
	if (!fine)
		ent_fault_set(fault, path, "cannot be written: %s", strerror(errno));
	if (file >= 0)
		(void)close(file);
	return fine ? ENT_OK : ENT_E_IO;
}

/* A vkey is name+id+key. */
static void key_text(const struct ent_node *node, char ret_text[TEXT_SIZE]) {
	char vkey[ENT_VKEY_SIZE], base64[ENT_BASE64_SIZE(1 + ENT_SIGN_SEED_SIZE)];
	uint8_t secret[1 + ENT_SIGN_SEED_SIZE] = {1};
	(void)ent_vkey_print(&node->vkey, vkey);
	/* Base64 has pluses too, a name has none. */
	vkey[strlen(node->vkey.name) + 1 + KEY_ID_DIGITS] = '\0';
	ent_sign_key_seed(node->key, secret + 1);
	(void)ent_base64_print(ENT_BASE64, secret, sizeof secret, base64);
	(void)snprintf(ret_text, TEXT_SIZE, PRIVATE "%s+%s\n", vkey, base64);
	ent_seal_wipe(secret, sizeof secret);
	ent_seal_wipe(base64, sizeof base64);
}

static void set_vkey(struct ent_node *node, const char *name, size_t length) {
	node->vkey = (struct ent_vkey){.type = 1};
	memcpy(node->vkey.name, name, length);
	ent_sign_key_public(node->key, node->vkey.public_key);
}

static ent_status parse_key(struct ent_node *node, const char *path, const char *text,
		struct ent_fault *fault) {
	uint8_t secret[1 + ENT_SIGN_SEED_SIZE];
	char again[TEXT_SIZE];
	size_t size = 0;
	const char *name = text + sizeof PRIVATE - 1;
	const char *base64 = NULL;
	if (strncmp(text, PRIVATE, sizeof PRIVATE - 1) == 0) {
		const char *id = strchr(name, '+');
		base64 = id == NULL ? NULL : strchr(id + 1, '+');
	}
	const size_t length = base64 == NULL ? 0 : (size_t)(strchr(name, '+') - name);
	ent_status status = ENT_E_SYNTAX;
	if (base64 != NULL && ent_vkey_name_ok(name, length) &&
			ent_base64_parse(ENT_BASE64, base64 + 1, strlen(base64 + 1), secret,
					sizeof secret, &size) == ENT_OK &&
			size == sizeof secret && secret[0] == 1)
		status = ent_sign_key_create_from_seed(secret + 1, &node->key);
	ent_seal_wipe(secret, sizeof secret);
	if (status == ENT_OK) {
		set_vkey(node, name, length);
		key_text(node, again);
		again[strcspn(again, "\n")] = '\0';
		/* The id is a hash of the rest. */
		if (strcmp(again, text) != 0)
			status = ENT_E_SYNTAX;
		ent_seal_wipe(again, sizeof again);
	}
	if (status == ENT_E_SYNTAX)
		ent_fault_set(fault, path, "this is not a key that we wrote, or not all of it");
	return status;
}

static ent_status make_key(struct ent_node *node, const char *path, struct ent_fault *fault) {
	char text[TEXT_SIZE], name[ENT_ORIGIN_SIZE];
	uint8_t chance[4];
	ent_seal_random(chance, sizeof chance);
	int length = snprintf(name, sizeof name,
			"node-%02x%02x%02x%02x.entente.invalid/" ENT_NODE_LEDGER, chance[0],
			chance[1], chance[2], chance[3]);
	if (node->options.name != NULL)
		length = snprintf(name, sizeof name, "%s/" ENT_NODE_LEDGER, node->options.name);
	if (length < 0 || (size_t)length >= sizeof name ||
			!ent_vkey_name_ok(name, (size_t)length)) {
		ent_fault_set(fault, "name",
				"a node's name has no spaces and no plus, and is not long");
		return ENT_E_SYNTAX;
	}
	ent_status status = ent_sign_key_create(&node->key);
	if (status != ENT_OK)
		return status;
	set_vkey(node, name, (size_t)length);
	key_text(node, text);
	status = write_line(node, path, text, 0600, fault);
	ent_seal_wipe(text, sizeof text);
	return status;
}

ent_status node_key_show(struct ent_node *node, struct ent_fault *reterr_fault) {
	char path[PATH_SIZE], text[TEXT_SIZE], there[TEXT_SIZE];
	if (!path_of(node->options.directory, "ledger.vkey", path, reterr_fault))
		return ENT_E_IO;
	const size_t length = ent_vkey_print(&node->vkey, text);
	if (read_line(path, there, NULL) == ENT_OK && strcmp(there, text) == 0)
		return ENT_OK;
	memcpy(text + length, "\n", 2);
	return write_line(node, path, text, 0644, reterr_fault);
}

ent_status node_key_open(struct ent_node *node, uint64_t entries, struct ent_fault *reterr_fault) {
	char path[PATH_SIZE], text[TEXT_SIZE];
	if (!path_of(node->options.directory, "ledger.key", path, reterr_fault))
		return ENT_E_IO;
	ent_status status = read_line(path, text, reterr_fault);
	if (status == ENT_OK) {
		status = parse_key(node, path, text, reterr_fault);
	} else if (status == ENT_E_MISSING && entries == 0) {
		status = make_key(node, path, reterr_fault);
	} else if (status == ENT_E_MISSING) {
		ent_fault_set(reterr_fault, path,
				"it is not there, and the ledger has %" PRIu64
				" entries that were signed with it",
				entries);
		status = ENT_E_REFUSED;
	}
	ent_seal_wipe(text, sizeof text);
	return status;
}

ent_status ent_node_read_vkey(
		const char *directory, struct ent_vkey *ret_vkey, struct ent_fault *reterr_fault) {
	char path[PATH_SIZE], text[TEXT_SIZE];
	if (!path_of(directory, "ledger.vkey", path, reterr_fault))
		return ENT_E_IO;
	const ent_status status = read_line(path, text, reterr_fault);
	return status == ENT_OK ? ent_vkey_parse(text, strlen(text), ret_vkey, reterr_fault)
				: status;
}

ent_status ent_node_read_key(const char *directory, struct ent_sign_key **ret_key,
		struct ent_vkey *ret_vkey, struct ent_fault *reterr_fault) {
	char path[PATH_SIZE], text[TEXT_SIZE];
	if (!path_of(directory, "ledger.key", path, reterr_fault))
		return ENT_E_IO;
	/* Of it only the key is used. */
	struct ent_node *node = calloc(1, sizeof *node);
	if (node == NULL)
		return ENT_E_MEMORY;
	ent_status status = read_line(path, text, reterr_fault);
	if (status == ENT_OK)
		status = parse_key(node, path, text, reterr_fault);
	if (status == ENT_OK) {
		*ret_key = node->key;
		*ret_vkey = node->vkey;
	}
	ent_seal_wipe(text, sizeof text);
	free(node);
	return status;
}

ent_status ent_node_vkey_of(const struct ent_vkey *vkey, const char *ledger,
		struct ent_vkey *ret_vkey, struct ent_fault *reterr_fault) {
	static const char own[] = "/" ENT_NODE_LEDGER;
	const size_t length = strlen(vkey->name);
	struct ent_vkey other = *vkey;
	if (length < sizeof own || strcmp(vkey->name + length - (sizeof own - 1), own) != 0) {
		ent_fault_set(reterr_fault, "", "the key is of %.100s, which is no node's ledger",
				vkey->name);
		return ENT_E_SYNTAX;
	}
	const size_t begin = length - (sizeof own - 1) + 1;
	const int written = snprintf(other.name + begin, sizeof other.name - begin, "%s", ledger);
	if (written < 0 || (size_t)written >= sizeof other.name - begin ||
			!ent_vkey_name_ok(other.name, strlen(other.name))) {
		ent_fault_set(reterr_fault, "", "a ledger of that name has no key");
		return ENT_E_SYNTAX;
	}
	*ret_vkey = other;
	return ENT_OK;
}
