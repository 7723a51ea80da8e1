/* SPDX-License-Identifier: MIT */
#include "tuner/cli/output.h"

#include "core/base/clock.h"
#include "reports/charts/charts.h"
#include "reports/json/result_json.h"
#include "reports/text/text.h"
#include "reports/words/fact_text.h"
#include "reports/writers.h"
#include "tuner/cli/drawing.h"
#include "tuner/store/hosts_read.h"
#include "tuner/sweep/sweep.h"

#include <stdlib.h>

/* From the sweep's start to the end of its last window: what the journal knows of it. */
static double elapsed_s(const struct knee_result *result)
{
    uint64_t last_ns = 0;
    double waited_s = 0;
    for (size_t i = 0; i < result->workloads_count; i++) {
        waited_s = knee_workload_result_waited_s(&result->workloads[i]);
        for (size_t j = 0; j < result->workloads[i].windows_count; j++) {
            const struct knee_window *window = &result->workloads[i].windows[j];
            uint64_t end_ns = window->start_ns + window->window_ns;
            last_ns = end_ns > last_ns ? end_ns : last_ns;
        }
    }
    return knee_clock_to_s(last_ns) + waited_s;
}

int knee_output_make(const struct knee_sweep_plan *plan, struct knee_search_record *records,
                     struct knee_result *result, struct knee_err *err)
{
    size_t kept = 0;
    if (knee_sweep_plan_result(plan, result, err))
        return -1;
    for (size_t i = 0; i < plan->workloads_count; i++) {
        struct knee_workload_result *workload = &result->workloads[i];
        if (records[i].count == 0) {
            knee_workload_result_release(workload);
            continue;
        }
        if (knee_sweep_conclude(plan, &plan->workloads[i], &records[i], workload, err))
            return -1;
        if (kept != i) {
            result->workloads[kept] = *workload;
            *workload = (struct knee_workload_result){0};
        }
        kept++;
    }
    result->workloads_count = kept;
    result->elapsed_s = elapsed_s(result);
    return 0;
}

/* The level to tell of: the limit, or, if that was not measured, the highest one below it. */
static uint32_t level_to_tell(const struct knee_workload_result *workload)
{
    uint32_t use = knee_workload_result_use(workload);
    uint32_t level = workload->levels_count ? workload->levels[0].level : use;
    for (size_t i = 0; i < workload->levels_count; i++)
        if (workload->levels[i].level <= use)
            level = workload->levels[i].level;
    return level;
}

int knee_output_read_hosts(const struct knee_sweep_plan *plan, const char *dir,
                           struct knee_result *result, struct knee_err *err)
{
    for (size_t i = 0; plan->hosts_count > 1 && i < result->workloads_count; i++) {
        struct knee_workload_result *workload = &result->workloads[i];
        uint32_t level = level_to_tell(workload);
        if (plan->split == KNEE_FLEET_SPLIT_HOST)
            level *= (uint32_t)plan->hosts_count;
        if (knee_hosts_read(&workload->hosts, &workload->hosts_count, &level, dir, workload->name,
                            err))
            return -1;
        workload->hosts_level = level;
    }
    return 0;
}

/* The text says them, too: they are for those who do not get it. */
static void print_warnings(const struct knee_result *result,
                           const struct knee_output_options *options, FILE *log)
{
    if (!options->json && !options->quiet)
        return;
    for (size_t i = 0; i < result->workloads_count; i++) {
        const struct knee_workload_result *workload = &result->workloads[i];
        char text[KNEE_FACT_TEXT_BYTES];
        for (size_t j = 0; j < workload->warnings.count; j++)
            fprintf(log, "knee: warning: %s: %s\n", workload->name,
                    knee_fact_text(&workload->warnings.at[j], text));
    }
}

int knee_output_write(const struct knee_result *result, const char *dir,
                      const struct knee_output_options *options, FILE *log, struct knee_err *err)
{
    print_warnings(result, options, log);
    return knee_writers_write(result, dir, err);
}

int knee_output_draw(const struct knee_result *result, const char *dir,
                     const struct knee_output_options *options, int signal_number, FILE *log,
                     struct knee_err *err)
{
    struct knee_drawing drawing;
    struct knee_err unwritten = {0};
    char again[KNEE_DRAWING_AGAIN_BYTES];
    if (options->no_plots)
        return 0;
    knee_drawing_begin(&drawing, signal_number);
    enum knee_gnuplot_outcome drawn = knee_charts_make(result, dir, &options->picture, err);
    int failed = knee_drawing_end(&drawing, drawn, knee_drawing_by_report(dir, again), log, err);
    /* The page with the charts that there are. */
    if (drawn == KNEE_GNUPLOT_MISSING || knee_writers_page(result, dir, &unwritten) == 0 || failed)
        return failed;
    *err = unwritten;
    return -1;
}

int knee_output_print(const struct knee_result *result, const struct knee_sweep_plan *plan,
                      const char *shown, const struct knee_output_options *options, FILE *out,
                      struct knee_err *err)
{
    const struct knee_text_options how = {
        .dir = shown, .color = knee_text_color(out), .command = &plan->command};
    if (options->json)
        return knee_result_json(result, out, err);
    char *text = options->quiet ? knee_text_answers(result) : knee_text_result(result, &how);
    if (!text)
        return knee_err_set(err, KNEE_FAILED, "%.200s: out of memory; end other programs", shown);
    int status = knee_text_write(out, text, err);
    free(text);
    return status;
}
