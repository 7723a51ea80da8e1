/* SPDX-License-Identifier: MIT */
/* The recipes of examples/ci/: their files are sound, and the commands in them run. A machine may
 * be too busy for a verdict, so a comparison may end with 0 or 4. With KNEE_TEST_DEBIAN=1, and as
 * root, the plain script also runs in a bare Debian, which debootstrap fetches. */
#include "tests/support/test.h"

#include "tests/support/shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char here[2048];

static int make_dir(void **state)
{
    shell_dir_set_up(state);
    return getcwd(here, sizeof here) ? 0 : -1;
}

/* Runs `script` with $CI, the recipes; what it prints belongs to the caller. */
static char *output_of(const char *script)
{
    char command[8192];
    struct shell_run run;
    snprintf(command, sizeof command, "CI='%s/examples/ci'; %s", here, script);
    shell_run(&run, shell_dir(), command);
    if (run.status)
        fail_msg("status %d: %.600s%.600s", run.status, run.out, run.err);
    char *out = run.out;
    run.out = NULL;
    shell_run_release(&run);
    return out;
}

static void the_files_are_sound(void **state)
{
    (void)state;
    free(output_of("sh -n $CI/check.sh && "
                   "if command -v shellcheck >/dev/null; then shellcheck $CI/check.sh; fi && "
                   "if command -v yamllint >/dev/null; then "
                   "yamllint -d '{extends: relaxed, rules: {line-length: disable}}' $CI/*.yml; "
                   "else echo 'no yamllint: not checked'; fi"));
}

/* The steps that call knee, with a second for each measurement. */
static void the_commands_of_the_recipes_run(void **state)
{
    (void)state;
    char *out = output_of(
        "export BUDGET=1s GITHUB_STEP_SUMMARY=summary.md CI_COMMIT_BRANCH=main "
        "CI_DEFAULT_BRANCH=main; run() { mkdir $1 && (cd $1 && "
        "sh $CI/../../tests/support/run_recipe.sh $CI/$1.yml $KNEE) || exit 1; }; "
        "run github-compare && run gitlab-ci && cd github-compare && [ -s summary.md ] && "
        "[ -s side-by-side/compare.html ] && [ -s against-baseline/compare.json ] && "
        "[ -s baseline/plan.json ] && cd ../gitlab-ci && [ -s metrics.txt ] && [ -s junit.xml ] && "
        "[ -s baseline/plan.json ] && "
        "if command -v promtool >/dev/null; then promtool check metrics <metrics.txt; fi");
    size_t count = 0;
    for (const char *line = out; (line = strstr(line, "ok ")); line++)
        count++;
    assert_in_range(count, 7, 20);
    free(out);
}

/* First the base, then two runs of the same: files and words are there. */
static void the_plain_script_runs(void **state)
{
    (void)state;
    char *out = output_of(
        "export BUDGET=1s; check() { $CI/check.sh state --levels 1,2 -- sleep 0.01; }; check && "
        "for i in 1 2; do check || [ $? = 4 ] || exit 1; done; ls state");
    assert_non_null(strstr(out, "The base is measured"));
    assert_non_null(strstr(out, "### sleep"));
    assert_non_null(strstr(out, "compare.md"));
    assert_non_null(strstr(out, "run-3"));
    free(out);
}

static void the_plain_script_runs_in_a_bare_debian(void **state)
{
    (void)state;
    if (!getenv("KNEE_TEST_DEBIAN") || geteuid() != 0 ||
        system("command -v debootstrap >/dev/null 2>&1") != 0) {
        print_message("bare Debian: not run; it takes KNEE_TEST_DEBIAN=1, root and debootstrap\n");
        skip();
    }
    char *out = output_of(
        "packages=$(ldd $KNEE | sed -n 's/.*=> \\(\\/[^ ]*\\).*/\\1/p' | xargs -n1 readlink -f | "
        "while read -r file; do dpkg -S \"$file\" 2>/dev/null || dpkg -S \"${file#/usr}\"; done | "
        "cut -d: -f1 | sort -u | paste -sd, -) && "
        "debootstrap --variant=minbase --include=$packages bookworm root >log 2>&1 || "
        "{ tail -3 log; exit 1; }; cp -L $KNEE root/usr/bin/knee && cp $CI/check.sh root/ && "
        "for i in 1 2; do chroot root env KNEE=knee BUDGET=2s PATH=/usr/bin:/bin /check.sh state "
        "--levels "
        "1,2 -- sleep 0.01 2>&1 || [ $? = 4 ] || exit 1; done; rm -rf root");
    assert_non_null(strstr(out, "The base is measured"));
    assert_non_null(strstr(out, "### sleep"));
    free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_files_are_sound),
        cmocka_unit_test(the_commands_of_the_recipes_run),
        cmocka_unit_test(the_plain_script_runs),
        cmocka_unit_test(the_plain_script_runs_in_a_bare_debian),
    };
    return cmocka_run_group_tests(tests, make_dir, shell_dir_tear_down);
}
