/* SPDX-License-Identifier: MIT */
/* A signal that comes while gnuplot draws: it ends gnuplot and the command, with the signal's exit
 * code and one line, and nothing of what was written is lost. */
#include "tests/support/made_result.h"
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include "core/base/array.h"

#include <stdio.h>
#include <string.h>

/* This gnuplot sends $SIGNAL to knee, and then would draw for half a minute. */
static int make_dir(void **state)
{
    (void)state;
    return made_result_set_up(
        "result a 4 1; result b 4 1; mkdir bin; printf '#!/bin/sh\\n"
        "echo \"$2\" >>\"$LIST\"; kill -$SIGNAL $PPID; sleep 30.25\\n' >bin/gnuplot; "
        "chmod +x bin/gnuplot");
}

struct ended {
    const char *command, *signal;
    int status;
    const char *files; /* that are there, in a row for test */
    const char *again; /* what draws the charts */
};

/* In a new folder T of temporary files, nothing of which may stay. */
static void check(const struct ended *ended)
{
    char command[1200];
    struct shell_run run;
    snprintf(command, sizeof command,
             "rm -rf t o list; mkdir t; export TMPDIR=$PWD/t PATH=$PWD/bin:$PATH LIST=$PWD/list "
             "SIGNAL=%s; %s; code=$?; for f in %s; do [ -s $f ] || exit 99; done; "
             "[ $(wc -l <list) -eq 1 ] || exit 98; [ -z \"$(ls -A t)\" ] || exit 97; "
             "ls -A a o 2>/dev/null | grep -q -e '^[.]' -e '[.]part$' && exit 96; exit $code",
             ended->signal, ended->command, ended->files);
    shell_run(&run, shell_dir(), command);
    char again[160];
    snprintf(again, sizeof again,
             "knee: interrupted: charts are left out, all else is written; to "
             "draw them: %s\n",
             ended->again);
    if (run.status != ended->status || !strstr(run.err, again))
        fail_msg("%s: %d: %s%s", ended->command, run.status, run.out, run.err);
    assert_int_equal(shell_live("sleep 30\\.25"), 0);
    char gnuplot[200];
    snprintf(gnuplot, sizeof gnuplot, "/bin/sh %s/bin/gnuplot ", shell_dir());
    assert_int_equal(shell_live(gnuplot), 0);
    shell_run_release(&run);
}

static void every_command_ends_at_once(void **state)
{
    (void)state;
    static const char by_hand[] = "cd o && for f in *.gp; do gnuplot $f; done";
    static const struct ended cases[] = {
        {"$KNEE report a -q", "TERM", 143, "a/result.json a/report.html a/lock-time.gp",
         "knee report a"},
        {"$KNEE report a", "INT", 130, "a/report.html", "knee report a"},
        {"$KNEE report a --json >json", "HUP", 129, "json a/result.json", "knee report a"},
        {"$KNEE run -q -o o -- true ::: 1 2 3", "INT", 130,
         "o/result.json o/items.csv o/levels.csv o/report.html", "knee report o"},
        {"$KNEE run -q -o o --no-plots -- true ::: 1 2 3 && $KNEE report o", "TERM", 143,
         "o/report.html", "knee report o"},
        {"$KNEE compare a b -o o", "INT", 130, "o/compare.json o/compare.md o/compare.html",
         by_hand},
        {"$KNEE compare --history a b -o o", "TERM", 143, "o/history.json o/history.html", by_hand},
    };
    for (size_t i = 0; i < KNEE_COUNT(cases); i++)
        check(&cases[i]);
}

/* The answer is there before anything is drawn. */
static void the_answer_is_printed(void **state)
{
    (void)state;
    static const struct {
        const char *command, *says;
    } cases[] = {{"$KNEE report a", "USE 4"},
                 {"$KNEE run -o o -- true ::: 1 2 3 2>&1", "3 items done"},
                 {"$KNEE run --json -q -o o -- true ::: 1 2 3", "\"items\": 3"}};
    for (size_t i = 0; i < KNEE_COUNT(cases); i++) {
        char command[400];
        struct shell_run run;
        snprintf(command, sizeof command,
                 "rm -rf o; export PATH=$PWD/bin:$PATH LIST=$PWD/list SIGNAL=TERM; %s",
                 cases[i].command);
        shell_run(&run, shell_dir(), command);
        if (run.status != 143 || !strstr(run.out, cases[i].says))
            fail_msg("%s: %d: %s%s", cases[i].command, run.status, run.out, run.err);
        shell_run_release(&run);
    }
}

