/* SPDX-License-Identifier: Apache-2.0 */
/*
 * party.h: who a party is: its id, its card, the words by which people compare keys, and the folder in which a node
 * keeps its own keys and the cards of others (docs/decisions/0015). Depends on: base, seal, wire, ledger.
 *
 * A party is a key. A card says in the party's own words what belongs to that key: name, keys, addresses. What is read
 * here is well formed and signed by the key that it names; whether that key is the other party's, only people can say,
 * who compare the words by another way. Nothing here looks at a clock: times are given.
 */
#ifndef ENTENTE_PARTY_H
#define ENTENTE_PARTY_H

#include "entente/base.h"
#include "entente/entry.h"
#include "entente/ledger.h"
#include "entente/note.h"
#include "entente/seal.h"

enum {
	ENT_PARTY_NAME_SIZE = 121,     /* of a name that a party or a person has, with terminator */
	ENT_PARTY_ADDRESS_SIZE = 256,  /* https://host:port, with terminator */
	ENT_PARTY_RESERVES_MAX = 8,    /* addresses beside the first */
	ENT_PARTIES_MAX = 1000,        /* that one folder knows */
	ENT_CARD_SIZE = ENT_NOTE_SIZE, /* of a card as text, with terminator */
	ENT_PARTY_KEYS_MAX = 9,        /* of one kind that a party has had and that are asked for */
	ENT_PARTY_KEPT_MAX = 64,   /* cards of one other party that were replaced and are kept */
	ENT_FINGERPRINT_SIZE = 12, /* bytes, and as many words */
	ENT_FINGERPRINT_TEXT_SIZE = 160 /* of the words, with terminator */
};

/* --- Ids and the names of keys --- */

/* Of the first party key. */
void ent_party_id(const uint8_t public_key[ENT_SIGN_PUBLIC_SIZE], char ret_id[ENT_PARTY_ID_SIZE]);
bool ent_party_id_ok(const char *text, size_t length);
/* "<id>.party.entente.invalid", "<id>.line.entente.invalid"; both of type 0x01. The id is ok. */
void ent_party_vkey(const char *id, const uint8_t public_key[ENT_SIGN_PUBLIC_SIZE],
		struct ent_vkey *ret_vkey);
void ent_party_line_vkey(const char *id, const uint8_t public_key[ENT_SIGN_PUBLIC_SIZE],
		struct ent_vkey *ret_vkey);
/*
 * "<id>.line.entente.invalid/<ledger>": the origin of a party's checkpoints. E_LIMIT: it is too long.
 */
ENT_MUST_USE ent_status ent_party_origin(
		const char *id, const char *ledger, char ret_origin[ENT_ORIGIN_SIZE]);
/*
 * Is this a name that a party or an operator may have: UTF-8 of 1 to 120 bytes, no controls, nothing that steers the
 * text around it (joiners, which some scripts need, may be in it), no quote ("), no space at either end?
 * E_SYNTAX, E_LIMIT with the reason.
 */
ENT_MUST_USE ent_status ent_party_name_check(
		const char *name, size_t length, struct ent_fault *reterr_fault);
/* https://host:port, nothing behind; the host a name of letters, digits, dots and hyphens, or [IPv6]. As above. */
ENT_MUST_USE ent_status ent_party_address_check(
		const char *address, size_t length, struct ent_fault *reterr_fault);

/* --- Cards --- */

struct ent_card {
	char id[ENT_PARTY_ID_SIZE];
	char name[ENT_PARTY_NAME_SIZE];
	uint64_t number; /* from 1; below 2^63 */
	int64_t issued_utc_us;
	bool settable_clock; /* its node's clock can be set: for trying out, never in earnest */
	struct ent_vkey party_key, line_key;
	struct ent_hash tls_key;              /* of the SubjectPublicKeyInfo */
	char address[ENT_PARTY_ADDRESS_SIZE]; /* "": by files only */
	char reserve[ENT_PARTY_RESERVES_MAX][ENT_PARTY_ADDRESS_SIZE]; /* the first n_reserves */
	size_t n_reserves;
};

/*
 * The card as a signed note, terminated. 'key' is the card's party key; 'before' the one before it, when it has just
 * changed, else NULL. All of the card is well formed. Returns the length.
 */
size_t ent_card_print(const struct ent_card *card, const struct ent_sign_key *key,
		const struct ent_sign_key *before, char ret_text[ENT_CARD_SIZE]);
