/* SPDX-License-Identifier: MIT */
#include "workloads/target/postgres_script.h"

#include "core/base/array.h"
#include "tests/support/test.h"

#include <stdlib.h>
#include <string.h>

static void only_text_with_a_backslash_line_is_a_script(void **state)
{
    (void)state;
    assert_false(knee_postgres_script_is("SELECT '\\set';\nSELECT 1;"));
    assert_true(knee_postgres_script_is("-- x\n  \\set a 1\nSELECT :a;"));
}

static void statements_come_one_by_one_with_their_variables(void **state)
{
    static const char text[] = "-- a comment; with \\ in it\n"
                               "\\set scale 10\n\\set n (2 + 3 * :scale) - -1\n"
                               "BEGIN; SELECT ':n'::text, \"a;b\", $x$;$x$ /* ; */, :n::int;\n;"
                               "SELECT E'\\';', :other, :client_id";
    static const char *const expected[] = {"BEGIN",
                                           "SELECT '33'::text, \"a;b\", $x$;$x$ /* ; */, 33::int",
                                           "SELECT E'\\';', :other, 7"};
    struct knee_postgres_script script;
    struct knee_postgres_play play;
    struct knee_err err = {0};
    size_t at = 0;
    (void)state;
    assert_int_equal(knee_postgres_script_read(&script, text, &err), 0);
    assert_int_equal(knee_postgres_play_open(&play, &script, 7), 0);
    for (size_t i = 0; i < KNEE_COUNT(expected); i++)
        assert_string_equal(knee_postgres_play_next(&play, &script, &at), expected[i]);
    assert_null(knee_postgres_play_next(&play, &script, &at));
    knee_postgres_play_close(&play);
    knee_postgres_script_release(&script);
}

static void random_numbers_stay_in_their_range(void **state)
{
    struct knee_postgres_script script;
    struct knee_postgres_play play;
    struct knee_err err = {0};
    unsigned seen = 0;
    (void)state;
    assert_int_equal(
        knee_postgres_script_read(&script, "\\set r random(-1, 1 * 2)\nSELECT :r;", &err), 0);
    assert_int_equal(knee_postgres_play_open(&play, &script, 0), 0);
    for (int i = 0; i < 200; i++) {
        size_t at = 0;
        long value = strtol(knee_postgres_play_next(&play, &script, &at) + 7, NULL, 10);
        assert_in_range(value + 1, 0, 3);
        seen |= 1u << (value + 1);
    }
    assert_int_equal(seen, 15);
    knee_postgres_play_close(&play);
    knee_postgres_script_release(&script);
}

static void what_is_not_understood_is_refused(void **state)
{
    static const char *const wrong[] = {
        "\\sleep 1\nSELECT 1;",
        "\\set a 1 / 2\nSELECT 1;",
        "\\set a :scale\nSELECT 1;",
        "\\set a random(2, 1)\nSELECT 1;",
        "\\set a 9223372036854775807 + 1\nSELECT 1;",
        "\\set a 1\nSELECT 1 \\gset",
        "\\set a 1\nSELECT 'open;",
        "\\set a 1\n",
        "\\set 1\nSELECT 1;",
        "\\set a (1\nSELECT 1;",
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(wrong); i++) {
        struct knee_postgres_script script;
        struct knee_err err = {0};
        assert_int_equal(knee_postgres_script_read(&script, wrong[i], &err), -1);
        assert_int_equal(err.code, KNEE_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_text_with_a_backslash_line_is_a_script),
        cmocka_unit_test(statements_come_one_by_one_with_their_variables),
        cmocka_unit_test(random_numbers_stay_in_their_range),
        cmocka_unit_test(what_is_not_understood_is_refused),
    };
    return cmocka_run_group_tests_name("postgres_script", tests, NULL, NULL);
}
