/* SPDX-License-Identifier: MIT */
/* The least squares of tuner/fit/blockfit.h, its only user: E and K of the kept rows. Pure. */
#ifndef KNEE_TUNER_FIT_BLOCKFIT_MEANS_H
#define KNEE_TUNER_FIT_BLOCKFIT_MEANS_H

#include "tuner/fit/blockfit.h"

/* Sets all residuals from the present E and K. */
void knee_blockfit_residuals(struct knee_blockfit *fit);

/* Sets `stiffness` from the present E: the walk's step by the method of moments, from the mean of
 * each block's kept rows. */
void knee_blockfit_stiffness(struct knee_blockfit *fit);

/* Means of E and K in turn until neither changes, then the residuals. */
void knee_blockfit_means(struct knee_blockfit *fit);

#endif
