/* SPDX-License-Identifier: MIT */
/* tuner/result is a finished sweep: its rows, its limit, what an item demands, and facts about it.
 *
 * This file: the result itself, immutable. The writers in reports/ see nothing else. */
#ifndef KNEE_TUNER_RESULT_RESULT_H
#define KNEE_TUNER_RESULT_RESULT_H

#include "core/engine/window.h"
#include "core/engine/workload.h"
#include "core/host/host.h"
#include "core/host/topology.h"
#include "tuner/decide/decision.h"
#include "tuner/decide/goal.h"
#include "tuner/decide/level.h"
#include "tuner/fit/models.h"
#include "tuner/fit/points.h"
#include "tuner/levels/candidates.h"
#include "tuner/result/demands.h"
#include "tuner/result/fact.h"
#include "tuner/result/fleet_part.h"

#include <stdbool.h>
#include <stddef.h>

#define KNEE_RESULT_SCHEMA_VERSION 1 /* of result.json */

struct knee_parameter_value {
    const struct knee_parameter *parameter;
    double value;
};

/* Whether some level meets every SLO. */
enum knee_slo_state {
    KNEE_SLO_STATE_UNKNOWN, /* none was asked for, or nothing could be measured */
    KNEE_SLO_STATE_MET,
    KNEE_SLO_STATE_UNMET, /* every level that was measured is shown to miss one */
    KNEE_SLO_STATE_OPEN,  /* none is shown to meet them, but not all are shown to miss one */
};

/* How the limit was chosen, if not as the knee; knee_choose_limit() fills it. */
enum knee_choice_kind {
    KNEE_CHOICE_KNEE,     /* the default goal */
    KNEE_CHOICE_SCORED,   /* the objective's best */
    KNEE_CHOICE_SMALLEST, /* the objective needs level 1, which is missing: the smallest level */
    KNEE_CHOICE_CLOSEST,  /* no level meets the SLOs; this one comes closest */
    KNEE_CHOICE_OPEN,     /* none is shown to meet them; this one may */
};

/* The SLO that a level is furthest from meeting, and its value there. */
struct knee_choice_value {
    uint32_t level;
    struct knee_slo slo;
    struct knee_slo_judgement judgement;
};

struct knee_choice {
    enum knee_choice_kind kind;
    bool settled; /* SCORED: the claims below hold, so that the verdict is of this level */
    /* CLOSEST, OPEN: the SLO that it is furthest from meeting, and its value there. */
    struct knee_slo slo;
    struct knee_slo_judgement judgement;
    struct knee_choice_value lowest; /* CLOSEST: of the lowest level that has one; level 0: none */
    bool current_misses;             /* today's setting is shown to miss an SLO */
};

/* How to go on, beyond what the decision says. 0, "", false: unknown. */
struct knee_way_on {
    double more_s;      /* unresolved: about this much time more would settle it, */
    double budget_s;    /* and this --budget in all */
    const char *dir;    /* the result directory, as one types it; borrowed */
    bool fixed_levels;  /* --levels: rising is followed up by another list */
    uint32_t max_level; /* the highest one that was to be tried */
    char max_by[128];   /* what set the highest level: "--max-level 64" */
};

#define KNEE_RESULT_TITLE_BYTES 512 /* of a workload; a longer one is cut */

struct knee_workload_result {
    /* The workload column, and KNEE_<NAME>_LIMIT in upper case. Without double quotes and control
     * characters, which gnuplot cannot read in a CSV file: see knee_strings_name(). */
    char name[64];
    char title[KNEE_RESULT_TITLE_BYTES]; /* with its parameters: "net (5 ms, pool 16)" */
    enum knee_class resource;
    struct knee_parameter_value parameters[KNEE_PARAMETERS_MAX];
    size_t parameters_count;
    struct knee_goal goal; /* what the limit was chosen by: knee_choose_limit() */
    enum knee_slo_state slo;
    struct knee_decision decision;
    struct knee_choice choice;
    struct knee_way_on way_on;
    struct knee_level *levels; /* ascending; owned */
    size_t levels_count;
    struct knee_demands demands; /* of an item, and what limits; made with them */
    struct knee_models models;   /* of the levels' throughput; made with them */
    struct knee_band *band;      /* of the whole curve; NULL: none was made; owned */
    struct knee_decision *guard; /* the rule level by level, without the curve; NULL; owned */
    struct knee_window *windows; /* as in samples.csv; owned */
    size_t windows_count;
    size_t earlier;                /* of these, the first: of a faster regime that did not last
                                      (tuner/fit/regime.h) */
    struct knee_fleet_part *hosts; /* at the limit, or at the level below it; owned */
    size_t hosts_count;
    uint32_t hosts_level; /* of all of them together */
    struct knee_facts warnings;
    struct knee_facts notes; /* found out before the sweep */
    bool command;            /* the user's own, after `--` in argv */
    bool service;            /* asked by its URL, */
    char target[16];         /* by this workload: "http", "postgres"; "": no service */
    double setup_s;
    double budget_s;    /* that it had; 0: unknown */
    double other_cpus;  /* steady other load beside which this was measured; NAN unknown */
    uint32_t cpus;      /* CPUs that bound this class of work */
    uint32_t pus;       /* --vary cores: measured on this many PUs; 0: on all that are allowed */
    char work[64];      /* then the name without the count: shared by all of the same work */
    double total_items; /* --total; 0: not asked */
    uint32_t current;   /* --current; 0: not asked */
};

