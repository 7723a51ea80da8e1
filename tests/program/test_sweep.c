/* SPDX-License-Identifier: MIT */
/* `knee sweep` as a user meets it, over workloads that sleep. */
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define TRIES 4

static json_t *load(const char *name)
{
    char path[256];
    json_error_t error;
    snprintf(path, sizeof path, "%s/%s", shell_dir(), name);
    json_t *json = json_load_file(path, 0, &error);
    if (!json)
        fail_msg("%s: %s", path, error.text);
    return json;
}

static bool exists(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", shell_dir(), name);
    return access(path, F_OK) == 0;
}

static json_t *decision_of(json_t *result)
{
    return json_object_get(json_array_get(json_object_get(result, "workloads"), 0), "decision");
}

/* Is there a level to draw? On a busy machine there may be none. */
static bool has_points(json_t *result)
{
    json_t *workload = json_array_get(json_object_get(result, "workloads"), 0), *level;
    size_t i;
    json_array_foreach(json_object_get(workload, "levels"), i, level)
    {
        if (json_is_number(json_object_get(level, "throughput_per_s")))
            return true;
    }
    return false;
}

static void every_file_is_there_and_agrees(void **state)
{
    (void)state;
    static const char *const files[] = {"plan.json",   "samples.csv",        "levels.csv",
                                        "result.json", "recommendation.env", "lock.limit",
                                        "limit",       "report.md"};
    struct shell_run run;
    shell_run(&run, shell_dir(),
              "$KNEE sweep lock --levels 1,2,4 --budget 4s -q && cd results/latest && "
              ". ./recommendation.env && test \"$KNEE_LOCK_LIMIT\" = \"$(cat limit)\" "
              "&& test \"$KNEE_LIMIT\" = \"$($KNEE limit --from . 2>limit.err)\"");
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
    for (size_t i = 0; i < COUNT(files); i++) {
        char name[64];
        snprintf(name, sizeof name, "results/latest/%s", files[i]);
        if (!exists(name))
            fail_msg("%s is missing", name);
    }
    json_t *result = load("results/latest/result.json");
    json_t *workload = json_array_get(json_object_get(result, "workloads"), 0);
    if (has_points(result))
        assert_true(exists("results/latest/lock-throughput.gp"));
    assert_int_equal(json_array_size(json_object_get(workload, "levels")), 3);
    assert_true(json_string_length(json_object_get(decision_of(result), "next")) > 0);
    json_decref(result);
}

static json_int_t windows_of_r(void)
{
    json_t *result = load("r/result.json");
    json_int_t windows = json_integer_value(json_object_get(decision_of(result), "windows"));
    json_decref(result);
    return windows;
}

/* It ends with the window that runs when the signal comes: of the rows that were there before and
 * after it, one more may just have been written. */
static void an_interrupt_leaves_valid_files_and_can_be_resumed(void **state)
{
    (void)state;
    static const char *const budgets[] = {"8s", "30s", "60s"}; /* a busy machine needs more */
    struct shell_run run;
    shell_run(&run, shell_dir(),
              "rows() { grep -c . r/samples.csv 2>/dev/null; }; "
              "{ for wait in $(seq 600); do [ \"$(rows)\" -ge 2 ] && break; sleep .1; done; "
              "rows >before; kill -INT $(cat pid); rows >after; } & "
              "sh -c 'echo $$ >pid; exec $KNEE sweep sleep --max-level "
              "64 --window 1s --budget 60s -q --no-plots -o r >text'; code=$?; wait; "
              "cat before after; exit $code");
    assert_int_equal(run.status, 130);
    assert_non_null(strstr(run.err, "--resume r"));
    char *rest;
    long before = strtol(run.out, &rest, 10) - 1, after = strtol(rest, NULL, 10) - 1;
    shell_run_release(&run);
    json_int_t windows = windows_of_r(), resumed = 0;
    assert_true(before >= 1);
    assert_in_range(windows, before, after + 1);
    shell_run(&run, shell_dir(), "head -c -9 r/samples.csv >torn && mv torn r/samples.csv");
    shell_run_release(&run);
    for (size_t i = 0; i < COUNT(budgets) && resumed <= windows; i++) {
        char command[128];
        snprintf(command, sizeof command, "$KNEE sweep --resume r --budget %s -q --no-plots",
                 budgets[i]);
        shell_run(&run, shell_dir(), command);
        assert_int_equal(run.status, 0);
        shell_run_release(&run);
        resumed = windows_of_r();
    }
    assert_true(resumed > windows);
}

