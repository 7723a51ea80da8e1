/* SPDX-License-Identifier: MIT */
/* SLOs judged by the items of all windows: a claim holds as often as it says, and too few items say
 * nothing either way. */
#include "core/base/array.h"
#include "core/base/random.h"
#include "core/engine/measured.h"
#include "tests/support/test.h"
#include "tuner/decide/slo.h"

#include <math.h>
#include <stdlib.h>

#define WINDOWS 20
#define MEAN_S .010
#define P99 KNEE_WINDOW_LATENCY_P99_S

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
    struct knee_measured measured = {
        .level = 4,
        .valid = true,
        .items = (double)items,
        .latency_p50_s = 1e-9 * knee_histogram_sum_quantile_ns(&sum, .50),
        .latency_p99_s = 1e-9 * knee_histogram_sum_quantile_ns(&sum, .99)};
    knee_histogram_digest_make(&measured.latencies, &sum);
    assert_int_equal(knee_measured_keep(&measured, true, window, NULL), 0);
}

static void release(struct knee_window *windows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(windows[i].rare);
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
        release(windows, WINDOWS);
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
    release(windows, 3);
}

static void slos_are_read_and_written(void **state)
{
    (void)state;
    static const struct {
        const char *text, *written, *phrase;
        double limit;
    } good[] = {
        {"p99=50ms", "p99=50ms", "p99 <= 50 ms", .05},
        {"p99<50ms", "p99=50ms", "p99 <= 50 ms", .05},
        {"p95<=0.5s", "p95=500ms", "p95 <= 500 ms", .5},
        {"p50=1500us", "p50=1500us", "p50 <= 1.5 ms", .0015},
        {"mean=1h", "mean=1h", "mean <= 3600 s", 3600},
        {"errors=1%", "errors=1%", "errors <= 1 %", .01},
        {"errors=0", "errors=0%", "errors <= 0 %", 0},
    };
    static const struct {
        const char *text, *error;
    } bad[] = {
        {"p99", "--slo: \"p99\" sets no bound; write one like p99=50ms or errors=1%"},
        {"p99=", "--slo: \"p99=\" sets no bound; write one like p99=50ms or errors=1%"},
        {"p98=1ms", "--slo: \"p98\" is unknown; write one of p50|p95|p99|mean|errors"},
        {"p99=50", "--slo p99: \"50\" has no unit; write 50s (ns us ms s m h)"},
        {"errors=2", "--slo errors: 2 is out of range; did you mean 2%? It goes from 0% to 100%"},
        {"p99>1ms", "--slo: \"p99>1ms\" sets no bound; write one like p99=50ms or errors=1%"},
        {"=1ms", "--slo: \"\" is unknown; write one of p50|p95|p99|mean|errors"},
    };
    char text[KNEE_SLO_TEXT_BYTES];
    for (size_t i = 0; i < KNEE_COUNT(good); i++) {
        struct knee_slo slo;
        assert_int_equal(knee_slo_parse(&slo, "--slo", good[i].text, NULL), 0);
        assert_close(slo.limit, good[i].limit, 1e-12);
        assert_string_equal(knee_slo_text(&slo, text), good[i].written);
        assert_string_equal(knee_slo_phrase(&slo, text), good[i].phrase);
    }
    for (size_t i = 0; i < KNEE_COUNT(bad); i++) {
        struct knee_slo slo;
        struct knee_err err;
        assert_int_equal(knee_slo_parse(&slo, "--slo", bad[i].text, &err), -1);
        assert_string_equal(err.message, bad[i].error);
        assert_int_equal(err.code, KNEE_USAGE);
    }
}

/* Two windows of 10 ms and 12 ms, t(.95, 1) = 6.314; one window proves nothing. */
static void bounds_come_from_the_spread_of_windows(void **state)
{
    (void)state;
    struct knee_window windows[] = {
        {.level = 4, .valid = true, .figures[P99] = knee_decimal_of(.010), .items = 100},
        {.level = 4, .valid = true, .figures[P99] = knee_decimal_of(.012), .items = 100},
        {.level = 4,
         .valid = false,
         .figures[P99] = knee_decimal_of(9),
         .items = 100,
         .failed_items = 100},
        {.level = 8,
         .valid = true,
         .figures[P99] = knee_decimal_of(.010),
         .items = 98,
         .failed_items = 2},
    };
    struct knee_slo slo = {KNEE_SLO_P99, 1};
    struct knee_slo_judgement judged = knee_slo_judge(&slo, 4, .95, windows, 4);
    double half = 6.313752 * log(1.2) / sqrt(2) / sqrt(2);
    assert_close(judged.value, sqrt(.010 * .012), 1e-9);
    assert_close(judged.upper, sqrt(.010 * .012) * exp(half), 1e-6);
    assert_true(judged.met);
    judged = knee_slo_judge(&slo, 8, .95, windows, 4);
    assert_true(isinf(judged.upper) && !judged.met);
    slo = (struct knee_slo){KNEE_SLO_ERRORS, .07};
    judged = knee_slo_judge(&slo, 8, .95, windows, 4);
    assert_close(judged.value, .02, 1e-12);
    assert_close(judged.upper, .0616, 5e-3); /* the exact bound of 2 in 100 */
    assert_true(judged.met);
    judged = knee_slo_judge(&slo, 16, .95, windows, 4);
    assert_true(isnan(judged.value) && !judged.met);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slos_are_read_and_written),
        cmocka_unit_test(bounds_come_from_the_spread_of_windows),
        cmocka_unit_test(windows_of_few_items_prove_no_more_than_they_may),
        cmocka_unit_test(too_few_items_are_said_to_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
