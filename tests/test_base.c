/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "entente/base.h"

TEST(status__every_one_has_a_name_and_a_text) {
	(void)state_;
	for (int i = 0; i < ENT_STATUS_COUNT; i++) {
		CHECK(strlen(ent_status_text((ent_status)i)) > 3);
		CHECK(strcmp(ent_status_name((ent_status)i), "unknown") != 0);
	}
	CHECK(strcmp(ent_status_text((ent_status)999), "unknown status") == 0);
}

TEST(fault__long_text_is_cut_and_terminated) {
	(void)state_;
	char text[2000];
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	struct ent_fault fault;
	ent_fault_set(&fault, text, "%s", text);
	CHECK(strlen(fault.where) == ENT_FAULT_WHERE_SIZE - 1);
	CHECK(strlen(fault.why) == ENT_FAULT_WHY_SIZE - 1);
	ent_fault_set(NULL, "", "nobody asks");
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(status__every_one_has_a_name_and_a_text),
			TEST_ENTRY(fault__long_text_is_cut_and_terminated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
