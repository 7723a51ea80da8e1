/* SPDX-License-Identifier: MIT */
/* Machines on which a search could be confidently wrong: the curves of tests/support/curves.h,
 * each with something that the noise of a quiet or busy machine does not do. */
#ifndef KNEE_TESTS_SUPPORT_HARD_CURVES_H
#define KNEE_TESTS_SUPPORT_HARD_CURVES_H

#include "tests/support/curves.h"
#include "tuner/simulate/simulate.h"

enum test_hard {
    TEST_HARD_NONE,         /* nothing, for comparison */
    TEST_HARD_STALL,        /* two windows of the first climb at a tenth of the speed */
    TEST_HARD_STALL_LONG,   /* three to eight, anywhere, at a half or less */
    TEST_HARD_FAIL_FIRST,   /* half of the items fail in two windows of the first climb */
    TEST_HARD_FIRST_5,      /* level 1 varies by 5 % */
    TEST_HARD_FIRST_10,     /* by 10 % */
    TEST_HARD_ROOT,         /* a level varies by 10 % over the root of it, and by the noise */
    TEST_HARD_ONE_LEVEL,    /* one candidate varies four times as much as the rest */
    TEST_HARD_MODES_ABOVE,  /* a third of the windows at .7 from the knee on */
    TEST_HARD_MODES_BELOW,  /* or below it */
    TEST_HARD_MODES_RANDOM, /* a share and ratio drawn, from some level on */
    TEST_HARD_MODES_ONE,    /* or at one candidate alone */
    TEST_HARD_OUTAGE,       /* items fail for 4 to 40 windows */
    TEST_HARD_RATE_LIMIT,   /* items fail from some window on */
    TEST_HARD_STATES,       /* the device of two states, the slower at .7 */
    TEST_HARD_HYSTERESIS_3,
    TEST_HARD_HYSTERESIS_10,
    TEST_HARD_CREDIT_5, /* burst credit for this many windows */
    TEST_HARD_CREDIT_20,
    TEST_HARD_CORRELATED,
    TEST_HARD_WARMUP,
    TEST_HARD_COUNT,
};

struct test_hard_curve {
    struct knee_curve curve;
    uint32_t cpus;
    struct knee_simulate_trouble trouble; /* its events lie in `event`: set them when in place */
    struct knee_event event;
};

const char *test_hard_name(enum test_hard hard);

/* The same seed gives the same curve. `noise` is what the levels have that get no CV of their own.
 */
void test_hard_draw(struct test_hard_curve *drawn, enum test_hard hard, enum test_family family,
                    const struct knee_simulate_noise *noise, uint64_t seed);
void test_hard_release(struct test_hard_curve *drawn);

#endif
