/* SPDX-License-Identifier: MIT */
/* Single lines of the text for people; whole answers are in tests/reports/test_text.c. */
#include "reports/text/text.h"
#include "reports/text/wrap.h"
#include "reports/words/explain.h"
#include "tests/support/fixture_result.h"
#include "tests/support/swept.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The printed command is the one that was measured. */
static void line_to_use_keeps_quotes(void **state)
{
    (void)state;
    static char *const quoted[] = {(char *)"sweep", (char *)"--", (char *)"sh", (char *)"-c",
                                   (char *)"a; b"};
    static char *const shell[] = {(char *)"sweep", (char *)"-q", (char *)"--shell", (char *)"--",
                                  (char *)"a {} | b"};
    static char *const one_run[] = {(char *)"sweep", (char *)"-q", (char *)"--", (char *)"make",
                                    (char *)"-j{n}"};
    static char *const *const argv[] = {quoted, shell, one_run};
    static const char *const wanted[] = {
        ("Use it   seq 100 | parallel -q -n0 -j r/limit sh -c 'a; b'\n"
         "         seq 100 | xargs -d '\\n' -r -P \"$(cat r/limit)\" -I {} sh -c 'a; b'\n"),
        "Use it   knee recommend r --for xargs\n",
        "Use it   make -j2\n         knee recommend r --for sh\n",
    };
    const struct fixture_curve *curve = &fixture_cpu;
    for (int i = 0; i < 3; i++) {
        const struct knee_text_options options = {.dir = "r", .command = swept_command(5, argv[i])};
        struct knee_result result;
        fixture_result(&result, &curve, 1);
        result.workloads[0].command = true;
        char *text = knee_text_result(&result, &options);
        assert_non_null(text);
        if (!strstr(text, wanted[i]))
            fail_msg("not %s in %s", wanted[i], text);
        free(text);
        knee_result_release(&result);
    }
}

/* The limit of a service is for a pool of connections, not for a program that starts others. */
static void a_service_gets_a_snippet_that_fits(void **state)
{
    (void)state;
    static const struct {
        const char *target, *line;
    } CASES[] = {
        {"", "         knee recommend r --for xargs\n"},
        {"http", "         knee recommend r --for nginx\n"},
        {"postgres", "         knee recommend r --for pgbouncer\n"},
    };
    const struct fixture_curve *curve = &fixture_net;
    const struct knee_text_options options = {.dir = "r"};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_result result;
        fixture_result(&result, &curve, 1);
        result.workloads[0].service = CASES[i].target[0] != '\0';
        snprintf(result.workloads[0].target, sizeof result.workloads[0].target, "%s",
                 CASES[i].target);
        char *text = knee_text_result(&result, &options);
        assert_non_null(text);
        if (!strstr(text, CASES[i].line))
            fail_msg("not %s in %s", CASES[i].line, text);
        free(text);
        knee_result_release(&result);
    }
}

/* An open answer gives one piece of advice: that of today's setting, if it may be right. */
static void open_answer_does_not_contradict_itself(void **state)
{
    (void)state;
    static const struct {
        uint32_t current;
        const char *answer, *today;
    } CASES[] = {
        {0, "between 1 and 8; run 2 at once until it is known; the limit is this host's CPUs", ""},
        {2, "between 1 and 8; run 2 at once until it is known; the limit is this host's CPUs",
         "keep 2"},
        {8, "between 1 and 8; 2 is the closest guess; the limit is this host's CPUs",
         "keep 8 until it is known: it may be right, too"},
    };
    const struct fixture_curve *curve = &fixture_cpu;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_result result;
        char text[KNEE_EXPLAIN_BYTES];
        fixture_result(&result, &curve, 1);
        struct knee_workload_result *workload = &result.workloads[0];
        workload->current = CASES[i].current;
        workload->decision.verdict = KNEE_VERDICT_UNRESOLVED;
        workload->decision.knee_low = 1;
        workload->decision.knee_high = 8;
        assert_string_equal(knee_explain_answer(workload, text), CASES[i].answer);
        assert_string_equal(knee_explain_current(workload, text), CASES[i].today);
        knee_result_release(&result);
    }
}

/* The limit is a guess: one line says so, and how today's setting compares. */
static void a_guess_does_not_contradict_today(void **state)
{
    (void)state;
    static const struct {
        uint32_t current;
        const char *answer, *today;
    } CASES[] = {
        {0, "between 1 and 128; run 64 at once until it is known", ""},
        {64, "between 1 and 128; run 64 at once until it is known", "keep 64 until it is known"},
        {16, "between 1 and 128; 64 is the closest guess",
         "64 is only a guess: 16 looks 7 % slower, but too few windows prove it; keep 16 until it "
         "is known"},
        {128, "between 1 and 128; 64 is the closest guess",
         "64 is only a guess, and 128 was as fast, though too few windows prove it: keep 128 until "
         "it is known"},
        {100, "between 1 and 128; 64 is the closest guess",
         "64 is only a guess, and 100 was not compared with it: keep 100 until it is known"},
    };
    const struct fixture_curve *curve = &fixture_io;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_result result;
        char text[KNEE_EXPLAIN_BYTES];
        fixture_result(&result, &curve, 1);
        struct knee_workload_result *workload = &result.workloads[0];
        workload->current = CASES[i].current;
        workload->decision.thin = true;
        workload->decision.limit = 64;
        workload->decision.knee_low = 1;
        workload->decision.knee_high = 128;
        assert_string_equal(knee_explain_answer(workload, text), CASES[i].answer);
        assert_string_equal(knee_explain_current(workload, text), CASES[i].today);
        knee_result_release(&result);
    }
}

