/* SPDX-License-Identifier: MIT */
/* What items demand, and what limits: over levels of closed systems whose answer is known. */
#include "reports/words/explain.h"
#include "tests/support/test.h"
#include "tuner/result/demands.h"
#include "tuner/result/result.h"

#include <math.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* Items that take `cpu_s` of one of `cpus` CPUs and `wait_s` elsewhere, which serves `pool` at
 * a time (0: all); beyond `collapse` (0: none) throughput falls as 1 / n. */
struct system {
    double cpu_s, wait_s;
    uint32_t cpus, pool, collapse;
    uint32_t levels[10];
};

static size_t make(struct knee_level *levels, const struct system *system)
{
    size_t count = 0;
    double item_s = system->cpu_s + system->wait_s;
    for (; system->levels[count]; count++) {
        uint32_t n = system->levels[count];
        double x = fmin(n / item_s, system->cpu_s > 0 ? system->cpus / system->cpu_s : INFINITY);
        bool cpu_full = n * system->cpu_s > item_s * system->cpus;
        if (system->pool > 0)
            x = fmin(x, system->pool / item_s);
        if (system->collapse > 0 && n > system->collapse)
            x *= pow((double)system->collapse / n, 2);
        double wait_s = n / x - system->cpu_s - (cpu_full ? system->wait_s : 0);
        levels[count] =
            (struct knee_level){.level = n,
                                .windows = 4,
                                .throughput_per_s = x,
                                .latency_mean_s = n / x,
                                .cpu_utilization = x * system->cpu_s / system->cpus,
                                .cpu_per_item_s = system->cpu_s,
                                .runqueue_wait_per_item_s = cpu_full ? wait_s : 0,
                                .other_wait_per_item_s = cpu_full ? system->wait_s : wait_s,
                                .server_in_service = NAN};
    }
    return count;
}

static const struct {
    struct system system;
    enum knee_limited_by limited_by;
    double ideal, served;
    uint32_t queueing_from;
    const char *text;
} limits[] = {
    {{.001, 0, 2, 0, 0, {1, 2, 4, 8, 16}},
     KNEE_LIMITED_BY_CPU,
     2,
     NAN,
     4,
     "The CPUs: from 4 on, items spend 50 % of their time and more waiting for one."},
    {{.001, .003, 2, 0, 0, {1, 2, 4, 8, 16}},
     KNEE_LIMITED_BY_CPU,
     8,
     NAN,
     16,
     "The CPUs: from 16 on, items spend 50 % of their time and more waiting for one."},
    {{1e-5, .005, 2, 16, 0, {1, 2, 4, 8, 16, 32, 64}},
     KNEE_LIMITED_BY_WAITING,
     1002,
     16,
     0,
     "Above 16, more items at once only wait longer: a lock, a pool or a device "
     "serves 16 at a time."},
    {{1e-5, .002, 2, 1, 0, {1, 2, 4, 8}},
     KNEE_LIMITED_BY_WAITING,
     402,
     1,
     0,
     "Above 1, more items at once only wait longer: a lock, a pool or a device "
     "serves 1 at a time."},
    /* No level tells how many: the lowest is beyond the pool already. */
    {{1e-5, .005, 2, 3, 0, {8, 16, 32}},
     KNEE_LIMITED_BY_WAITING,
     NAN,
     NAN,
     0,
     "Above 8, more items at once only wait longer, for a lock, a "
     "pool or a device."},
    {{1e-5, .010, 2, 0, 0, {1, 2, 4, 8}},
     KNEE_LIMITED_BY_NOTHING,
     2002,
     NAN,
     0,
     "Nothing yet: an item takes 10 us of CPU and waits for the rest; the CPUs would be full "
     "at "
     "2,002, with 200,000 items/s."},
    {{1e-5, .010, 2, 0, 8, {1, 2, 4, 8, 16, 32}},
     KNEE_LIMITED_BY_OVERHEAD,
     2002,
     NAN,
     0,
     "Each other: beyond 8, more items at once cost more than they bring."},
    {{.001, 0, 2, 0, 0, {0}}, KNEE_LIMITED_BY_UNKNOWN, NAN, NAN, 0, ""},
    {{.001, .5, 2, 0, 0, {1}}, KNEE_LIMITED_BY_UNKNOWN, 1002, NAN, 0, ""},
};

