/* SPDX-License-Identifier: MIT */
#include "tuner/compare/false_discovery.h"

#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

double knee_false_discovery_limit(double *p_values, size_t count, double q)
{
    double limit = -1;
    qsort(p_values, count, sizeof *p_values, ascending);
    for (size_t i = 0; i < count; i++)
        if (p_values[i] <= (double)(i + 1) / (double)count * q)
            limit = p_values[i];
    return limit;
}
