/* SPDX-License-Identifier: MIT */
/* Two finished sweeps compared, between which the machine itself may have become faster or slower
 * by some per cent. Pure.
 *
 * Full speed is compared first: the throughput of the one's knee with that of the other's, wherever
 * they are, unless the lower one is as far as its sweep was let go. Then, for each level of both,
 * d = ln(new / base) with its standard error from the two fits. All levels share the machine's
 * change, so two questions are asked apart. Did the curve as a whole move? Its shift m is the
 * median of d, and its interval includes the spread between runs of a machine,
 * KNEE_STORED_MACHINE_SIGMA, or less if a calibration vouches for it. Did its shape move? d - m of
 * a level is free of the machine, and is tested with its own error; the levels' p values are judged
 * by Benjamini and Hochberg (1995). A level that a side has seen in fewer than
 * KNEE_STORED_WINDOWS_MIN windows takes no part: a sweep leaves levels that are out of reach with
 * two or three, which a single hiccup of the machine can spoil. A claim also needs an effect of
 * `min_effect`. */
#ifndef KNEE_TUNER_COMPARE_STORED_H
#define KNEE_TUNER_COMPARE_STORED_H

#include "core/base/err.h"
#include "tuner/compare/compare.h"
#include "tuner/decide/decision.h"
#include "tuner/fit/points.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Standard deviation of ln(speed of the machine) between two runs: seen on shared machines. */
#define KNEE_STORED_MACHINE_SIGMA .06
/* False discovery rate of the levels; half of it is the whole's risk. */
#define KNEE_STORED_Q .005

#define KNEE_STORED_KNEE_RISK .005

#define KNEE_STORED_WINDOWS_MIN 4
/* On a machine this noisy, half of a few windows may be spoilt: it takes more of them, and their
 * errors are wider than Student's t promises (found by simulation). */
#define KNEE_STORED_NOISY_SIGMA .03
#define KNEE_STORED_NOISY_WINDOWS_MIN 10
#define KNEE_STORED_NOISY_WIDENING 1.8

struct knee_stored_level {
    uint32_t level, windows;
    double log_throughput, error; /* natural log of items/s, and its standard error */
    double p99_s;                 /* NAN: unknown */
};

struct knee_stored_side {
    struct knee_stored_level levels[KNEE_LEVELS_MAX]; /* ascending */
    size_t levels_count;
    double sigma, df;             /* of one window, pooled; and of the errors */
    uint32_t knee_low, knee_high; /* what the evidence allows; 0: unknown */
    uint32_t knee;                /* whose throughput is compared, too; 0: unknown */
    bool cut;                     /* knee_workload_result_is_cut() */
};

/* What a finished search tells: its fit and its decision. */
void knee_stored_side_of(struct knee_stored_side *side, const struct knee_points *points,
                         const struct knee_decision *decision);

struct knee_stored_params {
    double min_effect;
    double machine_sigma; /* KNEE_STORED_MACHINE_SIGMA, or what a calibration leaves of it */
    double machine_shift; /* ln(new machine / base machine) by the calibration; 0 without one */
};

/* True if the knee of `low` is the highest level of a sweep that was cut, and the other's is
 * beyond: whether `low` would have got there, nobody knows. */
bool knee_stored_is_cut(const struct knee_stored_side *low, const struct knee_stored_side *high);

/* Judges the levels that both have. -1 out of memory. */
int knee_stored_judge(struct knee_compare *compare, const struct knee_stored_side *base,
                      const struct knee_stored_side *new_side,
                      const struct knee_stored_params *params, struct knee_err *err);

/* Did the knee move? The lower of the two lies outside of the other's interval, and is lower by
 * more than a quarter and by more than one. And the curves say so, too: from the levels up to the
 * lower knee to those from the higher one on, one rises by `min_effect` more than the other, with
 * at most KNEE_STORED_KNEE_RISK that chance does it. Two sweeps of a curve that is rough, or nearly
 * flat between two levels, measure different levels and may settle on different knees, each with
 * good reason; the levels that both have show that the curve is still the same. On the other hand,
 * the intervals of a soft knee overlap long after the curves have come apart. False if one knee is
 * unknown. */
bool knee_stored_knee_moved(const struct knee_stored_side *base,
                            const struct knee_stored_side *new_side, double min_effect);

#endif
