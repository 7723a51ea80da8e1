/* SPDX-License-Identifier: MIT */
/* However `knee run` ends, every item is accounted for. */
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <string.h>

static void check(const char *script, const char *out)
{
    struct shell_run done;
    shell_run(&done, shell_dir(), script);
    if (strcmp(done.out, out) != 0)
        fail_msg("%s%s", done.out, done.err);
    shell_run_release(&done);
}

/* The first lets what runs end, the second ends it; another run does the rest, each item once. */
static void interrupts_end_it_in_two_steps(void **state)
{
    (void)state;
    check("seq 12 >l; : >begun; cat >item <<'E'\n"
          "echo >>begun; until [ -e open ]; do sleep 0.05; done; echo $1 >>done\nE\n"
          "begun() { until [ $(wc -l <begun) -ge $1 ]; do sleep 0.02; done; }; cat >go <<'E'\n"
          "$KNEE run --report-interval 0.1s -o r --limit 4 --items l -- sh item {} 2>said &\n"
          "begun 4; kill -TERM $!; until grep -q stopping said; do sleep 0.02; done\n"
          ": >open; wait $!; echo $?; rm open\n"
          "before=$(wc -l <begun); $KNEE run -q --resume r &\n"
          "begun $((before + 4)); while kill -TERM $! 2>/dev/null; do sleep 0.1; done\n"
          "wait $!; echo $?; : >open\n"
          "$KNEE run -q --resume r; echo $?\nE\n"
          ". ./go; sort -n done | uniq | wc -l; sort done | uniq -d | wc -l; "
          "grep -c ',done,' r/items.csv; grep -c ',interrupted,' r/items.csv",
          "143\n143\n0\n12\n0\n12\n4\n");
}

static void interrupted_while_items_are_weighed_it_begins_none(void **state)
{
    (void)state;
    struct shell_run done;
    shell_run(&done, shell_dir(),
              "$KNEE run -q -o r --weight 'echo {} >>weighed; sleep 0.2; echo 1' -- touch "
              "::: a b c d e f g h &\n"
              "until [ -s weighed ]; do sleep 0.02; done; kill -TERM $!; wait $!; echo $?; "
              "ls; ls r 2>/dev/null");
    assert_string_equal(done.out, "143\nweighed\n");
    assert_non_null(strstr(done.err, "interrupted while the items were weighed; nothing began"));
    shell_run_release(&done);
}

/* The list's end is not reached yet. The sanitizers see whether a thread outlives the run. */
static void a_list_that_stays_open_holds_nothing_up(void **state)
{
    (void)state;
    check("mkfifo l; exec 3<>l; seq 2 >&3\n"
          "$KNEE run -q -o r --limit 4 --halt now,fail=1 --items l -- false; echo $?\n"
          "$KNEE run -q -o s --limit 4 --items l -- touch begun &\n"
          "seq 3 4 >&3; until [ -e begun ]; do sleep 0.02; done; kill -TERM $!; wait $!; "
          "echo $?",
          "7\n143\n");
}

/* A full pipe: whoever shows an item waits, with or without lines of progress, while it runs or
 * when it has ended. A higher limit is obeyed, items begin, and the second signal ends everything.
 */
static void an_output_that_nobody_reads_holds_nothing_else_up(void **state)
{
    (void)state;
    check("mkfifo p; exec 3<>p\n"
          "dd if=/dev/zero of=p bs=4096 count=1000 oflag=nonblock 2>/dev/null\n"
          "for how in -q '--report-interval 0.1s' '-q -k' '-q --line-buffer --tag'; do\n"
          "    $KNEE run $how -o r --limit 2 --no-plots -- sh -c "
          "'echo {}; : >begun{}; [ $0 != {} ] || sleep 100' 2 ::: 1 2 3 >&3 2>>said &\n"
          "    until [ -e begun1 ] && [ -e begun2 ]; do sleep 0.02; done; sleep 0.3\n"
          "    kill -USR1 $!; until [ -e begun3 ]; do sleep 0.02; done\n"
          "    while kill -TERM $! 2>/dev/null; do sleep 0.1; done; wait $!; echo $?\n"
          "    grep -c ',done,' r/items.csv; rm -r r begun?\n"
          "done; grep '^knee: run' said | sort -u",
          "143\n0\n143\n0\n143\n0\n143\n0\n"
          "knee: run: interrupted; to go on: knee run --resume r\n");
}

/* Also those that are just being started. */
static void the_second_signal_ends_every_item(void **state)
{
    (void)state;
    check("$KNEE run -q -o r --limit 300 --no-plots -- sleep 1000 ::: $(seq 300) &\n"
          "until [ -e r/items.csv ] && [ $(wc -l <r/items.csv) -gt 200 ]; do sleep 0.01; done\n"
          "while kill -TERM $! 2>/dev/null; do sleep 0.02; done; wait $!; echo $?",
          "143\n");
}

static void killed_at_any_moment_it_goes_on(void **state)
{
    (void)state;
    check("seq 500 >l\n"
          "$KNEE run -q -o r --limit 8 --items l -- sh -c 'echo $1 >>began; echo $1 >>ended' sh &\n"
          "for moment in 0.05 0.21 0.13 0.32 0.08 0.27 0.17 0.11 0.24 0.03; do\n"
          "    sleep $moment; kill -9 $! 2>/dev/null; wait $! 2>/dev/null\n"
          "    [ -e r/items.csv ] || { rm -rf r; "
          "$KNEE run -q -o r --limit 8 --items l -- sh -c 'echo $1 >>began; echo $1 >>ended' sh & "
          "continue; }\n"
          "    $KNEE run -q --resume r &\n"
          "done\n"
          "wait $!; echo $?\n"
          "sort -u ended | wc -l\n"
          /* Each is done once by the journal; whatever ran twice was interrupted in between. */
          "awk -F, 'NR > 1 && $3 == \"done\" { d[$1]++ } NR > 1 && $3 == \"started\" { s[$1]++ } "
          "END { for (i in d) { n++; if (d[i] != 1) bad++ } print n, bad + 0 }' r/items.csv\n"
          "sort ended | uniq -d | while read i; do "
          "awk -F, -v i=$i '$1 == i && $3 == \"started\" { n++ } END { if (n < 2) print i }' "
          "r/items.csv; done",
          "0\n500\n500 0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(interrupts_end_it_in_two_steps, shell_dir_set_up,
                                        shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(interrupted_while_items_are_weighed_it_begins_none,
                                        shell_dir_set_up, shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(a_list_that_stays_open_holds_nothing_up, shell_dir_set_up,
                                        shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(an_output_that_nobody_reads_holds_nothing_else_up,
                                        shell_dir_set_up, shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(the_second_signal_ends_every_item, shell_dir_set_up,
                                        shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(killed_at_any_moment_it_goes_on, shell_dir_set_up,
                                        shell_dir_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
