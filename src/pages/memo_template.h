/* SPDX-License-Identifier: Apache-2.0 */
/* memo_template.h: memo_template.json as it was when the program was built. */
#ifndef ENTENTE_PAGES_TEMPLATE_H
#define ENTENTE_PAGES_TEMPLATE_H

#include <stddef.h>

extern const char memo_template_text[];
extern const size_t memo_template_size;

#endif
