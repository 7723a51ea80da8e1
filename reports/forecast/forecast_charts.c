/* SPDX-License-Identifier: MIT */
#include "reports/forecast/forecast_charts.h"

#include "core/text/strings.h"
#include "plots/forecast_chart.h"
#include "reports/forecast/forecast_words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

const char *knee_forecast_chart_name(const struct knee_forecast_page_work *work, char *name)
{
    char file[64];
    knee_strings_file_name(file, sizeof file, work->name);
    snprintf(name, KNEE_FORECAST_CHART_NAME_BYTES, "%s-plan", file);
    return name;
}

static size_t take_curve(struct knee_script_point *points, const struct knee_forecast_curve *curve)
{
    for (size_t i = 0; i < curve->count; i++)
        points[i] = (struct knee_script_point){curve->levels[i], curve->per_s[i].median,
                                               curve->per_s[i].low, curve->per_s[i].high};
    return curve->count;
}

static size_t take_levels(struct knee_script_point *points, const struct knee_workload_result *here)
{
    size_t count = 0;
    for (size_t i = 0; i < here->levels_count; i++)
        if (here->levels[i].throughput_per_s > 0)
            points[count++] = (struct knee_script_point){
                here->levels[i].level, here->levels[i].throughput_per_s, NAN, NAN};
    return count;
}

static int write_chart(const struct knee_forecast_page *page,
                       const struct knee_forecast_page_work *work, const char *dir,
                       const char *name, const struct knee_picture *picture, struct knee_err *err)
{
    const struct knee_forecast *forecast = &work->forecast;
    struct knee_script_point here[KNEE_FORECAST_CURVE_MAX], there[KNEE_FORECAST_CURVE_MAX];
    struct knee_script_point *measured = calloc(work->here->levels_count + 1, sizeof *measured);
    char limit[KNEE_FORECAST_WORDS_BYTES], title[768], range[KNEE_FORECAST_WORDS_BYTES];
    if (!measured)
        return knee_err_memory(err, "plan");
    knee_forecast_words_levels(&forecast->limit, range);
    snprintf(limit, sizeof limit, "limit there: %.80s", range);
    snprintf(title, sizeof title, "%.200s: %u here, %.40s on %.200s", work->name,
             work->here->decision.knee, range, page->to);
    struct knee_forecast_chart chart = {.name = name,
                                        .title = title,
                                        .measured = measured,
                                        .here = here,
                                        .there = there,
                                        .limit_low = forecast->limit.low,
                                        .limit_high = forecast->limit.high,
                                        .limit_text = limit,
                                        .picture = *picture};
    chart.measured_count = take_levels(measured, work->here);
    chart.here_count = take_curve(here, &forecast->here);
    chart.there_count = take_curve(there, &forecast->there);
    int status = knee_forecast_chart_write(&chart, dir, err);
    free(measured);
    return status;
}

enum knee_gnuplot_outcome knee_forecast_charts(const struct knee_forecast_page *page,
                                               const char *dir, const struct knee_picture *picture,
                                               struct knee_err *err)
{
    enum knee_gnuplot_outcome worst = KNEE_GNUPLOT_DRAWN;
    for (size_t i = 0; i < page->works_count; i++) {
        char name[KNEE_FORECAST_CHART_NAME_BYTES];
        if (page->works[i].forecast.refusal != KNEE_FORECAST_MADE)
            continue;
        knee_forecast_chart_name(&page->works[i], name);
        if (write_chart(page, &page->works[i], dir, name, picture, err))
            return KNEE_GNUPLOT_FAILED;
        enum knee_gnuplot_outcome drawn = knee_gnuplot_run(dir, name, picture->format, err);
        if (drawn == KNEE_GNUPLOT_FAILED)
            return drawn;
        worst = drawn == KNEE_GNUPLOT_MISSING ? drawn : worst;
    }
    return worst;
}
