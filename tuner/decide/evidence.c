/* SPDX-License-Identifier: MIT */
#include "tuner/decide/evidence.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

/* The claims are tested after every block, so chance gets many tries. To compensate, the summed
 * risk must stay below this share of 1 - confidence. Calibrated with tests/support/curves.c. */
#define RISK_SHARE .2
/* Above this s, dips hide in the noise and claims fail more often than they should. */
#define NOISY_SIGMA .03
#define NOISY_WIDENING 1.3
/* New levels come up on the way, and claims on the edge change: simulated searches needed, in the
 * median, this many times what the present claims need. */
#define MISSING_FACTOR 2
/* By then it shows whether a level's bad windows are its own. */
#define DOUBT_WINDOWS 10
#define LOW_WINDOWS 2
/* A single window may be the machine's doing: it proves nothing. */
#define WINDOWS_MIN 2
#define PLAN_SHARE .9 /* of the indifference: the part left for both claims of a soft knee */
#define PLAN_FALL 5.0

bool knee_evidence_usable(const struct knee_points *points, size_t at)
{
    return points->at[at].windows > 0 && !points->at[at].errors;
}

static size_t find_best(const struct knee_points *points, uint32_t windows_min)
{
    size_t best = KNEE_EVIDENCE_NONE;
    for (size_t i = 0; i < points->count; i++) {
        if (!knee_evidence_usable(points, i) || points->at[i].windows < windows_min)
            continue;
        if (best == KNEE_EVIDENCE_NONE ||
            points->at[i].log_throughput > points->at[best].log_throughput)
            best = i;
    }
    return best;
}

double knee_evidence_risk(const struct knee_evidence *evidence, size_t a, size_t b, double limit)
{
    const struct knee_points *points = evidence->points;
    double difference = points->at[a].log_throughput - points->at[b].log_throughput;
    double se = knee_points_se(points, a, b) * evidence->widening;
    return gsl_cdf_tdist_Q((limit - difference) / se, knee_points_df(points, a, b));
}

static double limit_better(const struct knee_evidence *evidence)
{
    return -evidence->target + evidence->indifference;
}

static double limit_smaller(const struct knee_evidence *evidence)
{
    return evidence->target + evidence->indifference;
}

static double total_risk(const struct knee_evidence *evidence)
{
    const struct knee_points *points = evidence->points;
    double risk = 0;
    for (size_t q = 0; q < points->count; q++) {
        if (knee_evidence_usable(points, q) && points->at[q].windows < WINDOWS_MIN)
            return 1;
        if (q == evidence->pick || !knee_evidence_usable(points, q))
            continue;
        risk += knee_evidence_risk(evidence, q, evidence->pick, limit_better(evidence));
        if (q < evidence->pick)
            risk += knee_evidence_risk(evidence, q, evidence->best, limit_smaller(evidence));
    }
    return fmin(risk, 1);
}

bool knee_evidence_often_enough(const struct knee_points *points, size_t at)
{
    if (at == KNEE_EVIDENCE_NONE)
        return true;
    const struct knee_point *point = &points->at[at];
    return point->windows >= (point->doubtful ? DOUBT_WINDOWS : KNEE_CLAIM_WINDOWS);
}

/* The same of the level below the pick, which others may have to be told from. */
static bool low_often_enough(const struct knee_points *points, size_t at)
{
    return at == KNEE_EVIDENCE_NONE || points->at[at].windows >= LOW_WINDOWS;
}

