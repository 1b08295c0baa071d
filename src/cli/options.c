/* SPDX-License-Identifier: Apache-2.0 */
/* options.c: see options.h. */
#include "options.h"

#include <string.h>

#include "entente/option.h"
#include "entente/text.h"

#define LIMIT_DEFAULT 50
/* Without --isa-deviation: colder and warmer air than this is rare at any place and level. */
#define ISA_DEVIATION_K 30

struct row {
	struct ent_option is;
	bool (*take)(struct check_options *options, const char *value, struct ent_fault *fault);
};

static bool take_length(const char *value, int64_t *ret_mm, struct ent_fault *fault) {
	return ent_text_parse_length(value, strlen(value), ret_mm, fault) == ENT_OK;
}

static bool take_lateral(
		struct check_options *options, const char *value, struct ent_fault *fault) {
	options->minima_given = true;
	return take_length(value, &options->minima.lateral_mm, fault);
}

static bool take_vertical(
		struct check_options *options, const char *value, struct ent_fault *fault) {
	options->minima_given = true;
	return take_length(value, &options->minima.vertical_mm, fault);
}

static bool take_time(struct check_options *options, const char *value, struct ent_fault *fault) {
	options->minima_given = true;
	if (value[0] == '-') {
		ent_fault_set(fault, "", "a duration is not negative");
		return false;
	}
	return ent_text_parse_duration(value, strlen(value), &options->minima.time_us, fault) ==
			ENT_OK;
}

static bool take_memorandum(
		struct check_options *options, const char *value, struct ent_fault *fault) {
	(void)fault;
	options->memorandum = value;
	return true;
}

static bool take_data(struct check_options *options, const char *value, struct ent_fault *fault) {
	(void)fault;
	options->data = value;
	return true;
}

static bool take_at(struct check_options *options, const char *value, struct ent_fault *fault) {
	options->at_given = true;
	return ent_text_parse_time(value, strlen(value), &options->at_utc_us, fault) == ENT_OK;
}

static bool take_from(struct check_options *options, const char *value, struct ent_fault *fault) {
	return ent_text_parse_time(value, strlen(value), &options->scope.span.start_utc_us,
			       fault) == ENT_OK;
}

static bool take_to(struct check_options *options, const char *value, struct ent_fault *fault) {
	return ent_text_parse_time(value, strlen(value), &options->scope.span.end_utc_us, fault) ==
			ENT_OK;
}

/* The parts between commas; false unless there are exactly n. */
static bool split(const char *value, size_t n, const char **ret_part, size_t *ret_length) {
	for (size_t i = 0; i < n; i++) {
		const char *comma = strchr(value, ',');
		if ((comma == NULL) != (i + 1 == n))
			return false;
		ret_part[i] = value;
		ret_length[i] = comma != NULL ? (size_t)(comma - value) : strlen(value);
		value = comma != NULL ? comma + 1 : value;
	}
	return true;
}

#define AREA_FORMS                                                                           \
	"an area is SOUTH,WEST,NORTH,EAST in degrees, for example 45.8,5.9,47.9,10.6; or a " \
	"GARS, GEOREF or MGRS cell; or two corners, SOUTHWEST..NORTHEAST"

struct box {
	struct ent_point south_west, north_east;
};

/* An MGRS cell lies across meridians: the box around the circle that holds it. */
static bool box_around(
		const struct ent_gridref *reference, struct box *ret_box, struct ent_fault *fault) {
	const struct ent_band band = {{ENT_ALTITUDE_W84, ENT_ALTITUDE_UNBOUNDED_BELOW},
			{ENT_ALTITUDE_W84, ENT_ALTITUDE_UNBOUNDED_ABOVE}};
	const struct ent_span span = {ENT_TIME_UNBOUNDED_BEFORE, ENT_TIME_UNBOUNDED_AFTER};
	struct ent_volume *circle;
	if (ent_volume_create_circle(reference->centre, reference->radius_mm, band, span, NULL,
			    &circle, fault) != ENT_OK)
		return false;
	ent_volume_bounds(circle, &ret_box->south_west, &ret_box->north_east);
	ent_volume_release(circle);
	return true;
}

