/* SPDX-License-Identifier: MIT */
/* `knee sweep` as a user meets it, over workloads that sleep and whose answer is known. */
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

static char dir[128];

static int make_dir(void **state)
{
    (void)state;
    shell_dir_make(dir, sizeof dir);
    return 0;
}

static int remove_dir(void **state)
{
    (void)state;
    shell_dir_remove(dir);
    return 0;
}

static json_t *load(const char *name)
{
    char path[256];
    json_error_t error;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    json_t *json = json_load_file(path, 0, &error);
    if (!json)
        fail_msg("%s: %s", path, error.text);
    return json;
}

static bool exists(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
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

/* The verdict and the limit of one sweep; true: it was measured beside other work, and says so. */
static bool decide(const char *arguments, char *verdict, json_int_t *limit)
{
    char command[512];
    struct shell_run run;
    snprintf(command, sizeof command,
             "rm -rf r; $KNEE sweep %s --no-plots --json -q -o r >out.json", arguments);
    shell_run(&run, dir, command);
    if (run.status)
        fail_msg("%s: %d: %s", arguments, run.status, run.err);
    bool beside = strstr(run.err, "measured beside") != NULL;
    shell_run_release(&run);
    json_t *result = load("out.json"), *decision = decision_of(result);
    snprintf(verdict, 32, "%s", json_string_value(json_object_get(decision, "verdict")));
    *limit = json_integer_value(json_object_get(decision, "limit"));
    json_decref(result);
    return beside;
}

/* A busy machine may leave it open or disturbed, never give another answer. Only a sweep that says
 * that it was measured beside other work may take one request more to hide a slower round trip. */
static void known_answers_come_out(void **state)
{
    (void)state;
    static const struct {
        const char *arguments, *verdict;
        json_int_t limit, most;
    } cases[] = {
        {"lock --param hold=20ms --max-level 8 --budget 20s", "resolved", 1, 1},
        {"sleep --param time=10ms --max-level 16 --budget 20s", "rising", 16, 16},
        {"net --param service=20ms --param pool=3 --max-level 8 --budget 30s", "resolved", 3, 4},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char verdict[32] = "";
        for (int try = 0; try < TRIES && strcmp(verdict, cases[i].verdict) != 0; try++) {
            json_int_t limit;
            bool beside = decide(cases[i].arguments, verdict, &limit);
            if (strcmp(verdict, "resolved") == 0 || strcmp(verdict, "rising") == 0)
                assert_in_range(limit, cases[i].limit, beside ? cases[i].most : cases[i].limit);
        }
        if (strcmp(verdict, "disturbed") == 0)
            skip(); /* the machine is too busy to measure, and knee says so */
        assert_string_equal(verdict, cases[i].verdict);
    }
}

static void every_file_is_there_and_agrees(void **state)
{
    (void)state;
    static const char *const files[] = {"plan.json",   "samples.csv",        "levels.csv",
                                        "result.json", "recommendation.env", "lock.limit",
                                        "limit",       "report.md"};
    struct shell_run run;
    shell_run(&run, dir,
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

static void an_interrupt_leaves_valid_files_and_can_be_resumed(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(
        &run, dir,
        "{ for wait in $(seq 600); do [ \"$(grep -c . r/samples.csv 2>/dev/null)\" -ge 2 ] && "
        "break; sleep .1; done; "
        "kill -INT $(cat pid); } & sh -c 'echo $$ >pid; exec $KNEE sweep sleep --max-level "
        "64 --window 1s --budget 60s -q --no-plots -o r'");
    assert_int_equal(run.status, 130);
    assert_non_null(strstr(run.err, "--resume r"));
    shell_run_release(&run);
    json_t *first = load("r/result.json");
    json_int_t windows = json_integer_value(json_object_get(decision_of(first), "windows"));
    assert_in_range(windows, 1, 5);
    json_decref(first);
    shell_run(&run, dir,
              "head -c -9 r/samples.csv >torn && mv torn r/samples.csv && $KNEE sweep "
              "--resume r --budget 8s -q --no-plots");
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
    json_t *second = load("r/result.json");
    assert_true(json_integer_value(json_object_get(decision_of(second), "windows")) > windows);
    json_decref(second);
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
        shell_run(&run, dir, line);
        assert_int_equal(run.status, cases[i].status);
        if (cases[i].line ? !strstr(run.err, cases[i].line)
                          : strstr(run.err, "not measured") != NULL)
            fail_msg("case %zu: %s", i, run.err);
        shell_run_release(&run);
        shell_run(&run, dir, "rm -r n");
        shell_run_release(&run);
    }
}

static void a_budget_is_kept(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, dir,
              "$KNEE sweep lock --max-level 8 --param hold=40ms --budget 3s -q "
              "--no-plots -o r");
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
    json_t *result = load("r/result.json");
    double elapsed_s = json_number_value(json_object_get(decision_of(result), "elapsed_s"));
    assert_true(elapsed_s > 1.0);
    assert_true(elapsed_s < 6.0); /* settled it would take ten seconds */
    json_decref(result);
}

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
         "grep -v 'warning: lock: ' all >&2; exit $s",
         "the verdict is", 3},
        /* A single level has nothing to compare it with. */
        {"$KNEE sweep sleep --max-level 1 --budget 1s --strict -q --no-plots -o one 2>all; s=$?; "
         "grep -v 'warning: sleep: ' all >&2; exit $s",
         "the verdict is unresolved", 3},
        {"awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } NR > 1 { "
         "$at[\"valid\"] = 0; $at[\"reason\"] = \"stopped\" } { print }' one/samples.csv >rows && "
         "mv rows one/samples.csv && $KNEE report one --no-plots >said 2>/dev/null; "
         "grep -c 'more would tell' said >&2; grep -q 'Only the limit 1 was to be tried' said",
         "0", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct shell_run run;
        shell_run(&run, dir, cases[i].command);
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
    shell_run(&run, dir, "$KNEE sweep lock sleep --dry-run --levels 1,2,8 --current 5");
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.out, "levels 1 2 5 8"));
    assert_int_equal(shell_dir_count(dir), 0);
    shell_run_release(&run);
    shell_run(&run, dir, "$KNEE sweep lock sleep --dry-run --levels 1,2,8 --json | tr -d ' \\n'");
    assert_non_null(strstr(run.out, "\"levels\":[1,2,8],\"levels_fixed\":true,"));
    assert_non_null(strstr(run.out, "\"time_most_s\":120}"));
    assert_string_equal(run.err, "");
    shell_run_release(&run);
    shell_run(&run, dir,
              "$KNEE sweep --dry-run -- no-such-program; echo $?; $KNEE sweep --dry-run -- "
              "./none; echo $?; $KNEE sweep --dry-run --workdir none -- true; echo $?");
    assert_string_equal(run.out, "6\n6\n2\n");
    assert_int_equal(shell_dir_count(dir), 0);
    shell_run_release(&run);
}

