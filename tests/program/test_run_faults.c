/* SPDX-License-Identifier: MIT */
/* What a run does when the system refuses it something: it waits, or ends with one line, and what
 * was done is known. */
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DONE_ONCE                                                                                  \
    "awk -F, '$3 == \"done\" { d[$1]++ } END { for (i in d) { n++; bad += d[i] != 1 } "            \
    "print n, bad + 0 }' r/items.csv"

static void run(struct shell_run *run, const char *script)
{
    char dir[128];
    shell_dir_make(dir, sizeof dir);
    shell_run(run, dir, script);
    shell_dir_remove(dir);
}

/* Slots are threads, and threads count: those that are too many leave, so that items can start. */
static void few_processes_make_it_slower_not_wrong(void **state)
{
    (void)state;
    struct shell_run done;
#if defined __SANITIZE_THREAD__
    skip(); /* its own thread takes one of the few */
#endif
    run(&done,
        "C=/sys/fs/cgroup/pids/knee-test-$$; mkdir $C 2>/dev/null && echo 9 >$C/pids.max || "
        "exit 77\n"
        "seq 20 >l; (sh -c \"echo \\$PPID\" >$C/cgroup.procs; exec $KNEE run -q --no-plots "
        "-o r --limit 16 --items l -- sh -c 'exec sleep 0.01'); echo $?; rmdir $C\n" DONE_ONCE
        "; grep -c starved r/limits.csv >n; test $(cat n) -ge 1 && echo starved");
    if (done.status != 77)
        assert_string_equal(done.out, "0\n20 0\nstarved\n");
    shell_run_release(&done);
}

/* One slot stays busy while those below it leave for want of files. When there are files again, as
 * many items run at once as before. */
static void slots_that_left_come_back(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done,
        "command -v prlimit >/dev/null || exit 77; seq 100000 >l; : >together\n"
        "cat >go <<'E'\n"
        "stay() { until [ -e $1 ]; do sleep 0.05; done; }\n"
        "if [ -e full ]; then echo >>together; stay end\n"
        "elif [ $1 = 6 ]; then : >held; stay end; else sleep 0.02; fi\nE\n"
        "$KNEE run -q --no-plots -o r --output-dir d --limit 6 --items l -- sh go {%} & pid=$!\n"
        "until [ -e held ]; do sleep 0.02; done; prlimit --pid $pid --nofile=10:\n"
        "until tail -n 1 r/limits.csv | grep -q ',1,,starved'; do sleep 0.1; done\n"
        "prlimit --pid $pid --nofile=512:\n"
        "until tail -n 1 r/limits.csv | grep -q ',6,'; do sleep 0.1; done; : >full\n"
        "until [ $(wc -l <together) -ge 5 ]; do sleep 0.1; done\n"
        ": >end; kill -TERM $pid; wait $pid; echo $?");
    if (done.status != 77 && strcmp(done.out, "143\n") != 0)
        fail_msg("%s%s", done.out, done.err);
    shell_run_release(&done);
}

/* The list goes on until limits.csv tells of it, but not for ever. */
#define LIST_UNTIL                                                                                 \
    "{ seq 9; for n in $(seq 600); do grep -q ',cpus$' r/limits.csv && break; echo x; "            \
    "sleep 0.1; done 2>/dev/null; }"

static void other_cpus_in_mid_run_are_followed(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done,
        "[ $(nproc) -gt 1 ] || exit 77; C=/sys/fs/cgroup/cpu/knee-test-$$\n"
        "cpu=$(sed -n 's/^Cpus_allowed_list:[^0-9]*\\([0-9]*\\).*/\\1/p' "
        "/proc/self/status)\n" LIST_UNTIL " | $KNEE run -q --no-plots -o r -- true & pid=$!\n"
        "until [ -s r/items.csv ]; do sleep 0.05; done; taskset -cp $cpu $pid >/dev/null\n"
        "wait $pid; grep -c ',cpus$' r/limits.csv; rm -r r\n"
        "mkdir $C 2>/dev/null && echo 200000 >$C/cpu.cfs_quota_us || { echo 1; exit; }\n" LIST_UNTIL
        " | (sh -c \"echo \\$PPID\" >$C/cgroup.procs; "
        "exec $KNEE run -q --no-plots -o r -- true) & pid=$!\n"
        "until [ -s r/items.csv ]; do sleep 0.05; done; echo 100000 >$C/cpu.cfs_quota_us\n"
        "wait $pid; grep -c ',cpus$' r/limits.csv; rmdir $C");
    if (done.status != 77)
        assert_string_equal(done.out, "1\n1\n");
    shell_run_release(&done);
}