/* Also with a guess, if it was measured. */
static void the_rule_is_compared_if_it_was_measured(void **state)
{
    (void)state;
    static const struct {
        uint32_t limit, rule;
        bool thin;
        enum knee_slo_state slo;
        const char *says;
    } CASES[] = {
        {32, 5, false, KNEE_SLO_STATE_UNKNOWN, "5: loses 36 %"},
        {32, 5, true, KNEE_SLO_STATE_UNKNOWN, "5: loses 36 % so far"},
        {32, 6, true, KNEE_SLO_STATE_UNKNOWN, "6: not tried"},
        {32, 6, false, KNEE_SLO_STATE_UNKNOWN, "6: not tried"},
        {32, 64, true, KNEE_SLO_STATE_UNKNOWN, "64: used"},
        {1, 5, false, KNEE_SLO_STATE_UNMET, "5: misses the SLO, too"},
    };
    const struct fixture_curve *curve = &fixture_io;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_result result;
        char text[KNEE_EXPLAIN_BYTES];
        fixture_result(&result, &curve, 1);
        struct knee_workload_result *workload = &result.workloads[0];
        workload->decision.limit = CASES[i].limit;
        workload->decision.rule_of_thumb = CASES[i].rule;
        workload->decision.thin = CASES[i].thin;
        workload->slo = CASES[i].slo;
        assert_string_equal(knee_explain_rule(workload, text), CASES[i].says);
        knee_result_release(&result);
    }
}

static void empty_cells_are_explained_once(void **state)
{
    (void)state;
    static const struct {
        bool thin, seen;
        uint32_t windows;
        const char *says;
    } CASES[] = {
        {false, false, 3, ""},
        {true, false, 1, "+- is not known: no level has more than 1 window."},
        {true, false, 3, "+- is not known: too few windows, 3 at level 2."},
        {false, true, 3, "( ) is from disturbed windows alone, which do not count."},
        {true, true, 1,
         "+- is not known: no level has more than 1 window. ( ) is from disturbed windows alone, "
         "which do not count."},
    };
    const struct fixture_curve *curve = &fixture_cpu;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_result result;
        char text[KNEE_EXPLAIN_BYTES];
        fixture_result(&result, &curve, 1);
        struct knee_workload_result *workload = &result.workloads[0];
        workload->decision.thin = CASES[i].thin;
        for (size_t l = 0; l < workload->levels_count; l++)
            workload->levels[l].windows = CASES[i].windows;
        struct knee_level *last = &workload->levels[workload->levels_count - 1];
        last->throughput_seen_per_s = last->throughput_per_s;
        last->throughput_per_s = CASES[i].seen ? NAN : last->throughput_per_s;
        assert_string_equal(knee_explain_gaps(workload, text), CASES[i].says);
        knee_result_release(&result);
    }
}

/* Beside the answer, only other tolerances, in its order: a looser one is smaller. */
static void choices_do_not_contradict_the_answer(void **state)
{
    (void)state;
    static const struct {
        uint32_t limit;
        double resolved; /* the coarser tolerance of the answer; 0: the asked one, 3 % */
        const char *objective, *choose;
    } CASES[] = {
        {32, 0, NULL, "22 within 5 % . 64 the very best"},
        {22, 0, NULL, "64 the very best"},
        {64, 0, NULL, "22 within 5 %"},
        {32, .04, NULL, "22 within 5 % . 64 the very best"},
        {64, .04, NULL, "22 within 5 %"}, /* 32 within 3 % would contradict it */
        {16, .08, NULL, "22 within 5 % . 32 within 3 % . 64 the very best"},
        {22, .05, NULL, "32 within 3 % . 64 the very best"},
        {4, 0, "efficiency", ""},
    };
    const struct fixture_curve *curve = &fixture_io;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_result result;
        char text[KNEE_EXPLAIN_BYTES];
        fixture_result(&result, &curve, 1);
        struct knee_workload_result *workload = &result.workloads[0];
        workload->decision.limit = CASES[i].limit;
        workload->decision.tolerance_ratio = .03;
        workload->decision.uses_coarser = CASES[i].resolved > 0;
        workload->decision.tolerance_resolved_ratio = CASES[i].resolved;
        if (CASES[i].objective)
            workload->goal.objective = knee_goal_objective_find(CASES[i].objective);
        assert_string_equal(knee_explain_choose(workload, text), CASES[i].choose);
        knee_result_release(&result);
    }
}

static void numbers_in_a_row_break(void **state)
{
    (void)state;
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    knee_wrap_text(out, "", 0,
                   "seq 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 "
                   "34 35 36 37 38");
    fclose(out);
    assert_true(strcspn(text, "\n") <= KNEE_WRAP_WIDTH);
    assert_true(strcspn(text, "\n") > KNEE_WRAP_WIDTH / 2);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_to_use_keeps_quotes),
        cmocka_unit_test(open_answer_does_not_contradict_itself),
        cmocka_unit_test(a_guess_does_not_contradict_today),
        cmocka_unit_test(the_rule_is_compared_if_it_was_measured),
        cmocka_unit_test(empty_cells_are_explained_once),
        cmocka_unit_test(a_service_gets_a_snippet_that_fits),
        cmocka_unit_test(choices_do_not_contradict_the_answer),
        cmocka_unit_test(numbers_in_a_row_break),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
