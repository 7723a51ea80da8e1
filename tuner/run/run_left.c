/* SPDX-License-Identifier: MIT */
#include "tuner/run/run_left.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#define OF_LATE 10 /* moments */
#define JUST_NOW 3
#define FOR_A_WHILE 30
#define NINETY_PERCENT 1.64
#define FEW_ERROR .5   /* of one moment, which shows no error of its own; of n: over sqrt(n) */
#define FEW 4          /* moments */
#define RATE_ERROR .05 /* of a throughput that is taken for that of the time to come */
#define LAST_SPREAD .1 /* squared, of the last items' ends if all are alike, in lengths */
#define CV_MAX 3.
#define STRAGGLER_SURE .95 /* that the last item takes no longer */
#define CLIMB 1.5 /* over the moments so far: what a climb may still bring, by simulated runs */

/* Mean throughput of the last `most` moments; its standard error, as a share of it, in `error`. */
static double mean_of(const struct knee_run_live *live, size_t most, double *error)
{
    size_t count = live->history_count < most ? live->history_count : most;
    double sum = 0., squares = 0.;
    *error = 0.;
    if (count == 0)
        return live->mean_per_s;
    for (size_t i = live->history_count - count; i < live->history_count; i++) {
        sum += live->history[i].throughput_per_s;
        squares += pow(live->history[i].throughput_per_s, 2);
    }
    double mean = sum / (double)count, n = (double)count;
    if (mean > 0.)
        *error = sqrt(fmax(0., squares / n - mean * mean) / n) / mean;
    if (count < FEW)
        *error = fmax(*error, FEW_ERROR / sqrt(n));
    return mean;
}

/* How much more may run now than did in the moments that the throughput is known from. */
static double limit_ratio(const struct knee_run_live *live)
{
    size_t count = live->history_count < JUST_NOW ? live->history_count : JUST_NOW;
    double sum = 0.;
    for (size_t i = live->history_count - count; i < live->history_count; i++)
        sum += live->history[i].limit;
    return sum > 0. ? live->limit / (sum / (double)count) : 1.;
}

static double harmonic(uint64_t count)
{
    double sum = 0.;
    for (uint64_t i = 1; i <= count; i++)
        sum += 1. / (double)i;
    return sum;
}

/* How much faster the work may get by a limit that is not found yet. */
static double climb_ratio(const struct knee_run_live *live)
{
    return live->climbing ? 1. + CLIMB / (double)live->history_count : 1.;
}

/* How long the end takes beyond that: slots have run out of work, and the last items still run. */
static double wait_for_last_s(double left, uint32_t limit, const struct knee_run_left_items *items)
{
    double slots = fmax(1., limit), last = fmin(left, slots);
    return fmin(items->cv, CV_MAX) * items->mean_s *
           fmax(0., harmonic((uint64_t)last) - last / slots);
}

/* How much longer than that the longest of the last items may take. */
static double straggler_s(double left, uint32_t limit, const struct knee_run_left_items *items)
{
    double slots = fmax(1., limit), last = fmin(left, slots), cv = fmin(items->cv, CV_MAX);
    double variance = log1p(cv * cv);
    double z = gsl_cdf_ugaussian_Pinv(pow(STRAGGLER_SURE, 1. / last));
    double longest_s = items->mean_s * exp(sqrt(variance) * z - variance / 2.);
    return fmax(0., longest_s - items->mean_s * last / slots - wait_for_last_s(left, limit, items));
}

void knee_run_left_estimate(struct knee_run_live *live, const struct knee_run_left_items *items)
{
    double error, unused;
    double late = mean_of(live, OF_LATE, &error), now = mean_of(live, JUST_NOW, &unused),
           whole = mean_of(live, FOR_A_WHILE, &unused);
    uint64_t seen = live->done + live->failed + live->skipped;
    live->throughput_per_s = late;
    live->left_s = live->left_low_s = live->left_high_s = NAN;
    if (live->total == UINT64_MAX || live->total < seen || !(late > 0.) || !live->history_count)
        return;
    double left = (double)(live->total - seen);
    live->left_s = live->left_low_s = live->left_high_s = 0.;
    if (left < 1.)
        return;
    live->left_s = left / late + wait_for_last_s(left, live->limit, items);
    double spread = items->cv * sqrt(1. / left + 1. / fmax(1., (double)live->done));
    double last = items->mean_s * sqrt(items->cv * items->cv + LAST_SPREAD) / live->left_s;
    double e = NINETY_PERCENT *
               sqrt(error * error + spread * spread + last * last + RATE_ERROR * RATE_ERROR);
    double more = limit_ratio(live);
    double fastest = fmax(late, fmax(now, whole)) * fmax(1., more) * climb_ratio(live);
    double slowest = fmin(late, fmin(now > 0. ? now : late, whole)) * fmin(1., more);
    live->left_low_s = live->left_s * late / fastest / (1. + e);
    double straggler = straggler_s(left, live->limit, items) / live->left_s;
    live->left_high_s = live->left_s * late / slowest * (1. + hypot(e, straggler));
}
