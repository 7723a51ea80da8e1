/* SPDX-License-Identifier: MIT */
#include "tests/support/test.h"
#include "tuner/fit/taken.h"

static void what_swings_spoils_and_what_is_always_there_does_not(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        double steady, last;
        size_t windows;
        bool spoilt;
    } cases[] = {
        {"nothing", 0, 0, 8, false},
        {"a little, once", 0, .009, 8, false},
        {"more, once", 0, .011, 8, true},
        {"the same as always", .008, .008, 8, false},
        {"a little beside what is always there", .008, .0125, 8, false},
        {"more beside what is always there", .008, .019, 8, true},
        {"too early to say what is usual", .008, .0125, 3, true},
        {"much, always", .12, .12, 40, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_taken taken = {.count = 0};
        print_message("%s\n", cases[i].what);
        for (size_t w = 0; w < cases[i].windows; w++)
            assert_int_equal(knee_taken_spoils(&taken, cases[i].steady),
                             cases[i].steady > KNEE_TAKEN_RATIO);
        assert_int_equal(knee_taken_spoils(&taken, cases[i].last), cases[i].spoilt);
    }
}

/* What came to an end long ago is not usual any more. */
static void only_the_last_windows_count(void **state)
{
    (void)state;
    struct knee_taken taken = {.count = 0};
    for (int w = 0; w < 40; w++)
        assert_false(knee_taken_spoils(&taken, .009));
    for (int w = 0; w < KNEE_TAKEN_WINDOWS; w++)
        assert_false(knee_taken_spoils(&taken, 0));
    assert_true(knee_taken_spoils(&taken, .012));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_swings_spoils_and_what_is_always_there_does_not),
        cmocka_unit_test(only_the_last_windows_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
