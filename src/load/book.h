/* SPDX-License-Identifier: Apache-2.0 */
/*
 * book.h: what the server has acknowledged, so that what it answers later can be held against it.
 *
 *     new --(created)--> live --(deleted)--> gone        new --(refused, 4xx)--> gone
 *      '-----------------'-----(lost, 5xx)--> unknown    live --(refused, 4xx)--> live, as it was
 *
 * What is unknown is left alone: nobody can say what is right.
 */
#ifndef ENTENTE_LOAD_BOOK_H
#define ENTENTE_LOAD_BOOK_H

#include "entente/base.h"
#include "entente/uuid.h"

enum {
	LOAD_BOOK_MAX = 1 << 22, /* records; about 800 MB. A run that fills it ends */
	LOAD_OVN_MAX = 128       /* bytes; docs/openapi.yaml, AnswerOvn */
};

/* What there is: name, collection in the API, member of an answer that holds it, what creating one answers. */
#define LOAD_KIND_MAP(X)                                                                          \
	X(INTENT, "intent", "operational_intent_references", "operational_intent_reference", 201) \
	X(CONSTRAINT, "constraint", "constraint_references", "constraint_reference", 201)         \
	X(SUBSCRIPTION, "subscription", "subscriptions", "subscription", 200)
#define LOAD_KIND_ENUM_(name, text, path, member, created) LOAD_##name,
enum load_kind { LOAD_KIND_MAP(LOAD_KIND_ENUM_) LOAD_KIND_COUNT };
#undef LOAD_KIND_ENUM_

/* An intent's states (F3548-21). */
#define LOAD_STATE_MAP(X)                 \
	X(ACCEPTED, "Accepted")           \
	X(ACTIVATED, "Activated")         \
	X(NONCONFORMING, "Nonconforming") \
	X(CONTINGENT, "Contingent")
#define LOAD_STATE_ENUM_(name, text) LOAD_##name,
enum load_state { LOAD_STATE_MAP(LOAD_STATE_ENUM_) LOAD_STATE_COUNT };
#undef LOAD_STATE_ENUM_
const char *load_state_text(enum load_state state);

enum load_standing { LOAD_NEW, LOAD_LIVE, LOAD_GONE, LOAD_UNKNOWN };

struct load_record {
	struct ent_uuid id;
	struct ent_uuid subscription; /* an intent's */
	uint32_t spot;                /* where it is (field.h) */
	uint32_t listed;              /* its place among the live ones */
	int32_t version;              /* an intent's or a constraint's */
	uint16_t readers;             /* requests under way that only look at it */
	bool writing;                 /* a request under way changes it */
	uint8_t kind, state, standing;
	char ovn[LOAD_OVN_MAX + 1]; /* or a subscription's version */
};

struct load_book;

/* E_MEMORY. */
ENT_MUST_USE ent_status load_book_create(struct load_book **ret_book);
/* NULL is fine. */
void load_book_destroy(struct load_book *book);

/* Zeroed but for kind and standing, which is new. E_LIMIT: full. E_MEMORY. */
ENT_MUST_USE ent_status load_book_add(
		struct load_book *book, enum load_kind kind, uint32_t *ret_record);
uint32_t load_book_size(const struct load_book *book);
/* Stays where it is while the book is there. */
struct load_record *load_book_at(struct load_book *book, uint32_t record);

/* Its new standing; keeps the lists of live ones. */
void load_book_set(struct load_book *book, uint32_t record, enum load_standing standing);
uint32_t load_book_live(const struct load_book *book, enum load_kind kind);
/* The i-th of the live ones, which are in no order. */
uint32_t load_book_live_at(const struct load_book *book, enum load_kind kind, uint32_t i);

#endif
