/* SPDX-License-Identifier: Apache-2.0 */
/* What happens where a run has as many flights and volumes as it may: built with a limit of 20. */
#include "reading.h"

TEST(items__beyond_the_limit_are_faults_that_say_so_and_the_others_stay) {
	(void)state_;
	static const char *const heads[] = {"time,id,lat,lon,altitude\n",
			"{\"type\":\"FeatureCollection\",\"features\":["};
	for (size_t i = 0; i < COUNT(heads); i++) {
		char text[8000];
		struct run run;
		begin(&run, NULL);
		(void)snprintf(text, sizeof text, "%s", heads[i]);
		for (int k = 0; k < 22; k++) {
			const size_t at = strlen(text);
			if (i == 0)
				(void)snprintf(text + at, sizeof text - at,
						"2026-11-24T10:00:00Z,f%d,47,8,FL100\n", k);
			else
				(void)snprintf(text + at, sizeof text - at, "%s%s",
						k > 0 ? "," : "", FEATURE("", SQUARE));
		}
		if (i == 1)
			(void)snprintf(text + strlen(text), sizeof text - strlen(text), "]}");
		CHECK_ROW(heads[i], read_text(&run, text) == ENT_E_LIMIT);
		CHECK_ROW(heads[i], run.model.n_items == 20 && run.faults.total == 2);
		CHECK_ROW(heads[i],
				strstr(run.faults.shown[0].fault.why,
						"more than 20 flights and volumes in one run") !=
						NULL);
		finish(&run);
	}
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(items__beyond_the_limit_are_faults_that_say_so_and_the_others_stay),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
