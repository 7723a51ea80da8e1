/* SPDX-License-Identifier: MIT */
/* Faults while a sweep runs or its files are read: nothing that was measured is lost, nothing
 * hangs, and each ends with one line. docs/reliability.md has the counts of the long runs; here
 * each fault is made a tenth as often. */
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A tenth of the count in docs/reliability.md; $KNEE_TEST_KILLS for more. */
#define KILLS "5"

/* Runs shell lines in a new directory; fails unless they end with `status` and say `says`. */
static void expect(const char *command, int status, const char *says)
{
    char dir[128];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir, command);
    if (run.status != status || (says && !strstr(run.err, says)))
        fail_msg("%.500s: %d: %.300s%.300s", command, run.status, run.out, run.err);
    shell_run_release(&run);
    shell_dir_remove(dir);
}

/* Killed again and again at moments that differ, each in the middle of a sweep that has measured
 * since it went on: rows only ever grow, all can be read, and the sweep ends. The answers vary so
 * much that no sweep here ends by itself. */
static void kills_lose_no_finished_window(void **state)
{
    (void)state;
    expect(
        "rows() { cat r/samples.csv 2>/dev/null | wc -l; }; "
        "new='net --param service_spread=300% --param service=20ms --strategy grid --levels 1-24 "
        "--tolerance 0.1% --confidence 99.9% -o r'; plan=$new; before=1; "
        "for i in $(seq ${KNEE_TEST_KILLS:-" KILLS "}); do "
        "$KNEE sweep $plan --budget 900s -q --no-plots >out 2>err & pid=$!; plan='--resume r'; "
        "for wait in $(seq 300); do [ $(rows) -gt $((before + i % 3)) ] && break; sleep .05; "
        "done; sleep .0$((i * 13 % 10)); kill -9 $pid || exit 6; wait $pid 2>/dev/null; "
        "after=$(rows); [ $after -gt $before ] || exit 9; before=$after; "
        "$KNEE report r -q --no-plots 2>err || exit 8; "
        "[ $((i % 5)) -gt 0 ] && continue; "
        "$KNEE sweep --resume r --budget 1s -q --no-plots 2>err || exit 7; "
        "[ -s r/result.json ] && [ $(rows) -ge $before ] || exit 5; rm -rf r; plan=$new; "
        "before=1; done",
        0, NULL);
}

/* This gnuplot draws for as long as knee lives. A sweep on a busy machine may have nothing to draw;
 * its first signal asks it to end, the next ends it. */
static void killed_while_it_draws_it_leaves_no_file(void **state)
{
    (void)state;
    expect("mkdir bin t; export TMPDIR=$PWD/t PATH=$PWD/bin:$PATH; printf '#!/bin/sh\\n: "
           ">drawing; while kill -0 $PPID 2>/dev/null; do sleep .02; done\\n' >bin/gnuplot; "
           "chmod +x bin/gnuplot\n"
           "try() { signal=$1 code=$2; shift 2; rm -f r/drawing; \"$@\" >out 2>err & pid=$!; "
           "until [ -e r/drawing ]; do kill -0 $pid 2>/dev/null || return; sleep .05; done; "
           "while kill -$signal $pid 2>/dev/null; do sleep .05; done; wait $pid 2>/dev/null; "
           "[ $? -eq $code ] || exit 8; ls -A t >left; "
           "ls -Ap r | grep -e '^[.]' -e '/$' -e plot >>left; cat left >&2; "
           "[ ! -s left ] || exit 7; }\n"
           "try KILL 137 $KNEE run -q -o r -- true ::: a b && try TERM 143 $KNEE report r && "
           "try KILL 137 $KNEE report r || exit 9; rm -r r; "
           "try TERM 143 $KNEE sweep lock --levels 1,2 --budget 1s -q -o r || true",
           0, NULL);
}

static void two_writers_are_not_let_in(void **state)
{
    (void)state;
    expect("$KNEE sweep sleep --levels 1,2,4 --window 1s --budget 30s -q --no-plots -o r >out "
           "2>err & pid=$!; "
           "for i in $(seq 100); do [ -s r/samples.csv ] && break; sleep .05; done; "
           "$KNEE sweep --resume r -q --no-plots; one=$?; $KNEE report r -q; two=$?; kill $pid; "
           "wait $pid; [ $one -eq 1 ] && [ $two -eq 1 ]",
           0, "r: another knee is writing to it; wait until it has ended");
}

static void simultaneous_reports_all_succeed(void **state)
{
    (void)state;
    expect("$KNEE sweep sleep --levels 1,2 --budget 1s -q --no-plots -o r 2>err; "
           "for i in 1 2 3; do $KNEE report r -q --no-plots 2>err$i & pids=\"$pids $!\"; done; "
           "for p in $pids; do wait $p || exit 9; done; ls -A r | grep '^\\.' && exit 8; "
           "python3 -c 'import json; json.load(open(\"r/result.json\"))' 2>/dev/null || "
           "grep -q schema_version r/result.json",
           0, NULL);
}

