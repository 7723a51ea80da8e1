/* SPDX-License-Identifier: MIT */
/* reports/forecast: a plan for another machine as people and programs read it.
 *
 * This file: what all its writers get. */
#ifndef KNEE_REPORTS_FORECAST_FORECAST_PAGE_H
#define KNEE_REPORTS_FORECAST_FORECAST_PAGE_H

#include "tuner/forecast/forecast.h"
#include "tuner/result/result.h"

#include <stddef.h>
#include <stdint.h>

#define KNEE_FORECAST_NEXT_BYTES 4096

/* One workload's plan. */
struct knee_forecast_page_work {
    const char *name;                        /* of the work, whatever the count of cores */
    const struct knee_workload_result *here; /* measured here, on the most CPUs */
    struct knee_forecast forecast;
    /* The measurements here, by the count of cores, ascending. */
    double cores[KNEE_FORECAST_SOURCES_MAX], per_s[KNEE_FORECAST_SOURCES_MAX];
    uint32_t knees[KNEE_FORECAST_SOURCES_MAX];
    size_t counts;
    char next[KNEE_FORECAST_NEXT_BYTES];      /* the sweep for day one, to paste; "": refused */
    double next_s;                            /* about how long it takes */
    const struct knee_workload_result *there; /* --measured; NULL: not given, or not in it */
};

struct knee_forecast_page {
    const char *dir;         /* that was measured, as typed */
    char from[160], to[320]; /* "2 cores (AMD EPYC)", "16 cores, a quota of 4 CPUs, +2 ms" */
    const struct knee_forecast_target *target;
    const struct knee_forecast_page_work *works;
    size_t works_count;
    const char *date, *version; /* of the result */
};

#endif
