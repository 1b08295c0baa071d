/* SPDX-License-Identifier: Apache-2.0 */
/*
 * desk.h: who may do what at a party's desk: operators, their roles and sessions, as the state that the entries of the
 * ledger `desk` come to. Depends on: base, seal, wire.
 *
 * What an entry is: docs/formats.md. Why lock-out is as it is: docs/decisions/0017.
 *
 *     decide(state, command, time) -> entry | refusal [| both: a wrong password]      apply(state, entry)
 *
 * 1. Who acts ("by") is an operator who is not disabled and has an open session, or the command line on the data directory
 *    (of a node that has stopped, or that lets it in: docs/decisions/0020), or the node itself; only the command line makes the first operator, an administrator.
 * 2. There is always an administrator who is not disabled. Operators are never removed: entries speak of them.
 * 3. A session ends: by its operator, by an administrator, idle, ENT_DESK_SESSION_US after it began, with a fifth one of its
 *    operator, when the operator is disabled or his roles or password change, and when the node stops.
 * 4. apply takes the bytes that decide would have written in that state, and no others: each rule holds of a replay, too.
 * 5. Of wrong tries to sign in, however many, at most 10 at once and then 4 an hour leave an entry for each operator and
 *    each of his devices, and 4 an hour for all ids that there are not.
 * 6. What is done in the party's name is an entry before it is done: by whom, what, on which memorandum, peer or alarm, and of an
 *    alarm that is closed why. It changes nothing of the state; an operator needs a role for it. What came of an act under a
 *    memorandum, or why nothing did, is another entry, of a higher number than the order's that it names, and changes nothing either.
 * 7. Whom the party trusts is in the ledger, too: which card of each party and of ourselves, by whose word it has another key. The folder
 *    changes first, by a command alone; what the ledger does not say of it then is entered (ent_desk_trust_next), at once or at the
 *    node's next start.
 * 8. Who vouches for a party's key gives his own password, which is a try like one to sign in, and begins no session.
 *
 * Times are microseconds since 1970 UTC. Texts are UTF-8, terminated. Nothing here allocates but create, copy, decide, apply
 * and the snapshot's reading. A desk belongs to one thread; what only looks may be shared by threads that only look.
 */
#ifndef ENTENTE_DESK_H
#define ENTENTE_DESK_H

#include "entente/base.h"
#include "entente/entry.h"
#include "entente/jsonout.h"
#include "entente/seal.h"
#include "entente/stream.h"

#define ENT_DESK_LEDGER "desk"

enum {
	ENT_DESK_OPERATORS_MAX = 256, /* that were ever made */
	ENT_DESK_ID_MAX = 32,
	ENT_DESK_NAME_MAX = 120,     /* bytes */
	ENT_DESK_LANGUAGES_MAX = 8,  /* of an operator */
	ENT_DESK_LANGUAGE_MAX = 15,  /* bytes of a tag */
	ENT_DESK_SESSIONS_MAX = 4,   /* of an operator; one more ends the oldest */
	ENT_DESK_DEVICES_MAX = 4,    /* of an operator, that he signed in from; likewise */
	ENT_DESK_ENTRY_MAX = 4096,   /* bytes */
	ENT_DESK_PASSWORD_MIN = 12,  /* characters of a new password */
	ENT_DESK_FREE_TRIES = 5,     /* wrong ones before the first lock */
	ENT_DESK_PASSWORD_KINDS = 5, /* different bytes of a new password, at least */
	ENT_DESK_ON_MAX = 200,       /* bytes that name what an order is on */
	ENT_DESK_REASON_MAX = 500,   /* bytes of why, of an order or of what came of it */
	ENT_DESK_TRUSTS_MAX = 1001,  /* parties that are known at once, and ourselves */
};

/* NIST SP 800-63B, 4.2.3 (AAL2): again after 12 hours, and after 30 minutes in which nothing was done. */
#define ENT_DESK_SESSION_US (INT64_C(12) * 3600 * 1000000)
#define ENT_DESK_IDLE_US (INT64_C(30) * 60 * 1000000)
/* docs/decisions/0017. The first lock; each further one is twice as long, up to the last. */
#define ENT_DESK_LOCK_FIRST_US (INT64_C(30) * 1000000)
#define ENT_DESK_LOCK_LAST_US (INT64_C(15) * 60 * 1000000)
/* Wrong tries are forgotten when there was none for so long. */
#define ENT_DESK_FORGET_US (INT64_C(24) * 3600 * 1000000)
/* From one beginning of a session of an operator to the next. */
#define ENT_DESK_AGAIN_US (INT64_C(5) * 1000000)
/* Tries with ids that there are not leave an entry this often at most. */
#define ENT_DESK_UNKNOWN_US (INT64_C(15) * 60 * 1000000)

