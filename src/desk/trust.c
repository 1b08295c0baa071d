/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust.c: whom the party trusts, as the ledger says it.
 *
 *     ID/card:NUMBER/key:FINGERPRINT[/by:A+B]     what an order is on: the card, its key, and who vouched for that
 *     ID                                          of a party that is known no more
 *
 * There is one way to write each. Which order it is follows from what the ledger said before: a party that it did not know,
 * another card of the same key, another key. So an entry that says otherwise is refused, to a replay too.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* --- The text --- */

const char *ent_desk_trust_print(
		const struct ent_trust *trust, char ret_text[ENT_DESK_ON_MAX + 1]) {
	enum { SIZE = ENT_DESK_ON_MAX + 1 };
	int length = snprintf(ret_text, SIZE, "%s", trust->id);
	if (trust->card != 0)
		length += snprintf(ret_text + length, SIZE - (size_t)length,
				"/card:%" PRIu64 "/key:%s", trust->card, trust->key);
	if (trust->card != 0 && trust->operators[0][0] != '\0')
		length += snprintf(ret_text + length, SIZE - (size_t)length, "/by:%s+%s",
				trust->operators[0], trust->operators[1]);
	assert(length <= ENT_DESK_ON_MAX);
	return ret_text;
}

static bool is_hex(const char *text, size_t length) {
	return strlen(text) >= length && strspn(text, "0123456789abcdef") >= length;
}

/* What 'at' begins with, and moves behind it. */
static bool skip(const char **at, const char *word) {
	const size_t length = strlen(word);
	const bool there = strncmp(*at, word, length) == 0;
	*at += there ? length : 0;
	return there;
}

static bool take(const char **at, size_t length, char *ret_text) {
	memcpy(ret_text, *at, length);
	ret_text[length] = '\0';
	*at += length;
	return true;
}

static bool take_hex(const char **at, size_t length, char *ret_text) {
	return is_hex(*at, length) && take(at, length, ret_text);
}

static bool take_operator(const char **at, char ret_id[ENT_PARTY_VOUCHER_SIZE]) {
	const size_t length = strcspn(*at, "+");
	return ent_desk_id_ok(*at, length) && take(at, length, ret_id);
}

static bool take_number(const char **at, uint64_t *ret_number) {
	const size_t length = strspn(*at, "0123456789");
	if (length == 0 || length > 18 || **at == '0')
		return false;
	*ret_number = strtoull(*at, NULL, 10);
	*at += length;
	return true;
}

static bool parse(const char *text, struct ent_trust *ret_trust) {
	struct ent_trust trust = {.card = 0};
	if (!take_hex(&text, ENT_PARTY_ID_SIZE - 1, trust.id))
		return false;
	if (*text != '\0' &&
			!(skip(&text, "/card:") && take_number(&text, &trust.card) &&
					skip(&text, "/key:") &&
					take_hex(&text, ENT_PARTY_KEY_SIZE - 1, trust.key)))
		return false;
	if (*text != '\0' &&
			!(skip(&text, "/by:") && take_operator(&text, trust.operators[0]) &&
					skip(&text, "+") &&
					take_operator(&text, trust.operators[1]) && *text == '\0' &&
					strcmp(trust.operators[0], trust.operators[1]) != 0))
		return false;
	*ret_trust = trust;
	return true;
}

bool desk_is_trust(enum ent_desk_order order) {
	return order >= ENT_DESK_ORDER_PARTY_KNOWN && order <= ENT_DESK_ORDER_OWN_CARD;
}

bool desk_trust_on_ok(enum ent_desk_order order, const char *on) {
	struct ent_trust trust;
	return parse(on, &trust) && (order == ENT_DESK_ORDER_PARTY_REMOVED) == (trust.card == 0);
}

bool desk_vouch_on_ok(const char *on) {
	struct ent_trust trust;
	return parse(on, &trust) && trust.card != 0 && trust.operators[0][0] == '\0';
}

/* --- The state --- */