/* Its result says nothing of a workload that had no turn yet: one line does. */
static void an_interrupt_names_what_was_not_measured(void **state)
{
    (void)state;
    static const struct {
        const char *signal, *workloads, *line; /* NULL: none names one */
        int status;
    } cases[] = {
        {"INT", "sleep lock", "knee: interrupted: lock was not measured; ", 130},
        {"INT", "sleep lock net cpu", "knee: interrupted: lock, net and cpu were not measured; ",
         130},
        {"INT", "sleep lock net cpu io mixed",
         "knee: interrupted: lock, net, cpu and 2 others were not measured; ", 130},
        {"USR1", "sleep lock", "knee: warning: lock was not measured; ", 0},
        {"INT", "sleep", NULL, 130},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct shell_run run;
        char line[600];
        snprintf(
            line, sizeof line,
            "{ for wait in $(seq 600); do [ \"$(grep -c . n/samples.csv 2>/dev/null)\" -ge 2 ] "
            "&& break; sleep .1; done; kill -%s $(cat pid); } & sh -c 'echo $$ >pid; exec "
            "$KNEE sweep %s --levels 1,2 --window 1s --budget 60s --no-plots -o n'",
            cases[i].signal, cases[i].workloads);
        shell_run(&run, shell_dir(), line);
        assert_int_equal(run.status, cases[i].status);
        if (cases[i].line ? !strstr(run.err, cases[i].line)
                          : strstr(run.err, "not measured") != NULL)
            fail_msg("case %zu: %s", i, run.err);
        shell_run_release(&run);
        shell_run(&run, shell_dir(), "rm -r n");
        shell_run_release(&run);
    }
}

/* Settled it would take ten seconds. A machine that stops for a while may end the last window late,
 * or leave time for a single one; but no window begins after the budget. */
static void a_budget_is_kept(void **state)
{
    (void)state;
    double all_s = 0;
    for (int try = 0; try < TRIES && all_s <= 1.0; try++) {
        struct shell_run run;
        char *rest;
        shell_run(&run, shell_dir(),
                  "rm -rf r; $KNEE sweep lock --max-level 8 --param hold=40ms --budget 3s -q "
                  "--no-plots -o r >text || exit; awk -F, 'NR == 2 { from = $4; end = $4 } "
                  "NR > 1 { before = end; end = $4 + $5 } "
                  "END { print before - from, end - from }' r/samples.csv");
        assert_int_equal(run.status, 0);
        assert_true(strtod(run.out, &rest) < 3.1);
        all_s = strtod(rest, NULL);
        shell_run_release(&run);
        json_t *result = load("r/result.json");
        double elapsed_s = json_number_value(json_object_get(decision_of(result), "elapsed_s"));
        json_decref(result);
        assert_float_equal(elapsed_s, all_s, .001);
    }
    assert_true(all_s > 1.0);
}

/* Warnings of a machine that kept a short sweep for seconds. */
#define BUSY "warning: other processes spoilt |warning: this virtual machine|"

static void failures_end_with_one_line(void **state)
{
    (void)state;
    static const struct {
        const char *command, *error;
        int status;
    } cases[] = {
        {"$KNEE sweep cpi", "did you mean cpu?", 2},
        {"$KNEE sweep cpu --param wrk=2ms", "did you mean work?", 2},
        {"$KNEE sweep cpu --param work=2", "has no unit", 2},
        {"$KNEE sweep cpu --budget 60", "has no unit", 2},
        {"$KNEE sweep cpu --levels 0", "--levels", 2},
        {"mkdir full && touch full/x && $KNEE sweep cpu -o full", "full", 2},
        {"touch file && $KNEE sweep cpu -o file/r", "file", 1},
        {"$KNEE sweep --resume nowhere", "nowhere", 2},
        {"$KNEE sweep --resume nowhere --seed 3", "--seed", 2},
        {"$KNEE sweep --resume nowhere --slo p99=1ms", "--slo", 2},
        {"$KNEE sweep cpu --min-efficiency 60%", "--objective efficiency", 2},
        {"$KNEE sweep lock --levels 1,2 --budget 1s --strict -q --no-plots -o r 2>all; s=$?; "
         "grep -Ev '" BUSY "warning: lock: ' all >&2; exit $s",
         "the verdict is", 3},
        /* A single level has nothing to compare it with, unless others spoilt its windows. */
        {"$KNEE sweep sleep --max-level 1 --budget 1s --strict -q --no-plots -o one 2>all; s=$?; "
         "grep -Eq ',0,.(foreign|steal)' one/samples.csv && "
         "sed -i 's/the verdict is disturbed/& or the verdict is unresolved/' all; "
         "grep -Ev '" BUSY "warning: sleep: ' all >&2; exit $s",
         "the verdict is unresolved", 3},
        {"awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } NR > 1 { "
         "$at[\"valid\"] = 0; $at[\"reason\"] = \"stopped\" } { print }' one/samples.csv >rows && "
         "mv rows one/samples.csv && $KNEE report one --no-plots >said 2>/dev/null; "
         "grep -c 'more would tell' said >&2; grep -q 'Only the limit 1 was to be tried' said",
         "0", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct shell_run run;
        shell_run(&run, shell_dir(), cases[i].command);
        const char *newline = strchr(run.err, '\n');
        if (!strstr(run.err, cases[i].error) || !newline || newline[1] ||
            run.status != cases[i].status)
            fail_msg("%s: %d: %s", cases[i].command, run.status, run.err);
        assert_false(exists("results"));
        shell_run_release(&run);
    }
}

static void a_dry_run_writes_nothing(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, shell_dir(), "$KNEE sweep lock sleep --dry-run --levels 1,2,8 --current 5");
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.out, "levels 1 2 5 8"));
    assert_int_equal(shell_dir_count(shell_dir()), 0);
    shell_run_release(&run);
    shell_run(&run, shell_dir(),
              "$KNEE sweep lock sleep --dry-run --levels 1,2,8 --json | tr -d ' \\n'");
    assert_non_null(strstr(run.out, "\"levels\":[1,2,8],\"levels_fixed\":true,"));
    assert_non_null(strstr(run.out, "\"time_most_s\":120}"));
    assert_string_equal(run.err, "");
    shell_run_release(&run);
    shell_run(&run, shell_dir(),
              "$KNEE sweep --dry-run -- no-such-program; echo $?; $KNEE sweep --dry-run -- "
              "./none; echo $?; $KNEE sweep --dry-run --workdir none -- true; echo $?");
    assert_string_equal(run.out, "6\n6\n2\n");
    assert_int_equal(shell_dir_count(shell_dir()), 0);
    shell_run_release(&run);
}

