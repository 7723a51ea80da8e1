/* SPDX-License-Identifier: MIT */
/* One state of the Gibbs sampler of tuner/posterior/posterior.h, and the steps that draw each part
 * of it given the others. Private to this folder. Pure.
 *
 * The model: a window at level n gives
 *     y = f(ln n) + K + e                         (log throughput)
 * f is straight between knots; at each knot its slope changes by a normal amount whose mean and
 * variance follow one of a few regimes, or by a kink, or f falls and its slope starts again. K, the
 * machine's drift, is a random walk over the windows with rare jumps. e is normal, with a variance
 * of the level's own, and some windows are dips or outliers that say nothing of f. Dips that keep
 * to some levels are a slower mode of theirs, and part of their throughput. */
#ifndef KNEE_TUNER_POSTERIOR_SAMPLER_H
#define KNEE_TUNER_POSTERIOR_SAMPLER_H

#include "core/base/err.h"
#include "tuner/posterior/pair.h"

#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_SAMPLER_REGIMES 6
/* What may happen on the way to the next knot: the slope goes on as its regime has it, or one of
 * these events. */
#define KNEE_SAMPLER_KINK KNEE_SAMPLER_REGIMES        /* the slope changes at once */
#define KNEE_SAMPLER_LEVEL (KNEE_SAMPLER_REGIMES + 1) /* a plateau begins */
#define KNEE_SAMPLER_FALL (KNEE_SAMPLER_REGIMES + 2)  /* f falls, and its slope starts again */
#define KNEE_SAMPLER_KINDS (KNEE_SAMPLER_REGIMES + 3)

/* At most this many windows stand for a prior. */
#define KNEE_SAMPLER_PRIOR_WINDOWS 32

/* A dip takes anything from MIN to MAX, evenly, log units. */
#define KNEE_SAMPLER_DIP_MIN .04
#define KNEE_SAMPLER_DIP_MAX .85
#define KNEE_SAMPLER_DIP_AGAIN                                                                     \
    .35 /* probability of one after another, if the machine makes them                             \
         */

/* How the slope goes on to the next knot: times `factor`, plus a normal change. */
struct knee_sampler_change {
    double factor, mean, variance;
};

struct knee_sampler_knot {
    /* Given. */
    double width;            /* to the next knot, in ln n; the last one's is not used */
    bool own;                /* a level of the machine's own: kinks are likelier */
    uint32_t first, windows; /* of by_knot */
    /* Fixed by _prepare. */
    struct knee_sampler_change changes[KNEE_SAMPLER_FALL]; /* of all kinds but a fall */
    /* Probabilities: of no switch from the knot below, of one to each regime, of each event. */
    double stay, change[KNEE_SAMPLER_REGIMES], events[KNEE_SAMPLER_KINDS], none;
    /* Drawn. What happens on the way to the next knot: `kind` of the knot below. */
    uint8_t kind, regime;
    double noise_variance;
    double weight, sum;             /* of the windows that count, and of weight times (y - K) */
    struct knee_pair_message above; /* all that is known from higher knots */
    struct knee_pair below;         /* from this one and lower ones */
    double value, slope;            /* f and its slope from here on */
};

struct knee_sampler_window {
    double y;
    uint32_t knot;
    /* Drawn. */
    bool dip, jump;
    double drift;              /* K */
    double filtered, variance; /* scratch of the drift's filter */
};

struct knee_sampler {
    gsl_rng *random;
    struct knee_sampler_knot *knots;     /* ascending */
    struct knee_sampler_window *windows; /* in order of time */
    uint32_t *by_knot;                   /* windows, grouped by knot */
    double *log_factorials;              /* of 0 up to the windows and what priors stand for */
    size_t knots_count, windows_count;
    double noise_variance; /* pooled */
    double step_variance;  /* of the drift from window to window */
    uint32_t rounds;       /* since _prepare */
    double dip_share;
    /* Dips that keep to the knots from..to - 1 are not the machine's trouble but a slower mode of
     * the work: they are part of its throughput. Both the same: there is no such mode. */
    size_t modes_from, modes_to;
    double mode_share; /* of dips, there */
    double mode_depth; /* of most of these dips, log units */
    double mode_loss;  /* share of the throughput that they take */
};

/* Room for this many; the caller then fills the members under `given`, and the windows' y and knot.
 */
int knee_sampler_init(struct knee_sampler *sampler, size_t knots, size_t windows,
                      struct knee_err *err);
void knee_sampler_release(struct knee_sampler *sampler); /* safe on an empty one */

/* Groups the windows, sets the priors and a first state. */
void knee_sampler_prepare(struct knee_sampler *sampler, uint64_t seed);

/* One round of all steps. */
void knee_sampler_round(struct knee_sampler *sampler);

/* How likely a window at a knot is to be a dip. */
double knee_sampler_dip_share(const struct knee_sampler *sampler, size_t knot);

/* The density of a dip this far below f; `variance` is that of the distance. */
double knee_sampler_dip_density(const struct knee_sampler *sampler, size_t knot, double depth,
                                double variance);

/* f at a knot, less what a slower mode takes. */
double knee_sampler_value(const struct knee_sampler *sampler, size_t knot);

/* The steps: the curve with its knots' kinds and the windows' dips; the drift; all variances; the
 * share of dips, or of a slower mode. */
void knee_sampler_draw_curve(struct knee_sampler *sampler);
void knee_sampler_draw_drift(struct knee_sampler *sampler);
void knee_sampler_draw_noise(struct knee_sampler *sampler);
void knee_sampler_draw_modes(struct knee_sampler *sampler);

#endif