/* The closed set of roles: name in code, as written in entries and on the command line, for people. */
#define ENT_DESK_ROLE_MAP(X)                                     \
	X(WATCH, "watch-officer", "watch officer")               \
	X(DUTY, "duty-officer", "duty officer")                  \
	X(LINGUIST, "linguist", "linguist")                      \
	X(RELEASE, "releasing-authority", "releasing authority") \
	X(ADMINISTRATOR, "administrator", "administrator")
#define ENT_DESK_ROLE_ENUM_(name, word, text) ENT_DESK_ROLE_##name,
enum ent_desk_role { ENT_DESK_ROLE_MAP(ENT_DESK_ROLE_ENUM_) ENT_DESK_ROLE_COUNT };
#undef ENT_DESK_ROLE_ENUM_
/* Sets of roles have the bit of each. */
#define ENT_DESK_BIT(role) (1u << (role))
const char *ent_desk_role_word(enum ent_desk_role role);
const char *ent_desk_role_text(enum ent_desk_role role);
/* E_SYNTAX: there is no such role. */
ENT_MUST_USE ent_status ent_desk_role_parse(
		const char *text, size_t length, enum ent_desk_role *ret_role);
/*
 * Roles with commas between, as words or as people write them ("duty-officer, watch officer"). E_SYNTAX: one of them is none, which is
 * the fault's place.
 */
ENT_MUST_USE ent_status ent_desk_roles_parse(
		const char *text, unsigned *ret_roles, struct ent_fault *reterr_fault);
/* Are there several roles in one hand? It is allowed, and shown. */
bool ent_desk_roles_several(unsigned roles);

/* --- Texts from outside --- */

/* a-z and 0-9 first, then also . _ - : it can be typed on any keyboard, by who has no Latin letters as a number. */
bool ent_desk_id_ok(const char *id, size_t length);
/* In any script; not empty, nothing that steers (ent_text_steers), no blanks at its ends. */
bool ent_desk_name_ok(const char *name, size_t length);
/*
 * Such a name with a letter or digit in it, of any script: of marks, blanks and signs alone nobody can say whose it is. For who takes a
 * new one; entries of before may have what is ok.
 */
bool ent_desk_name_names(const char *name, size_t length);
#define ENT_DESK_NAME_RULE                                                                   \
	"a name has 1 to 120 bytes of UTF-8, no blanks at its ends, nothing that cannot be " \
	"seen, and at least one letter or digit"
/* BCP 47: "ru", "sr-Latn". */
bool ent_desk_language_ok(const char *tag, size_t length);
/* E_REFUSED, with the reason: too short, too long, too plain, or the id or name itself. */
ENT_MUST_USE ent_status ent_desk_password_ok(const char *password, size_t length, const char *id,
		const char *name, struct ent_fault *reterr_fault);

/* --- State --- */

struct ent_desk;

/* E_MEMORY. Nobody, no entries. */
ENT_MUST_USE ent_status ent_desk_create(struct ent_desk **ret_desk);
/* E_MEMORY. */
ENT_MUST_USE ent_status ent_desk_copy(const struct ent_desk *desk, struct ent_desk **ret_copy);
/* The one becomes as the other is, or as it was made (NULL), without memory and so without failing. */
void ent_desk_set(struct ent_desk *desk, const struct ent_desk *as);
/* NULL is fine. Hashes of passwords are wiped. */
void ent_desk_destroy(struct ent_desk *desk);

uint64_t ent_desk_size(const struct ent_desk *desk); /* entries applied */
int64_t ent_desk_time(const struct ent_desk *desk);  /* of the last one; 0: none */
/* The class that its entries have; of a desk without operators the one that is given. */
enum ent_class ent_desk_class(const struct ent_desk *desk, enum ent_class else_class);

