/* SPDX-License-Identifier: MIT */
/* Every script in examples/ runs, at a small size, and ends with a number. */
#include "tests/support/test.h"

#include "tests/support/shell.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SKIPPED 77 /* a script's exit status if a program that it needs is missing */
#define SMALL "--levels 1,2 --budget 2s -q --no-plots -o r"

static void run_example(const char *name, const char *arguments)
{
    char dir[128], here[2048], command[4096];
    struct shell_run run;
    assert_non_null(getcwd(here, sizeof here));
    shell_dir_make(dir, sizeof dir);
    snprintf(command, sizeof command, "%s/examples/%s.sh %s " SMALL " && cat r/limit", here, name,
             arguments);
    shell_run(&run, dir, command);
    int status = run.status;
    if (status != 0 && status != SKIPPED)
        print_error("%s: %s\n", name, run.err);
    bool numbered = strtoul(run.out, NULL, 10) > 0;
    shell_run_release(&run);
    shell_dir_remove(dir);
    if (status == SKIPPED)
        skip();
    assert_int_equal(status, 0);
    assert_true(numbered);
}

static void compress_runs(void **state)
{
    (void)state;
    run_example("compress", "4");
}

static void checksums_runs(void **state)
{
    (void)state;
    run_example("checksums", "4");
}

static void fsync_runs(void **state)
{
    (void)state;
    run_example("fsync", "");
}

static void compile_runs(void **state)
{
    (void)state;
    run_example("compile", "4");
}

static void fetch_runs(void **state)
{
    (void)state;
    run_example("fetch", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compress_runs), cmocka_unit_test(checksums_runs),
        cmocka_unit_test(fsync_runs),    cmocka_unit_test(compile_runs),
        cmocka_unit_test(fetch_runs),
    };
    return cmocka_run_group_tests_name("examples", tests, NULL, NULL);
}
