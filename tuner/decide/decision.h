/* SPDX-License-Identifier: MIT */
/* tuner/decide says what may be claimed from the points of a fit: the evidence for each level, the
 * gaps that are still open, SLOs and objectives, and the decision.
 *
 * This file: the decision, a sweep's conclusion with the reason for it. Pure. */
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

/* The defaults. */
#define KNEE_DECISION_TOLERANCE_RATIO .02
#define KNEE_DECISION_CONFIDENCE_RATIO .95

/* The reason for the verdict. reports/words turns it into a sentence. */
enum knee_decision_reason {
    KNEE_DECISION_UNEXPLAINED, /* nothing was decided */
    KNEE_DECISION_NO_WINDOW,   /* not one window could be used */
    KNEE_DECISION_SINGLE,      /* one level alone was tried: there is nothing to compare it with */
    KNEE_DECISION_PROVEN,
    KNEE_DECISION_RISING,
    KNEE_DECISION_INTERVAL,   /* any of knee_low..knee_high may be the knee */
    KNEE_DECISION_TOO_FEW,    /* one level looks best, but windows are too few to prove it */
    KNEE_DECISION_UNTRIED,    /* the search ended before it had tried all levels */
    KNEE_DECISION_REJECTED,   /* too large a share of the windows was rejected */
    KNEE_DECISION_OTHER_WORK, /* other processes, or its host, took too much of the machine */
};

/* A reason and its numbers; those of other reasons are 0. */
struct knee_decision_why {
    enum knee_decision_reason kind;
    double bound_ratio;   /* PROVEN: the knee's throughput >= this x that of any other level, */
    uint32_t below;       /* and this level and less (0: none was measured) */
    double smaller_ratio; /* stay below this x the best; */
    bool tried_only;      /* of the levels that were tried: others were left out on purpose */
    uint32_t level_max; /* RISING: the highest level allowed; SINGLE: the one; UNTRIED: the highest
                           not tried */
    double window_cv;   /* INTERVAL, TOO_FEW: how much single windows vary; NAN: too few to say */
    uint32_t tried, untried; /* UNTRIED: levels */
    double rejected_ratio;   /* REJECTED: of the windows */
    double other_cpus;       /* OTHER_WORK: CPUs that other processes took, at worst; and */
    uint32_t spoilt, judged; /* how many windows that spoilt, of those that can tell */
    double steal_ratio;      /* OTHER_WORK: it was the machine's host, which took this share of the
                                CPUs; 0: it was other processes */
};

/* 0 as a level: unknown. */
struct knee_decision {
    enum knee_verdict verdict;
    uint32_t knee, knee_low, knee_high; /* knee_low..knee_high: what the evidence allows */
    uint32_t peak, limit, rule_of_thumb;
    double tolerance_ratio, confidence_ratio; /* confidence NAN: no confidence is claimed */
    double bound_ratio;    /* proven: limit's throughput >= this × best; NAN: none */
    uint32_t windows;      /* taken, the rejected ones included */
    uint32_t windows_more; /* unresolved: about this many more would settle it */
    double elapsed_s;      /* the caller's to fill in */
    bool errors_stopped;   /* a rising error ratio ended the climb */
    /* The limit rests on fewer than KNEE_DECISION_WINDOWS_MIN windows. So may the best level, if
     * each counts by its own windows alone. */
    bool thin;
    /* The smallest tolerance at which an answer is proven (the asked one if it is resolved), and
     * that answer; NAN, 0: there is none. */
    double tolerance_resolved_ratio;
    uint32_t limit_resolved;
    /* The asked tolerance is open, and `limit` keeps that one: it is that answer, or a likelier one
     * that is within that tolerance of the best as well. */
    bool uses_coarser;
    struct knee_decision_why why;
};

struct knee_decision_inputs {
    const struct knee_points *points;
    double tolerance_ratio, confidence_ratio;
    uint32_t level_max;     /* the highest level allowed */
    bool fixed_levels;      /* nothing between the candidates was to be tried */
    bool refine;            /* gaps beside knee and peak must be closed before it is resolved */
    bool may_use_coarser;   /* no tolerance was asked for: a proven answer at a coarser one wins */
    uint32_t rule_of_thumb; /* 0: unknown */
    /* Levels that were still to be tried when the budget ended, and the highest of them. */
    uint32_t untried, untried_max;
};

/* Of the host's windows more than this may not be rejected: what is left is then a choice, not a
 * sample. */
#define KNEE_REJECTED_RATIO .20
/* Too many were: a decision is then disturbed. Sets the share. */
bool knee_decision_rejected(const struct knee_points *points, double *ratio);
/* Fewer windows than this at a level do not show how much they vary. */
#define KNEE_DECISION_WINDOWS_MIN 3

void knee_decision_make(struct knee_decision *decision, const struct knee_decision_inputs *inputs);

/* The next coarser tolerance at which an answer is looked for; 0: there is none. */
double knee_decision_coarser(double tolerance_ratio);

/* For a strategy that has its own claims of the knee: after it has set verdict, knee, limit and
 * bound, sets what follows from them. An open answer keeps its coarser tolerance. */
void knee_decision_follow(struct knee_decision *decision);

/* Turns `decision` into `disturbed`, with the reason `why`. The limit falls back to the rule of
 * thumb if one is known. For a caller that judges the host itself. */
void knee_decision_disturb(struct knee_decision *decision, const struct knee_decision_why *why);

/* The decision's tolerance and confidence, or the defaults if it has none. */
double knee_decision_tolerance(const struct knee_decision *decision);
double knee_decision_confidence(const struct knee_decision *decision);

#endif
