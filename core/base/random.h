/* SPDX-License-Identifier: MIT */
/* A small seeded generator of random numbers: the same seed gives the same numbers on every
 * machine. Not for cryptography.
 *
 * The state is a plain value: copy it to fork a stream, keep one per thread. No function here
 * touches anything but its arguments.
 * Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators" (xoshiro256**),
 * seeded through splitmix64 as they advise. */
#ifndef KNEE_CORE_BASE_RANDOM_H
#define KNEE_CORE_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct knee_random {
    uint64_t state[4];
};

/* Every seed is good, 0 too; different streams of one seed are independent of each other. */
struct knee_random knee_random_seed(uint64_t seed, uint64_t stream);

uint64_t knee_random_next(struct knee_random *random); /* 64 random bits */

/* A whole number in 0..bound-1 without bias; 0 if bound is 0 or 1. */
uint64_t knee_random_below(struct knee_random *random, uint64_t bound);

double knee_random_uniform(struct knee_random *random); /* [0, 1) in steps of 2^-53 */
double knee_random_normal(struct knee_random *random);  /* mean 0, standard deviation 1 */

/* Log-normal with the given mean and coefficient of variation (cv >= 0) of the value itself. */
double knee_random_lognormal(struct knee_random *random, double mean, double cv_ratio);

/* Puts `levels` into random order (Fisher-Yates). */
void knee_random_shuffle(struct knee_random *random, uint32_t *levels, size_t count);

#endif
