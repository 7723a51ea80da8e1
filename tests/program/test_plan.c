/* SPDX-License-Identifier: MIT */
/* `knee plan` as a user meets it, from results whose truth is known, and `sweep --vary cores`. The
 * results are written by hand, so that no timing is in them. */
#include "tests/support/test.h"

#include "core/base/array.h"
#include "tests/support/shell.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* made NAME CORES POOL CPU_S WAIT_S MAX: as measured on CORES, at 1, 2, 4 ... MAX. */
static const char MAKE[] =
    "$KNEE sweep lock --budget 1s --levels 1,2,4,8,16,32,64 -o real -q --no-plots 2>/dev/null\n"
    "made() { mkdir $1 && sed -e \"s/\\\"cores\\\": [0-9]*/\\\"cores\\\": $2/;"
    "s/\\\"allowed_cores\\\": [0-9]*/\\\"allowed_cores\\\": $2/;"
    "s/\\\"allowed_pus\\\": [0-9]*/\\\"allowed_pus\\\": $2/\" real/plan.json >$1/plan.json && "
    "awk -F, -v OFS=, -v c=$2 -v pool=$3 -v cpu=$4 -v wait=$5 -v max=$6 "
    "'function least(a, b) { return a < b ? a : b }\n"
    " NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; print }\n"
    " NR == 2 { for (b = 0; b < 12; b++) for (n = 1; n <= max; n *= 2) {\n"
    "   x = least(least(n / (cpu + wait), c / cpu), wait > 0 ? pool / wait : 1e9);\n"
    "   x *= 1 + ((b * 7 + n * 3) % 5 - 2) / 1000;\n"
    "   $at[\"block\"] = b; $at[\"level\"] = n; $at[\"start_s\"] = b * 10 + n / 10;\n"
    "   $at[\"window_s\"] = 1; $at[\"items\"] = x; $at[\"failed_items\"] = 0;\n"
    "   $at[\"cpu_user_s\"] = x * cpu; $at[\"cpu_system_s\"] = 0;\n"
    "   $at[\"latency_mean_s\"] = n / x; $at[\"runqueue_wait_s\"] = 0;\n"
    "   $at[\"other_wait_s\"] = n - x * cpu; $at[\"latency_histogram\"] = \"\";\n"
    "   $at[\"throughput_per_s\"] = x; $at[\"valid\"] = 1; $at[\"reason\"] = \"\"; print } }' "
    "real/samples.csv >$1/samples.csv; }\n"
    "made compute 2 1 .01 0 32; made fetch 2 16 .0005 .005 64; made few 2 16 .0005 .005 8\n"
    "made there 8 1 .01 0 32\n"
    "$KNEE sweep sleep --budget 1s --levels 1,2 -o other -q --no-plots 2>/dev/null\n";

static int make_dir(void **state)
{
    (void)state;
    return shell_dir_set_up_by(MAKE);
}

/* The first workload of `knee plan --json ARGUMENTS`; a new reference. */
static json_t *plan(const char *arguments)
{
    char command[256];
    struct shell_run run;
    json_error_t error;
    snprintf(command, sizeof command, "$KNEE plan --json %s", arguments);
    shell_run(&run, shell_dir(), command);
    if (run.status != 0)
        fail_msg("%s: status %d: %.300s", arguments, run.status, run.err);
    json_t *json = json_loads(run.out, 0, &error);
    if (!json)
        fail_msg("%s: %s in %.300s", arguments, error.text, run.out);
    json_t *work = json_incref(json_array_get(json_object_get(json, "workloads"), 0));
    json_decref(json);
    shell_run_release(&run);
    return work;
}

static double number(const json_t *work, const char *key)
{
    const json_t *value = json_object_get(work, key);
    if (!json_is_number(value))
        fail_msg("no number %s", key);
    return json_number_value(value);
}