struct ent_desk_session {
	uint64_t number; /* of the entry with which it began */
	int64_t begun_utc_us;
};
/* Wrong tries from one of an operator's devices, or from all others. */
struct ent_desk_tries {
	uint64_t failures;
	int64_t failed_utc_us, locked_until_utc_us;
};
struct ent_desk_device {
	struct ent_hash hash; /* of its token */
	int64_t used_utc_us;
	struct ent_desk_tries tries;
};
struct ent_desk_operator {
	char id[ENT_DESK_ID_MAX + 1], name[ENT_DESK_NAME_MAX + 1];
	char password[ENT_PASSWORD_HASH_SIZE];
	unsigned n_languages, roles;
	char languages[ENT_DESK_LANGUAGES_MAX][ENT_DESK_LANGUAGE_MAX + 1];
	bool disabled;
	int64_t added_utc_us, password_utc_us, signed_in_utc_us; /* the last time; 0: never */
	unsigned n_sessions, n_devices;
	struct ent_desk_session sessions[ENT_DESK_SESSIONS_MAX]; /* the oldest first */
	struct ent_desk_device devices[ENT_DESK_DEVICES_MAX];
	struct ent_desk_tries elsewhere;
};
unsigned ent_desk_operators(const struct ent_desk *desk);
/* In the order in which they were made; 'i' below the number. Borrowed until the next entry is applied. */
const struct ent_desk_operator *ent_desk_operator_at(const struct ent_desk *desk, unsigned i);
/* NULL: there is none of that id. */
const struct ent_desk_operator *ent_desk_operator(const struct ent_desk *desk, const char *id);
/*
 * The hash to hold a password to, whoever it is: of an id that there is not, that of a password that nobody knows, so that
 * it takes as long. Which tries are refused unheard is decide's to say, afterwards.
 */
const char *ent_desk_password_of(const struct ent_desk *desk, const char *id);
/* How many administrators are not disabled? */
unsigned ent_desk_administrators(const struct ent_desk *desk);
/* Whose session is this, and is it open at that time? NULL: nobody's. */
const struct ent_desk_operator *ent_desk_session_of(
		const struct ent_desk *desk, uint64_t session, int64_t now_utc_us);
unsigned ent_desk_open_sessions(const struct ent_desk_operator *who, int64_t now_utc_us);
/* On devices that he did not sign in from before. */
bool ent_desk_locked(const struct ent_desk_operator *who, int64_t now_utc_us);
/* All that may be shown, as members of an object that the caller begins and ends: no hashes. */
void ent_desk_operator_write(
		const struct ent_desk_operator *who, int64_t now_utc_us, struct ent_jsonout *out);
bool ent_desk_device_known(const struct ent_desk_operator *who, const struct ent_hash *device);

/* --- Commands --- */

/* Acts: name in code, kind of entry. */
#define ENT_DESK_ACT_MAP(X)              \
	X(ADD, "operator-added")         \
	X(CHANGE, "operator-changed")    \
	X(PASSWORD, "operator-password") \
	X(ROLES, "operator-roles")       \
	X(DISABLE, "operator-disabled")  \
	X(ENABLE, "operator-enabled")    \
	X(UNLOCK, "operator-unlocked")   \
	X(SIGN_IN, "session-begun")      \
	X(FAIL, "sign-in-failed")        \
	X(UNKNOWN, "sign-in-unknown")    \
	X(END, "session-ended")          \
	X(END_ALL, "sessions-ended")     \
	X(ORDER, "act-ordered")          \
	X(DONE, "act-done")              \
	X(UNDONE, "act-failed")          \
	X(VOUCH, "key-vouched")
#define ENT_DESK_ACT_ENUM_(name, kind) ENT_DESK_ACT_##name,
enum ent_desk_act { ENT_DESK_ACT_MAP(ENT_DESK_ACT_ENUM_) ENT_DESK_ACT_COUNT };
#undef ENT_DESK_ACT_ENUM_

/* How a session ended when no other entry says it. */
#define ENT_DESK_WHY_MAP(X)         \
	X(SIGNED_OUT, "signed-out") \
	X(ENDED, "ended")           \
	X(IDLE, "idle")             \
	X(STOPPED, "node-stopped")
#define ENT_DESK_WHY_ENUM_(name, text) ENT_DESK_WHY_##name,
enum ent_desk_why { ENT_DESK_WHY_MAP(ENT_DESK_WHY_ENUM_) ENT_DESK_WHY_COUNT };
#undef ENT_DESK_WHY_ENUM_

