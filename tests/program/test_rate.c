/* SPDX-License-Identifier: MIT */
/* `knee sweep --rate`: a command that measures itself. Its own number is the throughput, one run is
 * one window; and a command that runs for a fixed time is noticed without it. */
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TRIES 4
#define TAKES "a run takes "

/* Reports 1000 a second for each of the first four in flight, on standard output, and a latency on
 * standard error. */
#define BENCH                                                                                      \
    "printf '%s\\n' '#!/bin/sh' 'n=$1; [ $n -gt 4 ] && n=4; sleep .05' "                           \
    "'echo \"old Rate: 1\"; echo \"Rate: $((n * 1000)).$(date +%N | cut -c9)\"' "                  \
    "'echo p99 2.5ms >&2' >bench && chmod +x bench && "

static void the_reported_rate_is_the_throughput(void **state)
{
    (void)state;
    char dir[128];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    shell_run(
        &run, dir,
        BENCH
        "$KNEE >/dev/null sweep --rate 'Rate: ([0-9.]+)' --latency 'p99 ([0-9.]+ms)' --levels "
        "1,2,4,8 --budget 20s -q --no-plots -o r -- ./bench {n} 2>err && cat r/limit "
        "&& grep -c '^\"bench\",[0-9]*,4,.*,4000' r/samples.csv >/dev/null && "
        "grep -q ',0.0025,' r/samples.csv && "
        "$KNEE >/dev/null sweep --resume r --budget 21s -q --no-plots 2>err && cat r/limit");
    if (run.status != 0 || strcmp(run.out, "4\n4\n") != 0)
        fail_msg("%d: %s%s", run.status, run.out, run.err);
    shell_run_release(&run);
    shell_dir_remove(dir);
}

/* It needs 40 runs and more, but not 160, however long one takes on a busy machine. */
static void a_long_run_is_one_window(void **state)
{
    (void)state;
    char dir[128], *rest;
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir,
              "$KNEE sweep --rate '([0-9]+)' --levels 1,2 --budget 4s --no-plots -o r --shell -- "
              "'sleep 1; echo {n}' 2>&1 | "
              "sed -n 's/.*an item takes \\([0-9.]*\\) s: .* needs about .* not 4.0 s; give "
              "--budget \\([0-9]*\\)s.*/\\1 \\2/p'");
    double run_s = strtod(run.out, &rest), needed_s = strtod(rest, NULL);
    if (!(run_s >= 1) || needed_s < 38 * run_s || needed_s > 120 * run_s)
        fail_msg("%d: %s%s", run.status, run.out, run.err);
    shell_run_release(&run);
    shell_dir_remove(dir);
}

static void mistakes_are_one_line(void **state)
{
    (void)state;
    static const struct {
        const char *command;
        int status;
        const char *error;
    } CASES[] = {
        {"$KNEE sweep --rate '([0-9]+)' -- true", 2, "--rate: a command that reports its rate"},
        {"$KNEE sweep --rate '[0-9]+' -- true {n}", 2, "has 0 groups, not one"},
        {"$KNEE sweep --latency '([0-9]+)' -- true {n}", 2, "--latency: is for --rate; add that"},
        {"$KNEE sweep --rate 'x([0-9]+)' -q --budget 2s -o r -- echo {n}", 1,
         "--rate: what the command printed at level 1 holds no such number; try the expression"},
        {"$KNEE sweep --rate 'json:.[].x' -q --budget 2s -o r -- echo '{\"x\": {n}}'", 1,
         "try the path (names and indices joined by dots: json:jobs.0.iops) on its output"},
        {"$KNEE sweep --rate 'x([0-9]+)' -q --budget 2s -o r --shell -- 'echo x{n}; [ {n} = 1 ]'",
         6, "command: at level 2: exit code 1"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char dir[128];
        struct shell_run run;
        shell_dir_make(dir, sizeof dir);
        shell_run(&run, dir, CASES[i].command);
        if (run.status != CASES[i].status || !strstr(run.err, CASES[i].error))
            fail_msg("%s: %d %s", CASES[i].command, run.status, run.err);
        shell_run_release(&run);
        shell_dir_remove(dir);
    }
}

/* On a busy machine a run takes longer, not always as much, or windows are left out: it tries
 * again. */
static void a_fixed_time_is_noticed(void **state)
{
    (void)state;
    char dir[128];
    struct shell_run run = {0};
    bool noticed = false, disturbed = false;
    shell_dir_make(dir, sizeof dir);
    for (int try = 0; try < TRIES && !noticed; try++) {
        shell_run_release(&run);
        shell_run(&run, dir,
                  "rm -rf r; $KNEE sweep --levels 1,4 --budget 6s --no-plots -o r --shell -- "
                  "'sleep 0.5; : {n}' 2>&1");
        const char *takes = strstr(run.out, TAKES);
        double run_s = takes ? strtod(takes + strlen(TAKES), NULL) : 0;
        noticed = run_s >= .5 && run_s < .75 && strstr(run.out, "give --rate");
        disturbed |= strstr(run.out, " left out") != NULL;
    }
    shell_dir_remove(dir);
    if (!noticed && disturbed) {
        shell_run_release(&run);
        skip(); /* the machine is too busy to measure, and knee says so */
    }
    if (!noticed)
        fail_msg("%d: %s", run.status, run.out);
    shell_run_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_reported_rate_is_the_throughput),
        cmocka_unit_test(a_long_run_is_one_window),
        cmocka_unit_test(mistakes_are_one_line),
        cmocka_unit_test(a_fixed_time_is_noticed),
    };
    return cmocka_run_group_tests_name("rate", tests, NULL, NULL);
}
