/* SPDX-License-Identifier: MIT */
/* The sentences about troubles: figures with the digits that matter, and no change of "-0 %". */
#include "reports/words/symptoms.h"

#include "core/base/array.h"
#include "tests/support/fixture_result.h"
#include "tests/support/test.h"

#include <string.h>

/* The sentence of the queue behind the work, with these figures at the limit and beyond. */
static void queue_sentence(double latency_times, double rate_times, char *text)
{
    struct knee_result result;
    struct knee_workload_result *workload = fixture_one(&result, &fixture_cpu);
    struct knee_level *last = &workload->levels[workload->levels_count - 1];
    const struct knee_level *limit = knee_workload_result_at(workload, 2);
    last->latency_mean_s = latency_times * limit->latency_mean_s;
    last->throughput_per_s = rate_times * limit->throughput_per_s;
    for (size_t i = 0; i < knee_symptoms_count; i++)
        if (strstr(knee_symptoms_table[i].symptom, "queue"))
            (void)knee_symptoms_table[i].find(&result, workload, text);
    knee_result_release(&result);
}

static void figures_have_the_digits_that_matter(void **state)
{
    static const struct {
        double latency_times, rate_times;
        const char *text;
    } cases[] = {
        {32.04, 1.012,
         "From 2 to 16 an item takes 32 times as long; throughput changes by +1.2 %."},
        {1.26, .9998, "From 2 to 16 an item takes 1.3 times as long; throughput stays the same."},
        {8, .85, "From 2 to 16 an item takes 8.0 times as long; throughput changes by -15 %."},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(cases); i++) {
        char text[KNEE_SYMPTOMS_BYTES] = "";
        queue_sentence(cases[i].latency_times, cases[i].rate_times, text);
        assert_string_equal(text, cases[i].text);
    }
}

/* Nor were windows disturbed in which no item ended. */
static void only_disturbed_windows_are_other_work(void **state)
{
    static const struct {
        uint32_t reasons;
        enum knee_symptoms_state state;
        const char *text;
    } cases[] = {
        {KNEE_WINDOW_EMPTY, KNEE_SYMPTOMS_UNSEEN, "1 of 16 windows was disturbed and left out."},
        {KNEE_WINDOW_FOREIGN | KNEE_WINDOW_ERRORS, KNEE_SYMPTOMS_SEEN,
         "4 of 16 windows were disturbed and left out."},
    };
    (void)state;
    for (size_t c = 0; c < KNEE_COUNT(cases); c++) {
        struct knee_result result;
        char text[KNEE_SYMPTOMS_BYTES] = "";
        struct knee_workload_result *workload = fixture_one(&result, &fixture_cpu);
        for (size_t i = 0; i < workload->windows_count; i++)
            if (workload->windows[i].level == 16) {
                workload->windows[i].valid = false;
                workload->windows[i].reasons = cases[c].reasons;
            }
        for (size_t i = 0; i < knee_symptoms_count; i++)
            if (strstr(knee_symptoms_table[i].symptom, "Other work"))
                assert_int_equal(knee_symptoms_table[i].find(&result, workload, text),
                                 cases[c].state);
        assert_string_equal(text, cases[c].text);
        knee_result_release(&result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_have_the_digits_that_matter),
        cmocka_unit_test(only_disturbed_windows_are_other_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
