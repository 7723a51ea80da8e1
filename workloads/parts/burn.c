/* SPDX-License-Identifier: MIT */
#include "workloads/parts/burn.h"

#include "core/base/clock.h"

#include <stdlib.h>
#include <string.h>

#define RUNS 21           /* odd, so that the median is one of them */
#define RUN_ROUNDS 100000 /* about 0.2 ms: much longer than a clock read, shorter than a slice */
#define WARM_UP_ROUNDS 500000 /* lets the core reach its clock frequency */

uint64_t knee_burn(uint64_t rounds, uint64_t seed)
{
    uint64_t x = seed | 1; /* xorshift must not start at 0 */
    double f = 0.5;
    for (uint64_t i = 0; i < rounds; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        /* Stays in [0, 4): denormal, infinite or NaN values would make the steps slower. */
        f = f * 0.75 + (double)(x >> 11) * 0x1p-53;
    }
    uint64_t bits;
    memcpy(&bits, &f, sizeof bits);
    return x ^ bits;
}

static uint64_t thread_cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * KNEE_NS_PER_S + (uint64_t)now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

double knee_burn_rounds_per_ns(void)
{
    uint64_t took_ns[RUNS];
    volatile uint64_t used = knee_burn(WARM_UP_ROUNDS, 1);
    for (int i = 0; i < RUNS; i++) {
        uint64_t start_ns = thread_cpu_ns();
        used = knee_burn(RUN_ROUNDS, used);
        took_ns[i] = thread_cpu_ns() - start_ns;
    }
    qsort(took_ns, RUNS, sizeof took_ns[0], compare);
    uint64_t median_ns = took_ns[RUNS / 2] ? took_ns[RUNS / 2] : 1;
    return RUN_ROUNDS / (double)median_ns;
}

uint64_t knee_burn_rounds(uint64_t ns, double rounds_per_ns)
{
    double per_ns = rounds_per_ns > 0 ? rounds_per_ns : knee_burn_rounds_per_ns();
    double rounds = (double)ns * per_ns;
    return rounds < 1 ? 1 : (uint64_t)(rounds + 0.5);
}
