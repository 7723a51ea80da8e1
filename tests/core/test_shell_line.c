/* SPDX-License-Identifier: MIT */
/* core/text/shell_line: placeholders are refused if the quotes around their value would not hold,
 * and a shell shows that each refusal is needed. */
#include "tests/support/test.h"

#include "core/base/array.h"
#include "core/text/shell_line.h"

#include <stdbool.h>
#include <string.h>

static void places_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *line, *unsafe; /* how the answer begins; NULL: safe */
    } CASES[] = {
        {"gzip -c {} | wc -c", NULL},
        {"echo {} > {out} && cat {out}", NULL},
        {"echo 'a b' {} \"c\"{}", NULL},
        {"x=$(cat {}); echo \"$x\"", NULL},
        {"echo '{n} {#} {%}' \"{n}\"", NULL},
        {"echo it\\'s {}", NULL},
        {"echo a#b {}", NULL},
        {"echo 1 # note\ncat {}", NULL},
        {"echo '{}'", "inside quotes"},
        {"echo \"{}\"", "inside quotes"},
        {"echo \"a $(cat {})\"", "inside quotes"},
        {"echo '{out}'", "inside quotes"},
        {"echo \"\\\"{}\"", "inside quotes"},
        {"echo '\\' {}", NULL},
        {"echo $'\\' {}'", "inside quotes"},
        {"echo `cat {}`", "inside backquotes"},
        {"echo \\{}", "after a backslash"},
        {"echo ${}", "after $"},
        {"true # {}", "in a comment"},
        {"cat <<E\n{}\nE", "after <<"},
        {"echo '{.}'", "inside quotes"},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        const char *unsafe = knee_shell_line_unsafe(CASES[i].line);
        bool right = CASES[i].unsafe
                         ? unsafe && strncmp(unsafe, CASES[i].unsafe, strlen(CASES[i].unsafe)) == 0
                         : !unsafe;
        if (!right)
            fail_msg("%s: %s", CASES[i].line, unsafe ? unsafe : "safe");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(places_are_told_apart)};
    return cmocka_run_group_tests_name("shell_line", tests, NULL, NULL);
}
