/* SPDX-License-Identifier: MIT */
#include "plots/plots.h"

#include "plots/expert.h"
#include "plots/script.h"
#include "reports/charts/charts.h"
#include "reports/writers.h"
#include "tests/support/fixture_result.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *string_of(const char *text, size_t columns)
{
    char *made = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&made, &bytes);
    assert_non_null(out);
    knee_script_string(out, text, columns);
    fclose(out);
    return made;
}

static void any_text_is_one_plain_string(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
        size_t columns;
    } cases[] = {
        {"a 'b' \"c\" \\n %_{}@^$`", "'a '.\"\\047\".'b'.\"\\047\".' \"c\" \\n %_{}@^$`'", 0},
        {"''", "''.\"\\047\".''.\"\\047\".''", 0},
        {"two\nlines\x1B\xFF", "'two?lines?\?'", 0},
        {"caf\xC3\xA9 au lait", "'caf\xC3\xA9...'", 7},
        {"caf\xC3\xA9", "'caf\xC3\xA9'", 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *made = string_of(cases[i].text, cases[i].columns);
        assert_string_equal(made, cases[i].expected);
        free(made);
    }
}

static void ticks_of(const uint32_t *levels, size_t count, double width_px, char *text,
                     size_t text_bytes)
{
    struct knee_script_axis axis = knee_script_axis_make(levels[0], levels[count - 1], width_px);
    FILE *out = fmemopen(text, text_bytes, "w");
    assert_non_null(out);
    knee_script_ticks(out, &axis, levels, count, &levels[count / 2], 1);
    fclose(out);
}

static void every_level_has_a_tick_and_no_two_numbers_touch(void **state)
{
    (void)state;
    uint32_t levels[64];
    for (uint32_t i = 0; i < 64; i++)
        levels[i] = i + 1;
    struct knee_script_axis axis = knee_script_axis_make(1, 64, 768);
    char ticks[2048];
    ticks_of(levels, 64, 768, ticks, sizeof ticks);
    double before = -100;
    size_t count = 0, numbered = 0;
    for (const char *entry = strchr(ticks, '('); entry; entry = strchr(entry + 1, ',')) {
        count++;
        if (strncmp(entry, ", ''", 4) == 0)
            continue;
        double px = knee_script_axis_px(&axis, strtod(entry + 1, NULL));
        assert_true(px - before > 16);
        before = px;
        numbered++;
    }
    assert_int_equal(count, 64);
    assert_true(numbered >= 10 && numbered < 40);
    assert_non_null(strstr(ticks, "(1, 2,"));
    assert_non_null(strstr(ticks, " 33")); /* the wanted one, no power of two */
    assert_non_null(strstr(ticks, ", 64)"));
}

static void one_level_still_has_an_axis(void **state)
{
    (void)state;
    struct knee_script_axis axis = knee_script_axis_make(1, 1, 768);
    assert_true(axis.low < 1 && axis.high > 1);
    assert_close(knee_script_axis_px(&axis, 1), 384, 1e-9);
    assert_close(knee_script_step(11), 5, 1e-12);
    assert_true(knee_script_step(0) > 0);
}

static bool has_gnuplot(void)
{
    return system("command -v gnuplot >/dev/null 2>&1") == 0;
}

