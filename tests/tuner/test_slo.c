/* SPDX-License-Identifier: MIT */
/* SLOs judged by the items of all windows: a claim holds as often as it says, and too few items say
 * nothing either way. */
#include "core/base/random.h"
#include "tests/support/test.h"
#include "tuner/decide/slo.h"

#include <math.h>

#define WINDOWS 20
#define MEAN_S .010

/* A window of exponential item times: the p99 is ln(100) times the mean. */
static void draw_window(struct knee_window *window, size_t items, struct knee_random *random)
{
    static struct knee_histogram histogram;
    static struct knee_histogram_sum sum;
    knee_histogram_clear(&histogram);
    sum = (struct knee_histogram_sum){.total = 0};
    for (size_t i = 0; i < items; i++)
        knee_histogram_record(&histogram,
                              (uint64_t)(-MEAN_S * 1e9 * log1p(-knee_random_uniform(random))));
    knee_histogram_sum_add(&sum, &histogram);
    *window = (struct knee_window){.level = 4, .valid = true, .items = (double)items};
    window->latency_p50_s = 1e-9 * knee_histogram_sum_quantile_ns(&sum, .50);
    window->latency_p99_s = 1e-9 * knee_histogram_sum_quantile_ns(&sum, .99);
    knee_histogram_digest_make(&window->latencies, &sum);
}

static double met_ratio(double limit_s, size_t items, int trials, double *missed_ratio)
{
    int met = 0, missed = 0;
    struct knee_random random = knee_random_seed(11, 0);
    for (int trial = 0; trial < trials; trial++) {
        struct knee_window windows[WINDOWS];
        const struct knee_slo slo = {KNEE_SLO_P99, limit_s};
        for (size_t i = 0; i < WINDOWS; i++)
            draw_window(&windows[i], items, &random);
        struct knee_slo_judgement judged = knee_slo_judge(&slo, 4, .95, windows, WINDOWS);
        met += judged.met;
        missed += judged.missed;
    }
    *missed_ratio = missed / (double)trials;
    return met / (double)trials;
}

/* Twenty windows of 20 items each: the p99 of 20 items is their maximum, and reads too low. */
static void windows_of_few_items_prove_no_more_than_they_may(void **state)
{
    (void)state;
    double p99_s = MEAN_S * log(100), missed;
    assert_true(met_ratio(.95 * p99_s, 20, 300, &missed) <= .05);
    assert_true(met_ratio(.999 * p99_s, 20, 300, &missed) <= .08);
    met_ratio(1.001 * p99_s, 20, 300, &missed);
    assert_true(missed <= .08);
    /* What holds by far is shown, and so is what fails by far. */
    assert_true(met_ratio(2.5 * p99_s, 20, 100, &missed) >= .95 && missed <= 0);
    assert_true(met_ratio(.5 * p99_s, 20, 100, &missed) <= 0 && missed >= .95);
    assert_true(met_ratio(1.15 * p99_s, 500, 50, &missed) >= .95);
}

static void too_few_items_are_said_to_be(void **state)
{
    (void)state;
    struct knee_window windows[3];
    struct knee_random random = knee_random_seed(5, 0);
    for (size_t i = 0; i < 3; i++)
        draw_window(&windows[i], 40, &random);
    const struct knee_slo p99 = {KNEE_SLO_P99, 1}, p50 = {KNEE_SLO_P50, 1};
    struct knee_slo_judgement judged = knee_slo_judge(&p99, 4, .95, windows, 3);
    assert_true(judged.items == 120 && judged.items_needed == 299);
    assert_true(!judged.met && !judged.missed && isinf(judged.upper));
    judged = knee_slo_judge(&p50, 4, .95, windows, 3);
    assert_true(judged.items_needed == 0 && judged.met);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_of_few_items_prove_no_more_than_they_may),
        cmocka_unit_test(too_few_items_are_said_to_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
