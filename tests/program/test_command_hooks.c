/* SPDX-License-Identifier: MIT */
/* What knee runs before and after a command, and a signal that comes meanwhile, or while it reads
 * the items. */
#include "core/base/array.h"
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

static void hooks_run_where_they_should(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(
        &run, shell_dir(),
        "$KNEE >/dev/null sweep --levels 1,2 --budget 1s -q --no-plots -o r --setup 'echo S >>log' "
        "--prepare 'echo P >>log' --cleanup 'echo C >>log' -- sleep 0.01 && "
        "uniq log | tr -d '\\n'");
    assert_int_equal(run.status, 0);
    assert_string_equal(run.out, "SPC");
    shell_run_release(&run);
    shell_run(&run, shell_dir(),
              "rm log; $KNEE analyze --sample 2 --setup 'echo S >>log' --prepare 'echo P >>log' "
              "--cleanup 'echo C >>log' -- test -s log >/dev/null && tr -d '\\n' <log");
    assert_int_equal(run.status, 0);
    assert_string_equal(run.out, "SPC");
    shell_run_release(&run);
}

/* The hook runs in a group of its own: a Ctrl-C reaches knee alone. */
static void a_hook_is_interrupted_and_cleaned_up(void **state)
{
    (void)state;
    static const char *const HOOKS[] = {"setup", "prepare"};
    for (size_t i = 0; i < KNEE_COUNT(HOOKS); i++) {
        char dir[128], line[512], expected[128];
        struct shell_run run;
        shell_dir_make(dir, sizeof dir);
        snprintf(line, sizeof line,
                 "$KNEE sweep --%s 'touch a; sleep 50' --cleanup 'mv a b' -- true & "
                 "while [ ! -e a ]; do sleep 0.05; done; kill -TERM $!; wait $!; ls",
                 HOOKS[i]);
        shell_run(&run, dir, line);
        snprintf(expected, sizeof expected, "knee: interrupted in %s\n", HOOKS[i]);
        assert_string_equal(run.err, expected);
        assert_string_equal(run.out, "b\n");
        shell_run_release(&run);
        shell_dir_remove(dir);
    }
}

/* As Ctrl-C while a slow find still writes the list: knee waits for its next line. On a busy
 * machine the signal may come before it waits; then it is interrupted a moment later. */
static void a_signal_while_items_are_read_interrupts(void **state)
{
    (void)state;
    static const char *const COMMANDS[] = {
        "sweep --items list -- true {}",
        "analyze --items list -- true {}",
        "compare --items list --base 'true {}' --new 'true {}'",
        "run --weight 1 --items list -- true",
    };
    for (size_t i = 0; i < KNEE_COUNT(COMMANDS); i++) {
        char dir[128], line[512];
        struct shell_run run;
        shell_dir_make(dir, sizeof dir);
        snprintf(line, sizeof line,
                 "mkfifo list; $KNEE %s & exec 3>list; echo a >&3; sleep 0.3; kill -TERM $!; "
                 "sleep 0.3; exec 3>&-; wait $!; echo $?",
                 COMMANDS[i]);
        shell_run(&run, dir, line);
        if (strcmp(run.out, "143\n") != 0 || !strstr(run.err, "interrupted"))
            fail_msg("%s: %s%s", COMMANDS[i], run.out, run.err);
        shell_run_release(&run);
        shell_dir_remove(dir);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(hooks_run_where_they_should, shell_dir_set_up,
                                        shell_dir_tear_down),
        cmocka_unit_test(a_hook_is_interrupted_and_cleaned_up),
        cmocka_unit_test(a_signal_while_items_are_read_interrupts),
    };
    return cmocka_run_group_tests_name("command_hooks", tests, NULL, NULL);
}
