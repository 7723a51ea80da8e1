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
    *row = (struct knee_fleet_row){.share = share,
                                   .cpus = 2,
                                   .own_cpus = window_s > 0 ? cpu_s / window_s : 0,
                                   .server_cpus = NAN};
    row->window = (struct knee_measured){.block = 3,
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
    /* The names differ, as those of containers do, but the first two run on one machine. */
    const struct knee_fleet_host hosts[] = {{.name = "a", .machine = 1},
                                            {.name = "b", .machine = 1},
                                            {.name = "c", .machine = 2},
                                            {.name = "d", .machine = 3}};
    struct knee_fleet_row rows[4];
    struct knee_histogram_sum latencies = {0};
    struct knee_measured window;
    /* On machine 1 each rank takes the other for other work: 0.5 and 0.25 CPUs of it are ours. */
    fill_row(&rows[0], 4, 100, 1.0, .25, .5 + .1);
    fill_row(&rows[1], 4, 110, 1.1, .55, .25 + .1);
    fill_row(&rows[2], 4, 50, .5, .1, .2);
    fill_row(&rows[3], 0, 0, 0, 0, NAN);
    latencies.counts[100] = 130;
    latencies.counts[500] = 2;
    latencies.total = 132;
    knee_fleet_merge(&window, rows, hosts, 4, &latencies, &(struct knee_taken){.count = 0});
    assert_int_equal(window.level, 12);
    assert_close(window.items, 260, 1e-9);
    assert_close(window.throughput_per_s, 300, 1e-9); /* not 260 / 1.1 */
    assert_close(window.foreign_cpus, .1 + .2, 1e-6);
    assert_close(window.cpu_user_s, .9, 1e-9);
    assert_close(window.latency_p50_s, 1e-9 * knee_histogram_value_ns(100), .01);
    assert_close(window.latency_p99_s, 1e-9 * knee_histogram_value_ns(500), .01);
    assert_true(window.valid);
    rows[2].window.reasons = KNEE_WINDOW_UNSETTLED;
    knee_fleet_merge(&window, rows, hosts, 4, &latencies, &(struct knee_taken){.count = 0});
    assert_true(window.reasons & KNEE_WINDOW_UNSETTLED);
}

/* A server on the machine of all ranks, which rank 0 alone knows, is part of the work: the others
 * take it for other work. */
static void a_server_that_rank_0_knows_is_part_of_the_work(void **state)
{
    (void)state;
    const struct knee_fleet_host hosts[] = {{.machine = 1}, {.machine = 1}, {.machine = 1}};
    struct knee_fleet_row rows[3];
    struct knee_histogram_sum latencies = {0};
    struct knee_measured window;
    fill_row(&rows[0], 2, 100, 1, .2, .6 + .01);
    fill_row(&rows[1], 2, 100, 1, .3, .5 + .9 + .01);
    fill_row(&rows[2], 2, 100, 1, .3, .5 + .9 + .01);
    rows[0].server_cpus = .9;
    knee_fleet_merge(&window, rows, hosts, 3, &latencies, &(struct knee_taken){.count = 0});
    assert_close(window.server_cpu_s, .9, 1e-6);
    assert_close(window.foreign_cpus, .01, 1e-6);
    assert_true(window.valid);
    rows[0].share = 0; /* it has no items in this window, but has watched */
    rows[0].own_cpus = 0;
    rows[1].window.foreign_cpus = rows[2].window.foreign_cpus = .3 + .9 + .01;
    knee_fleet_merge(&window, rows, hosts, 3, &latencies, &(struct knee_taken){.count = 0});
    assert_close(window.server_cpu_s, .9, 1e-6);
    assert_close(window.foreign_cpus, .01, 1e-6);
}

/* Other work that fills one host's CPUs counts by what it takes from the total. */
static void other_work_counts_by_its_effect(void **state)
{
    (void)state;
    static const struct {
        double foreign;
        uint32_t hosts;
        bool valid;
    } CASES[] = {{1, 4, false}, {1, 64, true}, {.05, 1, true}, {.3, 1, false}};
    struct knee_fleet_host hosts[64];
    struct knee_fleet_row rows[64];
    struct knee_histogram_sum latencies = {0};
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_measured window;
        for (uint32_t j = 0; j < CASES[i].hosts; j++) {
            hosts[j] = (struct knee_fleet_host){.machine = j};
            fill_row(&rows[j], 4, 100, 1, 1.7, 0);
        }
        fill_row(&rows[0], 4, 60, 1, 1.0, CASES[i].foreign);
        if (CASES[i].hosts == 1)
            rows[0].own_cpus = 1.7;
        knee_fleet_merge(&window, rows, hosts, CASES[i].hosts, &latencies,
                         &(struct knee_taken){.count = 0});
        assert_int_equal(window.valid, CASES[i].valid);
        assert_int_equal((window.reasons & KNEE_WINDOW_FOREIGN) == 0, CASES[i].valid);
    }
}