/* What is done in the party's name: name in code, word in entries, roles of which an operator has one. */
#define ENT_DESK_ORDER_MAP(X)                                                                   \
	X(MEMO_DRAFT, "memo-draft", ENT_DESK_SIGNS_)                                            \
	X(MEMO_OFFER, "memo-offer", ENT_DESK_SIGNS_)                                            \
	X(MEMO_ACCEPT, "memo-accept", ENT_DESK_SIGNS_)                                          \
	X(MEMO_DECLINE, "memo-decline", ENT_DESK_SIGNS_)                                        \
	X(MEMO_SIGN, "memo-sign", ENT_DESK_SIGNS_)                                              \
	X(MEMO_PAPER, "memo-paper", ENT_DESK_SIGNS_)                                            \
	X(MEMO_SUSPEND, "memo-suspend", ENT_DESK_SIGNS_)                                        \
	X(MEMO_RESUME, "memo-resume", ENT_DESK_SIGNS_)                                          \
	X(MEMO_WITHDRAW, "memo-withdraw", ENT_DESK_SIGNS_)                                      \
	X(MEMO_LEVEL, "memo-level", ENT_DESK_SIGNS_)                                            \
	X(MEMO_DECLARE, "memo-declare", ENT_DESK_SIGNS_)                                        \
	X(MEMO_OBLIGATION, "memo-obligation", ENT_DESK_SIGNS_)                                  \
	X(KEY_UNLOCKED, "key-unlocked", ENT_DESK_LEADS_)                                        \
	X(KEY_REFUSED, "key-refused", ENT_DESK_LEADS_) /* a wrong passphrase */                 \
	X(KEY_LOCKED, "key-locked", ENT_DESK_LEADS_)                                            \
	X(PARCEL_TAKEN, "parcel-taken", ENT_DESK_LEADS_)                                        \
	X(PARTIES_READ, "parties-read", ENT_DESK_LEADS_)                                        \
	X(ALARM_CLOSED, "alarm-closed", ENT_DESK_LEADS_) /* says why */                         \
	X(CLOCK_SET, "clock-set", 0u) /* the command line alone; so those below, or the node */ \
	X(PARTY_KNOWN, "party-known", 0u)                                                       \
	X(PARTY_RENEWED, "party-renewed", 0u) /* another card, the same key */                  \
	X(PARTY_KEY_CHANGED, "party-key-changed", 0u)                                           \
	X(PARTY_REMOVED, "party-removed", 0u)                                                   \
	X(OWN_CARD, "own-card", 0u)
#define ENT_DESK_SIGNS_ ENT_DESK_BIT(ENT_DESK_ROLE_RELEASE)
#define ENT_DESK_LEADS_ (ENT_DESK_SIGNS_ | ENT_DESK_BIT(ENT_DESK_ROLE_DUTY))
#define ENT_DESK_ORDER_ENUM_(name, word, roles) ENT_DESK_ORDER_##name,
enum ent_desk_order { ENT_DESK_ORDER_MAP(ENT_DESK_ORDER_ENUM_) ENT_DESK_ORDER_COUNT };
#undef ENT_DESK_ORDER_ENUM_
const char *ent_desk_order_word(enum ent_desk_order order);
/* An operator has one of these roles for it. */
unsigned ent_desk_order_roles(enum ent_desk_order order);
/* The id of a party or memorandum, a ledger's name, a time: letters, digits and - _ . @ : / +, or nothing. */
bool ent_desk_on_ok(const char *text, size_t length);
/* Does an entry of this order say why? */
bool ent_desk_order_has_reason(enum ent_desk_order order);
/* As a name, of up to ENT_DESK_REASON_MAX bytes, with a letter or digit in it. */
bool ent_desk_reason_ok(const char *text, size_t length);
#define ENT_DESK_REASON_RULE                                                                     \
	"a reason has 1 to 500 bytes of UTF-8 in one line, no blanks at its ends, nothing that " \
	"cannot be seen, and at least one letter or digit"

/* Who acts, when it is no operator. */
#define ENT_DESK_BY_COMMAND_LINE "(command line)"
#define ENT_DESK_BY_NODE "(node)"

