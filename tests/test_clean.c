/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "clean.h"
#include "names.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum { OUT_MAX = 4096, PARTS_MAX = 64 };

/* What came out: the labels of the reports that stay, and where the parts end. */
struct out {
	uint32_t labels[OUT_MAX];
	size_t n, ends[PARTS_MAX], parts;
	struct check_cleaning cleaning;
};

static ent_status take(void *user, const struct check_report *reports, size_t n, uint32_t part) {
	struct out *out = user;
	CHECK(n > 0 && out->n + n <= OUT_MAX && out->parts < PARTS_MAX);
	CHECK(part == 0 || out->parts > 0);
	for (size_t i = 0; i < n; i++) {
		CHECK(reports[i].flight == reports[0].flight);
		CHECK(i == 0 || reports[i].time_utc_us > reports[i - 1].time_utc_us);
		out->labels[out->n++] = reports[i].label;
	}
	out->ends[out->parts++] = out->n;
	return ENT_OK;
}

/* 1 m of latitude is about 9000 ndeg. */
static struct check_report at(int64_t s, int64_t north_m, int32_t up_m, uint32_t label) {
	return (struct check_report){.time_utc_us = s * 1000000,
			.at = {INT64_C(47000000000) + north_m * 9000, INT64_C(8000000000)},
			.altitude_mm = up_m * 1000,
			.label = label};
}

static void run(struct check_report *reports, size_t n, uint32_t flights, struct out *out) {
	memset(out, 0, sizeof *out);
	CHECK(check_clean(reports, n, flights, CHECK_RECORDING, &out->cleaning, take, out) ==
			ENT_OK);
	CHECK(out->cleaning.kept == out->n);
}

static bool labels_are(const struct out *out, const char *want) {
	char have[OUT_MAX];
	for (size_t i = 0; i < out->n; i++)
		have[i] = (char)('a' + out->labels[i]);
	return strlen(want) == out->n && memcmp(have, want, out->n) == 0;
}

TEST(clean__orderly_reports_stay_as_they_are) {
	(void)state_;
	struct check_report reports[] = {at(0, 0, 0, 0), at(10, 2000, 50, 1), at(20, 4000, 100, 2)};
	struct out out;
	run(reports, 3, 1, &out);
	CHECK(labels_are(&out, "abc") && out.parts == 1);
	for (int rule = 0; rule < CHECK_RULE_COUNT; rule++)
		CHECK(out.cleaning.touched[rule] == 0);
}

TEST(clean__unsorted_reports_are_sorted_and_counted) {
	(void)state_;
	struct check_report reports[] = {
			at(20, 0, 0, 2), at(0, 0, 0, 0), at(30, 0, 0, 3), at(10, 0, 0, 1)};
	struct out out;
	run(reports, 4, 1, &out);
	CHECK(labels_are(&out, "abcd"));
	CHECK(out.cleaning.touched[CHECK_RULE_UNSORTED] == 2);
}

TEST(clean__of_one_moment_the_first_read_stays) {
	(void)state_;
	struct check_report reports[] = {at(10, 5, 0, 1), at(0, 0, 0, 0), at(10, 9, 0, 7),
			at(10, 5, 0, 8), at(20, 0, 0, 2)};
	struct out out;
	run(reports, 5, 1, &out);
	CHECK(labels_are(&out, "abc"));
	CHECK(out.cleaning.touched[CHECK_RULE_DUPLICATE] == 2);
}

TEST(clean__a_flight_is_split_at_gaps_over_ten_minutes_only) {
	(void)state_;
	struct check_report reports[] = {
			at(0, 0, 0, 0), at(600, 0, 0, 1), at(1201, 0, 0, 2), at(1801, 0, 0, 3)};
	struct out out;
	run(reports, 4, 1, &out);
	CHECK(labels_are(&out, "abcd") && out.parts == 2 && out.ends[0] == 2);
	CHECK(out.cleaning.touched[CHECK_RULE_GAP] == 1);
	struct check_report exact[] = {at(0, 0, 0, 0), at(600, 0, 0, 1)};
	exact[1].time_utc_us++;
	run(exact, 2, 1, &out);
	CHECK(out.parts == 2);
}

