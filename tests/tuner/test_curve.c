/* SPDX-License-Identifier: MIT */
/* Curves for the simulator: read in any order, gaps filled by a power law, bad files refused in one
 * line. */
#include "tests/support/test.h"
#include "tuner/simulate/curve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROW(n, x)                                                                                  \
    {                                                                                              \
        .level = (n), .throughput_per_s = (x)                                                      \
    }

/* Reads `text` as a file. */
static int read_text(struct knee_curve *curve, const char *text, struct knee_err *err)
{
    char path[] = "/tmp/knee-test-curve-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    close(file);
    int status = knee_curve_read(curve, path, err);
    unlink(path);
    return status;
}

static void rows_may_come_in_any_order_and_column(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "level,throughput_per_s\n1,10\n2,20\n4,30\n",
        "level,throughput_per_s\r\n4,30\r\n1,1e1\r\n2,20",
        "name,throughput_per_s,\"level\",x\na,20,2,\nb,10,1,0\n\"c,d\",30,4,9\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct knee_curve curve = {0};
        struct knee_err err;
        assert_int_equal(read_text(&curve, texts[i], &err), 0);
        assert_int_equal(curve.level_max, 4);
        assert_close(curve.throughput_per_s[1], 10, 0);
        assert_close(curve.throughput_per_s[2], 20, 0);
        assert_close(curve.throughput_per_s[4], 30, 0);
        knee_curve_release(&curve);
    }
}

static void gaps_are_filled_by_a_power_law(void **state)
{
    (void)state;
    const struct knee_curve_row rows[] = {ROW(1, 7), ROW(8, 56), ROW(32, 28)};
    struct knee_curve curve;
    struct knee_err err;
    assert_int_equal(knee_curve_make(&curve, rows, 3, "test", &err), 0);
    for (uint32_t level = 1; level <= 8; level++)
        assert_close(curve.throughput_per_s[level], 7. * level, 1e-12);
    assert_close(curve.throughput_per_s[16], 56 / sqrt(2), 1e-12);
    knee_curve_release(&curve);
    knee_curve_release(&curve);
}

static void traits_are_read_and_filled_in(void **state)
{
    (void)state;
    struct knee_curve curve = {0};
    struct knee_err err;
    assert_int_equal(read_text(&curve,
                               "level,throughput_per_s,cv,low_ratio,low_share,fail_ratio\n"
                               "1,100,0.05,,,\n4,400,1%,0.5,0.2,0.1\n16,400,,0,0,0.3\n",
                               &err),
                     0);
    const struct knee_curve_traits *traits = curve.traits;
    assert_true(traits[1].has_cv && traits[2].has_cv && traits[8].has_cv && !traits[16].has_cv);
    assert_close(traits[1].cv_ratio, .05, 0);
    assert_close(traits[2].cv_ratio, .03, 1e-9);
    assert_close(traits[8].cv_ratio, .01, 1e-9);
    assert_close(traits[1].low_share, 0, 0);
    assert_close(traits[2].low_share, .1, 1e-9);
    assert_close(traits[2].low_ratio, .5, 1e-9);
    assert_close(traits[8].low_ratio, .5, 1e-9);
    assert_close(traits[8].fail_ratio, .2, 1e-9);
    /* The truth: the mean of successful items. */
    assert_close(curve.throughput_per_s[1], 100, 0);
    assert_close(curve.throughput_per_s[4], 400 * (1 - .2 * .5) * .9, 1e-9);
    assert_close(curve.throughput_per_s[16], 400 * .7, 1e-9);
    /* 8 and 16 fail by more than 10 points above level 1. */
    assert_true(knee_curve_usable(&curve, 4));
    assert_false(knee_curve_usable(&curve, 8));
    assert_int_equal(knee_curve_peak(&curve), 4);
    assert_int_equal(knee_curve_knee(&curve, .02), 4);
    knee_curve_release(&curve);
    assert_int_equal(read_text(&curve, "level,throughput_per_s,cv\n1,10,\n2,20,\n", &err), 0);
    assert_null(curve.traits);
    knee_curve_release(&curve);
}

static void bad_files_are_told_in_one_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"", "there is no level 1"},
        {"level,throughput_per_s\n", "there is no level 1"},
        {"level,throughput_per_s\n2,5\n", "there is no level 1"},
        {"level,items\n1,5\n", "line 1: the header does not name"},
        {"level,throughput_per_s\n1,5\n1,6\n", "level 1 is there twice"},
        {"level,throughput_per_s\n1,0\n", "throughput of level 1 is not above 0"},
        {"level,throughput_per_s\n1,-3\n", "line 2"},
        {"level,throughput_per_s\n1,5\nx,6\n", "line 3"},
        {"level,throughput_per_s\n1,5\n2\n", "line 3: no value"},
        {"level,throughput_per_s\n1,5\n0,6\n", "line 3"},
        {"level,throughput_per_s\n1,5\n99999999,6\n", "line 3"},
        {"level,throughput_per_s\n1,\"5\n", "line 2"},
        {"level,throughput_per_s,low_ratio\n1,5,\n", "without the other"},
        {"level,throughput_per_s,low_ratio,low_share\n1,5,,0.2\n", "low_ratio must be, too"},
        {"level,throughput_per_s,cv\n1,5,x\n", "is not a ratio"},
        {"level,throughput_per_s,fail_ratio\n1,5,1.5\n", "out of range"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_curve curve = {.level_max = 77};
        struct knee_err err = {0};
        assert_int_equal(read_text(&curve, cases[i].text, &err), -1);
        assert_int_equal(err.code, KNEE_USAGE);
        if (!strstr(err.message, cases[i].said))
            fail_msg("case %zu: %s", i, err.message);
        assert_int_equal(curve.level_max, 77);
    }
    struct knee_curve curve;
    struct knee_err err;
    assert_int_equal(knee_curve_read(&curve, "/nowhere/curve.csv", &err), -1);
    assert_int_equal(err.code, KNEE_USAGE);
}

static void knee_and_peak_of_known_curves(void **state)
{
    (void)state;
    static const struct {
        double throughput[4];
        uint32_t knee, peak;
    } cases[] = {
        {{10, 20, 20, 20}, 2, 2}, {{10, 10, 10, 10}, 1, 1},    {{10, 20, 30, 40}, 4, 4},
        {{40, 30, 20, 10}, 1, 1}, {{10, 98.1, 97, 100}, 2, 4}, {{10, 97.9, 99, 100}, 3, 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_curve_row rows[4];
        struct knee_curve curve;
        struct knee_err err;
        for (uint32_t j = 0; j < 4; j++)
            rows[j] = (struct knee_curve_row)ROW(j + 1, cases[i].throughput[j]);
        assert_int_equal(knee_curve_make(&curve, rows, 4, "test", &err), 0);
        assert_int_equal(knee_curve_knee(&curve, .02), cases[i].knee);
        assert_int_equal(knee_curve_peak(&curve), cases[i].peak);
        knee_curve_release(&curve);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_may_come_in_any_order_and_column),
        cmocka_unit_test(gaps_are_filled_by_a_power_law),
        cmocka_unit_test(traits_are_read_and_filled_in),
        cmocka_unit_test(bad_files_are_told_in_one_line),
        cmocka_unit_test(knee_and_peak_of_known_curves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
