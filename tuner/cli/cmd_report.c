/* SPDX-License-Identifier: MIT */
/* `knee report`: every derived file again, from plan.json and samples.csv alone. */
#include "core/base/file.h"
#include "core/text/builder.h"
#include "reports/text/run_text.h"
#include "tuner/cli/expect.h"
#include "tuner/cli/loaded_result.h"
#include "tuner/cli/output.h"
#include "tuner/cli/run/run_output.h"
#include "tuner/options/arguments.h"
#include "tuner/options/expect_options.h"
#include "tuner/options/output_options.h"

#include "tuner/store/directory.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct report_options {
    struct knee_output_options output;
    struct knee_expect_options expect;
};

static const struct knee_option_use OPTIONS[] = {
    {&knee_output_options_part, offsetof(struct report_options, output),
     "json no-plots quiet format size"},
    {&knee_expect_options_part, offsetof(struct report_options, expect), NULL},
    {NULL, 0, NULL},
};

/* A run claims nothing that could be checked, and how it ended is in its own result.json alone. */
static int check_run(const struct report_options *options, const char *dir, struct knee_err *err)
{
    const struct knee_expect_options *expect = &options->expect;
    if (expect->limit_low || expect->throughput_per_s > 0 || expect->junit)
        return knee_err_set(err, KNEE_USAGE,
                            "report: %.200s is of knee run, which proves no limit: --expect-limit, "
                            "--expect-throughput and --junit are for a sweep",
                            dir);
    return 0;
}

static int print_run_json(const struct knee_run_record *record, const char *dir, FILE *out,
                          struct knee_err *err)
{
    char path[4200], *text = NULL;
    size_t bytes;
    if (!record->has_result)
        return knee_err_set(err, KNEE_FAILED,
                            "%.200s: the run was killed before it wrote its result.json; go on "
                            "with knee run --resume %.200s",
                            dir, dir);
    if (knee_file_read(&text, &bytes, dir, "result.json", path, sizeof path, err))
        return -1;
    fwrite(text, 1, bytes, out);
    free(text);
    return 0;
}

/* The result may be someone else's, or on a disk that is read only. One that is not there is named
 * when it is read. */
static int check_writable(const char *dir, struct knee_err *err)
{
    if (access(dir, W_OK | X_OK) == 0 || (errno != EACCES && errno != EROFS))
        return 0;
    return knee_err_set(err, KNEE_FAILED,
                        "%.200s: %s, and the tables and charts go there; copy it: cp -r %.200s "
                        "copy && knee report copy",
                        dir, strerror(errno), dir);
}

/* Of a run's directory. */
static int report_run(const struct report_options *options, const char *dir,
                      const struct knee_streams *io, struct knee_err *err)
{
    struct knee_run_record record = {0};
    if (check_run(options, dir, err) || check_writable(dir, err))
        return -1;
    int status = knee_run_output_levels(&record, dir, err);
    if (status == 0 && options->output.json)
        status = print_run_json(&record, dir, io->out, err);
    if (status == 0)
        status = knee_run_output_metrics(&record.result, record.name, &options->expect, err);
    if (status == 0 && !options->output.quiet) {
        struct knee_builder text = {0};
        knee_run_text_summary(&text, &record.result);
        char *summary = knee_builder_take(&text);
        fputs(summary ? summary : "", io->log);
        free(summary);
    }
    if (status == 0)
        status = knee_run_output_draw(&record, dir, dir, &options->output, 0, io->log, err);
    knee_run_record_release(&record);
    return status;
}

static int report_sweep(const struct report_options *options, const char *dir,
                        const struct knee_streams *io, struct knee_err *err)
{
    struct knee_loaded_result loaded;
    struct knee_err unwritten = {0};
    int status = -1, writable = check_writable(dir, &unwritten) == 0;
    if (knee_loaded_result_read(&loaded, dir, err) == 0 &&
        knee_expect_check(&options->expect, loaded.result.workloads_count, err) == 0 &&
        (!writable ||
         knee_output_write(&loaded.result, dir, &options->output, io->log, err) == 0) &&
        /* First: a chart that cannot be drawn, or written, does not hide the answer. */
        knee_output_print(&loaded.result, &loaded.plan, dir, &options->output, io->out, err) == 0)
        status = writable ? knee_output_draw(&loaded.result, dir, &options->output, 0, io->log, err)
                          : knee_err_set(err, unwritten.code, "%s", unwritten.message);
    if (status == 0)
        status = knee_expect_judge(&options->expect, &loaded.result, io->log, err);
    knee_loaded_result_release(&loaded);
    return status;
}

static int run_report(const struct knee_arguments *arguments, const struct knee_streams *io,
                      struct knee_err *err)
{
    const struct report_options *options = arguments->values;
    const char *dir = arguments->words[0];
    int lock;
    if (knee_directory_lock(&lock, dir, err))
        return -1;
    int status = knee_run_record_is_in(dir) ? report_run(options, dir, io, err)
                                            : report_sweep(options, dir, io, err);
    if (lock >= 0)
        close(lock);
    return status;
}

const struct knee_command knee_cmd_report = {
    .name = "report",
    .options = OPTIONS,
    .values_bytes = sizeof(struct report_options),
    .operands = "DIR",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "makes tables, charts and report again from a result directory",
    .example = "knee report results/latest",
    .details =
        "Reads DIR/plan.json and DIR/samples.csv alone, and runs nothing. Of a run, also one that\n"
        "was killed, it reads items.csv and limits.csv. The files are written to DIR: copy it "
        "first\n"
        "if you may not write to it.\n",
    .run = run_report,
};
