/* SPDX-License-Identifier: MIT */
#include "tuner/compare/comparison.h"

#include "core/base/clock.h"
#include "core/base/stats.h"
#include "tuner/compare/stored.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A peak of memory moves by some per cent from run to run by itself. */
#define MEMORY_RATIO_MIN 1.10
#define MEMORY_BYTES_MIN (1024.0 * 1024.0)
/* Of its budget: an open sweep that ended before was interrupted, or had nothing more to try. */
#define CUT_SHORT_RATIO .8
#define BUSY_RATIO .1  /* of all CPUs: other work that is worth a note */
#define WINDOWS_MIN 2  /* at the level whose memory and failures are compared */
#define SHAPE_LEVELS 3 /* that are named at most */

static void add_fact(struct knee_comparison *comparison, const struct knee_comparison_fact *fact)
{
    if (comparison->facts_count < KNEE_COMPARISON_FACTS_MAX)
        comparison->facts[comparison->facts_count++] = *fact;
}

static void add_numbers(struct knee_comparison *comparison, enum knee_comparison_fact_kind kind,
                        double first, double second, double third)
{
    const struct knee_comparison_fact fact = {.kind = kind, .values = {first, second, third}};
    add_fact(comparison, &fact);
}

static void add_texts(struct knee_comparison *comparison, enum knee_comparison_fact_kind kind,
                      const char *base, const char *fresh)
{
    struct knee_comparison_fact fact = {.kind = kind};
    snprintf(fact.base, sizeof fact.base, "%s", base);
    snprintf(fact.fresh, sizeof fact.fresh, "%s", fresh);
    add_fact(comparison, &fact);
}

static bool same_parameters(const struct knee_workload_result *base,
                            const struct knee_workload_result *fresh)
{
    if (base->parameters_count != fresh->parameters_count)
        return false;
    for (size_t i = 0; i < base->parameters_count; i++)
        if (strcmp(base->parameters[i].parameter->name, fresh->parameters[i].parameter->name) !=
                0 ||
            base->parameters[i].value != fresh->parameters[i].value)
            return false;
    return true;
}

/* Says what is not the same; true if nothing forbids to compare throughput. */
static bool are_comparable(struct knee_comparison *comparison,
                           const struct knee_comparison_side *base,
                           const struct knee_comparison_side *fresh)
{
    const struct knee_topology_counts *left = &base->result->topology;
    const struct knee_topology_counts *right = &fresh->result->topology;
    size_t before = comparison->facts_count;
    if (strcmp(left->model, right->model) != 0)
        add_texts(comparison, KNEE_COMPARISON_CPU_MODEL, left->model, right->model);
    if (base->workload->cpus != fresh->workload->cpus || left->pus != right->pus)
        add_numbers(comparison, KNEE_COMPARISON_CPUS, base->workload->cpus, fresh->workload->cpus,
                    0);
    if (!same_parameters(base->workload, fresh->workload))
        add_texts(comparison, KNEE_COMPARISON_PARAMETERS, base->workload->title,
                  fresh->workload->title);
    else if (strcmp(base->workload->title, fresh->workload->title) != 0)
        add_texts(comparison, KNEE_COMPARISON_COMMAND, base->workload->title,
                  fresh->workload->title);
    if (strcmp(base->result->version, fresh->result->version) != 0)
        add_texts(comparison, KNEE_COMPARISON_VERSION, base->result->version,
                  fresh->result->version);
    return comparison->facts_count == before;
}

/* From the first window's start to the end of the last. */
static double measured_s(const struct knee_workload_result *side)
{
    if (side->windows_count == 0)
        return 0;
    const struct knee_window *first = &side->windows[0];
    const struct knee_window *last = &side->windows[side->windows_count - 1];
    return knee_clock_to_s(last->start_ns + last->window_ns - first->start_ns);
}

static void say_verdict(struct knee_comparison *comparison, const struct knee_workload_result *side,
                        int which)
{
    double went_s = measured_s(side);
    if (side->decision.verdict == KNEE_VERDICT_DISTURBED)
        add_numbers(comparison, KNEE_COMPARISON_DISTURBED, which, 0, 0);
    else if (side->decision.verdict != KNEE_VERDICT_UNRESOLVED)
        return;
    else if (went_s < CUT_SHORT_RATIO * side->budget_s)
        add_numbers(comparison, KNEE_COMPARISON_CUT_SHORT, which, went_s, side->budget_s);
    else
        add_numbers(comparison, KNEE_COMPARISON_UNRESOLVED, which, 0, 0);
}

