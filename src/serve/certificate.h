/* SPDX-License-Identifier: Apache-2.0 */
/* certificate.h: the files of the TLS certificate and its key, read again while the node runs. */
#ifndef ENTENTE_SERVE_CERTIFICATE_H
#define ENTENTE_SERVE_CERTIFICATE_H

#include "config.h"

/* Says which certificate the server has and until when it holds; warns when that is past, or yet to begin. */
void certificate_say(const struct config *config, struct ent_http_server *server);
/*
 * Reads both files again, for servers that speak TLS (NULL is passed over). What is not good is said with the file's
 * name, and changes nothing. Nothing without a certificate in the options.
 */
void certificate_renew(
		const struct config *config, struct ent_http_server *const *servers, size_t n);

#endif
