/* SPDX-License-Identifier: MIT */
/* What points prove: a claim holds only if the numbers and the count of windows carry it, and no
 * level that fails takes part. */
#include "tuner/decide/evidence.h"

#include "core/base/array.h"
#include "tests/support/test.h"

static struct knee_points points; /* large */

/* Every level with as many windows, sigma of one window. */
static void set_points(const uint32_t *levels, const double *throughput, size_t count,
                       uint32_t windows, double sigma)
{
    points = (struct knee_points){.count = count, .sigma = sigma, .df = 30};
    for (size_t i = 0; i < count; i++)
        points.at[i] = (struct knee_point){.level = levels[i],
                                           .windows = windows,
                                           .log_throughput = log(throughput[i]),
                                           .sigma = sigma,
                                           .own_sigma = sigma,
                                           .effective_windows = windows};
}

static struct knee_evidence weigh(void)
{
    struct knee_evidence evidence;
    knee_evidence_weigh(&evidence, &points, .02, .95);
    return evidence;
}

static const uint32_t LEVELS[] = {1, 2, 4, 8, 16};
static const double PLATEAU[] = {25, 50, 99, 100, 99.5};

static void pick_best_and_low_are_read_from_the_points(void **state)
{
    (void)state;
    set_points(LEVELS, PLATEAU, 5, 8, .002);
    struct knee_evidence evidence = weigh();
    assert_int_equal(evidence.low, 1);
    assert_int_equal(evidence.pick, 2);
    assert_int_equal(evidence.best, 3);
    assert_true(evidence.proven);
}

static void a_level_that_fails_or_was_lost_takes_no_part(void **state)
{
    (void)state;
    set_points(LEVELS, PLATEAU, 5, 8, .002);
    points.at[3].errors = true;
    points.at[2].windows = 0;
    struct knee_evidence evidence = weigh();
    assert_int_equal(evidence.best, 4);
    assert_int_equal(evidence.pick, 4);
    assert_int_equal(evidence.low, 1);
    for (size_t i = 0; i < 5; i++)
        points.at[i].errors = true;
    evidence = weigh();
    assert_true(evidence.pick == SIZE_MAX && evidence.best == SIZE_MAX);
    assert_false(evidence.proven);
    assert_int_equal(knee_evidence_missing(&evidence), 0);
}

static void few_windows_prove_nothing(void **state)
{
    (void)state;
    for (uint32_t windows = 1; windows < 8; windows++) {
        set_points(LEVELS, PLATEAU, 5, windows, .0005);
        assert_int_equal(weigh().proven, windows >= KNEE_CLAIM_WINDOWS);
    }
    set_points(LEVELS, PLATEAU, 5, 8, .0005);
    points.df = 0;
    assert_false(weigh().proven);
}

static void risk_grows_with_the_noise_and_falls_with_windows(void **state)
{
    (void)state;
    double before = -1;
    for (int i = 0; i < 8; i++) {
        double sigma = ldexp(.001, i);
        set_points(LEVELS, PLATEAU, 5, 8, sigma);
        double risk = weigh().risk;
        assert_true(risk >= before && risk <= 1);
        before = risk;
    }
    before = 2;
    for (uint32_t windows = 4; windows < 200; windows *= 2) {
        set_points(LEVELS, PLATEAU, 5, windows, .02);
        double risk = weigh().risk;
        assert_true(risk <= before);
        before = risk;
    }
}

static void a_risk_and_its_contrary_make_one(void **state)
{
    (void)state;
    set_points(LEVELS, PLATEAU, 5, 6, .03);
    struct knee_evidence evidence = weigh();
    for (size_t a = 0; a < 5; a++)
        for (size_t b = 0; b < 5; b++)
            if (a != b)
                assert_close(knee_evidence_risk(&evidence, a, b, .01) +
                                 knee_evidence_risk(&evidence, b, a, -.01),
                             1, 1e-9);
}

static void the_bound_is_below_what_was_measured(void **state)
{
    (void)state;
    double before = 1;
    for (int i = 0; i < 8; i++) {
        double sigma = ldexp(.001, i);
        set_points(LEVELS, PLATEAU, 5, 8, sigma);
        struct knee_evidence evidence = weigh();
        double bound = knee_evidence_bound(&evidence, evidence.pick);
        assert_true(bound >= 0 && bound <= .99 && bound <= before);
        before = bound;
        assert_true(knee_evidence_bound(&evidence, 0) <= .25);
        assert_true(knee_evidence_smaller(&evidence) >= .5);
    }
}

static void without_a_smaller_level_nothing_is_said_of_one(void **state)
{
    const double flat[] = {100, 100, 100, 100, 100};
    (void)state;
    set_points(LEVELS, flat, 5, 8, .002);
    struct knee_evidence evidence = weigh();
    assert_int_equal(evidence.pick, 0);
    assert_true(evidence.low == SIZE_MAX);
    assert_true(isnan(knee_evidence_smaller(&evidence)));
}

static void the_interval_holds_the_pick_and_widens_with_the_noise(void **state)
{
    uint32_t narrowest = UINT32_MAX;
    (void)state;
    for (int i = 0; i < 9; i++) {
        double sigma = ldexp(.2, -i);
        uint32_t low, high;
        set_points(LEVELS, PLATEAU, 5, 8, sigma);
        struct knee_evidence evidence = weigh();
        knee_evidence_interval(&evidence, &low, &high);
        assert_true(low <= 4 && high >= 4 && high <= 16);
        assert_true(high - low <= narrowest);
        narrowest = high - low;
    }
    assert_int_equal(narrowest, 4 - 3); /* above 2, up to 4: 3 was not measured */
}

static void more_windows_are_missing_the_noisier_it_is(void **state)
{
    uint32_t before = 0;
    (void)state;
    for (int i = 0; i < 8; i++) {
        double sigma = ldexp(.001, i);
        set_points(LEVELS, PLATEAU, 5, 6, sigma);
        struct knee_evidence evidence = weigh();
        uint32_t missing = knee_evidence_missing(&evidence);
        assert_int_equal(missing == 0, evidence.proven);
        assert_true(missing >= before);
        before = missing;
    }
    assert_true(before > 100);
}

static void windows_go_to_the_levels_that_matter(void **state)
{
    double scores[5];
    (void)state;
    set_points(LEVELS, PLATEAU, 5, 6, .01);
    struct knee_evidence evidence = weigh();
    knee_evidence_scores(&evidence, scores);
    for (size_t i = 0; i < KNEE_COUNT(scores); i++)
        assert_true(scores[i] >= 0);
    assert_true(scores[0] < .01 * scores[2]); /* level 1 has a quarter of the best */
    assert_true(scores[1] < scores[2]);
    assert_true(scores[3] > scores[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pick_best_and_low_are_read_from_the_points),
        cmocka_unit_test(a_level_that_fails_or_was_lost_takes_no_part),
        cmocka_unit_test(few_windows_prove_nothing),
        cmocka_unit_test(risk_grows_with_the_noise_and_falls_with_windows),
        cmocka_unit_test(a_risk_and_its_contrary_make_one),
        cmocka_unit_test(the_bound_is_below_what_was_measured),
        cmocka_unit_test(without_a_smaller_level_nothing_is_said_of_one),
        cmocka_unit_test(the_interval_holds_the_pick_and_widens_with_the_noise),
        cmocka_unit_test(more_windows_are_missing_the_noisier_it_is),
        cmocka_unit_test(windows_go_to_the_levels_that_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
