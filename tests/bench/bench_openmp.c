/* SPDX-License-Identifier: MIT */
/* OpenMP's dynamic hand-out of single iterations, timed only as a whole, and STREAM's triad as its
 * authors wrote it. It is a file of its own because only this file is compiled with -fopenmp. */
#include "core/base/clock.h"

#include <stddef.h>

double bench_openmp_wall_s(int width, long items);

double bench_openmp_wall_s(int width, long items)
{
    uint64_t from = 0;
#pragma omp parallel num_threads(width)
    {
#pragma omp barrier
#pragma omp master
        from = knee_clock_now_ns();
#pragma omp barrier
#pragma omp for schedule(dynamic, 1)
        for (long i = 0; i < items; i++)
            __asm__ volatile("" : : "r"(i));
    }
    return knee_clock_to_s(knee_clock_now_ns() - from);
}

double bench_openmp_triad_s(int width, double *restrict a, const double *restrict b,
                            const double *restrict c, size_t elements, int passes);

double bench_openmp_triad_s(int width, double *restrict a, const double *restrict b,
                            const double *restrict c, size_t elements, int passes)
{
    uint64_t from = knee_clock_now_ns();
    for (int pass = 0; pass < passes; pass++) {
#pragma omp parallel for num_threads(width)
        for (size_t i = 0; i < elements; i++)
            a[i] = b[i] + 3.0 * c[i];
    }
    return knee_clock_to_s(knee_clock_now_ns() - from);
}