static void what_limits_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(limits); i++) {
        struct knee_level levels[10];
        struct knee_workload_result result = {.decision = {.knee = 8, .limit = 8, .peak = 8},
                                              .levels = levels,
                                              .resource = KNEE_CLASS_NET};
        char text[KNEE_EXPLAIN_BYTES];
        result.levels_count = make(levels, &limits[i].system);
        knee_demands_find(&result.demands, levels, result.levels_count, limits[i].system.cpus);
        if (result.demands.limited_by != limits[i].limited_by)
            fail_msg("case %zu: %s", i, knee_limited_by_text(result.demands.limited_by));
        if (!isnan(limits[i].ideal))
            assert_close(result.demands.ideal_level, limits[i].ideal, 1e-9);
        assert_close(result.demands.served, limits[i].served, 1e-9);
        assert_int_equal(result.demands.queueing_from, limits[i].queueing_from);
        assert_string_equal(knee_explain_limits(&result, text), limits[i].text);
    }
}

#define CPUS 2

/* Sixteen places, 5 ms an item. */
static size_t make_pool_of_16(struct knee_level *levels)
{
    const struct system system = {1e-5, .005, CPUS, 16, 0, {1, 2, 4, 8, 16, 32, 64}};
    size_t count = make(levels, &system);
    for (size_t i = 0; i < count; i++)
        levels[i].items = 40 * levels[i].level;
    return count;
}

/* A few items alone do not tell how long one takes if a tenth of them take ten times as long. */
static void levels_with_free_places_tell_how_long_an_item_takes(void **state)
{
    (void)state;
    struct knee_level levels[10];
    struct knee_demands demands;
    size_t count = make_pool_of_16(levels);
    levels[0].other_wait_per_item_s *= 1.4;
    levels[0].throughput_per_s /= 1.4;
    knee_demands_find(&demands, levels, count, CPUS);
    assert_close(demands.served, 16, .03);
}

/* While the service was cold, or its host busy, latencies were five times as long. That is no
 * matter of the levels, and the fit knows it. */
static void a_slow_block_does_not_change_the_number_at_a_time(void **state)
{
    (void)state;
    struct knee_level levels[10];
    struct knee_demands demands;
    size_t count = make_pool_of_16(levels);
    levels[1].other_wait_per_item_s *= 5;
    levels[2].other_wait_per_item_s *= 3;
    knee_demands_find(&demands, levels, count, CPUS);
    assert_close(demands.served, 16, .03);
}

/* A failed item takes a place as well, for no one knows how long. */
static void what_fails_leaves_no_number_at_a_time(void **state)
{
    (void)state;
    const struct system system = {1e-5, .005, 2, 16, 0, {1, 2, 4, 8, 16, 32, 64}};
    for (int percent = 0; percent <= 10; percent += 10) {
        struct knee_level levels[10];
        struct knee_demands demands;
        size_t count = make(levels, &system);
        for (size_t i = 0; i < count; i++) {
            levels[i].throughput_per_s *= 1 - percent / 100.0;
            levels[i].items = 100 - percent;
            levels[i].failed_items = percent;
        }
        knee_demands_find(&demands, levels, count, system.cpus);
        assert_int_equal(demands.limited_by, KNEE_LIMITED_BY_WAITING);
        assert_close(demands.served, percent == 0 ? 16 : NAN, 1e-9);
    }
}

/* Little's law and the curve are two witnesses: only if they agree is the number said as it is. */
static void a_number_that_the_curve_does_not_show_is_about(void **state)
{
    (void)state;
    char text[KNEE_EXPLAIN_BYTES];
    struct knee_level level = {.level = 12, .windows = 4, .server_in_service = NAN};
    struct knee_workload_result result = {
        .levels = &level,
        .levels_count = 1,
        .decision = {.knee = 12, .limit = 12, .peak = 12},
        .demands = {.limited_by = KNEE_LIMITED_BY_WAITING, .served = 9.8, .standing_from = 12}};
    assert_string_equal(knee_explain_limits(&result, text),
                        "Above 12, more items at once only wait longer: a lock, a "
                        "pool or a device serves about 10 at a time.");
    result.demands.served = 12.4;
    assert_non_null(strstr(knee_explain_limits(&result, text), " serves 12 at a time."));
}

static void bounds_are_the_operational_laws(void **state)
{
    (void)state;
    const struct system system = {.001, .003, 2, 0, 0, {1, 2, 4, 8, 16}};
    struct knee_level levels[10];
    struct knee_demands demands;
    size_t count = make(levels, &system);
    knee_demands_find(&demands, levels, count, 2);
    assert_close(demands.cpu_ratio, .25, 1e-9);
    assert_close(demands.cpu_bound_per_s, 2000, 1e-9);
    assert_close(knee_demands_bound(&demands, 1), 250, 1e-9);
    assert_close(knee_demands_bound(&demands, 8), 2000, 1e-9);
    assert_close(knee_demands_bound(&demands, 100), 2000, 1e-9);
    for (size_t i = 0; i < count; i++)
        assert_true(levels[i].throughput_per_s <=
                    knee_demands_bound(&demands, levels[i].level) * (1 + 1e-9));
}

