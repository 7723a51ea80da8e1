/* SPDX-License-Identifier: MIT */
/* The charts of a finished result: that each is drawn, says what it must, and is left out if it
 * would be empty. */
#include "reports/charts/charts.h"

#include "plots/expert.h"
#include "reports/writers.h"
#include "tests/support/fixture_result.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool has_gnuplot(void)
{
    return system("command -v gnuplot >/dev/null 2>&1") == 0;
}

/* All files of a result, its charts with them. */
static int make_charts(const char *dir, const struct fixture_curve *const *curves, size_t count,
                       struct knee_err *err)
{
    const struct knee_picture picture = {.format = KNEE_PICTURE_SVG};
    struct knee_result result;
    fixture_result(&result, curves, count);
    assert_int_equal(knee_writers_write(&result, dir, NULL), 0);
    int outcome = knee_charts_make(&result, dir, &picture, err);
    knee_result_release(&result);
    return outcome;
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        count++;
    return count;
}

/* What the chart of one workload must say, and must not. */
struct chart_case {
    const struct fixture_curve *curve;
    const char *says[4];
    const char *says_not;
};

static void check_chart(const struct chart_case *chart)
{
    char dir[256], command[600];
    struct knee_err err = {0};
    fixture_directory(dir, sizeof dir);
    if (make_charts(dir, &chart->curve, 1, &err) != 0)
        fail_msg("%s", err.message);
    snprintf(command, sizeof command, "cd %s && mv -- *-throughput.svg chart.svg", dir);
    assert_int_equal(system(command), 0);
    char *text = fixture_read(dir, "chart.svg");
    assert_non_null(text);
    for (size_t t = 0; t < 4; t++)
        if (chart->says[t] && !strstr(text, chart->says[t]))
            fail_msg("%s: not said: %s", chart->curve->title, chart->says[t]);
    assert_null(strstr(text, chart->says_not));
    /* A curve of n levels has n points in each panel: its rows were found. */
    size_t levels = 0;
    while (chart->curve->levels[levels].level)
        levels++;
    assert_true(count_of(text, "#gpPt6") >= 2 * levels);
    free(text);
    fixture_remove(dir);
}

static void charts_are_drawn_with_their_answer(void **state)
{
    (void)state;
    static const struct chart_case cases[] = {
        {&fixture_cpu,
         {"cpu (1 ms): run 2 at once; 16 only adds waiting", "USE 2 = rule of thumb", "now 16",
          "2 cores"},
         "between"},
        {&fixture_io,
         {"io (4 KiB, direct): between 16 and 32", "between 16 and 32", "rule of thumb 5",
          "machine idle"},
         "USE"},
        {&fixture_net, {"still rising at 512", "USE 512", "items/s", "p95 (ms)"}, "only waiting"},
        {&fixture_collapse, {"run 8 at once", "USE 8", "only waiting", "now 12"}, "between"},
        {&fixture_disturbed, {"too disturbed to measure", "rule of thumb 2"}, "USE"},
        {&fixture_single, {"run 1 at once", "USE 1", "1 core"}, "machine idle"},
        {&fixture_characters,
         {"it's \"100%\" {a_b} @x^2 \\n $(id) `|&lt;b>\xC3\xA9: run 2"},
         "between"},
    };
    if (!has_gnuplot())
        skip();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_chart(&cases[i]);
}

/* What each expert chart must say, in the order of the table. */
static const char *const EXPERT_SAYS[][4] = {
    {"throughput (items/s)", "windows (most: ", "measured", "USE 512"},
    {"throughput (items/s, logarithmic)", "ideal", "USL", "USE 512"},
    {"speedup S (log.)", "efficiency (S / n)", "parallel efficiency", "USE 512"},
    {"latency (ms, logarithmic)", "p50", "p99", "longest"},
    {"p99 latency (ms, logarithmic)", ">512<", ">400<", "throughput (items/s)"},
    {"computing", "waiting for a CPU", "other waiting", ">400<"},
};

