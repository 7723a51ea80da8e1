/* SPDX-License-Identifier: MIT */
/* `knee report` makes the same files again that the sweep wrote. */
#include "tests/support/test.h"

#include "tests/support/shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Makes DIR `again` from the plan and the journal of DIR `first`, and compares all files. */
#define REPEAT_AND_COMPARE                                                                         \
    "rm -rf again && mkdir again && cp first/plan.json first/samples.csv again/ && "               \
    "$KNEE report again >again.out 2>again.err && diff -r first again"

static void run_in_new_dir(const char *command, int status, const char *says)
{
    char dir[128];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir, command);
    if (run.status != status)
        fail_msg("status %d: %.300s%.300s", run.status, run.out, run.err);
    if (says && !strstr(run.err, says))
        fail_msg("not said: %s; but: %.300s", says, run.err);
    shell_run_release(&run);
    shell_dir_remove(dir);
}

static void a_report_is_what_the_sweep_wrote(void **state)
{
    (void)state;
    run_in_new_dir("$KNEE sweep sleep lock --budget 2s --max-level 16 --current 4 --total 1000 "
                   "--load 0.6 -o first >first.out 2>first.err && " REPEAT_AND_COMPARE,
                   0, NULL);
}

static void all_derived_files_come_back_where_they_were(void **state)
{
    (void)state;
    run_in_new_dir("$KNEE sweep lock --budget 1s --max-level 4 -o first -q 2>err && "
                   "cp -r first kept && cd first && ls | grep -vx -e plan.json -e samples.csv | "
                   "xargs rm && cd .. && $KNEE report first -q && diff -r kept first",
                   0, NULL);
}

static void an_interrupted_sweep_and_its_resumption_are_made_again(void **state)
{
    (void)state;
    run_in_new_dir("$KNEE sweep sleep lock --budget 20s --no-plots -o first >out 2>err & sweep=$!; "
                   "for i in $(seq 200); do "
                   "[ \"$(wc -l 2>/dev/null <first/samples.csv || echo 0)\" -gt 7 ] && break; "
                   "sleep .1; done; kill $sweep; wait $sweep; [ $? -eq 143 ] || exit 9; "
                   "$KNEE report first --no-plots >out 2>err || exit 8; "
                   "rm -rf again && mkdir again && cp first/plan.json first/samples.csv again/ && "
                   "$KNEE report again --no-plots >out 2>err && diff -r first again || exit 7; "
                   "$KNEE sweep --resume first --budget 3s --no-plots >out 2>err && "
                   "rm -rf again && mkdir again && cp first/plan.json first/samples.csv again/ && "
                   "$KNEE report again --no-plots >out 2>err && diff -r first again || exit 6",
                   0, NULL);
}

/* For seven windows all limits are as fast as ever, for seven 30 % slower. */
static void a_machine_of_two_states_is_named(void **state)
{
    (void)state;
    run_in_new_dir(
        "$KNEE sweep sleep --levels 1,2,4,8,16 --budget 1s --no-plots -o r -q >out 2>err; "
        "awk -F, -v OFS=, 'NR == 1 { print } NR == 2 { $16 = 1; $17 = \"\"; $25 = 0; "
        "for (i = 0; i < 60; i++) { $2 = int(i / 5); n = $3 = 2 ^ (i % 5); $4 = i / 3; $5 = .3; "
        "$8 = 100 * (n < 4 ? n : 4) * (int(i / 7) % 2 ? .7 : 1) * (1 + .004 * sin(i)); "
        "$6 = $5 * $8; print } }' r/samples.csv >s && mv s r/samples.csv && "
        "$KNEE report r --no-plots >out && "
        "for file in out r/result.json r/report.md r/report.html; do tr '\\n' ' ' <$file | "
        "grep -q 'switches *between *two *states, *whatever *the *limit: *in *[45]. %' || exit 9; "
        "done; ! grep -q 'limits switch' out",
        0, NULL);
}

/* A plan holds it once; those of an earlier knee also as one line. */
static void a_command_line_comes_back_byte_by_byte(void **state)
{
    (void)state;
    run_in_new_dir(
        "$KNEE run -q --no-plots -o r -- echo ::: \"$(printf 'caf\\351')\" \"it's\" >out && "
        "! grep -q argv_shell r/plan.json || exit 9; "
        "again() { grep -F -- '-- echo ::: $&#39;caf\\351&#39; "
        "&#39;it&#39;\\&#39;&#39;s&#39;</pre>' "
        "r/report.html; }; again || exit 8; "
        "sed -i 's/\"argv\": \\[/\"argv_shell\": \"knee run\", &/' r/plan.json; "
        "grep -q argv_shell r/plan.json || exit 7; rm r/report.html; "
        "$KNEE report --no-plots -q r && again",
        0, NULL);
    run_in_new_dir("$KNEE sweep lock --budget 1s --max-level 2 --no-plots -o r -q >out 2>err; "
                   "! grep -q argv_shell r/plan.json || exit 9; cp r/result.json old; "
                   "sed -i 's/\"argv\": \\[/\"argv_shell\": \"knee sweep\", &/' r/plan.json; "
                   "$KNEE report r --no-plots -q >out && cmp old r/result.json",
                   0, NULL);
}

