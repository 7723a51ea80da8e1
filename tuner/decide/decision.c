/* SPDX-License-Identifier: MIT */
#include "tuner/decide/decision.h"

#include "core/base/array.h"
#include "tuner/decide/evidence.h"
#include "tuner/decide/refine.h"

#include <math.h>

/* Windows that closing one gap takes: two levels, each twice, beside pick and best. */
#define WINDOWS_PER_GAP 8
/* A level takes part in the decision from two on; some will matter and take more. */
#define WINDOWS_PER_UNTRIED 4
/* Fewer windows than this say nothing of the share that is rejected. */
#define REJECTED_WINDOWS_MIN 10

const char *knee_verdict_text(enum knee_verdict verdict)
{
    static const char *const texts[] = {
        [KNEE_VERDICT_UNRESOLVED] = "unresolved",
        [KNEE_VERDICT_RESOLVED] = "resolved",
        [KNEE_VERDICT_RISING] = "rising",
        [KNEE_VERDICT_DISTURBED] = "disturbed",
    };
    return texts[verdict];
}

void knee_decision_disturb(struct knee_decision *decision, const struct knee_decision_why *why)
{
    decision->verdict = KNEE_VERDICT_DISTURBED;
    decision->bound_ratio = NAN;
    decision->why = *why;
    decision->uses_coarser = false;
    decision->tolerance_resolved_ratio = NAN;
    decision->limit_resolved = 0;
    if (decision->rule_of_thumb > 0)
        decision->limit = decision->rule_of_thumb;
}

void knee_decision_follow(struct knee_decision *decision)
{
    if (decision->verdict == KNEE_VERDICT_UNRESOLVED)
        return;
    bool resolved = decision->verdict == KNEE_VERDICT_RESOLVED;
    decision->uses_coarser = decision->thin = false;
    decision->tolerance_resolved_ratio = resolved ? decision->tolerance_ratio : (double)NAN;
    decision->limit_resolved = resolved ? decision->limit : 0;
}

double knee_decision_tolerance(const struct knee_decision *decision)
{
    return decision->tolerance_ratio > 0 ? decision->tolerance_ratio
                                         : KNEE_DECISION_TOLERANCE_RATIO;
}

double knee_decision_confidence(const struct knee_decision *decision)
{
    double confidence = decision->confidence_ratio;
    return confidence > 0 && confidence < 1 ? confidence : KNEE_DECISION_CONFIDENCE_RATIO;
}

static void explain_resolved(struct knee_decision *decision, const struct knee_evidence *evidence,
                             bool tried_only)
{
    const struct knee_points *points = evidence->points;
    decision->why = (struct knee_decision_why){
        .kind = KNEE_DECISION_PROVEN,
        .bound_ratio = decision->bound_ratio,
        .below = evidence->low == KNEE_EVIDENCE_NONE ? 0 : points->at[evidence->low].level,
        .smaller_ratio = knee_evidence_smaller(evidence),
        .tried_only = tried_only};
}

static void explain_unresolved(struct knee_decision *decision, double window_cv)
{
    bool interval = decision->knee_low < decision->knee_high;
    decision->why = (struct knee_decision_why){.kind = interval ? KNEE_DECISION_INTERVAL
                                                                : KNEE_DECISION_TOO_FEW,
                                               .window_cv = decision->thin ? NAN : window_cv};
}

/* The knee may be any of the levels that no one has tried. */
static void add_untried(struct knee_decision *decision, const struct knee_decision_inputs *inputs)
{
    if (decision->knee_high < inputs->untried_max)
        decision->knee_high = inputs->untried_max;
    decision->bound_ratio = NAN;
    decision->windows_more += WINDOWS_PER_UNTRIED * inputs->untried;
    decision->why = (struct knee_decision_why){.kind = KNEE_DECISION_UNTRIED,
                                               .level_max = inputs->untried_max,
                                               .tried = (uint32_t)inputs->points->count,
                                               .untried = inputs->untried};
}

/* Gaps still open: each halving of the one at the knee, and one for each level to insert. */
static uint32_t windows_for_gaps(const struct knee_evidence *evidence, size_t inserts)
{
    if (inserts == 0)
        return 0;
    double gaps = (double)inserts;
    if (evidence->low != KNEE_EVIDENCE_NONE) {
        double ratio = (double)evidence->points->at[evidence->pick].level /
                       evidence->points->at[evidence->low].level;
        gaps = fmax(gaps, ceil(log2(fmax(log(ratio) / log(KNEE_REFINE_RATIO), 1))));
    }
    return (uint32_t)(WINDOWS_PER_GAP * gaps);
}

static void set_interval(struct knee_decision *decision, const struct knee_evidence *evidence)
{
    if (decision->verdict == KNEE_VERDICT_UNRESOLVED) {
        knee_evidence_interval(evidence, &decision->knee_low, &decision->knee_high);
        return;
    }
    decision->knee_low = 1;
    if (evidence->low != KNEE_EVIDENCE_NONE)
        decision->knee_low = evidence->points->at[evidence->low].level + 1;
    decision->knee_high = decision->knee;
}

static bool errors_stopped(const struct knee_points *points)
{
    return points->count > 1 && points->at[points->count - 1].errors;
}

/* The claims at the evidence's tolerance hold, and no gap that matters to them is open. */
static bool holds(const struct knee_evidence *evidence, const struct knee_decision_inputs *inputs)
{
    uint32_t inserts[KNEE_REFINE_MAX];
    return evidence->proven &&
           (!inputs->refine || knee_refine(evidence, inputs->level_max, inserts) == 0);
}

