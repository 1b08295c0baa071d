/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tokens.c: which token is whose. A token is of a session as long as that is open in the desk: what ends a session ends
 * its token, without a word to this table. After a restart it is empty. A session whose token could not be kept, or sent, is
 * ended as an idle one is.
 */
#include <stdlib.h>
#include <string.h>

#include "entente/base64.h"
#include "internal.h"

enum { TOKEN_BYTES = 32, TOKENS_MAX = ENT_DESK_OPERATORS_MAX * ENT_DESK_SESSIONS_MAX };

/* From a session's entry to its token it is milliseconds. */
#define LOST_AFTER_US INT64_C(60000000)

_Static_assert(ENT_DESK_TOKEN_SIZE >= 44, "base64url of 32 bytes is 43 characters");

struct ent_desk_tokens {
	unsigned n;
	struct {
		struct ent_hash hash;
		uint64_t session;
		int64_t used_utc_us;
	} token[TOKENS_MAX];
};

void ent_desk_token(char ret_text[ENT_DESK_TOKEN_SIZE], struct ent_hash *ret_hash) {
	uint8_t chance[TOKEN_BYTES];
	char text[ENT_BASE64_SIZE(TOKEN_BYTES)];
	ent_seal_random(chance, sizeof chance);
	const size_t length = ent_base64_print(ENT_BASE64_URL, chance, sizeof chance, text);
	memcpy(ret_text, text, length + 1);
	ent_seal_sha256(ret_text, length, ret_hash);
	ent_seal_wipe(chance, sizeof chance);
	ent_seal_wipe(text, sizeof text);
}

ent_status ent_desk_token_hash(const char *text, size_t length, struct ent_hash *ret_hash) {
	uint8_t bytes[TOKEN_BYTES];
	size_t size = 0;
	if (length != ENT_DESK_TOKEN_SIZE - 1 ||
			ent_base64_parse(ENT_BASE64_URL, text, length, bytes, sizeof bytes,
					&size) != ENT_OK ||
			size != sizeof bytes)
		return ENT_E_SYNTAX;
	ent_seal_wipe(bytes, sizeof bytes);
	ent_seal_sha256(text, length, ret_hash);
	return ENT_OK;
}

ent_status ent_desk_tokens_create(struct ent_desk_tokens **ret_tokens) {
	struct ent_desk_tokens *tokens = calloc(1, sizeof *tokens);
	if (tokens == NULL)
		return ENT_E_MEMORY;
	*ret_tokens = tokens;
	return ENT_OK;
}

void ent_desk_tokens_destroy(struct ent_desk_tokens *tokens) {
	if (tokens != NULL)
		ent_seal_wipe(tokens, sizeof *tokens);
	free(tokens);
}

static void make_room(
		struct ent_desk_tokens *tokens, const struct ent_desk *desk, int64_t now_utc_us) {
	unsigned kept = 0;
	for (unsigned i = 0; i < tokens->n; i++)
		if (ent_desk_session_of(desk, tokens->token[i].session, now_utc_us) != NULL)
			tokens->token[kept++] = tokens->token[i];
	memset(&tokens->token[kept], 0, (tokens->n - kept) * sizeof tokens->token[0]);
	tokens->n = kept;
}

ent_status ent_desk_tokens_add(struct ent_desk_tokens *tokens, const struct ent_desk *desk,
		uint64_t session, const struct ent_hash *token, int64_t now_utc_us) {
	make_room(tokens, desk, now_utc_us);
	/* There are no more open sessions than that, each with one token. */
	if (tokens->n == TOKENS_MAX)
		return ENT_E_LIMIT;
	tokens->token[tokens->n].hash = *token;
	tokens->token[tokens->n].session = session;
	tokens->token[tokens->n++].used_utc_us = now_utc_us;
	return ENT_OK;
}

static bool is_idle(const struct ent_desk_tokens *tokens, unsigned i, int64_t now_utc_us) {
	return now_utc_us - tokens->token[i].used_utc_us >= ENT_DESK_IDLE_US;
}

/* NULL: it is nobody's. */
static const struct ent_desk_operator *whose(const struct ent_desk_tokens *tokens,
		const struct ent_desk *desk, const struct ent_hash *token, int64_t now_utc_us,
		unsigned *ret_at) {
	unsigned at = tokens->n;
	for (unsigned i = 0; i < tokens->n; i++)
		if (ent_seal_equal(&tokens->token[i].hash, token, sizeof *token))
			at = i;
	if (at == tokens->n || is_idle(tokens, at, now_utc_us))
		return NULL;
	*ret_at = at;
	return ent_desk_session_of(desk, tokens->token[at].session, now_utc_us);
}

const struct ent_desk_operator *ent_desk_tokens_find(struct ent_desk_tokens *tokens,
		const struct ent_desk *desk, const struct ent_hash *token, int64_t now_utc_us,
		uint64_t *ret_session) {
	unsigned at = 0;
	const struct ent_desk_operator *who = whose(tokens, desk, token, now_utc_us, &at);
	if (who == NULL)
		return NULL;
	tokens->token[at].used_utc_us = now_utc_us;
	*ret_session = tokens->token[at].session;
	return who;
}

const struct ent_desk_operator *ent_desk_tokens_look(const struct ent_desk_tokens *tokens,
		const struct ent_desk *desk, const struct ent_hash *token, int64_t now_utc_us,
		uint64_t *ret_session) {
	unsigned at = 0;
	const struct ent_desk_operator *who = whose(tokens, desk, token, now_utc_us, &at);
	if (who != NULL)
		*ret_session = tokens->token[at].session;
	return who;
}

static struct ent_desk_command end_of(const struct ent_desk *desk,
		const struct ent_desk_operator *who, uint64_t session) {
	return (struct ent_desk_command){.act = ENT_DESK_ACT_END,
			.class = desk->state.class,
			.by = ENT_DESK_BY_NODE,
			.id = who->id,
			.session = session,
			.why = ENT_DESK_WHY_IDLE};
}

static bool has_token(const struct ent_desk_tokens *tokens, uint64_t session) {
	for (unsigned i = 0; i < tokens->n; i++)
		if (tokens->token[i].session == session)
			return true;
	return false;
}

/* Its token is given out right after its entry; one without is open to nobody, and shown as open for half a day. */
static bool find_lost(const struct ent_desk_tokens *tokens, const struct ent_desk *desk,
		int64_t now_utc_us, struct ent_desk_command *ret_command) {
	for (unsigned i = 0; i < ent_desk_operators(desk); i++) {
		const struct ent_desk_operator *who = ent_desk_operator_at(desk, i);
		for (unsigned j = 0; j < who->n_sessions; j++) {
			const struct ent_desk_session *session = &who->sessions[j];
			if (!desk_session_open(session, now_utc_us) ||
					now_utc_us - session->begun_utc_us < LOST_AFTER_US ||
					has_token(tokens, session->number))
				continue;
			*ret_command = end_of(desk, who, session->number);
			return true;
		}
	}
	return false;
}

bool ent_desk_tokens_idle(struct ent_desk_tokens *tokens, const struct ent_desk *desk,
		int64_t now_utc_us, struct ent_desk_command *ret_command) {
	make_room(tokens, desk, now_utc_us);
	for (unsigned i = 0; i < tokens->n; i++) {
		if (!is_idle(tokens, i, now_utc_us))
			continue;
		const uint64_t session = tokens->token[i].session;
		*ret_command = end_of(
				desk, ent_desk_session_of(desk, session, now_utc_us), session);
		return true;
	}
	return find_lost(tokens, desk, now_utc_us, ret_command);
}
