/* SPDX-License-Identifier: MIT */
/* How long a run will still take, from its counts and its history. Pure.
 *
 * n items are left, of mean length m and coefficient of variation c, under limit L; X(k) is the
 * mean throughput of the last k moments.
 *   left = n / X(10) + c m (H(k) - k/L), with k = min(n, L)
 * H(k) = 1 + 1/2 + ... + 1/k. The second part is the wait for the last items, when slots run out
 * of work: for exponential lengths (c = 1) it makes the whole exact, the mean of the largest of k
 * (Feller, An Introduction to Probability Theory, vol. 2, I.6); items that are alike (c = 0) have
 * no such wait.
 *   low = left X(10) / (max X max(1, r) g (1 + e))
 *   high = left X(10) (1 + sqrt(e^2 + s^2)) / (min X min(1, r))
 *   e = 1.64 sqrt(a^2 + b^2 + t^2 + .05^2)
 *   s = (Q - m k/L - c m (H(k) - k/L)) / left, at least 0
 * max X and min X are over X(3), X(10) and X(30), which differ while the limit climbs or the work
 * changes; r: L over its mean in the last 3 moments, since a limit that has just been moved has not
 * shown its throughput yet; g: 1 + 1.5/t after t moments while the limit climbs, else 1: what the
 * climb may still bring (in simulated runs over the families of tests/support/curves.h the interval
 * then holds in nine of ten looks); a: the standard error of X(10) by its moments, at least
 * .5/sqrt(n) of fewer than four; b = c sqrt(1/n + 1/d): the spread of what is left, and of the d
 * that are done, which X is known from; t = m sqrt(c^2 + .1) / left: the spread of the last items;
 * .05: what cannot be known of the time to come; Q: the length that the longest of the last k items
 * stays below with 95 %, if lengths are lognormal: m exp(v z - v^2/2) with v^2 = ln(1 + c^2) and z
 * the normal quantile of .95^(1/k). The longest of many is far above their mean: of 50 items with c
 * = 2 it may be 22 times as long; its own mean is 8 times as long. */
#ifndef KNEE_TUNER_RUN_RUN_LEFT_H
#define KNEE_TUNER_RUN_RUN_LEFT_H

#include "tuner/run/run_live.h"

/* Mean length and coefficient of variation of the items so far; zeroed: none have ended. */
struct knee_run_left_items {
    double mean_s, cv;
};

/* Before the first moment has ended, nothing is known. Sets the throughput of late and the time
 * left with its interval of about 90 %, from the other fields. Unknown is NAN. */
void knee_run_left_estimate(struct knee_run_live *live, const struct knee_run_left_items *items);

#endif
