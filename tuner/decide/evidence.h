/* SPDX-License-Identifier: MIT */
/* What points prove. Pure. Strategies read it to choose what to measure next, the decision to see
 * what may be claimed. So a search ends exactly when its claims hold.
 *
 * With tolerance t and indifference d = t / 2, in log throughput, the pick p is the smallest level
 * with E >= max E + ln(1 - t), and the claims are
 *     A  for every level q:   E_q - E_p    <= -ln(1 - t) + d    nothing is better than p by more
 *     B  for every q below p: E_q - E_best <=  ln(1 - t) + d    nothing smaller would do
 * The risk of a claim is the probability that it is wrong, by Student's t. The risk of all together
 * is at most the sum (Bonferroni 1936): a claim may use the risk that others leave. */
#ifndef KNEE_TUNER_DECIDE_EVIDENCE_H
#define KNEE_TUNER_DECIDE_EVIDENCE_H

#include "tuner/fit/points.h"

#include <stdbool.h>
#include <stddef.h>

#define KNEE_EVIDENCE_NONE SIZE_MAX

/* Levels on which a claim rests are measured at least this often. */
#define KNEE_CLAIM_WINDOWS 4

struct knee_evidence {
    const struct knee_points *points;
    double target;       /* ln(1 - t) */
    double indifference; /* d, log units */
    double risk_allowed;
    double widening; /* > 1 if the noise is so large that Student's t promises too much */
    /* Indexes into points->at; KNEE_EVIDENCE_NONE: there is none. */
    size_t best; /* the highest E */
    size_t pick; /* the smallest level within the tolerance of it */
    size_t low;  /* the next measured level below the pick */
    double risk; /* of claims A and B together */
    bool proven; /* the risk is allowed and pick, best and low were measured often enough */
};

/* May the level be knee or peak: it has windows and does not fail. */
bool knee_evidence_usable(const struct knee_points *points, size_t at);

void knee_evidence_weigh(struct knee_evidence *evidence, const struct knee_points *points,
                         double tolerance_ratio, double confidence_ratio);

/* Was a level on which claims rest measured often enough for them? */
bool knee_evidence_often_enough(const struct knee_points *points, size_t at);

/* Probability that E[a] - E[b] exceeds `limit`, given the noise. */
double knee_evidence_risk(const struct knee_evidence *evidence, size_t a, size_t b, double limit);

/* How much one more window at each level would help to settle the claims: scores[i] for
 * points->at[i], without a unit. 0: not at all. */
void knee_evidence_scores(const struct knee_evidence *evidence, double *scores);

/* The proven lower bound of X[at] / max X, 0 to 1. */
double knee_evidence_bound(const struct knee_evidence *evidence, size_t at);

/* Proven of all levels below the pick: X / max X is below this, 0 to 1; NAN: there is none. */
double knee_evidence_smaller(const struct knee_evidence *evidence);

/* The levels among which the knee can be: every level below `*low` is proven not to reach the
 * tolerance, `*high` is proven to reach it or the highest that was measured. */
void knee_evidence_interval(const struct knee_evidence *evidence, uint32_t *low, uint32_t *high);

/* An estimate of how many more windows the claims need; 0: they hold. */
uint32_t knee_evidence_missing(const struct knee_evidence *evidence);

#endif
