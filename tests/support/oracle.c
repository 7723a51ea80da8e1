/* SPDX-License-Identifier: MIT */
#include "tests/support/oracle.h"

#include "core/base/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define CURVES 400
#define DRAWS_MAX 400000
#define LEVELS 64  /* at most this many are measured, evenly in ln n */
#define RISK .0165 /* that the search of a sweep may have when it ends */
#define WINDOW_MINUTES .05
#define SCALE_VARIANCE 100.   /* a curve's scale is not known */
#define DIP_DENSITY (1 / .47) /* log losses of 20 to 50 % are nearly even */
#define DIP_MIN .2
#define DIP_MAX .72

/* A curve of the family, and what the windows say of it. */
struct particle {
    struct test_curve curve;
    double weight, drift, variance;
    bool right[LEVELS]; /* would this level be a right pick? */
};

struct oracle {
    const struct knee_simulate_noise *noise;
    struct particle *particles; /* the first is the truth */
    size_t count;
    uint32_t levels[LEVELS];
    size_t levels_count;
};

static double log_throughput(const struct particle *particle, uint32_t level)
{
    return log(particle->curve.curve.throughput_per_s[level]);
}

/* The true knee is one of them: what the grid lacks is no one's to find. */
static void list_levels(struct oracle *oracle)
{
    const struct knee_curve *truth = &oracle->particles[0].curve.curve;
    uint32_t last = 0, knee = knee_curve_knee(truth, .02);
    for (size_t i = 0; i + 1 < LEVELS; i++) {
        double share = (double)i / (LEVELS - 2);
        uint32_t level = (uint32_t)lround(exp(share * log(truth->level_max)));
        if (last < knee && knee < level)
            oracle->levels[oracle->levels_count++] = last = knee;
        if (level > last)
            oracle->levels[oracle->levels_count++] = last = level;
    }
}

/* The curves of the family that are for the same machine as the first one. */
static void draw_particles(struct oracle *oracle, enum test_family family, uint64_t seed)
{
    oracle->particles = calloc(CURVES, sizeof *oracle->particles);
    if (!oracle->particles)
        exit(1);
    for (uint64_t draw = 0; draw < DRAWS_MAX && oracle->count < CURVES; draw++) {
        struct test_curve curve = test_curve_draw(family, seed + 1000003 * draw);
        const struct test_curve *truth = &oracle->particles[0].curve;
        if (oracle->count > 0 &&
            (curve.curve.level_max != truth->curve.level_max || curve.cpus != truth->cpus)) {
            test_curve_release(&curve);
            continue;
        }
        oracle->particles[oracle->count++] =
            (struct particle){.curve = curve, .weight = 1, .variance = SCALE_VARIANCE};
    }
    list_levels(oracle);
    for (size_t p = 0; p < oracle->count; p++)
        for (size_t l = 0; l < oracle->levels_count; l++)
            oracle->particles[p].right[l] =
                knee_curve_right(&oracle->particles[p].curve.curve, oracle->levels[l]);
}

/* The filter's step of one curve, a dip or not; returns how likely the window was. */
static double see(const struct oracle *oracle, struct particle *particle, uint32_t level, double y)
{
    double step = oracle->noise->drift_ratio * sqrt(WINDOW_MINUTES),
           dips = oracle->noise->dips_ratio;
    double noise = oracle->noise->cv_ratio * oracle->noise->cv_ratio;
    particle->variance += step * step;
    double miss = y - log_throughput(particle, level) - particle->drift;
    double spread = particle->variance + noise;
    double normal = exp(-.5 * miss * miss / spread) / sqrt(2 * M_PI * spread) * (1 - dips);
    bool low = spread > 1 || (miss < -DIP_MIN + 3 * sqrt(spread) && miss > -DIP_MAX);
    double dip = low ? dips * DIP_DENSITY : 0;
    /* What a dip takes is not known: then the window says little of the drift. */
    double share = normal / (normal + dip + 1e-300), gain = particle->variance / spread * share;
    particle->drift += gain * miss;
    particle->variance *= 1 - gain;
    return normal + dip;
}

static void weigh(struct oracle *oracle, uint32_t level, double y)
{
    double sum = 0;
    for (size_t p = 0; p < oracle->count; p++) {
        struct particle *particle = &oracle->particles[p];
        particle->weight *= see(oracle, particle, level, y) + 1e-12;
        sum += particle->weight;
    }
    for (size_t p = 0; p < oracle->count; p++)
        oracle->particles[p].weight /= sum;
}

static double right_of(const struct oracle *oracle, size_t level)
{
    double right = 0, sum = 0;
    for (size_t p = 0; p < oracle->count; p++) {
        right += oracle->particles[p].right[level] ? oracle->particles[p].weight : 0;
        sum += oracle->particles[p].weight;
    }
    return right / sum;
}

static size_t find_pick(const struct oracle *oracle)
{
    size_t pick = 0;
    for (size_t l = 1; l < oracle->levels_count; l++)
        if (right_of(oracle, l) > right_of(oracle, pick))
            pick = l;
    return pick;
}

/* The level whose window is most correlated with the pick's being right. */
static size_t find_next(const struct oracle *oracle, size_t pick)
{
    double right = right_of(oracle, pick), most = -1, total = 0;
    size_t next = 0;
    for (size_t p = 0; p < oracle->count; p++)
        total += oracle->particles[p].weight;
    for (size_t l = 0; l < oracle->levels_count; l++) {
        double mean = 0, square = 0, shared = 0;
        for (size_t p = 0; p < oracle->count; p++) {
            const struct particle *particle = &oracle->particles[p];
            double seen = log_throughput(particle, oracle->levels[l]) + particle->drift;
            double weight = particle->weight / total;
            mean += weight * seen;
            square += weight * seen * seen;
            shared += weight * seen * ((particle->right[pick] ? 1 : 0) - right);
        }
        double variance = square - mean * mean + oracle->noise->cv_ratio * oracle->noise->cv_ratio;
        if (shared * shared / variance > most) {
            most = shared * shared / variance;
            next = l;
        }
    }
    return next;
}

struct test_oracle_trial test_oracle_run(enum test_family family,
                                         const struct knee_simulate_noise *noise,
                                         uint32_t windows_max, uint64_t seed)
{
    static const struct knee_simulate_trouble none = {0};
    struct oracle oracle = {.noise = noise};
    struct test_oracle_trial trial = {0};
    draw_particles(&oracle, family, seed);
    const struct knee_curve *truth = &oracle.particles[0].curve.curve;
    struct knee_simulate machine = knee_simulate_make(truth, noise, &none, seed);
    struct knee_search_source source = knee_simulate_source(&machine);
    size_t pick = oracle.levels_count - 1;
    /* The scale and two ends come first: they tell nothing until there is something to compare. */
    size_t next = pick;
    while (trial.windows < windows_max && !trial.sure) {
        struct knee_window window;
        struct knee_err err;
        if (source.measure(source.context, trial.windows, oracle.levels[next], &window, &err))
            exit(1);
        trial.windows++;
        weigh(&oracle, window.level, log(window.throughput_per_s));
        pick = find_pick(&oracle);
        trial.sure = right_of(&oracle, pick) >= 1 - RISK;
        next = trial.windows == 1 ? oracle.levels_count / 2 : find_next(&oracle, pick);
    }
    trial.right = knee_curve_right(truth, oracle.levels[pick]);
    for (size_t p = 0; p < oracle.count; p++)
        test_curve_release(&oracle.particles[p].curve);
    free(oracle.particles);
    return trial;
}
