/* SPDX-License-Identifier: Apache-2.0 */
/* url.h: the server that is loaded: its URL in parts, and the address that answered first. */
#ifndef ENTENTE_LOAD_URL_H
#define ENTENTE_LOAD_URL_H

#include <sys/socket.h>

#include "entente/base.h"

enum { LOAD_HOST_MAX = 255, LOAD_PREFIX_MAX = 255 };

struct load_url {
	char host[LOAD_HOST_MAX + 1];      /* without brackets: the audience of our tokens */
	char authority[LOAD_HOST_MAX + 9]; /* for the Host header */
	char prefix[LOAD_PREFIX_MAX + 1];  /* of all paths; "" or "/dss" */
	char port[6];
};

/* "http://host[:port][/prefix]". E_SYNTAX, E_REFUSED (https), E_LIMIT. */
ENT_MUST_USE ent_status load_url_parse(
		const char *text, struct load_url *ret_url, struct ent_fault *reterr_fault);

struct load_address {
	struct sockaddr_storage at;
	socklen_t length;
};

/* Looks the host up and connects once, to know which of its addresses answers. E_IO with the reason. */
ENT_MUST_USE ent_status load_url_reach(const struct load_url *url, struct load_address *ret_address,
		struct ent_fault *reterr_fault);

/* A socket that does not block, on its way to the address; -1 with errno. */
int load_address_connect(const struct load_address *address);

#endif