/* What a reference reaches over; a point is its own box. */
static bool take_box(const char *text, size_t length, struct box *ret_box,
		enum ent_gridref_form *ret_form, struct ent_fault *fault) {
	struct ent_gridref reference;
	const int64_t pole_ndeg = 90 * ENT_GEO_NDEG_PER_DEG;
	if (ent_gridref_parse(text, length, &reference, fault) != ENT_OK)
		return false;
	const struct ent_gridref_cell *cell = &reference.cell;
	const struct ent_point centre = reference.centre;
	*ret_form = reference.form;
	if (reference.form == ENT_GRIDREF_MGRS)
		return box_around(&reference, ret_box, fault);
	if (reference.form == ENT_GRIDREF_GARS || reference.form == ENT_GRIDREF_GEOREF) {
		*ret_box = (struct box){{cell->south_ndeg, cell->west_ndeg},
				{cell->north_ndeg, cell->east_ndeg}};
	} else if (centre.lat_ndeg == pole_ndeg || centre.lat_ndeg == -pole_ndeg) {
		ent_fault_set(fault, "",
				"a pole is no corner, it has no longitude: write "
				"SOUTH,WEST,NORTH,EAST");
		return false;
	} else {
		*ret_box = (struct box){centre, centre};
	}
	return true;
}

/* "SOUTHWEST..NORTHEAST" or one cell. */
static bool take_corners(const char *value, struct box *ret_box, struct ent_fault *fault) {
	const char *dots = strstr(value, "..");
	const size_t length = dots != NULL ? (size_t)(dots - value) : strlen(value);
	struct box first, second;
	enum ent_gridref_form form;
	if (!take_box(value, length, &first, &form, fault))
		return false;
	if (dots == NULL && form != ENT_GRIDREF_MGRS && form != ENT_GRIDREF_GARS &&
			form != ENT_GRIDREF_GEOREF) {
		ent_fault_set(fault, "", AREA_FORMS);
		return false;
	}
	second = first;
	if (dots != NULL && !take_box(dots + 2, strlen(dots + 2), &second, &form, fault))
		return false;
	*ret_box = (struct box){first.south_west, second.north_east};
	return true;
}

static bool take_sides(const char *value, struct box *ret_box, struct ent_fault *fault) {
	const char *part[4];
	size_t length[4];
	int64_t ndeg[4];
	if (!split(value, 4, part, length)) {
		ent_fault_set(fault, "", AREA_FORMS);
		return false;
	}
	for (int i = 0; i < 4; i++)
		if (ent_gridref_parse_angle(part[i], length[i], i % 2 == 0, &ndeg[i], fault) !=
				ENT_OK)
			return false;
	*ret_box = (struct box){{ndeg[0], ndeg[1]}, {ndeg[2], ndeg[3]}};
	return true;
}

static bool take_area(struct check_options *options, const char *value, struct ent_fault *fault) {
	const bool corners = strstr(value, "..") != NULL || strchr(value, ',') == NULL;
	struct box box;
	if (!(corners ? take_corners(value, &box, fault) : take_sides(value, &box, fault)))
		return false;
	if (box.south_west.lat_ndeg > box.north_east.lat_ndeg) {
		ent_fault_set(fault, "", "the south of the area lies north of its north");
		return false;
	}
	options->scope.area_given = true;
	options->scope.south_west = box.south_west;
	options->scope.north_east = box.north_east;
	return true;
}

static bool add_name(struct check_names *names, const char *name, struct ent_fault *fault) {
	if (names->n == CHECK_NAMES_MAX) {
		ent_fault_set(fault, "", "given more than %d times", CHECK_NAMES_MAX);
		return false;
	}
	names->name[names->n++] = name;
	return true;
}

static bool take_against(
		struct check_options *options, const char *value, struct ent_fault *fault) {
	return add_name(&options->against, value, fault);
}

static bool take_together(
		struct check_options *options, const char *value, struct ent_fault *fault) {
	const char *part[2];
	size_t length[2];
	if (!split(value, 2, part, length) || length[0] == 0 || length[1] == 0) {
		ent_fault_set(fault, "", "it takes two ids, callsigns or addresses: A,B");
		return false;
	}
	if (length[0] == length[1] && memcmp(part[0], part[1], length[0]) == 0) {
		ent_fault_set(fault, "", "both names are the same");
		return false;
	}
	return add_name(&options->together, value, fault);
}

