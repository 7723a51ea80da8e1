/* SPDX-License-Identifier: MIT */
/* tuner/forecast on published measurements: fitted to the counts of cores up to a quarter, and to a
 * half, of the range, it predicts the rest. */
#include "tuner/forecast/network_fit.h"

#include "core/base/array.h"
#include "core/base/random.h"
#include "core/base/stats.h"
#include "tests/support/test.h"
#include "tuner/forecast/predict.h"

#include <math.h>
#include <stdio.h>

#define SETS_MAX 32

struct pair {
    double cores, per_s;
};

/* B. Schwartz, "Practical Scalability Analysis with the Universal Scalability Law" (2015), a router
 * of Cisco. */
static const struct pair CISCO[] = {
    {1, 955.16},    {2, 1878.91},   {3, 2688.01},   {4, 3548.68},   {5, 4315.54},   {6, 5130.43},
    {7, 5931.37},   {8, 6531.08},   {9, 7219.8},    {10, 7867.61},  {11, 8278.71},  {12, 8646.7},
    {13, 9047.84},  {14, 9426.55},  {15, 9645.37},  {16, 9897.24},  {17, 10097.6},  {18, 10240.5},
    {19, 10532.39}, {20, 10798.52}, {21, 11151.43}, {22, 11518.63}, {23, 11806},    {24, 12089.37},
    {25, 12075.41}, {26, 12177.29}, {27, 12211.41}, {28, 12158.93}, {29, 12155.27}, {30, 12118.04},
    {31, 12140.4},  {32, 12074.39}};

/* N. Gunther, "Guerrilla Capacity Planning" (2007), a ray tracer on a NUMA machine. */
static const struct pair RAYTRACER[] = {{1, 20},   {4, 78},   {8, 130},  {12, 170},
                                        {16, 190}, {20, 200}, {24, 210}, {28, 230},
                                        {32, 260}, {48, 280}, {64, 310}};

static double rate_on(const struct knee_network *network, double cores)
{
    const struct knee_network_cpus cpus = {.cores = cores, .quota = INFINITY};
    return knee_network_cpu_rate(network, &cpus, cores) / network->cpu_s;
}

/* How many of the pairs beyond the first `known` lie in their 90 % ranges. */
static size_t count_inside(const struct pair *pairs, size_t count, size_t known, double *width)
{
    static struct knee_network_fit fit;
    struct knee_network_fit_level levels[SETS_MAX];
    struct knee_network_fit_group groups[SETS_MAX];
    struct knee_err err = {0};
    struct knee_random random = knee_random_seed(1, 1);
    size_t inside = 0;
    for (size_t i = 0; i < known; i++) {
        levels[i] =
            (struct knee_network_fit_level){(uint32_t)pairs[i].cores, log(pairs[i].per_s), .02};
        groups[i] =
            (struct knee_network_fit_group){.cpus = {.cores = pairs[i].cores, .quota = INFINITY},
                                            .levels = &levels[i],
                                            .levels_count = 1};
    }
    const struct knee_network_fit_data data = {.groups = groups,
                                               .groups_count = known,
                                               .cpu_s = 1 / pairs[0].per_s,
                                               .wait_s = 0,
                                               .seed = 1};
    assert_int_equal(knee_network_fit(&fit, &data, &err), 0);
    *width = 0;
    for (size_t i = known; i < count; i++) {
        double values[KNEE_NETWORK_FIT_DRAWS];
        double sd =
            knee_predict_sd(fmax(fit.miss_ratio, .03), pairs[i].cores, pairs[known - 1].cores);
        for (size_t j = 0; j < KNEE_NETWORK_FIT_DRAWS; j++)
            values[j] =
                rate_on(&fit.draws[j], pairs[i].cores) * exp(sd * knee_random_normal(&random));
        double low = knee_stats_quantile(values, KNEE_NETWORK_FIT_DRAWS, .05);
        double high = knee_stats_quantile(values, KNEE_NETWORK_FIT_DRAWS, .95);
        inside += low <= pairs[i].per_s && pairs[i].per_s <= high;
        *width = fmax(*width, high / low);
    }
    return inside;
}

static void published_curves_go_on_inside_their_ranges(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const struct pair *pairs;
        size_t count, known;
    } CASES[] = {
        {"Cisco, a quarter", CISCO, KNEE_COUNT(CISCO), 8},
        {"Cisco, half", CISCO, KNEE_COUNT(CISCO), 16},
        {"ray tracer, a quarter", RAYTRACER, KNEE_COUNT(RAYTRACER), 5},
        {"ray tracer, half", RAYTRACER, KNEE_COUNT(RAYTRACER), 9},
    };
    size_t inside = 0, all = 0;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        double width;
        size_t found = count_inside(CASES[i].pairs, CASES[i].count, CASES[i].known, &width);
        print_message("%-22s %zu of %zu inside, widest range %.1f times\n", CASES[i].name, found,
                      CASES[i].count - CASES[i].known, width);
        inside += found;
        all += CASES[i].count - CASES[i].known;
    }
    assert_true(10 * inside >= 9 * all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_curves_go_on_inside_their_ranges),
    };
    return cmocka_run_group_tests_name("forecast_published", tests, NULL, NULL);
}
