/* SPDX-License-Identifier: MIT */
/* knee sweep with a command, as a user meets it. */
#include "tests/support/test.h"

#include "tests/support/shell.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

static const struct {
    const char *command;
    int status;
    const char *error;
} MISTAKES[] = {
    {"$KNEE sweep --", 2,
     "knee: sweep: no command after --; write knee sweep -- COMMAND [ARG...]\n"},
    {"$KNEE sweep --items x", 2,
     "knee: sweep: --items is for a command; write knee sweep --items ... -- COMMAND\n"},
    {"$KNEE sweep cpu -- true", 2,
     "knee: sweep: both cpu and a command; sweep one after the other\n"},
    {"echo '\";id;\"' | $KNEE sweep --shell -- 'echo \"{}\"'", 2,
     "knee: command: an item would run as shell code: a placeholder is inside quotes; leave them "
     "out: values are quoted already\n"},
    {"$KNEE sweep --param work=1ms -- true", 2,
     "knee: sweep: --param is for the built-in workloads; drop it, or set --env "
     "NAME=VALUE for the command\n"},
    {"$KNEE sweep --items x --repeat 3 -- true", 2,
     "knee: sweep: both --items and --repeat name the items; drop one of them\n"},
    {"$KNEE sweep --items none.txt -- true", 2,
     "knee: --items none.txt: No such file or directory; give a file that can be read\n"},
    {"$KNEE sweep -- echo {}", 2, "knee: standard input: holds no item; give at least one\n"},
    {"$KNEE sweep --env X -- true", 2, "knee: --env: \"X\" sets nothing; write --env NAME=VALUE\n"},
    {"$KNEE sweep -- no-such-program-7", 6,
     "knee: no-such-program-7: no such program in PATH; write its path, or let a shell run "
     "it if it is a shell's own command\n"},
    {"$KNEE sweep -- sh -c 'echo oops >&2; exit 4'", 6,
     "knee: command: failed in all of 10 runs: exit code 4: oops; run it by hand first\n"},
    {"$KNEE analyze -- false", 6,
     "knee: command: failed in all of 100 runs: exit code 1; run it by hand first\n"},
    {"env --ignore-signal=CHLD $KNEE analyze --sample 5 -- false", 6,
     "knee: command: failed in all of 5 runs: exit code 1; run it by hand first\n"},
    {"$KNEE analyze", 2, "knee: analyze: no command; write knee analyze -- COMMAND [ARG...]\n"},
    {"$KNEE sweep --setup 'exit 9' -- true", 1,
     "knee: setup: \"exit 9\": exit code 9; fix it or leave it out\n"},
    {"$KNEE sweep --workdir none -- true", 2,
     "knee: working directory none: No such file or directory; name a directory\n"},
    {"$KNEE sweep --workdir /dev/null -- true", 2,
     "knee: working directory /dev/null: Not a directory; name a directory\n"},
    {"$KNEE sweep --output-dir /dev/null -- true", 2,
     "knee: output directory /dev/null: Not a directory; name a directory, or a new one in "
     "an existing one\n"},
    {"$KNEE sweep --output-dir a/b -- true", 2,
     "knee: output directory a/b: No such file or directory; name a directory, or a new one "
     "in an existing one\n"},
    {"$KNEE sweep --items / -- true", 2,
     "knee: --items /: Is a directory; give a file that can be read\n"},
    {"$KNEE sweep --items /dev/null -- true", 2,
     "knee: --items /dev/null: holds no item; give at least one\n"},
    {"$KNEE sweep -0 -- true", 2,
     "knee: sweep: --null is for items; add --items FILE, or - for standard input\n"},
    {"$KNEE sweep --cold -- true", 2,
     "knee: sweep: --cold is for items; add --items FILE, or - for standard input\n"},
    {"$KNEE sweep --fail-fast --repeat 1 -- sh -c 'exit 3'", 1,
     "knee: stopped at the first failure: item 1: exit code 3; fix it, or let failures pass\n"},
    {"$KNEE sweep --prepare 'exit 9' -- true", 1,
     "knee: prepare: \"exit 9\": exit code 9; fix it or leave it out\n"},
    {"$KNEE sweep -- mkdir made; s=$?; rmdir made; exit $s", 1,
     "knee: command: ran once, but not again: exit code 1: mkdir: cannot create directory "
     "'made': File exists; items run many times: keep what they need (gzip "
     "-k), write to {out}, or run on {copy}\n"},
    {"touch file; echo file | LC_ALL=C $KNEE sweep -- rm {}; s=$?; rm file; exit $s", 1,
     "knee: item file: a copy of it was gone after one run, but items run many times; keep it "
     "(gzip "
     "-k), or run on {copy}, a fresh copy each time\n"},
    {"$KNEE sweep -- echo {foo}", 2,
     "knee: {foo}: unknown placeholder; write one of {} {.} {/} {//} {/.} {#} {%} {n} {out} "
     "{copy}, "
     "or put the command's own braces into a script\n"},
    {"$KNEE recommend . --for xarg", 2, "knee: --for xarg: unknown target; did you mean xargs?\n"},
    {"$KNEE recommend .", 2,
     "knee: recommend: for what? add --for, one of sh xargs parallel make powershell json "
     "github-actions gitlab hikari pgbouncer nginx python node systemd slurm kubernetes "
     "parallel-ssh "
     "mpirun srun\n"},
};

