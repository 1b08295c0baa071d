/* SPDX-License-Identifier: Apache-2.0 */
/* memo_node.h: the actions of `entente memo` that ask a running node: what there is, and acts under it. */
#ifndef ENTENTE_CLI_MEMO_NODE_H
#define ENTENTE_CLI_MEMO_NODE_H

#include "memo.h"
#include "people.h"
#include "verb.h"

enum {
	MEMO_SHORT_SIZE = 13,  /* of a hash as it is pointed to, with terminator */
	MEMO_FIRST_COLUMN = 12 /* of what status says, beside what it is */
};

static inline struct verb memo_verb(const struct memo_asked *asked) {
	return (struct verb){.command = "memo", .data = asked->data, .json = asked->json};
}

/* The hash's beginning. Returns ret_text. */
const char *memo_short(const char *hash, char ret_text[MEMO_SHORT_SIZE]);
/* The memorandum, at a moment or (NULL) now. */
int memo_get(struct verb *verb, const char *id, const char *at, struct ent_json_value *ret_root);
/* The exact bytes of a version of that hash, which are the answer's then; else it is said what is wrong. */
int memo_ask_document(struct verb *verb, const char *id, const char *hash);
/* What a version is: its hash, stage, author, what it replaces, its times. */
void memo_show_version(FILE *out, struct ent_json_value version, const struct people *people);

/* Versions, offers, obligations, and what is kept to some parties: with signatures, answers and words (memo_versions.c). */
void memo_show_versions(struct ent_json_value root, const struct people *people);

/* Of an act of ours who has acknowledged it, and who has not: a line each. False: nothing is known of that. */
bool memo_show_acknowledged(
		struct ent_json_value act, const struct people *people, const char *indent);
/* What the word says, once at the end. */
#define MEMO_ACKNOWLEDGED_IS "to acknowledge is to have received: it says nothing of agreement"

/* "flight: exchange (clause 3.1), cease-fire: exchange (lower than clause 3.7)"; "" when nothing is. Returns ret_text. */
const char *memo_levels(struct ent_json_value object, char ret_text[VERB_TEXT_SIZE]);
/* Who keeps a level lower than its clause has it, and since when. */
void memo_show_level_acts(struct ent_json_value root, const struct people *people);

/* Where other members are known to show something else (memo_views.c). */
void memo_show_views(struct ent_json_value root, const struct people *people);

/* Which versions are meant when none is named. */
enum memo_open {
	MEMO_OPEN_ANY,     /* the only one that there is */
	MEMO_OPEN_OFFER,   /* that may still be signed, or is ad referendum */
	MEMO_OPEN_PAPER,   /* whose ink may be recorded */
	MEMO_OPEN_TO_SIGN, /* likewise, and that we have not signed */
};
struct memo_version {
	char hash[MEMO_HASH_SIZE];
	struct ent_json_value value; /* as long as the answer is kept */
	bool sealed;                 /* a draft that is kept to some parties: a salted hash */
};
/* By how its hash begins, or (NULL) the one that is open so. 0; 1: there is none, or several, which was said. */
bool memo_is_open(struct ent_json_value version, enum memo_open open, const char *own);
/* MEMO_OPEN_ANY: of what is kept to some parties too, as long as its document is here. */
int memo_find_version(const struct verb *verb, struct ent_json_value memorandum, const char *begin,
		enum memo_open open, const char *own, struct memo_version *ret_version);

/* --- Acts (memo_act.c, memo_body.c) --- */

/* What an act has beside its kind; what is not given is not sent. */
struct memo_act {
	const char *kind; /* "memo-sign"; NULL: a draft */
	const char *document;
	size_t document_size;
	bool ad_referendum;
	char version[MEMO_HASH_SIZE], scan[MEMO_HASH_SIZE]; /* "": not given; so below */
	const char *subject, *level, *clause, *reason;
	bool done;
	char offer_party[ENT_PARTY_ID_SIZE];
	int64_t offer_seq;
	int64_t from_utc_us, answer_by_utc_us, signed_utc_us; /* 0: not given */
	const char *if_match;                                 /* a tag; NULL: whatever is there */
	char signed_by[ENT_MEMO_PARTIES_MAX][ENT_PARTY_ID_SIZE];
	size_t n_signed_by;
	char only_for[ENT_MEMO_PARTIES_MAX][ENT_PARTY_ID_SIZE]; /* a draft's; none: it is for all */
	size_t n_only_for;
};
/* Of "PARTY,PARTY", each by how its id begins. 0, or it was said. */
int memo_read_parties(const struct verb *verb, const struct people *people, const char *option,
		const char *list, char (*ids)[ENT_PARTY_ID_SIZE], size_t *ret_n);
/* Finds the passphrase where it is needed, sends it all, and says what came of it. */
int memo_send(struct verb *verb, const struct memo_asked *asked, const struct memo_act *act);

#endif
