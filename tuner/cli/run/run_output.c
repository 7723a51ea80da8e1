/* SPDX-License-Identifier: MIT */
#include "tuner/cli/run/run_output.h"

#include "core/base/file.h"
#include "reports/ci/run_openmetrics.h"
#include "reports/json/run_json.h"
#include "reports/run/run_charts.h"
#include "reports/run/run_html.h"
#include "tuner/cli/drawing.h"
#include "tuner/cli/expect.h"

static int write_page(const struct knee_run_record *record, const char *dir, const char *shown,
                      struct knee_err *err)
{
    struct knee_file file;
    if (knee_file_open(&file, dir, "report.html", err))
        return -1;
    knee_run_html(record, dir, shown, file.out);
    return knee_file_close(&file, err);
}

int knee_run_output_levels(struct knee_run_record *record, const char *dir, struct knee_err *err)
{
    return knee_run_record_read(record, dir, err) || knee_run_json_levels(record, dir, err) ? -1
                                                                                            : 0;
}

int knee_run_output_draw(const struct knee_run_record *record, const char *dir, const char *shown,
                         const struct knee_output_options *options, int signal_number, FILE *log,
                         struct knee_err *err)
{
    struct knee_drawing drawing;
    struct knee_err undrawn = {0};
    char again[KNEE_DRAWING_AGAIN_BYTES];
    if (options->no_plots)
        return write_page(record, dir, shown, err);
    knee_drawing_begin(&drawing, signal_number);
    enum knee_gnuplot_outcome drawn = knee_run_charts(record, dir, &options->picture, &undrawn);
    int failed =
        knee_drawing_end(&drawing, drawn, knee_drawing_by_report(shown, again), log, &undrawn);
    /* The page whatever happens: it leaves out a chart that is missing. */
    if (write_page(record, dir, shown, err))
        return -1;
    if (failed)
        *err = undrawn;
    return failed;
}

int knee_run_output_metrics(const struct knee_run_result *result, const char *name,
                            const struct knee_expect_options *options, struct knee_err *err)
{
    struct knee_file file;
    if (!options->openmetrics)
        return 0;
    if (knee_file_open_path(&file, options->openmetrics, err))
        return -1;
    knee_run_openmetrics(result, name, file.out);
    return knee_file_close(&file, err);
}
