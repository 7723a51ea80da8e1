/* SPDX-License-Identifier: MIT */
/* Two results of one workload compared: the verdict, the two knees, and what a reader should know
 * besides, as facts. Pure; reports/compare turns it into words. */
#ifndef KNEE_TUNER_COMPARE_COMPARISON_H
#define KNEE_TUNER_COMPARE_COMPARISON_H

#include "core/base/err.h"
#include "tuner/compare/compare.h"
#include "tuner/compare/paired.h"
#include "tuner/result/result.h"

#include <stdbool.h>
#include <stddef.h>

/* The values of each kind, in this order; `base` and `fresh` are texts of the two sides. */
enum knee_comparison_fact_kind {
    /* These make throughput incomparable. */
    KNEE_COMPARISON_CPU_MODEL,  /* base, fresh */
    KNEE_COMPARISON_CPUS,       /* base CPUs, new CPUs */
    KNEE_COMPARISON_PARAMETERS, /* base, fresh: the titles */
    KNEE_COMPARISON_VERSION,    /* base, fresh: of knee */
    KNEE_COMPARISON_COMMAND,    /* base, fresh: the command lines */
    /* Of one side: value 0 is base, 1 is new. */
    KNEE_COMPARISON_DISTURBED,
    KNEE_COMPARISON_UNRESOLVED,
    KNEE_COMPARISON_CUT_SHORT, /* and unresolved: side, how long it went on, of which budget (s) */
    KNEE_COMPARISON_CUT_RANGE, /* side, its highest level, still rising there; other's knee */
    /* What has changed for the worse, beyond speed: each makes the exit code 4. */
    KNEE_COMPARISON_LIMIT_ROSE, /* base knee, new knee */
    KNEE_COMPARISON_MEMORY,     /* bytes of base, of new, at level */
    KNEE_COMPARISON_FAILURES,   /* failed ratio of base, of new, at level */
    /* Others. */
    KNEE_COMPARISON_LIMIT_FELL,   /* base knee, new knee */
    KNEE_COMPARISON_SHAPE,        /* level, its ratio relative to level 1's */
    KNEE_COMPARISON_FEW_WINDOWS,  /* none: of one side or both, to tell anything of throughput */
    KNEE_COMPARISON_MACHINE_SPAN, /* spread of a machine's speed between two runs */
    KNEE_COMPARISON_BUSY,         /* CPUs that other processes took meanwhile */
    KNEE_COMPARISON_MORE_TIME,    /* none: the budget ended before the verdict was clear */
};

#define KNEE_COMPARISON_FACTS_MAX 16
#define KNEE_COMPARISON_TEXT_BYTES 160

struct knee_comparison_fact {
    enum knee_comparison_fact_kind kind;
    double values[3];
    char base[KNEE_COMPARISON_TEXT_BYTES], fresh[KNEE_COMPARISON_TEXT_BYTES];
};

struct knee_comparison {
    char workload[64], title[KNEE_RESULT_TITLE_BYTES];
    enum knee_compare_verdict verdict;
    uint32_t knee_base, knee_new; /* 0: unknown */
    bool knee_moved;
    bool worse; /* limit, memory or failures got worse by more than the effect */
    struct knee_compare compare;
    const struct knee_workload_result *base, *fresh; /* the two sides; borrowed */
    struct knee_comparison_fact facts[KNEE_COMPARISON_FACTS_MAX];
    size_t facts_count;
};

/* One workload of each result, with the result that it is from. */
struct knee_comparison_side {
    const struct knee_result *result;
    const struct knee_workload_result *workload;
};

/* Compares stored results. -1 out of memory. */
int knee_comparison_make(struct knee_comparison *comparison,
                         const struct knee_comparison_side *base,
                         const struct knee_comparison_side *fresh, double min_effect,
                         struct knee_err *err);

/* Compares two sides that were measured together: `pairs`, at this look at them, decide about
 * throughput, the two workloads about limits, memory and failures. -1 out of memory. */
int knee_comparison_make_paired(struct knee_comparison *comparison,
                                const struct knee_comparison_side *base,
                                const struct knee_comparison_side *fresh,
                                const struct knee_paired_pair *pairs, size_t pairs_count,
                                size_t look, double min_effect, struct knee_err *err);

#endif
