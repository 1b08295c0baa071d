/* SPDX-License-Identifier: Apache-2.0 */
/* people.h: the parties that a node knows, with their names and how the lines to them stand, for tables of ids. */
#ifndef ENTENTE_CLI_PEOPLE_H
#define ENTENTE_CLI_PEOPLE_H

#include "entente/party.h"
#include "verb.h"

enum { PEOPLE_LINE_SIZE = 24, PEOPLE_BEGIN_MIN = 4 /* digits by which a party can be named */ };

struct people {
	size_t n;
	struct {
		char id[ENT_PARTY_ID_SIZE];
		char name[ENT_PARTY_NAME_SIZE]; /* fit to be shown */
		char line[PEOPLE_LINE_SIZE];    /* its state; of ourselves "our own" */
		bool own, ahead;                /* its clock is ahead of ours */
	} one[ENT_PARTIES_MAX + 1];
};

/* Asks the node; ourselves first. The caller frees it. */
int people_ask(struct verb *verb, struct people **ret_people);
/* In quotes, with a blank before it; "" of who is not known. Returns ret_text. */
const char *people_name(const struct people *people, const char *id,
		char ret_text[ENT_PARTY_NAME_SIZE + 4]);
/* "" of who is not known. */
const char *people_line(const struct people *people, const char *id);
/* Whether the clock of a party is ahead of ours, as its line shows. */
bool people_ahead(const struct people *people, const char *id);
/* "" : the node is no party. */
const char *people_own(const struct people *people);
/* The id that begins so. 0, or it was said. */
int people_find(const struct verb *verb, const struct people *people, const char *begin,
		char ret_id[ENT_PARTY_ID_SIZE]);

#endif
