/* SPDX-License-Identifier: MIT */
#include "reports/words/reason.h"

#include "core/text/builder.h"
#include "core/text/human.h"
#include "reports/words/explain.h"
#include "reports/words/unusable.h"
#include "tuner/levels/marks.h"
#include "tuner/result/service.h"

#include <math.h>
#include <stdbool.h>

#define PHRASE_BYTES 160

/* `failing`: others are faster, but too many items fail there. */
static void add_proven(struct knee_builder *out, const struct knee_decision *decision, bool failing)
{
    const struct knee_decision_why *why = &decision->why;
    knee_builder_add(out, "The %s %u gives at least %.1f %% of the speed of any other%s%s",
                     decision->knee == decision->limit ? "limit" : "knee", decision->knee,
                     floor(1000 * why->bound_ratio) / 10, why->tried_only ? " that was tried" : "",
                     !failing          ? ""
                     : why->tried_only ? " and does not fail too often"
                                       : " that does not fail too often");
    if (why->below > 0)
        knee_builder_add(out, "; %u %s below %.1f %%", why->below,
                         why->below > 1 ? "and less stay" : "stays",
                         ceil(1000 * why->smaller_ratio) / 10);
    knee_builder_add(out, ".");
}

static void add_rising(struct knee_builder *out, const struct knee_decision_why *why,
                       const char *max_by)
{
    if (max_by && *max_by)
        knee_builder_add(out, "Throughput still grew at %u, the highest limit tried (%s).",
                         why->level_max, max_by);
    else
        knee_builder_add(out, "Throughput still grew at %u, the highest limit allowed.",
                         why->level_max);
}

/* "none of 6 windows could be used (no item ended in 6)" */
static void add_unusable(struct knee_builder *out, const struct knee_decision *decision,
                         bool begins, const char *unusable)
{
    if (decision->windows == 1)
        knee_builder_add(out, "%s one window could not be used", begins ? "The" : "the");
    else
        knee_builder_add(out, "%s of %u windows could be used", begins ? "None" : "none",
                         decision->windows);
    if (*unusable)
        knee_builder_add(out, " (%s)", unusable);
}

/* One level alone: what kept the others away? */
static void add_single(struct knee_builder *out, const struct knee_decision *decision,
                       const char *max_by, const char *unusable)
{
    bool known = decision->knee > 0;
    knee_builder_add(out, "Only the limit %u was %stried", decision->why.level_max,
                     known ? "" : "to be ");
    if (max_by && *max_by)
        knee_builder_add(out, " (%s)", max_by);
    if (known) {
        knee_builder_add(out, ", so there is nothing to compare it with.");
        return;
    }
    knee_builder_add(out, ", and ");
    add_unusable(out, decision, false, unusable);
    knee_builder_add(out, ".");
}

/* "Within 10 %, 48 is proven, and so is the smaller 16; within 2 %, any limit from 33 to 128 may be
 * the smallest at full speed, most likely 48 ..." */
static void add_open(struct knee_builder *out, const struct knee_decision *decision)
{
    const struct knee_decision_why *why = &decision->why;
    char coarser[KNEE_HUMAN_BYTES], asked[KNEE_HUMAN_BYTES];
    bool also = decision->limit_resolved > 0, interval = why->kind == KNEE_DECISION_INTERVAL;
    bool likelier = decision->uses_coarser && decision->limit > decision->limit_resolved;
    if (also)
        knee_builder_add(out, "Within %s, ",
                         knee_human_tenths(coarser, decision->tolerance_resolved_ratio));
    if (also && likelier)
        knee_builder_add(out, "%u is proven, and so is the smaller %u; ", decision->limit,
                         decision->limit_resolved);
    else if (also)
        knee_builder_add(out, "%u is proven; ", decision->limit_resolved);
    if (also)
        knee_builder_add(out, "within %s, ", knee_human_tenths(asked, decision->tolerance_ratio));
    if (interval)
        knee_builder_add(out, "%s limit from %u to %u may be the smallest at full speed",
                         also ? "any" : "Any", decision->knee_low, decision->knee_high);
    else
        knee_builder_add(out, "%s limit %u looks best", also ? "the" : "The", decision->knee);
    if (interval && likelier)
        knee_builder_add(out, ", most likely %u", decision->limit);
    if (isnan(why->window_cv))
        knee_builder_add(out, "%s too few windows were measured to tell.",
                         interval ? ":" : ", but");
    else if (interval)
        knee_builder_add(out, ": single windows vary by %.1f %%.", 100 * why->window_cv);
    else
        knee_builder_add(out,
                         ", but single windows vary by %.1f %% and there were too few of them.",
                         100 * why->window_cv);
}

static void add_other_work(struct knee_builder *out, const struct knee_decision_why *why)
{
    if (why->steal_ratio > 0)
        knee_builder_add(out, "This virtual machine's host took %.0f %% of the CPUs (steal)",
                         100 * why->steal_ratio);
    else
        knee_builder_add(out, "Other processes took %.1f CPUs", why->other_cpus);
    knee_builder_add(out, ", which spoilt %u of the %u windows that can tell.", why->spoilt,
                     why->judged);
}

