/* SPDX-License-Identifier: MIT */
/* `knee run` as its user meets it: what it prints and keeps, and with which status it ends. */
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUN "$KNEE run -q -o r "
#define STATES "cut -d, -f3 r/items.csv | sort | uniq -c | tr -s ' ' | tr '\\n' ';'"

static void run(struct shell_run *run, const char *script)
{
    char dir[128];
    shell_dir_make(dir, sizeof dir);
    shell_run(run, dir, script);
    shell_dir_remove(dir);
}

struct transcript {
    const char *name, *script, *out;
    int status;
    const char *err; /* a part of it; NULL: anything */
};

static void check(const struct transcript *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct shell_run done;
        run(&done, all[i].script);
        if (strcmp(done.out, all[i].out) != 0 || done.status != all[i].status ||
            (all[i].err && !strstr(done.err, all[i].err)))
            fail_msg("%s: exit %d\n%s%s", all[i].name, done.status, done.out, done.err);
        shell_run_release(&done);
    }
}

static void items_come_from_everywhere(void **state)
{
    (void)state;
    static const struct transcript all[] = {
        {"standard input", "printf 'a\\n\\nb c\\n' | " RUN "--limit 1 -- echo got",
         "got a\ngot b c\n", 0, NULL},
        {"a file", "printf 'a\\nb' >l; " RUN "--limit 1 --items l -- echo {#} {}", "1 a\n2 b\n", 0,
         NULL},
        {"NUL bytes", "printf 'a\\nx\\0b\\0' | " RUN "-0 --limit 1 -- echo", "a\nx\nb\n", 0, NULL},
        {"the command line", RUN "--limit 1 -- echo ::: a 'b c'", "a\nb c\n", 0, NULL},
        {"an empty list", RUN "-- echo </dev/null", "", 0, NULL},
        {"a slow pipe", "(echo a; sleep 0.2; echo b) | " RUN "-- echo", "a\nb\n", 0, NULL},
        {"a shell line", RUN "--limit 1 --shell -- 'echo {} | tr a-c x-z' ::: a b", "x\ny\n", 0,
         NULL},
        {"variables", RUN "--limit 1 --env X={} -- sh -c 'echo $X' ::: p", "p\n", 0, NULL},
        {"largest first", RUN "--limit 1 --weight 2 -- echo ::: 'a 1' 'b 30' 'c 2'",
         "b 30\nc 2\na 1\n", 0, NULL},
        {"by size",
         "printf 12345 >big; printf 1 >small; " RUN "--limit 1 --weight size -- echo ::: small big",
         "big\nsmall\n", 0, NULL},
        {"by a line", RUN "--limit 1 --weight 'expr 10 - {}' -- echo ::: 3 1 2", "1\n2\n3\n", 0,
         NULL},
    };
    check(all, sizeof all / sizeof all[0]);
}

