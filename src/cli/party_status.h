/* SPDX-License-Identifier: Apache-2.0 */
/* party_status.h: how the lines of a running node to other parties stand. */
#ifndef ENTENTE_CLI_PARTY_STATUS_H
#define ENTENTE_CLI_PARTY_STATUS_H

#include <stdbool.h>

/* Of all, or of one by how its id begins. 0, 1 or 2, as verb.h says. */
int party_status(const char *data, const char *begin, bool json);
/*
 * The folder was changed: a node that runs on it reads it again, which is said. One that does not run is nothing; one that
 * cannot be told is said too. False: none runs.
 */
bool party_status_tell(const char *data);

#endif