static bool take_format(struct check_options *options, const char *value, struct ent_fault *fault) {
	static const char *const names[] = {[CHECK_TEXT] = "text",
			[CHECK_JSON] = "json",
			[CHECK_GEOJSON] = "geojson",
			[CHECK_CSV] = "csv"};
	size_t word;
	if (ent_option_word(value, names, sizeof names / sizeof names[0], &word, fault) != ENT_OK)
		return false;
	options->format = (enum check_format)word;
	return true;
}

static bool take_coordinates(
		struct check_options *options, const char *value, struct ent_fault *fault) {
	options->coordinates_given = true;
	if (ent_gridref_form_from_word(value, &options->coordinates) == ENT_OK)
		return true;
	ent_fault_set(fault, "", "the forms are decimal, dms, ddm, mgrs, gars and georef");
	return false;
}

static bool take_html(struct check_options *options, const char *value, struct ent_fault *fault) {
	(void)fault;
	options->html = value;
	return true;
}

static bool take_output(struct check_options *options, const char *value, struct ent_fault *fault) {
	(void)fault;
	options->output = value;
	return true;
}

static bool take_count(
		const char *value, int64_t most, uint64_t *ret_count, struct ent_fault *fault) {
	int64_t count;
	if (ent_option_count(value, strlen(value), 1, most, &count, fault) != ENT_OK)
		return false;
	*ret_count = (uint64_t)count;
	return true;
}

static bool take_limit(struct check_options *options, const char *value, struct ent_fault *fault) {
	return take_count(value, 1000000000, &options->limit, fault);
}

static bool take_max_input(
		struct check_options *options, const char *value, struct ent_fault *fault) {
	uint64_t mib;
	if (!take_count(value, 65536, &mib, fault))
		return false;
	options->max_input_bytes = mib << 20;
	return true;
}

/* "990hPa..1030hPa"; the unit may stand once, at the end. */
static bool take_qnh(struct check_options *options, const char *value, struct ent_fault *fault) {
	const char *dots = strstr(value, "..");
	const char *high = dots != NULL ? dots + 2 : value;
	char low[ENT_TEXT_MAX];
	const size_t length = dots != NULL ? (size_t)(dots - value) : strlen(value);
	if (ent_text_parse_pressure(high, strlen(high), &options->air.qnh_hi_pa, fault) != ENT_OK)
		return false;
	if (length + 3 >= sizeof low) {
		ent_fault_set(fault, "", "too long");
		return false;
	}
	memcpy(low, value, length);
	low[length] = '\0';
	if (strspn(low, "0123456789. ") == length)
		memcpy(low + length, "hPa", 4);
	if (ent_text_parse_pressure(low, strlen(low), &options->air.qnh_lo_pa, fault) != ENT_OK)
		return false;
	struct ent_interval unused;
	if (ent_geo_pressure_altitude_amsl(0, options->air.qnh_lo_pa, options->air.qnh_hi_pa,
			    ISA_DEVIATION_K, &unused) != ENT_OK) {
		ent_fault_set(fault, "", "a QNH is one pressure or LOW..HIGH, in 850..1100 hPa");
		return false;
	}
	options->air.qnh_known = true;
	return true;
}

static bool take_isa(struct check_options *options, const char *value, struct ent_fault *fault) {
	int64_t kelvin;
	size_t length = strlen(value);
	/* The unit may stand behind it, as in an input. */
	length -= length > 0 && value[length - 1] == 'K';
	if (ent_option_count(value, length, 0, 60, &kelvin, fault) != ENT_OK)
		return false;
	options->air.isa_deviation_k = (int32_t)kelvin;
	return true;
}

static bool take_propose(
		struct check_options *options, const char *value, struct ent_fault *fault) {
	(void)value;
	(void)fault;
	return options->propose = true;
}

static bool take_earlier(
		struct check_options *options, const char *value, struct ent_fault *fault) {
	(void)value;
	(void)fault;
	return options->earlier = true;
}

static bool take_recorded(
		struct check_options *options, const char *value, struct ent_fault *fault) {
	(void)value;
	(void)fault;
	return options->recorded = true;
}

static bool take_skip_bad(
		struct check_options *options, const char *value, struct ent_fault *fault) {
	(void)value;
	(void)fault;
	return options->skip_bad = true;
}

