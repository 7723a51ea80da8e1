/* SPDX-License-Identifier: MIT */
/* gnuplot's language: that no text is taken for a command, and how ticks are written. */
#include "plots/script.h"

#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *string_of(const char *text, size_t columns)
{
    char *made = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&made, &bytes);
    assert_non_null(out);
    knee_script_string(out, text, columns);
    fclose(out);
    return made;
}

static void any_text_is_one_plain_string(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
        size_t columns;
    } cases[] = {
        {"a 'b' \"c\" \\n %_{}@^$`", "'a '.\"\\047\".'b'.\"\\047\".' \"c\" \\n %_{}@^$`'", 0},
        {"''", "''.\"\\047\".''.\"\\047\".''", 0},
        {"two\nlines\x1B\xFF", "'two?lines?\?'", 0},
        {"caf\xC3\xA9 au lait", "'caf\xC3\xA9...'", 7},
        {"caf\xC3\xA9", "'caf\xC3\xA9'", 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *made = string_of(cases[i].text, cases[i].columns);
        assert_string_equal(made, cases[i].expected);
        free(made);
    }
}

static void every_level_has_a_tick_and_no_two_numbers_touch(void **state)
{
    (void)state;
    uint32_t levels[64];
    for (uint32_t i = 0; i < 64; i++)
        levels[i] = i + 1;
    struct knee_axis axis = knee_axis_make(1, 64, 768);
    char ticks[2048];
    FILE *out = fmemopen(ticks, sizeof ticks, "w");
    assert_non_null(out);
    knee_script_ticks(out, &axis, levels, 64, &levels[32], 1);
    fclose(out);
    double before = -100;
    size_t count = 0, numbered = 0;
    for (const char *entry = strchr(ticks, '('); entry; entry = strchr(entry + 1, ',')) {
        count++;
        if (strncmp(entry, ", ''", 4) == 0)
            continue;
        double px = knee_axis_px(&axis, strtod(entry + 1, NULL));
        assert_true(px - before > 16);
        before = px;
        numbered++;
    }
    assert_int_equal(count, 64);
    assert_true(numbered >= 10 && numbered < 40);
    assert_non_null(strstr(ticks, "(1, 2,"));
    assert_non_null(strstr(ticks, " 33")); /* wanted, though not a power of two */
    assert_non_null(strstr(ticks, ", 64)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_text_is_one_plain_string),
        cmocka_unit_test(every_level_has_a_tick_and_no_two_numbers_touch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
