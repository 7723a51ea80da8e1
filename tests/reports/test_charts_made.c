/* SPDX-License-Identifier: MIT */
/* How gnuplot is run for the charts: formats, scripts that run again, links, failures, and none. */
#include "reports/charts/charts.h"

#include "reports/writers.h"
#include "tests/support/drawn.h"
#include "tests/support/fixture_result.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The other formats lie beside the SVG, which report.html holds. */
static void other_formats_and_sizes_are_drawn(void **state)
{
    (void)state;
    static const struct {
        enum knee_picture_format format;
        const char *name, *begins;
    } cases[] = {{KNEE_PICTURE_PDF, "cpu-throughput.pdf", "%PDF-"},
                 {KNEE_PICTURE_PNG, "cpu-throughput.png", "\x89PNG"}};
    drawn_need_gnuplot();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct knee_picture picture = {cases[i].format, 640, 400};
        const struct fixture_curve *curve = &fixture_cpu;
        struct knee_result result;
        struct knee_err err = {0};
        char dir[256];
        fixture_directory(dir, sizeof dir);
        fixture_result(&result, &curve, 1);
        assert_int_equal(knee_writers_write(&result, dir, NULL), 0);
        if (knee_charts_make(&result, dir, &picture, &err) != 0)
            fail_msg("%s", err.message);
        knee_result_release(&result);
        char *svg = fixture_read(dir, "cpu-throughput.svg");
        char *other = fixture_read(dir, cases[i].name);
        assert_non_null(svg);
        assert_non_null(strstr(svg, "viewBox=\"0 0 640 400\""));
        assert_non_null(other);
        assert_memory_equal(other, cases[i].begins, strlen(cases[i].begins));
        free(other);
        free(svg);
        fixture_remove(dir);
    }
}

static void a_script_runs_again_in_its_directory(void **state)
{
    (void)state;
    const struct fixture_curve *curve = &fixture_cpu;
    char dir[256], command[600];
    drawn_need_gnuplot();
    fixture_directory(dir, sizeof dir);
    assert_int_equal(drawn_charts(dir, &curve, 1, NULL), 0);
    snprintf(command, sizeof command,
             "cd %s && mv cpu-throughput.svg old.svg && gnuplot cpu-throughput.gp && "
             "cmp -s cpu-throughput.svg old.svg",
             dir);
    assert_int_equal(system(command), 0);
    fixture_remove(dir);
}

/* A link at the picture's name, put there by another user of the directory, is replaced. */
static void a_picture_does_not_follow_a_link(void **state)
{
    (void)state;
    char dir[256], command[600];
    struct knee_err err = {0};
    drawn_need_gnuplot();
    fixture_directory(dir, sizeof dir);
    snprintf(
        command, sizeof command,
        "cd %s && echo precious >victim && for n in cpu-throughput cpu-speedup cpu-latency; do "
        "ln -s victim $n.svg; done",
        dir);
    const struct fixture_curve *curve = &fixture_cpu;
    assert_int_equal(system(command), 0);
    assert_int_equal(drawn_charts(dir, &curve, 1, &err), 0);
    snprintf(command, sizeof command,
             "cd %s && [ \"$(cat victim)\" = precious ] && [ -s cpu-throughput.svg ] && "
             "[ ! -L cpu-throughput.svg ]",
             dir);
    assert_int_equal(system(command), 0);
    fixture_remove(dir);
}

static void a_failing_script_gives_one_line_and_no_picture(void **state)
{
    (void)state;
    char dir[256], command[600];
    struct knee_err err = {0};
    drawn_need_gnuplot();
    fixture_directory(dir, sizeof dir);
    snprintf(command, sizeof command,
             "printf 'set term svg\\nset output \"x.svg\"\\nplot 1\\nnonsense\\n' > %s/x.gp", dir);
    assert_int_equal(system(command), 0);
    assert_int_equal(knee_gnuplot_run(dir, "x", KNEE_PICTURE_SVG, &err), -1);
    assert_non_null(strstr(err.message, "x.svg: gnuplot failed: \"x.gp\" line 4: "));
    assert_null(fixture_read(dir, "x.svg"));
    fixture_remove(dir);
}

/* Looks for gnuplot in `dir` alone, and leaves the scripts there. */
static void try_without_gnuplot(const char *dir, const char *expected)
{
    const struct fixture_curve *curve = &fixture_cpu;
    struct knee_err err = {0};
    const char *before = getenv("PATH");
    char *path = strdup(before ? before : "");
    assert_non_null(path);
    setenv("PATH", dir, 1);
    int outcome = drawn_charts(dir, &curve, 1, &err);
    setenv("PATH", path, 1);
    free(path);
    assert_int_equal(outcome, 1);
    assert_non_null(strstr(err.message, expected));
    char *script = fixture_read(dir, "cpu-throughput.gp");
    assert_non_null(script);
    free(script);
}

static void without_gnuplot_the_scripts_are_there_and_a_line_says_so(void **state)
{
    (void)state;
    char dir[256], place[300];
    fixture_directory(dir, sizeof dir);
    try_without_gnuplot(dir, ": gnuplot is not installed; apt-get install gnuplot-nox");
    snprintf(place, sizeof place, "%s/gnuplot", dir);
    FILE *file = fopen(place, "w");
    assert_non_null(file);
    fclose(file);
    try_without_gnuplot(
        dir, ": gnuplot is not installed, or may not be run; apt-get install gnuplot-nox");
    fixture_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_formats_and_sizes_are_drawn),
        cmocka_unit_test(a_script_runs_again_in_its_directory),
        cmocka_unit_test(a_picture_does_not_follow_a_link),
        cmocka_unit_test(a_failing_script_gives_one_line_and_no_picture),
        cmocka_unit_test(without_gnuplot_the_scripts_are_there_and_a_line_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