static void failures_of_requests_add_up(void **state)
{
    (void)state;
    const struct knee_fleet_host hosts[] = {{.machine = 1}, {.machine = 2}, {.machine = 3}};
    struct knee_fleet_row rows[3];
    struct knee_histogram_sum latencies = {0};
    struct knee_measured window;
    for (uint32_t i = 0; i < 3; i++) {
        fill_row(&rows[i], i < 2, 100 * (i + 1), 1, .2, 0);
        rows[i].window.requests =
            (struct knee_requests){.first_byte_s = .01 * (i + 1), .connect_s = NAN};
        rows[i].window.requests.failed[KNEE_FAILURE_STATUS] = 3 + i;
    }
    rows[2].window.requests = KNEE_REQUESTS_UNKNOWN; /* it has no items */
    knee_fleet_merge(&window, rows, hosts, 3, &latencies, &(struct knee_taken){.count = 0});
    assert_close(window.requests.failed[KNEE_FAILURE_STATUS], 7, 0);
    assert_close(window.requests.first_byte_s, (.01 * 100 + .02 * 200) / 300, 1e-12);
    assert_true(isnan(window.requests.connect_s));
    rows[1].window.requests = KNEE_REQUESTS_UNKNOWN;
    knee_fleet_merge(&window, rows, hosts, 3, &latencies, &(struct knee_taken){.count = 0});
    assert_true(isnan(window.requests.failed[KNEE_FAILURE_STATUS]));
}

/* Who limits is claimed only if the pairs' own spread allows it. */
static void half_of_the_hosts_tell_who_limits(void **state)
{
    (void)state;
    static const struct {
        double ratios[4];
        size_t count;
        enum knee_fleet_limiter limiter;
    } CASES[] = {
        {{1, 1.01, .99, 1.005}, 4, KNEE_FLEET_SERVICE},
        {{.5, .52, .49, .51}, 4, KNEE_FLEET_CLIENTS},
        {{.8, 1.1, .9, .7}, 4, KNEE_FLEET_UNSETTLED}, /* 87 % on average, by chance */
        {{.94, .945, .94, .955}, 4, KNEE_FLEET_UNSETTLED},
        {{.5}, 1, KNEE_FLEET_UNSETTLED},
        {{0}, 0, KNEE_FLEET_UNSETTLED},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_fleet_half half = knee_fleet_half_of(CASES[i].ratios, CASES[i].count);
        assert_int_equal(knee_fleet_limiter(&half), CASES[i].limiter);
        assert_int_equal(isnan(half.ratio), CASES[i].count == 0);
    }
    /* Student's t of 3 degrees: 3.182. */
    struct knee_fleet_half half =
        knee_fleet_half_of((const double[]){1.1, 1 / 1.1, 1.1, 1 / 1.1}, 4);
    assert_close(half.ratio, 1, 1e-9);
    assert_close(log(half.high), 3.182 * log(1.1) * sqrt(4. / 3) / 2, 1e-3);
}

static void a_window_without_items_says_nothing(void **state)
{
    (void)state;
    const struct knee_fleet_host hosts[] = {{.machine = 1}, {.machine = 2}};
    struct knee_fleet_row rows[2];
    struct knee_histogram_sum latencies = {0};
    struct knee_measured window;
    fill_row(&rows[0], 1, 0, .2, 0, 0);
    fill_row(&rows[1], 0, 0, 0, 0, NAN);
    knee_fleet_merge(&window, rows, hosts, 2, &latencies, &(struct knee_taken){.count = 0});
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

static void a_host_is_said_with_its_rank(void **state)
{
    (void)state;
    char said[KNEE_FLEET_HOST_SAID_BYTES];
    assert_string_equal(knee_fleet_host_say("a", 3, said), "host a (rank 3)");
    assert_string_equal(knee_fleet_host_say("", 1, said), "host unknown (rank 1)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_add_up_to_the_level),
        cmocka_unit_test(odd_items_go_round_by_lot),
        cmocka_unit_test(one_window_is_made_of_all),
        cmocka_unit_test(a_server_that_rank_0_knows_is_part_of_the_work),
        cmocka_unit_test(other_work_counts_by_its_effect),
        cmocka_unit_test(half_of_the_hosts_tell_who_limits),
        cmocka_unit_test(failures_of_requests_add_up),
        cmocka_unit_test(a_window_without_items_says_nothing),
        cmocka_unit_test(resuming_compares_names_in_any_order),
        cmocka_unit_test(messages_that_make_no_sense_are_told),
        cmocka_unit_test(a_host_is_said_with_its_rank),
    };
    return cmocka_run_group_tests_name("fleet_parts", tests, NULL, NULL);
}