static void ranges_hold_what_is_true_there(void **state)
{
    static const struct {
        const char *arguments;
        double knee, per_s;
        const char *limit;
    } CASES[] = {
        {"compute --cores 2", 2, 200, "cpus"},
        {"compute --cores 1", 1, 100, "cpus"},
        {"compute --cores 8", 8, 800, "cpus"},
        {"compute --topology pack:2,core:8,pu:1", 16, 1600, "cpus"},
        {"compute --cores 8 --quota 4", 4, 400, "quota"},
        {"compute --cores 8 --core-speed 0.5", 8, 400, "cpus"},
        {"fetch --cores 8", 18, 3200, "pool"},
        {"fetch --cores 8 --pool 32", 35, 6400, "pool"},
        {"fetch --cores 8 --service-time +5ms", 33, 3200, "pool"},
        {"fetch --cores 8 --service-time 5ms", 33, 3200, "pool"},
        {"fetch --cores 1", 11, 2000, "cpus"},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        json_t *work = plan(CASES[i].arguments);
        double low = number(work, "knee_low"), high = number(work, "knee_high");
        if (low > CASES[i].knee || high < CASES[i].knee)
            fail_msg("%s: %g to %g", CASES[i].arguments, low, high);
        low = number(work, "throughput_low_per_s");
        high = number(work, "throughput_high_per_s");
        if (low > CASES[i].per_s || high < CASES[i].per_s)
            fail_msg("%s: %g to %g/s", CASES[i].arguments, low, high);
        assert_string_equal(
            json_string_value(json_array_get(json_object_get(work, "binding_limits"), 0)),
            CASES[i].limit);
        assert_true(json_is_array(json_object_get(work, "unknown")));
        assert_non_null(strstr(json_string_value(json_object_get(work, "next")), " --levels 1,"));
        json_decref(work);
    }
}

static void a_check_on_day_one_says_whether_it_was_right(void **state)
{
    (void)state;
    json_t *work = plan("compute --cores 8 --measured there");
    const json_t *check = json_object_get(work, "measured");
    assert_int_equal(number(check, "knee"), 8);
    assert_true(json_is_true(json_object_get(check, "knee_inside")));
    assert_true(json_is_true(json_object_get(check, "throughput_inside")));
    json_decref(work);
    work = plan("compute --cores 2 --measured there");
    check = json_object_get(work, "measured");
    assert_true(json_is_false(json_object_get(check, "knee_inside")));
    json_decref(work);
}

static void levels_in_proportion_are_refused_with_what_to_measure(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, shell_dir(), "$KNEE plan few --cores 8");
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.out, "No answer"));
    assert_non_null(strstr(run.out, "knee sweep --max-level 32 lock"));
    shell_run_release(&run);
}

static void the_text_names_both_machines_and_day_one(void **state)
{
    (void)state;
    static const char *const PARTS[] = {"From 2 cores", " to 8 cores", "Limit ",  "here: 2",
                                        "Bound by",     "Unknown",     "Day one", "--measured DIR"};
    struct shell_run run;
    shell_run(&run, shell_dir(), "$KNEE plan compute --cores 8 --target-throughput 500");
    assert_int_equal(run.status, 0);
    for (size_t i = 0; i < KNEE_COUNT(PARTS); i++)
        if (!strstr(run.out, PARTS[i]))
            fail_msg("no \"%s\" in:\n%s", PARTS[i], run.out);
    assert_non_null(strstr(run.out, "500/s takes "));
    shell_run_release(&run);
}

static void a_directory_gets_page_json_and_charts(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, shell_dir(),
              "$KNEE plan compute --cores 8 -o out -q && ls out && grep -c 'What cannot be known' "
              "out/plan.html && { ! command -v gnuplot >/dev/null || test -s out/lock-plan.svg; }");
    assert_int_equal(run.status, 0);
    assert_string_equal(run.err, "");
    assert_non_null(strstr(run.out, "forecast.json\n"));
    assert_non_null(strstr(run.out, "lock-plan.gp\n"));
    assert_non_null(strstr(run.out, "plan.html\n1\n"));
    shell_run_release(&run);
    shell_run(&run, shell_dir(), "mkdir full && touch full/x && $KNEE plan compute -o full");
    assert_int_equal(run.status, 2);
    shell_run_release(&run);
}

