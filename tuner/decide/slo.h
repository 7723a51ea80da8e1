/* SPDX-License-Identifier: MIT */
/* Service level objectives: bounds that a level must meet to be recommended. Pure.
 *
 * Each is "at most". A level meets one if the upper end of a one-sided confidence interval does not
 * exceed it, and misses it if the lower end does; else it is open.
 * - Percentiles: from the items of all valid windows together, by the binomial bounds of their
 *   order statistics (David and Nagaraja 2003, "Order Statistics", 7.1). Too few items show
 *   nothing: a p99 takes 299 at 95 %.
 * - The mean: from the windows' means in logs, by Student's t from their spread, over at least
 *   KNEE_SLO_WINDOWS_MIN valid windows. The same for percentiles of windows without a histogram, as
 *   in older journals (the spread is at least the histogram's resolution).
 * - Errors: the share of failed items, exactly (Clopper and Pearson 1934); if none is allowed,
 *   whether one was seen. */
#ifndef KNEE_TUNER_DECIDE_SLO_H
#define KNEE_TUNER_DECIDE_SLO_H

#include "core/base/err.h"
#include "core/engine/window.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_SLO_WINDOWS_MIN 2
#define KNEE_SLO_TEXT_BYTES 48

enum knee_slo_metric {
    KNEE_SLO_P50,
    KNEE_SLO_P95,
    KNEE_SLO_P99,
    KNEE_SLO_MEAN,
    KNEE_SLO_ERRORS,
};

struct knee_slo {
    enum knee_slo_metric metric;
    double limit; /* seconds; a ratio for errors */
};

/* "p99=50ms", "p99<50ms", "p99<=50ms", "errors=1%". -1 with KNEE_USAGE; `what` is for the error. */
int knee_slo_parse(struct knee_slo *slo, const char *what, const char *text, struct knee_err *err);

/* The other way: "p99=50ms", and for people "p99 <= 50 ms"; into KNEE_SLO_TEXT_BYTES. */
const char *knee_slo_text(const struct knee_slo *slo, char *text);
const char *knee_slo_phrase(const struct knee_slo *slo, char *text);

/* A value of the SLO's metric: "p99 1.4 ms", "errors 2.3 %"; "p99 unknown". */
const char *knee_slo_value(const struct knee_slo *slo, double value, char *text);
/* Without the metric's name: "1.4 ms", "2.3 %"; "unknown". */
const char *knee_slo_amount(const struct knee_slo *slo, double value, char *text);

struct knee_slo_judgement {
    double value;        /* as measured; NAN unknown */
    double lower, upper; /* the ends of its one-sided intervals; 0, INFINITY: too little was seen */
    bool met;            /* shown to be met: `upper` is no more than the limit */
    bool missed;         /* shown to be missed: `lower` is more than the limit */
    double items;        /* percentiles: of the level's windows, and */
    double items_needed; /* how many it takes at least to show that one is met; 0: enough */
};

bool knee_slo_is_percentile(const struct knee_slo *slo);

/* Judges `level` by its valid windows. */
struct knee_slo_judgement knee_slo_judge(const struct knee_slo *slo, uint32_t level,
                                         double confidence_ratio, const struct knee_window *windows,
                                         size_t count);

#endif
