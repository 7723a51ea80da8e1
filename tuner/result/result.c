/* SPDX-License-Identifier: MIT */
#include "tuner/result/result.h"

#include "core/base/array.h"
#include "tuner/fit/failing.h"
#include "tuner/levels/marks.h"
#include "tuner/result/diagnosis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void knee_workload_result_release(struct knee_workload_result *result)
{
    free(result->levels);
    free(result->band);
    free(result->guard);
    knee_window_free_all(result->windows, result->windows_count);
    free(result->hosts);
    *result = (struct knee_workload_result){0};
}

void knee_result_release(struct knee_result *result)
{
    for (size_t i = 0; i < result->workloads_count; i++)
        knee_workload_result_release(&result->workloads[i]);
    free(result->workloads);
    result->workloads = NULL;
    result->workloads_count = 0;
}

static const char *const source_texts[] = {
    [KNEE_RESULT_SOURCE_MEASURED] = "measured",
    [KNEE_RESULT_SOURCE_RULE] = "rule",
    [KNEE_RESULT_SOURCE_GUESS] = "guess",
};

const char *knee_result_source_text(enum knee_result_source source)
{
    return source_texts[source];
}

int knee_result_source_parse(enum knee_result_source *source, const char *text)
{
    for (size_t i = 0; i < KNEE_COUNT(source_texts); i++)
        if (strcmp(source_texts[i], text) == 0) {
            *source = (enum knee_result_source)i;
            return 0;
        }
    return -1;
}

/* Of the best that was seen in a disturbed sweep: others cannot explain less than this. */
#define CLEARLY_LESS_RATIO .7
/* Of the CPUs: work that takes more would have more of them if no other work ran. */
#define COMPETING_RATIO .25

double knee_workload_result_waited_s(const struct knee_workload_result *result)
{
    for (size_t i = 0; i < result->warnings.count; i++)
        if (result->warnings.at[i].kind == KNEE_FACT_HANG)
            return result->warnings.at[i].values[1];
    return 0;
}

double knee_workload_result_seen_per_s(const struct knee_level *row)
{
    if (!row)
        return NAN;
    if (row->throughput_per_s > 0)
        return row->throughput_per_s;
    return row->seen_earlier ? (double)NAN : row->throughput_seen_per_s;
}

bool knee_workload_result_seen_failing(const struct knee_workload_result *result,
                                       const struct knee_level *row)
{
    return (row->marks & KNEE_MARK_ERRORS) ||
           row->failed_seen_ratio > result->levels[0].failed_seen_ratio + KNEE_ERRORS_RATIO;
}

/* The best that was seen at a level at which items do not fail; NAN: nothing was. */
static double best_seen_per_s(const struct knee_workload_result *result)
{
    double best = NAN;
    for (size_t i = 0; i < result->levels_count; i++)
        if (!knee_workload_result_seen_failing(result, &result->levels[i]))
            best = fmax(best, knee_workload_result_seen_per_s(&result->levels[i]));
    return best;
}

/* The throughput seen at `level`, against the best that was seen; 0 if items fail there, NAN
 * unknown.
 */
static double seen_of_best(const struct knee_workload_result *result, uint32_t level)
{
    const struct knee_level *row = knee_workload_result_at(result, level);
    bool fails = row && knee_workload_result_seen_failing(result, row);
    return fails ? 0 : knee_workload_result_seen_per_s(row) / best_seen_per_s(result);
}

/* Work that needs the CPUs, as cpu work does, or a service on this host that computes: next to
 * other load, more at once only take a larger share of the CPUs from it. */
static bool competes(const struct knee_workload_result *result)
{
    bool takes = result->resource == KNEE_CLASS_CPU;
    for (size_t i = 0; i < result->levels_count; i++)
        takes |= result->levels[i].cpu_seen_ratio > COMPETING_RATIO;
    return takes;
}

/* Did the measurement show that the rule of thumb is a bad choice? */
static bool rule_is_refuted(const struct knee_workload_result *result)
{
    for (size_t i = 0; i < result->levels_count; i++)
        if (result->levels[i].level <= result->decision.rule_of_thumb &&
            knee_workload_result_seen_failing(result, &result->levels[i]))
            return true;
    return !competes(result) &&
           seen_of_best(result, result->decision.rule_of_thumb) < KNEE_DIAGNOSIS_COLLAPSE_RATIO;
}

