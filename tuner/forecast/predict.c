/* SPDX-License-Identifier: MIT */
#include "tuner/forecast/predict.h"

#include "core/base/random.h"
#include "core/base/stats.h"
#include "tuner/decide/slo.h"

#include <math.h>
#include <stdlib.h>

#define DRAWS KNEE_NETWORK_FIT_DRAWS
#define TAIL ((1 - KNEE_FORECAST_COVERAGE) / 2)
/* Levels looked at, beyond the one at which a network without randomness is full. */
#define LEVELS_BEYOND 3.0
#define LEVELS_MIN 16.0
#define LEVELS_MAX 2048u
/* A knee is where the tolerance puts it. On a soft curve noise and the model's shape move it by as
 * much as if the tolerance were this many times as large, or as small. */
#define TOLERANCE_LOOSE 1.5
#define TOLERANCE_TIGHT .25

/* The answers of each draw, before quantiles are taken. */
struct answers {
    double knee_low[DRAWS], knee[DRAWS], knee_high[DRAWS];
    double limit_low[DRAWS], limit[DRAWS], limit_high[DRAWS];
    double throughput[DRAWS], latency_s[DRAWS];
};

static struct knee_forecast_range range_of(double *low, double *middle, double *high)
{
    return (struct knee_forecast_range){knee_stats_quantile(low, DRAWS, TAIL),
                                        knee_stats_quantile(middle, DRAWS, .5),
                                        knee_stats_quantile(high, DRAWS, 1 - TAIL)};
}

/* Whole levels, rounded outwards. */
static struct knee_forecast_range levels_of(double *low, double *middle, double *high)
{
    struct knee_forecast_range range = range_of(low, middle, high);
    return (struct knee_forecast_range){fmax(floor(range.low), 1), fmax(round(range.median), 1),
                                        ceil(range.high)};
}

static struct knee_forecast_range rates_of(double *values)
{
    struct knee_forecast_range range;
    range.low = knee_stats_quantile(values, DRAWS, TAIL);
    range.median = knee_stats_quantile(values, DRAWS, .5);
    range.high = knee_stats_quantile(values, DRAWS, 1 - TAIL);
    return range;
}

struct knee_network knee_predict_moved(const struct knee_network *network,
                                       const struct knee_forecast_target *target)
{
    struct knee_network moved = *network;
    moved.cpu_s /= target->core_speed;
    moved.delay_s += target->service_s;
    if (moved.delay_s < 0) {
        moved.pool_s = fmax(moved.pool_s + moved.delay_s, 0);
        moved.delay_s = 0;
    }
    if (target->pool > 0)
        moved.pool = target->pool;
    return moved;
}

/* How many levels show the whole curve. */
static size_t levels_needed(const struct knee_network *network,
                            const struct knee_network_cpus *cpus)
{
    double most = fmin(knee_network_cpu_bound(network, cpus), knee_network_pool_bound(network));
    double full = most * (network->cpu_s + network->delay_s + network->pool_s);
    return (size_t)fmin(LEVELS_BEYOND * full + LEVELS_MIN, LEVELS_MAX);
}

/* The smallest level within `tolerance_ratio` of the best. */
static size_t knee_of(const double *per_s, size_t count, double tolerance_ratio)
{
    double best = 0;
    for (size_t i = 0; i < count; i++)
        best = fmax(best, per_s[i]);
    for (size_t i = 0; i < count; i++)
        if (per_s[i] >= (1 - tolerance_ratio) * best)
            return i + 1;
    return count;
}

int knee_predict_one(const struct knee_network *network, const struct knee_network_cpus *cpus,
                     double tolerance_ratio, double *knee, double *per_s, struct knee_err *err)
{
    size_t count = levels_needed(network, cpus);
    double *curve = malloc(count * sizeof *curve);
    if (!curve)
        return knee_err_memory(err, "forecast");
    int status = knee_network_solve(network, cpus, curve, count, err);
    if (status == 0) {
        size_t level = knee_of(curve, count, tolerance_ratio);
        *knee = (double)level;
        *per_s = curve[level - 1];
    }
    free(curve);
    return status;
}

/* The highest level up to `level` at which every SLO of latency is met; 0: none does. */
static size_t within_slos(const struct knee_predict_inputs *inputs, const double *per_s,
                          size_t level)
{
    const struct knee_goal *goal = inputs->target->goal;
    for (; goal && level > 0; level--) {
        double mean_s = (double)level / per_s[level - 1];
        bool met = true;
        for (size_t i = 0; i < goal->slos_count; i++) {
            double ratio = inputs->latency_ratio[goal->slos[i].metric];
            met = met && !(mean_s * ratio > goal->slos[i].limit);
        }
        if (met)
            break;
    }
    return level;
}

