/* SPDX-License-Identifier: Apache-2.0 */
/*
 * airspace.h: the discovery and synchronisation service of ASTM F3548-21 as a pure state machine: operational
 * intents, constraints, subscriptions and availabilities. Depends on: base, fold, seal, wire, volume.
 *
 *     command --prepare--> (any thread: what needs no state) --decide--> refusal | entry --apply--> state
 *
 * The state is a fold of entries (exact bytes, JSON): the same entries give the same state, bit for bit. Time
 * reaches it only inside entries. Each entry has a time later than the one before it; applying it first lets
 * expire what is due at that time. Defaults behave as InterUSS 0.23 wherever a client could notice.
 */
#ifndef ENTENTE_AIRSPACE_H
#define ENTENTE_AIRSPACE_H

#include "entente/base.h"
#include "entente/extent.h"
#include "entente/fold.h"
#include "entente/json.h"
#include "entente/seal.h"
#include "entente/stream.h"
#include "entente/uuid.h"

enum {
	ENT_AIRSPACE_NAME_MAX = 1024, /* bytes of a manager's or USS's name, of a base URL */
	ENT_AIRSPACE_OVN_MAX = 128,   /* bytes of an OVN */
	ENT_AIRSPACE_KEY_MAX = 65536, /* OVNs in one key */
	/* Entities that one entry lets expire, and implicit subscriptions with them; and OVN suffixes that it forgets. */
	ENT_AIRSPACE_EXPIRE_MAX = 256,
	ENT_AIRSPACE_OVN_SIZE = 45 /* of an OVN that we make, with terminator */
};

/* --- Closed sets --- */

#define ENT_INTENT_STATE_MAP(X)           \
	X(ACCEPTED, "Accepted")           \
	X(ACTIVATED, "Activated")         \
	X(NONCONFORMING, "Nonconforming") \
	X(CONTINGENT, "Contingent")
#define ENT_INTENT_STATE_ENUM_(name, text) ENT_INTENT_##name,
enum ent_intent_state { ENT_INTENT_STATE_MAP(ENT_INTENT_STATE_ENUM_) ENT_INTENT_STATE_COUNT };
#undef ENT_INTENT_STATE_ENUM_
const char *ent_intent_state_text(enum ent_intent_state state);
ENT_MUST_USE ent_status ent_intent_state_parse(
		const char *text, size_t length, enum ent_intent_state *ret_state);

#define ENT_AVAILABILITY_MAP(X) \
	X(UNKNOWN, "Unknown")   \
	X(NORMAL, "Normal")     \
	X(DOWN, "Down")
#define ENT_AVAILABILITY_ENUM_(name, text) ENT_AVAILABILITY_##name,
enum ent_availability { ENT_AVAILABILITY_MAP(ENT_AVAILABILITY_ENUM_) ENT_AVAILABILITY_COUNT };
#undef ENT_AVAILABILITY_ENUM_
const char *ent_availability_text(enum ent_availability availability);
/* In any letter case; "" is Unknown. E_SYNTAX. */
ENT_MUST_USE ent_status ent_availability_parse(
		const char *text, size_t length, enum ent_availability *ret_availability);

/* --- What is in the airspace --- */

enum ent_entity_kind {
	ENT_ENTITY_INTENT,
	ENT_ENTITY_CONSTRAINT,
	ENT_ENTITY_SUBSCRIPTION,
	ENT_ENTITY_KIND_COUNT
};

/* Immutable; in one block. Valid as long as a version in which it stands is held. */
struct ent_entity {
	enum ent_entity_kind kind;
	enum ent_intent_state state; /* an intent's */
	int32_t version;             /* an intent's or a constraint's: 1, 2, ... */
	bool notify_intents, notify_constraints, implicit; /* a subscription's */
	struct ent_uuid id;
	struct ent_uuid subscription; /* an intent's; all zeros: none */
	const char *manager;          /* who owns it */
	const char *url;              /* its base URL */
	const char *ovn;              /* its OVN; a subscription's version */
	struct ent_extent extent;     /* cells and packed volumes point into the block */
	uint64_t size;                /* of the block */
};

struct ent_uss {
	enum ent_availability availability;
	const char *version;
	const char *name;
};

/* A name and what stands for it, so that it is hashed once where it comes again and again. */
struct ent_airspace_hashed {
	char name[64]; /* empty: none yet; longer ones are hashed each time */
	uint64_t key[2];
};

/* What every version says of itself. */
struct ent_airspace_head {
	uint64_t size;       /* entries that it is the fold of */
	int64_t time_utc_us; /* of the last one */
	int64_t expire_after_us; /* how long after its end an entity stays; by the last "config" entry */
	bool index_is_time;      /* notification indices are milliseconds since midnight UTC */
	struct ent_airspace_hashed last; /* who came last; it says nothing of the state */
};

