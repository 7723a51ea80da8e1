/* SPDX-License-Identifier: MIT */
/* tuner/simulate puts a known curve in place of the engine: curves, noise and events.
 *
 * This file: searches over such a curve. It is the same search as a sweep's, with a source that
 * draws its windows. The same seed gives the same windows and picks on every machine.
 *
 * The noise, as measured on shared machines: every window's log throughput has a normal error; dips
 * come in bursts of 1.5 windows on average, each a loss drawn evenly from 20 to 50 %; the machine
 * drifts by a random walk in log throughput. A window with its settling takes 3 s. */
#ifndef KNEE_TUNER_SIMULATE_SIMULATE_H
#define KNEE_TUNER_SIMULATE_SIMULATE_H

#include "core/base/err.h"
#include "core/base/random.h"
#include "tuner/search/search.h"
#include "tuner/simulate/curve.h"
#include "tuner/simulate/event.h"
#include "tuner/simulate/simulate_hosts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_simulate_noise {
    double cv_ratio;    /* of one window's throughput */
    double dips_ratio;  /* share of the windows that a dip hits, below .9 */
    double drift_ratio; /* standard deviation of the walk after one minute */
};

/* What real machines do besides. All zero: nothing. Each hits all levels alike. */
struct knee_simulate_trouble {
    const struct knee_event *events; /* borrowed */
    size_t events_count;
    /* A device of two states: it runs at this ratio half of the time, in stretches that last 3 to
     * 10 s; 0: it has one state. The truth then is of the faster one, as ratios are the same. */
    double state_ratio;
    double hysteresis_ratio; /* a window after one at a higher level is slower by this */
    double correlation;      /* of a window's normal error with that of the one before, -1 to 1 */
    /* Credit for this many windows at the peak's speed. Speed above `refill_ratio` of the peak's
     * uses it up, speed below refills it; 0: no such limit. The truth then is of the curve without
     * credit: see knee_simulate_truth(). */
    double credit_windows, refill_ratio;
    /* The machine starts slower by this, and warms up over this many windows. */
    double warmup_ratio, warmup_windows;
};

/* "quiet", "typical" or "noisy"; NULL: unknown. */
const struct knee_simulate_noise *knee_simulate_noise_find(const char *name);

/* A machine with that noise. Its source refers to it: keep it in place. */
struct knee_simulate {
    const struct knee_curve *curve;
    struct knee_simulate_noise noise;
    struct knee_simulate_trouble trouble;
    struct knee_random random;
    struct knee_simulate_hosts *hosts; /* NULL: one machine */
    struct knee_random others;         /* for all but the noise, so that this stays the same */
    uint64_t now_ns, windows;
    double drift;  /* log units */
    double dip;    /* log units, 0 outside a burst */
    double error;  /* of the last window, in standard deviations */
    double credit; /* items */
    uint64_t state_end_ns;
    bool slow_state;
    uint32_t level; /* of the last window */
};

struct knee_simulate knee_simulate_make(const struct knee_curve *curve,
                                        const struct knee_simulate_noise *noise,
                                        const struct knee_simulate_trouble *trouble, uint64_t seed);
struct knee_search_source knee_simulate_source(struct knee_simulate *simulator);

struct knee_simulate_params {
    struct knee_simulate_noise noise;
    struct knee_simulate_trouble trouble;
    const struct knee_strategy *strategy;
    uint32_t cpus; /* c of the candidates {1, 2, 4 .. N} with {c/2, c, 2c} */
    uint32_t windows_max;
    uint32_t hosts;         /* that ask together, see simulate_hosts.h; 0: one machine */
    double busy_host_ratio; /* one of them always has this speed; 0: none */
    double tolerance_ratio, confidence_ratio;
};

struct knee_simulate_trial {
    uint32_t pick, true_knee, windows;
    double seconds;
    double regret_ratio; /* 1 - X(pick) / max X */
    enum knee_verdict verdict;
    uint32_t knee_low, knee_high;
    bool right;         /* see knee_curve_right() */
    uint32_t slow_host; /* the rank that would be named; UINT32_MAX: none */
};

/* The candidates that a sweep of such a machine has, up to `level_max`, into room for
 * KNEE_LEVELS_MAX; returns how many. */
size_t knee_simulate_candidates(struct knee_candidate *candidates, uint32_t level_max,
                                uint32_t cpus);

int knee_simulate_trial(struct knee_simulate_trial *trial,
                        const struct knee_simulate_params *params, const struct knee_curve *curve,
                        uint64_t seed, struct knee_err *err);

/* Is a pick right: its throughput is within 3 % of the best, it is at most 1.25 times the smallest
 * such level, or one more than that, and it does not fail too often. */
bool knee_curve_right(const struct knee_curve *curve, uint32_t pick);

/* The curve that a search is to find under that trouble, into `truth`, which the caller releases.
 * -1 out of memory. */
int knee_simulate_truth(struct knee_curve *truth, const struct knee_curve *curve,
                        const struct knee_simulate_trouble *trouble, struct knee_err *err);

struct knee_simulate_summary {
    double right_ratio, mean_regret_ratio, median_windows, median_seconds, resolved_ratio;
    double false_ratio; /* resolved and not right, of all trials */
    double named_ratio; /* the first host, which is the busy one, is named */
};

/* `trials` > 0 of them; -1 out of memory. */
int knee_simulate_summarize(struct knee_simulate_summary *summary,
                            const struct knee_simulate_trial *trials, size_t count,
                            struct knee_err *err);

#endif
