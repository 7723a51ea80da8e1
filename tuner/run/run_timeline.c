/* SPDX-License-Identifier: MIT */
#include "tuner/run/run_timeline.h"

#include <math.h>

#define STRETCHES KNEE_RUN_TIMELINE_STRETCHES
#define FIRST_S .05 /* shorter stretches would show the items, not the run */

static void widen(struct knee_run_timeline *timeline)
{
    for (size_t i = 0; i < STRETCHES; i++) {
        bool has = 2 * i + 1 < STRETCHES;
        timeline->done[i] = has ? timeline->done[2 * i] + timeline->done[2 * i + 1] : 0.;
        timeline->busy_s[i] = has ? timeline->busy_s[2 * i] + timeline->busy_s[2 * i + 1] : 0.;
    }
    timeline->stretch_s *= 2;
}

void knee_run_timeline_add(struct knee_run_timeline *timeline, double start_s, double end_s,
                           bool done)
{
    if (!(start_s >= 0.) || !(end_s >= start_s) || !isfinite(end_s))
        return;
    if (timeline->stretch_s <= 0.)
        timeline->stretch_s = FIRST_S;
    while (end_s >= STRETCHES * timeline->stretch_s)
        widen(timeline);
    double length_s = end_s - start_s, stretch_s = timeline->stretch_s;
    size_t last = (size_t)(end_s / stretch_s);
    for (size_t i = (size_t)(start_s / stretch_s); i <= last && i < STRETCHES; i++) {
        double from_s = fmax(start_s, (double)i * stretch_s);
        double inside_s = fmax(0., fmin(end_s, (double)(i + 1) * stretch_s) - from_s);
        timeline->busy_s[i] += inside_s;
        if (done)
            timeline->done[i] += length_s > 0. ? inside_s / length_s : 1.;
    }
    timeline->end_s = fmax(timeline->end_s, end_s);
}

size_t knee_run_timeline_points(const struct knee_run_timeline *timeline,
                                struct knee_run_timeline_point *points)
{
    if (!(timeline->end_s > 0.))
        return 0;
    size_t stretches = (size_t)ceil(timeline->end_s / timeline->stretch_s), count = 0;
    stretches = stretches < STRETCHES ? stretches : STRETCHES;
    size_t each = (stretches + KNEE_RUN_TIMELINE_SHOWN - 1) / KNEE_RUN_TIMELINE_SHOWN;
    for (size_t i = 0; i < stretches; i += each) {
        double done = 0., busy_s = 0.;
        for (size_t j = i; j < i + each && j < stretches; j++) {
            done += timeline->done[j];
            busy_s += timeline->busy_s[j];
        }
        double from_s = (double)i * timeline->stretch_s;
        double to_s = fmin((double)(i + each) * timeline->stretch_s, timeline->end_s);
        if (to_s <= from_s)
            break;
        points[count++] = (struct knee_run_timeline_point){from_s, to_s, done / (to_s - from_s),
                                                           busy_s / (to_s - from_s)};
    }
    /* A last sliver would show one item's end as a peak: it joins its neighbour. */
    if (count > 1 && points[count - 1].to_s - points[count - 1].from_s <
                         .9 * (points[count - 2].to_s - points[count - 2].from_s)) {
        struct knee_run_timeline_point *into = &points[count - 2], *last = &points[count - 1];
        double whole_s = last->to_s - into->from_s, a_s = into->to_s - into->from_s,
               b_s = last->to_s - last->from_s;
        into->throughput_per_s =
            (into->throughput_per_s * a_s + last->throughput_per_s * b_s) / whole_s;
        into->running = (into->running * a_s + last->running * b_s) / whole_s;
        into->to_s = last->to_s;
        count--;
    }
    return count;
}
