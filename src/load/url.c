/* SPDX-License-Identifier: Apache-2.0 */
/* url.c: see url.h. */
#define _GNU_SOURCE
#include "url.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { CONNECT_MS = 5000 };

#define FORM "write http://HOST:PORT"

static ent_status refuse(struct ent_fault *fault, ent_status status, const char *why) {
	ent_fault_set(fault, "", "%s", why);
	return status;
}

static bool is_port(const char *text, size_t length) {
	unsigned port = 0;
	if (length == 0 || length > 5)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		port = port * 10 + (unsigned)(text[i] - '0');
	}
	return port > 0 && port <= 65535;
}

static bool is_plain(const char *text, size_t length, const char *beyond) {
	for (size_t i = 0; i < length; i++) {
		const char c = text[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
				    (c != '\0' && strchr(beyond, c) != NULL)))
			return false;
	}
	return length > 0;
}

/* "host", "host:port", "[address]:port". */
static ent_status parse_authority(
		const char *text, size_t length, struct load_url *url, struct ent_fault *fault) {
	const bool brackets = length > 0 && text[0] == '[';
	const char *host = text + brackets;
	const char *stop = brackets ? memchr(text, ']', length) : memchr(text, ':', length);
	if (brackets && stop == NULL)
		return refuse(fault, ENT_E_SYNTAX, "a bracket is not closed; " FORM);
	const size_t n = stop != NULL ? (size_t)(stop - host) : length;
	const char *rest = host + n + brackets;
	const size_t left = (size_t)(text + length - rest);
	if (n > LOAD_HOST_MAX)
		return refuse(fault, ENT_E_LIMIT, "the host's name is too long");
	if (!is_plain(host, n, brackets ? ":." : "-._"))
		return refuse(fault, ENT_E_SYNTAX, "it names no host; " FORM);
	if (left > 0 && (rest[0] != ':' || !is_port(rest + 1, left - 1)))
		return refuse(fault, ENT_E_SYNTAX, "the port is not one of 1 to 65535; " FORM);
	(void)snprintf(url->host, sizeof url->host, "%.*s", (int)n, host);
	(void)snprintf(url->authority, sizeof url->authority, "%.*s", (int)length, text);
	(void)snprintf(url->port, sizeof url->port, "%.*s", left > 0 ? (int)left - 1 : 2,
			left > 0 ? rest + 1 : "80");
	return ENT_OK;
}

ent_status load_url_parse(
		const char *text, struct load_url *ret_url, struct ent_fault *reterr_fault) {
	struct load_url url;
	if (strncasecmp(text, "https://", 8) == 0)
		return refuse(reterr_fault, ENT_E_REFUSED,
				"https is not spoken here, since it would measure TLS; name the "
				"server's plain http address");
	if (strncasecmp(text, "http://", 7) != 0)
		return refuse(reterr_fault, ENT_E_SYNTAX, "it is no URL; " FORM);
	text += 7;
	const size_t length = strcspn(text, "/?#");
	const char *path = text + length;
	size_t n = strlen(path);
	while (n > 0 && path[n - 1] == '/')
		n--;
	if (n > LOAD_PREFIX_MAX)
		return refuse(reterr_fault, ENT_E_LIMIT, "its path is too long");
	if (n > 0 && !is_plain(path, n, "/-._~%"))
		return refuse(reterr_fault, ENT_E_SYNTAX, "its path is not plain; " FORM "/PATH");
	const ent_status status = parse_authority(text, length, &url, reterr_fault);
	if (status != ENT_OK)
		return status;
	(void)snprintf(url.prefix, sizeof url.prefix, "%.*s", (int)n, path);
	*ret_url = url;
	return ENT_OK;
}

int load_address_connect(const struct load_address *address) {
	const int one = 1;
	const int fd = socket(address->at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	/* A request goes out as a whole, so nothing is gained by waiting for more. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (connect(fd, (const struct sockaddr *)&address->at, address->length) == 0 ||
			errno == EINPROGRESS)
		return fd;
	const int error = errno;
	(void)close(fd);
	errno = error;
	return -1;
}

/* 0, or why not. */
static int try_address(const struct load_address *address) {
	int error = 0;
	socklen_t size = sizeof error;
	struct pollfd wait = {.fd = load_address_connect(address), .events = POLLOUT};
	if (wait.fd < 0)
		return errno;
	const int ready = poll(&wait, 1, CONNECT_MS);
	if (ready == 0)
		error = ETIMEDOUT;
	else if (ready < 0 || getsockopt(wait.fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
		error = errno;
	(void)close(wait.fd);
	return error;
}

ent_status load_url_reach(const struct load_url *url, struct load_address *ret_address,
		struct ent_fault *reterr_fault) {
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found;
	int error = ENOENT;
	const int failed = getaddrinfo(url->host, url->port, &hints, &found);
	if (failed != 0) {
		ent_fault_set(reterr_fault, "", "%s",
				failed == EAI_SYSTEM ? strerror(errno) : gai_strerror(failed));
		return ENT_E_IO;
	}
	for (const struct addrinfo *at = found; at != NULL && error != 0; at = at->ai_next) {
		struct load_address address = {.length = at->ai_addrlen};
		memcpy(&address.at, at->ai_addr, at->ai_addrlen);
		error = try_address(&address);
		if (error == 0)
			*ret_address = address;
	}
	freeaddrinfo(found);
	if (error == 0)
		return ENT_OK;
	ent_fault_set(reterr_fault, "", "%s", strerror(error));
	return ENT_E_IO;
}