static void output_is_whole_and_in_its_place(void **state)
{
    (void)state;
    static const struct transcript all[] = {
        {"grouped",
         "seq 60 | " RUN "--limit 8 -- sh -c 'for i in 1 2 3; do echo $1 $i; done' sh | "
         "awk '$2 == 1 { k = $1 } $1 != k { bad++ } END { print NR, bad + 0 }'",
         "180 0\n", 0, NULL},
        {"in order", "seq 5 | " RUN "-k --limit 5 -- sh -c 'sleep 0.$((6 - $1)); echo $1' sh",
         "1\n2\n3\n4\n5\n", 0, NULL},
        {"tagged", RUN "--tag --limit 1 -- sh -c 'echo x; echo y' ::: a", "a\tx\na\ty\n", 0, NULL},
        {"straight", RUN "--ungroup --limit 1 -- echo ::: a b", "a\nb\n", 0, NULL},
        /* Each waits until the line before its own has come out. */
        {"lines while it runs",
         RUN "--line-buffer --limit 2 -- sh -c 'say() { for i in $(seq 600); do "
             "[ $(wc -l <o) -ge $1 ] && break; sleep 0.05; done; echo $2; }; "
             "if [ $1 = a ]; then say 0 a; say 2 a; else say 1 b; say 3 b; fi' sh ::: a b >o; "
             "cat o; rm o",
         "a\nb\na\nb\n", 0, NULL},
        {"in files",
         RUN "--output-dir o --limit 1 -- sh -c 'echo $1; echo e$1 >&2' sh ::: a b; "
             "ls o; cat o/2.out o/2.err",
         "1.err\n1.out\n2.err\n2.out\nb\neb\n", 0, NULL},
        {"standard error apart", RUN "--limit 1 -- sh -c 'echo bad >&2' ::: a", "", 0, "bad\n"},
        {"of the last attempt only",
         RUN "--retries 1 --limit 1 -- sh -c 'echo try; [ -e x ] || { touch x; exit 1; }' ::: a",
         "try\n", 0, NULL},
    };
    check(all, sizeof all / sizeof all[0]);
}

/* The memory that is to be left is more than there is. */
static void items_are_evicted_only_if_asked(void **state)
{
    (void)state;
    static const struct transcript all[] = {
        {"the youngest item makes room, and runs again",
         RUN "--limit 2 --min-free 900000G --evict -- sh -c 'trap \"touch gone; exit 1\" TERM; "
             "[ -e gone ] && exit; until [ -e gone ]; do sleep 0.1; done' ::: a b; " STATES,
         " 2 done; 1 retried; 3 started; 1 state;", 0, NULL},
        {"it stays without --evict",
         RUN "--limit 2 --min-free 900000G -- sh -c 'sleep 1' ::: a b; " STATES,
         " 2 done; 2 started; 1 state;", 0, NULL},
    };
    check(all, sizeof all / sizeof all[0]);
}

static void failures_are_handled_as_asked(void **state)
{
    (void)state;
    static const struct transcript all[] = {
        {"some", RUN "--limit 1 -- sh -c 'exit $1' sh ::: 0 3 0; " STATES,
         " 2 done; 1 failed; 3 started; 1 state;", 0,
         "1 of 3 items failed; to repeat these: knee run --resume r --failed"},
        {"of the whole list when it goes on",
         RUN "-- sh -c 'exit $1' sh ::: 0 3 0 2>/dev/null; $KNEE run --resume r", "", 7,
         "1 of 3 items failed"},
        {"without our own memory for theirs",
         "seq 60 | $KNEE run --no-plots -o r -- sh -c 'sleep 0.02' 2>&1 | awk '/most memory/ && "
         "$5 == \"MiB\" && $4 > 9'",
         "", 0, NULL},
        {"their exit code",
         RUN "-- false ::: a 2>/dev/null; echo $?; " RUN "-- true ::: a 2>/dev/null; echo $?",
         "6\n2\n", 0, NULL},
        {"of some", RUN "-- sh -c 'exit $1' sh ::: 0 1", "", 7, NULL},
        {"named with the last line of error",
         "$KNEE run -o r --limit 1 -- sh -c 'echo why >&2; exit $1' sh ::: 0 9", "", 7,
         "failed: 9: exit code 9: why"},
        {"named without what would speak to the terminal",
         "printf 'a\\033[2J\\n' | $KNEE run -o r -- sh -c 'printf \"b\\\\033[3J\\\\n\" >&2; exit "
         "1'",
         "", 6, "failed: a?[2J: exit code 1: b?[3J\n"},
        {"ignored", RUN "--ignore-failure -- false ::: a", "", 0, NULL},
        {"retried", RUN "--retries 2 -- false ::: a; " STATES,
         " 1 failed; 2 retried; 3 started; 1 state;", 0, NULL},
        {"retried on one code alone",
         RUN "--retries 2 --retry-on 75 --limit 1 -- sh -c 'exit $1' sh ::: 75 1; " STATES,
         " 2 failed; 2 retried; 4 started; 1 state;", 0, NULL},
        {"halted soon", "seq 50 | " RUN "--limit 1 --halt soon,fail=2 -- false; echo $?; " STATES,
         "7\n 2 failed; 2 started; 1 state;", 0, NULL},
        {"halted by the last one, so that nothing is left to go on with",
         RUN "--limit 1 --halt soon,fail=1 -- sh -c 'exit $1' sh ::: 0 3", "", 7,
         "1 of 2 items failed"},
        {"halted after as many of its own",
         RUN "--limit 1 --halt soon,fail=1 -- sh -c 'exit $1' sh ::: 3 4 0 2>/dev/null; "
             "$KNEE run -q --resume r",
         "", 7, "halted after 1 failure;"},
        {"repeated alone, and the others named",
         "$KNEE run -o r --limit 1 --halt soon,fail=1 -- sh -c '[ -e x ] || { touch x; exit 3; }' "
         "sh "
         "::: 1 2 3 2>/dev/null; $KNEE run --resume r --failed",
         "", 0, "not repeated by --failed: 2 items; to run them: knee run --resume r"},
        {"halted at once",
         "printf '9\\n0\\n' | " RUN
         "--limit 2 --halt now,fail=1 -- sh -c 'sleep $1; exit 1' sh; echo $?; " STATES,
         "7\n 1 failed; 1 interrupted; 2 started; 1 state;", 0, NULL},
        {"too slow", RUN "--timeout 200ms -- sleep ::: 9; " STATES,
         " 1 started; 1 state; 1 timeout;", 0, NULL},
        {"too slow beside the others",
         RUN "--timeout 3000% --limit 2 -- sleep ::: 99 .1 .1 .1 .1 .1 .1; "
             "grep -c timeout r/items.csv",
         "1\n", 0, NULL},
    };
    check(all, sizeof all / sizeof all[0]);
}

