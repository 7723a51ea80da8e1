/* SPDX-License-Identifier: MIT */
/* The cells of the table of levels, and the remarks below it: a reader finds nothing that speaks
 * against the answer without a word about it. */
#include "reports/words/explain_table.h"

#include "core/base/array.h"
#include "core/text/human.h"
#include "reports/html/report_html.h"
#include "reports/markdown/report_md.h"
#include "reports/text/text.h"
#include "reports/words/explain.h"
#include "tests/support/fake.h"
#include "tests/support/fixture_result.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEEDS 24

/* All windows of a level, and so the level, are left out for these reasons; valid ones failed. */
static void leave_out(struct knee_workload_result *workload, uint32_t level, uint32_t reasons,
                      bool valid)
{
    for (size_t i = 0; i < workload->windows_count; i++)
        if (workload->windows[i].level == level) {
            workload->windows[i].valid = valid;
            workload->windows[i].reasons = reasons;
        }
    for (size_t i = 0; i < workload->levels_count; i++)
        if (workload->levels[i].level == level) {
            workload->levels[i].throughput_seen_per_s = workload->levels[i].throughput_per_s;
            workload->levels[i].throughput_per_s = NAN;
        }
}

/* Levels that were only tried while the service was faster: no window of theirs was disturbed. */
static void what_was_seen_before_a_fall_is_said_to_be(void **state)
{
    (void)state;
    static const struct {
        uint32_t from;
        const char *says;
    } CASES[] = {
        {16, "( ) at 16 is from before throughput fell, and does not count."},
        {8, "( ) at 8 and 16 is from before throughput fell, and does not count."},
        {2, "( ) at 4 levels from 2 to 16 is from before throughput fell, and does not count."},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_result result;
        char text[KNEE_EXPLAIN_BYTES];
        struct knee_workload_result *workload = fixture_one(&result, &fixture_cpu);
        for (size_t l = 0; l < workload->levels_count; l++)
            if (workload->levels[l].level >= CASES[i].from) {
                leave_out(workload, workload->levels[l].level, 0, true);
                workload->levels[l].seen_earlier = true;
            }
        assert_string_equal(knee_explain_gaps(workload, text), CASES[i].says);
        knee_result_release(&result);
    }
}

static void empty_cells_are_explained_once(void **state)
{
    (void)state;
    static const struct {
        bool thin;
        uint32_t windows;
        uint32_t reasons; /* of those at level 16, which do not count; 0: they do */
        bool valid, disturbed;
        const char *says;
    } CASES[] = {
        {false, 3, 0, false, false, ""},
        {true, 1, 0, false, false, "+- is not known: no level has more than 1 window."},
        {true, 3, 0, false, false, "+- is not known: too few windows, 3 at level 2."},
        {false, 3, KNEE_WINDOW_STEAL, false, false,
         "( ) is from disturbed windows alone, which do not count."},
        {true, 1, KNEE_WINDOW_FOREIGN, false, false,
         "+- is not known: no level has more than 1 window. ( ) is from disturbed windows alone, "
         "which do not count."},
        {false, 3, KNEE_WINDOW_FOREIGN | KNEE_WINDOW_UNSETTLED, false, true,
         "( ) is from disturbed windows alone: they count for `of best`, and prove nothing."},
        {false, 3, KNEE_WINDOW_ERRORS, true, false,
         "( ) is from windows that do not count: items failed in 3."},
        {false, 3, KNEE_WINDOW_STOPPED, false, true,
         "( ) is from windows that count for `of best` and prove nothing: knee itself was stopped "
         "in 3."},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_result result;
        char text[KNEE_EXPLAIN_BYTES];
        struct knee_workload_result *workload = fixture_one(&result, &fixture_cpu);
        workload->decision.thin = CASES[i].thin;
        if (CASES[i].disturbed)
            workload->decision.verdict = KNEE_VERDICT_DISTURBED;
        for (size_t l = 0; l < workload->levels_count; l++)
            workload->levels[l].windows = CASES[i].windows;
        if (CASES[i].reasons)
            leave_out(workload, 16, CASES[i].reasons, CASES[i].valid);
        assert_string_equal(knee_explain_gaps(workload, text), CASES[i].says);
        knee_result_release(&result);
    }
}

