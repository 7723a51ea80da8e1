/* SPDX-License-Identifier: MIT */
#include "reports/words/belief.h"

#include "core/base/array.h"
#include "core/text/builder.h"
#include "core/text/human.h"

/* A few hundred draws tell no more. */
#define NEARLY_ALL .99
#define NEARLY_NONE .01
#define CLAIM_FACTOR 1.5 /* of the tolerance: see tuner/posterior/claims.h */

const char *knee_belief_probability(const struct knee_workload_result *workload, char *text)
{
    const struct knee_band *band = workload->band;
    char percent[KNEE_HUMAN_BYTES], faster[KNEE_HUMAN_BYTES];
    struct knee_builder says;
    text[0] = '\0';
    if (!band || workload->decision.verdict == KNEE_VERDICT_DISTURBED)
        return text;
    knee_builder_over(&says, text, KNEE_BELIEF_BYTES);
    if (band->right >= NEARLY_ALL)
        knee_builder_add(&says, "99 %% or more");
    else if (band->right <= NEARLY_NONE)
        knee_builder_add(&says, "1 %% at most");
    else
        knee_builder_add(&says, "%s", knee_human_percent(percent, band->right));
    knee_builder_add(
        &says,
        " that %u is right: no other level is more than %s faster, and none clearly "
        "smaller comes that close.",
        band->pick,
        knee_human_tenths(faster, CLAIM_FACTOR * knee_decision_tolerance(&workload->decision)));
    return text;
}

const char *knee_belief_guard(const struct knee_workload_result *workload, char *text)
{
    static const char HEAD[] = "Each level by its own windows, without the curve, ";
    const struct knee_decision *guard = workload->guard;
    struct knee_builder says;
    text[0] = '\0';
    if (!guard || !workload->band || workload->decision.verdict == KNEE_VERDICT_DISTURBED)
        return text;
    uint32_t pick = workload->band->pick;
    bool inside = pick >= guard->knee_low && pick <= guard->knee_high;
    knee_builder_over(&says, text, KNEE_BELIEF_BYTES);
    switch (guard->verdict) {
    case KNEE_VERDICT_RESOLVED:
        knee_builder_add(&says, "%sgives %u%s.", HEAD, guard->knee,
                         guard->knee == pick ? ", too" : "");
        break;
    case KNEE_VERDICT_RISING:
        knee_builder_add(&says, "%sstill rises at the highest level.", HEAD);
        break;
    case KNEE_VERDICT_UNRESOLVED:
        if (guard->knee_low < guard->knee_high)
            knee_builder_add(&says, "%sleaves %u to %u open%s.", HEAD, guard->knee_low,
                             guard->knee_high, inside ? "" : ", and so contradicts it");
        else
            knee_builder_add(&says, "%scannot tell yet.", HEAD);
        break;
    case KNEE_VERDICT_DISTURBED:
        break;
    }
    return text;
}

static void list(struct knee_builder *says, const struct knee_workload_result *workload, bool seen)
{
    static const struct {
        enum knee_fact_kind kind;
        const char *name;
    } CHECKS[] = {
        {KNEE_FACT_SLOWED, "a step down for good, as when burst credit runs out"},
        {KNEE_FACT_FAILED_BY_TIME, "failures for a time"},
        {KNEE_FACT_ORDER, "a loss just after a higher limit"},
        {KNEE_FACT_MODES, "limits of two speeds"},
        {KNEE_FACT_STATES, "a machine of two states"},
        {KNEE_FACT_THROTTLED, "a CPU quota that holds windows back"},
        {KNEE_FACT_OTHER_WORK, "steady other load"},
        {KNEE_FACT_STEAL, "CPUs that the machine's host takes (steal)"},
    };
    const char *between = seen ? "Seen: " : "Not seen: ";
    bool any = false;
    for (size_t i = 0; i < KNEE_COUNT(CHECKS); i++) {
        bool found = false;
        for (size_t j = 0; j < workload->warnings.count; j++)
            found |= workload->warnings.at[j].kind == CHECKS[i].kind;
        if (found != seen)
            continue;
        knee_builder_add(says, "%s%s", any ? ", " : between, CHECKS[i].name);
        any = true;
    }
    if (any)
        knee_builder_add(says, seen ? ". " : ".");
}

const char *knee_belief_checks(const struct knee_workload_result *workload, char *text)
{
    struct knee_builder says;
    text[0] = '\0';
    if (workload->decision.verdict == KNEE_VERDICT_DISTURBED)
        return text;
    knee_builder_over(&says, text, KNEE_BELIEF_BYTES);
    list(&says, workload, true);
    list(&says, workload, false);
    return text;
}