/* Between the reading of the machine and the first item. */
static void other_cpus_while_it_begins_are_followed(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done, "[ $(nproc) -gt 1 ] || exit 77\n"
               "cpu=$(sed -n 's/^Cpus_allowed_list:[^0-9]*\\([0-9]*\\).*/\\1/p' "
               "/proc/self/status)\n" LIST_UNTIL " | $KNEE run -q --no-plots -o r --setup "
               "\"taskset -cp $cpu \\$PPID >out\" -- true; grep -c ',cpus$' r/limits.csv");
    if (done.status != 77)
        assert_string_equal(done.out, "1\n");
    shell_run_release(&done);
}

static void few_descriptors_are_told_in_one_line(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done,
        "for n in 12 14 15 17 24; do rm -rf r; (ulimit -n $n; seq 9 | "
        "$KNEE run -q --no-plots -o r --limit 8 -- true 2>said); code=$?\n"
        "if [ $code = 0 ]; then [ $(grep -c ,done, r/items.csv) = 9 ] || echo $n; "
        "else [ $code = 1 ] && [ $(wc -l <said) = 1 ] && "
        "grep -q 'Too many open files; raise ulimit -n' said || { echo $n: $code; cat said; }; fi; "
        "done");
    assert_string_equal(done.out, "");
    shell_run_release(&done);
}

/* Each of 16 slots can have one of the two files for what its item prints, and none can have the
 * second, until those that rest have closed theirs: as few as a single slot needs are enough. On a
 * busy machine a reading of the host may be in the way of all tries. */
static void slots_that_all_lack_a_file_do_not_end_it(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done,
        "echo a | $KNEE run -q --no-plots -o r --limit 1 -- "
        "sh -c 'until [ -e seen ]; do sleep 0.05; done' & run=$!\n"
        "until grep -q started r/items.csv 2>/dev/null; do sleep 0.05; done\n"
        "for look in $(seq 9); do ls /proc/$run/fd | awk '$1 < 100' | wc -l; sleep 0.03; done | "
        "sort -n | head -n 1 >n\n"
        ": >seen; wait $run; good=0; bad=0\n"
        "while [ $good -lt 6 ] && [ $bad -lt 5 ]; do rm -rf r; (ulimit -n $(cat n); seq 60 | "
        "timeout 60 $KNEE run -q --no-plots -o r --limit 16 -- true 2>said); code=$?\n"
        "if [ $code = 0 ] && [ $(grep -c ,done, r/items.csv) = 60 ]; then good=$((good + 1)); "
        "elif [ $code = 1 ] && [ $(wc -l <said) = 1 ] && grep -q 'Too many open files; raise "
        "ulimit -n' said; then bad=$((bad + 1)); "
        "else echo $code; cat said; break; fi; done; echo $good; echo $bad $(cat n) >&2");
    if (strcmp(done.out, "6\n") != 0)
        fail_msg("%s%s", done.out, done.err);
    shell_run_release(&done);
}

/* An item whose end the journal could not take runs again. */
static void a_full_journal_ends_it_and_it_goes_on(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done,
        "seq 200 >l; (ulimit -f 2; $KNEE run -q --no-plots -o r --limit 4 --items l -- true); "
        "echo $?; tail -c 1 r/items.csv | od -An -c; $KNEE run -q --no-plots --resume r; "
        "echo $?\n" DONE_ONCE);
    assert_string_equal(done.out, "1\n  \\n\n0\n200 0\n");
    assert_non_null(strstr(done.err, "items.csv: "));
    assert_non_null(strstr(done.err, "will run again"));
    shell_run_release(&done);
}

/* A program need not notice that what it prints is lost. (The thread sanitizer takes half a MiB of
 * the place for itself.) */
static void no_place_for_what_items_print_ends_it(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done, "mkdir t; mount -t tmpfs -o size=2m tmpfs t 2>/dev/null || exit 77\n"
               "seq 9 | TMPDIR=$PWD/t $KNEE run -q --no-plots -o r --limit 1 --shell -- "
               "'test {} -lt 4 || seq 400000 2>/dev/null || true' 2>said; echo $? $(wc -l <said); "
               "cat said >&2; umount t; grep -c ,done, r/items.csv; "
               "$KNEE run -q --no-plots --resume r | wc -l\n" DONE_ONCE);
    if (done.status != 77) {
        assert_string_equal(done.out, "1 1\n3\n2400000\n9 0\n");
        assert_non_null(strstr(done.err, "knee: output: No space left on device; "));
    }
    shell_run_release(&done);
}

static void a_closed_output_is_told(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done,
        "seq 5 | $KNEE run -q --no-plots -o r --limit 2 -- echo >&-; echo $? >&2; "
        "$KNEE run -q --no-plots --resume r | wc -l; $KNEE run -q --no-plots -o q --limit 1 -- "
        "echo ::: a b <&-");
    assert_non_null(strstr(done.err, "go on with knee run --resume r\n1\n"));
    assert_string_equal(done.out, "5\na\nb\n");
    shell_run_release(&done);
}

