/* SPDX-License-Identifier: Apache-2.0 */
/* summary.c: the last line of a run, or the object that says the same and how each kind of request did. */
#include "run.h"

#include <stdio.h>

#include "entente/jsonout.h"

#define MS_DECIMALS 6 /* of nanoseconds */
#define NS_PER_S 1e9

static const struct {
	const char *name; /* in the line */
	const char *member;
	unsigned part, whole;
} shares[] = {
		{"median", "median", 1, 2},
		{"p90", "p90", 9, 10},
		{"p99", "p99", 99, 100},
		{"p99.9", "p99_9", 999, 1000},
};
enum { SHARES = sizeof shares / sizeof shares[0] };

static const char *const kind_names[LOAD_KIND_COUNT] = {
#define ROW(name, text, path, member, created) text,
		LOAD_KIND_MAP(ROW)
#undef ROW
};
static const char *const verb_names[LOAD_VERB_COUNT] = {
#define ROW(name, text, method) text,
		LOAD_VERB_MAP(ROW)
#undef ROW
};

static double seconds(const struct load_tally *tally) {
	return (double)(tally->end_mono_ns - tally->start_mono_ns) / NS_PER_S;
}

static double rate(const struct load_tally *tally) {
	const double s = seconds(tally);
	return s > 0 ? (double)tally->requests / s : 0;
}

static double cpu_us_each(const struct load_tally *tally) {
	return tally->requests > 0 ? (double)tally->cpu_us / (double)tally->requests : 0;
}

static double ms(int64_t ns) {
	return (double)ns / 1e6;
}

/* --- Text --- */

static void print_errors(const struct load_tally *tally) {
	const char *before = " (";
	(void)printf(", %llu errors", (unsigned long long)tally->errors);
	for (unsigned status = 0; status < LOAD_STATUSES; status++) {
		if (tally->by_status[status] == 0)
			continue;
		(void)fputs(before, stdout);
		if (status == LOAD_STATUS_LOST)
			(void)fputs("lost", stdout);
		else
			(void)printf("%u", status);
		(void)printf(": %llu", (unsigned long long)tally->by_status[status]);
		before = ", ";
	}
	if (tally->errors > 0)
		(void)fputs(")", stdout);
}

static void print_line(const struct load_run *run) {
	const struct load_tally *tally = run->tally;
	const struct load_checked *checked = &run->checked;
	const uint64_t known = checked->live + checked->gone, wrong = checked->wrong + run->wrong;
	(void)printf("%s: %llu requests in %.1f s, %.1f/s", run->mix->name,
			(unsigned long long)tally->requests, seconds(tally), rate(tally));
	print_errors(tally);
	if (run->mix->together)
		(void)printf(", %llu conflicts sent again", (unsigned long long)tally->conflicts);
	(void)printf("; ms: min %.3f", ms(tally->took.min_ns));
	for (size_t i = 0; i < SHARES; i++)
		(void)printf(", %s %.3f", shares[i].name,
				ms(load_histogram_share(
						&tally->took, shares[i].part, shares[i].whole)));
	(void)printf(", max %.3f; %.1f us of our CPU each; ", ms(tally->took.max_ns),
			cpu_us_each(tally));
	(void)printf("checked %llu of %llu (%llu live, %llu gone; %llu unknown): %llu wrong\n",
			(unsigned long long)checked->looked_at, (unsigned long long)known,
			(unsigned long long)checked->live, (unsigned long long)checked->gone,
			(unsigned long long)checked->unknown, (unsigned long long)wrong);
}

/* --- JSON --- */

static void member_uint(struct ent_jsonout *out, const char *name, uint64_t value) {
	ent_jsonout_name(out, name);
	ent_jsonout_uint(out, value);
}

static void member_decimal(
		struct ent_jsonout *out, const char *name, double value, unsigned decimals) {
	double scale = 1;
	for (unsigned i = 0; i < decimals; i++)
		scale *= 10;
	ent_jsonout_name(out, name);
	ent_jsonout_decimal(out, (int64_t)(value * scale + 0.5), decimals);
}

