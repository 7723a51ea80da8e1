/* SPDX-License-Identifier: MIT */
#include "tests/support/other_curves.h"

#include "core/base/random.h"

#include <math.h>
#include <stdbool.h>

#define LEVELS_MAX 512
#define STREAM 100 /* of the seeds: other machines than those of tests/support/curves.c */

struct draw {
    struct knee_random random;
    uint32_t level_max, cpus;
};

static double between(struct draw *draw, double low, double high)
{
    return low + (high - low) * knee_random_uniform(&draw->random);
}

static double log_between(struct draw *draw, double low, double high)
{
    return high <= low ? low : exp(between(draw, log(low), log(high)));
}

static void fill_amdahl(struct draw *draw, double *throughput)
{
    double serial = log_between(draw, .003, .5), cost = between(draw, 0, .03);
    for (uint32_t n = 1; n <= draw->level_max; n++)
        throughput[n] = n / (1 + serial * (n - 1)) * exp(-cost * log2(n));
}

static void fill_stages(struct draw *draw, double *throughput)
{
    double first = log_between(draw, 1, draw->level_max), second = log_between(draw, 1, 1024);
    double third = log_between(draw, 2, 2048), queue = between(draw, .02, .4);
    for (uint32_t n = 1; n <= draw->level_max; n++) {
        double bottleneck = fmin(first, fmin(second, third)), load = n / bottleneck;
        /* What a closed queue loses around saturation: more, the more its times vary. */
        double corner =
            (1 + load + queue - sqrt((1 + load + queue) * (1 + load + queue) - 4 * load)) / 2;
        throughput[n] = bottleneck * corner;
    }
}

static void fill_convoy(struct draw *draw, double *throughput)
{
    double place = floor(log_between(draw, 2, draw->level_max)), loss = between(draw, .05, .5);
    double width = between(draw, .05, .8), power = between(draw, .7, 1);
    double after = between(draw, -.15, .05);
    for (uint32_t n = 1; n <= draw->level_max; n++) {
        double beyond = fmax(0, log(n / place));
        throughput[n] =
            pow(fmin(n, place), power) * (1 - loss * fmin(beyond / width, 1)) * exp(after * beyond);
    }
}

static void fill_cache(struct draw *draw, double *throughput)
{
    double cores = draw->cpus, place = log_between(draw, 2, 2. * draw->level_max);
    double loss = between(draw, .05, .6), width = between(draw, .1, .6);
    for (uint32_t n = 1; n <= draw->level_max; n++) {
        double outgrown = 1 / (1 + exp(-log(n / place) / width));
        throughput[n] = fmin(n, cores) * (1 - loss * outgrown) + .002 * log(n);
    }
}

static void fill_nodes(struct draw *draw, double *throughput)
{
    double half = fmax(1, floor(draw->cpus / 2.)), second = between(draw, .3, .95);
    double sibling = between(draw, .0, .35), decline = between(draw, 0, .03);
    for (uint32_t n = 1; n <= draw->level_max; n++) {
        double x = fmin(n, half) + second * fmin(fmax(n - half, 0), half) +
                   sibling * fmin(fmax(n - 2 * half, 0), 2 * half);
        throughput[n] = x * exp(-decline * fmax(0, log2(n / (4 * half))));
    }
}

static void fill_quota(struct draw *draw, double *throughput)
{
    double rate = log_between(draw, 1.2, draw->level_max), thrash = log_between(draw, 2, 20);
    double fall = between(draw, 0, .5);
    for (uint32_t n = 1; n <= draw->level_max; n++)
        throughput[n] = fmin(n, rate) * exp(-fall * fmax(0, log(n / (thrash * rate))));
}

static void fill_power(struct draw *draw, double *throughput)
{
    double power = between(draw, .15, 1), end = log_between(draw, 3, 4. * draw->level_max);
    double sharpness = between(draw, 1, 8);
    for (uint32_t n = 1; n <= draw->level_max; n++)
        throughput[n] =
            pow(pow(n, -power * sharpness) + pow(end, -power * sharpness), -1 / sharpness);
}

static void fill_overlap(struct draw *draw, double *throughput)
{
    double first = draw->cpus, second = first * between(draw, 2, 12), gain = between(draw, .02, .5);
    double sharpness = between(draw, 3, 30);
    for (uint32_t n = 1; n <= draw->level_max; n++) {
        double low = pow(pow(n, -sharpness) + pow(first, -sharpness), -1 / sharpness);
        double rise = fmin(fmax(log(n / first) / log(second / first), 0), 1);
        throughput[n] = low * (1 + gain * rise);
    }
}

static const struct {
    const char *name;
    void (*fill)(struct draw *draw, double *throughput);
} families[TEST_OTHERS] = {
    [TEST_OTHER_AMDAHL] = {"amdahl", fill_amdahl}, [TEST_OTHER_STAGES] = {"stages", fill_stages},
    [TEST_OTHER_CONVOY] = {"convoy", fill_convoy}, [TEST_OTHER_CACHE] = {"cache", fill_cache},
    [TEST_OTHER_NODES] = {"nodes", fill_nodes},    [TEST_OTHER_QUOTA] = {"quota", fill_quota},
    [TEST_OTHER_POWER] = {"power", fill_power},    [TEST_OTHER_OVERLAP] = {"overlap", fill_overlap},
};

const char *test_other_name(enum test_other family)
{
    return families[family].name;
}

struct test_curve test_other_draw(enum test_other family, uint64_t seed)
{
    static const uint32_t levels_max[] = {8, 20, 32, 48, 64, 128, 200, 256, 512};
    static const uint32_t cpus[] = {1, 2, 3, 4, 6, 8, 10, 16, 24, 32, 64};
    double throughput[LEVELS_MAX + 1];
    struct draw draw = {.random = knee_random_seed(seed, STREAM + family)};
    draw.level_max = levels_max[knee_random_below(&draw.random, 9)];
    do {
        draw.cpus = cpus[knee_random_below(&draw.random, 11)];
    } while (draw.cpus > draw.level_max / 2);
    families[family].fill(&draw, throughput);
    double scale = log_between(&draw, 1, 1e6);
    for (uint32_t n = 1; n <= draw.level_max; n++)
        throughput[n] *= scale;
    return (struct test_curve){.curve = test_curve_of(throughput + 1, draw.level_max),
                               .cpus = draw.cpus};
}