static void add_decision(struct knee_builder *out, const struct knee_decision *decision,
                         bool failing, const char *max_by, const char *unusable)
{
    const struct knee_decision_why *why = &decision->why;
    switch (why->kind) {
    case KNEE_DECISION_UNEXPLAINED:
        break;
    case KNEE_DECISION_NO_WINDOW:
        add_unusable(out, decision, true, unusable);
        knee_builder_add(out, ", so no limit is known.");
        break;
    case KNEE_DECISION_SINGLE:
        add_single(out, decision, max_by, unusable);
        break;
    case KNEE_DECISION_PROVEN:
        add_proven(out, decision, failing);
        break;
    case KNEE_DECISION_RISING:
        add_rising(out, why, max_by);
        break;
    case KNEE_DECISION_INTERVAL:
    case KNEE_DECISION_TOO_FEW:
        add_open(out, decision);
        break;
    case KNEE_DECISION_UNTRIED:
        knee_builder_add(out,
                         "The sweep ended when %u of %u levels had been tried; nothing is known of "
                         "the others, up to %u.",
                         why->tried, why->tried + why->untried, why->level_max);
        break;
    case KNEE_DECISION_REJECTED:
        knee_builder_add(out,
                         "%.0f %% of the windows had to be rejected: too much else went on on "
                         "this machine.",
                         100 * why->rejected_ratio);
        break;
    case KNEE_DECISION_OTHER_WORK:
        add_other_work(out, why);
        break;
    }
}

const char *knee_reason_decision(const struct knee_decision *decision, const char *max_by,
                                 char *text)
{
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_REASON_BYTES);
    add_decision(&out, decision, false, max_by, "");
    return text;
}

/* "8 is the highest limit tried with a parallel efficiency of at least 50 %" */
static void add_objective(struct knee_builder *out, const struct knee_workload_result *workload)
{
    const struct knee_goal_objective *objective = knee_goal_objective(&workload->goal);
    uint32_t limit = workload->decision.limit;
    if (workload->choice.kind == KNEE_CHOICE_SMALLEST)
        knee_builder_add(out, "%s is unknown without level 1; %u is the smallest limit",
                         objective->name, limit);
    else if (objective->uses_min_efficiency)
        knee_builder_add(out,
                         "%u is the highest limit tried with a parallel efficiency of at least "
                         "%.4g %%",
                         limit, 100 * workload->goal.min_efficiency_ratio);
    else if (!objective->within_tolerance)
        knee_builder_add(out, "%u gives the most %s", limit, objective->aim);
    else
        knee_builder_add(out, "%u is the smallest limit with %s", limit, objective->aim);
}

static void add_closest(struct knee_builder *out, const struct knee_workload_result *workload)
{
    const struct knee_choice *choice = &workload->choice;
    char asked[PHRASE_BYTES], value[KNEE_SLO_TEXT_BYTES], upper[KNEE_SLO_TEXT_BYTES];
    bool disturbed = workload->decision.verdict == KNEE_VERDICT_DISTURBED;
    knee_builder_add(out, "No level %s %s; %u %s closest: %s", disturbed ? "met" : "meets",
                     knee_goal_slo_phrase(&workload->goal, asked, sizeof asked),
                     workload->decision.limit, disturbed ? "came" : "comes",
                     knee_slo_value(&choice->slo, choice->judgement.value, value));
    if (choice->judgement.lower > 0) /* the end that proves it */
        knee_builder_add(out, ", at least %s at %.4g %% confidence",
                         knee_slo_amount(&choice->slo, choice->judgement.lower, upper),
                         100 * knee_decision_confidence(&workload->decision));
    else if (isinf(choice->judgement.upper))
        knee_builder_add(out, ", from too few windows");
    else
        knee_builder_add(out, ", up to %s at %.4g %% confidence",
                         knee_slo_amount(&choice->slo, choice->judgement.upper, upper),
                         100 * knee_decision_confidence(&workload->decision));
}

/* "Whether a level meets p99 <= 50 ms is open: 4 may (p99 41 ms, up to 55 ms at 95 % confidence)"
 */
static void add_may_meet(struct knee_builder *out, const struct knee_workload_result *workload)
{
    const struct knee_choice *choice = &workload->choice;
    const struct knee_slo_judgement *judgement = &choice->judgement;
    char asked[PHRASE_BYTES], value[KNEE_SLO_TEXT_BYTES], upper[KNEE_SLO_TEXT_BYTES];
    bool seems = judgement->value <= choice->slo.limit;
    knee_builder_add(out, "Whether a level meets %s is open: %u %s, with %s",
                     knee_goal_slo_phrase(&workload->goal, asked, sizeof asked),
                     workload->decision.limit, seems ? "may" : "comes closest",
                     knee_slo_value(&choice->slo, judgement->value, value));
    if (judgement->items_needed > 0)
        knee_builder_add(out, " of %.0f items (it takes %.0f to say so)", judgement->items,
                         judgement->items_needed);
    else if (isinf(judgement->upper))
        knee_builder_add(out, " from too few windows");
    else
        knee_builder_add(out, ", up to %s at %.4g %% confidence",
                         knee_slo_amount(&choice->slo, judgement->upper, upper),
                         100 * knee_decision_confidence(&workload->decision));
}

