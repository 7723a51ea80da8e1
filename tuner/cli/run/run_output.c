/* SPDX-License-Identifier: MIT */
#include "tuner/cli/run/run_output.h"

#include "core/base/file.h"
#include "reports/ci/run_openmetrics.h"
#include "reports/json/run_json.h"
#include "reports/run/run_charts.h"
#include "reports/run/run_html.h"
#include "tuner/cli/expect.h"

int knee_run_output_write(struct knee_run_record *record, const char *dir, const char *shown,
                          const struct knee_output_options *options, FILE *log,
                          struct knee_err *err)
{
    struct knee_file file;
    struct knee_err undrawn = {0};
    enum knee_gnuplot_outcome drawn = KNEE_GNUPLOT_DRAWN;
    if (knee_run_record_read(record, dir, err) || knee_run_json_levels(record, dir, err))
        return -1;
    if (!options->no_plots)
        drawn = knee_run_charts(record, dir, &options->picture, &undrawn);
    if (drawn == KNEE_GNUPLOT_MISSING)
        fprintf(log, "knee: warning: %s\n", undrawn.message);
    /* The page whatever happens: it leaves out a chart that is missing. */
    if (knee_file_open(&file, dir, "report.html", err))
        return -1;
    knee_run_html(record, dir, shown, file.out);
    if (knee_file_close(&file, err))
        return -1;
    if (drawn != KNEE_GNUPLOT_FAILED)
        return 0;
    *err = undrawn;
    return -1;
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
