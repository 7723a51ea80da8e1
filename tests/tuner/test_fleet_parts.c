/* SPDX-License-Identifier: MIT */
/* tuner/sweep/fleet_parts: shares add up to the level and are fair over blocks; one window of all
 * rows has sums of rates, percentiles of the summed histogram, and other work counted once. */
#include "tuner/sweep/fleet_parts.h"

#include "core/base/array.h"
#include "core/base/clock.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void shares_add_up_to_the_level(void **state)
{
    (void)state;
    static const double WEIGHTS[] = {2, 64, 0.5, 8, 8, 1, 1};
    for (uint32_t hosts = 1; hosts <= 7; hosts++)
        for (uint32_t level = 1; level <= 40; level++) {
            uint32_t even = 0, weighted = 0;
            for (uint32_t rank = 0; rank < 8; rank++) {
                uint32_t share = knee_fleet_share(level, hosts, NULL, 3, level, rank);
                assert_true(share == 0 || share <= level / hosts + 1);
                even += share;
                weighted += knee_fleet_share(level, hosts, WEIGHTS, 3, level, rank);
            }
            assert_int_equal(even, level);
            assert_int_equal(weighted, level);
        }
}

static void odd_items_go_round_by_lot(void **state)
{
    (void)state;
    uint32_t got[4] = {0}, changes = 0, last = 4;
    for (uint32_t block = 0; block < 400; block++)
        for (uint32_t rank = 0; rank < 4; rank++)
            if (knee_fleet_share(5, 4, NULL, 1, block, rank) == 2) {
                got[rank]++;
                changes += rank != last;
                last = rank;
            }
    for (uint32_t rank = 0; rank < 4; rank++)
        assert_in_range(got[rank], 70, 130);
    assert_true(changes > 200);
}

static void fill_row(struct knee_fleet_row *row, uint32_t share, double items, double window_s,
                     double cpu_s, double foreign)
{
    *row = (struct knee_fleet_row){.share = share, .cpus = 2};
    row->window = (struct knee_window){.block = 3,
                                       .level = share,
                                       .window_ns = (uint64_t)(window_s * 1e9),
                                       .items = items,
                                       .throughput_per_s = items / window_s,
                                       .latency_mean_s = .01,
                                       .cpu_user_s = cpu_s,
                                       .foreign_cpus = foreign,
                                       .steal_ratio = 0,
                                       .valid = true};
}

static void one_window_is_made_of_all(void **state)
{
    (void)state;
    const struct knee_fleet_host hosts[] = {
        {.name = "a"}, {.name = "a"}, {.name = "b"}, {.name = "c"}};
    struct knee_fleet_row rows[4];
    struct knee_histogram_sum latencies = {0};
    struct knee_window window;
    /* On host a each rank takes the other for other work: 0.5 and 0.25 CPUs of it are ours. */
    fill_row(&rows[0], 4, 100, 1.0, .25, .5 + .1);
    fill_row(&rows[1], 4, 110, 1.1, .55, .25 + .1);
    fill_row(&rows[2], 4, 50, .5, .1, .2);
    fill_row(&rows[3], 0, 0, 0, 0, NAN);
    latencies.counts[100] = 130;
    latencies.counts[500] = 2;
    latencies.total = 132;
    knee_fleet_merge(&window, rows, hosts, 4, &latencies);
    assert_int_equal(window.level, 12);
    assert_close(window.items, 260, 1e-9);
    assert_close(window.throughput_per_s, 300, 1e-9); /* not 260 / 1.1 */
    assert_close(window.foreign_cpus, .1 + .2, 1e-6);
    assert_close(window.cpu_user_s, .9, 1e-9);
    assert_close(window.latency_p50_s, 1e-9 * knee_histogram_value_ns(100), .01);
    assert_close(window.latency_p99_s, 1e-9 * knee_histogram_value_ns(500), .01);
    assert_true(window.valid);
    rows[2].window.reasons = KNEE_WINDOW_UNSETTLED;
    knee_fleet_merge(&window, rows, hosts, 4, &latencies);
    assert_true(window.reasons & KNEE_WINDOW_UNSETTLED);
}

static void a_window_without_items_says_nothing(void **state)
{
    (void)state;
    const struct knee_fleet_host hosts[] = {{.name = "a"}, {.name = "b"}};
    struct knee_fleet_row rows[2];
    struct knee_histogram_sum latencies = {0};
    struct knee_window window;
    fill_row(&rows[0], 1, 0, .2, 0, 0);
    fill_row(&rows[1], 0, 0, 0, 0, NAN);
    knee_fleet_merge(&window, rows, hosts, 2, &latencies);
    assert_true(window.reasons & KNEE_WINDOW_EMPTY);
    assert_false(window.valid);
}

static void resuming_compares_names_in_any_order(void **state)
{
    (void)state;
    static const struct {
        const char *before[4], *now[4];
        int status;
    } CASES[] = {
        {{"a", "b"}, {"b", "a"}, 0},       {{"a", "a"}, {"a", "a"}, 0},
        {{"a", "b"}, {"a", "c"}, -1},      {{"a", "b"}, {"a", "a"}, -1},
        {{"a", "b"}, {"a", "b", "c"}, -1}, {{NULL}, {"a", "b"}, -1},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_fleet_host hosts[4] = {0};
        struct knee_err err = {0};
        size_t before = 0, now = 0;
        while (before < 4 && CASES[i].before[before])
            before++;
        for (; now < 4 && CASES[i].now[now]; now++)
            snprintf(hosts[now].name, sizeof hosts[now].name, "%s", CASES[i].now[now]);
        assert_int_equal(knee_fleet_same_hosts(CASES[i].before, before, hosts, now, "out", &err),
                         CASES[i].status);
        if (CASES[i].status)
            assert_int_equal(err.code, KNEE_USAGE);
    }
}

static void messages_that_make_no_sense_are_told(void **state)
{
    (void)state;
    struct knee_fleet_host host = {.name = "a", .version = "1", .cpus = 2}, open = host;
    struct knee_fleet_row row, bad;
    assert_true(knee_fleet_host_is_whole(&host));
    memset(open.name, 'a', sizeof open.name);
    assert_false(knee_fleet_host_is_whole(&open));
    open = host;
    memset(open.error, 'a', sizeof open.error);
    assert_false(knee_fleet_host_is_whole(&open));
    host.cpus = 0;
    assert_false(knee_fleet_host_is_whole(&host));
    fill_row(&row, 3, 100, 1.0, .25, NAN);
    assert_true(knee_fleet_row_is_whole(&row));
    bad = row;
    memset(bad.error, 'a', sizeof bad.error);
    assert_false(knee_fleet_row_is_whole(&bad));
    bad = row;
    bad.window.items = NAN;
    assert_false(knee_fleet_row_is_whole(&bad));
    bad = row;
    bad.window.cpu_user_s = INFINITY;
    assert_false(knee_fleet_row_is_whole(&bad));
    bad = row;
    bad.window.window_ns = UINT64_MAX;
    assert_false(knee_fleet_row_is_whole(&bad));
    bad = row;
    bad.share = UINT32_MAX;
    assert_false(knee_fleet_row_is_whole(&bad));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_add_up_to_the_level),
        cmocka_unit_test(odd_items_go_round_by_lot),
        cmocka_unit_test(one_window_is_made_of_all),
        cmocka_unit_test(a_window_without_items_says_nothing),
        cmocka_unit_test(resuming_compares_names_in_any_order),
        cmocka_unit_test(messages_that_make_no_sense_are_told),
    };
    return cmocka_run_group_tests_name("fleet_parts", tests, NULL, NULL);
}
