/* SPDX-License-Identifier: Apache-2.0 */
/* operator_list.h: the operators of a desk, for people and for programs; no hashes of passwords. */
#ifndef ENTENTE_CLI_OPERATOR_LIST_H
#define ENTENTE_CLI_OPERATOR_LIST_H

#include "entente/desk.h"

/* 'now_utc_us' says which sessions are open, and who is locked out. */
void operator_list_text(const struct ent_desk *desk, int64_t now_utc_us);
/* E_IO. */
ENT_MUST_USE ent_status operator_list_json(const struct ent_desk *desk, int64_t now_utc_us);

#endif
