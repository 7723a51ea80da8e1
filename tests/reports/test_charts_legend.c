/* SPDX-License-Identifier: MIT */
/* What the marks and the legends of charts say: all that is drawn, and nothing else. */
#include "reports/charts/charts.h"

#include "reports/writers.h"
#include "tests/support/drawn.h"
#include "tests/support/fixture_result.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void draw(const struct knee_result *result, const char *dir)
{
    const struct knee_picture picture = {.format = KNEE_PICTURE_SVG};
    struct knee_err err = {0};
    assert_int_equal(knee_writers_write(result, dir, NULL), 0);
    if (knee_charts_make(result, dir, &picture, &err) != 0)
        fail_msg("%s", err.message);
}

static void check_says(const char *dir, const char *name, const char *text, bool expected)
{
    char *picture = fixture_read(dir, name);
    assert_non_null(picture);
    if ((strstr(picture, text) != NULL) != expected)
        fail_msg("%s: %ssaid: %s", name, expected ? "not " : "", text);
    free(picture);
}

/* The legend's line or a label: the text alone. The scripts' own text is in comments of the SVG. */
static void check_labelled(const char *dir, const char *name, const char *text, bool expected)
{
    char label[128];
    snprintf(label, sizeof label, ">%s<", text);
    check_says(dir, name, label, expected);
}

/* io: 16 to 32 at 2 %; `resolved` is proven at 4 %. */
static struct fixture_curve coarser(uint32_t limit, uint32_t resolved)
{
    struct fixture_curve curve = fixture_io;
    curve.decision.uses_coarser = true;
    curve.decision.limit = limit;
    curve.decision.limit_resolved = resolved;
    curve.decision.tolerance_resolved_ratio = .04;
    return curve;
}

static void what_is_proven_at_a_coarser_tolerance_is_in_all_charts(void **state)
{
    (void)state;
    const struct fixture_curve other = coarser(32, 22), same = coarser(16, 16);
    static const char *const charts[] = {"io-throughput.svg", "io-curve.svg",   "io-scaling.svg",
                                         "io-speedup.svg",    "io-latency.svg", "io-tradeoff.svg"};
    drawn_need_gnuplot();
    for (int i = 0; i < 2; i++) {
        const struct fixture_curve *curves[] = {i ? &same : &other, &fixture_cpu};
        struct knee_result result;
        char dir[256];
        fixture_directory(dir, sizeof dir);
        fixture_result(&result, curves, 2);
        draw(&result, dir);
        knee_result_release(&result);
        for (size_t c = 0; c < sizeof charts / sizeof *charts; c++)
            check_labelled(dir, charts[c], i ? "USE 16, proven at 4 %" : "22 proven at 4 %", true);
        check_labelled(dir, "io-throughput.svg", "between 16 and 32", true);
        if (!i)
            check_labelled(dir, "io-throughput.svg", "USE 32?", true);
        check_labelled(dir, "overview.svg", i ? "io: 16 (at 4 %)" : "io: 32? (22 at 4 %)", true);
        check_labelled(dir, "overview.svg", "coarser, but proven", true);
        fixture_remove(dir);
    }
}

static void forget_throughput(struct knee_level *level)
{
    level->throughput_per_s = level->throughput_ci_low_per_s = level->throughput_ci_high_per_s =
        NAN;
}

/* All its windows were rejected, so it has no curve and no legend entry. */
static void the_overview_lists_no_curve_that_is_not_drawn(void **state)
{
    (void)state;
    const struct fixture_curve *curves[] = {&fixture_disturbed, &fixture_io, &fixture_collapse};
    struct knee_result result;
    char dir[256];
    drawn_need_gnuplot();
    fixture_directory(dir, sizeof dir);
    fixture_result(&result, curves, 3);
    for (size_t i = 0; i < result.workloads[0].levels_count; i++)
        forget_throughput(&result.workloads[0].levels[i]);
    draw(&result, dir);
    knee_result_release(&result);
    check_labelled(dir, "overview.svg", "cpu: 2?", false);
    check_labelled(dir, "overview.svg", "io: 32?", true);
    check_labelled(dir, "overview.svg", "mixed: 8", true);
    check_labelled(dir, "overview.svg", "no valid window, so no curve: cpu: 2?", true);
    check_labelled(dir, "overview.svg", "coarser, but proven", false);
    fixture_remove(dir);
}

