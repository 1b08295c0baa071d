/* SPDX-License-Identifier: Apache-2.0 */
/* listen.c: from "address:port" to a socket that listens, and back to text. */
#include "internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel cuts it at net.core.somaxconn. */
enum { BACKLOG = 4096 };

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static bool parse_port(const char *text, uint16_t *ret_port) {
	const size_t n = strspn(text, "0123456789");
	if (n == 0 || n > 5 || text[n] != '\0')
		return false;
	const long port = strtol(text, NULL, 10);
	if (port > UINT16_MAX)
		return false;
	*ret_port = htons((uint16_t)port);
	return true;
}

/* Every address has the family IPv6 and takes IPv4 too. */
static bool parse(const char *text, union address *ret_address, bool *ret_every) {
	const char *colon = strrchr(text, ':');
	char host[INET6_ADDRSTRLEN + 2];
	uint16_t port;
	if (colon == NULL || (size_t)(colon - text) >= sizeof host || !parse_port(colon + 1, &port))
		return false;
	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = '\0';
	memset(ret_address, 0, sizeof *ret_address);
	*ret_every = host[0] == '\0';
	if (host[0] == '\0' || host[0] == '[') {
		const size_t n = strlen(host);
		ret_address->in6.sin6_family = AF_INET6;
		ret_address->in6.sin6_port = port;
		if (n == 0)
			return true;
		if (host[n - 1] != ']')
			return false;
		host[n - 1] = '\0';
		return inet_pton(AF_INET6, host + 1, &ret_address->in6.sin6_addr) == 1;
	}
	ret_address->in.sin_family = AF_INET;
	ret_address->in.sin_port = port;
	return inet_pton(AF_INET, host, &ret_address->in.sin_addr) == 1;
}

static bool open_at(const union address *address, bool every, int *ret_fd) {
	const int on = 1, off = 0;
	const int family = address->any.sa_family;
	const int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	const bool fine = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
			(family != AF_INET6 ||
					setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY,
							every ? &off : &on, sizeof on) == 0) &&
			bind(fd, &address->any,
					family == AF_INET6 ? sizeof address->in6
							   : sizeof address->in) == 0 &&
			listen(fd, BACKLOG) == 0;
	if (!fine) {
		const int error = errno;
		(void)close(fd);
		errno = error;
		return false;
	}
	*ret_fd = fd;
	return true;
}

static bool print(int fd, char *ret_text, size_t size) {
	union address address;
	socklen_t length = sizeof address;
	char host[INET6_ADDRSTRLEN];
	memset(&address, 0, sizeof address);
	if (getsockname(fd, &address.any, &length) != 0)
		return false;
	const bool six = address.any.sa_family == AF_INET6;
	const void *bytes = six ? (const void *)&address.in6.sin6_addr : &address.in.sin_addr;
	if (inet_ntop(address.any.sa_family, bytes, host, sizeof host) == NULL)
		return false;
	(void)snprintf(ret_text, size, six ? "[%s]:%u" : "%s:%u", host,
			(unsigned)ntohs(six ? address.in6.sin6_port : address.in.sin_port));
	return true;
}

ent_status listen_open(const char *text, int *ret_fd, char *ret_address, size_t address_size,
		struct ent_fault *reterr_fault) {
	union address address;
	bool every;
	int fd = -1;
	if (!parse(text, &address, &every)) {
		ent_fault_set(reterr_fault, "listen",
				"not an address and port such as 127.0.0.1:8080, [::1]:8080, "
				":8080");
		return ENT_E_SYNTAX;
	}
	bool opened = open_at(&address, every, &fd);
	if (!opened && every && errno == EAFNOSUPPORT) {
		/* A machine without IPv6. */
		const uint16_t port = address.in6.sin6_port;
		memset(&address, 0, sizeof address);
		address.in.sin_family = AF_INET;
		address.in.sin_port = port;
		opened = open_at(&address, false, &fd);
	}
	if (!opened) {
		ent_fault_set(reterr_fault, "listen", "cannot listen at %s: %s", text,
				strerror(errno));
		return ENT_E_IO;
	}
	if (!print(fd, ret_address, address_size)) {
		ent_fault_set(reterr_fault, "listen", "the socket at %s has no name: %s", text,
				strerror(errno));
		(void)close(fd);
		return ENT_E_IO;
	}
	*ret_fd = fd;
	return ENT_OK;
}
