/* SPDX-License-Identifier: MIT */
/* Anyone's table is read as its author meant it, or refused with the line that is wrong; repeats of
 * a level become one point whose error comes from all of them. */
#include "tuner/fit/measurements.h"

#include "core/base/array.h"
#include "tests/support/test.h"
#include "tests/support/tree.h"

#include <stdio.h>
#include <string.h>

static int read_text(struct knee_measurements *measurements, const char *text, const char *columns,
                     struct knee_err *err)
{
    const struct tree_file files[] = {{"/t.csv", text}, {NULL, NULL}};
    char *root = tree_make(files), path[512];
    snprintf(path, sizeof path, "%s/t.csv", root);
    *measurements = (struct knee_measurements){0};
    const struct knee_measurements_source source = {.path = path, .columns = columns};
    int status = knee_measurements_read(measurements, &source, err);
    tree_remove(root);
    return status;
}

static void tables_of_many_kinds_are_read(void **state)
{
    static const struct {
        const char *text, *columns;
        size_t count, skipped;
    } CASES[] = {
        {"1,10\n2,20\n", NULL, 2, 0},
        {"level,throughput_per_s\n1,10\n2,20\n", NULL, 2, 0},
        {"throughput_per_s,x,level\n10,9,1\n20,9,2\n", NULL, 2, 0},
        {"users;rate\n1;10\n2;20\n", NULL, 2, 0},
        {"users\trate\n1\t10\n2\t20\n", NULL, 2, 0},
        {"a,b,c\n9,1,10\n9,2,20\n", "b,c", 2, 0},
        {"9,1,10\n9,2,20\n", "2,3", 2, 0},
        {"1,10\n2,NaN\n3,\n4,20\n", NULL, 2, 2},
        {"level,throughput_per_s,valid\n1,10,1\n1,5,0\n2,20,1\n", NULL, 2, 1},
        {"\"level\",\"throughput_per_s\"\n2,20\n1,10\n", NULL, 2, 0},
        {"1,10\r\n2,20\r\n", NULL, 2, 0},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_measurements measurements;
        struct knee_err err = {0};
        assert_int_equal(read_text(&measurements, CASES[i].text, CASES[i].columns, &err), 0);
        assert_int_equal(measurements.count, CASES[i].count);
        assert_int_equal(measurements.skipped, CASES[i].skipped);
        for (size_t r = 0; r < measurements.count; r++) /* ascending, and the right column */
            assert_close(measurements.rows[r].throughput_per_s, 10 * (double)(r + 1), 1e-12);
        knee_measurements_release(&measurements);
    }
}

static void wrong_tables_are_refused_with_their_line(void **state)
{
    static const struct {
        const char *text, *columns, *says;
    } CASES[] = {
        {"1,10\n2.5,20\n", NULL, "line 2"},
        {"1,10\n0,20\n", NULL, "line 2"},
        {"1,10\n2,-20\n", NULL, "line 2"},
        {"1,10\n2,2e15\n", NULL, "line 2"},
        {"1,10\n2,x\n", NULL, "line 2"},
        {"a,b\n1,10\n", "a,c", "c"},
        {"a,b\n1,10\n", "1,9", "9"},
        {"workload,level,throughput_per_s\ncpu,1,10\nio,1,10\n", NULL, "line 3"},
        {"", NULL, "t.csv"},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_measurements measurements;
        struct knee_err err = {0};
        assert_int_equal(read_text(&measurements, CASES[i].text, CASES[i].columns, &err), -1);
        assert_int_equal(err.code, KNEE_USAGE);
        assert_non_null(strstr(err.message, CASES[i].says));
        assert_null(measurements.rows);
    }
}

static void repeats_become_one_point_with_an_error(void **state)
{
    struct knee_measurement rows[] = {{1, 9.9}, {1, 10.1}, {2, 19.8}, {2, 20.2}, {4, 40}};
    const struct knee_measurements measurements = {.rows = rows, .count = KNEE_COUNT(rows)};
    struct knee_models_point points[KNEE_COUNT(rows)];
    double df = -1;
    (void)state;
    assert_int_equal(knee_measurements_group(&measurements, points, &df), 3);
    assert_close(df, 2, 1e-12);
    assert_close(points[0].throughput_per_s, 10, 1e-12);
    assert_close(points[1].throughput_per_s, 20, 1e-12);
    /* The relative error of one row is 1 % × sqrt(2); a mean of two has 1 %. */
    assert_close(points[0].se_per_s, .1, 1e-9);
    assert_close(points[1].se_per_s, .2, 1e-9);
    assert_close(points[2].se_per_s, .4 * sqrt(2), 1e-9);
}

static void copies_tell_nothing_of_the_noise(void **state)
{
    struct knee_measurement rows[] = {{1, 10}, {1, 10}, {2, 20}};
    const struct knee_measurements measurements = {.rows = rows, .count = KNEE_COUNT(rows)};
    struct knee_models_point points[KNEE_COUNT(rows)];
    double df = -1;
    (void)state;
    assert_int_equal(knee_measurements_group(&measurements, points, &df), 2);
    assert_true(df <= 0 && df >= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_of_many_kinds_are_read),
        cmocka_unit_test(wrong_tables_are_refused_with_their_line),
        cmocka_unit_test(repeats_become_one_point_with_an_error),
        cmocka_unit_test(copies_tell_nothing_of_the_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
