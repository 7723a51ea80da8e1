/* SPDX-License-Identifier: MIT */
/* tuner/forecast/network: throughput of networks whose answer is known in closed form, at levels up
 * to thousands. */
#include "tuner/forecast/network.h"

#include "core/base/array.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdlib.h>

static const struct knee_network_cpus TWO_CORES = {.cores = 2, .quota = INFINITY};

static double solve_at(const struct knee_network *network, const struct knee_network_cpus *cpus,
                       size_t level)
{
    double *per_s = calloc(level, sizeof *per_s);
    struct knee_err err = {0};
    assert_non_null(per_s);
    assert_int_equal(knee_network_solve(network, cpus, per_s, level, &err), 0);
    double found = per_s[level - 1];
    free(per_s);
    return found;
}

/* Items that only compute keep min(n, cores) of them busy, whatever their times. */
static void computing_alone_fills_the_cores(void **state)
{
    (void)state;
    const struct knee_network network = {.cpu_s = .001, .pool = INFINITY};
    static const struct {
        struct knee_network_cpus cpus;
        size_t level;
        double per_s;
    } CASES[] = {
        {{.cores = 2, .quota = INFINITY}, 1, 1000},
        {{.cores = 2, .quota = INFINITY}, 2, 2000},
        {{.cores = 2, .quota = INFINITY}, 512, 2000},
        {{.cores = 2, .siblings = 2, .sibling_ratio = .6, .quota = INFINITY}, 4, 3200},
        {{.cores = 8, .quota = 1.5}, 1, 1000},
        {{.cores = 8, .quota = 1.5}, 8, 1500},
        {{.cores = 8, .quota = .5}, 8, 500},
        {{.cores = 64, .quota = INFINITY}, 2000, 64000},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++)
        assert_close(solve_at(&network, &CASES[i].cpus, CASES[i].level), CASES[i].per_s, 1e-6);
}

/* The machine repairman (Lazowska et al. 1984, ch. 5): one core, thinking time. X(n) = (1 - p0) / D
 * with p0 from the birth-death chain. */
static double repairman(double cpu_s, double delay_s, unsigned n)
{
    double sum = 0, term = 1;
    for (unsigned j = 0; j <= n; j++) {
        sum += term;
        term *= (double)(n - j) * cpu_s / delay_s;
    }
    return (1 - 1 / sum) / cpu_s;
}

static void a_delay_and_one_core_are_the_machine_repairman(void **state)
{
    (void)state;
    const struct knee_network network = {.cpu_s = .001, .delay_s = .01, .pool = INFINITY};
    const struct knee_network_cpus one = {.cores = 1, .quota = INFINITY};
    static const unsigned LEVELS[] = {1, 2, 5, 10, 11, 20, 100};
    for (size_t i = 0; i < KNEE_COUNT(LEVELS); i++)
        assert_close(solve_at(&network, &one, LEVELS[i]), repairman(.001, .01, LEVELS[i]), 1e-6);
}

/* Balanced queues: X(n) = n / (D (n + 1)) for two single servers (same source). */
static void two_equal_queues_share_the_work(void **state)
{
    (void)state;
    const struct knee_network network = {.cpu_s = .002, .pool_s = .002, .pool = 1};
    const struct knee_network_cpus one = {.cores = 1, .quota = INFINITY};
    for (size_t level = 1; level <= 1000; level *= 10)
        assert_close(solve_at(&network, &one, level), (double)level / (.002 * (double)(level + 1)),
                     1e-6);
}

static void a_sharp_network_follows_the_bounds(void **state)
{
    (void)state;
    const struct knee_network network = {
        .cpu_s = .0001, .delay_s = .0009, .pool_s = .004, .pool = 16, .sharpness = 1};
    assert_close(solve_at(&network, &TWO_CORES, 8), 1600, 1e-6);
    assert_close(solve_at(&network, &TWO_CORES, 20), 4000, 1e-6);
    assert_close(solve_at(&network, &TWO_CORES, 300), 4000, 1e-6);
}

static void contention_and_crowding_make_throughput_fall(void **state)
{
    (void)state;
    const struct knee_network usl = {
        .cpu_s = .001, .pool = INFINITY, .contention = .05, .coherency = .01};
    const struct knee_network_cpus many = {.cores = 32, .quota = INFINITY};
    double most = knee_network_cpu_bound(&usl, &many);
    /* The USL's peak is at sqrt((1 - .05) / .01) = 9.7. */
    assert_close(most, 10 / (1 + .05 * 9 + .01 * 10 * 9) * 1000, 1e-3);
    assert_true(solve_at(&usl, &many, 32) < .8 * most);
    const struct knee_network crowded = {.cpu_s = .0001, .pool_s = .01, .pool = 4, .crowding = .1};
    assert_true(solve_at(&crowded, &TWO_CORES, 40) < .4 * solve_at(&crowded, &TWO_CORES, 5));
}

/* Neither over- nor underflow. */
static void thousands_of_items_are_no_trouble(void **state)
{
    (void)state;
    static const struct knee_network CASES[] = {
        {.cpu_s = 1e-6, .delay_s = 1, .pool = INFINITY},
        {.cpu_s = 1e-6, .delay_s = .001, .pool_s = .5, .pool = 2000},
        {.cpu_s = .1, .delay_s = 1e-6, .pool_s = 1e-6, .pool = 1},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        double low = solve_at(&CASES[i], &TWO_CORES, 2000);
        double high = solve_at(&CASES[i], &TWO_CORES, 4000);
        assert_true(isfinite(low) && isfinite(high) && low > 0);
        assert_true(high >= low * (1 - 1e-9));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(computing_alone_fills_the_cores),
        cmocka_unit_test(a_delay_and_one_core_are_the_machine_repairman),
        cmocka_unit_test(two_equal_queues_share_the_work),
        cmocka_unit_test(a_sharp_network_follows_the_bounds),
        cmocka_unit_test(contention_and_crowding_make_throughput_fall),
        cmocka_unit_test(thousands_of_items_are_no_trouble),
    };
    return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
