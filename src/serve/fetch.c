/* SPDX-License-Identifier: Apache-2.0 */
/* fetch.c: see fetch.h. */
#include "fetch.h"

#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

struct body {
	char *text;
	size_t size;
};

ent_status fetch_start(void) {
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? ENT_OK : ENT_E_MEMORY;
}

static size_t take(char *bytes, size_t one, size_t n, void *user) {
	struct body *body = user;
	const size_t size = one * n;
	if (size > FETCH_SIZE_MAX - body->size)
		return 0;
	char *grown = realloc(body->text, body->size + size + 1);
	if (grown == NULL)
		return 0;
	body->text = grown;
	memcpy(body->text + body->size, bytes, size);
	body->size += size;
	body->text[body->size] = '\0';
	return size;
}

static CURLcode perform(CURL *curl, const char *url, bool http_too, struct body *body, char *why) {
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
	(void)curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 3L);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)FETCH_SECONDS_MAX);
	(void)curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_USERAGENT, "entente");
	return curl_easy_perform(curl);
}

ent_status fetch(const char *url, bool http_too, char **ret_text, size_t *ret_size,
		struct ent_fault *reterr_fault) {
	struct body body = {0};
	char why[CURL_ERROR_SIZE] = "";
	CURL *curl = curl_easy_init();
	if (curl == NULL)
		return ENT_E_MEMORY;
	const CURLcode code = perform(curl, url, http_too, &body, why);
	curl_easy_cleanup(curl);
	if (code == CURLE_OK && body.text != NULL) {
		*ret_text = body.text;
		*ret_size = body.size;
		return ENT_OK;
	}
	free(body.text);
	if (code == CURLE_OK)
		ent_fault_set(reterr_fault, url, "it is empty");
	else if (code == CURLE_WRITE_ERROR)
		ent_fault_set(reterr_fault, url, "larger than %d bytes", FETCH_SIZE_MAX);
	else
		ent_fault_set(reterr_fault, url, "%s",
				why[0] != '\0' ? why : curl_easy_strerror(code));
	return code == CURLE_WRITE_ERROR ? ENT_E_LIMIT : ENT_E_IO;
}