/*
 * E_SYNTAX with line and reason; E_LIMIT. E_REFUSED: not signed by the party key that stands in it, or one of the two
 * signatures that it may have is wrong.
 */
ENT_MUST_USE ent_status ent_card_parse(const char *text, size_t length, struct ent_card *ret_card,
		struct ent_fault *reterr_fault);
/* Is a card's key its party's first, so that the id vouches for it? Else the id is the card's own word. */
bool ent_card_key_is_first(const struct ent_card *card);

/* What an offered card is beside the one that is known: name in code, what people are told. */
#define ENT_CARD_CHANGE_MAP(X)                                                                  \
	X(UNKNOWN, "the first card of a party that is not known yet")                           \
	X(SAME, "the same card")                                                                \
	X(NEWER, "a newer card, by the same key")                                               \
	X(KEY_VOUCHED, "a newer card by another key, which the known key signed too")           \
	X(KEY_UNVOUCHED, "a newer card by another key, for which the known key does not vouch") \
	X(OLDER, "an older card than the one that is known")                                    \
	X(CLASH, "another card of the same number than the one that is known")                  \
	X(OTHER_CLOCK, "a newer card that says otherwise whether the clock can be set")         \
	X(OTHER, "a card of another party")
#define ENT_CARD_CHANGE_ENUM_(name, text) ENT_CARD_##name,
enum ent_card_change { ENT_CARD_CHANGE_MAP(ENT_CARD_CHANGE_ENUM_) ENT_CARD_CHANGE_COUNT };
#undef ENT_CARD_CHANGE_ENUM_
const char *ent_card_change_text(enum ent_card_change change);
/* Two texts that ent_card_parse takes. E_SYNTAX, E_LIMIT, E_REFUSED as there. */
ENT_MUST_USE ent_status ent_card_compare(const char *known, size_t known_length,
		const char *offered, size_t offered_length, enum ent_card_change *ret_change,
		struct ent_fault *reterr_fault);

/* --- Fingerprints: 12 words, from two lists by turns --- */

/* The first 96 bits of SHA-256 over the party key's vkey as text. */
void ent_fingerprint(const struct ent_vkey *party_key, uint8_t ret_bytes[ENT_FINGERPRINT_SIZE]);
/* The word that stands at a place (0..11) for a byte; static. */
const char *ent_fingerprint_word(size_t place, uint8_t byte);
/* Words with a space between, terminated. Returns the length. */
size_t ent_fingerprint_print(const uint8_t bytes[ENT_FINGERPRINT_SIZE],
		char ret_text[ENT_FINGERPRINT_TEXT_SIZE]);
/*
 * Reads words back: any case, parted by blanks, commas or hyphens. E_SYNTAX: the first word that cannot stand where
 * it stands ("word 5"), with the reason: of neither list, of the other list (one was left out, doubled or swapped),
 * too few, too many.
 */
ENT_MUST_USE ent_status ent_fingerprint_parse(const char *text, size_t length,
		uint8_t ret_bytes[ENT_FINGERPRINT_SIZE], struct ent_fault *reterr_fault);

/* --- Profiles: what a party is, as its folder says it --- */

#define ENT_PROFILE_MAP(X) \
	X(AID, "aid")      \
	X(CELL, "cell")    \
	X(U_SPACE, "u-space")
#define ENT_PROFILE_ENUM_(name, text) ENT_PROFILE_##name,
enum ent_profile { ENT_PROFILE_MAP(ENT_PROFILE_ENUM_) ENT_PROFILE_COUNT };
#undef ENT_PROFILE_ENUM_
const char *ent_profile_name(enum ent_profile profile);
/* The text of profile.ini (docs/formats.md) that a new party of this profile begins with; static. */
const char *ent_profile_text(enum ent_profile profile);

enum { ENT_PROFILE_SIZE = 4096 /* of profile.ini, with terminator */ };
/* A line 'name = value' of it; not terminated. */
struct ent_profile_line {
	const char *name, *value;
	size_t name_length, value_length;
};
/*
 * The next line of a profile's text, and moves 'at' behind it. E_MISSING: there is none. E_SYNTAX: it is none of ours,
 * or says what it cannot ("line 3").
 */
ENT_MUST_USE ent_status ent_profile_next(const char **at, unsigned *line,
		struct ent_profile_line *ret_line, struct ent_fault *reterr_fault);

/* The value of that name in a profile's text, terminated; false: it says nothing of it. */
bool ent_profile_find(const char *text, const char *name, char ret_value[ENT_PARTY_NAME_SIZE]);

