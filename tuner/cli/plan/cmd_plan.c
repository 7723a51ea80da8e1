/* SPDX-License-Identifier: MIT */
/* `knee plan`: what the measured limit becomes on another machine. */
#include "core/base/file.h"
#include "reports/forecast/forecast_charts.h"
#include "reports/forecast/forecast_html.h"
#include "reports/forecast/forecast_json.h"
#include "reports/forecast/forecast_text.h"
#include "tuner/cli/drawing.h"
#include "tuner/cli/loaded_result.h"
#include "tuner/cli/plan/plan_target.h"
#include "tuner/cli/plan/plan_next.h"
#include "tuner/options/arguments.h"
#include "tuner/options/output_options.h"
#include "tuner/store/directory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PART(member) offsetof(struct knee_plan_command, member)
static const struct knee_option_use OPTIONS[] = {
    {&knee_host_options_part, PART(host), "topology"},
    {&knee_plan_options_part, PART(plan), NULL},
    {&knee_measuring_options_part, PART(measuring), "slo seed"},
    {&knee_output_options_part, PART(output), "output json quiet no-plots format size"},
    {NULL, 0, NULL},
};

static const struct knee_workload_result *find_there(const struct knee_loaded_result *there,
                                                     const char *name)
{
    for (size_t i = 0; i < there->result.workloads_count; i++)
        if (strcmp(there->result.workloads[i].name, name) == 0)
            return &there->result.workloads[i];
    return NULL;
}

/* The work of `first` on each count of cores that it was measured on, ascending; and how many. */
static size_t gather(struct knee_forecast_source sources[KNEE_FORECAST_SOURCES_MAX],
                     const struct knee_result *result, size_t first)
{
    size_t count = 1;
    const struct knee_workload_result *of = &result->workloads[first];
    sources[0] = (struct knee_forecast_source){of, knee_plan_cpus_here(result, of)};
    for (size_t i = first + 1; i < result->workloads_count && count < KNEE_FORECAST_SOURCES_MAX;
         i++) {
        const struct knee_workload_result *workload = &result->workloads[i];
        if (of->pus > 0 && strcmp(workload->work, of->work) == 0)
            sources[count++] =
                (struct knee_forecast_source){workload, knee_plan_cpus_here(result, workload)};
    }
    return count;
}

static void note_counts(struct knee_forecast_page_work *work,
                        const struct knee_forecast_source *sources, size_t count)
{
    work->counts = count;
    for (size_t i = 0; i < count; i++) {
        const struct knee_workload_result *result = sources[i].result;
        const struct knee_level *level = knee_workload_result_at(result, result->decision.knee);
        work->cores[i] = sources[i].cpus.cores;
        work->knees[i] = result->decision.knee;
        work->per_s[i] = level ? level->throughput_per_s : NAN;
    }
}

static int plan_work(struct knee_forecast_page_work *work, const struct knee_loaded_result *here,
                     size_t first, size_t *used, const struct knee_forecast_target *target,
                     uint64_t seed, struct knee_err *err)
{
    struct knee_forecast_source sources[KNEE_FORECAST_SOURCES_MAX];
    size_t count = gather(sources, &here->result, first);
    *used = count;
    work->here = sources[count - 1].result;
    work->name = work->here->pus > 0 ? work->here->work : work->here->name;
    note_counts(work, sources, count);
    if (knee_forecast_make(&work->forecast, sources, count, target, seed, err))
        return -1;
    knee_plan_next(work, &here->plan);
    return 0;
}

static int draw(const struct knee_forecast_page *page, const char *dir,
                const struct knee_output_options *options, FILE *log, struct knee_err *err)
{
    struct knee_drawing drawing;
    char again[KNEE_DRAWING_AGAIN_BYTES];
    if (options->no_plots)
        return 0;
    knee_drawing_begin(&drawing, 0);
    enum knee_gnuplot_outcome drawn = knee_forecast_charts(page, dir, &options->picture, err);
    return knee_drawing_end(&drawing, drawn, knee_drawing_by_hand(dir, again), log, err);
}

