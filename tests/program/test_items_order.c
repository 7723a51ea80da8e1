/* SPDX-License-Identifier: MIT */
/* `knee sweep --items-order`: whether limits share items. Whoever runs an item first pays for the
 * caches, so a list that is long enough is gone through. */
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* They go at the same time: what they measure does not matter here. The budget is long enough to
 * look for servers, too. */
static const struct sweep {
    const char *dir, *options;
} SWEEPS[] = {
    {"free", ""},
    {"through", "--items-order through"},
    {"same", "--items-order same"},
    {"short", "--repeat 50"},
};

static int run_sweeps(void **state)
{
    char command[2048] = "";
    struct shell_run run;
    shell_dir_set_up(state);
    for (size_t i = 0; i < sizeof SWEEPS / sizeof *SWEEPS; i++) {
        size_t used = strlen(command);
        snprintf(command + used, sizeof command - used,
                 "mkdir %s; (cd %s; seq 60000 | $KNEE sweep -o r --no-plots --budget 8s --levels "
                 "1,2,4 %s --shell -- 'echo {} >>log; sleep .01' >text 2>&1; echo $? >status) & ",
                 SWEEPS[i].dir, SWEEPS[i].dir, SWEEPS[i].options);
    }
    strncat(command, "wait", sizeof command - strlen(command) - 1);
    shell_run(&run, shell_dir(), command);
    shell_run_release(&run);
    return shell_set_progs(state);
}

/* How many items ran more than once. The first look runs one twice; windows may cut off one a
 * slot. */
static long repeated(const char *sweep, const char *says)
{
    char command[512];
    struct shell_run run;
    snprintf(command, sizeof command,
             "cd %s; cat text >&2; [ $(cat status) = 0 ] && grep -q '%s' text && "
             "sort log | uniq -d | wc -l",
             sweep, says);
    shell_run(&run, shell_dir(), command);
    if (run.status != 0)
        fail_msg("%s: %d %s%s", sweep, run.status, run.out, run.err);
    long count = strtol(run.out, NULL, 10);
    shell_run_release(&run);
    return count;
}

static void a_long_list_is_gone_through(void **state)
{
    (void)state;
    assert_int_equal(repeated("free", "limits go on through the list"), 1);
    assert_int_equal(repeated("through", "limits go on through the list"), 1);
}

static void limits_can_share_items(void **state)
{
    (void)state;
    assert_true(repeated("same", "get the same items") > 1);
}

static void a_short_list_is_shared_and_it_is_said(void **state)
{
    (void)state;
    assert_true(repeated("short", "limits share items, since up to") > 1);
}

static void two_lines_side_by_side_share_them_anyway(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, NULL, "$KNEE compare --base true --new true --items-order through");
    assert_int_equal(run.status, 2);
    assert_non_null(strstr(run.err, "knee: compare: --items-order: both lines"));
    shell_run_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_list_is_gone_through),
        cmocka_unit_test(limits_can_share_items),
        cmocka_unit_test(two_lines_side_by_side_share_them_anyway),
        cmocka_unit_test(a_short_list_is_shared_and_it_is_said),
    };
    return cmocka_run_group_tests_name("items_order", tests, run_sweeps, shell_dir_tear_down);
}