static void write_latency(struct ent_jsonout *out, const struct load_histogram *took) {
	ent_jsonout_name(out, "latency_ms");
	ent_jsonout_object_begin(out);
	ent_jsonout_name(out, "min");
	ent_jsonout_decimal(out, took->min_ns, MS_DECIMALS);
	for (size_t i = 0; i < SHARES; i++) {
		ent_jsonout_name(out, shares[i].member);
		ent_jsonout_decimal(out,
				load_histogram_share(took, shares[i].part, shares[i].whole),
				MS_DECIMALS);
	}
	ent_jsonout_name(out, "max");
	ent_jsonout_decimal(out, took->max_ns, MS_DECIMALS);
	ent_jsonout_object_end(out);
}

static void write_errors(struct ent_jsonout *out, const struct load_tally *tally) {
	char name[16];
	member_uint(out, "errors", tally->errors);
	ent_jsonout_name(out, "errors_by_status");
	ent_jsonout_object_begin(out);
	for (unsigned status = 0; status < LOAD_STATUSES; status++) {
		if (tally->by_status[status] == 0)
			continue;
		(void)snprintf(name, sizeof name, status == LOAD_STATUS_LOST ? "lost" : "%u",
				status);
		member_uint(out, name, tally->by_status[status]);
	}
	ent_jsonout_object_end(out);
}

static void write_acts(struct ent_jsonout *out, const struct load_tally *tally) {
	ent_jsonout_name(out, "acts");
	ent_jsonout_array_begin(out);
	for (size_t kind = 0; kind < LOAD_KIND_COUNT; kind++)
		for (size_t verb = 0; verb < LOAD_VERB_COUNT; verb++) {
			const struct load_histogram *took = &tally->by_act[kind][verb];
			if (took->n == 0)
				continue;
			ent_jsonout_object_begin(out);
			ent_jsonout_name(out, "act");
			ent_jsonout_string(out, verb_names[verb]);
			ent_jsonout_name(out, "of");
			ent_jsonout_string(out, kind_names[kind]);
			member_uint(out, "answers", took->n);
			write_latency(out, took);
			ent_jsonout_object_end(out);
		}
	ent_jsonout_array_end(out);
}

static void write_checked(struct ent_jsonout *out, const struct load_run *run) {
	const struct load_checked *checked = &run->checked;
	ent_jsonout_name(out, "checked");
	ent_jsonout_object_begin(out);
	member_uint(out, "looked_at", checked->looked_at);
	member_uint(out, "live", checked->live);
	member_uint(out, "gone", checked->gone);
	member_uint(out, "unknown", checked->unknown);
	member_uint(out, "wrong", checked->wrong + run->wrong);
	ent_jsonout_object_end(out);
}

static ent_status print_json(const struct load_run *run) {
	const struct load_tally *tally = run->tally;
	struct ent_jsonout out;
	ent_jsonout_init(&out, ent_jsonout_to_file, stdout, 0);
	ent_jsonout_object_begin(&out);
	ent_jsonout_name(&out, "mix");
	ent_jsonout_string(&out, run->mix->name);
	member_uint(&out, "connections", run->connections);
	member_decimal(&out, "seconds", seconds(tally), 3);
	member_uint(&out, "requests", tally->requests);
	member_decimal(&out, "rate_per_s", rate(tally), 1);
	write_errors(&out, tally);
	member_uint(&out, "conflicts", tally->conflicts);
	write_latency(&out, &tally->took);
	member_decimal(&out, "cpu_us_per_request", cpu_us_each(tally), 2);
	write_acts(&out, tally);
	write_checked(&out, run);
	ent_jsonout_object_end(&out);
	return ent_jsonout_finish(&out);
}

ent_status load_summary_print(const struct load_run *run) {
	if (run->options->json)
		return print_json(run);
	print_line(run);
	return ferror(stdout) != 0 || fflush(stdout) != 0 ? ENT_E_IO : ENT_OK;
}