/* All files of a result, its charts with them. */
static int make(const char *dir, const struct fixture_curve *const *curves, size_t count,
                struct knee_err *err)
{
    struct knee_result result;
    fixture_result(&result, curves, count);
    assert_int_equal(knee_writers_write(&result, dir, NULL), 0);
    int outcome = knee_charts_make(&result, dir, err);
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
    if (make(dir, &chart->curve, 1, &err) != 0)
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

/* What each expert chart must say, in the order of their table. */
static const char *const EXPERT_SAYS[][4] = {
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
    if (make(dir, &curve, 1, &err) != 0)
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

/* Nothing but level 2, and no latency, account or throughput is known of it. */
static void a_level_of_which_nothing_is_known_is_drawn(void **state)
{
    (void)state;
    static const struct knee_expert_level level = {2, NAN, NAN, NAN, NAN, NAN};
    const struct knee_expert expert = {.base = "x",
                                       .csv = "levels.csv",
                                       .title = "'it''s'",
                                       .levels = &level,
                                       .levels_count = 1,
                                       .use = 1};
    char dir[256], name[128];
    struct knee_err err = {0};
    if (!has_gnuplot())
        skip();
    fixture_directory(dir, sizeof dir);
    struct knee_result result;
    const struct fixture_curve *curve = &fixture_single;
    fixture_result(&result, &curve, 1);
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
    assert_int_equal(knee_writers_write(&result, dir, NULL), 0);
    knee_result_release(&result);
    for (size_t i = 0; i < knee_expert_charts_count; i++) {
        assert_int_equal(knee_expert_write(&expert, &knee_expert_charts[i], dir, NULL), 0);
        snprintf(name, sizeof name, "x-%s", knee_expert_charts[i].suffix);
        if (knee_gnuplot_run(dir, name, &err) != 0)
            fail_msg("%s", err.message);
        snprintf(name, sizeof name, "x-%s.svg", knee_expert_charts[i].suffix);
        char *text = fixture_read(dir, name);
        assert_null(strstr(text, ">nan<"));
        free(text);
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
    if (!has_gnuplot())
        skip();
    fixture_directory(dir, sizeof dir);
    if (make(dir, curves, 4, &err) != 0)
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

static void a_script_runs_again_where_it_stands(void **state)
{
    (void)state;
    const struct fixture_curve *curve = &fixture_cpu;
    char dir[256], command[600];
    if (!has_gnuplot())
        skip();
    fixture_directory(dir, sizeof dir);
    assert_int_equal(make(dir, &curve, 1, NULL), 0);
    snprintf(command, sizeof command,
             "cd %s && mv cpu-throughput.svg old.svg && gnuplot cpu-throughput.gp && "
             "cmp -s cpu-throughput.svg old.svg",
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
    assert_int_equal(knee_gnuplot_run(dir, "x", &err), -1);
    assert_non_null(strstr(err.message, "x.svg: gnuplot failed: \"x.gp\" line 4: "));
    assert_null(fixture_read(dir, "x.svg"));
    fixture_remove(dir);
}

static void without_gnuplot_the_scripts_are_there_and_a_line_says_so(void **state)
{
    (void)state;
    const struct fixture_curve *curve = &fixture_cpu;
    char dir[256];
    struct knee_err err = {0};
    const char *before = getenv("PATH");
    char *path = strdup(before ? before : "");
    fixture_directory(dir, sizeof dir);
    assert_non_null(path);
    setenv("PATH", dir, 1);
    int outcome = make(dir, &curve, 1, &err);
    setenv("PATH", path, 1);
    free(path);
    assert_int_equal(outcome, 1);
    assert_non_null(strstr(err.message, "apt-get install gnuplot-nox"));
    char *script = fixture_read(dir, "cpu-throughput.gp");
    assert_non_null(script);
    free(script);
    fixture_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_text_is_one_plain_string),
        cmocka_unit_test(every_level_has_a_tick_and_no_two_numbers_touch),
        cmocka_unit_test(one_level_still_has_an_axis),
        cmocka_unit_test(charts_are_drawn_with_their_answer),
        cmocka_unit_test(expert_charts_are_drawn_with_their_units),
        cmocka_unit_test(a_level_of_which_nothing_is_known_is_drawn),
        cmocka_unit_test(several_workloads_have_an_overview),
        cmocka_unit_test(a_script_runs_again_where_it_stands),
        cmocka_unit_test(a_failing_script_gives_one_line_and_no_picture),
        cmocka_unit_test(without_gnuplot_the_scripts_are_there_and_a_line_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
