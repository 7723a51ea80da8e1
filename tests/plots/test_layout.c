/* SPDX-License-Identifier: MIT */
/* The layout of the five-second chart: on many curves and panels, no word lies outside, on another
 * word, on a dot or on the curve. */
#include "plots/layout.h"

#include "core/base/random.h"
#include "tests/support/test.h"

#include <math.h>
#include <string.h>

#define LEVELS 9

static const struct knee_layout_panel panels[] = {{768, 300, 7.5, 10, 6.5},
                                                  {418, 210, 8.2, 10, 8.2}};

struct box {
    double left, right, bottom, top;
};

static struct box box_of(const struct knee_layout_item *item, const struct knee_layout_panel *panel)
{
    double half = 8, height = 7;
    if (item->kind == KNEE_LAYOUT_TEXT) {
        double wide = item->role == KNEE_LAYOUT_USE    ? panel->large_char_px
                      : item->role == KNEE_LAYOUT_FULL ? panel->small_char_px
                                                       : panel->char_px;
        half = wide * (double)strlen(item->text) / 2;
        height = 6;
    } else {
        half = height = 5;
    }
    return (struct box){item->x - half, item->x + half, item->y - height, item->y + height};
}

static bool overlap(const struct box *a, const struct box *b)
{
    return a->left < b->right && b->left < a->right && a->bottom < b->top && b->bottom < a->top;
}

static bool is_drawn_inside(const struct knee_layout_item *item)
{
    return (item->kind == KNEE_LAYOUT_TEXT && item->role != KNEE_LAYOUT_MACHINE) ||
           item->kind == KNEE_LAYOUT_DOT || item->kind == KNEE_LAYOUT_HOLLOW;
}

static double curve_y(const struct knee_layout *layout, const struct knee_chart *chart,
                      const struct knee_layout_panel *panel, double px)
{
    for (size_t i = 0; i + 1 < chart->levels_count; i++) {
        double x = knee_axis_px(&layout->axis, chart->levels[i].level);
        double to = knee_axis_px(&layout->axis, chart->levels[i + 1].level);
        double percent = chart->levels[i].percent, to_percent = chart->levels[i + 1].percent;
        if (px >= x && px <= to)
            return panel->height_px / layout->top_percent *
                   (percent + (to_percent - percent) * (px - x) / (to - x));
    }
    return NAN;
}

/* How many of the words of this layout lie on the curve. */
static int check_words(const struct knee_layout *layout, const struct knee_chart *chart,
                       const struct knee_layout_panel *panel)
{
    int on_curve = 0;
    for (size_t i = 0; i < layout->items_count; i++) {
        const struct knee_layout_item *item = &layout->items[i];
        if (item->kind != KNEE_LAYOUT_TEXT || !is_drawn_inside(item))
            continue;
        struct box box = box_of(item, panel);
        assert_true(box.left >= -1 && box.right <= panel->width_px + 1);
        assert_true(box.bottom >= -1 && box.top <= panel->height_px + 1);
        bool crossed = false;
        for (int k = 0; k <= (int)(box.right - box.left); k++) {
            double px = box.left + k;
            double y = curve_y(layout, chart, panel, px);
            crossed |= isfinite(y) && y > box.bottom && y < box.top;
        }
        on_curve += crossed;
        for (size_t j = 0; j < layout->items_count; j++) {
            struct box other = box_of(&layout->items[j], panel);
            if (j != i && is_drawn_inside(&layout->items[j]) && overlap(&box, &other))
                fail_msg("'%s' lies on '%s'", item->text, layout->items[j].text);
        }
    }
    return on_curve;
}

