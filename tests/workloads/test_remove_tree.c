/* SPDX-License-Identifier: MIT */
/* A tree is removed with everything in it, and nothing outside it, whatever links are inside. */
#include "workloads/process/remove_tree.h"

#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <unistd.h>

static void a_tree_goes_and_its_links_targets_stay(void **state)
{
    char dir[256], path[300];
    struct shell_run run;
    (void)state;
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir,
              "mkdir -p out/a/b keep && touch out/a/b/c out/.hidden keep/file && "
              "ln -s ../keep out/link && ln -s ../keep/file out/a/file && mkfifo out/pipe");
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
    snprintf(path, sizeof path, "%s/out", dir);
    knee_remove_tree(path);
    assert_int_equal(access(path, F_OK), -1);
    snprintf(path, sizeof path, "%s/keep/file", dir);
    assert_int_equal(access(path, F_OK), 0);
    shell_dir_remove(dir);
}

static void a_file_a_link_and_nothing_at_all_are_removed_too(void **state)
{
    char dir[256], path[300], kept[300];
    struct shell_run run;
    (void)state;
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir, "touch file kept && ln -s kept link");
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
    snprintf(kept, sizeof kept, "%s/kept", dir);
    static const char *const NAMES[] = {"file", "link", "missing"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, NAMES[i]);
        knee_remove_tree(path);
        assert_int_equal(access(path, F_OK), -1);
    }
    assert_int_equal(access(kept, F_OK), 0);
    assert_int_equal(shell_dir_count(dir), 1);
    shell_dir_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_goes_and_its_links_targets_stay),
        cmocka_unit_test(a_file_a_link_and_nothing_at_all_are_removed_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
