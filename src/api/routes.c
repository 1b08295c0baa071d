/* SPDX-License-Identifier: Apache-2.0 */
/* routes.c: the table of routes, and who may take each. */
#include <string.h>

#include "internal.h"
#include "scopes.h"

#define ANY(...)                  \
	(const char *const[]) {   \
		__VA_ARGS__, NULL \
	}

#define INTENTS ANY(SCOPE_SC, SCOPE_CMSA)
#define CONSTRAINTS ANY(SCOPE_CM, SCOPE_CP)
#define CONSTRAINTS_WRITE ANY(SCOPE_CM)
#define SUBSCRIPTIONS ANY(SCOPE_SC, SCOPE_CP)
#define REPORTS ANY(SCOPE_CM, SCOPE_CP, SCOPE_SC, SCOPE_CMSA, SCOPE_AA)
#define AVAILABILITY ANY(SCOPE_AA, SCOPE_SC, SCOPE_CMSA)
#define AVAILABILITY_WRITE ANY(SCOPE_AA)
#define OAUTH ANY("dss.read.identification_service_areas", "dss.write.identification_service_areas")
#define POOL ANY("interuss.pool_status.read")
#define HEARTBEAT ANY("interuss.pool_status.heartbeat.write")
#define VERSIONS ANY("interuss.versioning.read_system_versions")

#define SCD "/dss/v1"
#define AUX "/aux/v1"

/* clang-format off */
const struct route api_routes[] = {
	{ENT_HTTP_POST,   SCD "/operational_intent_references/query", INTENTS, query_intents},
	{ENT_HTTP_GET,    SCD "/operational_intent_references/{}", INTENTS, get_intent},
	{ENT_HTTP_PUT,    SCD "/operational_intent_references/{}", INTENTS, put_intent},
	{ENT_HTTP_PUT,    SCD "/operational_intent_references/{}/{}", INTENTS, update_intent},
	{ENT_HTTP_DELETE, SCD "/operational_intent_references/{}/{}", INTENTS, delete_intent},
	{ENT_HTTP_POST,   SCD "/constraint_references/query", CONSTRAINTS, query_constraints},
	{ENT_HTTP_GET,    SCD "/constraint_references/{}", CONSTRAINTS, get_constraint},
	{ENT_HTTP_PUT,    SCD "/constraint_references/{}", CONSTRAINTS_WRITE, put_constraint},
	{ENT_HTTP_PUT,    SCD "/constraint_references/{}/{}", CONSTRAINTS_WRITE, update_constraint},
	{ENT_HTTP_DELETE, SCD "/constraint_references/{}/{}", CONSTRAINTS_WRITE, delete_constraint},
	{ENT_HTTP_POST,   SCD "/subscriptions/query", SUBSCRIPTIONS, query_subscriptions},
	{ENT_HTTP_GET,    SCD "/subscriptions/{}", SUBSCRIPTIONS, get_subscription},
	{ENT_HTTP_PUT,    SCD "/subscriptions/{}", SUBSCRIPTIONS, put_subscription},
	{ENT_HTTP_PUT,    SCD "/subscriptions/{}/{}", SUBSCRIPTIONS, update_subscription},
	{ENT_HTTP_DELETE, SCD "/subscriptions/{}/{}", SUBSCRIPTIONS, delete_subscription},
	{ENT_HTTP_POST,   SCD "/reports", REPORTS, make_report},
	{ENT_HTTP_GET,    SCD "/uss_availability/{}", AVAILABILITY, get_availability},
	{ENT_HTTP_PUT,    SCD "/uss_availability/{}", AVAILABILITY_WRITE, set_availability},

	{ENT_HTTP_GET,    AUX "/version", NULL, get_version},
	{ENT_HTTP_GET,    AUX "/validate_oauth", OAUTH, validate_oauth},
	{ENT_HTTP_GET,    AUX "/pool", POOL, get_pool},
	{ENT_HTTP_GET,    AUX "/pool/dss_instances", POOL, get_instances},
	{ENT_HTTP_PUT,    AUX "/pool/dss_instances/heartbeat", HEARTBEAT, put_heartbeat},
	{ENT_HTTP_GET,    AUX "/configuration/accepted_ca_certs", NULL, get_accepted_cas},
	{ENT_HTTP_GET,    AUX "/configuration/ca_certs", NULL, get_cas},
	{ENT_HTTP_GET,    AUX "/configuration/global_options", POOL, get_global_options},

	{ENT_HTTP_GET,    "/versions/{}", VERSIONS, get_system_version},
	{ENT_HTTP_GET,    "/healthz", NULL, get_health},
	{ENT_HTTP_GET,    "/openapi.yaml", NULL, get_openapi},
	{ENT_HTTP_OTHER,  "/healthy", NULL, get_healthy}, /* with any method */
};
/* clang-format on */
const size_t api_routes_count = sizeof api_routes / sizeof api_routes[0];

const char *ent_api_scope(size_t i) {
	const char *found[ROUTES_MAX] = {NULL};
	size_t n = 0;
	for (size_t route = 0; route < api_routes_count; route++)
		for (const char *const *scope = api_routes[route].scopes;
				scope != NULL && *scope != NULL && n < ROUTES_MAX; scope++) {
			size_t at = 0;
			while (at < n && strcmp(found[at], *scope) != 0)
				at++;
			if (at == n)
				found[n++] = *scope;
		}
	return i < n ? found[i] : NULL;
}
