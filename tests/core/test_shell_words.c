/* SPDX-License-Identifier: MIT */
/* A line is split as a shell would split it, and what only a shell can do is refused. */
#include "core/text/shell_words.h"

#include "core/base/array.h"
#include "tests/support/test.h"

#include <string.h>

static void words_are_those_of_a_shell(void **state)
{
    static const struct {
        const char *line, *joined; /* words joined by | */
    } CASES[] = {
        {"gzip -9kc {}", "gzip|-9kc|{}"},
        {"  a\tb\n c ", "a|b|c"},
        {"'a b' \"c d\"", "a b|c d"},
        {"a'b'\"c\"d", "abcd"},
        {"'' \"\"", "|"},
        {"a\\ b \\\\ \\'", "a b|\\|'"},
        {"\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d"},
        {"'$HOME `x` | > * ~ \\'", "$HOME `x` | > * ~ \\"},
        {"\\$x \\*", "$x|*"},
        {"--x=1,2 a:b %d @f", "--x=1,2|a:b|%d|@f"},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_shell_words words;
        struct knee_err err;
        char joined[128] = "";
        if (knee_shell_words_split(&words, CASES[i].line, "--base", &err))
            fail_msg("%s: %s", CASES[i].line, err.message);
        for (size_t j = 0; j < words.count; j++) {
            strncat(joined, j ? "|" : "", sizeof joined - strlen(joined) - 1);
            strncat(joined, words.words[j], sizeof joined - strlen(joined) - 1);
        }
        assert_string_equal(joined, CASES[i].joined);
        assert_null(words.words[words.count]);
        knee_shell_words_release(&words);
    }
}

static void a_shells_work_is_refused(void **state)
{
    static const struct {
        const char *line, *says;
    } CASES[] = {
        {"a | b", "--base: '|' is for a shell; quote it, or add --shell"},
        {"a > b", "--base: '>' is for a shell; quote it, or add --shell"},
        {"echo $x", "--base: '$' is for a shell; quote it, or add --shell"},
        {"echo \"$x\"", "--base: $ and ` inside \"...\" are for a shell; quote it, or add --shell"},
        {"ls *.c", "--base: '*' is for a shell; quote it, or add --shell"},
        {"a 'b", "--base: a ' is not closed; close it"},
        {"a \\", "--base: ends with a backslash; remove it"},
        {"  ", "--base: empty; write a command"},
        {"", "--base: empty; write a command"},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_shell_words words;
        struct knee_err err;
        assert_int_equal(knee_shell_words_split(&words, CASES[i].line, "--base", &err), -1);
        assert_int_equal(err.code, KNEE_USAGE);
        assert_string_equal(err.message, CASES[i].says);
        assert_null(words.words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_those_of_a_shell),
        cmocka_unit_test(a_shells_work_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