static int read_side(struct knee_stored_side *stored, struct knee_points *points,
                     const struct knee_workload_result *workload, struct knee_err *err)
{
    if (knee_points_fit(points, workload->windows, workload->windows_count, err))
        return -1;
    knee_stored_side_of(stored, points, &workload->decision);
    for (size_t i = 0; i < stored->levels_count; i++) {
        const struct knee_level *row = knee_workload_result_at(workload, stored->levels[i].level);
        if (row)
            stored->levels[i].p99_s = row->latency_p99_s;
    }
    stored->cut = knee_workload_result_is_cut(workload);
    /* A disturbed sweep has no knee: what it names is the rule of thumb. */
    if (workload->decision.verdict == KNEE_VERDICT_DISTURBED)
        stored->knee = stored->knee_low = stored->knee_high = 0;
    return 0;
}

/* If a better machine hides a change, the curves are compared relative to level 1. */
static void judge_shape_alone(struct knee_comparison *comparison)
{
    struct knee_compare *compare = &comparison->compare;
    double first = NAN;
    size_t named = 0;
    for (size_t i = 0; i < compare->levels_count; i++)
        if (compare->levels[i].level == 1)
            first = compare->levels[i].throughput.ratio;
    for (size_t i = 0; i < compare->levels_count && isfinite(first); i++) {
        struct knee_compare_ratio *ratio = &compare->levels[i].throughput;
        ratio->ratio /= first;
        ratio->low /= first;
        ratio->high /= first;
        if (compare->levels[i].moved && named++ < SHAPE_LEVELS)
            add_numbers(comparison, KNEE_COMPARISON_SHAPE, compare->levels[i].level, ratio->ratio,
                        0);
    }
    compare->throughput = compare->full_speed = (struct knee_compare_ratio){NAN, NAN, NAN};
    compare->moved = compare->full_speed_moved = 0;
    comparison->verdict = KNEE_COMPARE_NOT_COMPARABLE;
}

static void judge_knee(struct knee_comparison *comparison, const struct knee_stored_side *base,
                       const struct knee_stored_side *fresh, bool may_move, double min_effect)
{
    comparison->knee_base = base->knee;
    comparison->knee_new = fresh->knee;
    comparison->knee_moved = may_move && knee_stored_knee_moved(base, fresh, min_effect);
    if (!comparison->knee_moved)
        return;
    bool rose = fresh->knee > base->knee;
    /* A higher knee with more throughput is a gain: more of the machine is used. */
    bool gain = comparison->compare.full_speed_moved > 0 || comparison->compare.moved > 0;
    comparison->worse |= rose && !gain;
    add_numbers(comparison, rose && !gain ? KNEE_COMPARISON_LIMIT_ROSE : KNEE_COMPARISON_LIMIT_FELL,
                base->knee, fresh->knee, 0);
}

/* Memory and failures at base's limit, or at the highest level below it that both have. */
static void judge_costs(struct knee_comparison *comparison, const struct knee_workload_result *base,
                        const struct knee_workload_result *fresh, double min_effect)
{
    const struct knee_level *left = NULL, *right = NULL;
    for (size_t i = 0; i < base->levels_count; i++) {
        const struct knee_level *row = &base->levels[i];
        const struct knee_level *other = knee_workload_result_at(fresh, row->level);
        if (row->level > base->decision.limit || row->windows < WINDOWS_MIN || !other ||
            other->windows < WINDOWS_MIN)
            continue;
        left = row;
        right = other;
    }
    if (!left)
        return;
    double most = left->max_rss_bytes * fmax(1 + min_effect, MEMORY_RATIO_MIN) + MEMORY_BYTES_MIN;
    if (right->max_rss_bytes > most) { /* false with an unknown one */
        comparison->worse = true;
        add_numbers(comparison, KNEE_COMPARISON_MEMORY, left->max_rss_bytes, right->max_rss_bytes,
                    left->level);
    }
    double failed = left->failed_items / (left->failed_items + left->items);
    double failed_new = right->failed_items / (right->failed_items + right->items);
    if (failed_new > failed + min_effect) {
        comparison->worse = true;
        add_numbers(comparison, KNEE_COMPARISON_FAILURES, failed, failed_new, left->level);
    }
}

static void compare_sides(struct knee_comparison *comparison,
                          const struct knee_comparison_side *base,
                          const struct knee_comparison_side *fresh,
                          const struct knee_stored_side *sides, double min_effect)
{
    bool comparable = are_comparable(comparison, base, fresh);
    say_verdict(comparison, base->workload, 0);
    say_verdict(comparison, fresh->workload, 1);
    for (int i = 0; i < 2; i++)
        if (knee_stored_is_cut(&sides[i], &sides[1 - i]))
            add_numbers(comparison, KNEE_COMPARISON_CUT_RANGE, i, sides[i].knee, sides[1 - i].knee);
    comparison->verdict = comparison->compare.verdict;
    if (!comparable)
        judge_shape_alone(comparison);
    judge_knee(comparison, &sides[0], &sides[1], true, min_effect);
    judge_costs(comparison, base->workload, fresh->workload, min_effect);
    if (comparison->verdict != KNEE_COMPARE_NOT_ENOUGH_EVIDENCE)
        return;
    if (isfinite(comparison->compare.throughput.low))
        add_numbers(comparison, KNEE_COMPARISON_MACHINE_SPAN, KNEE_STORED_MACHINE_SIGMA, 0, 0);
    else
        add_numbers(comparison, KNEE_COMPARISON_FEW_WINDOWS, 0, 0, 0);
}