/* A plain value; all texts are borrowed. What an act does not need is passed over. */
struct ent_desk_command {
	enum ent_desk_act act;
	enum ent_class class; /* one for all entries on operators of a ledger, that of the first */
	const char *by;       /* ADD to UNLOCK, END to ORDER */
	const char *id;       /* of whom it is: all but UNKNOWN, and END_ALL to UNDONE */
	const char *name;     /* ADD, CHANGE */
	/*
	 * ADD, PASSWORD: the hash of the new one. SIGN_IN, VOUCH: the hash that the one that was given was held to; not in the
	 * entry, but if it is no longer the operator's the command is refused.
	 */
	const char *password;
	const char *languages[ENT_DESK_LANGUAGES_MAX]; /* ADD, CHANGE */
	size_t n_languages;
	unsigned roles;   /* ADD, ROLES: all that the operator has then */
	uint64_t session; /* END */
	enum ent_desk_why
			why; /* END: SIGNED_OUT by oneself, ENDED by an administrator, IDLE by the node; END_ALL: STOPPED */
	enum ent_desk_order order; /* ORDER */
	const char *on; /* ORDER: which peer, memorandum or alarm, "" when it has none; VOUCH: ent_desk_trust_print */
	uint64_t ordered;   /* DONE, UNDONE: the number of the order's entry */
	const char *ledger; /* DONE: where it is an entry now, and */
	uint64_t number;    /* its number there */
	/* ORDER, of one that says why (ent_desk_reason_ok); UNDONE: why it is none, 1 to 500 bytes, nothing that steers. Else unread. */
	const char *reason;
	struct ent_hash device; /* SIGN_IN, VOUCH: SHA-256 of the device's token, a new one's when it had none */
	bool right; /* SIGN_IN, VOUCH: the password was the right one */
	/* SIGN_IN, VOUCH: tries since the last entry on a wrong one that were refused without one. */
	uint64_t turned_away;
};

/* Of both, so that nobody learns which ids there are. */
#define ENT_DESK_WRONG_TEXT                                                                   \
	"the id or the password is wrong, or there were too many tries: then wait a quarter " \
	"of an hour, or ask an administrator"
#define ENT_DESK_CURRENT_LOCKED_TEXT                                                          \
	"current: too many wrong passwords: none is heard for a while, at most a quarter of " \
	"an hour"
/* Why not: name in code, code of HTTP, text. */
#define ENT_DESK_REFUSAL_MAP(X)                                                           \
	X(NONE, 200, "done")                                                              \
	X(NOT_ALLOWED, 403, "only an administrator may do that")                          \
	X(NO_ROLE, 403, "none of the roles of who acts allows that")                      \
	X(NOT_SIGNED_IN, 401, "who acts has no open session")                             \
	X(NO_OPERATOR, 404, "there is no operator of that id")                            \
	X(EXISTS, 409, "there is an operator of that id already")                         \
	X(FULL, 409, "there are as many as there may be")                                 \
	X(FIRST, 409, "the first operator is an administrator, made on the command line") \
	X(LAST, 409, "without this administrator there would be none who can sign in")    \
	X(SAME, 409, "that is so already: there was nothing to change")                   \
	X(DISABLED, 409, "this operator is disabled")                                     \
	X(NO_SESSION, 404, "there is no such open session")                               \
	X(NO_ORDER, 404, "there is no order of that number before it")                    \
	X(CLASS, 409, "the operators of this desk are of another class")                  \
	X(STALE, 409, "the password has changed meanwhile")                               \
	X(CHANGED, 412, "it has changed since it was read; read it again")                \
	X(AGAIN, 429, "this operator signed in a moment ago")                             \
	X(WRONG, 401, ENT_DESK_WRONG_TEXT)                                                \
	X(LOCKED, 401, ENT_DESK_WRONG_TEXT)                                               \
	X(BAD, 400, "an id, name, language, role or hash is not well formed, or missing") \
	X(NOT_CURRENT, 403, "current: that is not this operator's password now")          \
	X(CURRENT_LOCKED, 429, ENT_DESK_CURRENT_LOCKED_TEXT)                              \
	X(CURRENT, 400, "current: it is missing: who changes his own password says the one before")
#define ENT_DESK_REFUSAL_ENUM_(name, http, text) ENT_DESK_REFUSAL_##name,
enum ent_desk_refusal { ENT_DESK_REFUSAL_MAP(ENT_DESK_REFUSAL_ENUM_) ENT_DESK_REFUSAL_COUNT };
#undef ENT_DESK_REFUSAL_ENUM_
const char *ent_desk_refusal_text(enum ent_desk_refusal refusal);
int ent_desk_refusal_http(enum ent_desk_refusal refusal);

