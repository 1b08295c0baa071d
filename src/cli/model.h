/* SPDX-License-Identifier: Apache-2.0 */
/*
 * model.h: what `entente check` reads, finds and shows; the only thing that its readers,
 * its checker and its writers share. Everything in it is plain data.
 */
#ifndef ENTENTE_CLI_MODEL_H
#define ENTENTE_CLI_MODEL_H

#include "entente/conflict.h"
#include "entente/memoterms.h"
#include "entente/propose.h"
#include "entente/volume.h"

/* The rules that clean traffic, in the order in which they are applied. */
#define CHECK_RULE_MAP(X)                                                                         \
	X(NO_IDENTITY, "no_identity", "reports without an aircraft address, a callsign or an id") \
	X(NO_TIME, "no_time", "reports without a time")                                           \
	X(NO_POSITION, "no_position", "reports without a position")                               \
	X(NO_ALTITUDE, "no_altitude", "reports without an altitude")                              \
	X(OUT_OF_RANGE, "out_of_range", "reports with a number out of range")                     \
	X(UNSORTED, "unsorted", "reports out of order, sorted")                                   \
	X(DUPLICATE, "duplicate", "repeated reports of one moment, dropped")                      \
	X(JUMP, "jump", "reports an impossible jump away, dropped")                               \
	X(GAP, "gap", "gaps over 10 minutes, where a flight was split")

#define CHECK_RULE_ENUM_(name, key, text) CHECK_RULE_##name,
enum check_rule { CHECK_RULE_MAP(CHECK_RULE_ENUM_) CHECK_RULE_COUNT };
#undef CHECK_RULE_ENUM_

struct check_cleaning {
	uint64_t reports; /* read */
	uint64_t kept;    /* in a track */
	uint64_t touched[CHECK_RULE_COUNT];
	uint64_t lost;     /* of these, reports of plans, which say nothing twice */
	uint64_t doubtful; /* recorded flights that lost so many as jumps that they may be two */
};

enum { CHECK_ID_SIZE = 80, CHECK_CALLSIGN_SIZE = 16, CHECK_ICAO24_SIZE = 8 };

/* Of what kind a thing is, as memoranda have them (entente/memoterms.h); what nobody has said is not known. */
#define CHECK_KIND_ENUM_(name, text) CHECK_KIND_##name,
enum check_kind { CHECK_KIND_UNKNOWN, ENT_MEMO_KIND_MAP(CHECK_KIND_ENUM_) CHECK_KIND_COUNT };
#undef CHECK_KIND_ENUM_

/* One flight or volume; an F3548 operational intent of many extents is many items of one id and one group. */
struct check_item {
	char id[CHECK_ID_SIZE];             /* unique in the run unless of one group, never empty */
	char callsign[CHECK_CALLSIGN_SIZE]; /* "" when not known */
	char icao24[CHECK_ICAO24_SIZE];     /* "" when not known */
	uint32_t source;                    /* which input */
	uint32_t group; /* items of one group are never checked against one another */
	uint32_t whole; /* stretches of one flight share it, and move as one; else the group */
	enum check_kind kind; /* said, or by what it is; one of all of a group */
	bool against;         /* came from --against */
	bool recording;       /* flown already: no plan */
	bool outside; /* of --area, --from and --to: there for others' conflicts and proposals */
	struct ent_volume *volume; /* owned */
};

struct check_source {
	char *name;               /* as given, "-" for standard input; owned */
	const char *format;       /* static: "geojson", "f3548", "csv", "kml", "adsb" */
	uint64_t items, left_out; /* left_out: bad, skipped with --skip-bad */
};

struct check_conflict {
	uint32_t a, b;              /* items, a < b */
	struct ent_verdict verdict; /* conflict or unknown; its witness is the closest laterally */
	/*
	 * When they keep the least share of the minima, the greater of lateral / L and vertical / V:
	 * what the conflict is ranked by. Its first and last are of no use.
	 */
	struct ent_witness nearest;
	double share;  /* below 1; of an unknown pair, of the lateral minimum alone */
	bool proposed; /* proposals are for item a (or, if against, the one that is not) */
	uint32_t proposed_for;
	struct ent_proposal proposals[ENT_PROPOSAL_COUNT];
};

/* What --area, --from and --to ask for. */
struct check_scope {
	bool area_given;
	struct ent_point south_west, north_east; /* west > east: across the antimeridian */
	struct ent_span span;                    /* unbounded where not given */
};

struct check_terms;  /* terms.h */
struct check_notice; /* terms_notice.h */

struct check_model {
	struct ent_minima minima; /* the largest that any pair is judged by */
	const struct check_terms
			*terms;      /* of a memorandum; NULL: all pairs go by the minima above */
	struct check_notice *notice; /* of that memorandum; NULL without one */
	uint64_t of_kind[CHECK_KIND_COUNT]; /* with one: things by their kind, groups counted once */
	uint64_t beyond_terms, partly_beyond_terms; /* of what it does not speak, or not wholly */
	struct check_scope scope;
	struct check_source *sources;
	size_t n_sources;
	struct check_item *items;
	size_t n_items;
	uint64_t flights, volumes; /* checked, after --area and --from/--to, groups counted once */
	uint64_t outside;          /* left out by --area, --from, --to */
	uint64_t left_out;         /* bad input passed over */
	uint64_t cut_inputs; /* inputs that were not read to their end; left_out counts each as one */
	bool own_versions;   /* --against has other versions of intents that are checked */
	uint64_t together;   /* how many of --together were near one another */
	uint64_t no_altitude_flights; /* flights with no usable altitude at all */
	uint64_t empty_flights;       /* flights of which no report was usable otherwise */
	struct check_cleaning cleaning;
	struct check_conflict *conflicts; /* the worst first */
	size_t n_conflicts;
	bool more; /* there are more than CHECK_CONFLICTS_MAX, or may be: these were found first */
	uint64_t unknowns; /* of these, how many are unknown */
};

#endif
