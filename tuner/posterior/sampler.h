/* SPDX-License-Identifier: MIT */
/* One state of the Gibbs sampler of tuner/posterior/posterior.h, and the steps that draw each part
 * of it given the others. Private to this folder. Pure.
 *
 * The model: a window at level n gives
 *     y = f(ln n) + K - h + e                     (log throughput)
 * f is straight between knots; at each knot its slope changes by a normal amount whose mean and
 * variance follow one of a few regimes, or by a kink, or f falls and its slope starts again. K, the
 * machine's drift, is a random walk over the windows with rare jumps. h is what a window loses that
 * follows a higher level, most often nothing. e is normal, with a variance
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

/* Windows of a slower mode have about its depth: this share of them, with this variance beside the
 * noise. The others have any depth. */
#define KNEE_SAMPLER_DEPTH_SHARE .8
#define KNEE_SAMPLER_DEPTH_VARIANCE 1e-4

#define KNEE_SAMPLER_TINY 1e-14 /* of weights and variances: as good as 0 */

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
    double again; /* of a fall right after another */
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
    bool after_higher; /* the window before it was at a higher level */
    /* Drawn. */
    bool dip, jump;
    bool slow;                 /* a dip, but of a state: it tells f, see below */
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
    double order_loss; /* of windows after a higher level, log units; given, then drawn */
    /* Dips that keep to the knots from..to - 1 are not the machine's trouble but a slower mode of
     * the work: they are part of its throughput. Both the same: there is no such mode. */
    size_t modes_from, modes_to;
    double mode_share; /* of dips, there */
    double mode_depth; /* of most of these dips, log units */
    double mode_loss;  /* share of the throughput that they take */
    /* A slower mode of all levels is a state of the device. It takes the same from all, so that its
     * windows tell f, too: they are lower by mode_depth. */
    bool states;
    double state_again, state_begin; /* probability of a slow window after a slow one, a fast one */
};

static inline bool knee_sampler_in_modes(const struct knee_sampler *sampler, size_t knot)
{
    return knot >= sampler->modes_from && knot < sampler->modes_to;
}

/* What a window would have given after a lower level. */
static inline double knee_sampler_y(const struct knee_sampler *sampler,
                                    const struct knee_sampler_window *window)
{
    return window->after_higher ? window->y + sampler->order_loss : window->y;
}

/* And in the fast state. */
static inline double knee_sampler_seen(const struct knee_sampler *sampler,
                                       const struct knee_sampler_window *window)
{
    double y = knee_sampler_y(sampler, window);
    return window->slow ? y + sampler->mode_depth : y;
}

/* Of what it says of f; 0: it says nothing. */
static inline double knee_sampler_precision(const struct knee_sampler *sampler,
                                            const struct knee_sampler_window *window)
{
    double variance = sampler->knots[window->knot].noise_variance;
    if (window->slow)
        return 1 / (variance + KNEE_SAMPLER_DEPTH_VARIANCE);
    return window->dip ? 0 : 1 / variance;
}

/* How far a window is below f, log units. */
static inline double knee_sampler_depth(const struct knee_sampler *sampler,
                                        const struct knee_sampler_window *window)
{
    return window->drift + sampler->knots[window->knot].value - knee_sampler_y(sampler, window);
}

/* Of that of a mode's windows. */
static inline double knee_sampler_depth_variance(const struct knee_sampler *sampler, size_t knot)
{
    return sampler->knots[knot].noise_variance + KNEE_SAMPLER_DEPTH_VARIANCE;
}

/* A dip, and not a window far above f. */
static inline bool knee_sampler_is_dip(double depth)
{
    return depth > KNEE_SAMPLER_DIP_MIN && depth < KNEE_SAMPLER_DIP_MAX;
}

static inline double knee_sampler_normal(double miss, double variance)
{
    return exp(-.5 * miss * miss / variance) / sqrt(2 * M_PI * variance);
}

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

/* The sum of what a knot's windows say of f, each times its precision; `weight` gets the sum of
 * these. */
double knee_sampler_sum(const struct knee_sampler *sampler, const struct knee_sampler_knot *knot,
                        double *weight);

/* Draws which of a knot's windows are dips, and its sum and weight; part of the curve's step. */
void knee_sampler_draw_dips(struct knee_sampler *sampler, struct knee_sampler_knot *knot,
                            const struct knee_pair *predicted);

/* Draws mode_depth; and the density that it has while there is no mode. */
void knee_sampler_draw_depth(struct knee_sampler *sampler);
double knee_sampler_stand_in_density(const struct knee_sampler *sampler);

/* f at a knot, less what a slower mode takes. */
double knee_sampler_value(const struct knee_sampler *sampler, size_t knot);

/* The steps: the curve with its knots' kinds and the windows' dips; the drift; the loss after a
 * higher level; all variances; the share of dips, or of a slower mode. */
void knee_sampler_draw_curve(struct knee_sampler *sampler);
void knee_sampler_draw_drift(struct knee_sampler *sampler);
void knee_sampler_draw_order(struct knee_sampler *sampler);
void knee_sampler_draw_noise(struct knee_sampler *sampler);
void knee_sampler_draw_modes(struct knee_sampler *sampler);

#endif