static void add_choice(struct knee_builder *out, const struct knee_workload_result *workload)
{
    const struct knee_decision *decision = &workload->decision;
    char asked[PHRASE_BYTES];
    if (workload->choice.kind == KNEE_CHOICE_CLOSEST) {
        add_closest(out, workload);
    } else if (workload->choice.kind == KNEE_CHOICE_OPEN) {
        add_may_meet(out, workload);
    } else {
        add_objective(out, workload);
        if (*knee_goal_slo_phrase(&workload->goal, asked, sizeof asked))
            knee_builder_add(out, " of those that meet %s", asked);
    }
    if (decision->limit != decision->knee && decision->knee > 0 &&
        decision->verdict != KNEE_VERDICT_DISTURBED)
        knee_builder_add(out, "; the knee is %u", decision->knee);
    knee_builder_add(out, ".");
}

/* The bound that a disturbed sweep still gives. */
static void add_seen(struct knee_builder *out, const struct knee_workload_result *workload)
{
    char percent[KNEE_HUMAN_BYTES];
    double of_best = NAN;
    uint32_t below = knee_workload_result_seen_below(workload, &of_best);
    if (below > 0)
        knee_builder_add(out,
                         " Even so, %u gave only %s of the best that was seen: the limit is "
                         "above it.",
                         below, knee_human_percent(percent, of_best));
}

/* The limit to use is the rule of thumb, though the few windows name another: it is the larger. Or
 * rejected windows showed more at a higher one. */
static void add_guess(struct knee_builder *out, const struct knee_workload_result *workload)
{
    const struct knee_decision *decision = &workload->decision;
    uint32_t use = knee_workload_result_suggested(workload);
    if (decision->verdict == KNEE_VERDICT_DISTURBED || decision->knee == 0 ||
        knee_workload_result_keeps(workload) ||
        knee_workload_result_suggested_source(workload) != KNEE_RESULT_SOURCE_GUESS ||
        use == decision->limit)
        return;
    if (use == decision->rule_of_thumb)
        knee_builder_add(out, " Until more is measured, %u, the rule of thumb, is the safer guess.",
                         use);
    else if (use > decision->limit)
        knee_builder_add(out,
                         " Until more is measured, %u is the safer guess: it gave more, though in "
                         "disturbed windows.",
                         use);
}

/* The search left the knee open, and the goal chose another level: the proof is about the knee.
 */
static bool names_another(const struct knee_decision *decision)
{
    return decision->limit != decision->knee && (decision->why.kind == KNEE_DECISION_INTERVAL ||
                                                 decision->why.kind == KNEE_DECISION_TOO_FEW);
}

/* Is a level at which too many items fail faster than the knee all the same? */
static bool failing_is_faster(const struct knee_workload_result *workload)
{
    const struct knee_level *knee = knee_workload_result_at(workload, workload->decision.knee);
    for (size_t i = 0; knee && i < workload->levels_count; i++)
        if ((workload->levels[i].marks & KNEE_MARK_ERRORS) &&
            workload->levels[i].throughput_per_s > knee->throughput_per_s)
            return true;
    return false;
}

const char *knee_reason_evidence(const struct knee_workload_result *workload, char *text)
{
    char unusable[KNEE_UNUSABLE_BYTES];
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_REASON_BYTES);
    knee_unusable_text(workload->windows, workload->windows_count, unusable);
    if (workload->choice.kind != KNEE_CHOICE_KNEE) {
        add_choice(&out, workload);
        if (workload->decision.why.kind != KNEE_DECISION_UNEXPLAINED)
            knee_builder_add(&out, names_another(&workload->decision) ? " About the knee: " : " ");
    }
    add_decision(&out, &workload->decision, failing_is_faster(workload), workload->way_on.max_by,
                 unusable);
    add_guess(&out, workload);
    if (workload->slo != KNEE_SLO_STATE_UNMET)
        add_seen(&out, workload);
    return text;
}

const char *knee_reason_text(const struct knee_workload_result *workload, char *text)
{
    char cpus[KNEE_EXPLAIN_BYTES], evidence[KNEE_REASON_BYTES];
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_REASON_BYTES);
    knee_explain_whose(workload, cpus);
    knee_builder_add(&out, "%s%s%s", cpus, *cpus ? " " : "",
                     knee_reason_evidence(workload, evidence));
    return text;
}
