/* SPDX-License-Identifier: MIT */
/* The class of work follows from the shares of an item's time, and a close call is called close. */
#include "tuner/levels/classify.h"

#include "tests/support/test.h"

static void work_is_classified_by_its_shares_of_time(void **state)
{
    (void)state;
    static const struct {
        struct knee_classify_shares shares;
        enum knee_class class;
        bool borderline;
        uint32_t knee;
    } CASES[] = {
        {{.98, 0, .02}, KNEE_CLASS_CPU, false, 2}, {{1.9, 0, 0}, KNEE_CLASS_CPU, false, 1},
        {{.82, .18, 0}, KNEE_CLASS_CPU, true, 2},  {{.65, .2, .15}, KNEE_CLASS_MIXED, false, 3},
        {{.47, .1, .43}, KNEE_CLASS_NET, true, 4}, {{.2, .7, .1}, KNEE_CLASS_IO, false, 10},
        {{.2, .42, .38}, KNEE_CLASS_IO, true, 10}, {{.01, 0, .99}, KNEE_CLASS_NET, false, 100},
        {{0, 0, 1}, KNEE_CLASS_NET, false, 100},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        bool borderline = false;
        assert_int_equal(knee_classify(&CASES[i].shares, &borderline), CASES[i].class);
        assert_int_equal(borderline, CASES[i].borderline);
        assert_int_equal(knee_classify_knee(&CASES[i].shares, 2, 100), CASES[i].knee);
    }
    assert_string_equal(knee_classify_consistency(.1), "high");
    assert_string_equal(knee_classify_consistency(.3), "medium");
    assert_string_equal(knee_classify_consistency(.5), "low");
    assert_string_equal(knee_classify_consistency(NAN), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work_is_classified_by_its_shares_of_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
