/* SPDX-License-Identifier: MIT */
/* tuner/result/service: a bound on the rate is told from one on the number in flight, and busy CPUs
 * are put down to whom they belong. */
#include "tuner/result/service.h"

#include "tests/support/test.h"

#include <string.h>

#define LEVELS 5
static const uint32_t AT[LEVELS] = {1, 2, 8, 16, 32};

/* A service with `places`, each for `service_s`, and at most `rate` answers a second; what it does
 * not take fails at once, and comes again 10 ms later. */
static double rate_limit_of(double places, double service_s, double rate)
{
    struct knee_level levels[LEVELS];
    memset(levels, 0, sizeof levels);
    for (size_t i = 0; i < LEVELS; i++) {
        double n = AT[i], answered = fmin(fmin(n, places), rate * service_s);
        levels[i].level = AT[i];
        levels[i].windows = 3;
        levels[i].throughput_median_per_s = answered / service_s;
        levels[i].latency_p50_s = service_s;
        levels[i].items = answered / service_s;
        levels[i].requests.failed[KNEE_FAILURE_STATUS] = (n - answered) / .01;
        levels[i].failed_items = levels[i].requests.failed[KNEE_FAILURE_STATUS];
    }
    return knee_service_rate_limit_per_s(levels, LEVELS);
}

static void places_are_not_a_rate(void **state)
{
    (void)state;
    assert_true(isnan(rate_limit_of(12, .02, 1e9)));
    assert_true(isnan(rate_limit_of(1, .02, 1e9)));
    assert_true(isnan(rate_limit_of(16, .001, 1e9)));
    assert_true(isnan(rate_limit_of(1e9, .02, 1e9)));
}

static void a_rate_that_refuses_even_one_at_a_time_is_a_rate(void **state)
{
    (void)state;
    assert_close(rate_limit_of(1e9, .001, 100), 100, 1e-9);
    assert_close(rate_limit_of(12, .001, 500), 500, 1e-9);
}

/* Measured with 40 a second and no credit: 38 % refused at 2, 51 % at 4. It said "about 25.3". */
static void a_rate_that_one_level_shows_may_be_more(void **state)
{
    struct knee_level levels[3] = {{.level = 1, .windows = 2, .throughput_median_per_s = 9.2},
                                   {.level = 2, .windows = 2, .throughput_median_per_s = 14.8},
                                   {.level = 4, .windows = 2, .throughput_median_per_s = 25.3}};
    (void)state;
    assert_false(knee_service_rate_is_shown(levels, 3, 25.3));
    levels[1].throughput_median_per_s = 24;
    assert_true(knee_service_rate_is_shown(levels, 3, 25.3));
    levels[1].windows = 0;
    assert_false(knee_service_rate_is_shown(levels, 3, 25.3));
}

/* A burst was let through before: 8 at a time went well, and now there are 3. */
static void refusing_fewer_than_it_took_before_is_a_rate(void **state)
{
    struct knee_level levels[2] = {
        {.level = 8,
         .windows = 2,
         .throughput_median_per_s = 400,
         .latency_p50_s = .02,
         .items = 400},
        {.level = 16,
         .windows = 2,
         .throughput_median_per_s = 150,
         .latency_p50_s = .02,
         .items = 150,
         .failed_items = 900,
         .requests = {.failed = {[KNEE_FAILURE_STATUS] = 900}}},
    };
    (void)state;
    assert_close(knee_service_rate_limit_per_s(levels, 2), 150, 1e-9);
    assert_true(isnan(knee_service_rate_limit_per_s(levels, 1)));
    assert_true(isnan(knee_service_rate_limit_per_s(NULL, 0)));
}

/* Levels 1, 2 and 4. */
static void hundred_a_second(struct knee_level *levels, double latency_s)
{
    memset(levels, 0, 3 * sizeof *levels);
    for (size_t i = 0; i < 3; i++) {
        levels[i].level = 1u << i;
        levels[i].windows = 2;
        levels[i].throughput_median_per_s = 100;
        levels[i].latency_p50_s = latency_s;
    }
}

static void fail_some(struct knee_level *level, double good, double failed)
{
    level->items = good;
    level->failed_items = level->requests.failed[KNEE_FAILURE_STATUS] = failed;
}

/* A busy machine may leave level 1 without a window. A hundred answers a second of .3 ms are less
 * than one place would give; one place that is never empty may be one place. */
