/* SPDX-License-Identifier: MIT */
#include "core/base/random.h"

#include <math.h>

static uint64_t splitmix(uint64_t *x)
{
    uint64_t z = *x += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

struct knee_random knee_random_seed(uint64_t seed, uint64_t stream)
{
    /* Hashing the stream before it meets the seed keeps (1, 2) and (2, 1) apart. */
    uint64_t x = stream;
    x = seed ^ splitmix(&x);
    struct knee_random random;
    for (size_t i = 0; i < 4; i++)
        random.state[i] = splitmix(&x);
    return random;
}

static uint64_t rotate_left(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

uint64_t knee_random_next(struct knee_random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

uint64_t knee_random_below(struct knee_random *random, uint64_t bound)
{
    if (bound < 2)
        return 0;
    /* The lowest 2^64 mod bound values are drawn again: the rest divides evenly. */
    uint64_t threshold = -bound % bound;
    uint64_t x;
    do {
        x = knee_random_next(random);
    } while (x < threshold);
    return x % bound;
}

double knee_random_uniform(struct knee_random *random)
{
    return (double)(knee_random_next(random) >> 11) * 0x1p-53;
}

double knee_random_normal(struct knee_random *random)
{
    /* Marsaglia's polar method; its second value is dropped, so that the state stays four words. */
    double x, y, square;
    do {
        x = 2 * knee_random_uniform(random) - 1;
        y = 2 * knee_random_uniform(random) - 1;
        square = x * x + y * y;
    } while (square >= 1 || square == 0);
    return x * sqrt(-2 * log(square) / square);
}

double knee_random_lognormal(struct knee_random *random, double mean, double cv_ratio)
{
    double variance = log1p(cv_ratio * cv_ratio);
    return mean * exp(sqrt(variance) * knee_random_normal(random) - variance / 2);
}

void knee_random_shuffle(struct knee_random *random, uint32_t *levels, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)knee_random_below(random, i);
        uint32_t level = levels[i - 1];
        levels[i - 1] = levels[j];
        levels[j] = level;
    }
}
