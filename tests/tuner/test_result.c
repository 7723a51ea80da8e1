/* SPDX-License-Identifier: MIT */
/* A finished result: rows from windows and fit, marks, the source of the limit, and rejected
 * windows that leave no trace in the values. */
#include "tuner/result/result.h"

#include "core/base/array.h"
#include "reports/words/explain.h"
#include "reports/words/marks.h"
#include "reports/words/reason.h"
#include "tests/support/fixture_result.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void make(struct knee_result *result, const struct fixture_curve *curve)
{
    fixture_result(result, &curve, 1);
}

static void rows_are_ascending_and_carry_the_fit(void **state)
{
    (void)state;
    struct knee_result result;
    make(&result, &fixture_cpu);
    const struct knee_workload_result *cpu = &result.workloads[0];
    assert_int_equal(cpu->levels_count, 5);
    for (size_t i = 0; i < cpu->levels_count; i++) {
        const struct knee_level *level = &cpu->levels[i];
        assert_int_equal(level->level, fixture_cpu.levels[i].level);
        assert_close(level->throughput_per_s, fixture_cpu.levels[i].throughput_per_s, .005);
        assert_true(level->throughput_ci_low_per_s < level->throughput_per_s);
        assert_true(level->throughput_ci_high_per_s > level->throughput_per_s);
        assert_close(level->throughput_per_slot_per_s, level->throughput_per_s / level->level,
                     1e-12);
        assert_close(level->parallel_efficiency, level->speedup / level->level, 1e-12);
        assert_int_equal(level->windows, 3);
    }
    assert_close(cpu->levels[0].speedup, 1, 1e-12);
    assert_close(cpu->levels[1].speedup, 2, .01);
    knee_result_release(&result);
}

static void a_rejected_window_counts_but_leaves_no_trace_in_the_values(void **state)
{
    (void)state;
    struct knee_result result;
    make(&result, &fixture_cpu);
    const struct knee_level *first = &result.workloads[0].levels[0];
    assert_int_equal(first->rejected_windows, 1);
    /* The disturbed window had half the throughput. */
    assert_true(first->throughput_cv < .01);
    assert_close(first->throughput_median_per_s, 986, .005);
    assert_close(first->items, 3 * 986 * .2, .005);
    knee_result_release(&result);
}

static void per_item_values_add_up_to_the_latency(void **state)
{
    (void)state;
    struct knee_result result;
    make(&result, &fixture_cpu);
    const struct knee_level *last = &result.workloads[0].levels[4];
    double sum =
        last->cpu_per_item_s + last->runqueue_wait_per_item_s + last->other_wait_per_item_s;
    assert_close(sum, last->latency_mean_s, 1e-6);
    assert_close(last->cpu_utilization, 1, 1e-6);
    assert_close(last->steal_ratio, .001, 1e-9);
    assert_close(last->foreign_cpus, .02, 1e-9);
    assert_close(last->switches_voluntary_per_s, 50, 1e-6);
    assert_close(last->max_rss_bytes, 2097152, 0);
    assert_string_equal(last->consistency, "high");
    assert_close(last->latency_p95_s / last->latency_p50_s, 1.3 / .9, 1e-5);
    knee_result_release(&result);
}

static void marks_join_the_machine_and_the_decision(void **state)
{
    (void)state;
    struct knee_result result;
    make(&result, &fixture_cpu);
    const struct knee_level *levels = result.workloads[0].levels;
    assert_int_equal(levels[0].marks, 0);
    assert_int_equal(levels[1].marks, KNEE_MARK_CORES | KNEE_MARK_RULE | KNEE_MARK_KNEE |
                                          KNEE_MARK_PEAK | KNEE_MARK_LIMIT);
    knee_result_release(&result);
}

