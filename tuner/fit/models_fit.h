/* SPDX-License-Identifier: MIT */
/* One least-squares fit of the universal scalability law with chosen parameters fixed at 0: the
 * numerical part of tuner/fit/models.c, which is its only user. Pure. */
#ifndef KNEE_TUNER_FIT_MODELS_FIT_H
#define KNEE_TUNER_FIT_MODELS_FIT_H

#include "core/base/err.h"
#include "tuner/fit/models.h"

#include <stdbool.h>
#include <stddef.h>

struct knee_models_fit {
    bool free[3]; /* lambda (always), sigma, kappa: set by the caller */
    bool converged;
    double theta[3];         /* lambda, sigma, kappa; may be negative */
    double covariance[3][3]; /* inverse of the normal matrix; the user scales it by SSE / df */
    double sse;              /* of the residuals, over their standard errors if known */
};

/* X(n) for theta, and its gradient if `gradient` is not NULL. */
double knee_models_curve(const double theta[3], double level, double gradient[3]);

/* Fits from the start that the linear form n / X = a + b (n - 1) + c n (n - 1) gives, with lambda
 * = 1 / a, sigma = b / a and kappa = c / a. A fit that does not converge is not an error. -1 out of
 * memory. */
int knee_models_fit_one(struct knee_models_fit *fit, const struct knee_models_point *points,
                        size_t count, bool weighted, struct knee_err *err);

#endif
