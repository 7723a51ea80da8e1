/* SPDX-License-Identifier: MIT */
/* Algebra of a curve's value and slope at one level, two numbers that are jointly normal. Pure.
 *
 * The levels below give a distribution (mean and covariance). The levels above give a message: a
 * likelihood exp(-t'Lt/2 + e't) of t = (value, slope), which need
 * not be a distribution. Both are kept in the closed form of two dimensions.
 * Source: Anderson and Moore 1979, "Optimal filtering", ch. 3 and 6 (covariance and information
 * filter). */
#ifndef KNEE_TUNER_POSTERIOR_PAIR_H
#define KNEE_TUNER_POSTERIOR_PAIR_H

#include <math.h>

struct knee_pair {
    double value, slope; /* means */
    double vv, vs, ss;   /* covariance */
};

struct knee_pair_message {
    double vv, vs, ss; /* L */
    double v, s;       /* e */
};

/* A distribution times a message. */
struct knee_pair_joint {
    double value, value_variance; /* of the product, the value alone */
    double fit, spread;           /* its integral is exp(fit) / sqrt(spread) */
    /* The integral as a function of a change d of the slope: times exp(b d - a d d / 2). */
    double a, b;
};

/* The next level, `width` above, if the slope does not change. */
static inline struct knee_pair knee_pair_step(const struct knee_pair *at, double width)
{
    double cross = at->vs + width * at->ss;
    return (struct knee_pair){.value = at->value + width * at->slope,
                              .slope = at->slope,
                              .vv = at->vv + width * (at->vs + cross),
                              .vs = cross,
                              .ss = at->ss};
}

static inline struct knee_pair knee_pair_scale_slope(const struct knee_pair *at, double factor)
{
    return (struct knee_pair){.value = at->value,
                              .slope = factor * at->slope,
                              .vv = at->vv,
                              .vs = factor * at->vs,
                              .ss = factor * factor * at->ss};
}

/* After the value was seen to be `seen`, with the variance 1 / weight. */
static inline struct knee_pair knee_pair_see(const struct knee_pair *at, double seen, double weight)
{
    double scale = weight / (1 + weight * at->vv), miss = seen - at->value;
    return (struct knee_pair){.value = at->value + at->vv * scale * miss,
                              .slope = at->slope + at->vs * scale * miss,
                              .vv = at->vv / (1 + weight * at->vv),
                              .vs = at->vs / (1 + weight * at->vv),
                              .ss = at->ss - at->vs * at->vs * scale};
}

static inline struct knee_pair_joint knee_pair_join(const struct knee_pair *p,
                                                    const struct knee_pair_message *m)
{
    /* Bi is the inverse of I + P L. */
    double b11 = 1 + p->vv * m->vv + p->vs * m->vs, b12 = p->vv * m->vs + p->vs * m->ss;
    double b21 = p->vs * m->vv + p->ss * m->vs, b22 = 1 + p->vs * m->vs + p->ss * m->ss;
    double det = b11 * b22 - b12 * b21;
    double c11 = (b22 * p->vv - b12 * p->vs) / det, c12 = (b22 * p->vs - b12 * p->ss) / det;
    double c22 = (b11 * p->ss - b21 * p->vs) / det;
    double u1 = (b22 * m->v - b21 * m->s) / det, u2 = (b11 * m->s - b12 * m->v) / det;
    double w11 = (m->vv * b22 - m->vs * b21) / det, w21 = (m->vs * b22 - m->ss * b21) / det;
    double w22 = (m->ss * b11 - m->vs * b12) / det;
    double fit = u1 * p->value + u2 * p->slope -
                 .5 * (w11 * p->value * p->value + 2 * w21 * p->value * p->slope +
                       w22 * p->slope * p->slope);
    double noise = .5 * (c11 * m->v * m->v + 2 * c12 * m->v * m->s + c22 * m->s * m->s);
    return (struct knee_pair_joint){.value = (b22 * p->value - b12 * p->slope) / det + c11 * m->v +
                                             c12 * m->s,
                                    .value_variance = c11,
                                    .fit = fit + noise,
                                    .spread = det,
                                    .a = w22,
                                    .b = u2 - w21 * p->value - w22 * p->slope};
}

/* The message before a normal change of the slope with this mean and variance. */
static inline struct knee_pair_message knee_pair_loosen_slope(const struct knee_pair_message *m,
                                                              double mean, double variance)
{
    double scale = variance / (1 + variance * m->ss);
    struct knee_pair_message out = {.vv = m->vv - m->vs * m->vs * scale,
                                    .vs = m->vs / (1 + variance * m->ss),
                                    .ss = m->ss / (1 + variance * m->ss),
                                    .v = m->v - m->vs * m->s * scale,
                                    .s = m->s / (1 + variance * m->ss)};
    out.v -= out.vs * mean;
    out.s -= out.ss * mean;
    return out;
}

/* The message before the slope was multiplied by `factor`. */
static inline struct knee_pair_message knee_pair_unscale_slope(const struct knee_pair_message *m,
                                                               double factor)
{
    return (struct knee_pair_message){.vv = m->vv,
                                      .vs = factor * m->vs,
                                      .ss = factor * factor * m->ss,
                                      .v = m->v,
                                      .s = factor * m->s};
}

/* The message one level earlier, `width` below. */
static inline struct knee_pair_message knee_pair_step_back(const struct knee_pair_message *m,
                                                           double width)
{
    double cross = m->vs + width * m->vv;
    return (struct knee_pair_message){.vv = m->vv,
                                      .vs = cross,
                                      .ss = m->ss + width * (m->vs + cross),
                                      .v = m->v,
                                      .s = m->s + width * m->v};
}

/* The message of the value alone, before a normal change of it, whatever the slope was, if the
 * slope starts again with this mean and variance. */
static inline struct knee_pair_message knee_pair_break(const struct knee_pair_message *m,
                                                       double drop_mean, double drop_variance,
                                                       double slope_mean, double slope_variance)
{
    /* A new slope: mean and variance are those of a change from 0; then the slope is integrated
     * out, so only the value is left. */
    struct knee_pair_message free = knee_pair_loosen_slope(m, slope_mean, slope_variance);
    double scale = 1 / (1 + drop_variance * free.vv);
    struct knee_pair_message out = {.vv = free.vv * scale, .v = free.v * scale};
    out.v -= out.vv * drop_mean;
    return out;
}

#endif
