/* SPDX-License-Identifier: MIT */
/* Which of many p values are discoveries, by the example of the paper. */
#include "tuner/compare/false_discovery.h"

#include "core/base/array.h"
#include "tests/support/test.h"

/* Benjamini and Hochberg 1995, section 4: 15 p values, four discoveries at q = .05. */
static void the_papers_example_has_four_discoveries(void **state)
{
    (void)state;
    double p[] = {.3240, .0001, .0201, .4262, .0278, .0004, .0298, .5719,
                  .0344, .0019, .0459, .6528, .0095, .7590, 1.0000};
    assert_true(knee_false_discovery_limit(p, KNEE_COUNT(p), .05) == .0095);
}

static void none_may_be_a_discovery(void **state)
{
    (void)state;
    double p[] = {.2, .9, .06};
    assert_true(knee_false_discovery_limit(p, KNEE_COUNT(p), .05) < 0);
    assert_true(knee_false_discovery_limit(p, 0, .05) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_papers_example_has_four_discoveries),
        cmocka_unit_test(none_may_be_a_discovery),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
