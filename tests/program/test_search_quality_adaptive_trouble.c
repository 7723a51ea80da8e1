/* SPDX-License-Identifier: MIT */
/* The bar that the strategy adaptive is held to on machines with trouble: see
 * tests/support/hard_curves.h. */
#include "tests/support/test.h"
#include "tests/support/trials.h"

static void stalls_and_failures(void **state)
{
    (void)state;
    test_bear_trouble("adaptive", TEST_CURVES, .03);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(stalls_and_failures)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