static void mistakes_are_one_line_with_what_to_do(void **state)
{
    (void)state;
    setenv("LC_ALL", "C", 1);
    for (size_t i = 0; i < COUNT(MISTAKES); i++) {
        char dir[128];
        struct shell_run run;
        shell_dir_make(dir, sizeof dir);
        shell_run(&run, dir, MISTAKES[i].command);
        assert_string_equal(run.err, MISTAKES[i].error);
        assert_string_equal(run.out, "");
        assert_int_equal(run.status, MISTAKES[i].status);
        assert_int_equal(shell_dir_count(dir), 0);
        shell_run_release(&run);
        shell_dir_remove(dir);
    }
}

/* Quotes, blanks, a dollar, a newline, bytes that are not UTF-8, an option, a placeholder's look.
 */
static void hostile_words_run_unchanged_and_survive(void **state)
{
    (void)state;
    char dir[128];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir,
              "bytes=$(printf 'a\\377b\\nc'); printf 'i\"t%%s $(x)\\376' >items\n"
              "$KNEE >/dev/null sweep --levels 1,2 --budget 1s -q --no-plots -o r --items items "
              "--name \"$(printf 'na\\nme,\"\\377')\" -- "
              "$PROGS/prog_words words \"$bytes\" \"it's \\\"q\\\" \\$(false)\" '{ {1}' '' {} -- "
              "--budget || exit 1\n"
              "sort -u words\n"
              "$KNEE recommend r --for json >snippet.json && $KNEE recommend r --for xargs >x\n"
              "rm words; chmod +x x; echo z >one; ./x <one; tail -n 1 words");
    assert_int_equal(run.status, 0);
    assert_string_equal(
        run.out,
        "61ff620a63 697427732022712220242866616c736529 7b207b317d  69227425732024287829fe 2d2d "
        "2d2d627564676574\n"
        "61ff620a63 697427732022712220242866616c736529 7b207b317d  7a 2d2d 2d2d627564676574\n");
    shell_run_release(&run);
    shell_dir_remove(dir);
}

/* `gzip {}` takes its input away: the first look does that to a copy, and {copy} makes it
 * sweepable. */
static void a_command_that_consumes_its_input_spares_the_file(void **state)
{
    (void)state;
    char dir[128];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    shell_run(
        &run, dir,
        "mkdir in; echo text >in/file.txt; cp in/file.txt kept; export TMPDIR=$PWD/tmp\n"
        "mkdir tmp; echo in/file.txt >items\n"
        "$KNEE >/dev/null sweep -q --no-plots -o r --items items -- gzip {} 2>/dev/null; echo $?\n"
        "cmp kept in/file.txt; ls in tmp\n"
        "$KNEE >/dev/null sweep --levels 1,2 --budget 1s -q --no-plots -o s --items items -- "
        "sh -c 'gzip \"$1\" && test -s \"$1.gz\"' sh {copy} || exit 1\n"
        "cmp kept in/file.txt; ls in tmp; cut -d, -f7 s/levels.csv | sort -u");
    assert_string_equal(run.out, "1\nin:\nfile.txt\n\ntmp:\n"
                                 "in:\nfile.txt\n\ntmp:\n0\nfailed_items\n");
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
    shell_dir_remove(dir);
}