static void mistakes_are_named_and_leave_nothing(void **state)
{
    (void)state;
    static const struct transcript all[] = {
        {"no command", "$KNEE run; ls", "", 0, "no command; write knee run"},
        {"no list", "$KNEE run --items none -- true; ls", "", 0, "--items none: No such file"},
        {"two lists", "$KNEE run --items l -- true ::: a; ls", "", 0, "both ::: and --items"},
        {"a placeholder that is none", "$KNEE run -- echo {foo} ::: a; ls", "", 0,
         "{foo}: unknown placeholder"},
        {"one in a variable", "$KNEE run --env X={foo} -- true ::: a; ls", "", 0,
         "{foo}: unknown placeholder"},
        {"a limit out of bounds", "$KNEE run --limit 9 --max-level 4 -- true ::: a; ls", "", 0,
         "--limit 9 is not between"},
        {"a halt that says nothing", "$KNEE run --halt later -- true ::: a; ls", "", 0,
         "--halt: \"later\""},
        {"a code that is none", "$KNEE run --retry-on 300 -- true ::: a; ls", "", 0,
         "--retry-on: \"300\""},
        {"largest of what", "$KNEE run --order largest -- true ::: a; ls", "", 0,
         "add --weight size"},
        {"a pause without batches", "$KNEE run --pause 1s -- true ::: a; ls", "", 0, "add --batch"},
        {"nothing to go on with", "mkdir x; $KNEE run --resume x; ls x", "", 0, "plan.json"},
        {"another list",
         "echo a | " RUN "-- false 2>/dev/null; rm r/items.list; echo b | $KNEE run "
         "--resume r --failed; echo $?",
         "2\n", 0, "item 1 is now \"b\""},
    };
    check(all, sizeof all / sizeof all[0]);
}

