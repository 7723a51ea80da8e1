/* SPDX-License-Identifier: MIT */
#include "reports/compare/comparison_charts.h"

#include "core/text/strings.h"
#include "plots/compare_chart.h"
#include "reports/compare/comparison_words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define UNKNOWN_HIGH 4.
#define TITLE_BYTES (KNEE_COMPARISON_WORDS_BYTES + 128)

/* Points of one comparison; too many for the stack. */
struct points {
    struct knee_script_point base[KNEE_LEVELS_MAX], fresh[KNEE_LEVELS_MAX];
    struct knee_script_point moved[3][KNEE_LEVELS_MAX]; /* slower, same, faster */
    size_t moved_count[3];
};

static const char *name_of(const struct knee_comparison *comparison, const char *suffix, char *name)
{
    char file[64];
    knee_strings_file_name(file, sizeof file, comparison->workload);
    snprintf(name, KNEE_COMPARISON_CHART_NAME_BYTES, "%s-%s", file, suffix);
    return name;
}

const char *knee_comparison_charts_curves(const struct knee_comparison *comparison, char *name)
{
    return name_of(comparison, "compare", name);
}

const char *knee_comparison_charts_ratio(const struct knee_comparison *comparison, char *name)
{
    return name_of(comparison, "ratio", name);
}

static size_t take_curve(struct knee_script_point *points, const struct knee_workload_result *side)
{
    size_t count = 0;
    for (size_t i = 0; i < side->levels_count && count < KNEE_LEVELS_MAX; i++) {
        const struct knee_level *row = &side->levels[i];
        if (row->throughput_per_s > 0)
            points[count++] = (struct knee_script_point){row->level, row->throughput_per_s,
                                                         row->throughput_ci_low_per_s,
                                                         row->throughput_ci_high_per_s};
    }
    return count;
}

static double change_of(double ratio)
{
    return 100 * (ratio - 1);
}

static void take_changes(struct points *points, const struct knee_compare *compare)
{
    for (size_t i = 0; i < compare->levels_count; i++) {
        const struct knee_compare_level *level = &compare->levels[i];
        const struct knee_compare_ratio *ratio = &level->throughput;
        if (!isfinite(ratio->ratio))
            continue;
        int moved = level->moved + 1;
        /* An unknown interval goes from end to end: the axis cuts it. */
        double low = isfinite(ratio->low) ? ratio->low : 0;
        double high = isfinite(ratio->high) ? ratio->high : UNKNOWN_HIGH;
        points->moved[moved][points->moved_count[moved]++] = (struct knee_script_point){
            level->level, change_of(ratio->ratio), change_of(low), change_of(high)};
    }
}

static int write_curves(struct points *points, const struct knee_comparison *comparison,
                        const char *title, const char *dir, const char *name,
                        const struct knee_picture *picture, struct knee_err *err)
{
    const struct knee_compare_chart chart = {
        .name = name,
        .title = title,
        .base = points->base,
        .fresh = points->fresh,
        .base_count = take_curve(points->base, comparison->base),
        .fresh_count = take_curve(points->fresh, comparison->fresh),
        .knee_base = comparison->knee_base,
        .knee_new = comparison->knee_new,
        .picture = *picture,
    };
    return knee_compare_chart_write(&chart, dir, err);
}

static int write_ratio(struct points *points, const struct knee_comparison *comparison,
                       const char *title, double min_effect, const char *dir, const char *name,
                       const struct knee_picture *picture, struct knee_err *err)
{
    take_changes(points, &comparison->compare);
    const struct knee_ratio_chart chart = {
        .name = name,
        .title = title,
        .slower = points->moved[0],
        .same = points->moved[1],
        .faster = points->moved[2],
        .slower_count = points->moved_count[0],
        .same_count = points->moved_count[1],
        .faster_count = points->moved_count[2],
        .whole = change_of(comparison->compare.throughput.ratio),
        .min_effect = 100 * min_effect,
        .picture = *picture,
    };
    return knee_ratio_chart_write(&chart, dir, err);
}

/* Both charts of a workload. */
static enum knee_gnuplot_outcome draw(struct points *points,
                                      const struct knee_comparison *comparison, double min_effect,
                                      const char *dir, const struct knee_picture *picture,
                                      struct knee_err *err)
{
    char curves[KNEE_COMPARISON_CHART_NAME_BYTES], ratio[KNEE_COMPARISON_CHART_NAME_BYTES];
    char answer[KNEE_COMPARISON_WORDS_BYTES], title[TITLE_BYTES];
    knee_comparison_charts_curves(comparison, curves);
    knee_comparison_charts_ratio(comparison, ratio);
    snprintf(title, sizeof title, "%s: %s", comparison->title,
             knee_comparison_words_answer(comparison, answer));
    if (write_curves(points, comparison, title, dir, curves, picture, err) ||
        write_ratio(points, comparison, title, min_effect, dir, ratio, picture, err))
        return KNEE_GNUPLOT_FAILED;
    enum knee_gnuplot_outcome drawn = knee_gnuplot_run(dir, curves, picture->format, err);
    if (drawn != KNEE_GNUPLOT_DRAWN)
        return drawn;
    return knee_gnuplot_run(dir, ratio, picture->format, err);
}

enum knee_gnuplot_outcome knee_comparison_charts(const struct knee_comparison *comparisons,
                                                 size_t count, double min_effect, const char *dir,
                                                 const struct knee_picture *picture,
                                                 struct knee_err *err)
{
    enum knee_gnuplot_outcome worst = KNEE_GNUPLOT_DRAWN;
    for (size_t i = 0; i < count; i++) {
        struct points *points = calloc(1, sizeof *points);
        if (!points) {
            knee_err_memory(err, "compare");
            return KNEE_GNUPLOT_FAILED;
        }
        enum knee_gnuplot_outcome drawn =
            draw(points, &comparisons[i], min_effect, dir, picture, err);
        free(points);
        if (drawn == KNEE_GNUPLOT_FAILED)
            return drawn;
        worst = drawn == KNEE_GNUPLOT_MISSING ? drawn : worst;
    }
    return worst;
}