static void a_level_without_a_valid_window_keeps_its_counts_only(void **state)
{
    (void)state;
    struct knee_result result;
    make(&result, &fixture_cpu);
    struct knee_workload_result *cpu = &result.workloads[0];
    for (size_t i = 0; i < cpu->windows_count; i++)
        cpu->windows[i].valid = cpu->windows[i].valid && cpu->windows[i].level != 16;
    assert_int_equal(knee_workload_result_levels(cpu, NULL, 0, NULL), 0);
    assert_int_equal(cpu->levels_count, 5);
    assert_int_equal(cpu->levels[4].windows, 0);
    assert_int_equal(cpu->levels[4].rejected_windows, 3);
    assert_true(isnan(cpu->levels[4].throughput_per_s));
    assert_true(isnan(cpu->levels[4].latency_p95_s));
    assert_true(isnan(cpu->levels[4].cpu_per_item_s));
    assert_string_equal(cpu->levels[4].consistency, "");
    knee_result_release(&result);
}

static void no_window_makes_no_row(void **state)
{
    (void)state;
    struct knee_workload_result empty = {.cpus = 2};
    assert_int_equal(knee_workload_result_levels(&empty, NULL, 0, NULL), 0);
    assert_int_equal(empty.levels_count, 0);
    assert_int_equal(knee_workload_result_use(&empty), 1);
    knee_workload_result_release(&empty);
    knee_workload_result_release(&empty);
}

static void a_disturbed_result_uses_the_rule_of_thumb(void **state)
{
    (void)state;
    struct knee_result result;
    make(&result, &fixture_disturbed);
    assert_int_equal(knee_workload_result_use(&result.workloads[0]), 2);
    assert_false(knee_workload_result_measured(&result.workloads[0]));
    knee_result_release(&result);
}

