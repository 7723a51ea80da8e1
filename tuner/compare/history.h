/* SPDX-License-Identifier: MIT */
/* One work's results over time: its knee, the throughput there and the p99 there, and where they
 * changed (change_points.h). Pure.
 *
 * Throughput must change by `min_effect` and the knee by a quarter, as stored results must
 * (stored.h). The p99 at the knee follows where the knee happens to lie, so it must change by
 * KNEE_HISTORY_P99_EFFECT_MIN.
 *
 * A knee at the top of a sweep that was cut there is only a lower bound: what lies beyond, nobody
 * knows, so such a result cannot be compared with one whose knee is beyond. The search takes as
 * many results as can be compared with each other, and leaves out the others. */
#ifndef KNEE_TUNER_COMPARE_HISTORY_H
#define KNEE_TUNER_COMPARE_HISTORY_H

#include "core/base/err.h"
#include "tuner/compare/change_points.h"
#include "tuner/result/result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum knee_history_metric {
    KNEE_HISTORY_THROUGHPUT, /* items/s at the knee */
    KNEE_HISTORY_KNEE,
    KNEE_HISTORY_P99, /* seconds, at the knee */
    KNEE_HISTORY_METRICS,
};
const char *knee_history_metric_text(enum knee_history_metric metric); /* "throughput", ... */

#define KNEE_HISTORY_KNEE_EFFECT_MIN .25
#define KNEE_HISTORY_P99_EFFECT_MIN .25

/* One result; NAN: unknown, as of a disturbed sweep. */
struct knee_history_entry {
    const char *dir; /* borrowed */
    char date[32];
    double values[KNEE_HISTORY_METRICS], low_per_s, high_per_s; /* the throughput's interval */
    enum knee_verdict verdict;
    bool is_bound;    /* its knee is only a lower bound: the top of a sweep that was cut */
    bool is_left_out; /* of the search: it or others are bounds, which knee_history_judge() finds */
};

struct knee_history_change {
    enum knee_history_metric metric;
    size_t entry;         /* the first that is different */
    double before, after; /* medians of the stretches on both sides, in the metric's unit */
    bool worse;           /* less throughput, or a longer p99, or more at once for no more */
    bool last;            /* of its metric */
};

struct knee_history {
    char workload[64], title[KNEE_RESULT_TITLE_BYTES];
    struct knee_history_entry *entries; /* by date; owned */
    size_t entries_count, left_out_count;
    struct knee_history_change *changes; /* by metric, then by entry; owned */
    size_t changes_count;
    bool worse; /* some metric's last change was for the worse */
};

/* What one result says of its workload. */
void knee_history_entry_of(struct knee_history_entry *entry, const struct knee_result *result,
                           const struct knee_workload_result *workload, const char *dir);

/* Finds the changes of `entries`, and which of these are left out. -1 out of memory or too many
 * entries. */
int knee_history_judge(struct knee_history *history, double min_effect, uint64_t seed,
                       struct knee_err *err);
void knee_history_release(struct knee_history *history); /* safe on a zeroed one */

#endif
