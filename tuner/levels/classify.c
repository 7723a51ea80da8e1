/* SPDX-License-Identifier: MIT */
#include "tuner/levels/classify.h"

#include <math.h>

#define CPU_FROM 0.80
#define MIXED_FROM 0.50
#define NEAR 0.05
#define HIGH_CV 0.2
#define MEDIUM_CV 0.5

enum knee_class knee_classify(const struct knee_classify_shares *shares, bool *borderline)
{
    double u = shares->cpu_ratio;
    bool near = fabs(u - CPU_FROM) < NEAR || fabs(u - MIXED_FROM) < NEAR;
    bool waits_alike = u < MIXED_FROM && fabs(shares->disk_ratio - shares->wait_ratio) < 2 * NEAR;
    if (borderline)
        *borderline = near || waits_alike;
    if (u >= CPU_FROM)
        return KNEE_CLASS_CPU;
    if (u >= MIXED_FROM)
        return KNEE_CLASS_MIXED;
    return shares->disk_ratio > shares->wait_ratio ? KNEE_CLASS_IO : KNEE_CLASS_NET;
}

uint32_t knee_classify_knee(const struct knee_classify_shares *shares, double cpus,
                            uint32_t level_max)
{
    double n = round(cpus / fmax(shares->cpu_ratio, 1e-9));
    return (uint32_t)fmin(fmax(n, 1.0), level_max);
}

const char *knee_classify_consistency(double cv)
{
    if (isnan(cv))
        return "";
    return cv < HIGH_CV ? "high" : cv < MEDIUM_CV ? "medium" : "low";
}