/* The maps of its fold; for who looks at all of a kind. */
enum {
	ENT_AIRSPACE_INTENTS,       /* id -> entity */
	ENT_AIRSPACE_CONSTRAINTS,   /* id -> entity */
	ENT_AIRSPACE_SUBSCRIPTIONS, /* id -> entity */
	ENT_AIRSPACE_USSS,          /* the first 16 bytes of the name's SHA-256 -> uss */
	ENT_AIRSPACE_INTENT_CELLS,  /* cell, id -> entity */
	ENT_AIRSPACE_CONSTRAINT_CELLS,
	ENT_AIRSPACE_SUBSCRIPTION_CELLS,
	ENT_AIRSPACE_DEPENDENTS,    /* subscription, intent -> entity of the intent */
	ENT_AIRSPACE_NOTIFICATIONS, /* subscription -> its notification index */
	ENT_AIRSPACE_EXPIRY,        /* when, kind, id -> entity */
	/* Requested OVN suffix (so by its time), intent -> 0: what could still be asked for again, also when the intent is gone. */
	ENT_AIRSPACE_SUFFIXES,
	ENT_AIRSPACE_HELD, /* USS -> discovery cells of its entities, more than 0 */
	ENT_AIRSPACE_MAP_COUNT
};
extern const struct ent_fold_options ent_airspace_fold_options;

/* --- Looking at a version --- */

/* NULL: there is none. */
const struct ent_entity *ent_airspace_find(const struct ent_fold_version *version,
		enum ent_entity_kind kind, const struct ent_uuid *id);
/* Unknown, and a version of "", for who never said. */
struct ent_uss ent_airspace_uss(const struct ent_fold_version *version, const char *name);
uint64_t ent_airspace_notification_index(
		const struct ent_fold_version *version, const struct ent_entity *subscription);

/* Return false to stop. */
typedef bool (*ent_airspace_entity_fn)(void *user, const struct ent_entity *entity);
/*
 * Every entity of a kind that shares a cell with the extent and overlaps it in time, and in altitude when
 * 'altitudes'; each once, in the order of cells and ids.
 */
void ent_airspace_meeting(const struct ent_fold_version *version, enum ent_entity_kind kind,
		const struct ent_extent *extent, bool altitudes, ent_airspace_entity_fn found,
		void *user);
/* The intents that a subscription is attached to. */
void ent_airspace_dependents(const struct ent_fold_version *version,
		const struct ent_entity *subscription, ent_airspace_entity_fn found, void *user);

/* --- Commands --- */

enum ent_command_kind {
	ENT_COMMAND_PUT_INTENT,
	ENT_COMMAND_DELETE_INTENT,
	ENT_COMMAND_PUT_CONSTRAINT,
	ENT_COMMAND_DELETE_CONSTRAINT,
	ENT_COMMAND_PUT_SUBSCRIPTION,
	ENT_COMMAND_DELETE_SUBSCRIPTION,
	ENT_COMMAND_SET_AVAILABILITY,
	ENT_COMMAND_REPORT,
	ENT_COMMAND_TICK,   /* nothing but time passes */
	ENT_COMMAND_CONFIG, /* how the fold behaves from here on */
	ENT_COMMAND_KIND_COUNT
};

/* An OVN in a key: borrowed. */
struct ent_ovn {
	const char *text;
	size_t length;
};

/* All text and arrays are borrowed until the command has been decided. */
struct ent_command {
	enum ent_command_kind kind;
	const char *manager; /* who asks */
	struct ent_uuid id;
	const char *ovn; /* the OVN or version in the path; NULL: it is to be created */
	const char *url;
	const struct ent_extent *extent; /* of a put */
	uint64_t uss_cells_max; /* of all that 'manager' has, with it; off-nominal intents: twice that; 0: any */
	enum ent_intent_state state;
	struct ent_ovn *key; /* sorted by ent_command_sort_key */
	size_t n_key;
	bool has_subscription; /* attach to 'subscription' */
	struct ent_uuid subscription;
	size_t cells_max;          /* that an implicit one may be widened to; 0: ENT_CELLS_MAX */
	bool has_new_subscription; /* make an implicit one */
	const char *new_subscription_url;
	bool new_subscription_constraints;
	struct ent_uuid fresh; /* of chance: the id of what is made by the way (an implicit subscription) */
	bool has_suffix;
	char suffix_text[ENT_UUID_TEXT_SIZE + 9]; /* as given */
	struct ent_uuid suffix;
	/* A subscription's put. */
	bool notify_intents, notify_constraints;
	bool has_outline, has_start, has_end, has_altitudes; /* what the extent was given */
	/* Availability. */
	const char *uss, *old_version;
	enum ent_availability availability;
	/* A report. */
	struct ent_hash report_hash;
	uint64_t report_size;
	/* Config. */
	int64_t expire_after_us;
	bool index_is_time;
	/* Rules that InterUSS does not enforce: F3548-21's own on a USS that is Down. */
	bool strict;
};

void ent_command_sort_key(struct ent_ovn *key, size_t n);

/* Why not: an HTTP status in the API; text for people is in the outcome. */
#define ENT_REFUSAL_MAP(X) \
	X(NONE, 0)         \
	X(BAD, 400)        \
	X(FORBIDDEN, 403)  \
	X(MISSING, 404)    \
	X(STALE, 409)      \
	X(TOO_LARGE, 413)  \
	X(CONFLICT, 409) /* the key lacks OVNs: 'missing' has what it lacks */