static enum knee_forecast_limit limited_by(const struct knee_predict_inputs *inputs,
                                           const struct knee_network *network, size_t knee,
                                           size_t limit, size_t count)
{
    const struct knee_network_cpus *cpus = &inputs->target->cpus;
    if (limit < knee)
        return KNEE_FORECAST_BY_SLO;
    if (inputs->level_max > 0 && knee >= inputs->level_max)
        return KNEE_FORECAST_BY_MEMORY;
    if (knee >= count && count >= LEVELS_MAX)
        return KNEE_FORECAST_BY_LEVELS;
    if (knee_network_pool_bound(network) < knee_network_cpu_bound(network, cpus))
        return KNEE_FORECAST_BY_POOL;
    return cpus->quota < cpus->cores + cpus->sibling_ratio * cpus->siblings ? KNEE_FORECAST_BY_QUOTA
                                                                            : KNEE_FORECAST_BY_CPUS;
}

/* The draw on the target. The curve here tells how many items the pool and the way to it hold
 * together, but hardly how they share them; a pool of another size depends on it. So a third of the
 * draws has all of the waiting in the pool. */
static struct knee_network moved_draw(const struct knee_predict_inputs *inputs, size_t i)
{
    struct knee_network network = inputs->fit->draws[i];
    if (inputs->target->pool > 0 && i % 3 == 0) {
        network.pool_s += network.delay_s;
        network.delay_s = 0;
    }
    return knee_predict_moved(&network, inputs->target);
}

static int answer(struct answers *answers, size_t i, struct knee_forecast *forecast,
                  const struct knee_predict_inputs *inputs, double factor, struct knee_err *err)
{
    const struct knee_network_cpus *cpus = &inputs->target->cpus;
    struct knee_network network = moved_draw(inputs, i);
    size_t count = levels_needed(&network, cpus);
    if (inputs->level_max > 0 && count > inputs->level_max)
        count = inputs->level_max;
    double *per_s = malloc(count * sizeof *per_s);
    if (!per_s)
        return knee_err_memory(err, "forecast");
    int status = knee_network_solve(&network, cpus, per_s, count, err);
    if (status == 0) {
        double tolerance = inputs->tolerance_ratio;
        size_t knee = knee_of(per_s, count, tolerance);
        size_t low = knee_of(per_s, count, TOLERANCE_LOOSE * tolerance);
        size_t high = knee_of(per_s, count, TOLERANCE_TIGHT * tolerance);
        size_t within = within_slos(inputs, per_s, knee), limit = within > 0 ? within : 1;
        answers->knee_low[i] = (double)low;
        answers->knee[i] = (double)knee;
        answers->knee_high[i] = (double)high;
        answers->limit[i] = (double)limit;
        answers->limit_low[i] = fmin((double)low, (double)limit);
        answers->limit_high[i] = limit < knee ? (double)limit : (double)high;
        answers->throughput[i] = factor * per_s[limit - 1];
        answers->latency_s[i] = (double)limit / answers->throughput[i];
        forecast->limit_shares[limited_by(inputs, &network, knee, within, count)] += 1.0 / DRAWS;
        forecast->slo_missed_ratio += within == 0 ? 1.0 / DRAWS : 0;
    }
    free(per_s);
    return status;
}

double knee_predict_sd(double model_sd, double cores, double measured)
{
    double doublings = log2(cores / measured);
    double each = doublings > 0 ? KNEE_PREDICT_DOUBLING_SD : KNEE_PREDICT_HALVING_SD;
    return hypot(model_sd, each * doublings);
}

int knee_predict(struct knee_forecast *forecast, const struct knee_predict_inputs *inputs,
                 struct knee_err *err)
{
    struct answers *answers = malloc(sizeof *answers);
    struct knee_random random = knee_random_seed(inputs->seed, 1);
    int status = answers ? 0 : knee_err_memory(err, "forecast");
    for (size_t i = 0; i < DRAWS && status == 0; i++) {
        double factor = exp(inputs->model_sd * knee_random_normal(&random));
        status = answer(answers, i, forecast, inputs, factor, err);
    }
    if (status == 0) {
        forecast->knee = levels_of(answers->knee_low, answers->knee, answers->knee_high);
        forecast->limit = levels_of(answers->limit_low, answers->limit, answers->limit_high);
        forecast->throughput = rates_of(answers->throughput);
        forecast->latency_s = rates_of(answers->latency_s);
        uint32_t top = (uint32_t)fmax(2 * forecast->knee.high, LEVELS_MIN);
        status = knee_predict_curve(&forecast->there, inputs->fit, inputs->target,
                                    top < LEVELS_MAX ? top : LEVELS_MAX, err);
    }
    free(answers);
    return status;
}

