/* SPDX-License-Identifier: MIT */
/* The least squares within tuner/fit/blockfit.h, for it alone: E and K of the kept rows. Pure. */
#ifndef KNEE_TUNER_FIT_BLOCKFIT_MEANS_H
#define KNEE_TUNER_FIT_BLOCKFIT_MEANS_H

#include "tuner/fit/blockfit.h"

/* Sets all residuals from E and K as they are. */
void knee_blockfit_residuals(struct knee_blockfit *fit);

/* Sets `stiffness` from E as it is: the walk's step by the method of moments, from each block's own
 * mean of what is kept. */
void knee_blockfit_stiffness(struct knee_blockfit *fit);

/* Means of E and K in turn until neither changes, then the residuals. */
void knee_blockfit_means(struct knee_blockfit *fit);

#endif