static bool take_no_progress(
		struct check_options *options, const char *value, struct ent_fault *fault) {
	(void)value;
	(void)fault;
	options->progress = false;
	return true;
}

static bool take_help(struct check_options *options, const char *value, struct ent_fault *fault) {
	(void)value;
	(void)fault;
	return options->help = true;
}

static const struct row rows[] = {
		{{"lateral", "LENGTH", "lateral minimum, with its unit (5nm)"}, take_lateral},
		{{"vertical", "LENGTH", "vertical minimum, with its unit (1000ft)"}, take_vertical},
		{{"time", "DURATION", "how far apart in time two moments still count (0s)"},
				take_time},
		{{"memorandum", "FILE",
				 "instead, the minima of this memorandum; with --data its id"},
				take_memorandum},
		{{"data", "DIR", "the node that runs there says which version of it is in force"},
				take_data},
		{{"at", "TIME", "with --memorandum, when plans are told, for their notice (now)"},
				take_at},
		{{"area", "AREA",
				 "only what touches: S,W,N,E in degrees, a GARS, GEOREF or MGRS "
				 "cell, or SW..NE"},
				take_area},
		{{"from", "TIME", "only what happens at or after this moment (RFC 3339)"},
				take_from},
		{{"to", "TIME", "only what happens at or before this moment"}, take_to},
		{{"against", "FILE", "check the inputs against this one only; may be repeated"},
				take_against},
		{{"together", "A,B", "these two fly together and are no conflict; may be repeated"},
				take_together},
		{{"propose", NULL, "propose the smallest change that takes each flight clear"},
				take_propose},
		{{"earlier", NULL, "proposals may also go earlier, not only later"}, take_earlier},
		{{"format", "FORMAT", "text, json, geojson or csv (text)"}, take_format},
		{{"coordinates", "FORM",
				 "write places as decimal, dms, ddm, mgrs, gars or georef "
				 "(decimal)"},
				take_coordinates},
		{{"html", "FILE", "also write a page with map, profiles and table"}, take_html},
		{{"output", "FILE", "write the answer there instead of standard output"},
				take_output},
		{{"limit", "N", "show at most so many conflicts as text (50)"}, take_limit},
		{{"recorded", NULL, "CSV and KML tracks are recordings, not plans: split at gaps"},
				take_recorded},
		{{"skip-bad", NULL, "leave out what is bad in an input, count it, and go on"},
				take_skip_bad},
		{{"max-input", "MIB", "the largest input after unzipping, in MiB (256)"},
				take_max_input},
		{{"qnh", "LOW..HIGH",
				 "QNH, with its unit (1009..1017hPa): compares levels with "
				 "heights"},
				take_qnh},
		{{"isa-deviation", "K", "how far the air may be from the standard atmosphere (30)"},
				take_isa},
		{{"no-progress", NULL, "no progress bar on a terminal"}, take_no_progress},
		{{"help", NULL, "this text"}, take_help},
};

enum { ROWS = sizeof rows / sizeof rows[0] };
static const struct ent_option_table table = {"check", rows, ROWS, sizeof rows[0]};

/* Nothing is named to be read; perhaps an option took it for its value. */
static void no_input(int argc, char **argv, struct ent_fault *fault) {
	char shown[64];
	struct ent_option_taken last = {.used = 0};
	if (argc >= 2)
		ent_option_split(&table, 2, argv + argc - 2, &last);
	if (last.used == 2)
		ent_fault_set(fault, "", "no input; \"%s\" was taken as the value of %s",
				ent_text_show(last.value, strlen(last.value), shown, sizeof shown),
				last.where);
	else
		ent_fault_set(fault, "",
				"no input; name files, or - for standard input (try --help)");
}

/* Standard input can be read once. */
static bool dash_twice(const struct check_options *options) {
	size_t n = 0;
	for (size_t i = 0; i < options->files.n; i++)
		n += strcmp(options->files.name[i], "-") == 0;
	for (size_t i = 0; i < options->against.n; i++)
		n += strcmp(options->against.name[i], "-") == 0;
	n += options->memorandum != NULL && options->data == NULL &&
			strcmp(options->memorandum, "-") == 0;
	return n > 1;
}

