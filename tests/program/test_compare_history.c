/* SPDX-License-Identifier: MIT */
/* `knee compare --history` as a user meets it. The results are written by hand, one a day. */
#include "tests/support/test.h"

#include "core/base/array.h"
#include "tests/support/made_result.h"
#include "tests/support/shell.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Histories of fourteen days, with 1 % of noise from day to day: `quiet`, `slower` by 20 % for the
 * last five, and `faster` after seven slow days. Of `narrow` (as quiet) and `narrow_slower`, the
 * last five or all but the first four were swept with --max-level 8, below the limit. */
static int make_dir(void **state)
{
    (void)state;
    return made_result_set_up(
        "history() { mkdir $1; for day in 01 02 03 04 05 06 07 08 09 10 11 12 13 14; do\n"
        "  s=$(echo $day $2 $3 | awk '{ print ($1 >= $2 && $1 <= $3 ? .8 : 1) *"
        " (1 + ($1 * 7 % 5 - 2) / 200) }')\n"
        "  result $1/$day 16 $s\n"
        "  sed -i \"s/\\\"date\\\": \\\"[^\\\"]*/\\\"date\\\": \\\"2026-05-${day}T00:00:00Z/\""
        " $1/$day/plan.json; done; }\n"
        "history quiet 99 99; history slower 10 14; history faster 1 7; ln -s 14 slower/latest\n"
        "narrow() { for day; do sed -i 's/\"max_level\": 32/\"max_level\": 8/' $day/plan.json\n"
        "  awk -F, 'NR == 1 || $3 <= 8' $day/samples.csv >cut && mv cut $day/samples.csv; done; }\n"
        "cp -r quiet narrow; narrow narrow/1[0-4]\n"
        "cp -r slower narrow_slower; narrow narrow_slower/0[5-9] narrow_slower/1[0-4]\n"
        "mkdir none small && result small/01 2 1 && result small/02 2 1");
}

static void the_last_change_decides(void **state)
{
    static const struct {
        const char *arguments, *says;
        int status;
    } CASES[] = {
        {"quiet/*", "no change", 0},
        {"slower/*", "(-20.0 %) since slower/10 of 2026-05-10", 4},
        {"--min-effect 30% slower/*", "no change", 0},
        {"faster/*", "changed, not for the worse", 0},
        {"slower/1?", "no change found; 5 results are few", 0},
        {"--json slower/*", "\"since\": \"slower/10\"", 4},
        {"--markdown slower/*", "| items/s -20 % | slower/10 |", 4},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        char command[256];
        struct shell_run run;
        snprintf(command, sizeof command, "$KNEE compare --history %s", CASES[i].arguments);
        shell_run(&run, shell_dir(), command);
        if (run.status != CASES[i].status || !strstr(run.out, CASES[i].says))
            fail_msg("%s: status %d: %.900s%.300s", command, run.status, run.out, run.err);
        shell_run_release(&run);
    }
}

/* The limit of a sweep that ended there may be anywhere beyond. */
static void limits_that_are_only_bounds_are_no_change(void **state)
{
    static const struct {
        const char *results, *says, *row, *warning;
        int status;
    } CASES[] = {
        {"narrow/*", "lock (2 ms): no change\n", "measured no further: left out  narrow/14",
         "lock: 5 of 14 results are left out of the search", 0},
        {"narrow/1*", "no change found; 5 results are few", "narrow/14", NULL, 0},
        {"narrow_slower/*", "items/s 800 -> 640 (-20.0 %) since narrow_slower/10",
         "beyond the others' levels: left out  narrow_slower/04",
         "lock: 4 of 14 results are left out of the search", 4},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        char command[256];
        struct shell_run run;
        snprintf(command, sizeof command, "$KNEE compare --history %s", CASES[i].results);
        shell_run(&run, shell_dir(), command);
        bool warns = CASES[i].warning ? strstr(run.err, CASES[i].warning) != NULL
                                      : strstr(run.err, "warning") == NULL;
        if (run.status != CASES[i].status || !strstr(run.out, CASES[i].says) ||
            !strstr(run.out, CASES[i].row) || !warns)
            fail_msg("%s: status %d: %.1900s%.300s", command, run.status, run.out, run.err);
        shell_run_release(&run);
    }
}

