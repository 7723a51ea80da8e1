/* SPDX-License-Identifier: MIT */
#include "tuner/run/run_window.h"

#include <math.h>

#define FADE .02 /* the share of each new length: about the last 50 count */

void knee_run_lengths_add(struct knee_run_lengths *lengths, double length_s)
{
    lengths->count++;
    double share = fmax(FADE, 1. / (double)lengths->count);
    lengths->mean_s += share * (length_s - lengths->mean_s);
    lengths->square += share * (length_s * length_s - lengths->square);
}

double knee_run_lengths_cv(const struct knee_run_lengths *lengths)
{
    double variance = lengths->square - lengths->mean_s * lengths->mean_s;
    return lengths->mean_s > 0. && variance > 0. ? sqrt(variance) / lengths->mean_s : 0.;
}

double knee_run_lengths_expect_s(const struct knee_run_lengths *lengths, double elapsed_s)
{
    if (lengths->count == 0)
        return NAN;
    double cv = fmin(knee_run_lengths_cv(lengths), 1.), spread = cv * cv;
    return (1. - spread) * fmax(lengths->mean_s, elapsed_s) +
           spread * (elapsed_s + lengths->mean_s);
}

void knee_run_window_begin(struct knee_run_window *window, double now_s)
{
    *window = (struct knee_run_window){.start_s = now_s};
}

void knee_run_window_add(struct knee_run_window *window, double start_s, double end_s,
                         double weight, bool failed)
{
    double length_s = end_s - start_s;
    window->ended++;
    if (failed)
        return;
    double inside_s = end_s - fmax(start_s, window->start_s);
    window->work += length_s > 0. ? weight * inside_s / length_s : weight;
}

double knee_run_window_share(const struct knee_run_window *window, double start_s, double now_s,
                             double weight, const struct knee_run_lengths *lengths)
{
    double whole_s = knee_run_lengths_expect_s(lengths, now_s - start_s);
    double inside_s = now_s - fmax(start_s, window->start_s);
    return whole_s > 0. && inside_s > 0. ? weight * fmin(1., inside_s / whole_s) : 0.;
}