/* The limit is what the legend is for: a long name makes way for it. */
static void a_long_name_leaves_room_for_the_limit(void **state)
{
    (void)state;
    struct fixture_curve named = fixture_collapse;
    named.name = "a-command-whose-name-is-really-very-long";
    const struct fixture_curve *curves[] = {&named, &fixture_cpu};
    char dir[256];
    drawn_need_gnuplot();
    fixture_directory(dir, sizeof dir);
    assert_int_equal(drawn_charts(dir, curves, 2, NULL), 0);
    check_labelled(dir, "overview.svg", "a-command-whose-name-is-re...: 8", true);
    fixture_remove(dir);
}

static void legends_name_what_an_item_has(void **state)
{
    (void)state;
    const struct fixture_curve *curves[] = {&fixture_cpu, &fixture_net};
    struct knee_result result;
    char dir[256];
    drawn_need_gnuplot();
    fixture_directory(dir, sizeof dir);
    fixture_result(&result, curves, 2);
    for (size_t i = 0; i < result.workloads[1].levels_count; i++)
        result.workloads[1].levels[i].latency_p99_s = result.workloads[1].levels[i].latency_max_s =
            NAN;
    draw(&result, dir);
    knee_result_release(&result);
    static const struct {
        const char *name, *text;
        bool cpu, net;
    } cases[] = {{"time", "computing", true, true},      {"time", "waiting for a CPU", true, false},
                 {"time", "other waiting", false, true}, {"latency", "p50", true, true},
                 {"latency", "p95", true, true},         {"latency", "p99", true, false},
                 {"latency", "longest", true, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[64];
        snprintf(name, sizeof name, "cpu-%s.svg", cases[i].name);
        check_labelled(dir, name, cases[i].text, cases[i].cpu);
        snprintf(name, sizeof name, "net-%s.svg", cases[i].name);
        check_labelled(dir, name, cases[i].text, cases[i].net);
    }
    fixture_remove(dir);
}

/* The drawing of the curve: how often its pen goes down. */
static size_t count_strokes(const char *dir, const char *name, const char *plot)
{
    size_t strokes = 0;
    char *picture = fixture_read(dir, name);
    assert_non_null(picture);
    char *begin = strstr(picture, plot);
    assert_non_null(begin);
    char *end = strstr(begin, "<use");
    assert_non_null(end);
    *end = '\0';
    for (const char *at = strstr(begin, "d='M"); at; at = strstr(at + 1, "d='M"))
        strokes++;
    free(picture);
    return strokes;
}

/* A level between two others whose windows were all rejected. */
static void the_curve_goes_on_beyond_a_level_without_a_value(void **state)
{
    (void)state;
    const struct fixture_curve *curve = &fixture_io;
    struct knee_result result;
    char dir[256];
    drawn_need_gnuplot();
    fixture_directory(dir, sizeof dir);
    fixture_result(&result, &curve, 1);
    forget_throughput(&result.workloads[0].levels[4]);
    draw(&result, dir);
    knee_result_release(&result);
    assert_int_equal(count_strokes(dir, "io-throughput.svg", "gnuplot_plot_2a"), 1);
    fixture_remove(dir);
}

/* A title that is too long for its picture gets a smaller font before it is cut. */
static void a_title_keeps_its_words_in_a_small_picture(void **state)
{
    (void)state;
    const struct fixture_curve *curve = &fixture_cpu;
    const struct knee_picture picture = {KNEE_PICTURE_SVG, 520, 400};
    struct knee_result result;
    char dir[256];
    drawn_need_gnuplot();
    fixture_directory(dir, sizeof dir);
    fixture_result(&result, &curve, 1);
    assert_int_equal(knee_writers_write(&result, dir, NULL), 0);
    assert_int_equal(knee_charts_make(&result, dir, &picture, NULL), 0);
    knee_result_release(&result);
    check_labelled(dir, "cpu-throughput.svg", "cpu (1 ms): run 2 at once; 16 only adds waiting",
                   true);
    fixture_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_proven_at_a_coarser_tolerance_is_in_all_charts),
        cmocka_unit_test(the_overview_lists_no_curve_that_is_not_drawn),
        cmocka_unit_test(a_long_name_leaves_room_for_the_limit),
        cmocka_unit_test(legends_name_what_an_item_has),
        cmocka_unit_test(the_curve_goes_on_beyond_a_level_without_a_value),
        cmocka_unit_test(a_title_keeps_its_words_in_a_small_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