static void a_link_to_the_newest_counts_once(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, shell_dir(), "$KNEE compare --history slower/* --json | grep -c '\"result\"'");
    assert_string_equal(run.out, "14\n");
    shell_run_release(&run);
}

static void what_is_not_of_the_history_is_left_out_and_said(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(
        &run, shell_dir(),
        "cp -r quiet/03 other && sed -i 's/\"cpus\": [0-9]*/\"cpus\": 77/' other/plan.json && "
        "$KNEE compare --history quiet/* other none -q");
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.err, "left out: other: lock: another machine than the newest"));
    assert_non_null(strstr(run.err, "left out: none/plan.json: No such file or directory"));
    shell_run_release(&run);
    shell_run(&run, shell_dir(), "$KNEE compare --history quiet/01");
    assert_int_equal(run.status, 2);
    assert_string_equal(run.err, "knee: compare: --history: no two results are of the same work; "
                                 "name two at least\n");
    shell_run_release(&run);
    shell_run(&run, shell_dir(), "$KNEE compare --history --base a --new b");
    assert_int_equal(run.status, 2);
    shell_run_release(&run);
}

static void page_chart_and_tables_are_written_where_o_says(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, shell_dir(),
              "$KNEE compare --history slower/* -q -o out; [ $? = 4 ] && "
              "grep -q '\"worse\": true' out/history.json && grep -q '^| 2026' out/history.md && "
              "[ -s out/lock-history.gp ] && "
              "grep -q '<p class=\"use\">-20.0 %</p>' out/history.html && "
              "grep -q '<td class=\"text\">slower/10</td>' out/history.html && "
              "if command -v gnuplot >/dev/null; then grep -q 'items/s' out/lock-history.svg && "
              "grep -q -e '>-20 %<' out/lock-history.svg && "
              "grep -q 'data:image/svg+xml;base64' out/history.html; fi");
    if (run.status)
        fail_msg("%.300s%.300s", run.out, run.err);
    shell_run_release(&run);
}

/* Beside two results of `lock`, one of `other`, all of whose windows were rejected: it has no
 * chart, and what an axis has is whole limits. */
static void a_history_without_a_value_has_no_chart(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(
        &run, shell_dir(),
        "cp -r small/01 empty && sed -i 's/\"lock\"/\"sleep\"/g' empty/plan.json && "
        "awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print } "
        "NR > 1 { $1 = \"sleep\"; $at[\"valid\"] = 0; $at[\"reason\"] = \"foreign\"; print }' "
        "small/01/samples.csv >empty/samples.csv && "
        "$KNEE compare --history small/01 small/02 empty -o whole");
    if (run.status != 0)
        fail_msg("status %d: %s", run.status, run.err);
    assert_non_null(strstr(run.out, "no change found; 1 result is few"));
    shell_run_release(&run);
    shell_run(&run, shell_dir(), "ls whole; grep '^knee_step' whole/lock-history.gp");
    assert_non_null(strstr(run.out, "lock-history.gp"));
    assert_null(strstr(run.out, "sleep-history.gp"));
    assert_non_null(strstr(run.out, "knee_step = 1\n"));
    shell_run_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_change_decides),
        cmocka_unit_test(limits_that_are_only_bounds_are_no_change),
        cmocka_unit_test(a_link_to_the_newest_counts_once),
        cmocka_unit_test(what_is_not_of_the_history_is_left_out_and_said),
        cmocka_unit_test(a_history_without_a_value_has_no_chart),
        cmocka_unit_test(page_chart_and_tables_are_written_where_o_says),
    };
    return cmocka_run_group_tests(tests, make_dir, shell_dir_tear_down);
}