/* From one function: what environment, snippets and JSON say of the limit to use. */
static void the_source_says_what_the_limit_rests_on(void **state)
{
    (void)state;
    static const struct {
        enum knee_class resource;
        enum knee_verdict verdict;
        bool thin;
        uint32_t knee, limit, rule, use;
        enum knee_result_source source;
        uint32_t most; /* that was to be tried; 0: unknown */
    } cases[] = {
        {KNEE_CLASS_NET, KNEE_VERDICT_RESOLVED, false, 4, 4, 8, 4, KNEE_RESULT_SOURCE_MEASURED, 16},
        {KNEE_CLASS_NET, KNEE_VERDICT_UNRESOLVED, false, 4, 4, 8, 4, KNEE_RESULT_SOURCE_MEASURED,
         16},
        /* Single windows: the larger of the rule and the best so far. */
        {KNEE_CLASS_NET, KNEE_VERDICT_UNRESOLVED, true, 1, 1, 8, 8, KNEE_RESULT_SOURCE_GUESS, 16},
        {KNEE_CLASS_NET, KNEE_VERDICT_UNRESOLVED, true, 16, 16, 8, 16, KNEE_RESULT_SOURCE_GUESS,
         16},
        /* 2 was seen to give half of what 8 gives. */
        {KNEE_CLASS_NET, KNEE_VERDICT_UNRESOLVED, true, 1, 1, 2, 8, KNEE_RESULT_SOURCE_GUESS, 16},
        {KNEE_CLASS_CPU, KNEE_VERDICT_UNRESOLVED, true, 1, 1, 2, 2, KNEE_RESULT_SOURCE_GUESS, 16},
        {KNEE_CLASS_NET, KNEE_VERDICT_DISTURBED, false, 1, 1, 2, 8, KNEE_RESULT_SOURCE_GUESS, 16},
        {KNEE_CLASS_NET, KNEE_VERDICT_DISTURBED, false, 1, 1, 8, 8, KNEE_RESULT_SOURCE_RULE, 16},
        {KNEE_CLASS_CPU, KNEE_VERDICT_DISTURBED, false, 1, 1, 2, 2, KNEE_RESULT_SOURCE_RULE, 16},
        {KNEE_CLASS_NET, KNEE_VERDICT_UNRESOLVED, false, 0, 8, 8, 8, KNEE_RESULT_SOURCE_RULE, 16},
        /* The rule is above all that was allowed. */
        {KNEE_CLASS_NET, KNEE_VERDICT_UNRESOLVED, true, 1, 1, 32, 8, KNEE_RESULT_SOURCE_GUESS, 16},
        {KNEE_CLASS_CPU, KNEE_VERDICT_UNRESOLVED, true, 1, 1, 32, 1, KNEE_RESULT_SOURCE_GUESS, 16},
        {KNEE_CLASS_NET, KNEE_VERDICT_DISTURBED, false, 1, 1, 32, 8, KNEE_RESULT_SOURCE_GUESS, 16},
        {KNEE_CLASS_CPU, KNEE_VERDICT_DISTURBED, false, 1, 1, 32, 16, KNEE_RESULT_SOURCE_GUESS, 16},
        {KNEE_CLASS_NET, KNEE_VERDICT_DISTURBED, false, 1, 1, 32, 32, KNEE_RESULT_SOURCE_RULE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        /* Disturbed windows are seen, too. */
        struct knee_level levels[] = {{.level = 1, .throughput_seen_per_s = 20},
                                      {.level = 2, .throughput_seen_per_s = 50},
                                      {.level = 8, .throughput_seen_per_s = 98},
                                      {.level = 16, .throughput_seen_per_s = 100}};
        const struct knee_workload_result result = {.resource = cases[i].resource,
                                                    .levels = levels,
                                                    .levels_count = 4,
                                                    .way_on = {.max_level = cases[i].most},
                                                    .decision = {.verdict = cases[i].verdict,
                                                                 .thin = cases[i].thin,
                                                                 .knee = cases[i].knee,
                                                                 .limit = cases[i].limit,
                                                                 .rule_of_thumb = cases[i].rule}};
        if (knee_workload_result_use(&result) != cases[i].use ||
            knee_workload_result_source(&result) != cases[i].source)
            fail_msg("case %zu: %u, %s", i, knee_workload_result_use(&result),
                     knee_result_source_text(knee_workload_result_source(&result)));
    }
}

static void the_best_is_the_decisions_peak(void **state)
{
    (void)state;
    struct knee_result result;
    make(&result, &fixture_io);
    struct knee_workload_result *io = &result.workloads[0];
    assert_close(knee_workload_result_of_best(io, knee_workload_result_at(io, 64)), 1, 1e-12);
    assert_close(knee_workload_result_of_best(io, knee_workload_result_at(io, 1)), .216, .01);
    assert_null(knee_workload_result_at(io, 3));
    assert_true(isnan(knee_workload_result_of_best(io, NULL)));
    io->decision.peak = 0;
    assert_close(knee_workload_result_of_best(io, knee_workload_result_at(io, 64)), 1, 1e-12);
    knee_result_release(&result);
}

/* Level 1 alone was left, but 8 was seen to give five times as much. */
static void a_disturbed_row_is_compared_with_all_that_was_seen(void **state)
{
    (void)state;
    struct knee_level levels[] = {
        {.level = 1, .marks = KNEE_MARK_PEAK, .throughput_per_s = 20, .throughput_seen_per_s = 20},
        {.level = 8, .throughput_per_s = NAN, .throughput_seen_per_s = 100}};
    const struct knee_workload_result result = {
        .resource = KNEE_CLASS_NET,
        .levels = levels,
        .levels_count = 2,
        .decision = {.verdict = KNEE_VERDICT_DISTURBED, .peak = 1, .rule_of_thumb = 8}};
    char text[KNEE_MARKS_BYTES];
    assert_close(knee_workload_result_of_best(&result, &levels[0]), .2, 1e-12);
    assert_true(isnan(knee_workload_result_of_best(&result, &levels[1])));
    assert_string_equal(knee_marks_phrase(&result, &levels[0], " ", text), "");
}

/* Its throughput is in the table: 0 % beside 99 items/s made no sense. */
static void a_failing_row_of_a_disturbed_sweep_has_its_share(void **state)
{
    (void)state;
    struct knee_level levels[] = {{.level = 1, .throughput_per_s = 50},
                                  {.level = 2, .throughput_per_s = 100},
                                  {.level = 4, .throughput_per_s = 99, .failed_seen_ratio = .4}};
    struct knee_workload_result result = {
        .resource = KNEE_CLASS_NET,
        .levels = levels,
        .levels_count = 3,
        .decision = {.verdict = KNEE_VERDICT_DISTURBED, .peak = 2, .rule_of_thumb = 4}};
    assert_close(knee_workload_result_of_best(&result, &levels[2]), .99, 1e-12);
    assert_int_equal(knee_workload_result_use(&result), 2); /* and not the rule */
}

/* A service that allows 300 requests a second, beside other work: from 4 on most are refused. */
static void a_guess_is_no_level_at_which_items_fail(void **state)
{
    (void)state;
    struct knee_level levels[] = {
        {.level = 1, .throughput_seen_per_s = 48},
        {.level = 2, .throughput_seen_per_s = 94, .failed_seen_ratio = .05},
        {.level = 4, .throughput_seen_per_s = 151, .failed_seen_ratio = .3},
        {.level = 8, .throughput_seen_per_s = 199, .failed_seen_ratio = .65},
        {.level = 16, .throughput_seen_per_s = 233, .failed_seen_ratio = .82}};
    struct knee_workload_result result = {
        .resource = KNEE_CLASS_NET,
        .levels = levels,
        .levels_count = KNEE_COUNT(levels),
        .decision = {.verdict = KNEE_VERDICT_DISTURBED, .knee = 1, .limit = 1, .rule_of_thumb = 8}};
    double of_best = NAN;
    for (uint32_t rule = 6; rule <= 8; rule += 2) { /* the rule may not have been tried */
        result.decision.rule_of_thumb = rule;
        assert_int_equal(knee_workload_result_use(&result), 2);
        assert_int_equal(knee_workload_result_source(&result), KNEE_RESULT_SOURCE_GUESS);
    }
    char text[KNEE_EXPLAIN_BYTES];
    assert_string_equal(knee_explain_rule(&result, text), "8: fails too often so far");
    /* 2 is far below 4, but that proves nothing. */
    assert_int_equal(knee_workload_result_seen_below(&result, &of_best), 1);
    assert_close(of_best, 48. / 94, 1e-12);
    levels[1].failed_seen_ratio = .2;
    assert_int_equal(knee_workload_result_use(&result), 1);
    assert_int_equal(knee_workload_result_seen_below(&result, &of_best), 0);
}

/* Four slots; 8 polls for them. Two windows could be used, and 2 was "the limit to use", though 4
 * gave 65 % more beside other work. */
static void few_windows_do_not_hide_what_rejected_ones_show(void **state)
{
    (void)state;
    struct knee_level levels[] = {
        {.level = 1, .throughput_per_s = 8.5, .throughput_seen_per_s = 8.5},
        {.level = 2, .throughput_per_s = 15.4, .throughput_seen_per_s = 15.4},
        {.level = 4, .throughput_per_s = NAN, .throughput_seen_per_s = 25.5},
        {.level = 8, .throughput_per_s = NAN, .throughput_seen_per_s = 21.9}};
    struct knee_workload_result result = {
        .resource = KNEE_CLASS_NET,
        .levels = levels,
        .levels_count = KNEE_COUNT(levels),
        .decision = {.verdict = KNEE_VERDICT_UNRESOLVED,
                     .why = {.kind = KNEE_DECISION_INTERVAL, .window_cv = NAN},
                     .knee = 2,
                     .knee_low = 2,
                     .knee_high = 8,
                     .limit = 2,
                     .thin = true,
                     .rule_of_thumb = 8}};
    char text[KNEE_REASON_BYTES];
    assert_int_equal(knee_workload_result_use(&result), 4);
    assert_int_equal(knee_workload_result_source(&result), KNEE_RESULT_SOURCE_GUESS);
    assert_non_null(strstr(knee_reason_text(&result, text),
                           "Until more is measured, 4 is the safer guess: it gave more, though"));
    levels[3].throughput_seen_per_s = 25; /* the rule is as good, and larger */
    assert_int_equal(knee_workload_result_use(&result), 8);
    levels[3].throughput_seen_per_s = 21.9;
    levels[2].throughput_per_s = 25.5; /* a valid window: the decision knows of it, as of a burst */
    assert_int_equal(knee_workload_result_use(&result), 2);
    levels[2].throughput_per_s = NAN;
    levels[2].cpu_seen_ratio = .9; /* more at once take more from other work */
    levels[3].throughput_seen_per_s = 10;
    result.decision.rule_of_thumb = 2;
    assert_int_equal(knee_workload_result_use(&result), 2);
}

/* Items that sleep ran out; then each failed at once, one after the other, and "the limit is this
 * host's CPUs". */
static void windows_in_which_every_item_failed_say_nothing_of_an_item(void **state)
{
    (void)state;
    struct knee_window windows[5];
    struct knee_workload_result result = {.windows = windows, .windows_count = 5, .cpus = 2};
    struct knee_err err;
    for (uint32_t i = 0; i < KNEE_COUNT(windows); i++) {
        bool ran = i < 2;
        windows[i] = (struct knee_window){.block = i,
                                          .level = 4,
                                          .window_ns = 200000000,
                                          .items = ran ? 16 : 0,
                                          .failed_items = ran ? 0 : 400,
                                          .throughput_per_s = ran ? 80 : 0,
                                          .latency_mean_s = ran ? .05 : .0007,
                                          .valid = true};
        windows[i].figures[KNEE_WINDOW_CPU_USER_S] = knee_decimal_of(ran ? .004 : .36);
        windows[i].figures[KNEE_WINDOW_CPU_SYSTEM_S] = knee_decimal_of(0);
    }
    assert_int_equal(knee_workload_result_levels(&result, NULL, 0, &err), 0);
    assert_int_equal(result.levels_count, 1);
    assert_close(result.levels[0].cpu_utilization, .01, .001);
    assert_close(result.levels[0].cpu_seen_ratio, .01, .001);
    assert_close(result.levels[0].cpu_per_item_s, .00025, .001);
    assert_close(result.levels[0].latency_mean_s, .05, .001);
    assert_close(result.levels[0].failed_items, 1200, 0);
    free(result.levels);
    result.levels = NULL;
    result.windows += 2; /* nothing else is known */
    result.windows_count = 3;
    assert_int_equal(knee_workload_result_levels(&result, NULL, 0, &err), 0);
    assert_close(result.levels[0].cpu_utilization, .9, .001);
    free(result.levels);
}

/* A database that computes, beside other work: the more connections, the larger its share. */
static void a_service_that_computes_proves_nothing_beside_other_work(void **state)
{
    (void)state;
    struct knee_level levels[] = {
        {.level = 2, .throughput_seen_per_s = 303, .cpu_seen_ratio = .5},
        {.level = 8, .throughput_seen_per_s = 330, .cpu_seen_ratio = .6},
        {.level = 16, .throughput_seen_per_s = 488, .cpu_seen_ratio = .9}};
    const struct knee_workload_result result = {
        .resource = KNEE_CLASS_NET,
        .levels = levels,
        .levels_count = KNEE_COUNT(levels),
        .decision = {.verdict = KNEE_VERDICT_DISTURBED, .rule_of_thumb = 8}};
    double unused;
    assert_int_equal(knee_workload_result_use(&result), 8);
    assert_int_equal(knee_workload_result_source(&result), KNEE_RESULT_SOURCE_RULE);
    assert_int_equal(knee_workload_result_seen_below(&result, &unused), 0);
    for (size_t i = 0; i < KNEE_COUNT(levels); i++)
        levels[i].cpu_seen_ratio = .1; /* they wait */
    assert_int_equal(knee_workload_result_use(&result), 16);
    assert_int_equal(knee_workload_result_seen_below(&result, &unused), 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_ascending_and_carry_the_fit),
        cmocka_unit_test(a_rejected_window_counts_but_leaves_no_trace_in_the_values),
        cmocka_unit_test(per_item_values_add_up_to_the_latency),
        cmocka_unit_test(marks_join_the_machine_and_the_decision),
        cmocka_unit_test(a_level_without_a_valid_window_keeps_its_counts_only),
        cmocka_unit_test(no_window_makes_no_row),
        cmocka_unit_test(a_disturbed_result_uses_the_rule_of_thumb),
        cmocka_unit_test(the_source_says_what_the_limit_rests_on),
        cmocka_unit_test(the_best_is_the_decisions_peak),
        cmocka_unit_test(a_disturbed_row_is_compared_with_all_that_was_seen),
        cmocka_unit_test(a_failing_row_of_a_disturbed_sweep_has_its_share),
        cmocka_unit_test(a_service_that_computes_proves_nothing_beside_other_work),
        cmocka_unit_test(a_guess_is_no_level_at_which_items_fail),
        cmocka_unit_test(few_windows_do_not_hide_what_rejected_ones_show),
        cmocka_unit_test(windows_in_which_every_item_failed_say_nothing_of_an_item),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