static void expert_charts_are_drawn_with_their_units(void **state)
{
    (void)state;
    const struct fixture_curve *curve = &fixture_net;
    char dir[256], name[128];
    struct knee_err err = {0};
    if (!has_gnuplot())
        skip();
    fixture_directory(dir, sizeof dir);
    if (make_charts(dir, &curve, 1, &err) != 0)
        fail_msg("%s", err.message);
    assert_int_equal(knee_expert_charts_count, sizeof EXPERT_SAYS / sizeof EXPERT_SAYS[0]);
    for (size_t i = 0; i < knee_expert_charts_count; i++) {
        snprintf(name, sizeof name, "net-%s.svg", knee_expert_charts[i].suffix);
        char *text = fixture_read(dir, name);
        assert_non_null(text);
        for (size_t t = 0; t < 4; t++)
            if (!strstr(text, EXPERT_SAYS[i][t]))
                fail_msg("%s: not said: %s", name, EXPERT_SAYS[i][t]);
        assert_non_null(strstr(text, knee_expert_charts[i].title));
        free(text);
    }
    fixture_remove(dir);
}

static void the_curve_and_its_windows_are_in_the_expert_chart(void **state)
{
    (void)state;
    static const struct knee_band band = {
        .count = 3, .at = {{1, 150, 200}, {16, 3000, 3200}, {4096, 1, 2}}, .pick = 16};
    const struct fixture_curve *curve = &fixture_net;
    const struct knee_picture picture = {.format = KNEE_PICTURE_SVG};
    struct knee_result result;
    char dir[256];
    if (!has_gnuplot())
        skip();
    fixture_directory(dir, sizeof dir);
    assert_int_equal(make_charts(dir, &curve, 1, NULL), 0); /* levels.csv, too */
    fixture_result(&result, &curve, 1);
    result.workloads[0].band = malloc(sizeof band);
    assert_non_null(result.workloads[0].band);
    *result.workloads[0].band = band;
    assert_int_equal(knee_charts_make(&result, dir, &picture, NULL), 0);
    knee_result_release(&result);
    char *script = fixture_read(dir, "net-curve.gp"), *text = fixture_read(dir, "net-curve.svg");
    assert_non_null(strstr(script, "level,low,high\n1,150,200\n16,3000,3200\nEND"));
    assert_non_null(strstr(text, "curve (95 %)"));
    assert_non_null(strstr(text, "windows (most: "));
    free(script);
    free(text);
    fixture_remove(dir);
}

/* Nothing but level 2, and no latency, account or throughput is known of it: no chart has anything
 * to show, and what an earlier result left is gone. */
static void empty_charts_are_not_drawn(void **state)
{
    (void)state;
    const struct fixture_curve *curve = &fixture_cpu;
    const struct knee_picture picture = {.format = KNEE_PICTURE_SVG};
    char dir[256];
    if (!has_gnuplot())
        skip();
    fixture_directory(dir, sizeof dir);
    assert_int_equal(make_charts(dir, &curve, 1, NULL), 0);
    char *before = fixture_read(dir, "cpu-time.svg");
    assert_non_null(before);
    free(before);
    struct knee_result result;
    fixture_result(&result, &curve, 1);
    result.workloads[0].levels_count = 1;
    result.workloads[0].levels[0] = (struct knee_level){.level = 2,
                                                        .throughput_per_s = NAN,
                                                        .throughput_ci_low_per_s = NAN,
                                                        .throughput_ci_high_per_s = NAN,
                                                        .speedup = NAN,
                                                        .parallel_efficiency = NAN,
                                                        .latency_mean_s = NAN,
                                                        .latency_p50_s = NAN,
                                                        .latency_p95_s = NAN,
                                                        .latency_p99_s = NAN,
                                                        .latency_max_s = NAN,
                                                        .cpu_per_item_s = NAN,
                                                        .runqueue_wait_per_item_s = NAN,
                                                        .other_wait_per_item_s = NAN};
    assert_int_equal(knee_charts_make(&result, dir, &picture, NULL), 0);
    knee_result_release(&result);
    assert_null(fixture_read(dir, "cpu-throughput.svg"));
    for (size_t i = 0; i < knee_expert_charts_count; i++) {
        char name[128];
        snprintf(name, sizeof name, "cpu-%s.svg", knee_expert_charts[i].suffix);
        assert_null(fixture_read(dir, name));
    }
    fixture_remove(dir);
}