struct knee_result {
    char version[32]; /* of knee */
    int argc;
    char **argv;   /* borrowed */
    char date[32]; /* ISO 8601, UTC */
    struct knee_host host;
    struct knee_topology_counts topology;
    struct knee_workload_result *workloads; /* owned */
    size_t workloads_count;
    uint64_t seed;
    double elapsed_s;
};

void knee_result_release(struct knee_result *result);                   /* safe on an empty one */
void knee_workload_result_release(struct knee_workload_result *result); /* likewise */

/* Makes the rows of levels.csv, one for every level that has a window, from the windows, the
 * decision and the candidates' marks (none: NULL, 0); rows made before are replaced. Throughput and
 * its interval are those of knee_points_fit; everything else is of the valid windows: sums for
 * counts, medians of the windows' percentiles, the mean latency weighted by items, shares of the
 * machine weighted by time. A level without a valid window has nothing but its counts. The models
 * are fitted to the same points. */
int knee_workload_result_levels(struct knee_workload_result *result,
                                const struct knee_candidate *candidates, size_t candidates_count,
                                struct knee_err *err);

/* The same, if the decision rests on other points than those of knee_points_fit. */
int knee_workload_result_levels_of(struct knee_workload_result *result,
                                   const struct knee_points *points,
                                   const struct knee_candidate *candidates, size_t candidates_count,
                                   struct knee_err *err);

/* Where the limit to use comes from. */
enum knee_result_source {
    KNEE_RESULT_SOURCE_MEASURED,
    KNEE_RESULT_SOURCE_RULE,  /* the rule of thumb: nothing that was measured tells */
    KNEE_RESULT_SOURCE_GUESS, /* too little was measured: the larger of the rule and the best so
                                 far, in rejected windows, too (not the rule if it was measured to
                                 be worse), or today's setting */
};
const char *knee_result_source_text(enum knee_result_source source); /* "measured", ... */
/* -1: there is no such word. */
int knee_result_source_parse(enum knee_result_source *source, const char *text);

enum knee_result_source knee_workload_result_source(const struct knee_workload_result *result);

/* How long the sweep waited at its end for items that hung: no window tells of that time. */
double knee_workload_result_waited_s(const struct knee_workload_result *result);

/* Throughput of a row, of rejected windows too if it has no other, to be compared with other rows;
 * NAN: none, no row, or all of it was before throughput fell for good. */
double knee_workload_result_seen_per_s(const struct knee_level *row);

/* Do clearly more items fail there than at the lowest level, as far as was seen? Rejected windows
 * show that, too. `row` is one of the result's. */
bool knee_workload_result_seen_failing(const struct knee_workload_result *result,
                                       const struct knee_level *row);

/* Of a disturbed sweep, what holds in spite of it: the highest level up to which all gave clearly
 * less than the best that was seen, so that the limit is above it; `of_best` is its share of that.
 * 0: none. Never for work that needs the CPUs. */
uint32_t knee_workload_result_seen_below(const struct knee_workload_result *result,
                                         double *of_best);

/* Marks the row of the limit to use, and no other. */
void knee_workload_result_mark_limit(struct knee_workload_result *result);

/* The limit to write and to print, by its source. At least 1. */
uint32_t knee_workload_result_use(const struct knee_workload_result *result);
/* Does what the limit rests on count as a measurement? */
bool knee_workload_result_measured(const struct knee_workload_result *result);

/* Proven: the throughput of the limit to use is at least this x the best; NAN: nothing is. */
double knee_workload_result_bound_ratio(const struct knee_workload_result *result);

/* The limit and its source, if there were no today's setting. */
uint32_t knee_workload_result_suggested(const struct knee_workload_result *result);
enum knee_result_source
knee_workload_result_suggested_source(const struct knee_workload_result *result);

/* Is today's setting the limit to use, though another is suggested? That one is then not proven
 * enough to change a setting. */
bool knee_workload_result_keeps(const struct knee_workload_result *result);

/* Did an option, or an interrupt, keep the sweep from trying more than its highest level? */
bool knee_workload_result_is_cut(const struct knee_workload_result *result);

/* The row of `level`; NULL: not measured. */
const struct knee_level *knee_workload_result_at(const struct knee_workload_result *result,
                                                 uint32_t level);

/* Throughput of a row against the best: the decision's peak, or the highest if there is none.
 * NAN unknown. */
double knee_workload_result_of_best(const struct knee_workload_result *result,
                                    const struct knee_level *level);

#endif
