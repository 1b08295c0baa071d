/* SPDX-License-Identifier: Apache-2.0 */
/* openapi.h: docs/openapi.yaml as it was when the program was built. */
#ifndef ENTENTE_SERVE_OPENAPI_H
#define ENTENTE_SERVE_OPENAPI_H

#include <stddef.h>

extern const char openapi_text[];
extern const size_t openapi_size;

#endif
