/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tls.c: the certificate that connections are shown, and another one in its place: with peer.c the only door to GnuTLS.
 *
 * The library asks a daemon for its certificate once, at its start. So a daemon of ours has none, and each connection is
 * given the one in force when it is accepted. A connection holds it to its end; the last that does frees it.
 */
#include "internal.h"

#include <assert.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>

struct tls {
	atomic_uint holders;
	gnutls_certificate_credentials_t credentials;
	struct ent_http_certificate about;
};

static gnutls_datum_t datum(const char *text) {
	return (gnutls_datum_t){(unsigned char *)text, (unsigned)strlen(text)};
}

static int check_key(const gnutls_datum_t *pem) {
	gnutls_x509_privkey_t key;
	int error = gnutls_x509_privkey_init(&key);
	if (error != GNUTLS_E_SUCCESS)
		return error;
	error = gnutls_x509_privkey_import2(key, pem, GNUTLS_X509_FMT_PEM, NULL, 0);
	gnutls_x509_privkey_deinit(key);
	return error;
}

/*
 * By itself, so that one knows which of the two is bad; and GnuTLS 3.7.9 loses memory when it finds a bad certificate
 * on its way to credentials.
 */
static int check_certificate(const gnutls_datum_t *pem) {
	gnutls_x509_crt_t *list;
	unsigned n;
	const int error = gnutls_x509_crt_list_import2(&list, &n, pem, GNUTLS_X509_FMT_PEM, 0);
	if (error < 0)
		return error;
	for (unsigned i = 0; i < n; i++)
		gnutls_x509_crt_deinit(list[i]);
	gnutls_free(list);
	return GNUTLS_E_SUCCESS;
}

static ent_status fail(int error, const char *where, const char *what, struct ent_fault *fault) {
	if (error == GNUTLS_E_MEMORY_ERROR) {
		ent_fault_set(fault, "", "out of memory");
		return ENT_E_MEMORY;
	}
	ent_fault_set(fault, where, "%s: %s", what, gnutls_strerror(error));
	return ENT_E_SYNTAX;
}

/* Of the first, which is the server's own. */
static int read_about(gnutls_certificate_credentials_t credentials,
		struct ent_http_certificate *ret_about) {
	gnutls_datum_t der;
	gnutls_x509_crt_t certificate;
	size_t size = sizeof ret_about->subject;
	int error = gnutls_certificate_get_crt_raw(credentials, 0, 0, &der);
	if (error == GNUTLS_E_SUCCESS)
		error = gnutls_x509_crt_init(&certificate);
	if (error != GNUTLS_E_SUCCESS)
		return error;
	error = gnutls_x509_crt_import(certificate, &der, GNUTLS_X509_FMT_DER);
	if (error == GNUTLS_E_SUCCESS) {
		/* Without one, or with one that is too long, it has no name. */
		if (gnutls_x509_crt_get_dn(certificate, ret_about->subject, &size) !=
				GNUTLS_E_SUCCESS)
			ret_about->subject[0] = '\0';
		ret_about->start_utc_us = gnutls_x509_crt_get_activation_time(certificate) *
				INT64_C(1000000);
		ret_about->end_utc_us = gnutls_x509_crt_get_expiration_time(certificate) *
				INT64_C(1000000);
	}
	gnutls_x509_crt_deinit(certificate);
	return error;
}

static int make(const gnutls_datum_t *certificate, const gnutls_datum_t *key, struct tls *tls) {
	int error = gnutls_certificate_allocate_credentials(&tls->credentials);
	if (error != GNUTLS_E_SUCCESS)
		return error;
	error = gnutls_certificate_set_x509_key_mem(
			tls->credentials, certificate, key, GNUTLS_X509_FMT_PEM);
	if (error >= 0)
		error = read_about(tls->credentials, &tls->about);
	if (error < 0)
		gnutls_certificate_free_credentials(tls->credentials);
	return error;
}

ent_status tls_create(const char *certificate_pem, const char *key_pem, struct tls **ret_tls,
		struct ent_fault *reterr_fault) {
	const gnutls_datum_t certificate = datum(certificate_pem), key = datum(key_pem);
	int error = check_certificate(&certificate);
	if (error < 0)
		return fail(error, "tls-certificate", "it is no certificate", reterr_fault);
	error = check_key(&key);
	if (error < 0)
		return fail(error, "tls-key", "it is no private key", reterr_fault);
	struct tls *tls = calloc(1, sizeof *tls);
	error = tls == NULL ? GNUTLS_E_MEMORY_ERROR : make(&certificate, &key, tls);
	if (error < 0) {
		free(tls);
		return fail(error, "tls-key", "it is not the key of the certificate", reterr_fault);
	}
	atomic_init(&tls->holders, 1);
	*ret_tls = tls;
	return ENT_OK;
}

void tls_release(struct tls *tls) {
	if (tls == NULL || atomic_fetch_sub(&tls->holders, 1) != 1)
		return;
	gnutls_certificate_free_credentials(tls->credentials);
	free(tls);
}

static struct tls *hold(struct ent_http_server *server) {
	(void)pthread_mutex_lock(&server->lock);
	struct tls *tls = server->tls;
	if (tls != NULL)
		(void)atomic_fetch_add(&tls->holders, 1);
	(void)pthread_mutex_unlock(&server->lock);
	return tls;
}

bool tls_show(struct connection *connection, struct MHD_Connection *mhd) {
	connection->tls = hold(connection->loop->server);
	if (connection->tls == NULL)
		return true;
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
			mhd, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	if (info == NULL ||
			gnutls_credentials_set(info->tls_session, GNUTLS_CRD_CERTIFICATE,
					connection->tls->credentials) != GNUTLS_E_SUCCESS)
		return false;
	if (connection->loop->server->admit != NULL)
		peer_ask(connection, info->tls_session);
	return true;
}

int tls_none(gnutls_session_t session, const gnutls_datum_t *authorities, int authorities_n,
		const gnutls_pk_algorithm_t *algorithms, int algorithms_n,
		gnutls_pcert_st **ret_certificates, unsigned *ret_certificates_n,
		gnutls_privkey_t *ret_key) {
	(void)session, (void)authorities, (void)authorities_n, (void)algorithms, (void)algorithms_n;
	(void)ret_certificates, (void)ret_certificates_n, (void)ret_key;
	return -1;
}

ent_status ent_http_server_set_tls(struct ent_http_server *server, const char *certificate_pem,
		const char *key_pem, struct ent_fault *reterr_fault) {
	struct tls *tls;
	assert(server->tls != NULL);
	const ent_status status = tls_create(certificate_pem, key_pem, &tls, reterr_fault);
	if (status != ENT_OK)
		return status;
	(void)pthread_mutex_lock(&server->lock);
	struct tls *before = server->tls;
	server->tls = tls;
	(void)pthread_mutex_unlock(&server->lock);
	tls_release(before);
	return ENT_OK;
}

bool ent_http_server_certificate(
		struct ent_http_server *server, struct ent_http_certificate *ret_about) {
	struct tls *tls = hold(server);
	if (tls == NULL)
		return false;
	*ret_about = tls->about;
	tls_release(tls);
	return true;
}
