/* SPDX-License-Identifier: MIT */
/* Every line that a sweep prints to be used works as it is printed. */
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Leaves the printed lines in LINES, one each, without their heads. */
#define TAKE_LINES                                                                                 \
    "awk '/^Use it |^Scripts /{use = 1} /^Report /{use = 0; print \"test -s \" $2} "               \
    "use{print substr($0, 10)}' printed >lines\n"
/* Runs each in a shell of its own; the programs that are not installed are left out. */
#define RUN_LINES                                                                                  \
    "command -v parallel >/dev/null || sed -i /parallel/d lines\n"                                 \
    "export PATH=$(dirname $KNEE):$PATH\n"                                                         \
    "while IFS= read -r line; do rm -f ran; sh -ec \"$line\" >/dev/null 2>err </dev/null || "      \
    "echo \"failed: $line: $(cat err)\"; "                                                         \
    "case $line in parallel*|seq*|xargs*) echo \"$(wc -l <ran) runs\";; esac; done <lines\n"

static void expect_lines(const char *sweep, const char *wanted)
{
    char dir[128], command[4096];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    snprintf(command, sizeof command, "%s >printed 2>/dev/null || exit 1\n%s%s", sweep, TAKE_LINES,
             RUN_LINES);
    shell_run(&run, dir, command);
    assert_string_equal(run.out, wanted);
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
    shell_dir_remove(dir);
}

static bool has_parallel(void)
{
    return system("command -v parallel >/dev/null 2>&1") == 0;
}

#define SWEEP "$KNEE sweep --levels 1,2 --budget 1s --no-plots -o r "

static void lines_of_a_command_with_items_run_on_each(void **state)
{
    (void)state;
    expect_lines("printf 'a b\\nit'\\''s\\n$(x)\\n' | " SWEEP "-- sh -c 'echo \"$1\" >>ran' sh {}",
                 has_parallel() ? "3 runs\n3 runs\n" : "3 runs\n");
}

static void lines_of_appended_items_run_on_each(void **state)
{
    (void)state;
    expect_lines(SWEEP "-- sh -c 'echo \"$1\" >>ran' sh ::: 'a b' c",
                 has_parallel() ? "2 runs\n2 runs\n" : "2 runs\n");
    expect_lines(SWEEP "--repeat 4 -- sh -c 'echo \"$1\" >>ran' sh",
                 has_parallel() ? "4 runs\n4 runs\n" : "4 runs\n");
}

static void lines_of_a_command_without_items_run_it(void **state)
{
    (void)state;
    expect_lines(SWEEP "-- sh -c 'echo >>ran'",
                 has_parallel() ? "100 runs\n100 runs\n" : "100 runs\n");
}

static void lines_of_one_run_and_of_synthetic_work_run(void **state)
{
    (void)state;
    expect_lines(SWEEP "-- sh -c 'sleep 0.01' {n}", "");
    expect_lines(SWEEP "--shell -- 'echo {} >>ran' --repeat 2 </dev/null || " SWEEP
                       "--shell --repeat 2 -- 'echo {} >>ran'",
                 "");
    expect_lines("$KNEE sweep cpu net --levels 1,2 --budget 1s --no-plots -o r", "");
}

static void lines_of_a_service_run(void **state)
{
    (void)state;
    if (system("command -v python3 >/dev/null 2>&1 && $KNEE list workloads | grep -q '^http ' ") !=
        0)
        skip();
    expect_lines("python3 -u -m http.server 0 --bind 127.0.0.1 >log 2>&1 & trap \"kill $!\" EXIT\n"
                 "for i in 1 2 3 4 5 6 7 8 9; do grep -q port log && break; sleep 0.3; done\n"
                 "port=$(sed -n 's/.* port \\([0-9]*\\).*/\\1/p' log)\n" SWEEP
                 "http://127.0.0.1:$port/",
                 "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_a_command_with_items_run_on_each),
        cmocka_unit_test(lines_of_appended_items_run_on_each),
        cmocka_unit_test(lines_of_a_command_without_items_run_it),
        cmocka_unit_test(lines_of_a_service_run),
        cmocka_unit_test(lines_of_one_run_and_of_synthetic_work_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
