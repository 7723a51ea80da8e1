/* SPDX-License-Identifier: MIT */
/* The decision from points: the smallest level within the tolerance, intervals under noise, and no
 * claim that the windows do not carry. */
#include "tests/support/fake.h"
#include "tests/support/test.h"
#include "tuner/decide/decision.h"
#include "tuner/decide/evidence.h"

#include <math.h>
#include <string.h>

/* Points as a fit would give them: every level with as many windows, sigma of one window. */
static struct knee_points make_points(const uint32_t *levels, const double *throughput,
                                      size_t count, uint32_t windows, double sigma)
{
    struct knee_points points = {.count = count, .sigma = sigma, .df = 30};
    for (size_t i = 0; i < count; i++) {
        points.at[i] = (struct knee_point){.level = levels[i],
                                           .windows = windows,
                                           .log_throughput = log(throughput[i]),
                                           .sigma = sigma,
                                           .own_sigma = sigma,
                                           .df = 30,
                                           .effective_windows = windows};
        points.windows += windows;
    }
    return points;
}

static struct knee_decision decide(const struct knee_points *points, bool refine)
{
    struct knee_decision decision;
    struct knee_decision_inputs inputs = {.points = points,
                                          .tolerance_ratio = .02,
                                          .confidence_ratio = .95,
                                          .level_max = 64,
                                          .fixed_levels = !refine,
                                          .refine = refine};
    knee_decision_make(&decision, &inputs);
    test_decision_is_well_formed(&decision);
    return decision;
}

static const uint32_t LEVELS[] = {1, 2, 3, 4, 64};

static void pick_is_the_smallest_within_the_tolerance(void **state)
{
    (void)state;
    static const struct {
        double throughput[5];
        uint32_t knee, peak;
    } cases[] = {
        {{50, 99, 100, 100.1, 99}, 2, 4},     {{50, 90, 98.5, 100, 99}, 3, 4},
        {{99, 100, 99, 100, 99}, 1, 2},       {{100, 90, 80, 70, 60}, 1, 1},
        {{50, 97.5, 98.4, 97.5, 100}, 3, 64}, {{20, 40, 60, 80, 100}, 64, 64},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_points points = make_points(LEVELS, cases[i].throughput, 5, 8, .001);
        struct knee_decision decision = decide(&points, false);
        assert_int_equal(decision.knee, cases[i].knee);
        assert_int_equal(decision.limit, cases[i].knee);
        assert_int_equal(decision.peak, cases[i].peak);
    }
}

static void noise_makes_it_unresolved_with_an_interval(void **state)
{
    (void)state;
    const double throughput[] = {50, 90, 98.5, 100, 99};
    struct knee_points points = make_points(LEVELS, throughput, 5, 8, .002);
    struct knee_decision decision = decide(&points, false);
    assert_int_equal(decision.verdict, KNEE_VERDICT_RESOLVED);
    assert_int_equal(decision.knee_low, 3);
    assert_int_equal(decision.knee_high, 3);
    assert_int_equal(decision.windows_more, 0);
    points = make_points(LEVELS, throughput, 5, 8, .1);
    decision = decide(&points, false);
    assert_int_equal(decision.verdict, KNEE_VERDICT_UNRESOLVED);
    assert_int_equal(decision.knee, 3);
    assert_int_equal(decision.knee_low, 2);
    assert_int_equal(decision.knee_high, 64);
    assert_int_equal(decision.why.kind, KNEE_DECISION_INTERVAL);
    assert_true(decision.why.window_cv == .1);
}

static void bound_is_proven_and_falls_with_the_noise(void **state)
{
    (void)state;
    const double throughput[] = {50, 90, 98.5, 100, 99};
    double before = 1;
    const double sigmas[] = {.001, .01, .05, 1};
    for (size_t i = 0; i < sizeof sigmas / sizeof *sigmas; i++) {
        struct knee_points points = make_points(LEVELS, throughput, 5, 8, sigmas[i]);
        double bound = decide(&points, false).bound_ratio;
        assert_true(bound < before);
        assert_true(bound < .985);
        before = bound;
    }
}