static void without_level_1_less_than_one_place_gives_is_a_rate(void **state)
{
    struct knee_level levels[3];
    (void)state;
    for (int busy = 0; busy < 2; busy++) {
        hundred_a_second(levels, busy ? .0097 : .0003);
        levels[0].windows = 0;
        levels[0].throughput_median_per_s = levels[0].latency_p50_s = (double)NAN;
        for (size_t i = 0; i < 3; i++)
            fail_some(&levels[i], 100, 90);
        double rate_per_s = knee_service_rate_limit_per_s(levels, 3);
        assert_true(busy ? isnan(rate_per_s) : rate_per_s >= 100 && rate_per_s <= 100);
    }
}

/* Every tenth answer is an error, however many are asked for at once. */
static void errors_at_all_levels_alike_are_not_a_rate(void **state)
{
    struct knee_level levels[3];
    (void)state;
    for (int grows = 0; grows < 2; grows++) {
        hundred_a_second(levels, .0003);
        for (size_t i = 0; i < 3; i++)
            fail_some(&levels[i], 900, grows && i > 0 ? 900 : 100);
        double rate_per_s = knee_service_rate_limit_per_s(levels, 3);
        assert_true(grows ? rate_per_s >= 100 && rate_per_s <= 100 : isnan(rate_per_s));
    }
}

/* Three levels of a service that takes 20 ms, of which all but the lowest see refusals. */
static double limit_of_three(const double *throughput_per_s, const double *latency_s)
{
    struct knee_level levels[3];
    memset(levels, 0, sizeof levels);
    for (size_t i = 0; i < 3; i++) {
        levels[i].level = 1u << i;
        levels[i].windows = 2;
        levels[i].throughput_median_per_s = levels[i].items = throughput_per_s[i];
        levels[i].latency_p50_s = latency_s[i];
        levels[i].requests.failed[KNEE_FAILURE_STATUS] = i > 0 ? 50 : 0;
        levels[i].failed_items = levels[i].requests.failed[KNEE_FAILURE_STATUS];
    }
    return knee_service_rate_limit_per_s(levels, 3);
}

/* A hundred a second without a burst refuses some of two at a time, and yet there are two at a time
 * of four. A busy host, whose latencies grow, does not make one place look like two. */
static void more_in_flight_than_places_could_be_is_a_rate(void **state)
{
    (void)state;
    assert_close(limit_of_three((const double[]){49.07, 69.73, 97.93},
                                (const double[]){.0203, .0203, .0202}),
                 97.93, 1e-9);
    assert_close(limit_of_three((const double[]){43.94, 64.33, 73.02},
                                (const double[]){.0206, .0222, .0212}),
                 73.02, 1e-9); /* beside other work */
    assert_true(isnan(
        limit_of_three((const double[]){49.1, 49.3, 48.8}, (const double[]){.0203, .028, .041})));
    assert_true(isnan(
        limit_of_three((const double[]){30.1, 40.3, 45.8}, (const double[]){.0203, .028, .061})));
}

static void busy_cpus_belong_to_somebody(void **state)
{
    static const struct {
        double own, server; /* CPUs of four; NAN: the server is elsewhere */
        enum knee_service_cpus whose;
    } cases[] = {
        {3.8, NAN, KNEE_SERVICE_CPUS_CLIENT}, {1.0, NAN, KNEE_SERVICE_CPUS_FREE},
        {2.0, 1.9, KNEE_SERVICE_CPUS_SHARED}, {0.3, 3.6, KNEE_SERVICE_CPUS_FREE},
        {3.7, 0.3, KNEE_SERVICE_CPUS_CLIENT}, {1.0, 1.0, KNEE_SERVICE_CPUS_FREE},
        {NAN, NAN, KNEE_SERVICE_CPUS_FREE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct knee_level level = {.cpu_utilization = cases[i].own / 4,
                                         .server_cpu_utilization = cases[i].server};
        assert_int_equal(knee_service_cpus_at(&level, 4), cases[i].whose);
    }
    assert_int_equal(knee_service_cpus_at(NULL, 4), KNEE_SERVICE_CPUS_FREE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_not_a_rate),
        cmocka_unit_test(a_rate_that_refuses_even_one_at_a_time_is_a_rate),
        cmocka_unit_test(refusing_fewer_than_it_took_before_is_a_rate),
        cmocka_unit_test(a_rate_that_one_level_shows_may_be_more),
        cmocka_unit_test(without_level_1_less_than_one_place_gives_is_a_rate),
        cmocka_unit_test(errors_at_all_levels_alike_are_not_a_rate),
        cmocka_unit_test(more_in_flight_than_places_could_be_is_a_rate),
        cmocka_unit_test(busy_cpus_belong_to_somebody),
    };
    return cmocka_run_group_tests_name("service", tests, NULL, NULL);
}
