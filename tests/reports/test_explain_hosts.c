/* SPDX-License-Identifier: MIT */
/* reports/words/explain_hosts: what the hosts of a sweep did at its limit. */
#include "reports/words/explain_hosts.h"

#include "core/base/array.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>

static void a_slow_host_is_named_at_the_level_of_all(void **state)
{
    (void)state;
    static const struct {
        uint32_t level;
        size_t count;
        struct knee_fleet_part hosts[3]; /* after the sums: windows, share, of_share */
        const char *text;
    } CASES[] = {
        {8, 1, {{.name = "a", .windows = 4, .share = 8, .of_share = 1}}, ""},
        {8, 2, {{.name = "a"}, {.name = "b", .rank = 1}}, ""},
        {8,
         2,
         {{.name = "a", .windows = 4, .share = 4, .of_share = 1.02},
          {.name = "b", .rank = 1, .windows = 4, .share = 4, .of_share = .98}},
         "At 8 in all, each host gives its share."},
        /* One item at a time, which each host had in some windows. */
        {1,
         3,
         {{.name = "a", .windows = 2, .share = 1, .of_share = 1},
          {.name = "b", .rank = 1, .windows = 1, .share = 1, .of_share = 1},
          {.name = "c", .rank = 2, .of_share = NAN}},
         "At 1 in all, each host gives its share."},
        {12,
         3,
         {{.name = "a", .windows = 4, .share = 4, .of_share = 1.2, .cpu_ratio = .1},
          {.name = "b", .rank = 1, .windows = 4, .share = 4, .of_share = 1.3, .cpu_ratio = .1},
          {.name = "c",
           .rank = 2,
           .windows = 4,
           .share = 4,
           .of_share = .5,
           .of_share_low = .4,
           .of_share_high = .6,
           .cpu_ratio = .2}},
         "c (rank 2) is slow: at 12 in all it gives 50 % of its share of the throughput (40 to 60 "
         "% at 95 % confidence), with its CPUs 20 % busy for that."},
        {12,
         2,
         {{.name = "a", .windows = 4, .share = 4, .of_share = 1.4},
          {.name = "b", .rank = 1, .windows = 4, .share = 4, .of_share = .6, .of_share_high = 1.3}},
         "At 12 in all, too few windows tell whether a host is slow."},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_fleet_part hosts[3];
        char text[KNEE_EXPLAIN_HOSTS_BYTES];
        for (size_t j = 0; j < CASES[i].count; j++)
            hosts[j] = CASES[i].hosts[j];
        const struct knee_workload_result workload = {
            .hosts = hosts, .hosts_count = CASES[i].count, .hosts_level = CASES[i].level};
        assert_string_equal(knee_explain_hosts(&workload, text), CASES[i].text);
    }
}

static void the_slowest_of_many_are_listed(void **state)
{
    (void)state;
    struct knee_fleet_part hosts[KNEE_EXPLAIN_HOSTS_LISTED + 3] = {0};
    size_t places[KNEE_EXPLAIN_HOSTS_LISTED], count = KNEE_COUNT(hosts);
    for (size_t i = 0; i < count; i++)
        hosts[i] = (struct knee_fleet_part){.windows = 1, .of_share = 2 - .1 * (double)i};
    const struct knee_workload_result many = {.hosts = hosts, .hosts_count = count};
    assert_int_equal(knee_explain_hosts_list(&many, places), KNEE_EXPLAIN_HOSTS_LISTED);
    assert_int_equal(places[0], count - 1);
    assert_int_equal(places[KNEE_EXPLAIN_HOSTS_LISTED - 1], 3);
    const struct knee_workload_result few = {.hosts = hosts, .hosts_count = 3};
    assert_int_equal(knee_explain_hosts_list(&few, places), 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(places[i], i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slow_host_is_named_at_the_level_of_all),
        cmocka_unit_test(the_slowest_of_many_are_listed),
    };
    return cmocka_run_group_tests_name("explain_hosts", tests, NULL, NULL);
}
