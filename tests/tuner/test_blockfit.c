/* SPDX-License-Identifier: MIT */
/* The fit separates levels from blocks, finds rows that a dip spoilt, and is well formed on any
 * design, however small or lopsided. */
#include "tuner/fit/blockfit.h"

#include "core/base/random.h"
#include "tests/support/test.h"

#define LEVELS 4
#define BLOCKS 6

static const double TRUE_LEVELS[LEVELS] = {1, 1.7, 2.3, 2.4};

static void open_fit(struct knee_blockfit *fit)
{
    assert_int_equal(knee_blockfit_init(fit, LEVELS * BLOCKS, LEVELS, NULL), 0);
    fit->blocks_count = BLOCKS;
}

static void add_row(struct knee_blockfit *fit, uint16_t level, uint32_t block, double y)
{
    fit->rows[fit->rows_count++] =
        (struct knee_blockfit_row){.y = y, .level = level, .block = block};
}

static void fill(struct knee_blockfit *fit, double sigma, double step, uint64_t seed)
{
    struct knee_random random = knee_random_seed(seed, 0);
    double drift = 0;
    for (uint32_t block = 0; block < BLOCKS; block++) {
        drift += step * knee_random_normal(&random);
        for (uint16_t level = 0; level < LEVELS; level++)
            add_row(fit, level, block,
                    TRUE_LEVELS[level] + drift + sigma * knee_random_normal(&random));
    }
}

static void levels_are_separated_from_drifting_blocks(void **state)
{
    (void)state;
    for (int i = 0; i <= 4; i++) {
        double step = .005 * i;
        struct knee_blockfit fit;
        open_fit(&fit);
        fill(&fit, .004, step, 7);
        knee_blockfit_solve(&fit);
        for (uint32_t level = 1; level < LEVELS; level++)
            assert_true(fabs(fit.levels[level].effect - fit.levels[0].effect -
                             (TRUE_LEVELS[level] - TRUE_LEVELS[0])) < .01);
        assert_true(fit.sigma > 0 && fit.sigma < .02);
        assert_true(fit.df > 0);
        double sum = 0;
        for (uint32_t block = 0; block < BLOCKS; block++)
            sum += fit.blocks[block];
        assert_true(fabs(sum) < .05 * BLOCKS);
        knee_blockfit_release(&fit);
    }
}

static void a_spoilt_row_is_left_out(void **state)
{
    struct knee_blockfit fit;
    (void)state;
    open_fit(&fit);
    fill(&fit, .004, .01, 3);
    fit.rows[9].y -= .4;
    knee_blockfit_solve(&fit);
    for (size_t i = 0; i < fit.rows_count; i++)
        assert_int_equal(fit.rows[i].kept, i != 9);
    assert_int_equal(fit.levels[1].outliers, 1);
    assert_int_equal(fit.levels[1].kept, BLOCKS - 1);
    assert_true(fabs(fit.levels[1].effect - fit.levels[0].effect - .7) < .02);
    knee_blockfit_release(&fit);
}

static void a_level_keeps_at_least_one_row_and_of_two_the_higher(void **state)
{
    struct knee_blockfit fit;
    (void)state;
    open_fit(&fit);
    fit.blocks_count = 3;
    for (uint32_t block = 0; block < 3; block++)
        add_row(&fit, 0, block, 1);
    add_row(&fit, 1, 0, 2);
    add_row(&fit, 1, 1, 1.5);
    knee_blockfit_solve(&fit);
    assert_int_equal(fit.levels[1].kept, 1);
    assert_true(fabs(fit.levels[1].effect - 2) < .05);
    knee_blockfit_release(&fit);
}

static void a_level_without_rows_has_no_effect(void **state)
{
    struct knee_blockfit fit;
    (void)state;
    open_fit(&fit);
    fit.blocks_count = 1;
    add_row(&fit, 2, 0, 5);
    knee_blockfit_solve(&fit);
    assert_true(isnan(fit.levels[0].effect));
    assert_close(fit.levels[2].effect, 5, 1e-9);
    assert_true(isnan(fit.levels[2].own_sigma));
    assert_true(fit.df <= 0); /* nothing was repeated */
    assert_true(fit.sigma > 0);
    knee_blockfit_release(&fit);
}

static void nothing_at_all_is_well_formed(void **state)
{
    struct knee_blockfit fit;
    (void)state;
    assert_int_equal(knee_blockfit_init(&fit, 0, 0, NULL), 0);
    knee_blockfit_solve(&fit);
    assert_true(fit.sigma > 0);
    knee_blockfit_release(&fit);
    knee_blockfit_release(&fit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_separated_from_drifting_blocks),
        cmocka_unit_test(a_spoilt_row_is_left_out),
        cmocka_unit_test(a_level_keeps_at_least_one_row_and_of_two_the_higher),
        cmocka_unit_test(a_level_without_rows_has_no_effect),
        cmocka_unit_test(nothing_at_all_is_well_formed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