void knee_evidence_weigh(struct knee_evidence *evidence, const struct knee_points *points,
                         double tolerance_ratio, double confidence_ratio)
{
    *evidence = (struct knee_evidence){.points = points,
                                       .target = log1p(-tolerance_ratio),
                                       .indifference = tolerance_ratio / 2,
                                       .risk_allowed = RISK_SHARE * (1 - confidence_ratio),
                                       .widening = points->sigma > NOISY_SIGMA ? NOISY_WIDENING : 1,
                                       .best = find_best(points, WINDOWS_MIN),
                                       .pick = KNEE_EVIDENCE_NONE,
                                       .low = KNEE_EVIDENCE_NONE,
                                       .risk = 1};
    if (evidence->best == KNEE_EVIDENCE_NONE)
        evidence->best = find_best(points, 1);
    if (evidence->best == KNEE_EVIDENCE_NONE)
        return;
    double least = points->at[evidence->best].log_throughput + evidence->target;
    for (size_t i = 0; i <= evidence->best; i++) {
        if (!knee_evidence_usable(points, i))
            continue;
        if (points->at[i].log_throughput >= least) {
            evidence->pick = i;
            break;
        }
        evidence->low = i;
    }
    /* A level proves itself against others; a single one has nothing to prove. */
    if (points->df > 0 || points->count == 1)
        evidence->risk = total_risk(evidence);
    evidence->proven = evidence->risk <= evidence->risk_allowed &&
                       (points->count == 1 || (knee_evidence_often_enough(points, evidence->pick) &&
                                               knee_evidence_often_enough(points, evidence->best) &&
                                               low_often_enough(points, evidence->low)));
}

/* One claim's share of the scores: how fast its uncertainty falls with the variance, split between
 * its levels by how much one more window would take from it. A claim on the edge counts as half a
 * deviation away. */
static void score_claim(const struct knee_evidence *evidence, size_t a, size_t b, double limit,
                        double *scores)
{
    const struct knee_points *points = evidence->points;
    double se = knee_points_se(points, a, b) * evidence->widening;
    double margin = limit - (points->at[a].log_throughput - points->at[b].log_throughput);
    double t = fmax(fabs(margin) / se, .5);
    double weight = gsl_ran_ugaussian_pdf(t) * t / (se * se);
    size_t both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        const struct knee_point *point = &points->at[both[i]];
        double n = point->effective_windows;
        scores[both[i]] += weight * point->sigma * point->sigma / (n * (n + 1));
    }
}

void knee_evidence_scores(const struct knee_evidence *evidence, double *scores)
{
    const struct knee_points *points = evidence->points;
    for (size_t i = 0; i < points->count; i++)
        scores[i] = 0;
    for (size_t q = 0; q < points->count; q++) {
        if (q == evidence->pick || !knee_evidence_usable(points, q))
            continue;
        score_claim(evidence, q, evidence->pick, limit_better(evidence), scores);
        if (q < evidence->pick)
            score_claim(evidence, q, evidence->best, limit_smaller(evidence), scores);
    }
}

/* Sum over all other levels of the probability that one is better than `at` by more than `limit`.
 */
static double risk_of_bound(const struct knee_evidence *evidence, size_t at, double limit)
{
    double risk = 0;
    for (size_t q = 0; q < evidence->points->count; q++)
        if (q != at && knee_evidence_usable(evidence->points, q))
            risk += knee_evidence_risk(evidence, q, at, limit);
    return risk;
}

double knee_evidence_bound(const struct knee_evidence *evidence, size_t at)
{
    double low = 0, high = 10; /* a bound of exp(-10) says nothing any more */
    if (risk_of_bound(evidence, at, low) <= evidence->risk_allowed)
        return 1;
    for (int i = 0; i < 40; i++) {
        double middle = (low + high) / 2;
        if (risk_of_bound(evidence, at, middle) <= evidence->risk_allowed)
            high = middle;
        else
            low = middle;
    }
    return high >= 9.99 ? 0 : exp(-high);
}

/* Sum over the levels below the pick of the probability that one comes within `limit` of the best.
 */
static double risk_of_smaller(const struct knee_evidence *evidence, double limit)
{
    double risk = 0;
    for (size_t q = 0; q < evidence->pick; q++)
        if (knee_evidence_usable(evidence->points, q))
            risk += knee_evidence_risk(evidence, q, evidence->best, limit);
    return risk;
}

