/* SPDX-License-Identifier: MIT */
/* `knee plan`: what the measured limit becomes on another machine. */
#include "reports/forecast/forecast_json.h"
#include "reports/forecast/forecast_text.h"
#include "tuner/cli/loaded_result.h"
#include "tuner/cli/plan_target.h"
#include "tuner/cli/plan_next.h"
#include "tuner/options/arguments.h"
#include "tuner/options/output_options.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PART(member) offsetof(struct knee_plan_command, member)
static const struct knee_option_use OPTIONS[] = {
    {&knee_host_options_part, PART(host), "topology"},
    {&knee_plan_options_part, PART(plan), NULL},
    {&knee_measuring_options_part, PART(measuring), "slo seed"},
    {&knee_output_options_part, PART(output), "json"},
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

static int plan_work(struct knee_forecast_page_work *work, const struct knee_loaded_result *here,
                     const struct knee_workload_result *result,
                     const struct knee_forecast_target *target, uint64_t seed, struct knee_err *err)
{
    const struct knee_forecast_source source = {result, knee_plan_cpus_here(&here->result)};
    work->here = result;
    work->cores_measured[0] = (uint32_t)source.cpus.cores;
    work->cores_count = 1;
    if (knee_forecast_make(&work->forecast, &source, 1, target, seed, err))
        return -1;
    knee_plan_next(work, &here->plan);
    return 0;
}

static int print(const struct knee_forecast_page *page, bool json, const struct knee_streams *io,
                 struct knee_err *err)
{
    if (json)
        return knee_forecast_json(page, io->out, err);
    knee_forecast_text(page, io->out);
    return 0;
}

static int plan_all(const struct knee_plan_command *options, const char *dir,
                    const struct knee_loaded_result *here, const struct knee_loaded_result *there,
                    const struct knee_streams *io, struct knee_err *err)
{
    struct knee_forecast_target target;
    struct knee_forecast_page page = {.dir = dir,
                                      .target = &target,
                                      .works_count = here->result.workloads_count,
                                      .date = here->result.date,
                                      .version = here->result.version};
    if (knee_plan_target(&target, &page, options, &here->result, err))
        return -1;
    struct knee_forecast_page_work *works = calloc(page.works_count, sizeof *works);
    int status = works ? 0 : knee_err_memory(err, "plan");
    page.works = works;
    for (size_t i = 0; i < page.works_count && status == 0; i++) {
        const struct knee_workload_result *result = &here->result.workloads[i];
        works[i].there = there ? find_there(there, result->name) : NULL;
        status = plan_work(&works[i], here, result, &target, options->measuring.seed, err);
    }
    if (status == 0)
        status = print(&page, options->output.json, io, err);
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