/* Where one of that id stands, or would. */
static unsigned place_of(const struct desk_state *state, const char *id) {
	unsigned low = 0, high = state->n_trusts;
	while (low < high) {
		const unsigned middle = (low + high) / 2;
		if (strcmp(state->trusts[middle].id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct desk_trust *find(const struct desk_state *state, const char *id) {
	const unsigned at = place_of(state, id);
	return at < state->n_trusts && strcmp(state->trusts[at].id, id) == 0 ? &state->trusts[at]
									     : NULL;
}

/* By which order the ledger comes to say this; COUNT: it says so already. */
static enum ent_desk_order order_of(const struct desk_state *state, const struct ent_trust *now) {
	const struct desk_trust *said = find(state, now->id);
	const bool same_key = said != NULL && strcmp(said->key, now->key) == 0;
	if (same_key && said->card == now->card)
		return ENT_DESK_ORDER_COUNT;
	if (now->own)
		return ENT_DESK_ORDER_OWN_CARD;
	if (said == NULL)
		return ENT_DESK_ORDER_PARTY_KNOWN;
	return same_key ? ENT_DESK_ORDER_PARTY_RENEWED : ENT_DESK_ORDER_PARTY_KEY_CHANGED;
}

enum ent_desk_refusal desk_trust_check(
		const struct desk_state *state, enum ent_desk_order order, const char *on) {
	struct ent_trust now = {.card = 0};
	if (!parse(on, &now))
		return ENT_DESK_REFUSAL_BAD;
	const bool known = find(state, now.id) != NULL;
	if (order == ENT_DESK_ORDER_PARTY_REMOVED)
		return known ? ENT_DESK_REFUSAL_NONE : ENT_DESK_REFUSAL_SAME;
	now.own = order == ENT_DESK_ORDER_OWN_CARD;
	if (order_of(state, &now) != order)
		return ENT_DESK_REFUSAL_SAME;
	return known || state->n_trusts < ENT_DESK_TRUSTS_MAX ? ENT_DESK_REFUSAL_NONE
							      : ENT_DESK_REFUSAL_FULL;
}

static void put(struct desk_state *state, const struct ent_trust *now) {
	const unsigned at = place_of(state, now->id);
	struct desk_trust *trust = &state->trusts[at];
	if (find(state, now->id) == NULL) {
		memmove(trust + 1, trust, (state->n_trusts - at) * sizeof *trust);
		state->n_trusts++;
	}
	*trust = (struct desk_trust){.card = now->card};
	memcpy(trust->id, now->id, sizeof trust->id);
	memcpy(trust->key, now->key, sizeof trust->key);
}

static void drop(struct desk_state *state, const char *id) {
	const unsigned at = place_of(state, id);
	struct desk_trust *trust = &state->trusts[at];
	state->n_trusts--;
	memmove(trust, trust + 1, (state->n_trusts - at) * sizeof *trust);
	state->trusts[state->n_trusts] = (struct desk_trust){.card = 0};
}

void desk_trust_apply(struct desk_state *state, enum ent_desk_order order, const char *on) {
	struct ent_trust now = {.card = 0};
	if (!parse(on, &now))
		return;
	if (order == ENT_DESK_ORDER_PARTY_REMOVED)
		drop(state, now.id);
	else
		put(state, &now);
}

bool desk_trusts_ok(const struct desk_state *state) {
	bool fine = true;
	for (unsigned i = 0; fine && i < state->n_trusts; i++) {
		const struct desk_trust *trust = &state->trusts[i];
		fine = strlen(trust->id) == ENT_PARTY_ID_SIZE - 1 &&
				is_hex(trust->id, ENT_PARTY_ID_SIZE - 1) &&
				strlen(trust->key) == ENT_PARTY_KEY_SIZE - 1 &&
				is_hex(trust->key, ENT_PARTY_KEY_SIZE - 1) && trust->card > 0 &&
				(i == 0 || strcmp(state->trusts[i - 1].id, trust->id) < 0);
	}
	return fine;
}

/* --- What is still to be said --- */

/* Who is gone comes first, so that there is room for who is new. */
static bool find_gone(const struct desk_state *state, const struct ent_trust *now, size_t n,
		struct ent_trust *ret_gone) {
	size_t at = 0;
	for (unsigned i = 0; i < state->n_trusts; i++) {
		const char *id = state->trusts[i].id;
		while (at < n && strcmp(now[at].id, id) < 0)
			at++;
		if (at < n && strcmp(now[at].id, id) == 0)
			continue;
		memcpy(ret_gone->id, id, sizeof ret_gone->id);
		return true;
	}
	return false;
}

/* Operators are named of a key that they vouched for: of another card of it they were not asked. */
static struct ent_trust said_of(const struct ent_trust *now, enum ent_desk_order order) {
	struct ent_trust said = *now;
	const bool asked = order == ENT_DESK_ORDER_PARTY_KNOWN ||
			order == ENT_DESK_ORDER_PARTY_KEY_CHANGED;
	if (!asked || !ent_desk_id_ok(said.operators[0], strlen(said.operators[0])) ||
			!ent_desk_id_ok(said.operators[1], strlen(said.operators[1])))
		memset(said.operators, 0, sizeof said.operators);
	return said;
}

bool ent_desk_trust_next(const struct ent_desk *desk, const struct ent_trust *now, size_t n,
		enum ent_desk_order *ret_order, char ret_on[ENT_DESK_ON_MAX + 1]) {
	struct ent_trust said = {.card = 0};
	enum ent_desk_order order = ENT_DESK_ORDER_COUNT;
	if (find_gone(&desk->state, now, n, &said))
		order = ENT_DESK_ORDER_PARTY_REMOVED;
	for (size_t i = 0; i < n && order == ENT_DESK_ORDER_COUNT; i++) {
		if (!now[i].damaged)
			order = order_of(&desk->state, &now[i]);
		if (order != ENT_DESK_ORDER_COUNT)
			said = said_of(&now[i], order);
	}
	if (order == ENT_DESK_ORDER_COUNT)
		return false;
	*ret_order = order;
	(void)ent_desk_trust_print(&said, ret_on);
	return true;
}
