/* SPDX-License-Identifier: MIT */
/* core/text/regex_size: what an expression grows to when it is compiled. */
#include "tests/support/test.h"

#include "core/base/array.h"
#include "core/text/regex_size.h"

#include <stdint.h>
#include <string.h>

static void repeats_are_written_out(void **state)
{
    (void)state;
    static const struct {
        const char *expression;
        size_t size;
    } CASES[] = {
        {"", 0},
        {"abc", 3},
        {"a|bc", 4},
        {"tps = ([0-9.]+)", 9},
        {"a{3}", 3},
        {"a{3,5}b", 6},
        {"a{3,}", 4},
        {"a{,5}", 5},
        {"a{0}", 1},
        {"(ab){10}", 30},
        {"((x{10}){10}){10}", 1110},
        {"((x+)+)+", 14},
        {"x*y?", 2},
        {"\\(\\{2}\\\\", 5},
        {"[(]{2}[^]{9}]", 3},
        {"[]{9}]", 1},
        {"a{b", 3},
        {"a}", 2},
        {"}+++", 8},
        {"(+++)", 9},
        {"a{2", 3},
        {")+", 2},
        {"[", 1},
        {"\\", 1},
        {"(((x{200}){200}){200})", SIZE_MAX},
        {"((((((((((((((((((((((x+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)", SIZE_MAX},
        {"x{99999999999999999999}", SIZE_MAX},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        size_t size = knee_regex_size(CASES[i].expression);
        if (size != CASES[i].size)
            fail_msg("%s: %zu, not %zu", CASES[i].expression, size, CASES[i].size);
    }
}

/* The C library follows them by calls of itself: enough of them end the stack. */
static void deep_groups_are_too_large(void **state)
{
    (void)state;
    char deep[202];
    memset(deep, '(', 100);
    memset(deep + 100, ')', 101);
    deep[201] = '\0';
    assert_true(knee_regex_size(deep) == SIZE_MAX);
    assert_true(knee_regex_size(deep + 40) < 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repeats_are_written_out),
        cmocka_unit_test(deep_groups_are_too_large),
    };
    return cmocka_run_group_tests_name("regex_size", tests, NULL, NULL);
}
