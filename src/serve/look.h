/* SPDX-License-Identifier: Apache-2.0 */
/* look.h: looks at what the options name before anything is changed, and tells each fault. */
#ifndef ENTENTE_SERVE_LOOK_H
#define ENTENTE_SERVE_LOOK_H

#include "config.h"

/* Is it a folder that a ledger can be kept in, or can it be made? */
void look_at_data(struct config *config);
/*
 * Can one listen there, with this certificate and key (PEM texts, or NULL)? 'option' names the address. Where another
 * process listens already, which may be the node itself, that is only mentioned.
 */
void look_at_listener(struct config *config, const char *option, const char *listen,
		const char *certificate, const char *key);
/* Says which option is wrong when a listener could not be made. */
void listener_fault(struct config *config, const char *option, const char *listen,
		ent_status status, const struct ent_fault *fault);

/* What hinders nothing: said at once with --check, else in the log. */
void look_warn(const struct config *config, const char *format, ...) ENT_PRINTF(2, 3);

#endif