/* Windows in which items failed for a time are valid, so that there are latencies of them. */
static void all_that_does_not_count_is_in_parentheses(void **state)
{
    (void)state;
    struct knee_result result;
    char text[KNEE_HUMAN_BYTES];
    struct knee_workload_result *workload = fixture_one(&result, &fixture_cpu);
    leave_out(workload, 16, KNEE_WINDOW_ERRORS, true);
    const struct knee_level *counts = &workload->levels[0], *seen = &workload->levels[4];
    assert_string_equal(knee_explain_rate(counts, text), "988");
    assert_string_equal(knee_explain_latency(counts, counts->latency_p95_s, text), "1.3 ms");
    assert_string_equal(knee_explain_rate(seen, text), "(1,941)");
    assert_string_equal(knee_explain_latency(seen, seen->latency_p95_s, text), "(11 ms)");
    assert_string_equal(knee_explain_latency(seen, NAN, text), "-");
    knee_result_release(&result);
}

static void write_text(const struct knee_result *result, FILE *out)
{
    struct knee_text_options options = {.dir = NULL};
    char *text = knee_text_result(result, &options);
    assert_non_null(text);
    fputs(text, out);
    free(text);
}

static void write_page(const struct knee_result *result, FILE *out)
{
    knee_report_html(result, NULL, out);
}

/* Terminal, Markdown and page show the same cells and remarks. */
static void each_table_shows_them(void **state)
{
    (void)state;
    static void (*const WRITERS[])(const struct knee_result *,
                                   FILE *) = {write_text, knee_report_md, write_page};
    static const char *const SAYS[] = {"(1,941)", "(11 ms)", "items failed in 3.",
                                       "1 is within 60 % of the best by its mean, too"};
    for (size_t i = 0; i < KNEE_COUNT(WRITERS); i++) {
        struct knee_result result;
        char *text = NULL;
        size_t bytes = 0;
        struct knee_workload_result *workload = fixture_one(&result, &fixture_cpu);
        leave_out(workload, 16, KNEE_WINDOW_ERRORS, true);
        workload->decision.tolerance_ratio = .6;
        FILE *out = open_memstream(&text, &bytes);
        assert_non_null(out);
        WRITERS[i](&result, out);
        fclose(out);
        for (size_t s = 0; s < KNEE_COUNT(SAYS); s++)
            if (!strstr(text, SAYS[s]))
                fail_msg("%zu: not said: %s", i, SAYS[s]);
        free(text);
        knee_result_release(&result);
    }
}

/* Whole percents, as long as they are on the right side of the tolerance. */
static void a_share_is_on_its_side_of_the_tolerance(void **state)
{
    (void)state;
    static const struct {
        double ratio, tolerance, coarser; /* 0: the asked one holds */
        const char *says;
    } CASES[] = {
        {1, .02, 0, "100 %"},       {.9801, .02, 0, "98 %"},    {.98, .02, 0, "98 %"},
        {.97996, .02, 0, "97.9 %"}, {.975, .02, 0, "97.5 %"},   {.9749, .02, 0, "97 %"},
        {.0496, .02, 0, "5 %"},     {.9741, .026, 0, "97.5 %"}, {.9739, .026, 0, "97 %"},
        {.8996, .02, .1, "89.9 %"}, {.9796, .02, .1, "97.9 %"}, {.9001, .02, .1, "90 %"},
        {NAN, .02, 0, "-"},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_level levels[] = {{.level = 1, .throughput_per_s = 100 * CASES[i].ratio},
                                      {.level = 2, .throughput_per_s = 100}};
        const struct knee_workload_result workload = {
            .levels = levels,
            .levels_count = 2,
            .decision = {.verdict = KNEE_VERDICT_UNRESOLVED,
                         .peak = 2,
                         .tolerance_ratio = CASES[i].tolerance,
                         .uses_coarser = CASES[i].coarser > 0,
                         .tolerance_resolved_ratio = CASES[i].coarser}};
        char text[KNEE_HUMAN_BYTES];
        assert_string_equal(knee_explain_of_best(&workload, &levels[0], text), CASES[i].says);
    }
}

