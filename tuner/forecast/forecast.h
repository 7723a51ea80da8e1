/* SPDX-License-Identifier: MIT */
/* The knee and the throughput of measured work on another machine, as ranges: every network that
 * explains the measurement is solved again with the other machine's numbers, and 90 % of the
 * answers are given, with the errors that such a model makes. What the measurement cannot tell is
 * listed, each with how far it would move the answer. Pure. */
#ifndef KNEE_TUNER_FORECAST_FORECAST_H
#define KNEE_TUNER_FORECAST_FORECAST_H

#include "core/base/err.h"
#include "tuner/decide/goal.h"
#include "tuner/forecast/network.h"
#include "tuner/forecast/network_fit.h"
#include "tuner/result/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_FORECAST_COVERAGE .90 /* of a range */
/* What a hardware thread beyond a core's first adds, as a share of a core, unless it was measured.
 */
#define KNEE_FORECAST_SIBLING_RATIO .6
#define KNEE_FORECAST_CORES_MAX 1024u

/* The machine to plan for. Unknown or unbounded: INFINITY. */
struct knee_forecast_target {
    struct knee_network_cpus cpus;
    double core_speed;            /* of a core here; 1: the same */
    bool this_machine;            /* its cores are those that were measured */
    double memory_bytes;          /* for items */
    double service_s;             /* the service is this much further away; may be negative */
    double pool;                  /* as known there; 0: as it was measured */
    double throughput_per_s;      /* asked for; 0: nothing asked */
    const struct knee_goal *goal; /* its SLOs of latency are looked at; NULL: none */
};

/* Low and high bound 90 % of the answers. NAN unknown. */
struct knee_forecast_range {
    double low, median, high;
};

enum knee_forecast_refusal {
    KNEE_FORECAST_MADE,
    KNEE_FORECAST_DISTURBED,  /* it was too disturbed to measure */
    KNEE_FORECAST_NO_DEMANDS, /* CPU time or waiting of an item is unknown */
    KNEE_FORECAST_FEW_LEVELS, /* fewer than `KNEE_FORECAST_LEVELS_MIN` can be used */
    KNEE_FORECAST_LINEAR,     /* throughput is still proportional at the highest level measured */
    KNEE_FORECAST_NO_FIT,     /* the network misses a level by more than half */
};
#define KNEE_FORECAST_LEVELS_MIN 3

/* What limits the work there. */
enum knee_forecast_limit {
    KNEE_FORECAST_BY_CPUS,
    KNEE_FORECAST_BY_QUOTA,
    KNEE_FORECAST_BY_POOL,   /* whatever items wait for serves a fixed number at a time */
    KNEE_FORECAST_BY_MEMORY, /* items do not fit beyond the limit */
    KNEE_FORECAST_BY_LEVELS, /* still growing at the highest level looked at */
    KNEE_FORECAST_BY_SLO,    /* more items at once would miss it */
    KNEE_FORECAST_LIMITS,
};
const char *knee_forecast_limit_text(enum knee_forecast_limit limit); /* "cpus", "quota", ... */

/* What cannot be known from here. */
enum knee_forecast_doubt {
    KNEE_FORECAST_DOUBT_POOL,       /* a pool above the level reached here */
    KNEE_FORECAST_DOUBT_CONTENTION, /* how well the work scales over more cores */
    KNEE_FORECAST_DOUBT_MEMORY,     /* memory bandwidth and caches of the target */
    KNEE_FORECAST_DOUBT_SPEED,      /* its clock and turbo */
    KNEE_FORECAST_DOUBT_SIBLINGS,   /* what its hardware threads add */
    KNEE_FORECAST_DOUBT_SERVER,     /* the server here ran on the same CPUs */
    KNEE_FORECAST_DOUBTS,
};

struct knee_forecast_unknown {
    enum knee_forecast_doubt kind;
    double level;                          /* POOL: no pool up to this was seen */
    struct knee_forecast_range knee;       /* the answer with it at its worst and its best */
    struct knee_forecast_range throughput; /* items/s */
};

/* The curve there, for charts: the median and the range at some levels. */
#define KNEE_FORECAST_CURVE_MAX 48
struct knee_forecast_curve {
    uint32_t levels[KNEE_FORECAST_CURVE_MAX];
    struct knee_forecast_range per_s[KNEE_FORECAST_CURVE_MAX];
    size_t count;
};

struct knee_forecast {
    enum knee_forecast_refusal refusal;
    struct knee_decision_why disturbed_by; /* DISTURBED: of the first measurement that was */
    uint32_t measured_max;                 /* the highest level measured */
    struct knee_forecast_range knee, throughput, latency_s; /* latency at the knee, its mean */
    struct knee_forecast_range limit;          /* the knee, or less if memory or an SLO binds */
    double limit_shares[KNEE_FORECAST_LIMITS]; /* of the draws that each limits */
    struct knee_forecast_unknown unknown[KNEE_FORECAST_DOUBTS];
    size_t unknown_count;
    struct knee_forecast_curve here, there;
    double slo_missed_ratio; /* of the draws, those in which not even one item at a time meets it */
    double contention, coherency; /* of the middle draw */
    double fit_miss_ratio;        /* how far the model misses the levels measured */
    uint32_t fit_worst_level;
    double fit_worst_ratio;
    bool widened;          /* the measurement is unresolved, so its noise counts double */
    bool extrapolated;     /* more CPUs than it was measured on, and no second count of cores */
    bool waits_no_more;    /* the service is nearer by more than items wait here */
    uint32_t memory_level; /* no more items than this fit into the target's memory; 0: no bound */
    /* For the throughput asked for; NAN: not to be had with any count of cores. */
    struct knee_forecast_range cores_needed, level_needed;
    double reached_ratio; /* share of the draws in which it can be had at all */
};

#define KNEE_FORECAST_SOURCES_MAX 16

/* One measurement of the same work, on some CPUs. */
struct knee_forecast_source {
    const struct knee_workload_result *result;
    struct knee_network_cpus cpus;
};

/* `sources` hold the same work measured on one or more counts of CPUs. -1 out of memory. */
int knee_forecast_make(struct knee_forecast *forecast, const struct knee_forecast_source *sources,
                       size_t sources_count, const struct knee_forecast_target *target,
                       uint64_t seed, struct knee_err *err);

/* The limits that bind in KNEE_FORECAST_SHARE_MIN of the answers at least, the most frequent first;
 * returns how many. */
#define KNEE_FORECAST_SHARE_MIN .05
size_t knee_forecast_limits(const struct knee_forecast *forecast,
                            enum knee_forecast_limit order[KNEE_FORECAST_LIMITS]);

/* The CPUs that a topology grants: those allowed to the process. */
struct knee_network_cpus knee_forecast_cpus(uint32_t cores, uint32_t pus, double quota);

#endif