/* DIR of -o: forecast.json, plan.html and the charts. */
static int write_files(const struct knee_forecast_page *page,
                       const struct knee_output_options *options, FILE *log, struct knee_err *err)
{
    struct knee_directory directory;
    struct knee_file json, html;
    struct knee_err undrawn = {0};
    if (knee_directory_make(&directory, "results", options->output, time(NULL), err) ||
        knee_file_open(&json, directory.path, "forecast.json", err))
        return -1;
    if (knee_forecast_json(page, json.out, err)) {
        knee_file_drop(&json);
        return -1;
    }
    if (knee_file_close(&json, err))
        return -1;
    /* The page whatever happens: it leaves out a chart that is missing. */
    int failed = draw(page, directory.path, options, log, &undrawn);
    if (knee_file_open(&html, directory.path, "plan.html", err))
        return -1;
    knee_forecast_html(page, directory.path, html.out);
    if (knee_file_close(&html, err))
        return -1;
    if (failed)
        *err = undrawn;
    return failed;
}

static int print(const struct knee_forecast_page *page, bool json, const struct knee_streams *io,
                 struct knee_err *err)
{
    if (json)
        return knee_forecast_json(page, io->out, err);
    knee_forecast_text(page, io->out);
    return 0;
}

/* `there` may hold more works, or fewer; none at all is a mistake. */
static int check_there(const struct knee_forecast_page *page, const struct knee_loaded_result *here,
                       const struct knee_loaded_result *there, const char *measured,
                       struct knee_err *err)
{
    for (size_t i = 0; i < page->works_count; i++)
        if (page->works[i].there)
            return 0;
    return knee_err_set(err, KNEE_USAGE,
                        "--measured: %.160s has %.60s and %.160s has %.60s; name a sweep of the "
                        "same work",
                        page->dir, here->result.workloads[0].name, measured,
                        there->result.workloads[0].name);
}

static int plan_all(const struct knee_plan_command *options, const char *dir,
                    const struct knee_loaded_result *here, const struct knee_loaded_result *there,
                    const struct knee_streams *io, struct knee_err *err)
{
    struct knee_forecast_target target;
    struct knee_forecast_page page = {
        .dir = dir, .target = &target, .date = here->result.date, .version = here->result.version};
    if (knee_plan_target(&target, &page, options, &here->result, err))
        return -1;
    struct knee_forecast_page_work *works = calloc(here->result.workloads_count, sizeof *works);
    int status = works ? 0 : knee_err_memory(err, "plan");
    page.works = works;
    size_t first = 0, used = 0;
    for (; first < here->result.workloads_count && status == 0; first += used) {
        struct knee_forecast_page_work *work = &works[page.works_count++];
        status = plan_work(work, here, first, &used, &target, options->measuring.seed, err);
        work->there = there ? find_there(there, work->name) : NULL;
    }
    if (status == 0 && there)
        status = check_there(&page, here, there, options->plan.measured, err);
    if (status == 0 && !options->output.quiet)
        status = print(&page, options->output.json, io, err);
    if (status == 0 && options->output.output)
        status = write_files(&page, &options->output, io->log, err);
    free(works);
    return status;
}

static int run_plan(const struct knee_arguments *arguments, const struct knee_streams *io,
                    struct knee_err *err)
{
    const struct knee_plan_command *options = arguments->values;
    const char *dir = arguments->words[0], *measured = options->plan.measured;
    struct knee_loaded_result here = {0}, there = {0};
    int status = -1;
    if (knee_loaded_result_read(&here, dir, err) == 0 &&
        (!measured || knee_loaded_result_read(&there, measured, err) == 0))
        status = plan_all(options, dir, &here, measured ? &there : NULL, io, err);
    knee_loaded_result_release(&here);
    knee_loaded_result_release(&there);
    return status;
}

const struct knee_command knee_cmd_plan = {
    .name = "plan",
    .options = OPTIONS,
    .values_bytes = sizeof(struct knee_plan_command),
    .operands = "DIR",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "what the measured limit becomes on another machine",
    .example = "knee plan results/latest --cores 16",
    .details =
        "DIR is a sweep's result. The demands of an item that it measured (computing, waiting for\n"
        "something that serves a fixed number at a time, any other waiting) are put on the "
        "target's\n"
        "CPUs, and the curve is solved again: a closed queueing network. The answer is a range "
        "that\n"
        "holds 90 % of what fits the measurement, with a list of what cannot be known from here.\n"
        "A target that is not named is this machine; --topology and --cores take nothing of this\n"
        "machine's quota and memory along.\n",
    .run = run_plan,
};
