/* SPDX-License-Identifier: MIT */
/* Scalability models of throughput over level: they explain a curve, and predict between its
 * levels and a little beyond. They never overrule a measured decision. Pure.
 *
 *     linear  X(n) = lambda n
 *     Amdahl  X(n) = lambda n / (1 + sigma (n - 1))
 *     USL     X(n) = lambda n / (1 + sigma (n - 1) + kappa n (n - 1))
 *
 * the universal scalability law (Gunther 2007, "Guerrilla Capacity Planning", eq. 4.32), with
 * lambda in items/s, the throughput at level 1; sigma the contention, the share of an item that
 * runs alone; kappa the coherency, what each pair of items costs. Its peak is at
 * n* = sqrt((1 - sigma) / kappa) (ibid., eq. 4.33); with kappa = 0 there is none. Since
 * items are whole, the peak's level is n* rounded down, as in published fits.
 *
 * How: non-linear least squares of X, by Levenberg and Marquardt's method; sigma and kappa
 * are kept >= 0 by trying the four sets of active bounds; the best feasible one is taken. Each
 * level counts the same unless repeats give it a standard error; then the weights are 1/se^2. The
 * form is chosen by AIC = m ln(SSE / m) + 2 k (Akaike 1974), k counting the free parameters and
 * the variance. From 12 levels on it has Hurvich and Tsai's correction (1989), 2 k (k + 1) / (m - k
 * - 1), which with fewer levels would only let the linear form pass.
 *
 * If repeats show the noise, F = (SSE / df) / pure error tests the chosen form (Draper and Smith
 * 1998, ch. 2). If chance alone would miss by as much in fewer than one of a hundred cases, and
 * some level is missed by more than KNEE_MODELS_MISS_RATIO, the form does not fit and is refused.
 */
#ifndef KNEE_TUNER_FIT_MODELS_H
#define KNEE_TUNER_FIT_MODELS_H

#include "core/base/err.h"
#include "tuner/fit/points.h"

#include <stdbool.h>
#include <stddef.h>

/* Fewer different levels are not worth a model. */
#define KNEE_MODELS_LEVELS_MIN 6
/* A peak beyond this many times the largest level would be a guess. */
#define KNEE_MODELS_REACH 2.0
/* A form that misses by no more than this explains a curve well enough, even if the miss is
 * certain. */
#define KNEE_MODELS_MISS_RATIO .05

enum knee_model {
    KNEE_MODEL_NONE,
    KNEE_MODEL_LINEAR,
    KNEE_MODEL_AMDAHL,
    KNEE_MODEL_USL,
    KNEE_MODEL_COUNT,
};

const char *knee_model_text(enum knee_model model); /* "none", "linear", "amdahl", "usl" */

/* A parameter and its 95 % interval by Student's t; sigma's and kappa's end at 0. A parameter that
 * the form, or a bound, fixes at 0 has no interval: NAN. */
struct knee_estimate {
    double value, ci_low, ci_high;
};

/* Why there is no model, or no peak; the numbers that belong to it are in struct knee_models.
 * reports/words/refusal.h makes the sentence. */
enum knee_models_refusal {
    KNEE_REFUSAL_NONE,
    KNEE_REFUSAL_FEW_LEVELS,     /* fewer than KNEE_MODELS_LEVELS_MIN: `levels` */
    KNEE_REFUSAL_NO_CONVERGENCE, /* the best fit is unknown */
    KNEE_REFUSAL_UNDETERMINED,   /* the levels leave a parameter open */
    KNEE_REFUSAL_MISSES_LEVEL,   /* `best_form` misses `worst_miss_level` by `worst_miss_ratio` */
    KNEE_REFUSAL_PEAK_OPEN,      /* a model, but the coherency may be 0: there may be no peak */
    KNEE_REFUSAL_PEAK_FAR,       /* a model whose peak, `peak_refused`, is beyond reach */
};

struct knee_models {
    enum knee_model model; /* NONE: `refusal` says why, and all numbers are NAN */
    struct knee_estimate lambda, sigma, kappa;
    double covariance[3][3]; /* of lambda, sigma, kappa; 0 for a fixed one */
    double t;                /* Student's t(.975, df): half a band's width over its error */
    double df;               /* levels less free parameters */
    double levels;           /* how many were fitted */
    double level_max;        /* the largest of them */
    /* The model's peak: NAN if there is no finite one (`refusal` is then NONE), or if it is
     * unknown (`refusal` says why). */
    double peak_level, peak_throughput_per_s;
    bool extrapolated;            /* the peak is beyond the largest level */
    double aic[KNEE_MODEL_COUNT]; /* by enum knee_model; NAN: does not fit */
    double lack_of_fit_p;         /* chance of such a miss if the form were true; NAN: no repeats */
    double worst_miss_ratio;      /* |X - model| / X of the level that is missed most */
    double worst_miss_level;
    enum knee_models_refusal refusal;
    enum knee_model best_form; /* the form that fits best, also if it is refused */
    double peak_refused;       /* the level of a peak that is too far away; else NAN */
};

/* One level of a table. */
struct knee_models_point {
    double level;            /* >= 1 */
    double throughput_per_s; /* > 0; the mean of its repeats */
    double se_per_s;         /* its standard error, > 0; NAN: unknown, then of all points */
};

/* Fits `count` points, ascending, each level once. `error_df` are the degrees of freedom of the
 * standard errors; 0: there are none. -1 out of memory. */
int knee_models_fit(struct knee_models *models, const struct knee_models_point *points,
                    size_t count, double error_df, struct knee_err *err);

/* The same from a sweep's points; levels that fail are left out. */
int knee_models_fit_points(struct knee_models *models, const struct knee_points *points,
                           struct knee_err *err);

/* Throughput at `level` (1 and more, fractions allowed) by the model and, if `se_per_s` is not
 * NULL, its standard error: the 95 % band is +- models->t of these. NAN without a model. */
double knee_models_predict(const struct knee_models *models, double level, double *se_per_s);

#endif
