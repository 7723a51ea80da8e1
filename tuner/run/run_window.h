/* SPDX-License-Identifier: MIT */
/* The throughput of a window of a run, from the items that overlap it. An item counts by the part
 * of its time that lies inside, times its weight: without that, items in step would end all in one
 * window and none in the next. Items that still run when a window closes count by the length that
 * they are expected to have. Times are in seconds on one clock. Pure. */
#ifndef KNEE_TUNER_RUN_RUN_WINDOW_H
#define KNEE_TUNER_RUN_RUN_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Lengths of the items of late: mean and spread, the older ones fading. Zeroed: none yet. */
struct knee_run_lengths {
    double mean_s, square; /* of the length, and of its square */
    uint64_t count;
};

void knee_run_lengths_add(struct knee_run_lengths *lengths, double length_s);
double knee_run_lengths_cv(const struct knee_run_lengths *lengths); /* 0 while unknown */
/* The whole length to expect of an item that has run for `elapsed_s`: the mean if all are
 * alike, `elapsed_s` plus the mean if they are exponential or spread wider. NAN: none known. */
double knee_run_lengths_expect_s(const struct knee_run_lengths *lengths, double elapsed_s);

struct knee_run_window {
    double start_s;
    double work;    /* items credited so far, by weight */
    uint64_t ended; /* items that ended inside, failed ones too */
};

void knee_run_window_begin(struct knee_run_window *window, double now_s);
/* An item has ended at `end_s`, not before the window's start. A failed one gives no credit. */
void knee_run_window_add(struct knee_run_window *window, double start_s, double end_s,
                         double weight, bool failed);
/* The credit at `now_s` of an item that has run since `start_s`. */
double knee_run_window_share(const struct knee_run_window *window, double start_s, double now_s,
                             double weight, const struct knee_run_lengths *lengths);

#endif