static void each_note_is_said_once_and_is_no_warning(void **state)
{
    (void)state;
    static const char *const NOTES[] = {"drawn at random", "was run twice", "thrown away"};
    char dir[128];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    for (size_t json = 0; json < 2; json++) {
        shell_run(&run, dir,
                  json ? "$KNEE sweep --levels 1,2 --budget 1s --no-plots -o j --json --repeat 9 "
                         "-- true 2>&1"
                       : "$KNEE sweep --levels 1,2 --budget 1s --no-plots -o r --repeat 9 -- true "
                         "2>&1");
        for (size_t i = 0; i < COUNT(NOTES); i++) {
            const char *first = strstr(run.out, NOTES[i]);
            if (!first || strstr(first + 1, NOTES[i]))
                fail_msg("%s: not once in\n%s", NOTES[i], run.out);
        }
        assert_null(strstr(run.out, "warning: true: Output"));
        shell_run_release(&run);
    }
    shell_dir_remove(dir);
}

static void a_list_that_nobody_reads_is_noticed(void **state)
{
    (void)state;
    static const char NOTE[] = "Standard input was not read: for its lines to be items, write {}";
    char dir[128];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    shell_run(
        &run, dir,
        "{ echo a; sleep 1; } | $KNEE sweep --levels 1,2 --budget 1s --no-plots -o r -- true");
    assert_non_null(strstr(run.out, NOTE));
    shell_run_release(&run);
    shell_run(&run, dir, "$KNEE sweep --levels 1,2 --budget 1s --no-plots -o s -- true </dev/null");
    assert_null(strstr(run.out, NOTE));
    shell_run_release(&run);
    shell_dir_remove(dir);
}

/* Its items may run anywhere: nothing may be bound to CPUs that exist on paper alone. */
static void a_topology_of_another_system_binds_nothing(void **state)
{
    (void)state;
    char dir[128];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir,
              "export HWLOC_SYNTHETIC='numa:2 core:1 pu:1'\n"
              "mask() { grep Cpus_allowed: /proc/self/status >>masks; }; mask\n"
              "$KNEE sweep --pin numa --levels 1,2 --budget 1s --no-plots -o r -- "
              "sh -c 'grep Cpus_allowed: /proc/self/status >>masks'\n"
              "sort -u masks | wc -l");
    if (!strstr(run.out, "--pin binds nothing here") || strstr(run.out, "\nCores ") ||
        !strstr(run.out, "\n1\n"))
        fail_msg("%s%s", run.out, run.err);
    shell_run_release(&run);
    shell_dir_remove(dir);
}

static void a_long_command_keeps_its_title(void **state)
{
    (void)state;
    char dir[128];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    shell_run(
        &run, dir,
        "$KNEE >/dev/null sweep --levels 1 --budget 1s -q --no-plots -o r -- sh -c 'sleep 0.01' "
        "$(seq 100 180) && grep -c '\"title\": \"sh -c .* 179 180\"' r/result.json");
    assert_string_equal(run.out, "1\n");
    shell_run_release(&run);
    shell_dir_remove(dir);
}

