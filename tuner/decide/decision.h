/* SPDX-License-Identifier: MIT */
/* What a sweep concludes. Pure. */
#ifndef KNEE_TUNER_DECIDE_DECISION_H
#define KNEE_TUNER_DECIDE_DECISION_H

#include "tuner/fit/points.h"

#include <stdbool.h>
#include <stdint.h>

enum knee_verdict {
    KNEE_VERDICT_UNRESOLVED,
    KNEE_VERDICT_RESOLVED,
    KNEE_VERDICT_RISING,
    KNEE_VERDICT_DISTURBED,
};

const char *knee_verdict_text(enum knee_verdict verdict); /* "resolved", ... */

/* 0 as a level: unknown. */
struct knee_decision {
    enum knee_verdict verdict;
    uint32_t knee, knee_low, knee_high; /* knee_low..knee_high: what the evidence allows */
    uint32_t peak, limit, rule_of_thumb;
    double tolerance_ratio, confidence_ratio; /* confidence NAN: no confidence is claimed */
    double bound_ratio;    /* proven: limit's throughput >= this × best; NAN: none */
    uint32_t windows;      /* taken, the rejected ones included */
    uint32_t windows_more; /* unresolved: about so many more would settle it */
    double elapsed_s;      /* the caller's to fill in */
    bool errors_stopped;   /* a rising error ratio ended the climb */
    char reason[400];      /* a sentence or two for people */
    char next[400];        /* what to do now, often a command; never empty */
};

struct knee_decision_inputs {
    const struct knee_points *points;
    double tolerance_ratio, confidence_ratio;
    uint32_t level_max;     /* the highest level allowed */
    bool fixed_levels;      /* nothing between the candidates was to be tried */
    bool refine;            /* gaps beside knee and peak must be closed before it is resolved */
    uint32_t rule_of_thumb; /* 0: unknown */
    /* Levels that were still to be tried when the budget ended, and the highest of them. */
    uint32_t untried, untried_max;
};

/* Of the host's windows more than this may not be rejected: what is left is then a choice, not a
 * sample. */
#define KNEE_REJECTED_RATIO .20

void knee_decision_make(struct knee_decision *decision, const struct knee_decision_inputs *inputs);

/* Turns `decision` into `disturbed`: the limit falls back to the rule of thumb where one is known.
 * `why` is a sentence for people. For the caller's own judgement of the host. */
void knee_decision_disturb(struct knee_decision *decision, const char *why);

#endif
