/* SPDX-License-Identifier: MIT */
/* A source of windows for tests of searches: a curve, a little noise, and faults on demand. */
#ifndef KNEE_TESTS_SUPPORT_FAKE_H
#define KNEE_TESTS_SUPPORT_FAKE_H

#include "core/base/random.h"
#include "tuner/search/search.h"

#include <stdint.h>

struct test_fake {
    double (*throughput)(double level);
    double cv_ratio;
    struct knee_random random;
    uint32_t budget;                      /* windows; 0: no limit */
    uint32_t fail_at;                     /* this window is an error; 0: none */
    uint32_t errors_from;                 /* half of the items fail from this level on; 0: none */
    uint32_t stalled;                     /* no item ends at this level; 0: none */
    uint32_t spoilt;                      /* every window at this level is invalid; 0: none */
    uint64_t window_ns;                   /* 0: a second */
    uint32_t spoilt_from, spoilt_to;      /* these windows are invalid, too; 0, 0: none */
    double spoilt_ratio;                  /* share of the other windows that are invalid */
    bool unlucky;                         /* all these windows are, by chance (tuner/fit/steal.h) */
    uint32_t windows;                     /* measured so far */
    uint32_t levels[4096];                /* of these windows */
    struct knee_candidate candidates[64]; /* 1, 2, 4 ... */
    struct knee_search_params params;     /* over these candidates */
};

/* A fake of `throughput` with candidates 1, 2, 4 ... level_max under the default strategy. */
void test_fake_init(struct test_fake *fake, double (*throughput)(double level), uint32_t level_max);

/* Runs the search; the record is released. Asserts that the decision is well formed. */
struct knee_decision test_fake_run(struct test_fake *fake);

struct knee_search_source test_fake_source(struct test_fake *fake);

/* Asserts that the decision makes sense: existing levels, an interval around the knee, texts. */
void test_decision_is_well_formed(const struct knee_decision *decision);

double test_plateau_at_6(double level);  /* min(n, 6) */
double test_plateau_at_13(double level); /* min(n, 13) */
double test_linear(double level);
/* 10 ms of waiting and 1 ms at a single server: the latency is (n + 10) ms. */
double test_waiting(double level);
double test_flat(double level);
double test_falling(double level);
double test_pool_of_20_collapses(double level);
double test_peak_hidden_at_11(double level);
double test_smt_of_4_cores(double level);
double test_numa_dip_after_16(double level);
double test_usl(double level); /* the highest at 30, the knee at 23 to 28 */
double test_step_at_2(double level);

/* Asserts that the strategy of this name is right on all of these curves; on a plateau it may take
 * `more` levels more than the knee. */
void test_known_curves_are_resolved(const char *strategy, uint32_t more);

#endif
