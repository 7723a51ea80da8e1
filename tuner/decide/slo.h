/* SPDX-License-Identifier: MIT */
/* Service level objectives: what a level must keep to be recommended. Pure.
 *
 * Each is "at most". A level meets one where the upper end of a one-sided confidence interval does
 * not exceed it: for latencies that of the mean of the windows' own values in logs, by Student's t
 * from their spread over at least KNEE_SLO_WINDOWS_MIN valid windows (percentiles of windows are
 * skewed, their logs hardly; the spread is taken for no less than the histogram's resolution); for
 * errors that of the share of failed items, exactly (Clopper and Pearson 1934), or, where none at
 * all is allowed, that none was seen. Too few windows meet nothing. */
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
    double value; /* what was seen; NAN unknown */
    double upper; /* the upper end of its interval; INFINITY: too few windows */
    bool met;
};

/* Judges `level` by its valid windows. */
struct knee_slo_judgement knee_slo_judge(const struct knee_slo *slo, uint32_t level,
                                         double confidence_ratio, const struct knee_window *windows,
                                         size_t count);

#endif