/* --- The folder DIR/party --- */

/* Names in it, for who hands files to others. */
#define ENT_PARTY_FOLDER "party"
#define ENT_PARTY_TLS_CERTIFICATE "tls.pem"
#define ENT_PARTY_TLS_KEY "tls.key"

struct ent_party_folder;

struct ent_party_wish {
	const char *name;
	const char *address; /* NULL: none */
	const char *const *reserves;
	size_t n_reserves;
	enum ent_profile profile;
	bool settable_clock;           /* as in the card, for as long as there is the party */
	struct ent_secret *passphrase; /* of the party key */
	uint32_t passes, memory_kib; /* what that costs: ENT_SEALED_PASSES, ENT_SEALED_MEMORY_KIB */
	int64_t now_utc_us;
};

/* Would ent_party_create take the wish, its passphrase aside? To ask before a person is asked for one. */
ENT_MUST_USE ent_status ent_party_check(const char *data, const struct ent_party_wish *wish,
		struct ent_fault *reterr_fault);
/*
 * Makes a party: keys, card and profile in DIR/party, which is there wholly or not at all; the data directory is made
 * when it is not there. E_EXISTS: there is a party. E_SYNTAX, E_LIMIT: the wish, with 'where' name, address or
 * reserve. E_IO, E_MEMORY.
 */
ENT_MUST_USE ent_status ent_party_create(const char *data, const struct ent_party_wish *wish,
		struct ent_fault *reterr_fault);
/*
 * Opens DIR/party. Who changes it has it alone; who reads finds each file whole at any time. E_MISSING: no party is
 * here. E_EXISTS: another process changes it right now. E_IO, E_MEMORY.
 */
ENT_MUST_USE ent_status ent_party_folder_open(const char *data, bool to_change,
		struct ent_party_folder **ret_folder, struct ent_fault *reterr_fault);
/* NULL is fine. */
void ent_party_folder_close(struct ent_party_folder *folder);

/* A card as it stands in a folder. */
struct ent_party_known {
	struct ent_card card;
	char text[ENT_CARD_SIZE]; /* of the card, terminated */
	size_t length;
	/* Of others: when it was taken, and what for. */
	int64_t confirmed_utc_us;
	enum ent_card_change
			by; /* UNKNOWN or KEY_UNVOUCHED: people; NEWER, KEY_VOUCHED: the known key */
	char operators[2]
		      [ENT_PARTY_NAME_SIZE]; /* who vouched for another key; "" when nobody had to */
	uint64_t before;                     /* number of the card that it replaced here; 0: none */
};

/* Our own. E_MISSING, E_SYNTAX and E_REFUSED name the file; E_IO. So do those below. */
ENT_MUST_USE ent_status ent_party_own(const struct ent_party_folder *folder,
		struct ent_party_known *ret_own, struct ent_fault *reterr_fault);
/* Our profile's text, terminated, each line of it well formed. */
ENT_MUST_USE ent_status ent_party_profile(const struct ent_party_folder *folder,
		char ret_text[ENT_PROFILE_SIZE], struct ent_fault *reterr_fault);
/* Unattended. E_REFUSED: others than the owner may read the file, or it is not the card's key. E_MEMORY. */
ENT_MUST_USE ent_status ent_party_open_line_key(const struct ent_party_folder *folder,
		struct ent_sign_key **ret_key, struct ent_fault *reterr_fault);
/* E_REFUSED, with 'where' "passphrase": it is another one; else as above. */
ENT_MUST_USE ent_status ent_party_open_key(const struct ent_party_folder *folder,
		struct ent_secret *passphrase, struct ent_sign_key **ret_key,
		struct ent_fault *reterr_fault);

/* What a new card of ours says otherwise than the one before. */
struct ent_party_change {
	const char *name;            /* NULL: as before */
	const char *address;         /* NULL: as before; "": none */
	const char *const *reserves; /* NULL: as before; else all there are */
	size_t n_reserves;
	bool new_key; /* another party key, under the same passphrase */
	bool new_line_key,
			new_tls_key; /* a running node has the ones before until it starts again */
	struct ent_secret *passphrase; /* of the party key */
	uint32_t passes, memory_kib;   /* what sealing a new key costs */
	int64_t now_utc_us;
};
/*
 * Writes a new card, of the next number; the one before is kept as card-<number>.txt. A new party key is signed for by the
 * one before. Broken off at any moment, the keys of the card that is there are there, each in its place when the folder
 * has been opened again. The folder was opened to be changed. E_SYNTAX, E_LIMIT: the change, with 'where' name, address or reserve.
 * E_REFUSED, with 'where' "passphrase": it is another one. E_IO, E_MEMORY.
 */
