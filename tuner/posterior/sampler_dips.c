/* SPDX-License-Identifier: MIT */
/* Draws which windows are dips, with f integrated out: `predicted` is what the lower knots say of
 * f, and knot->above what the higher ones do. In a device of two states a slow window still tells
 * f: it is lower by the depth of the state. */
#include "tuner/posterior/sampler.h"

#include <gsl/gsl_randist.h>
#include <math.h>

/* Of a window's labels: not a dip, in the slow state, or a dip that tells nothing. */
enum label { FAST, SLOW, DIP, LABELS };

double knee_sampler_sum(const struct knee_sampler *sampler, const struct knee_sampler_knot *knot,
                        double *weight)
{
    double sum = 0;
    *weight = 0;
    for (uint32_t i = 0; i < knot->windows; i++) {
        const struct knee_sampler_window *window =
            &sampler->windows[sampler->by_knot[knot->first + i]];
        double precision = knee_sampler_precision(sampler, window);
        sum += precision * (knee_sampler_seen(sampler, window) - window->drift);
        *weight += precision;
    }
    return sum;
}

/* The odds of an event that follows itself with the probability `again`, and begins with `begin`,
 * between the windows before and after. */
static double chain_odds(double again, double begin, double share, int before, int after)
{
    double odds = before < 0 ? share / (1 - share)
                  : before   ? again / (1 - again)
                             : begin / (1 - begin);
    if (after >= 0)
        odds *= after ? again / begin : (1 - again) / (1 - begin);
    return odds;
}

/* How much likelier a dip is than not, before the window itself is looked at. The machine's come
 * in bursts, a device stays in its state for a while, and a slower mode of a level comes any time.
 */
static double dip_odds(const struct knee_sampler *sampler, uint32_t at)
{
    const struct knee_sampler_window *windows = sampler->windows;
    bool last = at + 1 == sampler->windows_count;
    double share = knee_sampler_dip_share(sampler, windows[at].knot);
    if (sampler->states)
        return chain_odds(sampler->state_again, sampler->state_begin, share,
                          at == 0 ? -1 : windows[at - 1].slow, last ? -1 : windows[at + 1].slow);
    if (knee_sampler_in_modes(sampler, windows[at].knot))
        return share / (1 - share);
    double again = KNEE_SAMPLER_DIP_AGAIN, begin = share * (1 - again) / (1 - share);
    return chain_odds(again, begin, share, at == 0 ? -1 : windows[at - 1].dip,
                      last ? -1 : windows[at + 1].dip);
}

static enum label turned(enum label label, bool states)
{
    return label == FAST ? (states ? SLOW : DIP) : label == DIP && states ? DIP : FAST;
}

static enum label label_of(const struct knee_sampler_window *window)
{
    return window->slow ? SLOW : window->dip ? DIP : FAST;
}

static void set_label(struct knee_sampler_window *window, enum label label)
{
    window->dip = label != FAST;
    window->slow = label == SLOW;
}

/* Log of the probability of a knot's windows under the labels that they have, f integrated out.
 * `precision` and `scaled` are what the rest of the curve says of f here. */
static double labels_fit(const struct knee_sampler *sampler, const struct knee_sampler_knot *knot,
                         double precision, double scaled)
{
    double known = precision, sum = scaled, squares = 0, fit = 0;
    for (uint32_t i = 0; i < knot->windows; i++) {
        const struct knee_sampler_window *window =
            &sampler->windows[sampler->by_knot[knot->first + i]];
        double own = knee_sampler_precision(sampler, window);
        double y = knee_sampler_seen(sampler, window) - window->drift;
        known += own;
        sum += own * y;
        squares += own * y * y;
        fit += own > 0 ? .5 * log(own / (2 * M_PI)) : 0;
    }
    fit +=
        .5 * (log(precision / known) - scaled * scaled / precision - squares + sum * sum / known);
    for (uint32_t i = 0; i < knot->windows; i++) {
        uint32_t at = sampler->by_knot[knot->first + i];
        const struct knee_sampler_window *window = &sampler->windows[at];
        double odds = dip_odds(sampler, at), depth;
        depth = sum / known - (knee_sampler_y(sampler, window) - window->drift);
        double spread = 1 / known + knot->noise_variance;
        fit -= log1p(odds);
        if (window->slow)
            fit += log(odds * KNEE_SAMPLER_DEPTH_SHARE);
        else if (window->dip)
            fit += log(odds * knee_sampler_dip_density(sampler, window->knot, depth, spread));
    }
    return fit;
}

