/* SPDX-License-Identifier: MIT */
/* Servers on this host that a sweep's command asks: named with --server or found by their load, and
 * then part of the work instead of other load. */
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The server is the shell's child, like knee: a stranger to it. $s is its number. */
#define SERVER(how)                                                                                \
    "\"$PROGS/prog_server\" serve s 10 " how " & s=$!; trap 'kill $s' EXIT; "                      \
    "while [ ! -S s ]; do sleep .02; done; "
#define SWEEP "\"$KNEE\" sweep -o r -q --no-plots --budget 8s --levels 1,2,4 "
#define ASK "-- \"$PROGS/prog_server\" ask s"
/* Fails unless samples.csv tells of the server's CPU time. */
#define SAMPLES_ANY                                                                                \
    "awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == \"server_cpu_s\") c = i; next } "      \
    "$c > 0 { seen++ } END { exit !seen }' r/samples.csv && "

/* Prints "busy" instead if others took so much that the server hardly ran. */
#define OR_BUSY " || { grep -Eq 'spoilt|beside|disturbed' err r/report.md && echo busy; }"

/* Skips if the machine was too busy to see who works with whom. */
static void check(const char *command, const char *out)
{
    char dir[128];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir, command);
    bool busy = strcmp(run.out, "busy\n") == 0;
    if (!busy && (run.status != 0 || !strstr(run.out, out)))
        fail_msg("%s\n%d: %s%s", command, run.status, run.out, run.err);
    shell_run_release(&run);
    shell_dir_remove(dir);
    if (busy)
        skip();
}

static void a_server_that_works_with_the_items_is_found(void **state)
{
    (void)state;
    check(SERVER("") SWEEP ASK
          " 2>err && " SAMPLES_ANY
          "grep -q \"prog_server, pid $s\" err r/report.md && echo found" OR_BUSY,
          "found");
}

/* Its children live shorter than any reading of all processes. */
static void a_server_that_forks_is_found_by_its_ended_children(void **state)
{
    (void)state;
    check(SERVER("fork") SWEEP ASK " 2>err && " SAMPLES_ANY
                                   "grep -q 'counted as part' err && echo found" OR_BUSY,
          "found");
}

static void none_refuses(void **state)
{
    (void)state;
    check(SERVER("") SWEEP "--server none " ASK " 2>err && ! { " SAMPLES_ANY "true; } && "
                           "! grep prog_server, err && echo refused",
          "refused");
}

static void a_named_server_is_kept_for_later(void **state)
{
    (void)state;
    check(SERVER("") SWEEP
          "--server $s " ASK " 2>err && " SAMPLES_ANY
          "grep -q \"\\\"$s\\\"\" r/plan.json && rm err && "
          "$KNEE sweep --resume r --budget 9s -q --no-plots 2>err && " SAMPLES_ANY
          "kill $s; wait $s; trap '' EXIT; $KNEE sweep --resume r --budget 10s 2>err; echo exit $?",
          "exit 2");
}

/* As many strangers as CPUs, and one more, that never rest. */
static void other_work_is_waited_for(void **state)
{
    (void)state;
    check("n=$(nproc); for i in $(seq 0 $n); do sh -c 'while :; do :; done' & p=\"$p $!\"; done; "
          "trap 'kill $p' EXIT; $KNEE sweep cpu -o r --no-plots --budget 2s --levels 1,2 "
          "--wait-quiet 1s >text 2>err; grep 'waiting for them, 1.0 s at most' err && "
          "grep 'measuring all the same' err && echo waited",
          "waited");
}

static void mistakes_are_one_line(void **state)
{
    (void)state;
    static const struct {
        const char *options, *error;
    } CASES[] = {
        {"--server no-such-7", "knee: server no-such-7: no such process runs"},
        {"--server 999999999", "no such process runs"},
        {"--server no.service", "no such group"},
        {"--server none --server sh", "knee: --server none: "},
        {"--wait-quiet 5", "knee: --wait-quiet: "},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char dir[128], command[256];
        struct shell_run run;
        shell_dir_make(dir, sizeof dir);
        snprintf(command, sizeof command, "$KNEE sweep -o r %s -- touch x", CASES[i].options);
        shell_run(&run, dir, command);
        if (run.status != 2 || !strstr(run.err, CASES[i].error) || shell_dir_count(dir) > 0)
            fail_msg("%s: %d %s", CASES[i].options, run.status, run.err);
        shell_run_release(&run);
        shell_dir_remove(dir);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_that_works_with_the_items_is_found),
        cmocka_unit_test(a_server_that_forks_is_found_by_its_ended_children),
        cmocka_unit_test(none_refuses),
        cmocka_unit_test(a_named_server_is_kept_for_later),
        cmocka_unit_test(other_work_is_waited_for),
        cmocka_unit_test(mistakes_are_one_line),
    };
    return cmocka_run_group_tests_name("servers", tests, shell_set_progs, NULL);
}
