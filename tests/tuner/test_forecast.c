/* SPDX-License-Identifier: MIT */
/* tuner/forecast: over families of work whose truth on both machines is known, the ranges hold the
 * truth; what cannot be answered is refused. */
#include "tuner/forecast/forecast.h"

#include "core/base/array.h"
#include "core/base/random.h"
#include "core/base/stats.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdlib.h>

#define TRIALS 12 /* of each family */
#define LEVELS_MAX 64

/* Work whose truth is a formula of its own, not a network. */
struct work {
    double cpu_s, wait_s, pool; /* pool INFINITY: none */
    double contention, coherency, crowding, step;
};

static double cores_at_work(const struct work *work, double cores, double n)
{
    double busy = fmin(n, cores);
    double rate = busy > 8 ? 8 + (1 - work->step) * (busy - 8) : busy;
    return rate / (1 + work->contention * (rate - 1) + work->coherency * rate * (rate - 1));
}

/* Throughput with n in flight: a smooth minimum of what items, CPUs and the pool allow. */
static double truth(const struct work *work, double cores, double n)
{
    double alone = n / (work->cpu_s + work->wait_s);
    double cpu = 0;
    for (unsigned busy = 1; busy <= n; busy++)
        cpu = fmax(cpu, cores_at_work(work, cores, busy) / work->cpu_s);
    double pool = isfinite(work->pool)
                      ? work->pool / work->wait_s / (1 + work->crowding * fmax(n - work->pool, 0))
                      : INFINITY;
    double most = fmin(cpu, pool), power = work->wait_s > work->cpu_s ? 8 : 40;
    return pow(pow(alone, -power) + pow(most, -power), -1 / power);
}

static double true_knee(const struct work *work, double cores)
{
    double best = 0;
    for (unsigned n = 1; n <= 600; n++)
        best = fmax(best, truth(work, cores, n));
    for (unsigned n = 1; n <= 600; n++)
        if (truth(work, cores, n) >= .98 * best)
            return n;
    return 600;
}

struct family {
    const char *name;
    struct work low, high; /* drawn between */
};

static const struct family FAMILIES[] = {
    {"cpu plateau", {.001, 0, INFINITY, 0, 0, 0, 0}, {.02, 0, INFINITY, 0, 0, 0, 0}},
    {"device queue", {.0001, .002, 2, 0, 0, 0, 0}, {.0002, .01, 6, 0, 0, 0, 0}},
    {"network pool", {.00005, .005, 3, 0, 0, 0, 0}, {.0001, .05, 7, 0, 0, 0, 0}},
    {"usl", {.001, 0, INFINITY, .005, .0001, 0, 0}, {.01, 0, INFINITY, .04, .001, 0, 0}},
    {"mixed", {.001, .001, INFINITY, 0, 0, 0, 0}, {.002, .003, INFINITY, .01, 0, 0, 0}},
    {"pool that collapses", {.0001, .005, 2, 0, 0, .02, 0}, {.0002, .01, 5, 0, 0, .08, 0}},
    {"numa step", {.001, 0, INFINITY, 0, 0, 0, .1}, {.01, 0, INFINITY, 0, 0, 0, .3}},
};

static double between(struct knee_random *random, double low, double high)
{
    return isfinite(low) ? low + (high - low) * knee_random_uniform(random) : low;
}

static struct work draw(const struct family *family, struct knee_random *random)
{
    struct work work = {
        .cpu_s = between(random, family->low.cpu_s, family->high.cpu_s),
        .wait_s = between(random, family->low.wait_s, family->high.wait_s),
        .pool = round(between(random, family->low.pool, family->high.pool)),
        .contention = between(random, family->low.contention, family->high.contention),
        .coherency = between(random, family->low.coherency, family->high.coherency),
        .crowding = between(random, family->low.crowding, family->high.crowding),
        .step = between(random, family->low.step, family->high.step),
    };
    return work;
}

static void fill_level(struct knee_level *level, const struct work *work, double cores,
                       struct knee_random *random)
{
    double error = exp(.01 * knee_random_normal(random));
    level->throughput_per_s = truth(work, cores, level->level) * error;
    level->throughput_ci_low_per_s = level->throughput_per_s * .98;
    level->throughput_ci_high_per_s = level->throughput_per_s * 1.02;
    level->windows = 4;
    level->items = 1000;
    level->failed_items = 0;
    level->cpu_per_item_s = work->cpu_s * exp(.03 * knee_random_normal(random));
    level->other_wait_per_item_s = work->wait_s * exp(.03 * knee_random_normal(random));
    level->runqueue_wait_per_item_s = 0;
    level->latency_mean_s = level->level / level->throughput_per_s;
    level->server_cpu_utilization = NAN;
}

