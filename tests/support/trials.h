/* SPDX-License-Identifier: MIT */
/* Simulated searches on random curves, for the tests of search quality: seven families with random
 * parameters that no search was tuned on, and at most 200 windows. */
#ifndef KNEE_TESTS_SUPPORT_TRIALS_H
#define KNEE_TESTS_SUPPORT_TRIALS_H

#include "tests/support/curves.h"
#include "tests/support/hard_curves.h"
#include "tests/support/other_curves.h"
#include "tuner/simulate/simulate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEST_HOLD_OUT_SEED 9000000u /* tuning used seeds below this */
#define TEST_WINDOWS_MAX 200
#define TEST_CURVES 60     /* of each family */
#define TEST_FEW_CURVES 12 /* for a strategy that thinks longer */

/* One trial on each of `curves` curves of each of the first `families` families. Those below
 * TEST_ODD are the seven; the peaks of TEST_ODD are at levels that no search can know of. */
struct test_trials {
    const char *noise, *strategy;
    enum test_hard hard;
    bool other; /* of the families that no strategy was designed with in mind */
    size_t families, curves;
    uint64_t seed; /* of the first curve of each family; 0: TEST_HOLD_OUT_SEED */
};

/* Exits the program if the name is unknown. */
const struct knee_simulate_noise *test_noise(const char *name);

/* Into room for families × curves trials, family by family; on all CPUs, and the same on any number
 * of them. Exits the program if a trial fails. */
void test_trials_run(struct knee_simulate_trial *trials, const struct test_trials *which);

/* The same, summed up and printed after the word `what`. */
struct knee_simulate_summary test_trials_sum(const struct test_trials *which, const char *what);

/* The seven families on a quiet machine with that trouble. */
struct knee_simulate_summary test_hard_sum(enum test_hard hard, const char *strategy, size_t curves,
                                           const char *what);

/* Asserts for stalls, outages and a rate limit that at most this share of the trials is confidently
 * wrong. */
void test_bear_trouble(const char *strategy, size_t curves, double false_ratio);

#endif