static void a_place_for_what_items_print_is_asked_for_first(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done, "export TMPDIR=/no/such; $KNEE run -q --no-plots -o r -- touch {} ::: a; echo $?; "
               "ls a; $KNEE run -q --no-plots -o q --ungroup -- echo ::: b");
    assert_string_equal(done.out, "1\nb\n");
    assert_non_null(strstr(done.err, "knee: temporary files: /no/such: No such file or directory; "
                                     "set TMPDIR"));
    shell_run_release(&done);
}

/* Another user who may write to the directory cannot have a run write anywhere else. */
static void links_in_its_directories_are_not_followed(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done,
        "echo precious >v; mkdir o; for e in out err; do ln -s ../v o/.slot-1.$e; ln -s ../v "
        "o/1.$e; "
        "done\n"
        "$KNEE run -q --no-plots -o r --output-dir o --limit 1 -- echo hi ::: a; cat o/1.out v\n"
        "for f in items.csv limits.csv; do rm -rf q; cp -r r q; ln -sf ../v q/$f; "
        "$KNEE run -q --no-plots --resume q 2>said; echo $? $(wc -l <said) $(cat v); done");
    assert_string_equal(done.out, "hi a\nprecious\n2 1 precious\n1 1 precious\n");
    shell_run_release(&done);
}

/* Nor have it wait for ever, or read what never ends. The list in parts is made again. */
static void pipes_and_devices_in_its_directory_are_refused(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done,
        "echo precious >v; echo a | $KNEE run -q --no-plots -o r --limit 1 -- echo hi\n"
        "for f in items.csv limits.csv items.list plan.json; do for make in 'mkfifo' "
        "'ln -s /dev/zero'; do rm -rf q; cp -r r q; rm q/$f; $make q/$f\n"
        "timeout 10 $KNEE run -q --no-plots --resume q </dev/null 2>said >out; "
        "echo $f $? $(wc -l <said) $(wc -c <out); done; done\n"
        "rm -rf q; cp -r r q; rm q/items.list; ln -s ../v q/items.part; sed -i 1q q/items.csv\n"
        "echo b | $KNEE run -q --no-plots --resume q; cat v q/items.list; ls q | grep -c part");
    assert_string_equal(done.out, "hi a\nitems.csv 2 1 0\nitems.csv 2 1 0\nlimits.csv 1 1 0\n"
                                  "limits.csv 1 1 0\nitems.list 2 1 0\nitems.list 2 1 0\n"
                                  "plan.json 2 1 0\nplan.json 2 1 0\nhi b\nprecious\nb\n0\n");
    shell_run_release(&done);
}

/* Nobody writes to the pipe: the thread that reads the limit looks after timeouts, too. */
static void a_pipe_in_the_place_of_the_limit_holds_up_nothing(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done, "mkfifo l; timeout 20 $KNEE run -q --no-plots -o r --limit-file l --timeout 1s -- "
               "sleep ::: 0.01 30 2>said; echo $?");
    assert_string_equal(done.out, "7\n");
    shell_run_release(&done);
}

/* Those that had begun come to their end: then there is nothing to go on with. */
static void a_signal_to_the_last_items_leaves_nothing(void **state)
{
    (void)state;
    struct shell_run done;
    run(&done, ": >begun; cat >item <<'E'\n"
               "echo >>begun; until [ -e open ]; do sleep 0.05; done\nE\n"
               "$KNEE run -q -o r --limit 3 -- sh item {} ::: 1 2 3 &\n"
               "until [ $(wc -l <begun) -ge 3 ]; do sleep 0.02; done\n"
               "kill -TERM $!; : >open; wait $!; echo $?; grep -c ',done,' r/items.csv");
    assert_string_equal(done.out, "143\n3\n");
    assert_non_null(strstr(done.err, "interrupted when every item had begun; all 3 came to their "
                                     "end"));
    assert_null(strstr(done.err, "--resume"));
    shell_run_release(&done);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_processes_make_it_slower_not_wrong),
        cmocka_unit_test(slots_that_left_come_back),
        cmocka_unit_test(other_cpus_in_mid_run_are_followed),
        cmocka_unit_test(other_cpus_while_it_begins_are_followed),
        cmocka_unit_test(few_descriptors_are_told_in_one_line),
        cmocka_unit_test(slots_that_all_lack_a_file_do_not_end_it),
        cmocka_unit_test(a_full_journal_ends_it_and_it_goes_on),
        cmocka_unit_test(no_place_for_what_items_print_ends_it),
        cmocka_unit_test(a_closed_output_is_told),
        cmocka_unit_test(a_place_for_what_items_print_is_asked_for_first),
        cmocka_unit_test(links_in_its_directories_are_not_followed),
        cmocka_unit_test(pipes_and_devices_in_its_directory_are_refused),
        cmocka_unit_test(a_pipe_in_the_place_of_the_limit_holds_up_nothing),
        cmocka_unit_test(a_signal_to_the_last_items_leaves_nothing),
    };
    return cmocka_run_group_tests_name("run_faults", tests, NULL, NULL);
}