static void turn(struct knee_sampler *sampler, const struct knee_sampler_knot *knot)
{
    for (uint32_t i = 0; i < knot->windows; i++) {
        struct knee_sampler_window *window = &sampler->windows[sampler->by_knot[knot->first + i]];
        set_label(window, turned(label_of(window), sampler->states));
    }
}

/* Takes the dips for the others, and the others for dips: one by one they would hardly ever change
 * sides. */
static void turn_labels(struct knee_sampler *sampler, struct knee_sampler_knot *knot,
                        double precision, double scaled)
{
    uint32_t dips = 0;
    for (uint32_t i = 0; i < knot->windows; i++)
        dips += sampler->windows[sampler->by_knot[knot->first + i]].dip;
    /* Only a state leaves something to see if all are slow. */
    if (!sampler->states && (dips == 0 || dips == knot->windows))
        return;
    double now = labels_fit(sampler, knot, precision, scaled);
    turn(sampler, knot);
    if (gsl_rng_uniform(sampler->random) >= exp(labels_fit(sampler, knot, precision, scaled) - now))
        turn(sampler, knot);
    knot->sum = knee_sampler_sum(sampler, knot, &knot->weight);
}

/* How likely each label is; `miss` is how far the window is above f, `spread` the variance of that.
 */
static void weigh_labels(const struct knee_sampler *sampler, uint32_t at, double miss,
                         double spread, double *weights)
{
    double odds = dip_odds(sampler, at);
    weights[FAST] = knee_sampler_normal(miss, spread);
    weights[SLOW] = 0;
    weights[DIP] =
        odds * knee_sampler_dip_density(sampler, sampler->windows[at].knot, -miss, spread);
    if (sampler->states)
        weights[SLOW] =
            odds * KNEE_SAMPLER_DEPTH_SHARE *
            knee_sampler_normal(miss + sampler->mode_depth, spread + KNEE_SAMPLER_DEPTH_VARIANCE);
}

static enum label draw_label(const struct knee_sampler *sampler, const double *weights)
{
    double left = gsl_rng_uniform(sampler->random) * (weights[FAST] + weights[SLOW] + weights[DIP]);
    if ((left -= weights[FAST]) < 0)
        return FAST;
    return left < weights[SLOW] ? SLOW : DIP;
}

void knee_sampler_draw_dips(struct knee_sampler *sampler, struct knee_sampler_knot *knot,
                            const struct knee_pair *predicted)
{
    struct knee_pair_joint joint = knee_pair_join(predicted, &knot->above);
    double precision = 1 / fmax(joint.value_variance, KNEE_SAMPLER_TINY);
    double scaled = precision * joint.value;
    turn_labels(sampler, knot, precision, scaled);
    for (uint32_t i = 0; i < knot->windows; i++) {
        uint32_t at = sampler->by_knot[knot->first + i];
        struct knee_sampler_window *window = &sampler->windows[at];
        double weights[LABELS], own = knee_sampler_precision(sampler, window);
        knot->weight -= own;
        knot->sum -= own * (knee_sampler_seen(sampler, window) - window->drift);
        double known = precision + fmax(knot->weight, 0);
        double miss =
            knee_sampler_y(sampler, window) - window->drift - (scaled + knot->sum) / known;
        weigh_labels(sampler, at, miss, 1 / known + knot->noise_variance, weights);
        set_label(window, draw_label(sampler, weights));
        own = knee_sampler_precision(sampler, window);
        knot->weight += own;
        knot->sum += own * (knee_sampler_seen(sampler, window) - window->drift);
    }
}