static void a_full_disk_is_one_line_and_keeps_the_rows(void **state)
{
    (void)state;
    /* A limit on the size of files acts like a full disk, for any user. */
    expect("(ulimit -f 1; $KNEE sweep sleep --levels 1,2 --budget 30s -q --no-plots -o r) 2>err; "
           "[ $? -eq 1 ] || exit 9; grep -c ^knee: err | grep -qx 1 || exit 8; "
           "[ ! -e r/samples.csv ] || tail -c 1 r/samples.csv | od -c | grep -q '\\\\n'",
           0, NULL);
}

static void closed_streams_cost_no_result(void **state)
{
    (void)state;
    expect("$KNEE sweep sleep --levels 1,2 --budget 1s --no-plots -o a >&- 2>err; "
           "[ $? -eq 1 ] && [ -s a/result.json ] || exit 9; "
           "$KNEE sweep sleep --levels 1,2 --budget 1s --no-plots -o b 2>&- >out <&-; "
           "[ $? -eq 0 ] && [ -s b/result.json ] && grep -q sleep out || exit 8; "
           "$KNEE sweep sleep --levels 1,2 --budget 1s --no-plots -o c 2>/dev/full >out; "
           "[ $? -eq 0 ] && [ -s c/result.json ]",
           0, NULL);
}

static void few_descriptors_or_processes_end_with_a_line(void **state)
{
    (void)state;
    expect("ulimit -n 12; $KNEE sweep net --budget 2s -q --no-plots -o r 2>err; code=$?; "
           "[ $code -le 1 ] && ! grep -q Sanitizer err",
           0, NULL);
    expect(
        "ulimit -n 24; printf 'a\\nb\\n' | $KNEE sweep -q --no-plots --budget 2s -o r -- true {} "
        "2>err; code=$?; [ $code -le 6 ] && ! grep -q Sanitizer err",
        0, NULL);
}

static void a_locale_with_decimal_commas_changes_nothing(void **state)
{
    (void)state;
    expect("localedef -i de_DE -f UTF-8 ./de_DE.UTF-8 2>/dev/null; "
           "export LOCPATH=$PWD LC_ALL=de_DE.UTF-8 ASAN_OPTIONS=detect_leaks=0; $KNEE sweep sleep "
           "--levels 1,2 --budget 1s -q "
           "--no-plots "
           "--tolerance 2.5% -o r 2>err && ! grep -q '[0-9],[0-9]*,,*[0-9],[0-9].*;' "
           "r/samples.csv && grep -q '\"tolerance\": 0.025' r/plan.json",
           0, NULL);
}

static void files_of_others_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *command, *says;
    } CASES[] = {
        {"mkdir r && head -c 100000 /dev/urandom >r/plan.json && $KNEE report r", "r/plan.json: "},
        {"mkdir r && echo '{\"schema_version\": 1}' >r/plan.json && $KNEE sweep --resume r",
         "r/plan.json: `workloads` is wrong"},
        {"mkdir r && : >r/plan.json && $KNEE report r", "r/plan.json: line 1"},
        {"mkdir r && mkfifo r/plan.json && timeout 10 $KNEE report r",
         "r/plan.json: not a regular file"},
        {"mkdir r && ln -s /dev/zero r/result.json && "
         "timeout 10 $KNEE limit --from r",
         "r/result.json: not a regular file"},
        {"mkdir r && truncate -s 300M r/result.json && $KNEE recommend r --for sh",
         "r/result.json: File too large"},
        {"mkfifo f; mkdir r; (exec 3<>f; head -c 300000 /dev/zero | tr '\\0' x >t.csv; $KNEE fit "
         "t.csv)",
         "longer than 65536 bytes"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char dir[128];
        struct shell_run run;
        shell_dir_make(dir, sizeof dir);
        shell_run(&run, dir, CASES[i].command);
        if ((run.status != 1 && run.status != 2) || !strstr(run.err, CASES[i].says))
            fail_msg("%s: %d: %s", CASES[i].command, run.status, run.err);
        shell_run_release(&run);
        shell_dir_remove(dir);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kills_lose_no_finished_window),
        cmocka_unit_test(killed_while_it_draws_it_leaves_no_file),
        cmocka_unit_test(two_writers_are_not_let_in),
        cmocka_unit_test(simultaneous_reports_all_succeed),
        cmocka_unit_test(a_full_disk_is_one_line_and_keeps_the_rows),
        cmocka_unit_test(closed_streams_cost_no_result),
        cmocka_unit_test(few_descriptors_or_processes_end_with_a_line),
        cmocka_unit_test(a_locale_with_decimal_commas_changes_nothing),
        cmocka_unit_test(files_of_others_are_refused_by_name),
    };
    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