static void an_unwritable_output_ends_it_and_loses_nothing(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done, "seq 20 | " RUN "--limit 1 -- echo >/dev/full; echo $?; " STATES
               "; $KNEE run --resume r | wc -l");
    assert_string_equal(done.out, "1\n 1 interrupted; 1 started; 1 state;20\n");
    assert_non_null(strstr(done.err, "No space left on device"));
    shell_run_release(&done);
    run(&done, "seq 2000 | " RUN "--limit 2 -- seq 500 | head -n 1");
    assert_string_equal(done.out, "500\n");
    assert_non_null(strstr(done.err, "nobody reads it any more"));
    shell_run_release(&done);
}

/* Waits, since a busy machine may take long to start the run and to obey a signal. */
#define ASKED                                                                                      \
    "started() { until grep -q started r/items.csv 2>/dev/null; do sleep 0.05; done; }; "          \
    "asked() { for wait in $(seq 600); do "                                                        \
    "[ $(grep -c asked r/limits.csv) -ge $1 ] && break; sleep 0.05; done; }; "

static void a_limit_file_and_signals_are_obeyed(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done, "echo 3 >limit; seq 12 | " RUN "--limit-file limit -- sh -c 'sleep 0.3' && "
               "grep -c ',3,,asked' r/limits.csv");
    assert_string_equal(done.out, "1\n");
    shell_run_release(&done);
    /* From the first item on. */
    run(&done, "echo 3 >limit; seq 6 | " RUN "--limit 5 --limit-file limit -- true && "
               "cut -d, -f 12 r/items.csv | sort -u");
    assert_string_equal(done.out, "3\nlevel\n");
    shell_run_release(&done);
    run(&done, ASKED "seq 4000 | " RUN "--limit 2 --max-level 8 -- sh -c 'sleep 0.1' & "
                     "started; kill -USR1 $!; asked 1; kill -INT $!; kill -TERM $!; wait; "
                     "grep -o ',3,.*asked' r/limits.csv");
    assert_non_null(strstr(done.out, "asked"));
    shell_run_release(&done);
    /* Beyond a limit that was given, as in xargs, and down again. */
    run(&done, ASKED "seq 4000 | " RUN "--limit 1 -- sh -c 'sleep 0.1' & started; n=0; "
                     "for signal in USR1 USR1 USR2; do kill -$signal $!; asked $((n += 1)); done; "
                     "kill -INT $!; kill -TERM $!; wait; "
                     "cut -d, -f 2,4 r/limits.csv | tail -n 3");
    assert_string_equal(done.out, "2,asked\n3,asked\n2,asked\n");
    shell_run_release(&done);
}

static void batches_do_not_overlap(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done,
        "seq 6 | " RUN "--limit 3 --batch 3 --pause 100ms -- sh -c 'sleep 0.1' && "
        "awk -F, '$3 == \"done\" && $1 <= 3 && $5 > e { e = $5 } "
        "$3 == \"done\" && $1 > 3 && (!s || $4 < s) { s = $4 } END { print (s - e >= 0.1) }' "
        "r/items.csv");
    assert_string_equal(done.out, "1\n");
    shell_run_release(&done);
}

static void the_files_say_what_was_done(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done, "$KNEE run --joblog j --limit 1 -- sh -c 'exit $1' sh ::: 0 'a,\"b' 2>/dev/null; "
               "head -n 1 j; cut -f 1,2,7,8,9 j | tail -n 2; ls -d runs/latest; "
               "head -n 1 runs/latest/items.csv; grep -o '\"a,.*' runs/latest/items.csv | sort -u; "
               "head -n 1 runs/latest/limits.csv; grep -c '^  .run.: {' runs/latest/result.json; "
               "$KNEE limit --from runs/latest");
    assert_string_equal(
        done.out,
        "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n"
        "1\t:\t0\t0\tsh -c exit $1 sh 0\n2\t:\t2\t0\tsh -c exit $1 sh a,\"b\nruns/latest\n"
        "item,attempt,state,start_s,end_s,wait_s,exit_code,signal,cpu_user_s,cpu_system_s,"
        "max_rss_bytes,level,slot,worker_host,argument\n\"a,\"\"b\"\n"
        "time_s,limit,throughput_per_s,reason\n1\n1\n");
    shell_run_release(&done);
}

