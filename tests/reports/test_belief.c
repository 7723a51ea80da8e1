/* SPDX-License-Identifier: MIT */
/* "Can I believe it?" in words: the curve's claim, the rule level by level beside it, and the
 * troubles that were looked for. */
#include "reports/words/belief.h"

#include "core/base/array.h"
#include "tests/support/test.h"

#include <string.h>

static void the_claim_of_the_curve_has_its_probability(void **state)
{
    static const struct {
        double right;
        const char *head;
    } CASES[] = {{1, "99 % or more that 17"},
                 {.993, "99 % or more that 17"},
                 {.58, "58 % that 17"},
                 {.004, "1 % at most that 17"}};
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_band band = {.count = 1, .pick = 17, .right = CASES[i].right};
        struct knee_workload_result workload = {
            .band = &band, .decision = {.verdict = KNEE_VERDICT_RESOLVED, .tolerance_ratio = .02}};
        char text[KNEE_BELIEF_BYTES];
        knee_belief_probability(&workload, text);
        if (strncmp(text, CASES[i].head, strlen(CASES[i].head)) != 0 ||
            !strstr(text, "more than 3 % faster"))
            fail_msg("%s", text);
        workload.decision.verdict = KNEE_VERDICT_DISTURBED;
        assert_string_equal(knee_belief_probability(&workload, text), "");
        workload.band = NULL;
        assert_string_equal(knee_belief_probability(&workload, text), "");
        assert_string_equal(knee_belief_guard(&workload, text), "");
    }
}

static void the_rule_level_by_level_agrees_or_not(void **state)
{
    static const struct {
        struct knee_decision guard;
        const char *says;
    } CASES[] = {
        {{.verdict = KNEE_VERDICT_RESOLVED, .knee = 17}, "gives 17, too."},
        {{.verdict = KNEE_VERDICT_RESOLVED, .knee = 16}, "gives 16."},
        {{.verdict = KNEE_VERDICT_UNRESOLVED, .knee_low = 15, .knee_high = 20},
         "leaves 15 to 20 open."},
        {{.verdict = KNEE_VERDICT_UNRESOLVED, .knee_low = 4, .knee_high = 8},
         "leaves 4 to 8 open, and so contradicts it."},
        {{.verdict = KNEE_VERDICT_UNRESOLVED, .knee_low = 17, .knee_high = 17}, "cannot tell yet."},
        {{.verdict = KNEE_VERDICT_RISING}, "still rises at the highest level."},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_band band = {.count = 1, .pick = 17, .right = 1};
        struct knee_decision guard = CASES[i].guard;
        const struct knee_workload_result workload = {
            .band = &band, .guard = &guard, .decision = {.verdict = KNEE_VERDICT_RESOLVED}};
        char text[KNEE_BELIEF_BYTES];
        knee_belief_guard(&workload, text);
        if (strcmp(strstr(text, "curve, ") + 7, CASES[i].says) != 0)
            fail_msg("%s", text);
    }
}

static void troubles_are_seen_or_not(void **state)
{
    struct knee_workload_result workload = {.decision = {.verdict = KNEE_VERDICT_RESOLVED}};
    char text[KNEE_BELIEF_BYTES];
    (void)state;
    assert_string_equal(
        knee_belief_checks(&workload, text),
        "Not seen: a step down for good, as when burst credit runs out, failures "
        "for a time, a loss just after a higher limit, limits of two speeds, a "
        "machine of two states, a CPU quota that holds windows back, steady other load, CPUs that "
        "the machine's host takes (steal).");
    knee_facts_add(&workload.warnings, KNEE_FACT_ORDER, NULL, NULL);
    knee_facts_add(&workload.warnings, KNEE_FACT_OTHER_WORK, NULL, NULL);
    knee_belief_checks(&workload, text);
    assert_memory_equal(text, "Seen: a loss just after a higher limit, steady other load. Not", 62);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_claim_of_the_curve_has_its_probability),
        cmocka_unit_test(the_rule_level_by_level_agrees_or_not),
        cmocka_unit_test(troubles_are_seen_or_not),
    };
    return cmocka_run_group_tests_name("belief", tests, NULL, NULL);
}