static void words_keep_off_the_curve_and_each_other(void **state)
{
    (void)state;
    static const uint32_t axis[LEVELS] = {1, 2, 3, 4, 8, 12, 16, 32, 64};
    struct knee_random random = knee_random_seed(1, 1);
    int words_on_curve = 0, layouts = 0;
    for (int trial = 0; trial < 400; trial++) {
        struct knee_chart_level levels[LEVELS];
        double knee = 1 + 40 * knee_random_uniform(&random);
        double fall = knee_random_uniform(&random) * .02;
        for (size_t i = 0; i < LEVELS; i++) {
            double n = axis[i], rate = fmin(n / knee, 1) / (1 + fall * fmax(0, n - knee));
            levels[i] =
                (struct knee_chart_level){axis[i], 100 * rate, 97 * rate, 103 * rate, n, ""};
        }
        static const enum knee_chart_answer answers[] = {KNEE_CHART_BRACKET, KNEE_CHART_DOT,
                                                         KNEE_CHART_BOTH};
        const struct knee_chart chart = {
            .levels = levels,
            .levels_count = LEVELS,
            .answer = answers[trial % 3],
            .use = axis[knee_random_below(&random, LEVELS)],
            .low = axis[2],
            .high = axis[5],
            .current = axis[knee_random_below(&random, LEVELS)],
            .rule = axis[knee_random_below(&random, LEVELS)],
            .proven = trial % 2 ? axis[knee_random_below(&random, LEVELS)] : 0,
            .proven_ratio = .04,
            .tolerance_ratio = .02,
            .best_per_s = 1000};
        for (size_t p = 0; p < 2; p++) {
            struct knee_layout layout;
            knee_layout_make(&layout, &chart, &panels[p]);
            words_on_curve += check_words(&layout, &chart, &panels[p]);
            layouts++;
        }
    }
    /* If the curve leaves no room at all, a name on it is better than none. */
    if (words_on_curve > layouts / 100)
        fail_msg("%d words on the curve in %d layouts", words_on_curve, layouts);
}

static const struct knee_layout_item *find_text(const struct knee_layout *layout, const char *text)
{
    for (size_t i = 0; i < layout->items_count; i++)
        if (layout->items[i].kind == KNEE_LAYOUT_TEXT && strcmp(layout->items[i].text, text) == 0)
            return &layout->items[i];
    return NULL;
}

static const struct knee_layout_item *find_kind(const struct knee_layout *layout,
                                                enum knee_layout_kind kind)
{
    for (size_t i = 0; i < layout->items_count; i++)
        if (layout->items[i].kind == kind)
            return &layout->items[i];
    return NULL;
}

static const struct knee_chart_level steps[] = {{1, 25, 25, 25, 1, ""},
                                                {2, 50, 50, 50, 1, ""},
                                                {4, 95, 95, 95, 1, ""},
                                                {8, 98, 98, 98, 1, ""},
                                                {16, 100, 99, 103, 1, ""}};

static struct knee_chart chart_of_steps(enum knee_chart_answer answer, uint32_t use, bool open)
{
    return (struct knee_chart){.levels = steps,
                               .levels_count = sizeof steps / sizeof *steps,
                               .answer = answer,
                               .use = use,
                               .open = open,
                               .low = 4,
                               .high = 16,
                               .tolerance_ratio = .02,
                               .best_per_s = 1};
}

