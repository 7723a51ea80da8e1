/* SPDX-License-Identifier: MIT */
/* `knee compare` as a user meets it: verdicts and exit codes of stored results whose truth is
 * known, and one clear line for what cannot be compared. The results are written by hand, so that
 * no timing is in them. */
#include "tests/support/test.h"

#include "core/base/array.h"
#include "tests/support/made_result.h"
#include "tests/support/shell.h"

#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Beside the results, directories that are not quite one: `newer` and `newer_result` of a newer
 * knee, `killed` a sweep that ended early, `short` after its first windows, `disturbed` by others
 * half of the time, `other_work` of another workload. `narrow` is base with --levels 1,2,4,8. */
static const char MAKE[] =
    "result base 16 1; result same 16 1.01; result half 16 .5; result pool4 4 1; "
    "result twice 16 2; result narrow 16 1\n"
    "sed -i 's/\"max_level\": 32/\"max_level\": 8/' narrow/plan.json\n"
    "awk -F, 'NR == 1 || $3 <= 8' base/samples.csv >narrow/samples.csv\n"
    "copy() { cp -r same $1 && sed -i 's/\"budget_ns\": [0-9]*/\"budget_ns\": 600000000000/' "
    "$1/plan.json; }\n"
    "copy newer; sed -i 's/\"schema_version\": 1/\"schema_version\": 2/' newer/plan.json\n"
    "copy newer_result; echo '{\"schema_version\": 2}' >newer_result/result.json\n"
    "copy killed; head -n 13 same/samples.csv >killed/samples.csv\n"
    "copy short; head -n 8 same/samples.csv >short/samples.csv\n"
    "copy disturbed; awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }"
    " NR > 1 && NR % 2 { $at[\"valid\"] = 0; $at[\"reason\"] = \"foreign\" } 1' "
    "same/samples.csv >disturbed/samples.csv\n"
    "copy other_work; sed -i 's/\"workload\": \"lock\"/\"workload\": \"cpu\"/' "
    "other_work/plan.json; sed -i 's/^\"lock\"/\"cpu\"/' other_work/samples.csv\n"
    "copy unmeasured; head -n 1 same/samples.csv >unmeasured/samples.csv; mkdir empty; "
    "ln -s base link\n";

static int make_dir(void **state)
{
    (void)state;
    return made_result_set_up(MAKE);
}

static json_t *compare_json(const char *arguments, int status)
{
    char command[256];
    struct shell_run run;
    json_error_t error;
    snprintf(command, sizeof command, "$KNEE compare --json %s", arguments);
    shell_run(&run, shell_dir(), command);
    if (run.status != status)
        fail_msg("%s: status %d: %.300s%.300s", arguments, run.status, run.out, run.err);
    json_t *json = json_loads(run.out, 0, &error);
    if (!json)
        fail_msg("%s: %s in %.300s", arguments, error.text, run.out);
    shell_run_release(&run);
    return json;
}

static void verdicts_and_exit_codes_of_known_results(void **state)
{
    static const struct {
        const char *arguments, *verdict;
        int status;
        double ratio;
        bool moved;
    } CASES[] = {
        {"base same", "not_enough_evidence", 0, 1.01, false},
        {"base same --strict", "not_enough_evidence", 3, 1.01, false},
        {"base half", "slower", 4, .5, false},
        {"base twice", "faster", 0, 2, false},
        {"base pool4", "slower", 4, NAN, true},
        {"base narrow", "not_enough_evidence", 0, 1, false},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        json_t *json = compare_json(CASES[i].arguments, CASES[i].status);
        json_t *workload = json_array_get(json_object_get(json, "workloads"), 0);
        assert_string_equal(json_string_value(json_object_get(json, "verdict")), CASES[i].verdict);
        assert_string_equal(json_string_value(json_object_get(workload, "workload")), "lock");
        assert_int_equal(json_is_true(json_object_get(workload, "knee_moved")), CASES[i].moved);
        assert_int_equal(json_integer_value(json_object_get(workload, "knee_base")), 16);
        if (!isnan(CASES[i].ratio)) {
            double low = json_number_value(json_object_get(workload, "ratio_ci_low"));
            double high = json_number_value(json_object_get(workload, "ratio_ci_high"));
            assert_true(low < CASES[i].ratio && CASES[i].ratio < high);
        }
        json_decref(json);
    }
}

