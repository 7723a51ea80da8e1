/* SPDX-License-Identifier: MIT */
#include "reports/run/run_charts.h"

#include "core/text/human.h"
#include "plots/run_chart.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static size_t take_stretches(struct knee_run_chart_stretch *to,
                             const struct knee_run_record *record)
{
    struct knee_run_timeline_point points[KNEE_RUN_TIMELINE_SHOWN];
    size_t count = knee_run_timeline_points(&record->timeline, points);
    for (size_t i = 0; i < count; i++)
        to[i] = (struct knee_run_chart_stretch){points[i].from_s, points[i].to_s,
                                                points[i].throughput_per_s, points[i].running};
    return count;
}

static size_t take_levels(struct knee_run_chart_level *to, const struct knee_run_result *result)
{
    size_t count = 0;
    for (size_t i = 0; i < result->levels_count; i++)
        if (result->levels[i].throughput_per_s > 0.)
            to[count++] = (struct knee_run_chart_level){result->levels[i].level,
                                                        result->levels[i].throughput_per_s};
    return count;
}

static enum knee_gnuplot_outcome draw(const char *dir, const char *name,
                                      const struct knee_picture *picture, struct knee_err *err)
{
    /* The page shows the SVG, whatever else is asked for. */
    enum knee_gnuplot_outcome drawn = knee_gnuplot_run(dir, name, KNEE_PICTURE_SVG, err);
    if (drawn == KNEE_GNUPLOT_DRAWN && picture->format != KNEE_PICTURE_SVG)
        drawn = knee_gnuplot_run(dir, name, picture->format, err);
    return drawn;
}

/* What an earlier report drew would be taken for this one's. */
static void remove_old(const char *dir, const char *name)
{
    static const char *const endings[] = {"gp", "svg", "pdf", "png"};
    char path[4200];
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        snprintf(path, sizeof path, "%.4000s/%s.%s", dir, name, endings[i]);
        unlink(path);
    }
}

static enum knee_gnuplot_outcome write_both(const struct knee_run_chart *chart, const char *dir,
                                            struct knee_err *err)
{
    enum knee_gnuplot_outcome time = KNEE_GNUPLOT_DRAWN, limits = KNEE_GNUPLOT_DRAWN;
    remove_old(dir, KNEE_RUN_CHART_TIME);
    remove_old(dir, KNEE_RUN_CHART_LIMITS);
    if (chart->stretches_count > 0 && chart->limits_count > 0 && chart->tried_count > 0) {
        if (knee_run_chart_write_time(chart, dir, err))
            return KNEE_GNUPLOT_FAILED;
        time = draw(dir, KNEE_RUN_CHART_TIME, &chart->picture, err);
    }
    if (time != KNEE_GNUPLOT_FAILED && chart->levels_count > 1) {
        if (knee_run_chart_write_limits(chart, dir, err))
            return KNEE_GNUPLOT_FAILED;
        limits = draw(dir, KNEE_RUN_CHART_LIMITS, &chart->picture, err);
    }
    return time == KNEE_GNUPLOT_FAILED || limits == KNEE_GNUPLOT_FAILED     ? KNEE_GNUPLOT_FAILED
           : time == KNEE_GNUPLOT_MISSING || limits == KNEE_GNUPLOT_MISSING ? KNEE_GNUPLOT_MISSING
                                                                            : KNEE_GNUPLOT_DRAWN;
}

enum knee_gnuplot_outcome knee_run_charts(const struct knee_run_record *record, const char *dir,
                                          const struct knee_picture *picture, struct knee_err *err)
{
    const struct knee_run_result *result = &record->result;
    struct knee_run_chart_stretch stretches[KNEE_RUN_TIMELINE_SHOWN];
    char title[320], count[KNEE_HUMAN_BYTES], time[KNEE_HUMAN_BYTES];
    struct knee_run_chart_limit *limits = calloc(result->decisions_count + 1, sizeof *limits);
    struct knee_run_chart_limit *tried = calloc(record->tried_count + 1, sizeof *tried);
    struct knee_run_chart_level *levels = calloc(result->levels_count + 1, sizeof *levels);
    enum knee_gnuplot_outcome outcome = KNEE_GNUPLOT_FAILED;
    if (!limits || !levels || !tried) {
        knee_err_memory(err, "charts");
    } else {
        for (size_t i = 0; i < result->decisions_count; i++)
            limits[i] =
                (struct knee_run_chart_limit){result->decisions[i].time_s, result->decisions[i].to};
        for (size_t i = 0; i < record->tried_count; i++)
            tried[i] =
                (struct knee_run_chart_limit){record->tried[i].time_s, record->tried[i].level};
        snprintf(title, sizeof title, "%.160s: %s items in %s", result->command,
                 knee_human_count(count, (double)result->done),
                 knee_human_duration(time, result->elapsed_s));
        const struct knee_run_chart chart = {.title = title,
                                             .stretches = stretches,
                                             .stretches_count = take_stretches(stretches, record),
                                             .limits = limits,
                                             .limits_count = result->decisions_count,
                                             .tried = tried,
                                             .tried_count = record->tried_count,
                                             .levels = levels,
                                             .levels_count = take_levels(levels, result),
                                             .best = result->limit_best,
                                             .rule = result->rule_of_thumb,
                                             .picture = *picture};
        outcome = write_both(&chart, dir, err);
    }
    free(limits);
    free(tried);
    free(levels);
    return outcome;
}
