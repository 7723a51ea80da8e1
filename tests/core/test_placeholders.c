/* SPDX-License-Identifier: MIT */
/* Every placeholder is found wherever it is in a word, and nothing that only looks like one. */
#include "core/text/placeholders.h"

#include "core/base/array.h"
#include "tests/support/test.h"

static void every_placeholder_is_found(void **state)
{
    static const struct {
        const char *text;
        uint32_t found;
    } CASES[] = {
        {"{}", KNEE_PLACEHOLDER_ITEM},
        {"-o{out}", KNEE_PLACEHOLDER_OUT},
        {"a{#}b{%}c{n}", KNEE_PLACEHOLDER_NUMBER | KNEE_PLACEHOLDER_SLOT | KNEE_PLACEHOLDER_LEVEL},
        {"{{}}", KNEE_PLACEHOLDER_ITEM},
        {"{}{}", KNEE_PLACEHOLDER_ITEM},
        {"", 0},
        {"{", 0},
        {"{o", 0},
        {"{ }", 0},
        {"n}", 0},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++)
        assert_int_equal(knee_placeholders_in(CASES[i].text), CASES[i].found);
}

static void a_placeholder_knows_its_length(void **state)
{
    (void)state;
    assert_int_equal(knee_placeholder_at("{}x")->bytes, 2);
    assert_int_equal(knee_placeholder_at("{out}")->bytes, 5);
    assert_int_equal(knee_placeholder_at("{n}")->which, KNEE_PLACEHOLDER_LEVEL);
    assert_null(knee_placeholder_at("x{}"));
    assert_null(knee_placeholder_at(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_placeholder_is_found),
        cmocka_unit_test(a_placeholder_knows_its_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
