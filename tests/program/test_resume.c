/* SPDX-License-Identifier: MIT */
/* `knee sweep --resume` and its budget, as a user meets them. */
#include "tests/support/test.h"

#include "core/base/array.h"
#include "tests/support/shell.h"

#include <stdio.h>
#include <string.h>

/* Three seconds are never enough for this sweep. If it waited much for CPUs, it ends sooner than it
 * would have to, as a window seemed to cost more than was left: then one or two go on from there.
 */
static int make_dir(void **state)
{
    (void)state;
    return shell_dir_set_up_by("$KNEE sweep sleep --strategy grid --levels 1-24 --tolerance 0.1% "
                               "--confidence 99.9% --budget 3s -o r -q --no-plots\n"
                               "for i in 1 2 3; do before=$(wc -l <r/samples.csv); "
                               "$KNEE sweep --resume r -q --no-plots 2>said; "
                               "[ $(wc -l <r/samples.csv) -gt $before ] || exit 0; done; "
                               "cat said >&2; exit 1");
}

static void a_budget_that_is_used_up_is_said(void **state)
{
    static const struct {
        const char *options, *budget;
        int status;
    } CASES[] = {
        {"-q --budget 1s", "1.0 s", 0},
        {"", "3.0 s", 0}, /* the plan's: 1 s measured nothing */
        {"--json --budget 1s --strict", "1.0 s", 3},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        char command[320], used[64];
        struct shell_run run;
        snprintf(used, sizeof used, " of a budget of %s are used up; --budget ", CASES[i].budget);
        snprintf(command, sizeof command,
                 "cp r/samples.csv before; $KNEE sweep --resume r --no-plots %s; code=$?; "
                 "cmp before r/samples.csv || exit 9; "
                 "grep -q '\"budget_ns\": 3000000000' r/plan.json || exit 8; exit $code",
                 CASES[i].options);
        shell_run(&run, shell_dir(), command);
        if (run.status != CASES[i].status || !strstr(run.err, used) ||
            !strstr(run.err, "knee: warning: sleep: nothing more was measured: "))
            fail_msg("%s: status %d: %s", command, run.status, run.err);
        shell_run_release(&run);
    }
}

static void the_budget_that_is_named_measures_more(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(
        &run, shell_dir(),
        "cp r/samples.csv before; more=$($KNEE sweep --resume r -q --no-plots 2>&1 | sed -n "
        "'s/.*used up; \\(--budget [0-9]*s\\) measures more$/\\1/p'); [ \"$more\" ] || exit 9; "
        "$KNEE sweep --resume r $more -q --no-plots >out 2>err & pid=$!; "
        "until [ $(wc -l <r/samples.csv) -gt $(wc -l <before) ]; do "
        "kill -0 $pid || exit 8; sleep .05; done; kill -INT $pid; wait $pid; "
        "! grep 'nothing more was measured' err");
    if (run.status)
        fail_msg("status %d: %s%s", run.status, run.out, run.err);
    shell_run_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_budget_that_is_used_up_is_said),
        cmocka_unit_test(the_budget_that_is_named_measures_more),
    };
    return cmocka_run_group_tests(tests, make_dir, shell_dir_tear_down);
}