static void another_machine_is_not_compared_by_its_speed(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, shell_dir(),
              "cp -r half other && sed -i 's/\"cpus\": [0-9]*/\"cpus\": 77/' other/plan.json && "
              "$KNEE compare base other");
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.out, "not comparable"));
    assert_non_null(strstr(run.out, "77 CPUs, it was"));
    shell_run_release(&run);
    shell_run(&run, shell_dir(), "$KNEE compare --strict base other >/dev/null");
    assert_int_equal(run.status, 3);
    shell_run_release(&run);
}

static const struct {
    const char *arguments, *says;
    int status;
} REFUSED[] = {
    {"base", "knee: compare: takes two result directories; write knee compare BASE NEW\n", 2},
    {"base base", "knee: compare: base and base are the same directory; name two results\n", 2},
    {"base nothing",
     "knee: nothing/plan.json: No such file or directory; name a result "
     "directory of knee\n",
     2},
    {"empty base",
     "knee: empty/plan.json: No such file or directory; name a result directory of knee\n", 2},
    {"base unmeasured",
     "knee: unmeasured/samples.csv: nothing was measured yet; go on with knee sweep --resume "
     "unmeasured\n",
     2},
    {"base link", "knee: compare: base and link are the same directory; name two results\n", 2},
    {"base newer",
     "knee: newer/plan.json: its schema_version is 2, not 1; use the knee that wrote it\n", 2},
    {"base newer_result",
     "knee: newer_result/result.json: its schema_version is 2, not 1; use the knee that wrote "
     "it\n",
     2},
    {"base other_work",
     "knee: compare: base has lock and other_work has cpu; name two results of the same work\n", 2},
    {"--json --markdown base same",
     "knee: compare: --json and --markdown: only one can be printed; drop one\n", 2},
    {"--min-effect 5 base same", NULL, 2},
    {"--base 'a | b' --new c", "knee: --base: '|' is for a shell; quote it, or add --shell\n", 2},
    {"--base a", "knee: compare: --base alone; add --new LINE, or name two result directories\n",
     2},
    {"--base a --new b --rate 'x=([0-9]+)'",
     "knee: compare: --rate: windows of two commands are compared by the runs that end in "
     "them; "
     "sweep each with --rate, then compare the two results\n",
     2},
    {"--base lock --new lock --vary cores",
     "knee: compare: --vary is an option of sweep; knee compare --help shows this command's own\n",
     2},
    {"--base net:pool --new net",
     "knee: --base net:pool: pool is not NAME=VALUE; write it like net:pool=16\n", 2},
};

static void what_cannot_be_compared_gets_one_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(REFUSED); i++) {
        char command[256];
        struct shell_run run;
        snprintf(command, sizeof command, "$KNEE compare %s", REFUSED[i].arguments);
        shell_run(&run, shell_dir(), command);
        assert_string_equal(run.out, "");
        if (REFUSED[i].says)
            assert_string_equal(run.err, REFUSED[i].says);
        assert_int_equal(strchr(run.err, '\n') - run.err + 1, (long)strlen(run.err));
        assert_int_equal(run.status, REFUSED[i].status);
        shell_run_release(&run);
    }
}

/* Compared as far as they go, and said. */
static void what_is_not_whole_is_compared_with_a_note(void **state)
{
    static const struct {
        const char *name, *notes[3];
    } CASES[] = {
        {"killed",
         {"new ended after 14 s of a budget of 10 min (interrupted?): compared as far as its "
          "windows go",
          "a machine's own speed differs by some 6 % from run to run"}},
        {"short",
         {"new ended after 11 s of a budget of 10 min (interrupted?)", "too few windows to tell"}},
        {"disturbed",
         {"new was disturbed by other processes: its windows that could be used are compared",
          "a machine's own speed"}},
        {"narrow",
         {"new is unresolved",
          "new was measured up to 8 only, and base's limit is 16: full speed is not compared",
          "a machine's own speed"}},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        char command[64];
        snprintf(command, sizeof command, "base %s", CASES[i].name);
        json_t *json = compare_json(command, 0);
        json_t *workload = json_array_get(json_object_get(json, "workloads"), 0);
        json_t *notes = json_object_get(workload, "notes");
        assert_string_equal(json_string_value(json_object_get(json, "verdict")),
                            "not_enough_evidence");
        double same = strcmp(CASES[i].name, "narrow") == 0 ? 1 : 1.01;
        assert_true(fabs(json_number_value(json_object_get(workload, "ratio")) - same) < .005);
        size_t count = CASES[i].notes[2] ? 3 : 2;
        assert_int_equal(json_array_size(notes), count);
        for (size_t j = 0; j < count; j++)
            assert_int_equal(strncmp(json_string_value(json_array_get(notes, j)), CASES[i].notes[j],
                                     strlen(CASES[i].notes[j])),
                             0);
        json_decref(json);
    }
}