/* The parts of a comparison that both ways share. */
struct parts {
    struct knee_stored_side sides[2];
    struct knee_points points;
};

static struct parts *begin_comparison(struct knee_comparison *comparison,
                                      const struct knee_comparison_side *base,
                                      const struct knee_comparison_side *fresh,
                                      struct knee_err *err)
{
    struct parts *parts = calloc(1, sizeof *parts);
    *comparison = (struct knee_comparison){.verdict = KNEE_COMPARE_NOT_ENOUGH_EVIDENCE,
                                           .base = base->workload,
                                           .fresh = fresh->workload};
    snprintf(comparison->workload, sizeof comparison->workload, "%s", base->workload->name);
    snprintf(comparison->title, sizeof comparison->title, "%s", base->workload->title);
    if (!parts)
        knee_err_memory(err, "compare");
    else if (read_side(&parts->sides[0], &parts->points, base->workload, err) ||
             read_side(&parts->sides[1], &parts->points, fresh->workload, err)) {
        free(parts);
        parts = NULL;
    }
    return parts;
}

int knee_comparison_make(struct knee_comparison *comparison,
                         const struct knee_comparison_side *base,
                         const struct knee_comparison_side *fresh, double min_effect,
                         struct knee_err *err)
{
    const struct knee_stored_params params = {.min_effect = min_effect,
                                              .machine_sigma = KNEE_STORED_MACHINE_SIGMA};
    struct parts *parts = begin_comparison(comparison, base, fresh, err);
    if (!parts)
        return -1;
    int status =
        knee_stored_judge(&comparison->compare, &parts->sides[0], &parts->sides[1], &params, err);
    if (status == 0)
        compare_sides(comparison, base, fresh, parts->sides, min_effect);
    free(parts);
    return status;
}

/* The CPUs that other processes took in half of both sides' windows; NAN: unknown. -1 out of
 * memory. */
static int find_other_cpus(double *cpus, const struct knee_workload_result *base,
                           const struct knee_workload_result *fresh, struct knee_err *err)
{
    const struct knee_workload_result *sides[] = {base, fresh};
    double *values = calloc(base->windows_count + fresh->windows_count + 1, sizeof *values);
    size_t count = 0;
    if (!values)
        return knee_err_memory(err, "compare");
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < sides[i]->windows_count; j++)
            if (isfinite(sides[i]->windows[j].foreign_cpus))
                values[count++] = sides[i]->windows[j].foreign_cpus;
    *cpus = count ? knee_stats_median(values, count) : NAN;
    free(values);
    return 0;
}

int knee_comparison_make_paired(struct knee_comparison *comparison,
                                const struct knee_comparison_side *base,
                                const struct knee_comparison_side *fresh,
                                const struct knee_paired_pair *pairs, size_t pairs_count,
                                size_t look, double min_effect, struct knee_err *err)
{
    struct parts *parts = begin_comparison(comparison, base, fresh, err);
    if (!parts)
        return -1;
    double other_cpus = NAN;
    int status = knee_paired_judge(&comparison->compare, pairs, pairs_count, look, min_effect, err);
    if (status == 0)
        status = find_other_cpus(&other_cpus, base->workload, fresh->workload, err);
    comparison->verdict = comparison->compare.verdict;
    /* The pairs know more than each side by itself: without a claim of theirs no knee moved. */
    bool claimed =
        comparison->verdict == KNEE_COMPARE_SLOWER || comparison->verdict == KNEE_COMPARE_FASTER;
    if (status == 0) {
        judge_knee(comparison, &parts->sides[0], &parts->sides[1], claimed, min_effect);
        judge_costs(comparison, base->workload, fresh->workload, min_effect);
    }
    if (other_cpus > BUSY_RATIO * base->result->topology.pus)
        add_numbers(comparison, KNEE_COMPARISON_BUSY, other_cpus, 0, 0);
    if (comparison->verdict == KNEE_COMPARE_NOT_ENOUGH_EVIDENCE)
        add_numbers(comparison, KNEE_COMPARISON_MORE_TIME, 0, 0, 0);
    free(parts);
    return status;
}