/* On a busy machine the item that fails may be the only one of a short window. */
static void failures_are_counted_apart_and_told(void **state)
{
    (void)state;
    char dir[128];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir,
              "for budget in 1s 8s 64s; do rm -rf r; "
              "$KNEE sweep --levels 1,2 --budget $budget --no-plots -o r --repeat 4 --json -- "
              "sh -c 'sleep 0.01; [ $1 != 3 ] || { echo bad thing >&2; exit 7; }' sh >out 2>err; "
              "s=$?; [ $s = 6 ] || break; done; cat err >&2; cat out; exit $s");
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.err, "the first: item 3: exit code 7: bad thing"));
    json_t *json = json_loads(run.out, 0, NULL);
    assert_non_null(json);
    json_t *workload = json_array_get(json_object_get(json, "workloads"), 0);
    json_t *levels = json_object_get(workload, "levels");
    double failed = 0, items = 0;
    for (size_t i = 0; i < json_array_size(levels); i++) {
        const json_t *level = json_array_get(levels, i);
        failed += json_number_value(json_object_get(level, "failed_items"));
        items += json_number_value(json_object_get(level, "items"));
    }
    assert_string_equal(json_string_value(json_object_get(workload, "workload")), "sh");
    assert_true(failed < items || items < 20); /* a busy machine may leave few valid windows */
    json_decref(json);
    shell_run_release(&run);
    shell_run(&run, dir, "cat r/sh.limit r/limit | wc -l; grep -c KNEE_SH_LIMIT r/*.env");
    assert_string_equal(run.out, "2\n1\n");
    shell_run_release(&run);
    shell_run(&run, dir,
              "$KNEE sweep --levels 1 --window 5s --budget 60s -q --no-plots -o f --fail-fast "
              "--repeat 40 -- sh -c 'sleep 0.01; [ $1 != 17 ] || exit 7' sh");
    assert_int_equal(run.status, 1);
    assert_non_null(strstr(run.err, "--fail-fast: item 17: exit code 7"));
    shell_run_release(&run);
    shell_dir_remove(dir);
}

/* On a busy machine a short sweep may not come to the last level. */
static void the_level_may_be_an_argument(void **state)
{
    (void)state;
    char dir[128];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir,
              "for budget in 3s 12s 48s; do rm -rf r words; "
              "$KNEE >/dev/null sweep --levels 1,2,4 --budget $budget -q --no-plots -o r "
              "--per-run 10 --env 'N={n}' -- $PROGS/prog_words words {n} {%} || exit; "
              "grep -q '\"prog_words\",[0-9]*,4,' r/samples.csv && break; done && sort -u words");
    assert_int_equal(run.status, 0);
    assert_string_equal(run.out, "31 31\n32 31\n34 31\n"); /* one slot, whatever the level is */
    shell_run_release(&run);
    shell_dir_remove(dir);
}

static void a_sweep_is_resumed_with_its_command_and_items(void **state)
{
    (void)state;
    char dir[128];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir,
              "printf 'a\\nb\\n' | $KNEE >/dev/null sweep --levels 1,2,4,8,16 --budget 1s -q "
              "--no-plots -o r "
              "--setup 'echo S >>log' --cleanup 'echo C >>log' -- $PROGS/prog_words words {} && "
              "rm words && $KNEE >/dev/null sweep --resume r --budget 4s -q --no-plots && sort -u "
              "words && "
              "tr -d '\\n' <log; rm r/items.nul; mkfifo r/items.nul; "
              "timeout 10 $KNEE >/dev/null sweep --resume r --budget 6s -q --no-plots");
    assert_int_equal(run.status, 2);
    assert_null(strstr(run.err, "cleanup"));
    assert_non_null(strstr(run.err, "r/items.nul: not a regular file"));
    assert_string_equal(run.out, "61\n62\nSCSC");
    shell_run_release(&run);
    shell_dir_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_are_one_line_with_what_to_do),
        cmocka_unit_test(hostile_words_run_unchanged_and_survive),
        cmocka_unit_test(a_command_that_consumes_its_input_spares_the_file),
        cmocka_unit_test(each_note_is_said_once_and_is_no_warning),
        cmocka_unit_test(a_list_that_nobody_reads_is_noticed),
        cmocka_unit_test(a_topology_of_another_system_binds_nothing),
        cmocka_unit_test(a_long_command_keeps_its_title),
        cmocka_unit_test(failures_are_counted_apart_and_told),
        cmocka_unit_test(the_level_may_be_an_argument),
        cmocka_unit_test(a_sweep_is_resumed_with_its_command_and_items),
    };
    return cmocka_run_group_tests_name("command", tests, shell_set_progs, NULL);
}
