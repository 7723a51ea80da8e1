/* SPDX-License-Identifier: MIT */
/* Many tests at once: which p values may be called discoveries if at most a share `q` of all such
 * calls is to be false (Benjamini and Hochberg 1995, "Controlling the false discovery rate",
 * procedure (1)). Pure. */
#ifndef KNEE_TUNER_COMPARE_FALSE_DISCOVERY_H
#define KNEE_TUNER_COMPARE_FALSE_DISCOVERY_H

#include <stddef.h>

/* The greatest p value that is a discovery; -1 if none is. Sorts `p_values`. */
double knee_false_discovery_limit(double *p_values, size_t count, double q);

#endif
