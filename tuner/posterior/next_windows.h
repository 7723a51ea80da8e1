/* SPDX-License-Identifier: MIT */
/* Which windows would tell most. Pure. */
#ifndef KNEE_TUNER_POSTERIOR_NEXT_WINDOWS_H
#define KNEE_TUNER_POSTERIOR_NEXT_WINDOWS_H

#include "tuner/posterior/claims.h"

#define KNEE_NEXT_WINDOWS_MAX 16

/* Fills `knots` with up to `count` different ones (at most
 * KNEE_NEXT_WINDOWS_MAX) whose next windows take most from the variance of
 * the claims about the likeliest picks, chosen one after the other by covariances over the draws.
 * `rights` is from knee_claims_make(). Returns how many, or -1 out of memory. */
int knee_next_windows(size_t *knots, int count, const struct knee_posterior *posterior,
                      const double *rights, double tolerance_ratio, struct knee_err *err);

#endif
