/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer.c: a client that has to show which key it has. GnuTLS looks at the client's signature first and asks whether we
 * want its certificate then; but who is not admitted shall not have a signature looked at, which an RSA key of tens of
 * thousands of bits makes a matter of seconds. So the certificate is judged when the signature has come (before_proof),
 * and what was judged is taken once the signature is good (after_proof), which is called without a certificate, too.
 */
#include "internal.h"

#include <gnutls/x509.h>
#include <string.h>

enum {
	/* A certificate with its signature; GnuTLS would take 128 KiB. */
	HANDSHAKE_MAX = 16384,
	/* Of RSA, the work grows with the cube: who has a larger one shall not have our time for it. */
	KEY_BITS_MAX = 4096,
};

static bool read_key(gnutls_session_t session, uint8_t ret_key[ENT_HTTP_KEY_SIZE]) {
	unsigned n = 0, bits = 0;
	gnutls_x509_crt_t certificate;
	size_t size = ENT_HTTP_KEY_SIZE;
	const gnutls_datum_t *list = gnutls_certificate_type_get2(session, GNUTLS_CTYPE_PEERS) ==
					GNUTLS_CRT_X509
			? gnutls_certificate_get_peers(session, &n)
			: NULL;
	if (list == NULL || n == 0 || gnutls_x509_crt_init(&certificate) != GNUTLS_E_SUCCESS)
		return false;
	const bool fine = gnutls_x509_crt_import(certificate, &list[0], GNUTLS_X509_FMT_DER) ==
					GNUTLS_E_SUCCESS &&
			gnutls_x509_crt_get_pk_algorithm(certificate, &bits) >= 0 &&
			bits <= KEY_BITS_MAX &&
			gnutls_x509_crt_get_key_id(certificate, GNUTLS_KEYID_USE_SHA256, ret_key,
					&size) == GNUTLS_E_SUCCESS &&
			size == ENT_HTTP_KEY_SIZE;
	gnutls_x509_crt_deinit(certificate);
	return fine;
}

/* Counts it, and tells the client. */
static int refuse(gnutls_session_t session, gnutls_alert_description_t why) {
	struct connection *connection = gnutls_session_get_ptr(session);
	struct ent_http_server *server = connection->loop->server;
	atomic_fetch_add(&server->keys_refused, 1);
	client_refused(server->clients, connection->client, now_mono_us());
	/*
	 * The library would close without a word, and the other side could not tell this from a bad line. Nor could it
	 * if what it has sent meanwhile were answered with a reset.
	 */
	connection->lingers = true;
	(void)gnutls_alert_send(session, GNUTLS_AL_FATAL, why);
	return GNUTLS_E_CERTIFICATE_ERROR;
}

static int before_proof(gnutls_session_t session, unsigned type, unsigned when, unsigned incoming,
		const gnutls_datum_t *message) {
	struct connection *connection = gnutls_session_get_ptr(session);
	const struct ent_http_server *server = connection->loop->server;
	(void)type, (void)when, (void)message;
	/* Our own proof goes out under the same name. */
	if (incoming == 0)
		return 0;
	connection->key_judged = read_key(session, connection->key) &&
			server->admit(server->user, connection->key);
	return connection->key_judged ? 0 : refuse(session, GNUTLS_A_ACCESS_DENIED);
}

/* The new one stands at the front, the oldest of its key last. */
static void cut_oldest(struct connection *connection) {
	const unsigned most = connection->loop->server->limits.connections_per_key_max;
	struct connection *oldest = NULL;
	unsigned n = 0;
	for (struct connection *at = connection->loop->connections; at != NULL; at = at->next) {
		if (at == connection || !at->has_key || at->phase == PHASE_CUT ||
				memcmp(at->key, connection->key, sizeof at->key) != 0)
			continue;
		oldest = at;
		n++;
	}
	if (most > 0 && n >= most)
		connection_cut(oldest);
}

static int after_proof(gnutls_session_t session) {
	struct connection *connection = gnutls_session_get_ptr(session);
	if (!connection->key_judged)
		return refuse(session, GNUTLS_A_CERTIFICATE_REQUIRED);
	connection->has_key = true;
	cut_oldest(connection);
	atomic_fetch_add(&connection->loop->server->keys_admitted, 1);
	return 0;
}

void peer_ask(struct connection *connection, gnutls_session_t session) {
	/* Asked for and not required: without one after_proof is called, too, and can count it and say so. */
	gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUEST);
	gnutls_handshake_set_max_packet_length(session, HANDSHAKE_MAX);
	/* The library's own use of it is for keys that were agreed on before (PSK). */
	gnutls_session_set_ptr(session, connection);
	gnutls_handshake_set_hook_function(session, GNUTLS_HANDSHAKE_CERTIFICATE_VERIFY,
			GNUTLS_HOOK_POST, before_proof);
	gnutls_session_set_verify_function(session, after_proof);
}

void peer_ended(const struct connection *connection) {
	struct ent_http_server *server = connection->loop->server;
	if (!connection->key_judged || connection->has_key)
		return;
	/* Somebody has shown a key that may connect, and not that it is his. */
	atomic_fetch_add(&server->keys_refused, 1);
	client_refused(server->clients, connection->client, now_mono_us());
}

bool peer_may_ask(const struct connection *connection) {
	return connection->loop->server->admit == NULL || connection->has_key;
}

void peer_drop(struct loop *loop) {
	struct ent_http_server *server = loop->server;
	uint8_t drops[DROPS_MAX][ENT_HTTP_KEY_SIZE];
	if (atomic_load(&server->drops_n) == loop->drops_seen)
		return;
	(void)pthread_mutex_lock(&server->lock);
	const unsigned n = atomic_load(&server->drops_n) - loop->drops_seen;
	memcpy(drops, server->drops, sizeof drops);
	const unsigned first = loop->drops_seen;
	loop->drops_seen += n;
	(void)pthread_mutex_unlock(&server->lock);
	for (struct connection *at = loop->connections; at != NULL; at = at->next) {
		/* More than were kept: whoever it was, those who may will be back. */
		bool drop = n > DROPS_MAX;
		for (unsigned i = 0; i < n && !drop; i++)
			drop = memcmp(at->key, drops[(first + i) % DROPS_MAX], sizeof at->key) == 0;
		if (drop && at->has_key && at->phase != PHASE_CUT)
			connection_cut(at);
	}
}