/* A measurement of `work` at 1, 2, 3, 4, 6, 8, ... up to `max`. */
static void measure(struct knee_workload_result *result, struct knee_level *levels,
                    const struct work *work, double cores, uint32_t max, struct knee_random *random)
{
    static const uint32_t AT[] = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64};
    *result = (struct knee_workload_result){.levels = levels};
    for (size_t i = 0; i < KNEE_COUNT(AT) && AT[i] <= max; i++) {
        levels[i] = (struct knee_level){.level = AT[i]};
        fill_level(&levels[i], work, cores, random);
        result->levels_count = i + 1;
    }
    knee_demands_find(&result->demands, levels, result->levels_count, cores);
    result->decision = (struct knee_decision){.verdict = KNEE_VERDICT_RESOLVED,
                                              .knee = (uint32_t)true_knee(work, cores),
                                              .tolerance_ratio = .02};
}

static struct knee_forecast_target target_of(double cores)
{
    return (struct knee_forecast_target){
        .cpus = {.cores = cores, .quota = INFINITY}, .core_speed = 1, .memory_bytes = INFINITY};
}

struct score {
    unsigned knees, rates, trials;
    double widths[64 * TRIALS];
};

/* Measured on `sources` counts of cores (2; or 1, 2, 4), forecast for `cores`. */
static void try_one(const struct work *work, const double *measured_on, size_t sources_count,
                    double cores, struct score *score, struct knee_random *random)
{
    static struct knee_level levels[3][16];
    struct knee_workload_result results[3];
    struct knee_forecast_source sources[3];
    for (size_t i = 0; i < sources_count; i++) {
        measure(&results[i], levels[i], work, measured_on[i], 8, random);
        sources[i] = (struct knee_forecast_source){&results[i],
                                                   {.cores = measured_on[i], .quota = INFINITY}};
    }
    struct knee_forecast_target target = target_of(cores);
    struct knee_forecast *forecast = malloc(sizeof *forecast);
    struct knee_err err = {0};
    assert_non_null(forecast);
    assert_int_equal(knee_forecast_make(forecast, sources, sources_count, &target, 1, &err), 0);
    assert_int_equal(forecast->refusal, KNEE_FORECAST_MADE);
    double knee = true_knee(work, cores), per_s = truth(work, cores, knee);
    score->knees += knee >= forecast->knee.low && knee <= forecast->knee.high;
    score->rates += per_s >= forecast->throughput.low && per_s <= forecast->throughput.high;
    score->widths[score->trials++] = forecast->knee.high / forecast->knee.low;
    free(forecast);
}

static void ranges_hold_the_truth_over_the_families(void **state)
{
    (void)state;
    static const double HERE[] = {2}, THERE[] = {4, 8, 16};
    struct knee_random random = knee_random_seed(5, 0);
    struct score all = {0};
    for (size_t f = 0; f < KNEE_COUNT(FAMILIES); f++) {
        struct score score = {0};
        for (unsigned trial = 0; trial < TRIALS; trial++) {
            struct work work = draw(&FAMILIES[f], &random);
            try_one(&work, HERE, 1, THERE[trial % 3], &score, &random);
        }
        print_message("%-20s knee %2u of %u, throughput %2u, median width %.2f\n", FAMILIES[f].name,
                      score.knees, score.trials, score.rates,
                      knee_stats_median(score.widths, score.trials));
        all.knees += score.knees;
        all.rates += score.rates;
        all.trials += score.trials;
    }
    assert_true(all.knees >= .9 * all.trials);
    assert_true(all.rates >= .9 * all.trials);
}

/* The same work on 1, 2 and 4 cores tells how it scales. */
static void several_counts_of_cores_narrow_how_it_scales(void **state)
{
    (void)state;
    static const double HERE[] = {1, 2, 4}, THERE[] = {16, 32};
    struct knee_random random = knee_random_seed(7, 0);
    struct score score = {0};
    for (unsigned trial = 0; trial < TRIALS; trial++) {
        struct work work = draw(&FAMILIES[3], &random);
        try_one(&work, HERE, 3, THERE[trial % 2], &score, &random);
    }
    print_message("usl from 1, 2, 4 cores: knee %u of %u, throughput %u, median width %.2f\n",
                  score.knees, score.trials, score.rates,
                  knee_stats_median(score.widths, score.trials));
    assert_true(score.knees >= .9 * score.trials - 1);
    assert_true(score.rates >= .9 * score.trials - 1);
}

