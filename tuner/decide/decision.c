/* SPDX-License-Identifier: MIT */
#include "tuner/decide/decision.h"

#include "tuner/decide/evidence.h"
#include "tuner/decide/refine.h"

#include <math.h>
#include <stdio.h>

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

void knee_decision_disturb(struct knee_decision *decision, const char *why)
{
    decision->verdict = KNEE_VERDICT_DISTURBED;
    decision->bound_ratio = NAN;
    snprintf(decision->reason, sizeof decision->reason, "%s", why);
    if (decision->rule_of_thumb > 0) {
        decision->limit = decision->rule_of_thumb;
        snprintf(decision->next, sizeof decision->next,
                 "Use the rule of thumb, %u, until the machine is quiet; then sweep again.",
                 decision->limit);
    } else {
        snprintf(decision->next, sizeof decision->next, "Sweep again when the machine is quiet.");
    }
}

/* Unless `all`, levels between were left out on purpose: the claim is about those tried. `smaller`
 * is what those up to `below` provably stay under. */
static void say_resolved(struct knee_decision *decision, uint32_t below, double smaller, bool all)
{
    const char *others = all ? "any other" : "any other that was tried";
    if (below > 0)
        snprintf(decision->reason, sizeof decision->reason,
                 "The limit %u gives at least %.1f %% of the speed of %s; %u %s below %.1f %%.",
                 decision->knee, floor(1000 * decision->bound_ratio) / 10, others, below,
                 below > 1 ? "and less stay" : "stays", ceil(1000 * smaller) / 10);
    else
        snprintf(decision->reason, sizeof decision->reason,
                 "The limit %u gives at least %.1f %% of the speed of %s.", decision->knee,
                 floor(1000 * decision->bound_ratio) / 10, others);
    snprintf(decision->next, sizeof decision->next, "Use the limit %u.", decision->limit);
}

static void say_rising(struct knee_decision *decision, uint32_t level_max)
{
    snprintf(decision->reason, sizeof decision->reason,
             "Throughput still grew at %u, the highest limit allowed.", level_max);
    snprintf(decision->next, sizeof decision->next,
             "Use the limit %u, or allow more: --max-level %u.", decision->limit, 4 * level_max);
}

static void say_unresolved(struct knee_decision *decision, const struct knee_points *points)
{
    if (decision->knee_low < decision->knee_high)
        snprintf(decision->reason, sizeof decision->reason,
                 "Any limit from %u to %u may be the smallest at full speed: single windows vary "
                 "by %.1f %%.",
                 decision->knee_low, decision->knee_high, 100 * points->sigma);
    else
        snprintf(decision->reason, sizeof decision->reason,
                 "The limit %u looks best, but single windows vary by %.1f %% and there were too "
                 "few of them.",
                 decision->knee, 100 * points->sigma);
    snprintf(decision->next, sizeof decision->next,
             "Use the limit %u for now; about %u more windows would tell: sweep again with a "
             "larger budget.",
             decision->limit, decision->windows_more);
}

/* The knee may lie anywhere among levels that no one has seen. */
static void add_untried(struct knee_decision *decision, const struct knee_decision_inputs *inputs)
{
    if (decision->knee_high < inputs->untried_max)
        decision->knee_high = inputs->untried_max;
    decision->bound_ratio = NAN;
    decision->windows_more += WINDOWS_PER_UNTRIED * inputs->untried;
    snprintf(decision->reason, sizeof decision->reason,
             "The sweep ended when %zu of %zu levels had been tried; nothing is known of the "
             "others, up to %u.",
             inputs->points->count, inputs->points->count + inputs->untried, inputs->untried_max);
    snprintf(decision->next, sizeof decision->next,
             "Use the limit %u for now; about %u more windows would tell: sweep again with a "
             "larger budget.",
             decision->limit, decision->windows_more);
}

static void say_nothing(struct knee_decision *decision)
{
    decision->verdict = KNEE_VERDICT_UNRESOLVED;
    decision->limit = decision->rule_of_thumb;
    snprintf(decision->reason, sizeof decision->reason,
             "None of %u windows could be used, so no limit is known.", decision->windows);
    snprintf(decision->next, sizeof decision->next,
             "See that single items succeed and end within a window, then sweep again with a "
             "larger budget.");
}

/* Gaps still open: each halving of the one at the knee, and one for each level to insert. */
static uint32_t windows_for_gaps(const struct knee_evidence *evidence, size_t inserts)
{
    if (inserts == 0)
        return 0;
    double gaps = (double)inserts;
    if (evidence->low != KNEE_NONE) {
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
    if (evidence->low != KNEE_NONE)
        decision->knee_low = evidence->points->at[evidence->low].level + 1;
    decision->knee_high = decision->knee;
}

static bool errors_stopped(const struct knee_points *points)
{
    return points->count > 1 && points->at[points->count - 1].errors;
}

static void judge(struct knee_decision *decision, const struct knee_decision_inputs *inputs,
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
    else if (evidence->proven && open == 0)
        decision->verdict = KNEE_VERDICT_RESOLVED;
    decision->knee = decision->limit = points->at[evidence->pick].level;
    decision->peak = points->at[evidence->best].level;
    decision->bound_ratio = knee_evidence_bound(evidence, evidence->pick);
    set_interval(decision, evidence);
    switch (decision->verdict) {
    case KNEE_VERDICT_RESOLVED:
        say_resolved(decision, evidence->low == KNEE_NONE ? 0 : points->at[evidence->low].level,
                     knee_evidence_smaller(evidence), inputs->refine);
        break;
    case KNEE_VERDICT_RISING:
        say_rising(decision, inputs->level_max);
        break;
    default:
        decision->windows_more = knee_evidence_missing(evidence) + windows_for_gaps(evidence, open);
        if (inputs->untried > 0)
            add_untried(decision, inputs);
        else
            say_unresolved(decision, points);
    }
}

void knee_decision_make(struct knee_decision *decision, const struct knee_decision_inputs *inputs)
{
    const struct knee_points *points = inputs->points;
    *decision = (struct knee_decision){.verdict = KNEE_VERDICT_UNRESOLVED,
                                       .rule_of_thumb = inputs->rule_of_thumb,
                                       .tolerance_ratio = inputs->tolerance_ratio,
                                       .confidence_ratio = inputs->confidence_ratio,
                                       .bound_ratio = NAN,
                                       .windows = (uint32_t)points->windows,
                                       .elapsed_s = NAN,
                                       .errors_stopped = errors_stopped(points)};
    struct knee_evidence evidence;
    knee_evidence_weigh(&evidence, points, inputs->tolerance_ratio, inputs->confidence_ratio);
    if (evidence.pick == KNEE_NONE)
        say_nothing(decision);
    else
        judge(decision, inputs, &evidence);
    double rejected = (double)points->rejected / (double)(points->windows ? points->windows : 1);
    if (points->windows >= REJECTED_WINDOWS_MIN && rejected > KNEE_REJECTED_RATIO) {
        char why[160];
        snprintf(why, sizeof why,
                 "%.0f %% of the windows had to be rejected: too much else went on "
                 "on this machine.",
                 100 * rejected);
        knee_decision_disturb(decision, why);
    }
}
