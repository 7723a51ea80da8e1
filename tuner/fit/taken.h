/* SPDX-License-Identifier: MIT */
/* What other work on many hosts takes of their total, window by window. Pure.
 *
 * A window from which it takes more than 1 %, half of the tolerance, is spoilt. One host of many
 * that is always busy is a condition of all levels alike: the median of the windows before, up to
 * that 1 %, is not held against a window. */
#ifndef KNEE_TUNER_FIT_TAKEN_H
#define KNEE_TUNER_FIT_TAKEN_H

#include <stdbool.h>
#include <stddef.h>

#define KNEE_TAKEN_RATIO .01
#define KNEE_TAKEN_WINDOWS 32 /* that tell what is always taken: the last ones */

struct knee_taken {
    double ratios[KNEE_TAKEN_WINDOWS];
    size_t count; /* of all windows */
};

/* Was the next window spoilt, from which `ratio`, 0 to 1, of the total was taken? */
bool knee_taken_spoils(struct knee_taken *taken, double ratio);

#endif