/* Levels in steps of about 2^(1/4), each once. */
static void choose_levels(struct knee_forecast_curve *curve, uint32_t level_max)
{
    curve->count = 0;
    for (int step = 0; curve->count < KNEE_FORECAST_CURVE_MAX; step++) {
        uint32_t level = (uint32_t)lround(exp2(.25 * step));
        if (level > level_max)
            break;
        if (curve->count == 0 || curve->levels[curve->count - 1] != level)
            curve->levels[curve->count++] = level;
    }
}

int knee_predict_curve(struct knee_forecast_curve *curve, const struct knee_network_fit *fit,
                       const struct knee_forecast_target *target, uint32_t level_max,
                       struct knee_err *err)
{
    double *per_s = malloc(level_max * sizeof *per_s);
    double(*all)[DRAWS] = malloc(KNEE_FORECAST_CURVE_MAX * sizeof *all);
    int status = per_s && all ? 0 : knee_err_memory(err, "forecast");
    choose_levels(curve, level_max);
    for (size_t i = 0; i < DRAWS && status == 0; i++) {
        struct knee_network network = knee_predict_moved(&fit->draws[i], target);
        status = knee_network_solve(&network, &target->cpus, per_s, level_max, err);
        for (size_t j = 0; j < curve->count && status == 0; j++)
            all[j][i] = per_s[curve->levels[j] - 1];
    }
    for (size_t j = 0; j < curve->count && status == 0; j++)
        curve->per_s[j] = rates_of(all[j]);
    free(per_s);
    free(all);
    return status;
}

/* The fewest cores that give `per_s`; NAN: no count does. */
static double cores_for(const struct knee_network *network, double per_s)
{
    if (knee_network_pool_bound(network) < per_s)
        return NAN;
    for (unsigned cores = 1; cores <= KNEE_FORECAST_CORES_MAX; cores++) {
        struct knee_network_cpus cpus = {.cores = cores, .quota = INFINITY};
        if (knee_network_cpu_rate(network, &cpus, cores) / network->cpu_s >= per_s)
            return cores;
    }
    return NAN;
}

/* The smallest level that gives `per_s` on one core more than is needed at least: at the very
 * least every core would have to be busy all the time. NAN: none does. */
static int level_for(const struct knee_network *network, double cores, double per_s, double *level,
                     struct knee_err *err)
{
    struct knee_network_cpus cpus = {.cores = ceil(1.05 * cores), .quota = INFINITY};
    size_t count = levels_needed(network, &cpus);
    double *curve = malloc(count * sizeof *curve);
    if (!curve)
        return knee_err_memory(err, "forecast");
    int status = knee_network_solve(network, &cpus, curve, count, err);
    *level = NAN;
    for (size_t i = 0; i < count && status == 0 && isnan(*level); i++)
        if (curve[i] >= per_s)
            *level = (double)(i + 1);
    free(curve);
    return status;
}

int knee_predict_needs(struct knee_forecast *forecast, const struct knee_predict_inputs *inputs,
                       struct knee_err *err)
{
    double cores[DRAWS], levels[DRAWS], level;
    double wanted = inputs->target->throughput_per_s;
    size_t count = 0, levels_count = 0;
    struct knee_random random = knee_random_seed(inputs->seed, 2);
    for (size_t i = 0; i < DRAWS; i++) {
        struct knee_network network = knee_predict_moved(&inputs->fit->draws[i], inputs->target);
        double asked = wanted * exp(inputs->model_sd * knee_random_normal(&random));
        double needed = cores_for(&network, asked);
        if (isnan(needed))
            continue;
        cores[count++] = needed;
        if (i % 4 == 0 && level_for(&network, needed, asked, &level, err))
            return -1;
        if (i % 4 == 0 && isfinite(level))
            levels[levels_count++] = level;
    }
    forecast->reached_ratio = (double)count / DRAWS;
    forecast->cores_needed = (struct knee_forecast_range){
        floor(knee_stats_quantile(cores, count, TAIL)),
        knee_stats_quantile(cores, count, .5),
        ceil(knee_stats_quantile(cores, count, 1 - TAIL)),
    };
    forecast->level_needed = (struct knee_forecast_range){
        floor(knee_stats_quantile(levels, levels_count, TAIL)),
        knee_stats_quantile(levels, levels_count, .5),
        ceil(knee_stats_quantile(levels, levels_count, 1 - TAIL)),
    };
    return 0;
}