/* The page is made from the directory, so of a killed run, too. */
static void a_page_and_charts_are_made(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done, "printf '%s\\n' '<b>' 2 3 4 | $KNEE run --limit 2 -o r --openmetrics m -- sh -c "
               "'sleep 0.1; [ $1 != 3 ] || { echo why not >&2; exit 3; }' sh 2>said\n"
               "command -v gnuplot >has && { ls r/run-time.svg >&2 || echo no chart; } || "
               "grep -o gnuplot-nox said >&2\n"
               "ls r/run-time.gp; grep -c '<td class=\"text\">why not</td>' r/report.html\n"
               "grep -o '&lt;b&gt;' r/report.html | sort -u | wc -l\n"
               "grep -c 'knee run --resume r --failed' r/report.html; grep ^knee_run_done m\n"
               "cut -d, -f1,2,7,22 r/levels.csv; rm -r r/report.html r/*.gp r/result.json "
               "r/levels.csv; $KNEE report --no-plots -q r; ls r/*.gp 2>/dev/null\n"
               "grep -c 'exit code 3' r/report.html; $KNEE report r 2>&1 | grep -c '3 items done, "
               "1 failed'");
    if (!strstr(done.out, "r/run-time.gp\n1\n1\n1\nknee_run_done{workload=\"sh\"} 3\n"
                          "workload,level,failed_items,consistency\n") ||
        !strstr(done.out, "\n1\n1\n") || strstr(done.out, "no chart"))
        fail_msg("%s%s", done.out, done.err);
    shell_run_release(&done);
    run(&done,
        "seq 4000 | $KNEE run -q -o r --limit 2 -- sh -c 'sleep 0.05' & "
        "until grep -q '^20,.*,done,' r/items.csv 2>/dev/null; do sleep 0.05; done; kill -9 $!; "
        "wait $! 2>/dev/null; sleep 0.3; $KNEE report --no-plots -q r; grep -c 'knee run --resume "
        "r' "
        "r/report.html; wc -l <r/levels.csv");
    assert_string_equal(done.out, "1\n2\n");
    shell_run_release(&done);
}

static void a_climb_finds_the_pool(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done, "id=$($PROGS/prog_slots make 6) || exit 77; seq 1500 | $KNEE run -q -o r "
               "--max-level 48 --env I={} -- "
               "$PROGS/prog_slots hold $id 20; $PROGS/prog_slots remove $id; "
               "grep -o '\"limit_last\": [0-9]*' r/result.json; cat r/limits.csv");
    if (done.status != 77) {
        unsigned last = 0;
        assert_int_equal(sscanf(done.out, "\"limit_last\": %u", &last), 1);
        if (last < 4 || last > 64)
            fail_msg("%s%s", done.out, done.err);
    }
    shell_run_release(&done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_come_from_everywhere),
        cmocka_unit_test(output_is_whole_and_in_its_place),
        cmocka_unit_test(items_are_evicted_only_if_asked),
        cmocka_unit_test(failures_are_handled_as_asked),
        cmocka_unit_test(mistakes_are_named_and_leave_nothing),
        cmocka_unit_test(an_unwritable_output_ends_it_and_loses_nothing),
        cmocka_unit_test(a_limit_file_and_signals_are_obeyed),
        cmocka_unit_test(batches_do_not_overlap),
        cmocka_unit_test(the_files_say_what_was_done),
        cmocka_unit_test(a_page_and_charts_are_made),
        cmocka_unit_test(a_climb_finds_the_pool),
    };
    return cmocka_run_group_tests_name("run", tests, shell_set_progs, NULL);
}