/* The rule of thumb may be above all levels that the user allows. */
static bool rule_is_allowed(const struct knee_workload_result *result)
{
    uint32_t most = result->way_on.max_level;
    return most == 0 || result->decision.rule_of_thumb <= most;
}

/* The smallest level at which nearly the best throughput was seen; 0: nothing was seen. */
static uint32_t seen_limit(const struct knee_workload_result *result)
{
    for (size_t i = 0; i < result->levels_count; i++)
        if (seen_of_best(result, result->levels[i].level) >= KNEE_DIAGNOSIS_COLLAPSE_RATIO)
            return result->levels[i].level;
    return 0;
}

uint32_t knee_workload_result_seen_below(const struct knee_workload_result *result, double *of_best)
{
    uint32_t below = 0;
    if (result->decision.verdict != KNEE_VERDICT_DISTURBED || competes(result))
        return 0;
    for (size_t i = 0; i < result->levels_count; i++) {
        double ratio = seen_of_best(result, result->levels[i].level);
        if (knee_workload_result_seen_failing(result, &result->levels[i]) ||
            !(ratio < CLEARLY_LESS_RATIO))
            break;
        below = result->levels[i].level;
        *of_best = ratio;
    }
    return below;
}

enum knee_result_source
knee_workload_result_suggested_source(const struct knee_workload_result *result)
{
    const struct knee_decision *decision = &result->decision;
    bool refuted = rule_is_refuted(result) || !rule_is_allowed(result) ||
                   result->choice.kind == KNEE_CHOICE_OPEN ||
                   result->choice.kind == KNEE_CHOICE_CLOSEST;
    /* Without a knee, no window could be used. */
    if (decision->verdict == KNEE_VERDICT_DISTURBED || decision->knee == 0 || decision->limit == 0)
        return refuted ? KNEE_RESULT_SOURCE_GUESS : KNEE_RESULT_SOURCE_RULE;
    bool alone = decision->why.kind == KNEE_DECISION_SINGLE;
    return decision->thin || alone ? KNEE_RESULT_SOURCE_GUESS : KNEE_RESULT_SOURCE_MEASURED;
}

bool knee_workload_result_measured(const struct knee_workload_result *result)
{
    return knee_workload_result_suggested_source(result) == KNEE_RESULT_SOURCE_MEASURED;
}

/* The limit that too few windows name. If rejected ones showed clearly more at a higher level, it
 * is that one: what disturbs a window only takes from it. Of valid ones the decision knows. */
static uint32_t thin_limit(const struct knee_workload_result *result)
{
    uint32_t limit = result->decision.limit, seen = seen_limit(result);
    const struct knee_level *row = knee_workload_result_at(result, seen);
    bool rejected = row && !(row->throughput_per_s > 0);
    bool knee = knee_goal_is_default(&result->goal) && result->choice.kind == KNEE_CHOICE_KNEE;
    return knee && rejected && !competes(result) && seen > limit ? seen : limit;
}

static uint32_t guess_limit(const struct knee_workload_result *result)
{
    const struct knee_decision *decision = &result->decision;
    bool decided = (decision->verdict != KNEE_VERDICT_DISTURBED && decision->knee > 0) ||
                   result->choice.kind != KNEE_CHOICE_KNEE;
    bool refuted = rule_is_refuted(result);
    uint32_t seen = decided                        ? thin_limit(result)
                    : competes(result) && !refuted ? 0
                                                   : seen_limit(result);
    /* A goal may forbid what the rule does not know of. */
    bool rule = knee_goal_is_default(&result->goal) && !refuted;
    if (!rule_is_allowed(result))
        return seen > 0 ? seen : result->way_on.max_level;
    return rule && decision->rule_of_thumb > seen ? decision->rule_of_thumb : seen;
}

