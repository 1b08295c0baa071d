/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memo.h: `entente memo`: memoranda as documents: a template of one, what is wrong with one, one as people read it,
 * and how two differ; and as they live at a node that runs (memo_node.h). Exit status: 0 all is well, 1 a document has
 * faults (or two differ), or an act is refused, 2 it could not be looked at, or asked.
 */
#ifndef ENTENTE_CLI_MEMO_H
#define ENTENTE_CLI_MEMO_H

#include <stdio.h>

#include "entente/memodoc.h"

enum { MEMO_FILES_MAX = 4096, MEMO_OPTIONS_MAX = 24 };

struct memo_asked {
	const char *action;
	const char *file[MEMO_FILES_MAX];
	size_t n_files;
	const char *language, *as, *output;
	const char *data, *passphrase_file, *reason, *from, *answer_by, *at;
	const char *scan, *signed_at, *signed_by, *only_for, *if_match;
	bool json, guide, schema, ad_referendum, on_paper, yes, help;
	bool given[MEMO_OPTIONS_MAX]; /* by their rows */
};

int memo_main(int argc, char **argv);
void memo_help(FILE *out);

/* Says so on standard error; 2. */
int memo_fail(const char *where, const char *why);
/* The whole of a file, "-" for standard input; the caller's to free. False: it was said. */
bool memo_read_file(const char *path, char **ret_bytes, size_t *ret_size);
/* A document; its faults are said by path. 0, 1 or 2 as above. */
int memo_read(const char *path, struct ent_memodoc **ret_doc);
/* Hexadecimal, terminated. */
enum { MEMO_HASH_SIZE = 2 * ENT_HASH_SIZE + 1 };
const char *memo_hash(const struct ent_hash *hash, char ret_text[MEMO_HASH_SIZE]);

int memo_check(const struct memo_asked *asked);
int memo_new(const struct memo_asked *asked);
int memo_rewrite(const struct memo_asked *asked);
int memo_show(const struct memo_asked *asked);
int memo_diff(const struct memo_asked *asked);
int memo_list(const struct memo_asked *asked);
int memo_status(const struct memo_asked *asked);
int memo_terms(const struct memo_asked *asked);
int memo_history(const struct memo_asked *asked);
int memo_document(const struct memo_asked *asked);
int memo_draft(const struct memo_asked *asked);
/* Offer to obligation. */
int memo_act(const struct memo_asked *asked);

/* A line for each thing that is no fault, but hardly meant (pages.h). */
void memo_tell_doubts(FILE *out, const char *path, const struct ent_memodoc *doc);

#endif