static void bad_input_gets_one_line(void **state)
{
    static const struct {
        const char *arguments, *says;
        int status;
    } CASES[] = {
        {"plan", NULL, 2},
        {"plan nothing", "nothing/plan.json: No such file or directory", 2},
        {"plan compute --cores 0", "--cores", 2},
        {"plan compute --cores 4 --topology pu:4", "both --cores and --topology", 2},
        {"plan compute --topology nonsense:x", "nonsense", 2},
        {"plan compute --service-time 5", "--service-time", 2},
        {"plan compute --quota -1", "--quota", 2},
        {"plan compute --measured nothing", "nothing/plan.json", 2},
        {"plan compute --measured other", "other has sleep; name a sweep of the same work", 2},
        {"sweep cpu --vary memory", "--vary", 2},
        {"sweep cpu --vary cores --pin core", "drop --pin", 2},
        {"sweep cpu --vary cores --topology pu:4", "--topology", 2},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        char command[256];
        struct shell_run run;
        snprintf(command, sizeof command, "$KNEE %s", CASES[i].arguments);
        shell_run(&run, shell_dir(), command);
        assert_string_equal(run.out, "");
        if (CASES[i].says && !strstr(run.err, CASES[i].says))
            fail_msg("%s: %s", CASES[i].arguments, run.err);
        assert_int_equal(strchr(run.err, '\n') - run.err + 1, (long)strlen(run.err));
        assert_int_equal(run.status, CASES[i].status);
        shell_run_release(&run);
    }
}

/* Each count of cores is a workload of its own, which `plan` takes together again. */
static void vary_cores_measures_each_count(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, shell_dir(),
              "$KNEE sweep lock --vary cores --levels 1,2,4,8 --budget 2s -o varied -q "
              "--no-plots >/dev/null && grep -c '\"work\": \"lock\"' varied/plan.json && "
              "test -f varied/lock_1core.limit && $KNEE report varied -q >/dev/null && "
              "$KNEE plan varied --cores 8 --json");
    assert_int_equal(run.status, 0);
    assert_true(run.out[0] >= '1' && run.out[0] <= '9');
    assert_non_null(strstr(run.out, "\"workload\": \"lock\""));
    shell_run_release(&run);
}

/* tests/program/test_drawing.c has the other commands. */
static void a_signal_while_it_draws_costs_the_charts_alone(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, shell_dir(),
              "mkdir bin; printf '#!/bin/sh\\nkill -INT $PPID; exec sleep 30.5\\n' >bin/gnuplot; "
              "chmod +x bin/gnuplot; PATH=$PWD/bin:$PATH $KNEE plan compute --cores 8 -o halted");
    if (run.status != 130 || !strstr(run.out, "Day one"))
        fail_msg("%d: %s%s", run.status, run.out, run.err);
    assert_string_equal(run.err, "knee: interrupted: charts are left out, all else is written; to "
                                 "draw them: cd halted && for f in *.gp; do gnuplot $f; done\n");
    assert_int_equal(shell_live("sleep 30\\.5"), 0);
    shell_run_release(&run);
    shell_run(&run, shell_dir(), "[ -s halted/forecast.json ] && [ -s halted/plan.html ]");
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_hold_what_is_true_there),
        cmocka_unit_test(a_check_on_day_one_says_whether_it_was_right),
        cmocka_unit_test(levels_in_proportion_are_refused_with_what_to_measure),
        cmocka_unit_test(the_text_names_both_machines_and_day_one),
        cmocka_unit_test(a_directory_gets_page_json_and_charts),
        cmocka_unit_test(bad_input_gets_one_line),
        cmocka_unit_test(vary_cores_measures_each_count),
        cmocka_unit_test(a_signal_while_it_draws_costs_the_charts_alone),
    };
    return cmocka_run_group_tests_name("plan", tests, make_dir, shell_dir_tear_down);
}
