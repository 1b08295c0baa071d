/* SPDX-License-Identifier: Apache-2.0 */
/* document.c: one document, waited for. */
#include "entente/fetch.h"

#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

struct body {
	char *text;
	size_t size;
	bool too_large;
	const atomic_bool *stop;
};

ent_status ent_fetch_start(void) {
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? ENT_OK : ENT_E_MEMORY;
}

static size_t take(char *bytes, size_t one, size_t n, void *user) {
	struct body *body = user;
	const size_t size = one * n;
	body->too_large = size > ENT_FETCH_DOCUMENT_MAX - body->size;
	char *grown = body->too_large ? NULL : realloc(body->text, body->size + size + 1);
	if (grown == NULL)
		return 0;
	body->text = grown;
	memcpy(body->text + body->size, bytes, size);
	body->size += size;
	body->text[body->size] = '\0';
	return size;
}

static int look_whether_to_stop(
		void *user, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
	const struct body *body = user;
	(void)a, (void)b, (void)c, (void)d;
	return body->stop != NULL && atomic_load(body->stop) ? 1 : 0;
}

static CURLcode perform(CURL *curl, const char *url, bool http_too, unsigned seconds_max,
		struct body *body, char *why) {
	const char *schemes = http_too ? "https,http" : "https";
	CURLcode code = curl_easy_setopt(curl, CURLOPT_URL, url);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, schemes);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, schemes);
	if (code != CURLE_OK)
		return code;
	(void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
	(void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	(void)curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_whether_to_stop);
	(void)curl_easy_setopt(curl, CURLOPT_XFERINFODATA, body);
	(void)curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 3L);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)seconds_max);
	(void)curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_USERAGENT, "entente");
	return curl_easy_perform(curl);
}

static ent_status fail(const char *url, CURLcode code, const struct body *body, const char *why,
		struct ent_fault *fault) {
	if (body->too_large) {
		ent_fault_set(fault, url, "larger than %d KiB", ENT_FETCH_DOCUMENT_MAX / 1024);
		return ENT_E_LIMIT;
	}
	if (code == CURLE_WRITE_ERROR || code == CURLE_OUT_OF_MEMORY) {
		ent_fault_set(fault, url, "out of memory");
		return ENT_E_MEMORY;
	}
	ent_fault_set(fault, url, "%s%s",
			"cannot be fetched: ", why[0] != '\0' ? why : curl_easy_strerror(code));
	return ENT_E_IO;
}

ent_status ent_fetch_check(const char *url, bool http_too, struct ent_fault *reterr_fault) {
	if (strncmp(url, "https://", 8) != 0 && !(http_too && strncmp(url, "http://", 7) == 0)) {
		ent_fault_set(reterr_fault, url, "it must be https%s",
				http_too ? " or http" : "; only --dev takes http");
		return ENT_E_REFUSED;
	}
	CURLU *parts = curl_url();
	const CURLUcode code = parts == NULL ? CURLUE_OUT_OF_MEMORY
					     : curl_url_set(parts, CURLUPART_URL, url, 0);
	curl_url_cleanup(parts);
	if (code == CURLUE_OK)
		return ENT_OK;
	ent_fault_set(reterr_fault, url, "%s", curl_url_strerror(code));
	return code == CURLUE_OUT_OF_MEMORY ? ENT_E_MEMORY : ENT_E_SYNTAX;
}

ent_status ent_fetch_document(const char *url, bool http_too, unsigned seconds_max,
		const atomic_bool *stop, char **ret_text, size_t *ret_size,
		struct ent_fault *reterr_fault) {
	struct body body = {.stop = stop};
	char why[CURL_ERROR_SIZE] = "";
	const ent_status status = ent_fetch_check(url, http_too, reterr_fault);
	if (status != ENT_OK)
		return status;
	CURL *curl = curl_easy_init();
	if (curl == NULL) {
		ent_fault_set(reterr_fault, url, "out of memory");
		return ENT_E_MEMORY;
	}
	const CURLcode code = perform(curl, url, http_too, seconds_max, &body, why);
	curl_easy_cleanup(curl);
	if (code == CURLE_OK && body.text != NULL) {
		*ret_text = body.text;
		*ret_size = body.size;
		return ENT_OK;
	}
	free(body.text);
	if (code != CURLE_OK)
		return fail(url, code, &body, why, reterr_fault);
	ent_fault_set(reterr_fault, url, "it is empty");
	return ENT_E_IO;
}
