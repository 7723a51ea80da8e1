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
    snprintf(command, sizeof command, "%s/examples/%s.sh %s " SMALL " >/dev/null && cat r/limit",
             here, name, arguments);
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

/* Each item of it is done; no limit has to be found. */
static void run_work(const char *name, const char *count)
{
    char dir[128], here[2048], command[4096];
    struct shell_run run;
    assert_non_null(getcwd(here, sizeof here));
    shell_dir_make(dir, sizeof dir);
    snprintf(command, sizeof command,
             "%s/examples/%s.sh %s -q -o r && grep -c ',done,' r/items.csv", here, name, count);
    shell_run(&run, dir, command);
    int status = run.status;
    const char *last = strrchr(run.out, '\n');
    while (last && last > run.out && last[-1] != '\n')
        last--;
    bool all = last && strtoul(last, NULL, 10) == strtoul(count, NULL, 10);
    if (status != 0 && status != SKIPPED)
        print_error("%s: %s%s\n", name, run.out, run.err);
    shell_run_release(&run);
    shell_dir_remove(dir);
    if (status == SKIPPED)
        skip();
    assert_int_equal(status, 0);
    assert_true(all);
}

static void work_runs_once(void **state)
{
    (void)state;
    run_work("run-photos", "8");
    run_work("run-memory", "8");
}

static void uploads_end_in_spite_of_the_server(void **state)
{
    (void)state;
    run_work("run-uploads", "40");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compress_runs),
        cmocka_unit_test(checksums_runs),
        cmocka_unit_test(fsync_runs),
        cmocka_unit_test(compile_runs),
        cmocka_unit_test(fetch_runs),
        cmocka_unit_test(work_runs_once),
        cmocka_unit_test(uploads_end_in_spite_of_the_server),
    };
    return cmocka_run_group_tests_name("examples", tests, NULL, NULL);
}