double knee_evidence_smaller(const struct knee_evidence *evidence)
{
    double low = -10, high = 0; /* exp(-10): a level that hardly runs at all */
    if (evidence->low == KNEE_EVIDENCE_NONE)
        return NAN;
    for (int i = 0; i < 40; i++) {
        double middle = (low + high) / 2;
        if (risk_of_smaller(evidence, middle) <= evidence->risk_allowed)
            high = middle;
        else
            low = middle;
    }
    return exp(high);
}

void knee_evidence_interval(const struct knee_evidence *evidence, uint32_t *low, uint32_t *high)
{
    const struct knee_points *points = evidence->points;
    *low = 1;
    *high = points->at[points->count - 1].level;
    for (size_t i = 0; i < evidence->pick; i++) {
        if (!knee_evidence_usable(points, i))
            continue;
        if (knee_evidence_risk(evidence, i, evidence->best, evidence->target) >
            evidence->risk_allowed)
            break;
        *low = points->at[i].level + 1;
    }
    for (size_t i = evidence->pick; i < points->count; i++) {
        if (knee_evidence_usable(points, i) &&
            risk_of_bound(evidence, i, -evidence->target) <= evidence->risk_allowed) {
            *high = points->at[i].level;
            break;
        }
    }
}

/* The plan for a curve that bends softly. Some level is then neither clearly within the tolerance
 * nor clearly outside, and both claims must hold with only the indifference to spare. More levels
 * will come in between, so the present ones do not show how many windows that takes. */
static double planned_windows(const struct knee_evidence *evidence, double z)
{
    const struct knee_points *points = evidence->points;
    size_t rests[] = {evidence->pick, evidence->best, evidence->low};
    double se = z * points->sigma * evidence->widening / (PLAN_SHARE * evidence->indifference);
    double each = 2 * se * se, missing = 0;
    for (size_t i = 0; i < sizeof rests / sizeof *rests; i++) {
        bool counted = rests[i] == KNEE_EVIDENCE_NONE || (i > 0 && rests[i] == evidence->pick);
        if (counted)
            continue;
        double fall =
            points->at[evidence->best].log_throughput - points->at[rests[i]].log_throughput;
        if (fall < PLAN_FALL * evidence->indifference) /* else it is far below and stays there */
            missing += fmax(0, each - points->at[rests[i]].windows);
    }
    return missing;
}

uint32_t knee_evidence_missing(const struct knee_evidence *evidence)
{
    const struct knee_points *points = evidence->points;
    if (evidence->proven || evidence->pick == KNEE_EVIDENCE_NONE)
        return 0;
    /* The standard error of a claim falls with the root of the windows at its two levels, and the
     * worst claims share theirs: the pick and the best. */
    double z = gsl_cdf_ugaussian_Qinv(evidence->risk_allowed / 2), missing = 0;
    for (size_t q = 0; q < points->count; q++) {
        if (q == evidence->pick || !knee_evidence_usable(points, q))
            continue;
        int claims = q < evidence->pick ? 2 : 1;
        for (int smaller = 0; smaller < claims; smaller++) {
            size_t other = smaller ? evidence->best : evidence->pick;
            double limit = smaller ? limit_smaller(evidence) : limit_better(evidence);
            double se = knee_points_se(points, q, other) * evidence->widening;
            double margin =
                fabs(limit - (points->at[q].log_throughput - points->at[other].log_throughput));
            double times = z * se / fmax(margin, .3 * evidence->indifference);
            double windows = points->at[q].windows + (double)points->at[other].windows;
            missing = fmax(missing, (times * times - 1) * windows);
        }
    }
    missing = fmax(MISSING_FACTOR * missing, planned_windows(evidence, z));
    return (uint32_t)fmin(fmax(ceil(missing), 4), 1e6);
}
