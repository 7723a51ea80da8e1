/* SPDX-License-Identifier: MIT */
/* tuner/posterior: the curve of throughput as a whole, with its uncertainty.
 *
 * This file: the posterior of a whole throughput curve, as draws: what the windows say of every
 * level, those between the measured ones too. Neighbouring levels inform each other, so it takes
 * fewer windows than a mean for each level does. Pure: the same windows and seed give the same
 * draws.
 *
 * The model is in tuner/posterior/sampler.h, the statements that the draws are asked for in
 * tuner/posterior/claims.h. A fit takes about 10 ms for 200 windows. */
#ifndef KNEE_TUNER_POSTERIOR_POSTERIOR_H
#define KNEE_TUNER_POSTERIOR_POSTERIOR_H

#include "core/base/err.h"
#include "core/engine/window.h"
#include "tuner/fit/points.h"
#include "tuner/levels/candidates.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_posterior_params {
    const struct knee_candidate *candidates; /* ascending; each is a knot */
    size_t candidates_count;
    bool fixed_levels;  /* no level counts but the candidates */
    uint32_t level_max; /* the highest level that counts */
    uint32_t cpus;      /* kinks are likelier here and at twice as many; 0: unknown */
    uint64_t seed;
    uint32_t burn_in, draws;
};

/* A level of the curve: measured, a candidate, or one of a grid between them. */
struct knee_posterior_knot {
    uint32_t level;
    uint32_t windows;      /* that the fit uses */
    bool usable;           /* may be the pick: it has windows and does not fail */
    bool barred;           /* not worth another window: it fails, or gives no results */
    double noise_variance; /* of one window here; the pooled one if never measured */
    double range;          /* of its windows, log units */
    double mean;           /* of f, relative to the others */
};

struct knee_sampler;

struct knee_posterior {
    size_t knots_count, draws_count, windows_count;
    struct knee_posterior_knot *knots; /* ascending */
    double *values;                    /* f, [draw * knots_count + knot]; only differences count */
    double *drifts;                    /* of the last window, [draw] */
    double best_excess;                /* of a draw's best level, see claims.h; log units, >= 0 */
    double noise_variance;             /* pooled, mean over the draws */
    double dip_share;                  /* likewise */
    double modes;                      /* probability that some levels have a slower mode */
    double states;                     /* probability that the device has two states */
    double state_depth;                /* log units by which the slow one is slower, mean */
    double state_share;                /* of the windows that it has, mean */
    double step_variance;              /* of the drift, from window to window; likewise */
    struct knee_sampler *sampler;      /* where the draws go on from */
};

/* `points` are those of the windows; they say which levels fail. -1 out of memory. */
int knee_posterior_fit(struct knee_posterior *posterior, const struct knee_posterior_params *params,
                       const struct knee_window *windows, size_t count,
                       const struct knee_points *points, struct knee_err *err);

/* `draws` more, from where the last ones ended. On -1 (out of memory) those that were there stay.
 */
int knee_posterior_go_on(struct knee_posterior *posterior, size_t draws, struct knee_err *err);

/* Sets the band of the whole curve, and replaces the throughput of each of `points` that has a knot
 * with windows, and its uncertainty, by the posterior's. The weighted mean over these levels stays:
 * a posterior knows differences. The error of that mean becomes the points' common variance. */
void knee_posterior_describe(const struct knee_posterior *posterior, struct knee_points *points);

void knee_posterior_release(struct knee_posterior *posterior); /* safe on an empty one */

#endif
