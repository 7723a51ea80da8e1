/* SPDX-License-Identifier: MIT */
/* Levels are added only inside open gaps that can hold the knee or a peak, and a sweep is rising
 * only if throughput provably still grows at its highest level. */
#include "tuner/decide/refine.h"

#include "core/base/array.h"
#include "tests/support/test.h"

static struct knee_points points; /* large */

static struct knee_evidence weigh(const uint32_t *levels, const double *throughput, size_t count,
                                  double sigma)
{
    struct knee_evidence evidence;
    points = (struct knee_points){.count = count, .sigma = sigma, .df = 30};
    for (size_t i = 0; i < count; i++)
        points.at[i] = (struct knee_point){.level = levels[i],
                                           .windows = 8,
                                           .log_throughput = log(throughput[i]),
                                           .sigma = sigma,
                                           .own_sigma = sigma,
                                           .effective_windows = 8};
    knee_evidence_weigh(&evidence, &points, .02, .95);
    return evidence;
}

static void the_middle_is_strictly_inside_its_gap(void **state)
{
    (void)state;
    for (uint32_t below = 1; below < 200; below++)
        for (uint32_t above = below + 1; above < 4 * below + 4; above++) {
            if (knee_refine_closed(below, above))
                continue;
            uint32_t middle = knee_refine_middle(below, above);
            assert_true(middle > below && middle < above);
        }
}

static void a_gap_of_ten_percent_is_closed(void **state)
{
    static const struct {
        uint32_t below, above;
        bool closed;
    } CASES[] = {{1, 2, true},    {2, 4, false},    {10, 11, true},
                 {10, 12, false}, {100, 110, true}, {100, 111, false}};
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++)
        assert_int_equal(knee_refine_closed(CASES[i].below, CASES[i].above), CASES[i].closed);
}

/* Every level that is asked for is new, inside the range, and asked for once. */
static void check_levels(const uint32_t *asked, size_t count, uint32_t level_max)
{
    assert_true(count <= KNEE_REFINE_MAX);
    for (size_t i = 0; i < count; i++) {
        assert_true(asked[i] >= 1 && asked[i] <= level_max);
        assert_true(knee_points_find(&points, asked[i]) == SIZE_MAX);
        for (size_t j = 0; j < i; j++)
            assert_int_not_equal(asked[i], asked[j]);
    }
}

static void a_sharp_knee_between_candidates_is_bracketed(void **state)
{
    const uint32_t levels[] = {1, 2, 4, 8, 16, 32};
    const double throughput[] = {10, 20, 40, 80, 130, 130}; /* the knee is 13 */
    uint32_t asked[KNEE_REFINE_MAX];
    (void)state;
    struct knee_evidence evidence = weigh(levels, throughput, 6, .002);
    size_t count = knee_refine(&evidence, 32, asked);
    check_levels(asked, count, 32);
    size_t around = 0; /* a pair around the crossing; a hidden peak may ask for more */
    for (size_t i = 0; i < count; i++)
        around += asked[i] > 8 && asked[i] <= 14;
    assert_true(around >= 2);
}

static void a_closed_knee_on_a_plateau_needs_no_more(void **state)
{
    const uint32_t levels[] = {1, 2, 3, 4, 5, 8, 16};
    const double throughput[] = {25, 50, 75, 100, 100, 100, 100};
    uint32_t asked[KNEE_REFINE_MAX];
    (void)state;
    struct knee_evidence evidence = weigh(levels, throughput, 7, .002);
    assert_int_equal(knee_refine(&evidence, 16, asked), 0);
}

static void a_peak_may_hide_before_a_fall(void **state)
{
    const uint32_t levels[] = {1, 2, 4, 8, 16, 32};
    const double throughput[] = {10, 20, 40, 80, 60, 40}; /* a peak may be between 8 and 16 */
    uint32_t asked[KNEE_REFINE_MAX];
    bool found = false;
    (void)state;
    struct knee_evidence evidence = weigh(levels, throughput, 6, .002);
    size_t count = knee_refine(&evidence, 32, asked);
    check_levels(asked, count, 32);
    for (size_t i = 0; i < count; i++)
        found |= asked[i] > 8 && asked[i] < 16;
    assert_true(found);
}

static void a_level_that_fails_hides_the_peak_before_it(void **state)
{
    const uint32_t levels[] = {1, 2, 4, 8, 16};
    const double throughput[] = {10, 20, 40, 80, 160};
    uint32_t asked[KNEE_REFINE_MAX];
    bool found = false;
    (void)state;
    weigh(levels, throughput, 5, .002);
    points.at[4].errors = true;
    struct knee_evidence evidence;
    knee_evidence_weigh(&evidence, &points, .02, .95);
    size_t count = knee_refine(&evidence, 16, asked);
    check_levels(asked, count, 16);
    for (size_t i = 0; i < count; i++)
        found |= asked[i] > 8 && asked[i] < 16;
    assert_true(found);
}

static void growth_at_the_highest_level_is_rising(void **state)
{
    static const struct {
        double last;
        double sigma;
        bool rising;
    } CASES[] = {{64, .002, true}, {61, .002, false}, {64, 1, false}};
    const uint32_t levels[] = {1, 32, 60, 64};
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        const double throughput[] = {1, 32, 60, CASES[i].last};
        struct knee_evidence evidence = weigh(levels, throughput, 4, CASES[i].sigma);
        assert_int_equal(knee_refine_rising(&evidence, 64, false), CASES[i].rising);
        assert_false(knee_refine_rising(&evidence, 128, false));
    }
}

static void a_climb_to_the_top_is_probed_just_below_it(void **state)
{
    const uint32_t levels[] = {1, 8, 64};
    const double throughput[] = {1, 8, 64};
    uint32_t asked[KNEE_REFINE_MAX];
    (void)state;
    struct knee_evidence evidence = weigh(levels, throughput, 3, .002);
    assert_int_equal(knee_refine(&evidence, 64, asked), 1);
    assert_true(asked[0] >= 58 && asked[0] < 64);
}

static void nothing_usable_asks_for_nothing(void **state)
{
    const uint32_t levels[] = {1};
    const double throughput[] = {1};
    uint32_t asked[KNEE_REFINE_MAX];
    struct knee_evidence evidence;
    (void)state;
    weigh(levels, throughput, 1, .002);
    points.at[0].windows = 0;
    knee_evidence_weigh(&evidence, &points, .02, .95);
    assert_int_equal(knee_refine(&evidence, 64, asked), 0);
    assert_false(knee_refine_rising(&evidence, 1, false));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_middle_is_strictly_inside_its_gap),
        cmocka_unit_test(a_gap_of_ten_percent_is_closed),
        cmocka_unit_test(a_sharp_knee_between_candidates_is_bracketed),
        cmocka_unit_test(a_closed_knee_on_a_plateau_needs_no_more),
        cmocka_unit_test(a_peak_may_hide_before_a_fall),
        cmocka_unit_test(a_level_that_fails_hides_the_peak_before_it),
        cmocka_unit_test(growth_at_the_highest_level_is_rising),
        cmocka_unit_test(a_climb_to_the_top_is_probed_just_below_it),
        cmocka_unit_test(nothing_usable_asks_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
