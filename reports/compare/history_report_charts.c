/* SPDX-License-Identifier: MIT */
#include "reports/compare/history_report.h"

#include "core/text/strings.h"
#include "plots/history_chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A panel's points and lines, in one piece of memory. */
static int make_panel(struct knee_history_panel *panel, const struct knee_history *history,
                      enum knee_history_metric metric, double scale, struct knee_err *err)
{
    size_t room = history->entries_count + 1, count = 0, lines = 0;
    struct knee_script_point *points = calloc(room + 2 * (room + 1), sizeof *points);
    if (!points)
        return knee_err_memory(err, "compare");
    bool has_interval = metric == KNEE_HISTORY_THROUGHPUT;
    for (size_t i = 0; i < history->entries_count; i++) {
        const struct knee_history_entry *entry = &history->entries[i];
        if (entry->is_left_out)
            continue;
        points[count++] = (struct knee_script_point){(double)i + 1, scale * entry->values[metric],
                                                     has_interval ? entry->low_per_s : NAN,
                                                     has_interval ? entry->high_per_s : NAN};
    }
    struct knee_script_point *line = points + room;
    for (size_t i = 0; i < history->changes_count; i++) {
        const struct knee_history_change *change = &history->changes[i];
        if (change->metric != metric)
            continue;
        double edge = (double)change->entry + .5;
        if (lines == 0)
            line[lines++] = (struct knee_script_point){.5, scale * change->before, NAN, NAN};
        line[lines++] = (struct knee_script_point){edge, scale * change->before, NAN, NAN};
        line[lines++] = (struct knee_script_point){edge, scale * change->after, NAN, NAN};
        if (change->last)
            line[lines++] = (struct knee_script_point){(double)history->entries_count + .5,
                                                       scale * change->after, NAN, NAN};
    }
    *panel = (struct knee_history_panel){points, line, count, lines};
    return 0;
}

const char *knee_history_charts_name(const struct knee_history *history, char *name)
{
    char file[64];
    knee_strings_file_name(file, sizeof file, history->workload);
    snprintf(name, KNEE_HISTORY_CHART_NAME_BYTES, "%s-history", file);
    return name;
}

#define DAY_BYTES 6 /* "05-22": the year is rarely news */

/* The days of all results, in one piece of memory, which `days` points into. -1 out of memory. */
static int make_days(const char ***days, const struct knee_history *history, struct knee_err *err)
{
    size_t count = history->entries_count;
    *days = calloc(count + 1, sizeof **days + DAY_BYTES);
    if (!*days)
        return knee_err_memory(err, "compare");
    char *texts = (char *)(*days + count + 1);
    for (size_t i = 0; i < count; i++) {
        const char *date = history->entries[i].date;
        (*days)[i] = &texts[i * DAY_BYTES];
        if (strlen(date) > 5)
            snprintf(&texts[i * DAY_BYTES], DAY_BYTES, "%.5s", date + 5);
    }
    return 0;
}

static bool has_value(const struct knee_history *history)
{
    for (size_t i = 0; i < history->entries_count; i++)
        for (size_t m = 0; m < KNEE_HISTORY_METRICS; m++)
            if (isfinite(history->entries[i].values[m]))
                return true;
    return false;
}

static enum knee_gnuplot_outcome draw(const struct knee_history *history, const char *dir,
                                      const struct knee_picture *picture, struct knee_err *err)
{
    char name[KNEE_HISTORY_CHART_NAME_BYTES], answer[KNEE_HISTORY_REPORT_BYTES];
    char title[KNEE_HISTORY_REPORT_BYTES + KNEE_RESULT_TITLE_BYTES];
    enum knee_gnuplot_outcome drawn = KNEE_GNUPLOT_FAILED;
    knee_history_charts_name(history, name);
    snprintf(title, sizeof title, "%s: %s", history->title,
             knee_history_report_short(history, answer));
    struct knee_history_chart chart = {
        .name = name, .title = title, .results = history->entries_count, .picture = *picture};
    const char **days = NULL;
    if (make_days(&days, history, err))
        return KNEE_GNUPLOT_FAILED;
    chart.days = days;
    if (make_panel(&chart.throughput, history, KNEE_HISTORY_THROUGHPUT, 1, err) == 0 &&
        make_panel(&chart.knee, history, KNEE_HISTORY_KNEE, 1, err) == 0 &&
        make_panel(&chart.p99_ms, history, KNEE_HISTORY_P99, 1000, err) == 0 &&
        knee_history_chart_write(&chart, dir, err) == 0)
        drawn = knee_gnuplot_run(dir, name, picture->format, err);
    free((void *)chart.throughput.points);
    free((void *)chart.knee.points);
    free((void *)chart.p99_ms.points);
    free(days);
    return drawn;
}

enum knee_gnuplot_outcome knee_history_report_charts(const struct knee_history *histories,
                                                     size_t count, const char *dir,
                                                     const struct knee_picture *picture,
                                                     struct knee_err *err)
{
    enum knee_gnuplot_outcome worst = KNEE_GNUPLOT_DRAWN;
    for (size_t i = 0; i < count; i++) {
        if (!has_value(&histories[i])) /* an empty chart is not drawn */
            continue;
        enum knee_gnuplot_outcome drawn = draw(&histories[i], dir, picture, err);
        if (drawn == KNEE_GNUPLOT_FAILED)
            return drawn;
        worst = drawn == KNEE_GNUPLOT_MISSING ? drawn : worst;
    }
    return worst;
}
