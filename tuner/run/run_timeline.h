/* SPDX-License-Identifier: MIT */
/* Throughput of a run over time, from its attempts in any order. An attempt counts in each stretch
 * by the part of its time that lies in it, so that items in step make no saw teeth. Memory is
 * fixed: when time goes beyond the last stretch, neighbours are merged and each gets twice as
 * long. Times are in seconds. Pure. */
#ifndef KNEE_TUNER_RUN_RUN_TIMELINE_H
#define KNEE_TUNER_RUN_RUN_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>

#define KNEE_RUN_TIMELINE_STRETCHES 240
#define KNEE_RUN_TIMELINE_SHOWN 96 /* the most that a chart shows */

/* Zeroed: empty. */
struct knee_run_timeline {
    double stretch_s;                         /* length of each; 0: nothing was added */
    double end_s;                             /* the latest end */
    double done[KNEE_RUN_TIMELINE_STRETCHES]; /* items that succeeded */
    double busy_s[KNEE_RUN_TIMELINE_STRETCHES];
};

/* Adds an attempt; nothing if its times make no sense. */
void knee_run_timeline_add(struct knee_run_timeline *timeline, double start_s, double end_s,
                           bool done);

/* One stretch of what is shown. */
struct knee_run_timeline_point {
    double from_s, to_s;
    double throughput_per_s;
    double running; /* items in flight on average */
};

/* The stretches up to the end, merged to at most KNEE_RUN_TIMELINE_SHOWN; their number. */
size_t knee_run_timeline_points(const struct knee_run_timeline *timeline,
                                struct knee_run_timeline_point *points);

#endif
