/* SPDX-License-Identifier: MIT */
#include "tuner/posterior/next_windows.h"

#include <math.h>
#include <stdlib.h>

#define TARGETS 3        /* picks whose claims count */
#define TARGET_SHARE .25 /* of the likeliest's probability: less does not count */
#define SOFTNESS .25     /* of the tolerance: a claim turns over this fast */
#define UNSEEN_WORTH .6  /* of the gain at a level that was not measured: more levels cost time */
#define DRIFT_SD .003    /* of what the machine drifts until the window comes */

/* All values are less their means over the draws. */
struct work {
    size_t draws, knots;
    double *seen;                /* what a window at a knot would show, [knot * draws + draw] */
    double *targets;             /* how true a pick's claims are, [target * draws + draw] */
    const double *target_weight; /* [target] */
    int targets_count;
};

static void remove_mean(double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    for (size_t i = 0; i < count; i++)
        values[i] -= sum / (double)count;
}

static double product(const double *a, const double *b, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += a[i] * b[i];
    return sum / (double)count;
}

static void fill_seen(struct work *work, const struct knee_posterior *posterior)
{
    for (size_t j = 0; j < work->knots; j++) {
        double *seen = work->seen + j * work->draws;
        for (size_t d = 0; d < work->draws; d++)
            seen[d] = posterior->values[d * work->knots + j] + posterior->drifts[d];
        remove_mean(seen, work->draws);
    }
}

static void fill_target(double *target, const struct knee_posterior *posterior, size_t pick,
                        double tolerance_ratio)
{
    double scale = 1 / (SOFTNESS * tolerance_ratio);
    for (size_t d = 0; d < posterior->draws_count; d++) {
        double fast, small;
        knee_claims_margins(posterior, d, pick, tolerance_ratio, &fast, &small);
        target[d] = 1 / ((1 + exp(-fast * scale)) * (1 + exp(-small * scale)));
    }
    remove_mean(target, posterior->draws_count);
}

/* The likeliest picks; returns how many. */
static int choose_targets(size_t *picks, double *weights, const double *rights, size_t knots)
{
    int count = 0;
    for (; count < TARGETS; count++) {
        size_t next = SIZE_MAX;
        for (size_t j = 0; j < knots; j++) {
            bool taken = false;
            for (int i = 0; i < count; i++)
                taken |= picks[i] == j;
            if (!taken && rights[j] > 0 && (next == SIZE_MAX || rights[j] > rights[next]))
                next = j;
        }
        if (next == SIZE_MAX || (count > 0 && rights[next] < TARGET_SHARE * rights[picks[0]]))
            break;
        picks[count] = next;
        weights[count] = rights[next];
    }
    return count;
}

static double gain_of(const struct work *work, size_t knot, double noise)
{
    const double *seen = work->seen + knot * work->draws;
    double variance = product(seen, seen, work->draws) + noise, gain = 0;
    for (int t = 0; t < work->targets_count; t++) {
        double shared = product(seen, work->targets + (size_t)t * work->draws, work->draws);
        gain += work->target_weight[t] * shared * shared / variance;
    }
    return gain;
}

static void subtract(double *values, const double *seen, double variance, size_t count)
{
    double slope = product(values, seen, count) / variance;
    for (size_t i = 0; i < count; i++)
        values[i] -= slope * seen[i];
}

/* What is left of everything once a window at `knot` has been seen. */
static void condition(struct work *work, size_t knot, double noise)
{
    double *seen = work->seen + knot * work->draws;
    double variance = product(seen, seen, work->draws) + noise;
    for (int t = 0; t < work->targets_count; t++)
        subtract(work->targets + (size_t)t * work->draws, seen, variance, work->draws);
    for (size_t j = 0; j < work->knots; j++)
        if (j != knot)
            subtract(work->seen + j * work->draws, seen, variance, work->draws);
    subtract(seen, seen, variance, work->draws);
}

static int choose_windows(size_t *knots, int count, struct work *work,
                          const struct knee_posterior *posterior)
{
    int chosen = 0;
    for (; chosen < count; chosen++) {
        size_t best = SIZE_MAX;
        double most = 0;
        for (size_t j = 0; j < work->knots; j++) {
            bool taken = posterior->knots[j].barred;
            for (int i = 0; i < chosen; i++)
                taken |= knots[i] == j;
            double noise = posterior->knots[j].noise_variance + DRIFT_SD * DRIFT_SD;
            double gain = taken ? 0 : gain_of(work, j, noise);
            if (posterior->knots[j].windows == 0)
                gain *= UNSEEN_WORTH;
            if (gain > most) {
                best = j;
                most = gain;
            }
        }
        if (best == SIZE_MAX)
            break;
        knots[chosen] = best;
        condition(work, best, posterior->knots[best].noise_variance + DRIFT_SD * DRIFT_SD);
    }
    return chosen;
}

int knee_next_windows(size_t *knots, int count, const struct knee_posterior *posterior,
                      const double *rights, double tolerance_ratio, struct knee_err *err)
{
    size_t picks[TARGETS] = {0};
    double weights[TARGETS];
    struct work work = {
        .draws = posterior->draws_count, .knots = posterior->knots_count, .target_weight = weights};
    work.targets_count = choose_targets(picks, weights, rights, work.knots);
    work.seen = malloc((work.knots + TARGETS) * work.draws * sizeof *work.seen);
    if (!work.seen)
        return knee_err_memory(err, "posterior");
    work.targets = work.seen + work.knots * work.draws;
    fill_seen(&work, posterior);
    for (int t = 0; t < work.targets_count; t++)
        fill_target(work.targets + (size_t)t * work.draws, posterior, picks[t], tolerance_ratio);
    int chosen = choose_windows(knots, count, &work, posterior);
    free(work.seen);
    return chosen;
}
