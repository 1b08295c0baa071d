/* SPDX-License-Identifier: Apache-2.0 */
/* scopes.h: the scopes of tokens, each list read as "any of". */
#ifndef ENTENTE_API_SCOPES_H
#define ENTENTE_API_SCOPES_H

#define SCOPE_SC "utm.strategic_coordination"
#define SCOPE_CMSA "utm.conformance_monitoring_sa"
#define SCOPE_CM "utm.constraint_management"
#define SCOPE_CP "utm.constraint_processing"
#define SCOPE_AA "utm.availability_arbitration"

#endif