uint32_t knee_workload_result_suggested(const struct knee_workload_result *result)
{
    uint32_t use = result->decision.rule_of_thumb;
    switch (knee_workload_result_suggested_source(result)) {
    case KNEE_RESULT_SOURCE_MEASURED:
        use = result->decision.limit;
        break;
    case KNEE_RESULT_SOURCE_GUESS:
        use = guess_limit(result);
        break;
    case KNEE_RESULT_SOURCE_RULE:
        break;
    }
    return use > 0 ? use : 1;
}

/* Today's setting may be right as well: the answer is open, and allows it. */
static bool may_keep(const struct knee_workload_result *result)
{
    const struct knee_decision *decision = &result->decision;
    return decision->verdict == KNEE_VERDICT_UNRESOLVED && result->current > 0 &&
           result->current >= decision->knee_low && result->current <= decision->knee_high &&
           !result->choice.current_misses;
}

/* The sweep shows, if only in spite of a disturbance, that the limit is above today's setting. */
static bool is_too_low(const struct knee_workload_result *result)
{
    const struct knee_decision *decision = &result->decision;
    uint32_t current = result->current;
    double unused, suggested = seen_of_best(result, knee_workload_result_suggested(result));
    if (current == 0)
        return false;
    if (decision->verdict != KNEE_VERDICT_UNRESOLVED)
        return current <= knee_workload_result_seen_below(result, &unused);
    bool as_fast =
        seen_of_best(result, current) >= (1 - knee_decision_tolerance(decision)) * suggested;
    return current < decision->knee_low && !as_fast;
}

bool knee_workload_result_keeps(const struct knee_workload_result *result)
{
    bool open = !knee_workload_result_measured(result) || may_keep(result);
    return result->current > 0 && result->current != knee_workload_result_suggested(result) &&
           open && result->slo != KNEE_SLO_STATE_UNMET && !result->choice.current_misses &&
           !is_too_low(result);
}

uint32_t knee_workload_result_use(const struct knee_workload_result *result)
{
    return knee_workload_result_keeps(result) ? result->current
                                              : knee_workload_result_suggested(result);
}

enum knee_result_source knee_workload_result_source(const struct knee_workload_result *result)
{
    enum knee_result_source source = knee_workload_result_suggested_source(result);
    return knee_workload_result_keeps(result) ? KNEE_RESULT_SOURCE_GUESS : source;
}

double knee_workload_result_bound_ratio(const struct knee_workload_result *result)
{
    return knee_workload_result_keeps(result) ? NAN : result->decision.bound_ratio;
}

void knee_workload_result_mark_limit(struct knee_workload_result *result)
{
    uint32_t use = knee_workload_result_use(result);
    for (size_t i = 0; i < result->levels_count; i++) {
        result->levels[i].marks &= ~(uint32_t)KNEE_MARK_LIMIT;
        result->levels[i].marks |= result->levels[i].level == use ? KNEE_MARK_LIMIT : 0;
    }
}

bool knee_workload_result_is_cut(const struct knee_workload_result *result)
{
    const struct knee_way_on *way_on = &result->way_on;
    size_t count = result->levels_count;
    /* What an option set; what the host or the service allows is part of the result. */
    return strncmp(way_on->max_by, "--", 2) == 0 ||
           (count > 0 && result->levels[count - 1].level < way_on->max_level);
}

const struct knee_level *knee_workload_result_at(const struct knee_workload_result *result,
                                                 uint32_t level)
{
    for (size_t i = 0; i < result->levels_count; i++)
        if (result->levels[i].level == level)
            return &result->levels[i];
    return NULL;
}

double knee_workload_result_of_best(const struct knee_workload_result *result,
                                    const struct knee_level *level)
{
    if (!level)
        return NAN;
    const struct knee_level *peak = knee_workload_result_at(result, result->decision.peak);
    /* A disturbed sweep's peak rests on the few windows that were left: those that were not count,
     * too. */
    if (result->decision.verdict == KNEE_VERDICT_DISTURBED)
        return level->throughput_per_s > 0 ? level->throughput_per_s / best_seen_per_s(result)
                                           : NAN;
    double best = peak ? peak->throughput_per_s : NAN;
    for (size_t i = 0; i < result->levels_count && !peak; i++)
        best = fmax(best, result->levels[i].throughput_per_s);
    return best > 0 ? level->throughput_per_s / best : NAN;
}
