/* SPDX-License-Identifier: MIT */
#include "tuner/compare/stored.h"

#include "core/base/stats.h"
#include "tuner/compare/false_discovery.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#define MEDIAN_ERROR 1.25 /* a median's standard error over a mean's */
#define KNEE_APART 1.25
#define KNEE_WINDOWS_MIN 2 /* the search measures its knee most of all */
#define LEVELS_FOR_SHAPE 3 /* with fewer the median is not the curve's shift */

struct change {
    double d, error;
    bool seen; /* often enough on both sides to be judged */
};

void knee_stored_side_of(struct knee_stored_side *side, const struct knee_points *points,
                         const struct knee_decision *decision)
{
    *side = (struct knee_stored_side){.sigma = points->sigma,
                                      .df = points->df,
                                      .knee_low = decision->knee_low,
                                      .knee_high = decision->knee_high,
                                      .knee = decision->knee};
    double widening = points->sigma > KNEE_STORED_NOISY_SIGMA ? KNEE_STORED_NOISY_WIDENING : 1;
    for (size_t i = 0; i < points->count; i++) {
        const struct knee_point *point = &points->at[i];
        if (point->windows > 0)
            side->levels[side->levels_count++] = (struct knee_stored_level){
                .level = point->level,
                .windows = point->windows,
                .log_throughput = point->log_throughput,
                .error = widening * point->sigma / sqrt(point->effective_windows),
                .p99_s = NAN};
    }
}

static const struct knee_stored_level *level_of(const struct knee_stored_side *side, uint32_t level)
{
    for (size_t i = 0; i < side->levels_count; i++)
        if (side->levels[i].level == level)
            return &side->levels[i];
    return NULL;
}

static bool is_seen(const struct knee_stored_side *side, const struct knee_stored_level *level)
{
    bool noisy = side->sigma > KNEE_STORED_NOISY_SIGMA;
    return level->windows >= (noisy ? KNEE_STORED_NOISY_WINDOWS_MIN : KNEE_STORED_WINDOWS_MIN);
}

/* The levels that both sides have, with their change. */
static void match_levels(struct knee_compare *compare, struct change *changes,
                         const struct knee_stored_side *base, const struct knee_stored_side *fresh,
                         double machine_shift)
{
    for (size_t i = 0; i < base->levels_count; i++) {
        const struct knee_stored_level *left = &base->levels[i];
        const struct knee_stored_level *right = level_of(fresh, left->level);
        if (!right || !isfinite(left->log_throughput) || !isfinite(right->log_throughput))
            continue;
        changes[compare->levels_count] =
            (struct change){.d = right->log_throughput - left->log_throughput - machine_shift,
                            .error = hypot(left->error, right->error),
                            .seen = is_seen(base, left) && is_seen(fresh, right)};
        compare->levels[compare->levels_count++] = (struct knee_compare_level){
            .level = left->level, .p99_ratio = right->p99_s / left->p99_s};
    }
}

/* The shift of the whole, the error that the levels leave in it, and how many levels tell of it. */
static size_t find_shift(const struct change *changes, size_t count, double *scratch, double *shift,
                         double *error)
{
    double squares = 0;
    size_t seen = 0;
    for (size_t i = 0; i < count; i++) {
        if (!changes[i].seen)
            continue;
        scratch[seen++] = changes[i].d;
        squares += changes[i].error * changes[i].error;
    }
    *error = MEDIAN_ERROR * sqrt(squares) / (double)seen;
    *shift = knee_stats_median(scratch, seen);
    return seen;
}

/* -1 or 1 if a ratio's logarithm `mean` proves to have moved, by `half` its interval. */
static int judge_shift(double mean, double half, double min_effect)
{
    bool moved = fabs(mean) > half && fabs(mean) >= -log1p(-min_effect);
    return moved ? (mean < 0 ? -1 : 1) : 0;
}

/* Of a 1 - KNEE_STORED_Q / 2 interval: the fits' part by Student's t, the machine's, whose spread
 * is given, by the normal distribution. */
static double half_width(double error, double df, const struct knee_stored_params *params)
{
    double fits = knee_stats_t_quantile(1 - KNEE_STORED_Q / 4, df) * error;
    double machine = gsl_cdf_ugaussian_Pinv(1 - KNEE_STORED_Q / 4) * params->machine_sigma;
    return hypot(fits, machine);
}

static void judge_whole(struct knee_compare *compare, double shift, double error, double df,
                        const struct knee_stored_params *params)
{
    double half = half_width(error, df, params);
    compare->throughput = knee_compare_ratio_of(shift, half);
    compare->moved = judge_shift(shift, half, params->min_effect);
}

bool knee_stored_is_cut(const struct knee_stored_side *low, const struct knee_stored_side *high)
{
    return low->cut && low->levels_count > 0 && low->knee < high->knee &&
           low->knee >= low->levels[low->levels_count - 1].level;
}