/* A measurement of `work` on two cores up to `max`, forecast for `target`. */
static void forecast_of(struct knee_forecast *forecast, const struct work *work, uint32_t max,
                        const struct knee_forecast_target *target, enum knee_verdict verdict)
{
    struct knee_random random = knee_random_seed(3, 0);
    struct knee_level levels[16];
    struct knee_workload_result result;
    struct knee_err err = {0};
    measure(&result, levels, work, 2, max, &random);
    result.decision.verdict = verdict;
    result.decision.why.steal_ratio = .4;
    if (work->cpu_s <= 0)
        for (size_t i = 0; i < result.levels_count; i++)
            levels[i].cpu_per_item_s = NAN;
    const struct knee_forecast_source source = {&result, {.cores = 2, .quota = INFINITY}};
    assert_int_equal(knee_forecast_make(forecast, &source, 1, target, 1, &err), 0);
}

static const struct work COMPUTE = {.cpu_s = .001, .pool = INFINITY};
static const struct work FETCH = {.cpu_s = .0001, .wait_s = .005, .pool = 16};

static void what_cannot_be_answered_is_refused(void **state)
{
    (void)state;
    static const struct work UNKNOWN = {.cpu_s = 0, .wait_s = .005, .pool = 4};
    static const struct {
        const struct work *work;
        uint32_t max;
        enum knee_verdict verdict;
        enum knee_forecast_refusal refusal;
    } CASES[] = {
        {&COMPUTE, 8, KNEE_VERDICT_RESOLVED, KNEE_FORECAST_MADE},
        {&COMPUTE, 8, KNEE_VERDICT_UNRESOLVED, KNEE_FORECAST_MADE},
        {&COMPUTE, 8, KNEE_VERDICT_DISTURBED, KNEE_FORECAST_DISTURBED},
        {&COMPUTE, 2, KNEE_VERDICT_RESOLVED, KNEE_FORECAST_FEW_LEVELS},
        {&FETCH, 8, KNEE_VERDICT_RISING, KNEE_FORECAST_LINEAR},
        {&FETCH, 64, KNEE_VERDICT_RESOLVED, KNEE_FORECAST_MADE},
        {&UNKNOWN, 8, KNEE_VERDICT_RESOLVED, KNEE_FORECAST_NO_DEMANDS},
    };
    const struct knee_forecast_target target = target_of(8);
    struct knee_forecast *forecast = malloc(sizeof *forecast);
    assert_non_null(forecast);
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        forecast_of(forecast, CASES[i].work, CASES[i].max, &target, CASES[i].verdict);
        assert_int_equal(forecast->refusal, CASES[i].refusal);
        assert_close(forecast->disturbed_by.steal_ratio,
                     CASES[i].refusal == KNEE_FORECAST_DISTURBED ? .4 : 0, 0);
        assert_int_equal(isnan(forecast->knee.low), CASES[i].refusal != KNEE_FORECAST_MADE);
    }
    free(forecast);
}

/* What the target changes, and in which direction. */
#define THERE(...)                                                                                 \
    {                                                                                              \
        .core_speed = 1, .memory_bytes = INFINITY, __VA_ARGS__                                     \
    }
static const struct target_case {
    const struct work *work;
    struct knee_forecast_target target;
    double knee_low, knee_high, per_s;
    enum knee_forecast_limit limit;
} TARGETS[] = {
    {&COMPUTE, THERE(.cpus = {.cores = 8, .quota = INFINITY}), 8, 8, 8000, KNEE_FORECAST_BY_CPUS},
    {&COMPUTE, THERE(.cpus = {.cores = 8, .quota = 3}), 3, 3, 3000, KNEE_FORECAST_BY_QUOTA},
    {&COMPUTE,
     {.cpus = {.cores = 4, .quota = INFINITY}, .core_speed = .5, .memory_bytes = INFINITY},
     4,
     4,
     2000,
     KNEE_FORECAST_BY_CPUS},
    {&FETCH, THERE(.cpus = {.cores = 8, .quota = INFINITY}), 16, 17, 3200, KNEE_FORECAST_BY_POOL},
    {&FETCH, THERE(.cpus = {.cores = 8, .quota = INFINITY}, .pool = 64), 64, 70, 12800,
     KNEE_FORECAST_BY_POOL},
    {&FETCH, THERE(.cpus = {.cores = 8, .quota = INFINITY}, .service_s = .005), 31, 34, 3200,
     KNEE_FORECAST_BY_POOL},
};

