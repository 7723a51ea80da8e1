/* SPDX-License-Identifier: MIT */
#include "tests/support/fake.h"

#include "tests/support/test.h"

#include <math.h>
#include <string.h>

double test_plateau_at_6(double level)
{
    return 100 * fmin(level, 6);
}

double test_plateau_at_13(double level)
{
    return 100 * fmin(level, 13);
}

double test_linear(double level)
{
    return 100 * level;
}

double test_waiting(double level)
{
    return 1000 * level / (level + 10);
}

double test_flat(double level)
{
    return 100 + 0 * level;
}

double test_falling(double level)
{
    return 100 / sqrt(level);
}

void test_fake_init(struct test_fake *fake, double (*throughput)(double level), uint32_t level_max)
{
    *fake = (struct test_fake){
        .throughput = throughput, .cv_ratio = .005, .random = knee_random_seed(1, 0)};
    size_t count = 0;
    for (uint32_t level = 1; level < level_max; level *= 2)
        fake->candidates[count++].level = level;
    fake->candidates[count++].level = level_max;
    fake->params = (struct knee_search_params){.candidates = fake->candidates,
                                               .candidates_count = count,
                                               .tolerance_ratio = .02,
                                               .confidence_ratio = .95,
                                               .windows_max = 400,
                                               .seed = 1,
                                               .strategy = knee_strategies[0]};
}

static int measure(void *context, uint32_t block, uint32_t level, struct knee_window *window,
                   struct knee_err *err)
{
    struct test_fake *fake = context;
    if (fake->budget && fake->windows == fake->budget)
        return 1;
    assert_true(fake->windows < sizeof fake->levels / sizeof *fake->levels);
    fake->levels[fake->windows++] = level;
    if (fake->fail_at == fake->windows)
        return knee_err_set(err, KNEE_FAILED, "fake: as asked; do not ask");
    double throughput =
        knee_random_lognormal(&fake->random, fake->throughput(level), fake->cv_ratio);
    bool fails = fake->errors_from && level >= fake->errors_from;
    if (level == fake->stalled)
        throughput = 0;
    *window = (struct knee_window){
        .block = block,
        .level = level,
        .window_ns = fake->window_ns > 0 ? fake->window_ns : 1000000000,
        .items = throughput,
        .failed_items = fails ? throughput : 0,
        .throughput_per_s = throughput,
        .latency_mean_s = level / throughput,
        .figures[KNEE_WINDOW_LATENCY_P99_S] = knee_decimal_of(level / throughput),
        .valid = level != fake->spoilt &&
                 (fake->windows < fake->spoilt_from || fake->windows >= fake->spoilt_to) &&
                 knee_random_uniform(&fake->random) >= fake->spoilt_ratio};
    window->reasons |= fake->unlucky && !window->valid ? KNEE_WINDOW_STEAL : 0;
    return 0;
}

struct knee_search_source test_fake_source(struct test_fake *fake)
{
    return (struct knee_search_source){.context = fake, .measure = measure};
}

void test_decision_is_well_formed(const struct knee_decision *decision)
{
    assert_int_not_equal(decision->why.kind, KNEE_DECISION_UNEXPLAINED);
    if (decision->knee == 0)
        return;
    assert_true(decision->knee_low >= 1);
    assert_true(decision->knee_low <= decision->knee);
    assert_true(decision->knee <= decision->knee_high);
    assert_true(decision->peak >= decision->knee);
    assert_true(decision->limit >= 1);
    if (decision->verdict != KNEE_VERDICT_DISTURBED && !isnan(decision->bound_ratio))
        assert_true(decision->bound_ratio >= 0 && decision->bound_ratio <= 1);
    if (decision->verdict == KNEE_VERDICT_UNRESOLVED && decision->why.kind != KNEE_DECISION_SINGLE)
        assert_true(decision->windows_more > 0);
}

struct knee_decision test_fake_run(struct test_fake *fake)
{
    struct knee_search_source source = test_fake_source(fake);
    struct knee_search_record record = {0};
    struct knee_decision decision;
    struct knee_err err;
    assert_int_equal(knee_search_run(&fake->params, &source, &record, &decision, &err), 0);
    assert_int_equal(decision.windows, fake->windows);
    knee_search_record_release(&record);
    test_decision_is_well_formed(&decision);
    return decision;
}

double test_pool_of_20_collapses(double level)
{
    return level <= 20 ? 100 * level : 600 * 20 / level;
}

double test_peak_hidden_at_11(double level)
{
    return level <= 11 ? 100 * level : 500;
}

double test_smt_of_4_cores(double level)
{
    return 100 * fmin(level, 4) + 30 * fmin(fmax(level - 4, 0), 4);
}

double test_numa_dip_after_16(double level)
{
    return level <= 16 ? 100 * level : 1440 + 180 * fmin((level - 16) / 4, 10);
}

double test_usl(double level)
{
    return 100 * level / (1 + .02 * (level - 1) + .001 * level * (level - 1));
}

double test_step_at_2(double level)
{
    return level < 2 ? 50 : 100;
}

static const struct {
    double (*curve)(double);
    uint32_t level_max, knee_low, knee_high, peak_low, peak_high;
    enum knee_verdict verdict;
} known_curves[] = {
    {test_plateau_at_6, 64, 6, 6, 6, 64, KNEE_VERDICT_RESOLVED},
    {test_plateau_at_13, 512, 13, 13, 13, 512, KNEE_VERDICT_RESOLVED},
    {test_plateau_at_13, 16, 13, 13, 13, 16, KNEE_VERDICT_RESOLVED},
    {test_flat, 64, 1, 1, 1, 64, KNEE_VERDICT_RESOLVED},
    {test_falling, 64, 1, 1, 1, 1, KNEE_VERDICT_RESOLVED},
    {test_linear, 64, 64, 64, 64, 64, KNEE_VERDICT_RISING},
    {test_linear, 8, 8, 8, 8, 8, KNEE_VERDICT_RISING},
    {test_pool_of_20_collapses, 256, 20, 20, 20, 20, KNEE_VERDICT_RESOLVED},
    {test_peak_hidden_at_11, 64, 11, 11, 11, 11, KNEE_VERDICT_RESOLVED},
    {test_smt_of_4_cores, 64, 8, 8, 8, 64, KNEE_VERDICT_RESOLVED},
    {test_numa_dip_after_16, 64, 50, 59, 54, 64, KNEE_VERDICT_RESOLVED},
    {test_usl, 128, 23, 28, 25, 40, KNEE_VERDICT_RESOLVED},
    {test_step_at_2, 2, 2, 2, 2, 2, KNEE_VERDICT_RISING},
};

void test_known_curves_are_resolved(const char *strategy, uint32_t more)
{
    static struct test_fake fake;
    for (size_t i = 0; i < sizeof known_curves / sizeof *known_curves; i++) {
        uint32_t high = known_curves[i].knee_high;
        test_fake_init(&fake, known_curves[i].curve, known_curves[i].level_max);
        fake.params.strategy = knee_strategy_find(strategy);
        struct knee_decision decision = test_fake_run(&fake);
        print_message("case %zu: %s %u, peak %u, %u windows\n", i,
                      knee_verdict_text(decision.verdict), decision.knee, decision.peak,
                      decision.windows);
        assert_int_equal(decision.verdict, known_curves[i].verdict);
        assert_in_range(decision.knee, known_curves[i].knee_low, high > 1 ? high + more : 1);
        assert_in_range(decision.peak, known_curves[i].peak_low, known_curves[i].peak_high);
        assert_true(decision.bound_ratio >= .97);
    }
}
