/* SPDX-License-Identifier: MIT */
/* More families of throughput curves, of other kinds than those of tests/support/curves.h: searches
 * were not designed with these in mind, so they tell how far a claim carries. */
#ifndef KNEE_TESTS_SUPPORT_OTHER_CURVES_H
#define KNEE_TESTS_SUPPORT_OTHER_CURVES_H

#include "tests/support/curves.h"

enum test_other {
    TEST_OTHER_AMDAHL,  /* a serial part, and a cost for each doubling */
    TEST_OTHER_STAGES,  /* a pipeline of stages, each with its own servers */
    TEST_OTHER_CONVOY,  /* a lock that loses a share once it is contended */
    TEST_OTHER_CACHE,   /* items outgrow the cache on the way */
    TEST_OTHER_NODES,   /* cores, a second node, siblings: three slopes and a plateau */
    TEST_OTHER_QUOTA,   /* linear to a rate, flat, then thrashing */
    TEST_OTHER_POWER,   /* a power law, up to a soft end or beyond all levels */
    TEST_OTHER_OVERLAP, /* a plateau, and a second rise far above it */
    TEST_OTHERS,
};

const char *test_other_name(enum test_other family);

/* The same seed gives the same curve. */
struct test_curve test_other_draw(enum test_other family, uint64_t seed);

#endif