static void open_gap_leaves_it_unresolved(void **state)
{
    (void)state;
    const uint32_t levels[] = {1, 2, 4, 8, 16, 64};
    const double throughput[] = {10, 20, 40, 80, 130, 130};
    struct knee_points points = make_points(levels, throughput, 6, 8, .002);
    struct knee_decision decision = decide(&points, true);
    assert_int_equal(decision.verdict, KNEE_VERDICT_UNRESOLVED);
    assert_int_equal(decision.knee_low, 9);
    assert_int_equal(decision.knee_high, 16);
    assert_true(decision.windows_more >= 8);
    assert_int_equal(decide(&points, false).verdict, KNEE_VERDICT_RESOLVED);
}

static void level_that_fails_is_neither_knee_nor_peak(void **state)
{
    (void)state;
    const double throughput[] = {20, 40, 60, 80, 100};
    struct knee_points points = make_points(LEVELS, throughput, 5, 8, .001);
    points.at[3].errors = points.at[4].errors = true;
    struct knee_decision decision = decide(&points, false);
    assert_int_equal(decision.knee, 3);
    assert_int_equal(decision.peak, 3);
    assert_true(decision.errors_stopped);
    assert_int_equal(decision.verdict, KNEE_VERDICT_RESOLVED);
}

static void many_rejected_windows_disturb(void **state)
{
    (void)state;
    const double throughput[] = {50, 99, 100, 100, 99};
    struct knee_points points = make_points(LEVELS, throughput, 5, 8, .001);
    points.rejected = 8;
    assert_int_equal(decide(&points, false).verdict, KNEE_VERDICT_RESOLVED);
    points.rejected = 9;
    struct knee_decision decision = decide(&points, false);
    assert_int_equal(decision.verdict, KNEE_VERDICT_DISTURBED);
    assert_true(isnan(decision.bound_ratio));
}

static void caller_may_disturb(void **state)
{
    (void)state;
    struct knee_decision decision = {
        .knee = 7, .limit = 7, .rule_of_thumb = 4, .uses_coarser = true, .limit_resolved = 7};
    const struct knee_decision_why why = {.kind = KNEE_DECISION_OTHER_WORK, .other_cpus = 1};
    knee_decision_disturb(&decision, &why);
    assert_int_equal(decision.verdict, KNEE_VERDICT_DISTURBED);
    assert_int_equal(decision.limit, 4);
    assert_int_equal(decision.why.kind, KNEE_DECISION_OTHER_WORK);
    assert_true(decision.why.other_cpus == 1);
    assert_false(decision.uses_coarser || decision.limit_resolved > 0);
    assert_string_equal(knee_verdict_text(decision.verdict), "disturbed");
}

static void what_follows_from_other_claims_is_set(void **state)
{
    (void)state;
    static const struct {
        enum knee_verdict verdict;
        bool coarser;
        uint32_t limit, resolved;
    } cases[] = {{KNEE_VERDICT_RESOLVED, false, 16, 16},
                 {KNEE_VERDICT_RISING, false, 16, 0},
                 {KNEE_VERDICT_UNRESOLVED, true, 16, 8}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        /* Made with a coarser answer, 8; a strategy then picked 16. */
        struct knee_decision decision = {.verdict = cases[i].verdict,
                                         .knee = 16,
                                         .limit = 16,
                                         .tolerance_ratio = .02,
                                         .tolerance_resolved_ratio = .1,
                                         .limit_resolved = 8,
                                         .uses_coarser = true};
        knee_decision_follow(&decision);
        assert_int_equal(decision.uses_coarser, cases[i].coarser);
        assert_int_equal(decision.limit, cases[i].limit);
        assert_int_equal(decision.limit_resolved, cases[i].resolved);
    }
}