/* Begins zeroed; its memory is kept from one to the next until finish. */
struct ent_desk_outcome {
	enum ent_desk_refusal refusal;
	bool has_entry; /* always without a refusal; with WRONG, as long as invariant 5 allows */
	char *entry;
	size_t size, capacity;
};
void ent_desk_outcome_finish(struct ent_desk_outcome *outcome);

/* 'time_utc_us' is later than the last entry's. A refusal is ENT_OK. E_MEMORY. */
ENT_MUST_USE ent_status ent_desk_decide(const struct ent_desk *desk,
		const struct ent_desk_command *command, int64_t time_utc_us,
		struct ent_desk_outcome *outcome);
/* E_SYNTAX: it is not this ledger's next entry; the fault names the member. E_MEMORY. Either: nothing has changed. */
ENT_MUST_USE ent_status ent_desk_apply(struct ent_desk *desk, const char *bytes, size_t size,
		struct ent_fault *reterr_fault);

/* --- Whom the party trusts --- */

/*
 * "ID/card:NUMBER/key:FINGERPRINT", and "/by:A+B" behind it when two operators vouched for the key: what an entry is on. One that is
 * damaged, and one of a party that is removed: "ID". Returns ret_text.
 */
const char *ent_desk_trust_print(const struct ent_trust *trust, char ret_text[ENT_DESK_ON_MAX + 1]);
/*
 * The next order by which the ledger comes to say what 'now' has: ascending by id. False: it says all of it. Of one that is damaged
 * the ledger goes on saying what it said.
 */
bool ent_desk_trust_next(const struct ent_desk *desk, const struct ent_trust *now, size_t n,
		enum ent_desk_order *ret_order, char ret_on[ENT_DESK_ON_MAX + 1]);

/* --- Snapshots: equal desks give equal bytes --- */

enum { ENT_DESK_SNAPSHOT_MAX = 1 << 20 };

/* Whatever 'write' returns. */
ENT_MUST_USE ent_status ent_desk_snapshot_write(
		const struct ent_desk *desk, ent_write_fn write, void *user);
/* E_SYNTAX: these are not such bytes, or not whole. E_MEMORY. */
ENT_MUST_USE ent_status ent_desk_snapshot_read(const void *bytes, size_t size,
		struct ent_desk **ret_desk, struct ent_fault *reterr_fault);

/* --- Tokens of open sessions, in memory only: of each its SHA-256 --- */

enum { ENT_DESK_TOKEN_SIZE = 44 }; /* 256 bits of chance as base64url, with terminator */

/* A new token, of a session or a device, and its hash; wipe the text when it has been sent. */
void ent_desk_token(char ret_text[ENT_DESK_TOKEN_SIZE], struct ent_hash *ret_hash);
/* E_SYNTAX: this is no token. */
ENT_MUST_USE ent_status ent_desk_token_hash(
		const char *text, size_t length, struct ent_hash *ret_hash);

struct ent_desk_tokens;
/* E_MEMORY. */
ENT_MUST_USE ent_status ent_desk_tokens_create(struct ent_desk_tokens **ret_tokens);
/* NULL is fine. */
void ent_desk_tokens_destroy(struct ent_desk_tokens *tokens);
/* The entry with which this session began is durable and applied. What is no longer open makes room. E_LIMIT. */
ENT_MUST_USE ent_status ent_desk_tokens_add(struct ent_desk_tokens *tokens,
		const struct ent_desk *desk, uint64_t session, const struct ent_hash *token,
		int64_t now_utc_us);
/*
 * Whose token is this? It takes as long whichever it is. When the session is open and not idle, it was used now. NULL: it
 * is nobody's, any more.
 */
const struct ent_desk_operator *ent_desk_tokens_find(struct ent_desk_tokens *tokens,
		const struct ent_desk *desk, const struct ent_hash *token, int64_t now_utc_us,
		uint64_t *ret_session);
/* The same, but it was not used: for what a page asks by itself, which nobody may be sitting at. */
const struct ent_desk_operator *ent_desk_tokens_look(const struct ent_desk_tokens *tokens,
		const struct ent_desk *desk, const struct ent_hash *token, int64_t now_utc_us,
		uint64_t *ret_session);
/*
 * A session that has been idle, or that has begun a minute ago and has no token, which then nobody has: to be ended by the
 * node; 'ret_command' is that command. False: none.
 */
bool ent_desk_tokens_idle(struct ent_desk_tokens *tokens, const struct ent_desk *desk,
		int64_t now_utc_us, struct ent_desk_command *ret_command);

#endif