ENT_MUST_USE ent_status ent_party_renew(struct ent_party_folder *folder,
		const struct ent_party_change *change, struct ent_fault *reterr_fault);

/* Ids of all parties that are known, ascending. E_LIMIT: more than ENT_PARTIES_MAX, or than 'capacity'. */
ENT_MUST_USE ent_status ent_party_list(const struct ent_party_folder *folder,
		char (*ret_ids)[ENT_PARTY_ID_SIZE], size_t capacity, size_t *ret_n,
		struct ent_fault *reterr_fault);
ENT_MUST_USE ent_status ent_party_get(const struct ent_party_folder *folder, const char *id,
		struct ent_party_known *ret_known, struct ent_fault *reterr_fault);
/*
 * The card that this one replaced, of ours or of another. E_MISSING: none that is kept: of each other party are the last
 * ENT_PARTY_KEPT_MAX. E_SYNTAX, E_REFUSED name the file; E_IO.
 */
ENT_MUST_USE ent_status ent_party_before(const struct ent_party_folder *folder,
		const struct ent_party_known *known, struct ent_party_known *ret_before,
		struct ent_fault *reterr_fault);

/* Different ones, newest first; the first is in force. */
struct ent_party_key_list {
	struct ent_vkey vkey[ENT_PARTY_KEYS_MAX];
	/* When a card with another one was taken here (of ours: issued); INT64_MAX of the one in force. */
	int64_t until_utc_us[ENT_PARTY_KEYS_MAX];
	size_t n;
};
/* A plain value. */
struct ent_party_keys {
	struct ent_party_key_list party, line;
};
/*
 * The keys that a party has had, as the cards that are kept here say; ours too. What an older one has signed can still be
 * verified; that it was signed while the key was in force, only who has had it since then can say. Keys before the last
 * ENT_PARTY_KEYS_MAX are left out. E_MISSING: it is not known. As ent_party_before.
 */
ENT_MUST_USE ent_status ent_party_keys_of(const struct ent_party_folder *folder, const char *id,
		struct ent_party_keys *ret_keys, struct ent_fault *reterr_fault);
/*
 * What an offered card would be here; it need not be signed by anybody known. E_REFUSED: it is our own id, or not
 * signed as it must be.
 */
ENT_MUST_USE ent_status ent_party_look(const struct ent_party_folder *folder, const char *text,
		size_t length, struct ent_card *ret_card, enum ent_card_change *ret_change,
		struct ent_fault *reterr_fault);
/*
 * Takes a card, when a person has compared the words. 'operators', two different names, are needed when the key is
 * another one that the known key does not vouch for (KEY_UNVOUCHED), and else NULL or looked at alike. SAME changes
 * nothing; the card that is replaced is kept. E_REFUSED: OLDER, CLASH, OTHER_CLOCK, operators missing or the same, our
 * own id. E_LIMIT: ENT_PARTIES_MAX. The folder was opened to be changed.
 */
ENT_MUST_USE ent_status ent_party_put(struct ent_party_folder *folder, const char *text,
		size_t length, const char *const operators[2], int64_t now_utc_us,
		enum ent_card_change *ret_change, struct ent_fault *reterr_fault);
/* And the cards before it. E_MISSING: it is not known. */
ENT_MUST_USE ent_status ent_party_remove(
		struct ent_party_folder *folder, const char *id, struct ent_fault *reterr_fault);

enum { ENT_PARTY_TRUSTS_MAX = ENT_PARTIES_MAX + 1 /* of others, and ours */ };
/* The party key's fingerprint as text. */
void ent_party_key_text(const struct ent_vkey *party_key, char ret_text[ENT_PARTY_KEY_SIZE]);
/*
 * Of all parties that are known, ascending by id, with our own among them: which card, and which key. One whose file is damaged hides
 * none of the others. E_LIMIT, E_IO, E_MEMORY; as ent_party_own.
 */
ENT_MUST_USE ent_status ent_party_trusts(const struct ent_party_folder *folder,
		struct ent_trust ret_trusts[ENT_PARTY_TRUSTS_MAX], size_t *ret_n,
		struct ent_fault *reterr_fault);

#endif