/* What a claim does not need, another may use: the risk of all is the sum. */
static void risk_is_that_of_all_claims_together(void **state)
{
    (void)state;
    const double throughput[] = {50, 90, 98.5, 100, 99};
    struct knee_points points = make_points(LEVELS, throughput, 5, 8, .01);
    struct knee_evidence evidence;
    knee_evidence_weigh(&evidence, &points, .02, .95);
    double sum = 0, better = -log(.98) + .01, smaller = log(.98) + .01;
    assert_int_equal(evidence.pick, 2);
    for (size_t q = 0; q < 5; q++)
        sum += q == 2 ? 0 : knee_evidence_risk(&evidence, q, 2, better);
    for (size_t q = 0; q < 2; q++)
        sum += knee_evidence_risk(&evidence, q, 3, smaller);
    assert_close(evidence.risk, sum, 1e-12);
    assert_close(knee_evidence_risk(&evidence, 3, 2, log(100 / 98.5)), .5, 1e-9);
}

/* At 2 % nothing is settled, at a coarser tolerance the limit 3 is. */
static void an_open_tolerance_says_which_coarser_one_holds(void **state)
{
    (void)state;
    const double throughput[] = {40, 70, 98.5, 100, 99};
    struct knee_points points = make_points(LEVELS, throughput, 5, 30, .06);
    struct knee_decision_inputs inputs = {.points = &points,
                                          .tolerance_ratio = .02,
                                          .confidence_ratio = .95,
                                          .level_max = 64,
                                          .fixed_levels = true};
    struct knee_decision decision;
    knee_decision_make(&decision, &inputs);
    assert_int_equal(decision.verdict, KNEE_VERDICT_UNRESOLVED);
    assert_true(decision.tolerance_resolved_ratio > .02 && decision.tolerance_resolved_ratio < .15);
    assert_int_equal(decision.limit_resolved, 3);
    assert_false(decision.uses_coarser);
    points.at[2].log_throughput = log(96); /* the asked tolerance picks 4 */
    inputs.may_use_coarser = true;
    knee_decision_make(&decision, &inputs);
    assert_int_equal(decision.knee, 4);
    assert_int_equal(decision.limit, 3);
    assert_true(decision.uses_coarser && decision.bound_ratio > .8);
    points = make_points(LEVELS, throughput, 5, 8, .001);
    knee_decision_make(&decision, &inputs);
    assert_int_equal(decision.verdict, KNEE_VERDICT_RESOLVED);
    assert_true(decision.tolerance_resolved_ratio == .02);
    points = make_points(LEVELS, throughput, 5, 4, 1);
    knee_decision_make(&decision, &inputs);
    assert_true(isnan(decision.tolerance_resolved_ratio) && decision.limit_resolved == 0);
}

static void few_windows_show_no_spread(void **state)
{
    (void)state;
    const double throughput[] = {50, 90, 98.5, 100, 99};
    for (uint32_t windows = 1; windows <= 3; windows++) {
        struct knee_points points = make_points(LEVELS, throughput, 5, windows, .02);
        struct knee_decision decision = decide(&points, false);
        assert_int_equal(decision.thin, windows < 3);
        assert_int_equal(isnan(decision.why.window_cv), windows < 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pick_is_the_smallest_within_the_tolerance),
        cmocka_unit_test(noise_makes_it_unresolved_with_an_interval),
        cmocka_unit_test(bound_is_proven_and_falls_with_the_noise),
        cmocka_unit_test(open_gap_leaves_it_unresolved),
        cmocka_unit_test(level_that_fails_is_neither_knee_nor_peak),
        cmocka_unit_test(many_rejected_windows_disturb),
        cmocka_unit_test(caller_may_disturb),
        cmocka_unit_test(an_open_tolerance_says_which_coarser_one_holds),
        cmocka_unit_test(few_windows_show_no_spread),
        cmocka_unit_test(what_follows_from_other_claims_is_set),
        cmocka_unit_test(risk_is_that_of_all_claims_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
