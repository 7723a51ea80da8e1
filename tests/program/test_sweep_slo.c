/* SPDX-License-Identifier: MIT */
/* `knee sweep` with objectives and SLOs, over workloads that sleep and whose answer is known. */
#include "core/base/array.h"
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define TRIES 4

/* Says "busy" of a sweep that is not sure, and lost windows to a busy machine. */
#define OR_BUSY                                                                                    \
    "grep -q disturbed r/recommendation.env && echo busy; "                                        \
    "grep -Eq '_VERDICT=(resolved|rising)|_SLO_MET=' r/recommendation.env || "                     \
    "{ grep -Eq ',0,.[a-z+]*(foreign|steal|stopped)' r/samples.csv && echo busy; }; "

/* `sleep` doubles at 2 and keeps its latency; `lock` gains nothing and waits twice as long. On a
 * busy machine it takes longer until something is chosen. */
static void the_limit_follows_objective_and_slos(void **state)
{
    (void)state;
    char dir[128];
    static const struct {
        const char *arguments, *env;
        int status;
    } cases[] = {
        {"sleep --param time=10ms --levels 1,2 --slo p99=1ms", "SLEEP_SLO_MET=no", 5},
        {"sleep --param time=10ms --levels 1,2 --slo p99=500ms --slo errors=0", "SLEEP_LIMIT=2", 0},
        {"lock --param hold=10ms --levels 1,2,4 --objective efficiency --min-efficiency 45%",
         "LOCK_LIMIT=2", 0},
        {"lock --param hold=10ms --levels 1,2,4 --objective power", "LOCK_LIMIT=1", 0},
    };
    static const char *const budgets[] = {"4s", "8s", "16s", "32s"};
    shell_dir_make(dir, sizeof dir);
    for (size_t i = 0; i < KNEE_COUNT(cases); i++) {
        char command[1024];
        struct shell_run run = {0};
        bool right = false, busy = true;
        for (size_t try = 0; try < KNEE_COUNT(budgets) && !right && busy; try++) {
            shell_run_release(&run);
            snprintf(command, sizeof command,
                     "rm -rf r; $KNEE sweep %s --budget %s --no-plots -q -o r; status=$?; " OR_BUSY
                     "grep _%s r/recommendation.env "
                     ">&2; [ -e r/result.json ] && [ -e r/levels.csv ] && echo all there; exit "
                     "$status",
                     cases[i].arguments, budgets[try], cases[i].env);
            shell_run(&run, dir, command);
            right = run.status == cases[i].status && strstr(run.err, cases[i].env);
            busy = strstr(run.out, "busy") != NULL;
        }
        if (!right && busy) {
            shell_run_release(&run);
            shell_dir_remove(dir);
            skip(); /* the machine is too busy to measure, and knee says so */
        }
        if (!right)
            fail_msg("%s: %d: %s", cases[i].arguments, run.status, run.err);
        assert_true(
            (strstr(run.err, "no level that was measured meets p99 <= 1 ms: level 1 has p99 ") !=
             NULL) == (run.status == 5));
        assert_true(strstr(run.out, "all there\n"));
        shell_run_release(&run);
    }
    shell_dir_remove(dir);
}

/* No text for people may look as if it recommended a level; files for scripts hold the closest. */
static void an_slo_that_no_level_meets_comes_first(void **state)
{
    (void)state;
    static const char *const says[] = {"\nNO LIMIT   sleep (10 ms)   SLO NOT MET\n",
                                       "no level that was measured meets p99 <= 1 ms: level 1",
                                       "| **none** |",
                                       "class=\"use\">NO LIMIT<",
                                       "\n# no level that was measured meets p99=1ms: ",
                                       "\nsweep 5\n",
                                       "\nrecommend 0\n",
                                       "\nlimit 0\n"};
    struct shell_run run = {0};
    char dir[128];
    bool said = false;
    shell_dir_make(dir, sizeof dir);
    for (int try = 0; try < TRIES && !said; try++) {
        shell_run_release(&run);
        shell_run(
            &run, dir,
            "rm -rf r; $KNEE sweep sleep --param time=10ms --levels 1,2 --slo p99=1ms "
            "--budget 3s --no-plots -o r 2>err; echo sweep $?; cat r/report.md r/report.html; "
            "$KNEE recommend r --for sh 2>>err; echo recommend $?; $KNEE limit --from r "
            "2>>err; echo limit $?; cat err >&2; grep -c . r/limit r/sleep.limit");
        said = strstr(run.out, says[0]) != NULL;
    }
    shell_dir_remove(dir);
    if (!said && strstr(run.out, "not known")) {
        shell_run_release(&run);
        skip(); /* the machine is too busy to measure */
    }
    for (size_t i = 0; i < KNEE_COUNT(says); i++)
        if (!strstr(run.out, says[i]))
            fail_msg("no \"%s\" in %s", says[i], run.out);
    assert_null(strstr(run.out, "USE "));
    assert_null(strstr(run.out, "--for xargs"));
    assert_non_null(strstr(run.err, "knee: sleep: no level that was measured meets p99 <= 1 ms: "));
    assert_non_null(strstr(run.err, "knee: warning: sleep: no level that was measured meets "));
    assert_non_null(strstr(run.err,
                           "knee: warning: sleep (10 ms): no level that was measured meets "
                           "p99=1ms; "));
    shell_run_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_limit_follows_objective_and_slos),
        cmocka_unit_test(an_slo_that_no_level_meets_comes_first),
    };
    return cmocka_run_group_tests_name("sweep_slo", tests, NULL, NULL);
}