static void files_are_written_where_o_says(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, shell_dir(),
              "$KNEE compare base half -q -o out; [ $? = 4 ] && grep -q '\"slower\"' "
              "out/compare.json && grep -q '^| 16 ' out/compare.md && "
              "[ -z \"$($KNEE compare base half -q 2>/dev/null)\" ] && "
              "grep -q 'class=\"verdict disturbed\"' out/compare.html && "
              "[ -s out/lock-compare.gp ] && [ -s out/lock-ratio.gp ] && "
              "if command -v gnuplot >/dev/null; then "
              "grep -q slower out/lock-ratio.svg && grep -q 'data:image/svg' out/compare.html; fi "
              "&& $KNEE compare base half -q --no-plots -o plain; "
              "[ $? = 4 ] && [ -s plain/compare.html ] && ! ls plain/*.gp 2>/dev/null");
    if (run.status)
        fail_msg("%.300s%.300s", run.out, run.err);
    shell_run_release(&run);
}

/* Items that wait do not depend on how busy the machine is by more than the effect asked for. A
 * machine too busy may leave it open, but never turn it round. */
static void a_slower_command_is_found_side_by_side(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, shell_dir(),
              "$KNEE compare --base 'sleep 0.03' --new \"sleep '0.06'\" --levels 1,2 --budget 20s "
              "--json -q -o pair");
    if (run.status != 4)
        fail_msg("status %d: %.300s%.300s", run.status, run.out, run.err);
    assert_non_null(strstr(run.out, "\"verdict\": \"slower\""));
    shell_run_release(&run);
    shell_run(&run, shell_dir(),
              "grep -q '^\"base\",' pair/samples.csv && "
              "grep -q '^\"new\",' pair/samples.csv && grep -q slower pair/compare.md");
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
}

static void a_comparison_that_has_not_begun_has_no_verdict(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, shell_dir(),
              "echo '[ -s begun/samples.csv ] && exec sleep 50; exit 0' >item; "
              "$KNEE compare --base 'sh item' --new 'sh  item' -q -o begun & "
              "until [ -s begun/samples.csv ]; do sleep .05; done; kill -TERM $!; wait $!");
    assert_int_equal(run.status, 128 + SIGTERM);
    assert_string_equal(run.out, "");
    assert_string_equal(run.err,
                        "knee: compare: interrupted before there was enough for a verdict\n");
    shell_run_release(&run);
}

/* A pool of 8 instead of 16, as variants of a workload. */
static void variants_of_a_workload_are_compared(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, shell_dir(),
              "$KNEE compare --base net:pool=4 --new net:pool=2 "
              "--levels 1,4 --budget 20s -q");
    if (run.status != 4)
        fail_msg("status %d: %.300s%.300s", run.status, run.out, run.err);
    shell_run_release(&run);
}

static void items_from_standard_input_reach_both_sides(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, shell_dir(),
              "mkdir seen; seq 5 | $KNEE compare --base 'sh -c \": >seen/base-\\$1\" sh {}' "
              "--new 'sh -c \": >seen/new-\\$1\" sh {}' --levels 1 --budget 2s -q 2>err; "
              "s=$?; [ $s = 0 ] || [ $s = 4 ] || exit 9; ls seen | wc -l");
    if (run.status)
        fail_msg("status %d: %.300s%.300s", run.status, run.out, run.err);
    assert_int_equal(strtol(run.out, NULL, 10), 10);
    shell_run_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_and_exit_codes_of_known_results),
        cmocka_unit_test(another_machine_is_not_compared_by_its_speed),
        cmocka_unit_test(what_cannot_be_compared_gets_one_line),
        cmocka_unit_test(what_is_not_whole_is_compared_with_a_note),
        cmocka_unit_test(files_are_written_where_o_says),
        cmocka_unit_test(a_slower_command_is_found_side_by_side),
        cmocka_unit_test(a_comparison_that_has_not_begun_has_no_verdict),
        cmocka_unit_test(variants_of_a_workload_are_compared),
        cmocka_unit_test(items_from_standard_input_reach_both_sides),
    };
    return cmocka_run_group_tests(tests, make_dir, shell_dir_tear_down);
}
