/* SPDX-License-Identifier: MIT */
/* What a plan says about measurements that it cannot use. */
#include "reports/forecast/forecast_words.h"

#include "core/base/array.h"
#include "tests/support/test.h"

#include <string.h>

/* A disturbed measurement is explained as the sweep itself does: steal is not other processes. */
static void a_disturbance_is_named_as_in_the_sweep(void **state)
{
    (void)state;
    static const struct {
        struct knee_decision_why why;
        const char *refusal, *check;
    } cases[] = {
        {{.kind = KNEE_DECISION_OTHER_WORK, .spoilt = 6, .judged = 8, .steal_ratio = .4},
         "This virtual machine's host took 40 % of the CPUs (steal), which spoilt 6 of the 8 "
         "windows that can tell. Measure again when the machine is quiet.",
         "not possible, the measurement there was disturbed. This virtual machine's host took 40 % "
         "of the CPUs (steal), which spoilt 6 of the 8 windows that can tell. Measure again when "
         "the machine is quiet."},
        {{.kind = KNEE_DECISION_OTHER_WORK, .spoilt = 6, .judged = 8, .other_cpus = 1.2},
         "Other processes took 1.2 CPUs, which spoilt 6 of the 8 windows that can tell. Measure "
         "again when the machine is quiet.",
         "not possible, the measurement there was disturbed. Other processes took 1.2 CPUs, which "
         "spoilt 6 of the 8 windows that can tell. Measure again when the machine is quiet."},
        {{.kind = KNEE_DECISION_REJECTED, .rejected_ratio = .34},
         "34 % of the windows had to be rejected: too much else went on on this machine. Measure "
         "again when the machine is quiet.",
         "not possible, the measurement there was disturbed. 34 % of the windows had to be "
         "rejected: too much else went on on this machine. Measure again when the machine is "
         "quiet."},
    };
    for (size_t i = 0; i < KNEE_COUNT(cases); i++) {
        const struct knee_workload_result there = {
            .decision = {.verdict = KNEE_VERDICT_DISTURBED, .why = cases[i].why}};
        const struct knee_forecast_page_work work = {
            .there = &there,
            .forecast = {.refusal = KNEE_FORECAST_DISTURBED, .disturbed_by = cases[i].why}};
        char text[KNEE_FORECAST_WORDS_BYTES];
        assert_string_equal(knee_forecast_words_refusal(&work, text), cases[i].refusal);
        assert_string_equal(knee_forecast_words_check(&work, text), cases[i].check);
    }
}

/* A plan said "Limit 1" for an SLO that one item at a time missed by a hundred times. */
static void an_slo_that_nothing_meets_is_said(void **state)
{
    (void)state;
    struct knee_forecast forecast = {.slo_missed_ratio = 1};
    char text[KNEE_FORECAST_WORDS_BYTES];
    assert_string_equal(knee_forecast_words_caution(&forecast, text),
                        "not even one item at a time meets the --slo");
    forecast.slo_missed_ratio = .3;
    assert_string_equal(knee_forecast_words_caution(&forecast, text),
                        "not even one item at a time meets the --slo, in 30 % of the answers");
    forecast.slo_missed_ratio = .01;
    assert_string_equal(knee_forecast_words_caution(&forecast, text), "");
    forecast.waits_no_more = true;
    assert_non_null(strstr(knee_forecast_words_caution(&forecast, text), "wait for nothing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_disturbance_is_named_as_in_the_sweep),
        cmocka_unit_test(an_slo_that_nothing_meets_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
