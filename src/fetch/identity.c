/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identity.c: PEM texts in memory under a name (memfd_create, /proc/self/fd): what libcurl reads with
 * any library for TLS is a file, and a key that this node has from a credential or has unlocked is on no disk. They are sealed,
 * so that nothing changes between two connections.
 */
#define _GNU_SOURCE /* memfd_create, F_ADD_SEALS */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void identity_init(struct identity *identity) {
	*identity = (struct identity){.certificate_fd = -1, .key_fd = -1};
}

static bool put(int fd, const char *text) {
	const size_t size = strlen(text);
	for (size_t at = 0; at < size;) {
		const ssize_t n = write(fd, text + at, size - at);
		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	return fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) ==
			0;
}

static ent_status place(const char *text, int *ret_fd, char ret_path[32], struct ent_fault *fault) {
	*ret_fd = memfd_create("entente", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	const bool fine = *ret_fd >= 0 && put(*ret_fd, text);
	if (!fine && (errno == ENOMEM || errno == EMFILE || errno == ENFILE)) {
		ent_fault_set(fault, "", "out of memory or descriptors");
		return ENT_E_MEMORY;
	}
	if (fine)
		(void)snprintf(ret_path, 32, "/proc/self/fd/%d", *ret_fd);
	if (fine && access(ret_path, R_OK) == 0)
		return ENT_OK;
	ent_fault_set(fault, "", "no place in memory for the certificate and key: %s",
			strerror(errno));
	return ENT_E_IO;
}

ent_status identity_fill(struct identity *identity, const char *certificate_pem,
		const char *key_pem, struct ent_fault *reterr_fault) {
	const ent_status status = place(certificate_pem, &identity->certificate_fd,
			identity->certificate_path, reterr_fault);
	return status != ENT_OK
			? status
			: place(key_pem, &identity->key_fd, identity->key_path, reterr_fault);
}

void identity_finish(struct identity *identity) {
	if (identity->certificate_fd >= 0)
		(void)close(identity->certificate_fd);
	if (identity->key_fd >= 0)
		(void)close(identity->key_fd);
	identity_init(identity);
}
