/* SPDX-License-Identifier: MIT */
/* A late wake-up does not add up over items, but a stall is not made up for. */
#include "workloads/parts/pace.h"

#include "core/base/array.h"
#include "tests/support/test.h"

static void an_item_arrives_when_the_last_one_was_due(void **state)
{
    static const struct {
        uint64_t due_ns, now_ns, late_max_ns, arrival_ns;
    } CASES[] = {
        {1000, 1030, 100, 1000},                          /* overslept a little: on schedule */
        {1000, 1100, 100, 1000}, {1000, 1101, 100, 1101}, /* a stall: from now on */
        {1000, 1000, 0, 1000},   {2000, 1000, 100, 1000}, /* not due yet: an item ends early */
        {0, 5000, 100, 5000},                             /* the first one */
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++)
        assert_int_equal(
            knee_pace_arrival_ns(CASES[i].due_ns, CASES[i].now_ns, CASES[i].late_max_ns),
            CASES[i].arrival_ns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_item_arrives_when_the_last_one_was_due),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