TEST(clean__impossible_jumps_go_wherever_they_stand) {
	(void)state_;
	/* Ten reports 10 s apart, 2 km each; those marked lie elsewhere. */
	static const struct {
		const char *why, *bad;
		int64_t north_m;
		int32_t up_m;
		const char *stay;
	} rows[] = {
			{"none", "", 0, 0, "abcdefghij"},
			{"the first", "a", 300000, 0, "bcdefghij"},
			{"the first three", "abc", 300000, 0, "defghij"},
			{"the last", "j", 300000, 0, "abcdefghi"},
			{"one in the middle", "e", -300000, 0, "abcdfghij"},
			{"two together in the middle", "ef", 300000, 0, "abcdghij"},
			{"every other one but more good than bad", "bdfh", 300000, 0, "acegij"},
			{"an altitude", "e", 0, 9000, "abcdfghij"},
			{"the first altitude", "a", 0, 9000, "bcdefghij"},
			{"fast but possible", "e", 6000, 0, "abcdefghij"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct check_report reports[10];
		struct out out;
		for (uint32_t j = 0; j < 10; j++) {
			bool bad = strchr(rows[i].bad, (int)('a' + j)) != NULL &&
					rows[i].bad[0] != '\0';
			reports[j] = at(10 * j, 2000 * j + (bad ? rows[i].north_m : 0),
					bad ? rows[i].up_m : 0, j);
		}
		run(reports, 10, 1, &out);
		CHECK_ROW(rows[i].why, labels_are(&out, rows[i].stay));
		CHECK_ROW(rows[i].why,
				out.cleaning.touched[CHECK_RULE_JUMP] == 10 - strlen(rows[i].stay));
	}
}

TEST(clean__the_limits_of_a_jump_are_where_they_are_stated) {
	(void)state_;
	/* Along the equator, where a degree of longitude is a known length: 6378137 m * pi / 180. */
	const double m_per_ndeg = 6378137.0 * 3.14159265358979323846 / 180 / 1e9;
	for (int s = 1; s <= 34; s += 33) {
		for (int side = -1; side <= 1; side += 2) {
			struct check_report reports[] = {at(0, 0, 0, 0), at(s, 0, 0, 1)};
			double metres = CHECK_JUMP_SPEED_MPS * s + CHECK_JUMP_SLACK_M + side * 0.5;
			/* The rule measures a straight line, which is shorter than the arc: by 0.04 m in 34 km. */
			reports[0].at = (struct ent_point){0, 0};
			reports[1].at = (struct ent_point){0, (int64_t)(metres / m_per_ndeg)};
			struct out out;
			run(reports, 2, 1, &out);
			CHECK(out.n == (side < 0 ? 2 : 1));
			struct check_report climb[] = {at(0, 0, 0, 0), at(s, 0, 0, 1)};
			climb[1].altitude_mm = CHECK_JUMP_CLIMB_MPS * 1000 * s +
					CHECK_JUMP_SLACK_MM + (side > 0);
			run(climb, 2, 1, &out);
			CHECK(out.n == (side < 0 ? 2 : 1));
		}
	}
}

TEST(clean__crossing_the_antimeridian_is_no_jump) {
	(void)state_;
	struct check_report reports[] = {at(0, 0, 0, 0), at(10, 0, 0, 1)};
	reports[0].at = (struct ent_point){INT64_C(10000000000), INT64_C(179990000000)};
	reports[1].at = (struct ent_point){INT64_C(10000000000), INT64_C(-179990000000)};
	struct out out;
	run(reports, 2, 1, &out);
	CHECK(labels_are(&out, "ab"));
}

static bool possible(const struct check_report *a, const struct check_report *b) {
	double s = (double)(b->time_utc_us - a->time_utc_us) / 1e6;
	struct ent_vec3 p = ent_geo_ecef(a->at), q = ent_geo_ecef(b->at);
	double x = p.x - q.x, y = p.y - q.y, z = p.z - q.z;
	double up = (double)b->altitude_mm - a->altitude_mm;
	double far = CHECK_JUMP_SPEED_MPS * s + CHECK_JUMP_SLACK_M;
	return x * x + y * y + z * z <= far * far &&
			(up < 0 ? -up : up) <=
			CHECK_JUMP_CLIMB_MPS * 1000 * s + CHECK_JUMP_SLACK_MM;
}

/* By brute force over all subsets: no run of possible neighbours is longer than what stayed. */
TEST(clean__what_stays_is_the_longest_possible_run) {
	(void)state_;
	uint64_t seed = 77;
	for (int round = 0; round < 3000; round++) {
		struct check_report reports[11], copy[11];
		size_t n = 2 + (size_t)(test_random(&seed) % 10);
		int64_t s = 0;
		for (uint32_t i = 0; i < n; i++) {
			s += 1 + (int64_t)(test_random(&seed) % 20);
			reports[i] = at(s, (int64_t)(test_random(&seed) % 30000),
					(int32_t)(test_random(&seed) % 2500), i);
		}
		memcpy(copy, reports, sizeof copy);
		struct out out;
		run(reports, n, 1, &out);
		size_t longest = 0;
		for (unsigned set = 1; set < 1U << n; set++) {
			size_t count = 0;
			const struct check_report *last = NULL;
			bool all = true;
			for (size_t i = 0; i < n && all; i++) {
				if (!(set >> i & 1))
					continue;
				all = last == NULL || possible(last, &copy[i]);
				last = &copy[i];
				count++;
			}
			longest = all && count > longest ? count : longest;
		}
		CHECK(out.n == longest);
		for (size_t i = 1; i < out.n; i++)
			CHECK(possible(&copy[out.labels[i - 1]], &copy[out.labels[i]]));
	}
}

TEST(clean__a_plan_is_not_split_and_its_jumps_are_lost) {
	(void)state_;
	const struct check_report plan[] = {at(0, 0, 0, 0), at(1800, 150000, 0, 1),
			at(1810, 450000, 0, 2), at(5400, 300000, 0, 3)};
	struct check_report reports[4];
	struct out out = {.n = 0};
	memcpy(reports, plan, sizeof plan);
	CHECK(check_clean(reports, 4, 1, CHECK_PLAN, &out.cleaning, take, &out) == ENT_OK);
	CHECK(labels_are(&out, "abd") && out.parts == 1);
	CHECK(out.cleaning.touched[CHECK_RULE_GAP] == 0 && out.cleaning.lost == 1);
	CHECK(out.cleaning.doubtful == 0);
	memcpy(reports, plan, sizeof plan);
	run(reports, 4, 1, &out);
	CHECK(labels_are(&out, "abd") && out.parts == 3 && out.cleaning.lost == 0);
}

TEST(clean__a_flight_that_loses_more_than_a_tenth_as_jumps_is_doubtful) {
	(void)state_;
	for (uint32_t false_ones = 1; false_ones < 4; false_ones++) {
		struct check_report reports[20];
		struct out out;
		for (uint32_t i = 0; i < 20; i++)
			reports[i] = at(i * 10, i % 6 == 3 && i / 6 < false_ones ? 300000 : 0, 0,
					i);
		run(reports, 20, 1, &out);
		CHECK(out.n == 20 - false_ones && out.cleaning.doubtful == (false_ones > 2));
	}
}

TEST(clean__flights_do_not_mix) {
	(void)state_;
	struct check_report reports[300];
	for (uint32_t i = 0; i < 300; i++) {
		reports[i] = at(i / 3 * 10, (i % 3) * 500000, 0, i);
		reports[i].flight = i % 3;
	}
	struct out out;
	run(reports, 300, 4, &out); /* the fourth has none */
	CHECK(out.n == 300 && out.parts == 3);
	CHECK(out.labels[0] == 0 && out.labels[100] == 1 && out.labels[200] == 2);
}

TEST(clean__twice_gives_the_same_as_once) {
	(void)state_;
	uint64_t seed = 3;
	for (int round = 0; round < 200; round++) {
		struct check_report reports[200], again[200];
		for (uint32_t i = 0; i < 200; i++) {
			reports[i] = at((int64_t)(test_random(&seed) % 4000),
					(int64_t)(test_random(&seed) % 90000),
					(int32_t)(test_random(&seed) % 3000), i);
		}
		struct check_report copy[200];
		memcpy(copy, reports, sizeof copy);
		struct out first, second;
		run(reports, 200, 1, &first);
		for (size_t i = 0; i < first.n; i++)
			again[i] = copy[first.labels[i]];
		run(again, first.n, 1, &second);
		CHECK(second.cleaning.touched[CHECK_RULE_UNSORTED] == 0);
		CHECK(second.cleaning.touched[CHECK_RULE_DUPLICATE] == 0);
		CHECK(second.cleaning.touched[CHECK_RULE_JUMP] == 0);
		CHECK(second.n == first.n && second.parts == first.parts);
	}
}

static ent_status refuse(void *user, const struct check_report *reports, size_t n, uint32_t part) {
	(void)user;
	(void)reports;
	(void)n;
	(void)part;
	return ENT_E_LIMIT;
}

TEST(clean__the_callers_failure_is_returned_and_nothing_is_nothing) {
	(void)state_;
	struct check_report reports[] = {at(0, 0, 0, 0)};
	struct check_cleaning cleaning = {0};
	CHECK(check_clean(reports, 1, 1, CHECK_RECORDING, &cleaning, refuse, NULL) == ENT_E_LIMIT);
	CHECK(check_clean(reports, 0, 0, CHECK_PLAN, &cleaning, refuse, NULL) == ENT_OK);
}

TEST(names__numbers_are_given_in_order_and_found_again) {
	(void)state_;
	struct check_names names = {0};
	uint64_t seed = 8;
	for (int order = 0; order < 3; order++) {
		for (uint32_t i = 0; i < 5000; i++) {
			char name[24];
			uint32_t number;
			bool added;
			uint32_t value = order == 0  ? i
					: order == 1 ? 9999 - i
						     : (uint32_t)(test_random(&seed) % 10000);
			int length = snprintf(name, sizeof name, "%08u", value);
			CHECK(check_names_add(&names, name, (size_t)length, &number, &added) ==
					ENT_OK);
			CHECK(added == (order < 2));
			CHECK(number == (value < 5000 ? value : 14999 - value));
			size_t have;
			CHECK(strcmp(check_names_text(&names, number, &have), name) == 0 &&
					have == 8);
		}
	}
	uint32_t number;
	bool added;
	char longest[300] = "";
	CHECK(check_names_add(&names, longest, 256, &number, &added) == ENT_E_LIMIT);
	CHECK(check_names_add(&names, "a\0b", 3, &number, &added) == ENT_OK && added);
	CHECK(check_names_add(&names, "a\0c", 3, &number, &added) == ENT_OK && added);
	check_names_finish(&names);
}

int main(void) {
	const struct CMUnitTest tests[] = {
			TEST_ENTRY(clean__orderly_reports_stay_as_they_are),
			TEST_ENTRY(clean__unsorted_reports_are_sorted_and_counted),
			TEST_ENTRY(clean__of_one_moment_the_first_read_stays),
			TEST_ENTRY(clean__a_flight_is_split_at_gaps_over_ten_minutes_only),
			TEST_ENTRY(clean__impossible_jumps_go_wherever_they_stand),
			TEST_ENTRY(clean__the_limits_of_a_jump_are_where_they_are_stated),
			TEST_ENTRY(clean__crossing_the_antimeridian_is_no_jump),
			TEST_ENTRY(clean__what_stays_is_the_longest_possible_run),
			TEST_ENTRY(clean__a_plan_is_not_split_and_its_jumps_are_lost),
			TEST_ENTRY(clean__a_flight_that_loses_more_than_a_tenth_as_jumps_is_doubtful),
			TEST_ENTRY(clean__flights_do_not_mix),
			TEST_ENTRY(clean__twice_gives_the_same_as_once),
			TEST_ENTRY(clean__the_callers_failure_is_returned_and_nothing_is_nothing),
			TEST_ENTRY(names__numbers_are_given_in_order_and_found_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
