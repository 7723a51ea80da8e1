/* SPDX-License-Identifier: MIT */
/* core/text/suggest: finds the name that was meant, and no other. */
#include "tests/support/test.h"

#include "core/text/suggest.h"

#include <string.h>

static const char *const NAMES[] = {"budget", "levels", "max-level", "quick", "cv",
                                    "cpus",   "net",    "mixed",     NULL};

static void near_names_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *meant;
    } CASES[] = {
        {"bugdet", "budget"},      {"budgte", "budget"},
        {"budge", "budget"},       {"bud", "budget"},
        {"level", "levels"},       {"lvls", "levels"},
        {"maxlevel", "max-level"}, {"max_level", "max-level"},
        {"qick", "quick"},         {"cvs", "cv"},
        {"neet", "net"},           {"mix", "mixed"},
        {"budget", "budget"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *meant = knee_suggest(CASES[i].typed, NAMES);
        assert_non_null(meant);
        assert_string_equal(meant, CASES[i].meant);
    }
}

static void far_names_are_not(void **state)
{
    (void)state;
    static const char *const TYPED[] = {"", "x", "colour", "frobnicate",
                                        "a-name-that-is-longer-than-any-of-ours-could-ever-be"};
    for (size_t i = 0; i < sizeof TYPED / sizeof *TYPED; i++)
        assert_null(knee_suggest(TYPED[i], NAMES));
}

static void no_names_no_suggestion(void **state)
{
    (void)state;
    static const char *const NONE[] = {NULL};
    assert_null(knee_suggest("budget", NONE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_names_are_found),
        cmocka_unit_test(far_names_are_not),
        cmocka_unit_test(no_names_no_suggestion),
    };
    return cmocka_run_group_tests_name("suggest", tests, NULL, NULL);
}
