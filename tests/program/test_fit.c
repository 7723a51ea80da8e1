/* SPDX-License-Identifier: MIT */
/* `knee fit` as a user meets it, and the tables that it reads. */
#include "tests/support/shell.h"
#include "tests/support/test.h"
#include "tuner/fit/measurements.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

static void write_file(const char *dir, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

/* Runs `command` beside a file t.csv of `text`. */
static void run_on(struct shell_run *run, const char *text, const char *command)
{
    char dir[128];
    shell_dir_make(dir, sizeof dir);
    write_file(dir, "t.csv", text);
    shell_run(run, dir, command);
    shell_dir_remove(dir);
}

/* The synthetic set of the R package usl: see tests/tuner/test_models_known.c. */
static const char synthetic[] = "users,rate\n1,1\n2,1.8868\n4,3.0769\n6,3.5294\n8,3.5398\n"
                                "10,3.3557\n";

/* clang-format off: a transcript, as a terminal shows it. */
static const char transcript[] = "t.csv: 6 measurements at 6 levels\n"
                                 "\n"
                                 "level  items/s  of best  model   +-\n"
                                 "    1     1.00     28 %   1.00  0 %\n"
                                 "    2     1.89     53 %   1.89  0 %\n"
                                 "    4     3.08     87 %   3.08  0 %\n"
                                 "    6     3.53    100 %   3.53  0 %  knee\n"
                                 "    8     3.54    100 %   3.54  0 %  best\n"
                                 "   10     3.36     95 %   3.36  0 %\n";

/* clang-format on */

static void a_table_is_explained(void **state)
{
    (void)state;
    struct shell_run run;
    run_on(&run, synthetic, "$KNEE fit t.csv");
    assert_string_equal(run.err, "");
    assert_int_equal(run.status, 0);
    if (strncmp(run.out, transcript, strlen(transcript)) != 0)
        assert_string_equal(run.out, transcript);
    static const char *const parts[] = {
        "Knee     6: the smallest level within 2 % of the best\n",
        "Peak     8: the best that was measured, 3.54 items/s\n",
        "Verdict  unresolved: ", "Model    contention 2.0 %, coherency 2.0 %: peak at 7, ",
        "\n         kappa  0.0199"};
    for (size_t i = 0; i < COUNT(parts); i++)
        if (!strstr(run.out, parts[i]))
            fail_msg("no \"%s\" in:\n%s", parts[i], run.out);
    shell_run_release(&run);
}

static void json_has_the_keys_of_the_contract(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "model", "lambda",       "lambda_ci_low",         "lambda_ci_high", "sigma",
        "kappa", "sigma_ci_low", "sigma_ci_high",         "kappa_ci_low",   "kappa_ci_high",
        "knee",  "peak_level",   "peak_throughput_per_s", "extrapolated",   "refused",
        "peak"};
    static const struct {
        const char *text, *model;
        int knee, peak;
        bool refused, has_peak;
    } cases[] = {
        {"1,1\n2,1.8868\n4,3.0769\n6,3.5294\n8,3.5398\n10,3.3557\n", "usl", 6, 8, false, true},
        {"1,20\n4,78\n8,130\n12,170\n16,190\n20,200\n24,210\n28,230\n32,260\n48,280\n64,310\n",
         "amdahl", 64, 64, false, false},
        {"1,5\n2,10\n4,20\n8,40\n16,80\n32,160\n", "linear", 32, 32, false, false},
        {"1,1\n2,2\n4,3\n", "none", 4, 4, true, false},
        {"7,3\n", "none", 7, 7, true, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct shell_run run;
        run_on(&run, cases[i].text, "$KNEE fit --json t.csv");
        assert_string_equal(run.err, "");
        assert_int_equal(run.status, 0);
        json_t *json = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
        assert_non_null(json);
        for (size_t k = 0; k < COUNT(keys); k++)
            assert_non_null(json_object_get(json, keys[k]));
        assert_int_equal(json_object_size(json), COUNT(keys));
        assert_string_equal(json_string_value(json_object_get(json, "model")), cases[i].model);
        assert_int_equal(json_integer_value(json_object_get(json, "knee")), cases[i].knee);
        assert_int_equal(json_integer_value(json_object_get(json, "peak")), cases[i].peak);
        assert_int_equal(json_is_string(json_object_get(json, "refused")), cases[i].refused);
        assert_int_equal(json_is_number(json_object_get(json, "peak_level")), cases[i].has_peak);
        json_decref(json);
        shell_run_release(&run);
    }
}

/* All of these are the same six levels. */
static void tables_of_many_forms_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text, *options;
    } cases[] = {
        {"1,10\n2,20\n3,30\n4,40\n5,50\n6,60\n", ""},
        {"users,rate\r\n1,10\r\n2,20\r\n3,30\r\n4,40\r\n5,50\r\n6,60", ""},
        {"\xEF\xBB\xBFusers;rate\n6;60\n5;50\n4;40\n3;30\n2;20\n1;10\n", ""},
        {"n\tx\n1\t10\n2\t20\n3\t30\n4\t40\n5\t50\n6\t60\n", "--columns n,x"},
        {"x,n\n10,1\n20,2\n30,3\n40,4\n50,5\n60,6\n", "--columns n,x"},
        {"x,n\n10,1\n20,2\n30,3\n40,4\n50,5\n60,6\n", "--columns 2,1"},
        {"10,a,1\n20,b,2\n30,c,3\n40,d,4\n50,e,5\n60,f,6\n", "--columns 3,1"},
        {"throughput_per_s,level\n10,1\n20,2.0\n3e1,3\n40,4\n50,5\n60,6\n", ""},
        {"\"level, in all\",\"rate\"\n\"1\",\"10\"\n2,20\n3,30\n4,40\n5,50\n6,60\n", ""},
        {"1,9\n1,11\n2,20\n2,20\n3,30\n4,40\n5,50\n6,60\n", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char command[128];
        struct shell_run run;
        snprintf(command, sizeof command, "$KNEE fit t.csv %s", cases[i].options);
        run_on(&run, cases[i].text, command);
        assert_string_equal(run.err, "");
        assert_int_equal(run.status, 0);
        static const char *const parts[] = {"at 6 levels\n", "\n    6     60.0    100 %",
                                            "Model    linear"};
        for (size_t j = 0; j < COUNT(parts); j++)
            if (!strstr(run.out, parts[j]))
                fail_msg("case %zu: no \"%s\" in:\n%s", i, parts[j], run.out);
        shell_run_release(&run);
    }
}

