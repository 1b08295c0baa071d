/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refused.h: names that this program does not take. This is safety software: it has no place for targets, weapons,
 * sensor video or force strength, in no input and no agreement. Depends on: base.
 *
 * A name is split into words at anything but a letter and where a capital follows a small letter; one word of the
 * list is enough, neighbouring ones are also looked at together ("order_of_battle"). The first 128 bytes count.
 */
#ifndef ENTENTE_REFUSED_H
#define ENTENTE_REFUSED_H

#include "entente/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* True for the name of a member, column or data field that speaks of such things. */
bool ent_refused_name(const char *name, size_t length);

/*
 * The same for what parties agree on: there sensors of any kind and numbers of people and machines are
 * refused too, which a record of traffic may well name.
 */
bool ent_refused_term(const char *name, size_t length);

/* Sets the fault that goes with it and returns E_REFUSED. */
ent_status ent_refused_fault(struct ent_fault *fault, const char *where);

#ifdef __cplusplus
}
#endif

#endif