/* What parties have agreed on is not mixed with what somebody chose here. */
static bool check_memorandum(const struct check_options *o, struct ent_fault *reterr_fault) {
	if (o->data != NULL && o->memorandum == NULL) {
		ent_fault_set(reterr_fault, "--data", "it goes with --memorandum");
		return false;
	}
	if (o->at_given && o->memorandum == NULL) {
		ent_fault_set(reterr_fault, "--at", "it goes with --memorandum");
		return false;
	}
	if (o->memorandum == NULL || !o->minima_given)
		return true;
	ent_fault_set(reterr_fault, "--memorandum",
			"the minima are those of its clauses: --lateral, --vertical and --time do "
			"not go with it");
	return false;
}

/* What fits one by one must also fit together. */
static bool check_all(const struct check_options *o, int argc, char **argv,
		struct ent_fault *reterr_fault) {
	struct ent_fault minima;
	if (ent_minima_check(&o->minima, &minima) != ENT_OK) {
		char option[sizeof minima.where + 2];
		(void)snprintf(option, sizeof option, "--%s", minima.where);
		ent_fault_set(reterr_fault, option, "%s", minima.why);
		return false;
	}
	if (!check_memorandum(o, reterr_fault))
		return false;
	if (o->scope.span.start_utc_us > o->scope.span.end_utc_us) {
		ent_fault_set(reterr_fault, "--from", "it is later than --to");
		return false;
	}
	if (o->files.n == 0) {
		no_input(argc, argv, reterr_fault);
		return false;
	}
	if (dash_twice(o)) {
		ent_fault_set(reterr_fault, "-", "standard input is named more than once");
		return false;
	}
	if (o->earlier && !o->propose) {
		ent_fault_set(reterr_fault, "--earlier", "it goes with --propose");
		return false;
	}
	return true;
}

/* Takes one option; *i moves past its value. */
static bool take(struct check_options *options, int argc, char **argv, int *i,
		struct ent_fault *fault) {
	struct ent_option_taken taken;
	if (ent_option_take(&table, argc - *i, argv + *i, &taken, fault) != ENT_OK)
		return false;
	*i += taken.used - 1;
	struct ent_fault why = {"", ""};
	if (((const struct row *)(const void *)taken.option)->take(options, taken.value, &why))
		return true;
	ent_fault_set(fault, taken.where, "%s", why.why);
	return false;
}

bool check_options_parse(int argc, char **argv, struct check_options *ret_options,
		struct ent_fault *reterr_fault) {
	struct check_options *o = ret_options;
	memset(o, 0, sizeof *o);
	o->minima = (struct ent_minima){9260000, 304800, 0};
	o->scope.span = (struct ent_span){ENT_TIME_UNBOUNDED_BEFORE, ENT_TIME_UNBOUNDED_AFTER};
	o->progress = true;
	o->limit = LIMIT_DEFAULT;
	o->air.isa_deviation_k = ISA_DEVIATION_K;
	bool only_files = false;
	for (int i = 0; i < argc; i++) {
		if (!only_files && strcmp(argv[i], "--") == 0) {
			only_files = true;
		} else if (!only_files && strcmp(argv[i], "-h") == 0) {
			o->help = true;
		} else if (!only_files && argv[i][0] == '-' && argv[i][1] != '\0') {
			if (!take(o, argc, argv, &i, reterr_fault))
				return false;
		} else if (!add_name(&o->files, argv[i], reterr_fault)) {
			ent_fault_set(reterr_fault, "FILE", "more than %d inputs", CHECK_NAMES_MAX);
			return false;
		}
	}
	return o->help || check_all(o, argc, argv, reterr_fault);
}

void check_options_help(FILE *out) {
	ent_option_say(out,
			"usage: entente check [OPTION]... FILE...\n"
			"Finds where flights and airspace come nearer to one another than the "
			"minima allow. FILE is GeoJSON, F3548 JSON, CSV, KML or recorded ADS-B, "
			"gzipped or not; - is standard input. Defaults stand in brackets.\n"
			"\n");
	ent_option_print_all(out, &table, 22);
	ent_option_say(out,
			"\n"
			"Exit status: 0 no conflict found; 1 a conflict was found; 2 something was "
			"left out, unknown or wrong.\n");
}
