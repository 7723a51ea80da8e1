/* SPDX-License-Identifier: MIT */
/* Progress for people: a line that is redrawn on a terminal; elsewhere one line per workload. */
#ifndef KNEE_TUNER_SWEEP_PROGRESS_H
#define KNEE_TUNER_SWEEP_PROGRESS_H

#include "core/engine/measured.h"
#include "tuner/result/result.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define KNEE_PROGRESS_LEVELS 64 /* whose mean is kept; further ones cannot be the best */
#define KNEE_PROGRESS_BYTES 256

struct knee_progress_level {
    uint32_t level, windows; /* valid ones */
    double sum_per_s;
};

struct knee_progress {
    FILE *log;         /* NULL: quiet */
    bool terminal;     /* redraw a line */
    int verbose;       /* a line per window */
    const char *title; /* of the workload */
    uint64_t budget_ns;
    uint32_t windows;
    uint64_t drawn_ns; /* clock time of the last redraw */
    struct knee_progress_level seen[KNEE_PROGRESS_LEVELS];
    size_t seen_count;
};

/* Looks at `log`: a terminal that can redraw (TERM neither unset nor dumb). */
void knee_progress_init(struct knee_progress *progress, FILE *log, bool quiet, int verbose);

void knee_progress_workload(struct knee_progress *progress, const char *title, uint64_t budget_ns);

/* After each window; `elapsed_s` of the budget is used. */
void knee_progress_window(struct knee_progress *progress, const struct knee_measured *window,
                          double elapsed_s);

/* The line after `window`, which has been counted:
 * "net (5 ms, pool 16): 17 at once 3,164/s; best 3,170/s at 20; 23 s left; other load 0.1; 12
 * windows", the load in CPUs. A long title makes way, and at `columns` the line is cut. Pure;
 * returns `text`. */
const char *knee_progress_line(const struct knee_progress *progress,
                               const struct knee_measured *window, double left_s, size_t columns,
                               char text[KNEE_PROGRESS_BYTES]);

/* Clears the redrawn line: before anything else is printed to the same terminal. */
void knee_progress_clear(struct knee_progress *progress);

/* "knee: cpu (1 ms): resolved, 2; 21 windows, 5.5 s": for a log, since no line is redrawn there. */
bool knee_progress_wants_decided(const struct knee_progress *progress);
void knee_progress_decided(const struct knee_progress *progress,
                           const struct knee_workload_result *workload);

#endif