/* 22 gives 95.0 % of the best, 32 97.7 %, 128 98.9 %; the best is 64. */
static void smaller_levels_within_the_tolerance_are_named(void **state)
{
    (void)state;
    static const struct {
        enum knee_verdict verdict;
        double tolerance, coarser;
        uint32_t limit, low, resolved;
        const char *says;
    } CASES[] = {
        {KNEE_VERDICT_RESOLVED, .02, 0, 64, 33, 0, ""},
        {KNEE_VERDICT_RESOLVED, .03, 0, 32, 22, 0, ""},
        {KNEE_VERDICT_RESOLVED, .03, 0, 64, 33, 0,
         "32 is within 3 % of the best by its mean, too, but 64 is surer to be."},
        {KNEE_VERDICT_RISING, .06, 0, 64, 33, 0,
         "22 and 32 are within 6 % of the best by their means, too, but 64 is surer to be."},
        {KNEE_VERDICT_RESOLVED, .38, 0, 64, 33, 0,
         "5, 8, 16 and 2 more are within 38 % of the best by their means, too, but 64 is surer to "
         "be."},
        /* Which levels may be the smallest is said already: from `low` on. */
        {KNEE_VERDICT_UNRESOLVED, .06, 0, 64, 32, 0,
         "22 is within 6 % of the best by its mean, too, but 64 is surer to be."},
        {KNEE_VERDICT_UNRESOLVED, .06, 0, 64, 22, 0, ""},
        {KNEE_VERDICT_UNRESOLVED, .02, .06, 64, 33, 64,
         "22 and 32 are within 6 % of the best by their means, too, but 64 is surer to be."},
        /* So is 32: "64 is proven, and so is the smaller 32". */
        {KNEE_VERDICT_UNRESOLVED, .02, .06, 64, 33, 32,
         "22 is within 6 % of the best by its mean, too, but 64 is surer to be."},
        {KNEE_VERDICT_DISTURBED, .03, 0, 64, 33, 0, ""},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_result result;
        char text[KNEE_EXPLAIN_BYTES];
        struct knee_workload_result *workload = fixture_one(&result, &fixture_io);
        struct knee_decision *decision = &workload->decision;
        decision->verdict = CASES[i].verdict;
        decision->tolerance_ratio = CASES[i].tolerance;
        decision->uses_coarser = CASES[i].coarser > 0;
        decision->tolerance_resolved_ratio = CASES[i].coarser;
        decision->limit = CASES[i].limit;
        decision->knee_low = CASES[i].low;
        decision->limit_resolved = CASES[i].resolved;
        assert_string_equal(knee_explain_smaller(workload, text), CASES[i].says);
        workload->goal.objective = knee_goal_objective_find("efficiency");
        assert_string_equal(knee_explain_smaller(workload, text), "");
        knee_result_release(&result);
    }
}

/* 1 at 98.2 % of the plateau; and a soft knee at 20, of which the table has many levels. */
static double step_at_2(double level)
{
    return level < 2 ? 982 : 1000;
}

static double soft_knee(double level)
{
    return 1000 * level / pow(1 + pow(level / 20, 6), 1. / 6);
}

/* Reads the table as a person does: is a smaller level within the tolerance? Then the remark names
 * it. Returns how many were. */
static int read_table(const struct knee_workload_result *workload)
{
    char cell[KNEE_HUMAN_BYTES], remark[KNEE_EXPLAIN_BYTES], name[16];
    int found = 0;
    knee_explain_smaller(workload, remark);
    for (size_t i = 0; i < workload->levels_count; i++) {
        const struct knee_level *level = &workload->levels[i];
        knee_explain_of_best(workload, level, cell);
        if (level->level >= workload->decision.limit || !(strtod(cell, NULL) >= 98))
            continue;
        snprintf(name, sizeof name, "%u", level->level);
        if (found < 3 && !strstr(remark, name))
            fail_msg("USE %u, but %u is at %s: %s", workload->decision.limit, level->level, cell,
                     remark);
        found++;
    }
    if (found == 0)
        assert_string_equal(remark, "");
    return found;
}

static void no_table_contradicts_its_answer(void **state)
{
    (void)state;
    static double (*const CURVES[])(double) = {step_at_2, soft_knee};
    static struct test_fake fake;
    static struct knee_points points;
    for (size_t c = 0; c < KNEE_COUNT(CURVES); c++) {
        int found = 0;
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            struct knee_search_record record = {0};
            struct knee_workload_result result = {.cpus = 2};
            struct knee_err err;
            test_fake_init(&fake, CURVES[c], 64);
            fake.cv_ratio = .01;
            fake.random = knee_random_seed(seed, 0);
            struct knee_search_source source = test_fake_source(&fake);
            assert_int_equal(
                knee_search_run(&fake.params, &source, &record, &result.decision, &err), 0);
            assert_int_equal(knee_search_points(&fake.params, &record, &points, &err), 0);
            result.windows = record.windows;
            result.windows_count = record.count;
            assert_int_equal(knee_workload_result_levels_of(&result, &points, NULL, 0, &err), 0);
            if (result.decision.verdict == KNEE_VERDICT_RESOLVED)
                found += read_table(&result);
            knee_workload_result_release(&result);
        }
        assert_true(found > 0); /* else nothing was tested */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_cells_are_explained_once),
        cmocka_unit_test(what_was_seen_before_a_fall_is_said_to_be),
        cmocka_unit_test(all_that_does_not_count_is_in_parentheses),
        cmocka_unit_test(each_table_shows_them),
        cmocka_unit_test(a_share_is_on_its_side_of_the_tolerance),
        cmocka_unit_test(smaller_levels_within_the_tolerance_are_named),
        cmocka_unit_test(no_table_contradicts_its_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
