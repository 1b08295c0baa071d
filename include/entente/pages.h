/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pages.h: a memorandum's document as people read it: the template to begin with, what is doubtful in one, one as text in English,
 * French, Russian or Arabic, and how two differ. The command and the node give the same bytes from it.
 * Depends on: base, seal, wire, volume, memo.
 *
 * Languages are codes as ISO 639 has them; pages are there in ENT_PAGES_LANGUAGES. Texts from ret_ parameters are terminated, from
 * malloc and the caller's. All else is borrowed, and any thread may call.
 */
#ifndef ENTENTE_PAGES_H
#define ENTENTE_PAGES_H

#include "entente/jsonout.h"
#include "entente/memodoc.h"
#include "entente/stream.h"

#define ENT_PAGES_LANGUAGES "en, fr, ru or ar"
#define ENT_PAGES_SIGN_BY_IS_OVER "its sign_by is over: nobody can sign it any more"
enum { ENT_PAGES_TEXT_MAX = 4 << 20 }; /* bytes of a page */

bool ent_pages_has_language(const char *language);
/* Does a page in it run from right to left? */
bool ent_pages_to_left(const char *language);

/*
 * --- The template ---
 *
 * 'languages': codes with commas between, "en,ru": those that are authentic. E_SYNTAX: none, one twice, or one in which it is
 * not there. E_MEMORY, and statuses of 'write'.
 */
ENT_MUST_USE ent_status ent_pages_check_languages(
		const char *languages, struct ent_fault *reterr_fault);
ENT_MUST_USE ent_status ent_pages_template(const char *languages, ent_write_fn write, void *user,
		struct ent_fault *reterr_fault);

/*
 * The document again, with each text that the program made written anew from the figures as they are now: what the template says
 * in that clause's section, or what the figures say, whatever numbers, dates and ids stand in it. What people wrote stays, and
 * what is to be done in an obligation; so does all in languages in which there are no pages. 'ret_n': texts that are others now;
 * none: the bytes are the document's own.
 */
ENT_MUST_USE ent_status ent_pages_rewrite(
		const struct ent_memodoc *doc, ent_write_fn write, void *user, size_t *ret_n);

/* --- What is found in one --- */

/*
 * No faults, but hardly meant; 'where' is the path of the text or figure: a text that is still the template's, one that has a date or a
 * party which the figures beside it contradict, an obligation that is due while nothing is in force, a sign_by that is
 * over at that moment (INT64_MIN: it is not asked). E_LIMIT, E_MEMORY: there
 * may be more.
 */
typedef void (*ent_pages_doubt_fn)(void *user, const char *where, const char *why);
ENT_MUST_USE ent_status ent_pages_doubts(const struct ent_memodoc *doc, int64_t now_utc_us,
		ent_pages_doubt_fn tell, void *user);
/* "faults" and "faults_in_all", as members of an object that the caller begins and ends. */
void ent_pages_write_faults(struct ent_jsonout *out, const struct ent_memodoc_faults *faults);
/* The same behind "memorandum", "sha256" and "warnings"; 'doc' NULL: it has faults, and these are left away. Statuses as of doubts. */
ENT_MUST_USE ent_status ent_pages_write_found(struct ent_jsonout *out,
		const struct ent_memodoc *doc, int64_t now_utc_us,
		const struct ent_memodoc_faults *faults);

/*
 * --- One as text ---
 *
 * The party of that place stands first; UINT32_MAX: none does. E_DOMAIN: no page is there in that language. E_LIMIT: more
 * than ENT_PAGES_TEXT_MAX. E_MEMORY.
 */
ENT_MUST_USE ent_status ent_pages_show(const struct ent_memodoc *doc, const char *language,
		uint32_t as, char **ret_text, size_t *ret_size);

/* --- How two differ --- */

/* One difference; texts are NULL where there are none. */
struct ent_pages_change {
	const char *what;     /* "clause", "party", "member", "affected", "memorandum", "label" */
	const char *id;       /* which one; a member of the memorandum itself */
	const char *change;   /* "added", "removed", "changed" */
	const char *language; /* of the text that changed; NULL: what it means did */
	const char *was, *is;
};
typedef void (*ent_pages_change_fn)(void *user, const struct ent_pages_change *change);
/*
 * Parties by their id, clauses by theirs. No change, of other bytes: they say the same, and each must be signed for itself.
 * E_LIMIT: a clause of more than ENT_PAGES_TEXT_MAX. E_MEMORY.
 */
ENT_MUST_USE ent_status ent_pages_compare(const struct ent_memodoc *was,
		const struct ent_memodoc *is, ent_pages_change_fn tell, void *user);
/* "was" and "is", their hashes, and "changes", as members. Statuses as above. */
ENT_MUST_USE ent_status ent_pages_write_changes(const struct ent_memodoc *was,
		const struct ent_memodoc *is, struct ent_jsonout *out);

#endif