/* gnuplot is looked for in PATH alone. */
static void without_gnuplot_all_else_is_made(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, shell_dir(),
              "mkdir bin && PATH=$PWD/bin $KNEE sweep lock --levels 1,2 --budget 2s -o r");
    assert_int_equal(run.status, 0);
    json_t *result = load("r/result.json");
    bool drawn = has_points(result);
    json_decref(result);
    assert_true((strstr(run.err, "gnuplot-nox") != NULL) == drawn);
    assert_true(exists("r/levels.csv") && exists("r/lock-throughput.gp") == drawn);
    assert_false(exists("r/lock-throughput.svg"));
    shell_run_release(&run);
}

/* The line that a log has of a workload, found by `title`; NULL if there is none, since a busy
 * machine has left no time for a window. */
static const char *decided_line(const char *log, const char *workload, const char *title)
{
    char count[128];
    struct shell_run run;
    const char *line = strstr(log, title);
    snprintf(count, sizeof count, "grep -c '^\"%s\",' d/samples.csv", workload);
    shell_run(&run, shell_dir(), count);
    assert_int_equal(line != NULL, strtol(run.out, NULL, 10) > 0);
    assert_true(!line || strstr(line, " window"));
    shell_run_release(&run);
    return line;
}

/* A log gets a line for each workload as soon as it is decided; with -q none. */
static void a_log_gets_a_line_for_each_decided_workload(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, shell_dir(), "$KNEE sweep sleep lock --levels 1,2 --budget 1s --no-plots -o d");
    assert_int_equal(run.status, 0);
    const char *sleep_line = decided_line(run.err, "sleep", "\nknee: sleep (20 ms): ");
    const char *lock_line = decided_line(run.err, "lock", "\nknee: lock (2 ms): ");
    assert_true(!sleep_line || !lock_line || sleep_line < lock_line);
    shell_run_release(&run);
    shell_run(&run, shell_dir(), "$KNEE sweep sleep --levels 1,2 --budget 1s --no-plots -q -o e");
    assert_null(strstr(run.err, "knee: sleep (20 ms): "));
    shell_run_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_file_is_there_and_agrees, shell_dir_set_up,
                                        shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(an_interrupt_leaves_valid_files_and_can_be_resumed,
                                        shell_dir_set_up, shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(an_interrupt_names_what_was_not_measured, shell_dir_set_up,
                                        shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(a_budget_is_kept, shell_dir_set_up, shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(failures_end_with_one_line, shell_dir_set_up,
                                        shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(a_dry_run_writes_nothing, shell_dir_set_up,
                                        shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(without_gnuplot_all_else_is_made, shell_dir_set_up,
                                        shell_dir_tear_down),
        cmocka_unit_test_setup_teardown(a_log_gets_a_line_for_each_decided_workload,
                                        shell_dir_set_up, shell_dir_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