static void judge_full_speed(struct knee_compare *compare, const struct knee_stored_side *base,
                             const struct knee_stored_side *fresh, double df,
                             const struct knee_stored_params *params)
{
    const struct knee_stored_level *left = level_of(base, base->knee);
    const struct knee_stored_level *right = level_of(fresh, fresh->knee);
    compare->full_speed = (struct knee_compare_ratio){NAN, NAN, NAN};
    if (!left || !right || knee_stored_is_cut(base, fresh) || knee_stored_is_cut(fresh, base))
        return;
    double mean = right->log_throughput - left->log_throughput - params->machine_shift;
    double half = half_width(hypot(left->error, right->error), df, params);
    compare->full_speed = knee_compare_ratio_of(mean, half);
    if (left->windows >= KNEE_WINDOWS_MIN && right->windows >= KNEE_WINDOWS_MIN)
        compare->full_speed_moved = judge_shift(mean, half, params->min_effect);
}

static double p_value_of(const struct change *change, double shift, double df)
{
    return 2 * gsl_cdf_tdist_Q(fabs(change->d - shift) / change->error, df);
}

static void judge_shape(struct knee_compare *compare, const struct change *changes, double shift,
                        double df, double min_effect, double *scratch)
{
    size_t tests = 0;
    for (size_t i = 0; i < compare->levels_count; i++)
        if (changes[i].seen)
            scratch[tests++] = p_value_of(&changes[i], shift, df);
    if (tests < LEVELS_FOR_SHAPE)
        return;
    double limit = knee_false_discovery_limit(scratch, tests, KNEE_STORED_Q);
    for (size_t i = 0; i < compare->levels_count; i++) {
        double apart = changes[i].d - shift;
        if (changes[i].seen && p_value_of(&changes[i], shift, df) <= limit &&
            fabs(apart) >= -log1p(-min_effect))
            compare->levels[i].moved = apart < 0 ? -1 : 1;
    }
}

static void fill_levels(struct knee_compare *compare, const struct change *changes, double df)
{
    double t = knee_stats_t_quantile(1 - KNEE_STORED_Q / 2, df);
    for (size_t i = 0; i < compare->levels_count; i++)
        compare->levels[i].throughput = knee_compare_ratio_of(changes[i].d, t * changes[i].error);
}

int knee_stored_judge(struct knee_compare *compare, const struct knee_stored_side *base,
                      const struct knee_stored_side *new_side,
                      const struct knee_stored_params *params, struct knee_err *err)
{
    struct change *changes = calloc(KNEE_LEVELS_MAX, sizeof *changes);
    double *scratch = calloc(KNEE_LEVELS_MAX, sizeof *scratch);
    int status = changes && scratch ? 0 : knee_err_memory(err, "compare");
    if (status == 0) {
        *compare = (struct knee_compare){.throughput = {NAN, NAN, NAN}};
        match_levels(compare, changes, base, new_side, params->machine_shift);
        compare->verdict = KNEE_COMPARE_NOT_ENOUGH_EVIDENCE;
        double df = fmax(fmin(base->df, new_side->df), 1), shift, error;
        fill_levels(compare, changes, df);
        judge_full_speed(compare, base, new_side, df, params);
        if (find_shift(changes, compare->levels_count, scratch, &shift, &error) > 0) {
            judge_whole(compare, shift, error, df, params);
            judge_shape(compare, changes, shift, df, params->min_effect, scratch);
        } else {
            compare->throughput = compare->full_speed;
            compare->of_full_speed = true;
        }
        compare->verdict = knee_compare_judge(compare, params->min_effect);
    }
    free(changes);
    free(scratch);
    return status;
}

/* The one sweep excludes the other's knee as too small, and it is smaller by more than is worth a
 * word. */
static bool is_beyond(const struct knee_stored_side *low, const struct knee_stored_side *high)
{
    return high->knee_low > low->knee && high->knee > KNEE_APART * low->knee &&
           high->knee > low->knee + 1;
}

/* A mean of changes, each weighted by 1 / error^2. */
struct mean {
    double sum, weight;
};

static void add_change(struct mean *mean, double d, double error)
{
    mean->sum += d / (error * error);
    mean->weight += 1 / (error * error);
}

/* Does the curve that is said to have its knee higher up rise between the two knees as the other
 * one does not? `low` has the lower knee. */
static bool rises_more(const struct knee_stored_side *low, const struct knee_stored_side *high,
                       double min_effect)
{
    struct mean below = {0}, above = {0};
    for (size_t i = 0; i < low->levels_count; i++) {
        const struct knee_stored_level *left = &low->levels[i];
        const struct knee_stored_level *right = level_of(high, left->level);
        if (!right || !isfinite(left->log_throughput) || !isfinite(right->log_throughput))
            continue;
        double d = right->log_throughput - left->log_throughput;
        double error = hypot(left->error, right->error);
        if (left->level <= low->knee)
            add_change(&below, d, error);
        if (left->level >= high->knee)
            add_change(&above, d, error);
    }
    if (below.weight == 0 || above.weight == 0)
        return false;
    double rise = above.sum / above.weight - below.sum / below.weight;
    double error = sqrt(1 / above.weight + 1 / below.weight);
    double df = fmax(fmin(low->df, high->df), 1);
    return rise >= -log1p(-min_effect) &&
           rise > knee_stats_t_quantile(1 - KNEE_STORED_KNEE_RISK, df) * error;
}

bool knee_stored_knee_moved(const struct knee_stored_side *base,
                            const struct knee_stored_side *new_side, double min_effect)
{
    if (base->knee == 0 || new_side->knee == 0)
        return false;
    if (is_beyond(base, new_side))
        return rises_more(base, new_side, min_effect);
    return is_beyond(new_side, base) && rises_more(new_side, base, min_effect);
}
