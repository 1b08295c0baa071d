/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_copy.h: a ledger out of a data directory into a file, and into a data directory again. */
#ifndef ENTENTE_CLI_LEDGER_COPY_H
#define ENTENTE_CLI_LEDGER_COPY_H

#include "ledger_source.h"

/* E_IO, E_MEMORY, with the reason. */
ENT_MUST_USE ent_status ledger_export(
		struct ledger_source *source, FILE *file, struct ent_fault *reterr_fault);
/*
 * Into a folder without a ledger. Its checkpoint is that of the source: the entries must be those that it was signed over.
 * There is no private key in it: the copy can be looked at, but no node goes on with it. E_EXISTS, E_SYNTAX, E_IO, E_MEMORY.
 */
ENT_MUST_USE ent_status ledger_import(struct ledger_source *source, const char *directory,
		uint64_t *ret_entries, struct ent_fault *reterr_fault);

/* A file of at most LEDGER_LINE_MAX bytes; terminated; from malloc. */
ENT_MUST_USE ent_status ledger_file_read(const char *path, char **ret_text, size_t *ret_size,
		struct ent_fault *reterr_fault);

#endif
