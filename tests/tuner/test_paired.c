/* SPDX-License-Identifier: MIT */
/* The claim about the whole curve needs the sign of most pairs, hiccups included. */
#include "tests/support/test.h"

#include "tuner/compare/paired.h"

#include <math.h>

#define PAIRS 9

/* `hiccups` of the pairs fall far to the other side; the rest says +20 %. */
static int moved_with(size_t hiccups)
{
    struct knee_paired_pair pairs[PAIRS];
    static struct knee_compare compare;
    struct knee_err err = {0};
    for (size_t i = 0; i < PAIRS; i++) {
        double d = i < hiccups ? -1 - .1 * (double)i : .2 + .005 * (double)(i % 3);
        pairs[i] = (struct knee_paired_pair){1, 100, 100 * exp(d), NAN, NAN};
    }
    assert_int_equal(knee_paired_judge(&compare, pairs, PAIRS, 0, .05, &err), 0);
    return compare.moved;
}

static void most_pairs_have_the_sign_of_a_claim(void **state)
{
    (void)state;
    assert_int_equal(moved_with(0), 1);
    assert_int_equal(moved_with(3), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(most_pairs_have_the_sign_of_a_claim),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