static void mistakes_are_told_in_one_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *options, *error;
    } cases[] = {
        {"", "", "t.csv: no row with a level and a throughput; see --columns"},
        {"level,throughput_per_s,valid\n1,5,0\n2,9,0\n", "",
         "t.csv: none of 2 rows is valid: all were disturbed; measure again when the machine is "
         "quiet"},
        {"a,b\n", "", "t.csv: no row with a level and a throughput; see --columns"},
        {"1\n2\n", "", "t.csv: line 1: one column; a table of levels and throughput has two"},
        {"1,2\n2,x\n", "", "t.csv: line 2: throughput: \"x\" is not a number; write one like 1.5"},
        {"1,2\n2,-3\n", "",
         "t.csv: line 2: throughput: \"-3\" is not a number; write one like 1.5"},
        {"1,2\n2,0\n", "",
         "t.csv: line 2: a throughput of 0; leave out levels at which nothing succeeds"},
        {"1,2\n1.5,3\n", "",
         "t.csv: line 2: a level that is not a whole number; are the columns "
         "swapped? try --columns 2,1"},
        {"n,x\n1,2\n", "--columns n,y", "t.csv: line 1: no column y; the 2 columns begin with n"},
        {"1,2\n", "--columns 1,3", "t.csv: line 1: no column 3; the 2 columns begin with 1"},
        {"1,2\n", "--columns 1",
         "--columns: \"1\" is not two columns; write --columns LEVEL,THROUGHPUT (names or numbers "
         "from 1)"},
        {"workload,level,throughput_per_s\ncpu,1,2\nio,1,2\n", "",
         "t.csv: line 3: another workload begins here; choose one with --workload"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char command[128], expected[300];
        struct shell_run run;
        snprintf(command, sizeof command, "$KNEE fit t.csv %s", cases[i].options);
        snprintf(expected, sizeof expected, "knee: %s\n", cases[i].error);
        run_on(&run, cases[i].text, command);
        assert_string_equal(run.err, expected);
        assert_string_equal(run.out, "");
        assert_int_equal(run.status, 2);
        shell_run_release(&run);
    }
}

static void rows_without_a_number_are_left_out_and_counted(void **state)
{
    (void)state;
    struct shell_run run;
    run_on(&run, "level,throughput_per_s,valid\n1,10,1\n2,,1\n3,NaN,1\n4,NA,1\n5,50,0\n6,60,1\n",
           "$KNEE fit t.csv");
    assert_string_equal(run.err, "knee: warning: t.csv: 4 rows without a valid number left out\n");
    assert_int_equal(run.status, 0);
    assert_non_null(strstr(run.out, "2 measurements at 2 levels\n"));
    shell_run_release(&run);
}

