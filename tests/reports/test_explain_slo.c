/* SPDX-License-Identifier: MIT */
/* A result whose SLO no level meets: nothing looks like a limit to use. */
#include "reports/words/explain_slo.h"

#include "core/base/array.h"
#include "reports/charts/throughput_chart.h"
#include "reports/text/text.h"
#include "reports/words/explain.h"
#include "tests/support/fixture_result.h"
#include "tests/support/test.h"
#include "tuner/result/choose_limit.h"

#include <stdlib.h>
#include <string.h>

/* fixture_cpu has a p99 of 1.5 ms at least. */
static void miss_slo(struct knee_result *result)
{
    const struct fixture_curve *curve = &fixture_cpu;
    fixture_result(result, &curve, 1);
    struct knee_workload_result *workload = &result->workloads[0];
    assert_int_equal(knee_goal_add_slo(&workload->goal, "test", "p99=1ms", NULL), 0);
    assert_int_equal(knee_choose_limit(workload, NULL), 0);
}

/* Also of too few windows to recommend anything: the SLO comes first. */
static void a_guess_names_the_slo_that_is_missed(void **state)
{
    (void)state;
    struct knee_result result;
    char text[KNEE_EXPLAIN_BYTES];
    miss_slo(&result);
    struct knee_workload_result *workload = &result.workloads[0];
    workload->decision.thin = true;
    workload->decision.verdict = KNEE_VERDICT_UNRESOLVED;
    workload->current = 4;
    assert_string_equal(knee_explain_answer(workload, text),
                        "no level that was measured meets p99 <= 1 ms: level 1 has p99 1.52 ms");
    assert_string_equal(knee_explain_slo_use(workload, text), "NO LIMIT");
    assert_string_equal(knee_explain_current(workload, text), "today's 4 does not, either");
    workload->current = 5;
    assert_string_equal(knee_explain_current(workload, text), "today's 5 was not measured");
    assert_string_equal(knee_explain_choose(workload, text), "");
    knee_result_release(&result);
}

/* Nothing could be decided, so the limit knows of no SLO, which 1 and 2 may just meet: the answer
 * says that first. */
static void an_answer_that_knows_of_no_slo_says_so(void **state)
{
    (void)state;
    static const struct {
        enum knee_verdict verdict;
        uint32_t knee;
        const char *slo, *answer;
    } CASES[] = {
        {KNEE_VERDICT_DISTURBED, 2, "p99=1.53ms",
         "too disturbed to tell whether a level meets p99 <= 1.53 ms; rule of thumb: 2"},
        {KNEE_VERDICT_UNRESOLVED, 0, "p99=1.53ms",
         "too little was measured to tell whether a level meets p99 <= 1.53 ms; rule of thumb: 2; "
         "the "
         "limit is this host's CPUs"},
        {KNEE_VERDICT_DISTURBED, 2, NULL, "too disturbed to measure; rule of thumb: 2"},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_result result;
        char text[KNEE_EXPLAIN_BYTES];
        struct knee_workload_result *workload = fixture_one(&result, &fixture_cpu);
        workload->decision.verdict = CASES[i].verdict;
        workload->decision.knee = CASES[i].knee;
        if (CASES[i].slo)
            assert_int_equal(knee_goal_add_slo(&workload->goal, "test", CASES[i].slo, NULL), 0);
        assert_int_equal(knee_choose_limit(workload, NULL), 0);
        assert_string_equal(knee_explain_answer(workload, text), CASES[i].answer);
        knee_result_release(&result);
    }
}

/* Neither in the chart nor in the table. */
static void no_level_is_shown_as_the_one_to_use(void **state)
{
    (void)state;
    struct knee_result result;
    struct knee_throughput_chart made;
    const struct knee_text_options options = {.dir = NULL};
    miss_slo(&result);
    assert_int_equal(knee_throughput_chart_init(&made, &result.workloads[0], 0, NULL), 0);
    assert_string_equal(made.title,
                        "cpu (1 ms): no level that was measured meets p99 <= 1 ms: level 1 "
                        "has p99 1.52 ms");
    assert_int_equal(made.chart.answer, KNEE_CHART_NONE);
    knee_throughput_chart_release(&made);
    char *text = knee_text_result(&result, &options);
    assert_non_null(text);
    assert_null(strstr(text, "USE"));
    assert_null(strstr(text, "\n>"));
    assert_non_null(strstr(text, "closest"));
    free(text);
    knee_result_release(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guess_names_the_slo_that_is_missed),
        cmocka_unit_test(an_answer_that_knows_of_no_slo_says_so),
        cmocka_unit_test(no_level_is_shown_as_the_one_to_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