/* Each of 40 windows has a p99 of 10 ms or more. The sweep's exit code says so, but scripts get the
 * level that comes closest, and a warning. */
static void an_slo_that_no_level_meets_is_a_warning_for_scripts(void **state)
{
    (void)state;
    run_in_new_dir(
        "$KNEE sweep sleep --param time=10ms --levels 1,2 --slo p99=1ms --budget 1s --no-plots "
        "-o r -q >out 2>err; "
        "awk -F, -v OFS=, 'NR == 1 { print } NR == 2 { $16 = 1; $17 = \"\"; $24 = $25 = 0; "
        "for (i = 0; i < 40; i++) { $2 = int(i / 2); n = $3 = 1 + i % 2; $4 = i / 3; $5 = .3; "
        "$8 = 100 * n * (1 + .004 * sin(i)); $6 = $5 * $8; print } }' r/samples.csv >s && "
        "mv s r/samples.csv && $KNEE report r --no-plots -q >out && "
        "grep -q '^KNEE_SLEEP_SLO_MET=no$' r/recommendation.env || exit 9; "
        "limit=$($KNEE limit --from r) || exit 8; [ $limit = $(cat r/limit) ] || exit 7; "
        "$KNEE recommend r --for sh >out || exit 6; grep -q \"^KNEE_LIMIT=$limit$\" out",
        0, "knee: warning: sleep (10 ms): no level that was measured meets p99=1ms; ");
}

static void what_is_no_result_is_one_line(void **state)
{
    (void)state;
    run_in_new_dir("$KNEE report", 2, "an argument is missing");
    run_in_new_dir("$KNEE report nowhere", 2, "nowhere/plan.json");
    run_in_new_dir("$KNEE sweep lock --budget 1s --max-level 2 --no-plots -o r -q 2>err; "
                   "rm r/samples.csv && $KNEE report r",
                   2, "r/samples.csv");
    run_in_new_dir("$KNEE sweep lock --budget 1s --max-level 2 --no-plots -o r -q 2>err; "
                   "head -n 1 r/samples.csv >s && mv s r/samples.csv && $KNEE report r",
                   2, "nothing was measured yet; go on with knee sweep --resume r");
}

/* --json printed nothing, and --expect-limit was taken and not looked at. */
static void a_run_is_reported_as_json_and_checked_for_nothing(void **state)
{
    (void)state;
    struct shell_run run;
    char dir[128];
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir,
              "$KNEE run -q --no-plots --limit 2 -o r -- true ::: a b && "
              "$KNEE report --no-plots -q --json r >again; echo $?; cmp again r/result.json; "
              "$KNEE report --no-plots --expect-limit 3 r; echo $?; "
              "rm r/result.json; $KNEE report -q --no-plots --json r; echo $?");
    assert_string_equal(run.out, "0\n2\n1\n");
    assert_non_null(strstr(run.err, "r is of knee run, which proves no limit"));
    assert_non_null(strstr(run.err, "killed before it wrote its result.json; go on with knee run"));
    shell_run_release(&run);
    shell_dir_remove(dir);
}

/* After one item, which tells nothing, a snippet said `measured`. */
static void the_limit_of_a_run_that_compared_none_is_a_guess(void **state)
{
    (void)state;
    struct shell_run run;
    char dir[128];
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir,
              "$KNEE run -q --no-plots -o r -- true ::: a && $KNEE limit --from r && "
              "$KNEE recommend r --for sh | grep -c 'a guess'");
    assert_int_equal(run.status, 0);
    assert_string_equal(strchr(run.out, '\n') + 1, "1\n");
    assert_non_null(strstr(run.err, "is a guess: too little was measured"));
    shell_run_release(&run);
    shell_dir_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_is_what_the_sweep_wrote),
        cmocka_unit_test(all_derived_files_come_back_where_they_were),
        cmocka_unit_test(an_interrupted_sweep_and_its_resumption_are_made_again),
        cmocka_unit_test(a_machine_of_two_states_is_named),
        cmocka_unit_test(a_command_line_comes_back_byte_by_byte),
        cmocka_unit_test(an_slo_that_no_level_meets_is_a_warning_for_scripts),
        cmocka_unit_test(what_is_no_result_is_one_line),
        cmocka_unit_test(a_run_is_reported_as_json_and_checked_for_nothing),
        cmocka_unit_test(the_limit_of_a_run_that_compared_none_is_a_guess),
    };
    return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
