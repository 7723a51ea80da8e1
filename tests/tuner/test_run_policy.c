/* SPDX-License-Identifier: MIT */
/* The texts of --retry-on, --halt, --timeout, --limit and --weight, and what follows from them. */
#include "tests/support/test.h"
#include "tuner/run/run_policy.h"

#include <math.h>
#include <string.h>

static void what_is_retried(void **state)
{
    (void)state;
    const struct knee_run_attempt_end done = {.exit_code = 0};
    const struct knee_run_attempt_end one = {.failed = true, .exit_code = 1};
    const struct knee_run_attempt_end busy = {.failed = true, .exit_code = 75};
    const struct knee_run_attempt_end late = {
        .failed = true, .timed_out = true, .signal_number = 15};
    const struct knee_run_attempt_end hit = {.failed = true, .signal_number = 9};
    static const struct {
        const char *text;
        bool one, busy, late, hit;
    } cases[] = {
        {"any", true, true, true, true},          {"75", false, true, false, false},
        {"timeout", false, false, true, false},   {"signal", false, false, false, true},
        {"1,75,signal", true, true, false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct knee_run_retry_on on;
        assert_int_equal(knee_run_retry_on_parse(&on, cases[i].text, NULL), 0);
        assert_false(knee_run_retry_on_matches(&on, &done));
        assert_int_equal(knee_run_retry_on_matches(&on, &one), cases[i].one);
        assert_int_equal(knee_run_retry_on_matches(&on, &busy), cases[i].busy);
        assert_int_equal(knee_run_retry_on_matches(&on, &late), cases[i].late);
        assert_int_equal(knee_run_retry_on_matches(&on, &hit), cases[i].hit);
    }
}

static void pauses_double_with_jitter(void **state)
{
    (void)state;
    struct knee_random random = knee_random_seed(1, 2);
    for (uint32_t attempt = 1; attempt < 40; attempt++) {
        double base = fmin(.1 * pow(2, attempt - 1), 30);
        for (int i = 0; i < 20; i++) {
            double pause_s = knee_run_retry_pause_s(attempt, &random);
            assert_true(pause_s >= .5 * base - 1e-9 && pause_s <= 1.5 * base + 1e-9);
        }
    }
}

static void when_a_run_halts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t failed, ended;
        bool halts;
    } cases[] = {
        {"never", 100, 100, false},     {"soon,fail=3", 2, 100, false},
        {"soon,fail=3", 3, 100, true},  {"now,fail=1", 1, 1, true},
        {"soon,fail=10%", 2, 4, false}, /* too few to tell */
        {"soon,fail=10%", 3, 30, true}, {"soon,fail=10%", 3, 31, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct knee_run_halt halt;
        assert_int_equal(knee_run_halt_parse(&halt, cases[i].text, NULL), 0);
        assert_int_equal(knee_run_halt_reached(&halt, cases[i].failed, cases[i].ended),
                         cases[i].halts);
    }
}

static void wrong_texts_are_usage_errors(void **state)
{
    (void)state;
    struct knee_err err;
    struct knee_run_retry_on on;
    struct knee_run_halt halt;
    struct knee_run_timeout timeout;
    struct knee_run_limit_choice choice;
    static const char *const retries[] = {"", "0", "256", "1,", "soon"};
    for (size_t i = 0; i < sizeof retries / sizeof retries[0]; i++) {
        assert_int_equal(knee_run_retry_on_parse(&on, retries[i], &err), -1);
        assert_int_equal(err.code, KNEE_USAGE);
    }
    static const char *const halts[] = {
        "", "soon", "soon,fail=", "soon,fail=0", "now,fail=200%", "later,fail=1"};
    for (size_t i = 0; i < sizeof halts / sizeof halts[0]; i++)
        assert_int_equal(knee_run_halt_parse(&halt, halts[i], &err), -1);
    static const char *const timeouts[] = {"", "5", "50%", "x%", "-1s"};
    for (size_t i = 0; i < sizeof timeouts / sizeof timeouts[0]; i++)
        assert_int_equal(knee_run_timeout_parse(&timeout, timeouts[i], &err), -1);
    assert_int_equal(knee_run_limit_parse(&choice, "0", 100, &err), -1);
    assert_int_equal(knee_run_limit_parse(&choice, "101", 100, &err), -1);
}

static void texts_are_told_apart(void **state)
{
    (void)state;
    struct knee_run_timeout timeout;
    struct knee_run_limit_choice choice;
    struct knee_run_weight weight;
    assert_int_equal(knee_run_timeout_parse(&timeout, "300%", NULL), 0);
    assert_true(timeout.ratio > 2.99 && timeout.ratio < 3.01 && timeout.ns == 0);
    assert_int_equal(knee_run_timeout_parse(&timeout, "2s", NULL), 0);
    assert_true(timeout.ns == 2000000000u && timeout.ratio == 0);
    assert_int_equal(knee_run_limit_parse(&choice, "auto", 100, NULL), 0);
    assert_true(choice.fixed == 0 && !choice.directory);
    assert_int_equal(knee_run_limit_parse(&choice, "7", 100, NULL), 0);
    assert_int_equal(choice.fixed, 7);
    assert_int_equal(knee_run_limit_parse(&choice, "results/latest", 100, NULL), 0);
    assert_string_equal(choice.directory, "results/latest");
    knee_run_weight_parse(&weight, "size");
    assert_int_equal(weight.by, KNEE_RUN_WEIGHT_SIZE);
    knee_run_weight_parse(&weight, "2");
    assert_true(weight.by == KNEE_RUN_WEIGHT_FIELD && weight.field == 2);
    knee_run_weight_parse(&weight, "wc -c < {}");
    assert_int_equal(weight.by, KNEE_RUN_WEIGHT_LINE);
}

static void a_field_is_a_weight(void **state)
{
    (void)state;
    assert_true(knee_run_weight_field("a 2.5 c", 2) == 2.5);
    assert_true(knee_run_weight_field("  7\tx", 1) == 7);
    assert_true(isnan(knee_run_weight_field("a b", 2)));
    assert_true(isnan(knee_run_weight_field("a", 3)));
    assert_true(isnan(knee_run_weight_field("a 0", 2)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_retried),      cmocka_unit_test(pauses_double_with_jitter),
        cmocka_unit_test(when_a_run_halts),     cmocka_unit_test(wrong_texts_are_usage_errors),
        cmocka_unit_test(texts_are_told_apart), cmocka_unit_test(a_field_is_a_weight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
