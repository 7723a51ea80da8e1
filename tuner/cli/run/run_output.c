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
    if (knee_run_record_read(record, dir, err) || knee_run_json_levels(record, dir, err))
        return -1;
    if (!options->no_plots) {
        enum knee_gnuplot_outcome drawn = knee_run_charts(record, dir, &options->picture, err);
        if (drawn == KNEE_GNUPLOT_FAILED)
            return -1;
        if (drawn == KNEE_GNUPLOT_MISSING)
            fprintf(log, "knee: warning: %s\n", err->message);
    }
    if (knee_file_open(&file, dir, "report.html", err))
        return -1;
    knee_run_html(record, dir, shown, file.out);
    return knee_file_close(&file, err);
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