/* As large as it is drawn: 9 px to each side. */
static void the_answer_keeps_off_its_mark(void **state)
{
    (void)state;
    static const struct {
        enum knee_chart_answer answer;
        uint32_t use;
        const char *text;
    } cases[] = {{KNEE_CHART_DOT, 8, "USE 8?"},
                 {KNEE_CHART_DOT, 1, "USE 1?"},
                 {KNEE_CHART_DOT, 16, "USE 16?"},
                 {KNEE_CHART_BOTH, 8, "USE 8?"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t p = 0; p < 2; p++) {
            struct knee_chart chart = chart_of_steps(cases[i].answer, cases[i].use, true);
            struct knee_layout layout;
            knee_layout_make(&layout, &chart, &panels[p]);
            const struct knee_layout_item *name = find_text(&layout, cases[i].text);
            const struct knee_layout_item *dot = find_kind(&layout, KNEE_LAYOUT_DOT);
            const struct knee_layout_item *rail = find_kind(&layout, KNEE_LAYOUT_RAIL);
            if (!name || !dot) {
                fail_msg("no '%s', or no dot", cases[i].text);
                return;
            }
            double half = panels[p].large_char_px * (double)strlen(name->text) / 2;
            double aside = fabs(name->x - dot->x) - half - 9;
            double apart = fabs(name->y - dot->y) - 8 - 9; /* 8: of the line of text */
            if (fmax(aside, apart) < 4)
                fail_msg("'%s' is %.1f and %.1f px from its dot", name->text, aside, apart);
            assert_true((rail != NULL) == (cases[i].answer == KNEE_CHART_BOTH));
            assert_true(!rail || rail->y - dot->y >= 9 + 6);
        }
}

static void what_is_proven_at_a_coarser_tolerance_is_marked(void **state)
{
    (void)state;
    static const struct {
        uint32_t use, proven, rule, current;
        const char *says, *also;
    } cases[] = {{8, 4, 2, 0, "4 proven at 4 %", "USE 8?"},
                 {8, 4, 4, 0, "rule of thumb 4, proven at 4 %", "USE 8?"},
                 {8, 4, 4, 4, "now, rule of thumb 4, proven at 4 %", "USE 8?"},
                 {4, 4, 2, 1, "USE 4, proven at 4 %", "now 1"},
                 {4, 4, 4, 0, "USE 4 = rule of thumb, proven at 4 %", "between 4 and 16"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_chart chart = chart_of_steps(KNEE_CHART_BOTH, cases[i].use, true);
        struct knee_layout layout;
        chart.proven = cases[i].proven;
        chart.proven_ratio = .04;
        chart.rule = cases[i].rule;
        chart.current = cases[i].current;
        knee_layout_make(&layout, &chart, &panels[0]);
        if (!find_text(&layout, cases[i].says) || !find_text(&layout, cases[i].also))
            fail_msg("not said: '%s', '%s'", cases[i].says, cases[i].also);
        assert_non_null(find_kind(&layout, KNEE_LAYOUT_DOT));
    }
    /* Without a dot, too: nobody asked for the coarser answer. */
    struct knee_chart chart = chart_of_steps(KNEE_CHART_BRACKET, 8, true);
    struct knee_layout layout;
    chart.proven = 4;
    chart.proven_ratio = .04;
    knee_layout_make(&layout, &chart, &panels[0]);
    assert_non_null(find_text(&layout, "4 proven at 4 %"));
    assert_null(find_kind(&layout, KNEE_LAYOUT_DOT));
}

/* Nothing is known of the levels beside a guess, or below the lowest that was tried. */
static void only_what_is_known_is_called_idle_or_waiting(void **state)
{
    (void)state;
    struct knee_layout layout;
    struct knee_chart chart = chart_of_steps(KNEE_CHART_DOT, 8, false);
    knee_layout_make(&layout, &chart, &panels[0]);
    assert_non_null(find_text(&layout, "machine idle"));
    assert_non_null(find_text(&layout, "only waiting"));
    chart.open = true;
    knee_layout_make(&layout, &chart, &panels[0]);
    assert_null(find_text(&layout, "machine idle"));
    assert_null(find_text(&layout, "only waiting"));
    chart.open = false;
    chart.levels = &steps[3];
    chart.levels_count = 1;
    knee_layout_make(&layout, &chart, &panels[0]);
    assert_null(find_text(&layout, "machine idle"));
}

/* The bracket and its words are above the interval, and so off it. */
static void the_bracket_is_above_the_intervals(void **state)
{
    (void)state;
    static const struct knee_chart_level levels[] = {
        {1, 50, 40, 60, 1, ""}, {2, 99, 80, 118, 1, ""}, {4, 100, 80, 120, 1, ""}};
    const struct knee_chart chart = {.levels = levels,
                                     .levels_count = 3,
                                     .answer = KNEE_CHART_BRACKET,
                                     .low = 2,
                                     .high = 4,
                                     .tolerance_ratio = .02,
                                     .best_per_s = 1};
    for (size_t p = 0; p < 2; p++) {
        struct knee_layout layout;
        knee_layout_make(&layout, &chart, &panels[p]);
        const struct knee_layout_item *rail = find_kind(&layout, KNEE_LAYOUT_RAIL);
        assert_non_null(rail);
        assert_true(rail->y > panels[p].height_px * 120 / layout.top_percent);
        assert_non_null(find_text(&layout, "between 2 and 4"));
    }
}

static void a_wide_interval_stays_in_the_panel(void **state)
{
    (void)state;
    static const struct knee_chart_level levels[] = {{1, 50, 40, 60, 1, ""},
                                                     {2, 100, 80, 140, 1, "cores"}};
    const struct knee_chart chart = {
        .levels = levels, .levels_count = 2, .use = 2, .tolerance_ratio = .02, .best_per_s = 1};
    struct knee_layout layout;
    knee_layout_make(&layout, &chart, &panels[0]);
    assert_true(layout.top_percent > 140);
    bool tick = false;
    for (size_t i = 0; i < layout.items_count; i++)
        tick |= layout.items[i].kind == KNEE_LAYOUT_TICK;
    assert_true(tick);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_keep_off_the_curve_and_each_other),
        cmocka_unit_test(the_answer_keeps_off_its_mark),
        cmocka_unit_test(what_is_proven_at_a_coarser_tolerance_is_marked),
        cmocka_unit_test(only_what_is_known_is_called_idle_or_waiting),
        cmocka_unit_test(the_bracket_is_above_the_intervals),
        cmocka_unit_test(a_wide_interval_stays_in_the_panel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
