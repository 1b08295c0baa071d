/* SPDX-License-Identifier: Apache-2.0 */
/* internal.h: what the parts of a desk share. */
#ifndef ENTENTE_DESK_INTERNAL_H
#define ENTENTE_DESK_INTERNAL_H

#include "entente/desk.h"
#include "entente/json.h"

/* What the entries say of one party, or of ourselves. */
struct desk_trust {
	char id[ENT_PARTY_ID_SIZE], key[ENT_PARTY_KEY_SIZE];
	uint64_t card;
};

/* A plain value. */
struct desk_state {
	uint64_t size;
	int64_t time_utc_us;
	int64_t unknown_utc_us; /* of the last entry on an unknown id; 0: none */
	enum ent_class class;   /* once there is an operator */
	unsigned n;
	struct ent_desk_operator operators[ENT_DESK_OPERATORS_MAX];
	unsigned n_trusts;
	struct desk_trust trusts[ENT_DESK_TRUSTS_MAX]; /* ascending by id */
};

struct ent_desk {
	struct desk_state state;
	struct ent_json *json;           /* apply's */
	struct ent_desk_outcome written; /* likewise: the entry as decide writes it */
};

/* An entry, in and out; what its command points to is borrowed. */
struct desk_entry {
	uint64_t seq;
	int64_t time_utc_us;
	struct ent_desk_command command;
};

/* entry.c. Members that an act's entry has are there and of their form; E_MEMORY. */
ENT_MUST_USE ent_status desk_entry_write(
		const struct desk_entry *entry, struct ent_desk_outcome *outcome);
/* E_SYNTAX with the member, E_MEMORY. */
ENT_MUST_USE ent_status desk_entry_read(struct ent_json *json, const char *bytes, size_t size,
		struct desk_entry *ret_entry, struct ent_fault *reterr_fault);

/* state.c. NULL: there is none of that id. */
struct ent_desk_operator *desk_find(struct desk_state *state, const char *id);
bool desk_session_open(const struct ent_desk_session *session, int64_t now_utc_us);
/* The device's, or those of all others. */
struct ent_desk_tries *desk_tries(struct ent_desk_operator *who, const struct ent_hash *device);

/*
 * decide.c. May the command's entry stand here? Everything is asked of it but what is not in the entry: 'right', and
 * whether the password is still the one that was held to. BAD: a text of it.
 */
enum ent_desk_refusal desk_check(const struct desk_state *state,
		const struct ent_desk_command *command, int64_t time_utc_us);

/* trust.c */
bool desk_is_trust(enum ent_desk_order order);
/* What such an order is on is well formed. */
bool desk_trust_on_ok(enum ent_desk_order order, const char *on);
/* A key of a card, without operators: what one vouches for. */
bool desk_vouch_on_ok(const char *on);
/* May it stand here? SAME: the ledger says so already, or it is another kind of change; FULL. */
enum ent_desk_refusal desk_trust_check(
		const struct desk_state *state, enum ent_desk_order order, const char *on);
/* It may. */
void desk_trust_apply(struct desk_state *state, enum ent_desk_order order, const char *on);
/* Of a snapshot: well formed, ascending. */
bool desk_trusts_ok(const struct desk_state *state);

/* words.c */
extern const char *const desk_class_words[ENT_CLASS_COUNT];
extern const char *const desk_act_words[ENT_DESK_ACT_COUNT];
extern const char *const desk_why_words[ENT_DESK_WHY_COUNT];
extern const char *const desk_order_words[ENT_DESK_ORDER_COUNT];
bool desk_hash_ok(const char *hash);
bool desk_by_ok(const char *by);
/* Why nothing came of an order: it need not be words. */
bool desk_why_none_ok(const char *text, size_t length);

#endif