double knee_decision_coarser(double tolerance_ratio)
{
    static const double ratios[] = {.03, .04, .05, .06, .08, .10, .12, .15, .20, .25};
    for (size_t i = 0; i < KNEE_COUNT(ratios); i++)
        if (ratios[i] > tolerance_ratio)
            return ratios[i];
    return 0;
}

/* The asked tolerance is open: is a coarser one settled? */
static void find_coarser(struct knee_decision *decision, const struct knee_decision_inputs *inputs)
{
    double ratio = inputs->tolerance_ratio;
    while ((ratio = knee_decision_coarser(ratio)) > 0) {
        struct knee_evidence evidence;
        knee_evidence_weigh(&evidence, inputs->points, ratio, inputs->confidence_ratio);
        if (!holds(&evidence, inputs))
            continue;
        decision->tolerance_resolved_ratio = ratio;
        decision->limit_resolved = inputs->points->at[evidence.pick].level;
        if (inputs->may_use_coarser) {
            decision->uses_coarser = true;
            decision->limit = decision->limit_resolved;
            decision->bound_ratio = knee_evidence_bound(&evidence, evidence.pick);
        }
        return;
    }
}

static bool is_thin(const struct knee_evidence *evidence)
{
    const struct knee_point *at = evidence->points->at;
    return at[evidence->pick].windows < KNEE_DECISION_WINDOWS_MIN ||
           at[evidence->best].windows < KNEE_DECISION_WINDOWS_MIN;
}

/* A level that has no other beside it proves nothing. */
static void explain_single(struct knee_decision *decision)
{
    decision->bound_ratio = NAN;
    decision->knee_low = decision->knee_high = decision->knee;
    decision->why =
        (struct knee_decision_why){.kind = KNEE_DECISION_SINGLE, .level_max = decision->knee};
}

static void judge_evidence(struct knee_decision *decision,
                           const struct knee_decision_inputs *inputs,
                           const struct knee_evidence *evidence)
{
    const struct knee_points *points = inputs->points;
    uint32_t inserts[KNEE_REFINE_MAX];
    size_t open = inputs->refine ? knee_refine(evidence, inputs->level_max, inserts) : 0;
    if (inputs->untried > 0)
        decision->verdict = KNEE_VERDICT_UNRESOLVED;
    else if (knee_refine_rising(evidence, inputs->level_max,
                                inputs->fixed_levels || !inputs->refine))
        decision->verdict = KNEE_VERDICT_RISING;
    else if (evidence->proven && open == 0 && points->count > 1)
        decision->verdict = KNEE_VERDICT_RESOLVED;
    decision->thin = decision->verdict == KNEE_VERDICT_UNRESOLVED && is_thin(evidence);
    decision->knee = decision->limit = points->at[evidence->pick].level;
    decision->peak = points->at[evidence->best].level;
    decision->bound_ratio = knee_evidence_bound(evidence, evidence->pick);
    set_interval(decision, evidence);
    switch (decision->verdict) {
    case KNEE_VERDICT_RESOLVED:
        decision->tolerance_resolved_ratio = inputs->tolerance_ratio;
        decision->limit_resolved = decision->limit;
        explain_resolved(decision, evidence, !inputs->refine);
        break;
    case KNEE_VERDICT_RISING:
        decision->why = (struct knee_decision_why){.kind = KNEE_DECISION_RISING,
                                                   .level_max = inputs->level_max};
        break;
    default:
        decision->windows_more = knee_evidence_missing(evidence) + windows_for_gaps(evidence, open);
        if (inputs->untried > 0) {
            add_untried(decision, inputs);
        } else if (points->count == 1) {
            explain_single(decision);
        } else {
            explain_unresolved(decision, points->sigma);
            find_coarser(decision, inputs);
        }
    }
}

bool knee_decision_rejected(const struct knee_points *points, double *ratio)
{
    *ratio = (double)points->rejected / (double)(points->windows ? points->windows : 1);
    return points->windows >= REJECTED_WINDOWS_MIN && *ratio > KNEE_REJECTED_RATIO;
}

void knee_decision_make(struct knee_decision *decision, const struct knee_decision_inputs *inputs)
{
    const struct knee_points *points = inputs->points;
    *decision = (struct knee_decision){.verdict = KNEE_VERDICT_UNRESOLVED,
                                       .rule_of_thumb = inputs->rule_of_thumb,
                                       .tolerance_ratio = inputs->tolerance_ratio,
                                       .confidence_ratio = inputs->confidence_ratio,
                                       .bound_ratio = NAN,
                                       .tolerance_resolved_ratio = NAN,
                                       .windows = (uint32_t)points->windows,
                                       .elapsed_s = NAN,
                                       .errors_stopped = errors_stopped(points)};
    struct knee_evidence evidence;
    knee_evidence_weigh(&evidence, points, inputs->tolerance_ratio, inputs->confidence_ratio);
    decision->limit = inputs->rule_of_thumb;
    decision->why.kind = KNEE_DECISION_NO_WINDOW;
    if (evidence.pick != KNEE_EVIDENCE_NONE)
        judge_evidence(decision, inputs, &evidence);
    double rejected;
    if (knee_decision_rejected(points, &rejected)) {
        const struct knee_decision_why why = {.kind = KNEE_DECISION_REJECTED,
                                              .rejected_ratio = rejected};
        knee_decision_disturb(decision, &why);
    }
}