static void what_is_unknown_stays_unknown(void **state)
{
    (void)state;
    const struct system system = {.001, .003, 2, 0, 0, {1, 2, 4, 8, 16}};
    struct knee_level levels[10];
    struct knee_demands demands;
    size_t count = make(levels, &system);
    for (size_t i = 0; i < count; i++)
        levels[i].other_wait_per_item_s = levels[i].runqueue_wait_per_item_s = NAN;
    knee_demands_find(&demands, levels, count, 2);
    assert_int_equal(demands.base_level, 0);
    assert_int_equal(demands.queueing_from, 0);
    assert_close(demands.ideal_level, NAN, 0);
    assert_close(knee_demands_bound(&demands, 4), NAN, 0);
    levels[0].windows = 0;
    levels[1].marks = KNEE_MARK_ERRORS;
    knee_demands_find(&demands, levels, 2, 2);
    assert_int_equal(demands.limited_by, KNEE_LIMITED_BY_UNKNOWN);
}

static void a_server_is_across_the_network(void **state)
{
    (void)state;
    const struct system system = {1e-5, .005, 2, 4, 0, {1, 2, 4, 8, 16}};
    struct knee_level levels[10];
    char text[KNEE_EXPLAIN_BYTES];
    struct knee_workload_result result = {.decision = {.knee = 4, .limit = 4}, .levels = levels};
    result.levels_count = make(levels, &system);
    levels[4].server_in_service = 4;
    knee_demands_find(&result.demands, levels, result.levels_count, 2);
    assert_non_null(strstr(knee_explain_limits(&result, text),
                           "something across the network serves 4 at a time."));
    result.decision.verdict = KNEE_VERDICT_DISTURBED;
    assert_string_equal(knee_explain_limits(&result, text), "");
}

/* Items of 10 ms that hardly compute; at 9 and 16 too many fail. */
static struct knee_workload_result fails_above_8(struct knee_level *levels)
{
    const struct system system = {1e-5, .010, 2, 0, 0, {1, 2, 4, 8, 9, 16}};
    struct knee_workload_result result = {.decision = {.knee = 8, .limit = 8}, .levels = levels};
    result.levels_count = make(levels, &system);
    levels[4].marks = levels[5].marks = KNEE_MARK_ERRORS;
    return result;
}

/* A service that takes 8 at a time and refuses more: the CPUs are idle, but that is not all
 * that there is to say. The throughput may have been flat at 7 already. */
static void failures_above_the_best_level_limit(void **state)
{
    (void)state;
    struct knee_level levels[10];
    char text[KNEE_EXPLAIN_BYTES];
    struct knee_workload_result result = fails_above_8(levels);
    levels[4].throughput_per_s = levels[5].throughput_per_s = levels[3].throughput_per_s;
    for (int flat = 0; flat < 2; flat++) {
        levels[2].throughput_per_s = flat ? levels[3].throughput_per_s : levels[2].throughput_per_s;
        knee_demands_find(&result.demands, levels, result.levels_count, 2);
        assert_string_equal(knee_limited_by_text(result.demands.limited_by), "failures");
        assert_string_equal(knee_explain_limits(&result, text),
                            "Failures: from 9 on, too many items fail. An item takes 10 us of CPU "
                            "and waits for the rest; the CPUs would be full at 2,002, with 200,000 "
                            "items/s.");
    }
}

/* Transactions that could not be serialized: at 16 most fail, and yet twice as many succeed. */
static void successes_beside_many_failures_are_said(void **state)
{
    (void)state;
    struct knee_level levels[10];
    char text[KNEE_EXPLAIN_BYTES];
    struct knee_workload_result result = fails_above_8(levels);
    knee_demands_find(&result.demands, levels, result.levels_count, 2);
    assert_non_null(strstr(knee_explain_limits(&result, text),
                           "from 9 on, too many items fail. Even so, 1,598 items/s succeed at 16: "
                           "if yours are repeated until they do, that is faster. An item takes"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_limits_is_found),
        cmocka_unit_test(levels_with_free_places_tell_how_long_an_item_takes),
        cmocka_unit_test(a_slow_block_does_not_change_the_number_at_a_time),
        cmocka_unit_test(what_fails_leaves_no_number_at_a_time),
        cmocka_unit_test(a_number_that_the_curve_does_not_show_is_about),
        cmocka_unit_test(bounds_are_the_operational_laws),
        cmocka_unit_test(what_is_unknown_stays_unknown),
        cmocka_unit_test(a_server_is_across_the_network),
        cmocka_unit_test(failures_above_the_best_level_limit),
        cmocka_unit_test(successes_beside_many_failures_are_said),
    };
    return cmocka_run_group_tests_name("demands", tests, NULL, NULL);
}