/* The pooled relative error: 10 % of 100 and of 1000, from two degrees of freedom. */
static void repeats_give_standard_errors(void **state)
{
    (void)state;
    struct knee_measurement rows[] = {{1, 90}, {1, 110}, {2, 500}, {4, 900}, {4, 1100}};
    struct knee_measurements measurements = {.rows = rows, .count = 5};
    struct knee_models_point points[5];
    double df, relative = .1 * sqrt(2);
    assert_int_equal(knee_measurements_group(&measurements, points, &df), 3);
    assert_close(df, 2, 0);
    assert_close(points[0].throughput_per_s, 100, 1e-12);
    assert_close(points[0].se_per_s, 100 * relative / sqrt(2), 1e-9);
    assert_close(points[1].se_per_s, 500 * relative, 1e-9);
    assert_close(points[2].se_per_s, 1000 * relative / sqrt(2), 1e-9);
    rows[1].throughput_per_s = 90;
    rows[4].throughput_per_s = 900;
    assert_int_equal(knee_measurements_group(&measurements, points, &df), 3);
    assert_close(df, 0, 0);
    assert_close(points[0].se_per_s, NAN, 0);
}

static void repeats_decide(void **state)
{
    (void)state;
    static const struct {
        const char *text, *verdict;
    } cases[] = {
        {"1,100\n1,101\n1,100\n1,99\n2,200\n2,199\n2,201\n2,200\n4,201\n4,200\n4,200\n4,199\n",
         "Verdict  resolved: "},
        {"1,100\n1,101\n1,100\n1,99\n2,200\n2,199\n2,201\n2,200\n4,400\n4,401\n4,399\n4,400\n",
         "Verdict  rising: "},
        {"1,100\n1,140\n2,130\n2,180\n4,150\n4,120\n", "Verdict  unresolved: "},
        {"1,100\n2,200\n4,400\n", "Verdict  rising: "},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct shell_run run;
        run_on(&run, cases[i].text, "$KNEE fit t.csv");
        assert_int_equal(run.status, 0);
        if (!strstr(run.out, cases[i].verdict))
            fail_msg("no \"%s\" in:\n%s", cases[i].verdict, run.out);
        shell_run_release(&run);
    }
}

/* A result directory, standard input, one workload of several, and columns the other way round. */
static void tables_come_from_anywhere(void **state)
{
    (void)state;
    char dir[128];
    struct shell_run run;
    shell_dir_make(dir, sizeof dir);
    shell_run(&run, dir,
              "printf '1,100\\n2,190\\n4,300\\n' | $KNEE fit - | head -1\n"
              "printf 'workload,level,throughput_per_s\\na,1,5\\na,2,9\\nb,1,7\\n' >t.csv\n"
              "$KNEE fit t.csv --workload a | head -1\n"
              "$KNEE fit t.csv --workload c; mkdir r; cp t.csv r/samples.csv\n"
              "$KNEE fit r --workload b | head -1\n"
              "printf 'rate,users\\n10,1\\n19,2\\n18,4\\n' | $KNEE fit - >/dev/null\n"
              "printf '1000,1\\n1900,2\\n3500,4\\n' | $KNEE fit - >/dev/null\n"
              "printf 'rate,users\\n10.5,1\\n19,2\\n' | $KNEE fit -");
    assert_string_equal(run.out, "standard input: 3 measurements at 3 levels\n"
                                 "t.csv: 2 measurements at 2 levels\n"
                                 "r/samples.csv: 1 measurement at 1 level\n");
    assert_string_equal(run.err,
                        "knee: t.csv: no valid row of workload c; see its column\n"
                        "knee: warning: standard input: the columns look swapped: the second one "
                        "ascends in whole numbers, as levels do; try --columns 2,1\n"
                        "knee: warning: standard input: the columns look swapped: the second one "
                        "ascends in whole numbers, as levels do; try --columns 2,1\n"
                        "knee: standard input: line 2: a level that is not a whole number; are the "
                        "columns swapped? try --columns 2,1\n");
    shell_run_release(&run);
    shell_dir_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_come_from_anywhere),
        cmocka_unit_test(a_table_is_explained),
        cmocka_unit_test(json_has_the_keys_of_the_contract),
        cmocka_unit_test(tables_of_many_forms_are_read),
        cmocka_unit_test(mistakes_are_told_in_one_line),
        cmocka_unit_test(rows_without_a_number_are_left_out_and_counted),
        cmocka_unit_test(repeats_give_standard_errors),
        cmocka_unit_test(repeats_decide),
    };
    return cmocka_run_group_tests_name("fit", tests, NULL, NULL);
}
