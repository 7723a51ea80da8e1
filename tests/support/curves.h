/* SPDX-License-Identifier: MIT */
/* Families of random throughput curves with known knees, for tuning and testing searches. Tuning
 * uses other seeds than the tests. */
#ifndef KNEE_TESTS_SUPPORT_CURVES_H
#define KNEE_TESTS_SUPPORT_CURVES_H

#include "tuner/simulate/curve.h"

#include <stdint.h>

enum test_family {
    TEST_CPU,    /* rises to the CPUs, then a plateau that may decline a little */
    TEST_DEVICE, /* a device's queue: a soft knee */
    TEST_NET,    /* latency-bound: linear up to the server's pool, or without end */
    TEST_USL,    /* universal scalability law: a peak, then retrograde */
    TEST_MIXED,  /* closed network of CPUs, a delay and a device */
    TEST_POOL,   /* rises to a pool's size, then collapses */
    TEST_STEP,   /* SMT siblings and NUMA nodes: slopes that break, a dip in between */
    TEST_ODD,    /* flat, falling, a slow climb, a bump on a plateau */
    TEST_FAMILIES,
};

struct test_curve {
    struct knee_curve curve;
    uint32_t cpus; /* c of the candidates */
};

const char *test_family_name(enum test_family family);

/* The same seed gives the same curve. Exits the program if memory runs out. */
struct test_curve test_curve_draw(enum test_family family, uint64_t seed);
void test_curve_release(struct test_curve *curve);

/* A curve from throughputs of levels 1..count. */
struct knee_curve test_curve_of(const double *throughput, uint32_t count);

#endif