/* The other formats lie beside the SVG, which report.html holds. */
static void other_formats_and_sizes_are_drawn(void **state)
{
    (void)state;
    static const struct {
        enum knee_picture_format format;
        const char *name, *begins;
    } cases[] = {{KNEE_PICTURE_PDF, "cpu-throughput.pdf", "%PDF-"},
                 {KNEE_PICTURE_PNG, "cpu-throughput.png", "\x89PNG"}};
    if (!has_gnuplot())
        skip();
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

static void several_workloads_have_an_overview(void **state)
{
    (void)state;
    const struct fixture_curve *curves[] = {&fixture_cpu, &fixture_io, &fixture_net,
                                            &fixture_collapse};
    char dir[256];
    struct knee_err err = {0};
    if (!has_gnuplot())
        skip();
    fixture_directory(dir, sizeof dir);
    if (make_charts(dir, curves, 4, &err) != 0)
        fail_msg("%s", err.message);
    char *text = fixture_read(dir, "overview.svg");
    assert_non_null(text);
    static const char *const says[] = {"cpu: 2", "io: 32?", "net: 512?", "mixed: 8",
                                       "(?: not proven)"};
    for (size_t i = 0; i < sizeof says / sizeof says[0]; i++)
        assert_non_null(strstr(text, says[i]));
    free(text);
    fixture_remove(dir);
}

/* A mailed page has its charts: none is a link, and all are there. */
static void the_page_holds_the_charts(void **state)
{
    (void)state;
    const struct fixture_curve *curves[] = {&fixture_cpu, &fixture_io};
    const struct knee_picture picture = {.format = KNEE_PICTURE_SVG};
    struct knee_result result;
    char dir[256];
    if (!has_gnuplot())
        skip();
    fixture_directory(dir, sizeof dir);
    fixture_result(&result, curves, 2);
    assert_int_equal(knee_writers_write(&result, dir, NULL), 0);
    char *before = fixture_read(dir, "report.html");
    assert_non_null(before);
    assert_int_equal(count_of(before, "<img"), 0);
    free(before);
    assert_int_equal(knee_charts_make(&result, dir, &picture, NULL), 0);
    assert_int_equal(knee_writers_page(&result, dir, NULL), 0);
    knee_result_release(&result);
    char *page = fixture_read(dir, "report.html");
    assert_non_null(page);
    assert_int_equal(count_of(page, "src=\"data:image/svg+xml;base64,PD94"),
                     1 + 2 * knee_expert_charts_count);
    assert_int_equal(count_of(page, "src="), 1 + 2 * knee_expert_charts_count);
    assert_null(strstr(page, ".svg\""));
    free(page);
    fixture_remove(dir);
}

static void a_script_runs_again_in_its_directory(void **state)
{
    (void)state;
    const struct fixture_curve *curve = &fixture_cpu;
    char dir[256], command[600];
    if (!has_gnuplot())
        skip();
    fixture_directory(dir, sizeof dir);
    assert_int_equal(make_charts(dir, &curve, 1, NULL), 0);
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
    if (!has_gnuplot())
        skip();
    fixture_directory(dir, sizeof dir);
    snprintf(
        command, sizeof command,
        "cd %s && echo precious >victim && for n in cpu-throughput cpu-speedup cpu-latency; do "
        "ln -s victim $n.svg; done",
        dir);
    const struct fixture_curve *curve = &fixture_cpu;
    assert_int_equal(system(command), 0);
    assert_int_equal(make_charts(dir, &curve, 1, &err), 0);
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
    if (!has_gnuplot())
        skip();
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
    int outcome = make_charts(dir, &curve, 1, &err);
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
        cmocka_unit_test(charts_are_drawn_with_their_answer),
        cmocka_unit_test(expert_charts_are_drawn_with_their_units),
        cmocka_unit_test(the_curve_and_its_windows_are_in_the_expert_chart),
        cmocka_unit_test(empty_charts_are_not_drawn),
        cmocka_unit_test(other_formats_and_sizes_are_drawn),
        cmocka_unit_test(several_workloads_have_an_overview),
        cmocka_unit_test(the_page_holds_the_charts),
        cmocka_unit_test(a_script_runs_again_in_its_directory),
        cmocka_unit_test(a_picture_does_not_follow_a_link),
        cmocka_unit_test(a_failing_script_gives_one_line_and_no_picture),
        cmocka_unit_test(without_gnuplot_the_scripts_are_there_and_a_line_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
