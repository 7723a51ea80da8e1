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
        const struct knee_chart chart = {.levels = levels,
                                         .levels_count = LEVELS,
                                         .answer =
                                             trial % 3 == 0 ? KNEE_CHART_BRACKET : KNEE_CHART_DOT,
                                         .use = axis[knee_random_below(&random, LEVELS)],
                                         .low = axis[2],
                                         .high = axis[5],
                                         .current = axis[knee_random_below(&random, LEVELS)],
                                         .rule = axis[knee_random_below(&random, LEVELS)],
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
        cmocka_unit_test(a_wide_interval_stays_in_the_panel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
