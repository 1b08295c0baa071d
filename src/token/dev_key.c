/* SPDX-License-Identifier: Apache-2.0 */
/* dev_key.c: the test key as text that other modules may use. */
#include "dev_key.h"

#include "entente/token.h"

const char ent_token_dev_private_pem[] = ENT_TOKEN_DEV_PRIVATE_PEM;
const char ent_token_dev_public_pem[] = ENT_TOKEN_DEV_PUBLIC_PEM;
