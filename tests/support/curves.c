/* SPDX-License-Identifier: MIT */
#include "tests/support/curves.h"

#include "core/base/random.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define LEVELS_MAX 512

/* The input of a family's function: the machine, and its own stream of random numbers. */
struct draw {
    struct knee_random random;
    uint32_t level_max, cpus;
    double *throughput; /* [1..level_max], to be filled */
};

static double between(struct draw *draw, double low, double high)
{
    return low + (high - low) * knee_random_uniform(&draw->random);
}

static double log_between(struct draw *draw, double low, double high)
{
    return high <= low ? low : exp(between(draw, log(low), log(high)));
}

static bool chance(struct draw *draw, double probability)
{
    return knee_random_uniform(&draw->random) < probability;
}

/* The smaller of two, rounded off at the corner: sharp for a large `sharpness`. */
static double soft_min(double a, double b, double sharpness)
{
    return pow(pow(a, -sharpness) + pow(b, -sharpness), -1 / sharpness);
}

static void fill_cpu(struct draw *draw)
{
    double cpus = chance(draw, .7) ? draw->cpus : floor(log_between(draw, 1, draw->level_max));
    double power = between(draw, .9, 1), sharpness = between(draw, 5, 40);
    double decline = chance(draw, .5) ? 0 : between(draw, 0, .02); /* per doubling */
    for (uint32_t n = 1; n <= draw->level_max; n++)
        draw->throughput[n] =
            pow(soft_min(n, cpus, sharpness), power) * (1 - decline * fmax(0, log2(n / cpus)));
}

static void fill_device(struct draw *draw)
{
    double depth = log_between(draw, 1.5, draw->level_max / 2.), sharpness = between(draw, 1.5, 6);
    for (uint32_t n = 1; n <= draw->level_max; n++)
        draw->throughput[n] = soft_min(n, depth, sharpness);
}

static void fill_net(struct draw *draw)
{
    double pool = floor(log_between(draw, 2, 1.5 * draw->level_max));
    double sharpness = between(draw, 20, 60), decline = between(draw, 0, .01);
    for (uint32_t n = 1; n <= draw->level_max; n++)
        draw->throughput[n] =
            soft_min(n, pool, sharpness) * (1 - decline * fmax(0, log2(n / pool)));
}

static void fill_usl(struct draw *draw)
{
    double sigma = log_between(draw, .002, .2);
    double peak = log_between(draw, 2, 2. * draw->level_max);
    double kappa = (1 - sigma) / (peak * peak);
    for (uint32_t n = 1; n <= draw->level_max; n++)
        draw->throughput[n] = n / (1 + sigma * (n - 1) + kappa * n * (n - 1.));
}

static void fill_mixed(struct draw *draw)
{
    double delay = log_between(draw, .5, 40), device = between(draw, 0, .9 / draw->cpus);
    /* Exact mean value analysis (Reiser and Lavenberg 1980) of a delay and two stations; the CPUs
     * are one fast server behind a delay (Seidmann et al. 1987). */
    double queue_cpu = 0, queue_device = 0, c = draw->cpus;
    for (uint32_t n = 1; n <= draw->level_max; n++) {
        double wait_cpu = 1 / c * (1 + queue_cpu), wait_device = device * (1 + queue_device);
        double x = n / (delay + (c - 1) / c + wait_cpu + wait_device);
        queue_cpu = x * wait_cpu;
        queue_device = x * wait_device;
        draw->throughput[n] = x;
    }
}

static void fill_pool(struct draw *draw)
{
    double pool = floor(log_between(draw, 2, .8 * draw->level_max));
    double power = between(draw, .85, 1), rest = between(draw, .35, .85);
    double width = between(draw, .02, .4), fall = between(draw, 0, .3);
    for (uint32_t n = 1; n <= draw->level_max; n++) {
        double beyond = fmax(0, log(n / pool));
        double collapsed = fmin(beyond / width, 1);
        draw->throughput[n] = pow(fmin(n, pool), power) * (1 - collapsed * (1 - rest)) *
                              exp(-fall * fmax(0, beyond - width));
    }
}

static void fill_step(struct draw *draw)
{
    double cores = draw->cpus, gain = between(draw, .1, .4);
    double dip = chance(draw, .5) ? 0 : between(draw, .02, .15), decline = between(draw, 0, .01);
    for (uint32_t n = 1; n <= draw->level_max; n++) {
        double x = fmin(n, cores);
        double second = fmin(fmax(n - cores, 0), cores) / cores; /* 0 to 1 on the way to 2c */
        x += gain * cores * second;
        if (n > cores && n < 2 * cores)
            x *= 1 - dip * (1 - second);
        draw->throughput[n] = x * (1 - decline * fmax(0, log2(n / (2 * cores))));
    }
}

static void fill_odd(struct draw *draw)
{
    double kind = between(draw, 0, 4), size = log_between(draw, .03, .3);
    double place = floor(log_between(draw, 2, draw->level_max));
    for (uint32_t n = 1; n <= draw->level_max; n++) {
        double x = 1;
        if (kind > 3)
            x = soft_min(n, place / 2, 20) * (1 + size * exp(-pow(log(n / place) / .15, 2)));
        else if (kind > 2)
            x = 1 + size * log(n);
        else if (kind > 1)
            x = pow(n, -size);
        draw->throughput[n] = x;
    }
}

static const struct {
    const char *name;
    void (*fill)(struct draw *draw);
} families[TEST_FAMILIES] = {
    [TEST_CPU] = {"cpu plateau", fill_cpu},       [TEST_DEVICE] = {"device queue", fill_device},
    [TEST_NET] = {"network", fill_net},           [TEST_USL] = {"usl retrograde", fill_usl},
    [TEST_MIXED] = {"mixed network", fill_mixed}, [TEST_POOL] = {"pool collapse", fill_pool},
    [TEST_STEP] = {"smt/numa step", fill_step},   [TEST_ODD] = {"odd", fill_odd},
};

const char *test_family_name(enum test_family family)
{
    return families[family].name;
}

struct knee_curve test_curve_of(const double *throughput, uint32_t count)
{
    struct knee_curve_row rows[LEVELS_MAX];
    struct knee_curve curve;
    struct knee_err err;
    for (uint32_t i = 0; i < count; i++)
        rows[i] = (struct knee_curve_row){.level = i + 1, .throughput_per_s = throughput[i]};
    if (knee_curve_make(&curve, rows, count, "test", &err)) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    return curve;
}

struct test_curve test_curve_draw(enum test_family family, uint64_t seed)
{
    static const uint32_t levels_max[] = {8, 16, 24, 32, 64, 100, 128, 256, 512};
    static const uint32_t cpus[] = {1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64};
    double throughput[LEVELS_MAX + 1];
    struct draw draw = {.random = knee_random_seed(seed, family), .throughput = throughput};
    draw.level_max = levels_max[knee_random_below(&draw.random, 9)];
    do {
        draw.cpus = cpus[knee_random_below(&draw.random, 11)];
    } while (draw.cpus > draw.level_max / 2);
    families[family].fill(&draw);
    double scale = log_between(&draw, 1, 1e6);
    for (uint32_t n = 1; n <= draw.level_max; n++)
        throughput[n] *= scale;
    return (struct test_curve){.curve = test_curve_of(throughput + 1, draw.level_max),
                               .cpus = draw.cpus};
}

void test_curve_release(struct test_curve *curve)
{
    knee_curve_release(&curve->curve);
}