/* It goes on with windows that settle it, so that there is something to draw on a busy machine,
 * too. */
static void a_sweep_ends_at_once_and_keeps_its_result(void **state)
{
    (void)state;
    static const struct ended sweep = {"cp -r a o; $KNEE sweep --resume o", "INT", 130,
                                       "o/result.json o/samples.csv o/lock.limit o/report.html",
                                       "knee report o"};
    check(&sweep);
}

/* The first signal ends the measuring, and charts are drawn; the second ends these. The six windows
 * from before can be drawn, whatever a busy machine makes of the new ones. */
static void a_second_signal_ends_the_drawing(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, shell_dir(),
              "rm -rf o list; export PATH=$PWD/bin:$PATH LIST=$PWD/list SIGNAL=HUP; cp -r a o; "
              "head -n 7 a/samples.csv >o/samples.csv; "
              "$KNEE sweep --resume o --budget 900s -q & pid=$!; "
              "until [ $(wc -l <o/samples.csv) -gt 7 ]; do "
              "kill -0 $pid || exit 99; sleep .05; done; kill -TERM $pid; wait $pid");
    if (run.status != 143 || !strstr(run.err, "charts are left out") ||
        !strstr(run.err, "knee: interrupted; the windows so far are in o: go on with knee sweep "
                         "--resume o\n"))
        fail_msg("%d: %s", run.status, run.err);
    assert_int_equal(shell_live("sleep 30\\.25"), 0);
    shell_run_release(&run);
}

/* A gnuplot that closes its messages and stays is not waited for either. */
static void a_silent_gnuplot_ends_too(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(
        &run, shell_dir(),
        "mkdir -p quiet; printf '#!/bin/sh\\nexec 2>&-; kill -TERM $PPID; exec sleep "
        "30.25\\n' >quiet/gnuplot; chmod +x quiet/gnuplot; PATH=$PWD/quiet:$PATH $KNEE report a "
        "-q");
    if (run.status != 143 || !strstr(run.err, "charts are left out"))
        fail_msg("%d: %s", run.status, run.err);
    assert_int_equal(shell_live("sleep 30\\.25"), 0);
    shell_run_release(&run);
}

/* Charts of an earlier result would show what its windows gave, in the new page, too. */
static void no_chart_of_an_earlier_result_is_left(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, shell_dir(),
              "mkdir old; printf '#!/bin/sh\necho \"<svg/>\"\n' >old/gnuplot; chmod +x "
              "old/gnuplot; PATH=$PWD/old:$PATH $KNEE report b -q && [ $(ls b/*.svg | wc -l) -gt 1 "
              "] && grep -q image/svg b/report.html || exit 99; "
              "PATH=$PWD/bin:$PATH LIST=$PWD/list SIGNAL=TERM $KNEE report b -q; code=$?; "
              "ls b/*.svg 2>/dev/null && exit 98; grep image/svg b/report.html && exit 97; "
              "ls b/*.gp >/dev/null || exit 96; exit $code");
    if (run.status != 143)
        fail_msg("%d: %s%s", run.status, run.out, run.err);
    shell_run_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_ends_at_once),
        cmocka_unit_test(the_answer_is_printed),
        cmocka_unit_test(a_sweep_ends_at_once_and_keeps_its_result),
        cmocka_unit_test(a_second_signal_ends_the_drawing),
        cmocka_unit_test(no_chart_of_an_earlier_result_is_left),
        cmocka_unit_test(a_silent_gnuplot_ends_too),
    };
    return cmocka_run_group_tests(tests, make_dir, shell_dir_tear_down);
}