/* `sleep` doubles at 2 and keeps its latency; `lock` gains nothing and waits twice as long. On a
 * busy machine a sweep may be disturbed, and then nothing is chosen. */
static void the_limit_follows_objective_and_slos(void **state)
{
    (void)state;
    static const struct {
        const char *arguments, *env;
        int status;
    } cases[] = {
        {"sleep --param time=10ms --levels 1,2 --slo p99=1ms", "SLEEP_SLO_MET=no", 5},
        {"sleep --param time=10ms --levels 1,2 --slo p99=500ms --slo errors=0", "SLEEP_LIMIT=2", 0},
        {"lock --param hold=10ms --levels 1,2,4 --objective efficiency --min-efficiency 45%",
         "LOCK_LIMIT=2", 0},
        {"lock --param hold=10ms --levels 1,2,4 --objective power", "LOCK_LIMIT=1", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char command[512];
        struct shell_run run = {0};
        for (int try = 0; try < TRIES; try++) {
            shell_run_release(&run);
            snprintf(command, sizeof command,
                     "rm -rf r; $KNEE sweep %s --budget 4s --no-plots -q -o r; status=$?; grep -q "
                     "disturbed r/recommendation.env && exit 99; grep _%s r/recommendation.env "
                     ">&2; exit $status",
                     cases[i].arguments, cases[i].env);
            shell_run(&run, dir, command);
            if (run.status != 99)
                break;
        }
        if (run.status == 99) {
            shell_run_release(&run);
            skip(); /* the machine is too busy to measure, and knee says so */
        }
        if (run.status != cases[i].status || !strstr(run.err, cases[i].env))
            fail_msg("%s: %d: %s", cases[i].arguments, run.status, run.err);
        assert_true(
            (strstr(run.err, "no level that was measured meets p99 <= 1 ms: level 1 has p99 ") !=
             NULL) == (run.status == 5));
        assert_true(exists("r/result.json") && exists("r/levels.csv"));
        shell_run_release(&run);
    }
}

/* No text for people may look as if it recommended a level; files for scripts hold the closest. */
static void an_slo_that_no_level_meets_comes_first(void **state)
{
    (void)state;
    static const char *const says[] = {"\nNO LIMIT   sleep (10 ms)   SLO NOT MET\n",
                                       "no level that was measured meets p99 <= 1 ms: level 1",
                                       "| **none** |",
                                       "class=\"use\">NO LIMIT<",
                                       "\n# no level that was measured meets p99=1ms: ",
                                       "\nsweep 5\n",
                                       "\nrecommend 0\n",
                                       "\nlimit 0\n"};
    struct shell_run run = {0};
    bool said = false;
    for (int try = 0; try < TRIES && !said; try++) {
        shell_run_release(&run);
        shell_run(
            &run, dir,
            "rm -rf r; $KNEE sweep sleep --param time=10ms --levels 1,2 --slo p99=1ms "
            "--budget 3s --no-plots -o r 2>err; echo sweep $?; cat r/report.md r/report.html; "
            "$KNEE recommend r --for sh 2>>err; echo recommend $?; $KNEE limit --from r "
            "2>>err; echo limit $?; cat err >&2; grep -c . r/limit r/sleep.limit");
        said = strstr(run.out, says[0]) != NULL;
    }
    if (!said && strstr(run.out, "not known")) {
        shell_run_release(&run);
        skip(); /* the machine is too busy to measure */
    }
    for (size_t i = 0; i < COUNT(says); i++)
        if (!strstr(run.out, says[i]))
            fail_msg("no \"%s\" in %s", says[i], run.out);
    assert_null(strstr(run.out, "USE "));
    assert_null(strstr(run.out, "--for xargs"));
    assert_non_null(strstr(run.err, "knee: sleep: no level that was measured meets p99 <= 1 ms: "));
    assert_non_null(strstr(run.err, "knee: warning: sleep: no level that was measured meets "));
    assert_non_null(strstr(run.err,
                           "knee: warning: sleep (10 ms): no level that was measured meets "
                           "p99=1ms; "));
    shell_run_release(&run);
}

/* gnuplot is looked for in PATH alone. */
static void without_gnuplot_all_else_is_made(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, dir,
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
    shell_run(&run, dir, count);
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
    shell_run(&run, dir, "$KNEE sweep sleep lock --levels 1,2 --budget 1s --no-plots -o d");
    assert_int_equal(run.status, 0);
    const char *sleep_line = decided_line(run.err, "sleep", "\nknee: sleep (20 ms): ");
    const char *lock_line = decided_line(run.err, "lock", "\nknee: lock (2 ms): ");
    assert_true(!sleep_line || !lock_line || sleep_line < lock_line);
    shell_run_release(&run);
    shell_run(&run, dir, "$KNEE sweep sleep --levels 1,2 --budget 1s --no-plots -q -o e");
    assert_null(strstr(run.err, "knee: sleep (20 ms): "));
    shell_run_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(known_answers_come_out, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(every_file_is_there_and_agrees, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(an_interrupt_leaves_valid_files_and_can_be_resumed,
                                        make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(an_interrupt_names_what_was_not_measured, make_dir,
                                        remove_dir),
        cmocka_unit_test_setup_teardown(a_budget_is_kept, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(failures_end_with_one_line, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(a_dry_run_writes_nothing, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(the_limit_follows_objective_and_slos, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(an_slo_that_no_level_meets_comes_first, make_dir,
                                        remove_dir),
        cmocka_unit_test_setup_teardown(without_gnuplot_all_else_is_made, make_dir, remove_dir),
        cmocka_unit_test_setup_teardown(a_log_gets_a_line_for_each_decided_workload, make_dir,
                                        remove_dir),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