static void each_number_of_the_target_counts(void **state)
{
    (void)state;
    struct knee_forecast *forecast = malloc(sizeof *forecast);
    assert_non_null(forecast);
    for (size_t i = 0; i < KNEE_COUNT(TARGETS); i++) {
        forecast_of(forecast, TARGETS[i].work, 64, &TARGETS[i].target, KNEE_VERDICT_RESOLVED);
        assert_true(forecast->knee.low <= TARGETS[i].knee_high);
        assert_true(forecast->knee.high >= TARGETS[i].knee_low);
        assert_in_range(forecast->knee.median, TARGETS[i].knee_low - 2,
                        TARGETS[i].knee_high * 1.3 + 1);
        assert_true(forecast->throughput.low < TARGETS[i].per_s);
        assert_true(forecast->throughput.high > TARGETS[i].per_s);
        assert_true(forecast->limit_shares[TARGETS[i].limit] > .8);
    }
    free(forecast);
}

static void a_throughput_asked_for_takes_cores_and_items(void **state)
{
    (void)state;
    struct knee_forecast_target target = target_of(8);
    struct knee_forecast *forecast = malloc(sizeof *forecast);
    assert_non_null(forecast);
    target.throughput_per_s = 5000;
    forecast_of(forecast, &COMPUTE, 64, &target, KNEE_VERDICT_RESOLVED);
    assert_true(forecast->cores_needed.low <= 5 && forecast->cores_needed.high >= 5);
    assert_true(forecast->cores_needed.high <= 12);
    forecast_of(forecast, &FETCH, 64, &target, KNEE_VERDICT_RESOLVED);
    assert_close(forecast->reached_ratio, 0, .02); /* the pool gives 3,200 */
    target.throughput_per_s = 1600;
    forecast_of(forecast, &FETCH, 64, &target, KNEE_VERDICT_RESOLVED);
    assert_true(forecast->level_needed.low <= 9 && forecast->level_needed.high >= 8);
    free(forecast);
}

static void an_slo_lowers_the_limit_and_not_the_knee(void **state)
{
    (void)state;
    struct knee_goal goal = {.min_efficiency_ratio = .5};
    struct knee_forecast_target target = target_of(8);
    struct knee_forecast *forecast = malloc(sizeof *forecast);
    struct knee_err err = {0};
    assert_non_null(forecast);
    assert_int_equal(knee_goal_add_slo(&goal, "--slo", "mean=2ms", &err), 0);
    target.core_speed = .4; /* an item takes 2.5 ms there, alone */
    target.goal = &goal;
    forecast_of(forecast, &COMPUTE, 64, &target, KNEE_VERDICT_RESOLVED);
    assert_true(forecast->limit.high < forecast->knee.low);
    assert_true(forecast->limit_shares[KNEE_FORECAST_BY_SLO] > .95);
    assert_true(forecast->slo_missed_ratio > .95); /* 1 at a time misses it, too */
    target.core_speed = 1;
    forecast_of(forecast, &COMPUTE, 64, &target, KNEE_VERDICT_RESOLVED);
    assert_close(forecast->slo_missed_ratio, 0, 0);
    free(forecast);
}

/* A fetch waits for 5 ms. */
static void no_service_is_nearer_than_all_that_is_waited_for(void **state)
{
    (void)state;
    struct knee_forecast_target target = target_of(2);
    struct knee_forecast *forecast = malloc(sizeof *forecast);
    assert_non_null(forecast);
    target.service_s = -.001;
    forecast_of(forecast, &FETCH, 64, &target, KNEE_VERDICT_RESOLVED);
    assert_false(forecast->waits_no_more);
    target.service_s = -20;
    forecast_of(forecast, &FETCH, 64, &target, KNEE_VERDICT_RESOLVED);
    assert_true(forecast->waits_no_more);
    free(forecast);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_hold_the_truth_over_the_families),
        cmocka_unit_test(several_counts_of_cores_narrow_how_it_scales),
        cmocka_unit_test(what_cannot_be_answered_is_refused),
        cmocka_unit_test(each_number_of_the_target_counts),
        cmocka_unit_test(a_throughput_asked_for_takes_cores_and_items),
        cmocka_unit_test(an_slo_lowers_the_limit_and_not_the_knee),
        cmocka_unit_test(no_service_is_nearer_than_all_that_is_waited_for),
    };
    return cmocka_run_group_tests_name("forecast", tests, NULL, NULL);
}
