/* SPDX-License-Identifier: MIT */
/* workloads/command/placeholder_fill: only placeholders are filled in, quoted if asked. */
#include "tests/support/test.h"

#include "workloads/command/placeholder_fill.h"

#include <string.h>

static void placeholders_are_filled_and_nothing_else_is_touched(void **state)
{
    (void)state;
    static const struct {
        const char *text, *item;
        bool quote;
        const char *filled;
    } CASES[] = {
        {"{}", "a b", false, "a b"},
        {"x{}y{}", "1", false, "x1y1"},
        {"{#}-{%}-{n}", "", false, "7-3-16"},
        {"{out}", "", false, "/tmp/o'ut"},
        {"-j{n}", "", false, "-j16"},
        {"{", "i", false, "{"},
        {"{a}{}}{{}", "i", false, "{a}i}{i"},
        {"{n", "i", false, "{n"},
        {"", "i", false, ""},
        {"{}", "{n}{}", false, "{n}{}"}, /* what an item holds is not looked at again */
        {"{}", "a'b $(c)\n\xff", false, "a'b $(c)\n\xff"},
        {"{/}|{//}|{.}|{/.}", "a/b.c.gz", false, "b.c.gz|a|a/b.c|b.c"},
        {"{/.}", "it's.txt", true, "'it'\\''s'"},
        {"{copy}", "x", true, "'/tmp/c/x'"},
        {"cat {}", "a'b", true, "cat 'a'\\''b'"},
        {"cat {} > {out} {n}", "", true, "cat '' > '/tmp/o'\\''ut' 16"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char to[128];
        const struct knee_placeholder_fill_values values = {.item = CASES[i].item,
                                                            .number = 7,
                                                            .slot = 3,
                                                            .level = 16,
                                                            .out = "/tmp/o'ut",
                                                            .copy = "/tmp/c/x"};
        size_t bytes =
            knee_placeholder_fill_text(CASES[i].text, &values, CASES[i].quote, to, sizeof to);
        assert_int_equal(bytes, strlen(CASES[i].filled) + 1);
        assert_string_equal(to, CASES[i].filled);
        assert_int_equal(
            knee_placeholder_fill_text(CASES[i].text, &values, CASES[i].quote, NULL, 0), bytes);
        assert_int_equal(
            knee_placeholder_fill_text(CASES[i].text, &values, CASES[i].quote, to, bytes - 1), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(placeholders_are_filled_and_nothing_else_is_touched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
