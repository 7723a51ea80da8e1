/* SPDX-License-Identifier: MIT */
/* The charts of a finished result: that each is drawn, says what it must, and is left out if it
 * would be empty. */
#include "reports/charts/charts.h"

#include "plots/expert.h"
#include "reports/writers.h"
#include "tests/support/drawn.h"
#include "tests/support/fixture_result.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    if (drawn_charts(dir, &chart->curve, 1, &err) != 0)
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
    drawn_need_gnuplot();
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
    {"computing", "mean latency (ms)", "other waiting", ">400<"},
};

static void expert_charts_are_drawn_with_their_units(void **state)
{
    (void)state;
    const struct fixture_curve *curve = &fixture_net;
    char dir[256], name[128];
    struct knee_err err = {0};
    drawn_need_gnuplot();
    fixture_directory(dir, sizeof dir);
    if (drawn_charts(dir, &curve, 1, &err) != 0)
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
    drawn_need_gnuplot();
    fixture_directory(dir, sizeof dir);
    assert_int_equal(drawn_charts(dir, &curve, 1, NULL), 0); /* levels.csv, too */
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
    drawn_need_gnuplot();
    fixture_directory(dir, sizeof dir);
    assert_int_equal(drawn_charts(dir, &curve, 1, NULL), 0);
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

static void several_workloads_have_an_overview(void **state)
{
    (void)state;
    const struct fixture_curve *curves[] = {&fixture_cpu, &fixture_io, &fixture_net,
                                            &fixture_collapse};
    char dir[256];
    struct knee_err err = {0};
    drawn_need_gnuplot();
    fixture_directory(dir, sizeof dir);
    if (drawn_charts(dir, curves, 4, &err) != 0)
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
    drawn_need_gnuplot();
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charts_are_drawn_with_their_answer),
        cmocka_unit_test(expert_charts_are_drawn_with_their_units),
        cmocka_unit_test(the_curve_and_its_windows_are_in_the_expert_chart),
        cmocka_unit_test(empty_charts_are_not_drawn),
        cmocka_unit_test(several_workloads_have_an_overview),
        cmocka_unit_test(the_page_holds_the_charts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