#define ENT_REFUSAL_ENUM_(name, http) ENT_REFUSAL_##name,
enum ent_refusal { ENT_REFUSAL_MAP(ENT_REFUSAL_ENUM_) ENT_REFUSAL_COUNT };
#undef ENT_REFUSAL_ENUM_
unsigned ent_refusal_http(enum ent_refusal refusal);

struct ent_notified {
	const struct ent_entity *subscription;
	uint64_t index;
};

/*
 * What a command came to. Entities are borrowed from the version that it was decided in (an entity that was removed:
 * from the one before). Reused from command to command; ent_airspace_outcome_finish frees what it grew.
 */
struct ent_airspace_outcome {
	enum ent_refusal refusal;
	char message[256];
	bool created;
	const struct ent_entity *entity;   /* as it is now; as it was, when it was deleted */
	uint64_t notification_index;       /* of a subscription that was deleted */
	const struct ent_entity **missing; /* intents and constraints whose OVNs the key lacks */
	size_t n_missing, missing_capacity;
	struct ent_notified
			*notified; /* subscriptions whose users are to be told, ascending by URL */
	size_t n_notified, notified_capacity;
	char *entry; /* the bytes of the entry, terminated; none when it was refused */
	size_t entry_size, entry_capacity;
};
void ent_airspace_outcome_finish(struct ent_airspace_outcome *outcome);

/*
 * What can be said of a command without any state: F3548-21's rules on its members, and what 'now' makes impossible.
 * False: refused, the outcome says why. ent_airspace_decide asks it too.
 */
bool ent_airspace_check(const struct ent_command *command, int64_t now_utc_us,
		struct ent_airspace_outcome *outcome);

/*
 * Decides a command against the open version and, unless it is refused, applies its entry to it. 'time_utc_us' is
 * later than the last entry's, and nothing is due by it
 * (ent_airspace_due: a tick first). A refusal is ENT_OK and changes nothing. E_MEMORY: the open version may only be
 * discarded.
 */
ENT_MUST_USE ent_status ent_airspace_decide(struct ent_fold *fold,
		const struct ent_command *command, int64_t time_utc_us,
		struct ent_airspace_outcome *outcome);

/* This command comes soon: asks the processor for what deciding and applying it to the open version will look at. */
void ent_airspace_expect(struct ent_fold *fold, const struct ent_command *command);

/*
 * Applies an entry's bytes, as they were decided before. E_SYNTAX: not an entry of ours, or not this ledger's
 * next; the fault names the member. E_MEMORY. Either: the open version may only be discarded.
 */
ENT_MUST_USE ent_status ent_airspace_apply(struct ent_fold *fold, struct ent_json *json,
		const char *bytes, size_t size, size_t capacity, struct ent_fault *reterr_fault);

/*
 * The same in two steps, so that the next entries can be read by another thread while one is applied. What was read is kept
 * until the next is; nothing is borrowed from 'bytes'.
 */
struct ent_airspace_entry;
/* E_MEMORY. */
ENT_MUST_USE ent_status ent_airspace_entry_create(struct ent_airspace_entry **ret_entry);
/* NULL is fine. */
void ent_airspace_entry_destroy(struct ent_airspace_entry *entry);
/* E_SYNTAX, E_MEMORY: as above, and nothing was read. */
ENT_MUST_USE ent_status ent_airspace_entry_read(struct ent_airspace_entry *entry, const char *bytes,
		size_t size, size_t capacity, struct ent_fault *reterr_fault);
/* What it says; borrowed until the next is read. */
const struct ent_command *ent_airspace_entry_command(const struct ent_airspace_entry *entry);
/* E_SYNTAX, E_MEMORY: as above. */
ENT_MUST_USE ent_status ent_airspace_entry_apply(struct ent_fold *fold,
		const struct ent_airspace_entry *entry, struct ent_fault *reterr_fault);

/* Is anything due to expire at that moment? */
bool ent_airspace_due(const struct ent_fold_version *version, int64_t now_utc_us);

/* base64(SHA-256(salt || update time)), with '+', '/' and '=' as '-', '.' and '_'. */
void ent_airspace_ovn(const char *salt, int64_t time_utc_us, char ret_ovn[ENT_AIRSPACE_OVN_SIZE]);

/* --- Snapshots: a version as bytes; equal versions give equal bytes --- */

/* Whatever 'write' returns. */
ENT_MUST_USE ent_status ent_airspace_snapshot_write(
		const struct ent_fold_version *version, ent_write_fn write, void *user);
/* Into the open version, on top of a new fold. E_SYNTAX: these are not such bytes, or not whole. E_MEMORY. */
ENT_MUST_USE ent_status ent_airspace_snapshot_read(struct ent_fold *fold, const void *bytes,
		size_t size, struct ent_fault *reterr_fault);

/* What is shown for an OVN to others than its manager. */
#define ENT_AIRSPACE_OVN_HIDDEN "Available from USS"

#endif
