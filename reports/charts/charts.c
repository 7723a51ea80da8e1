/* SPDX-License-Identifier: MIT */
#include "reports/charts/charts.h"

#include "core/base/array.h"
#include "core/text/strings.h"
#include "plots/expert.h"
#include "plots/overview.h"
#include "reports/charts/charts_expert.h"
#include "reports/charts/throughput_chart.h"
#include "reports/words/explain_slo.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NAME_BYTES 96

/* The charts that were written, to be drawn. */
struct names {
    char (*at)[NAME_BYTES];
    size_t count;
};

static void add_name(struct names *names, const char *base, const char *suffix)
{
    snprintf(names->at[names->count++], NAME_BYTES, "%s%s%s", base, *suffix ? "-" : "", suffix);
}

/* What an earlier result left here would be taken for this one's. */
static void remove_stale(const char *dir, const char *base, const char *suffix)
{
    static const char *const endings[] = {"gp", "svg", "pdf", "png"};
    char path[4096];
    for (size_t i = 0; i < KNEE_COUNT(endings); i++) {
        snprintf(path, sizeof path, "%.3900s/%s%s%s.%s", dir, base, *suffix ? "-" : "", suffix,
                 endings[i]);
        unlink(path); /* usually there is none */
    }
}

static int write_throughput(const struct knee_workload_result *workload, size_t first_row,
                            const char *base, const char *dir, const struct knee_picture *picture,
                            struct names *names, struct knee_err *err)
{
    struct knee_throughput_chart made;
    int failed = 0;
    if (knee_throughput_chart_init(&made, workload, first_row, err) != 0)
        return -1;
    if (knee_chart_is_known(&made.chart)) {
        add_name(names, base, "throughput");
        made.chart.name = names->at[names->count - 1];
        made.chart.picture = *picture;
        failed = knee_chart_write(&made.chart, dir, err);
    } else {
        remove_stale(dir, base, "throughput");
    }
    knee_throughput_chart_release(&made);
    return failed;
}

static int write_experts(const struct knee_workload_result *workload, size_t first_row,
                         const char *base, const char *dir, const struct knee_picture *picture,
                         struct names *names, struct knee_err *err)
{
    struct knee_charts_expert made;
    int failed = 0;
    if (knee_charts_expert_init(&made, workload, first_row, base, err) != 0)
        return -1;
    made.expert.picture = *picture;
    for (size_t i = 0; i < knee_expert_charts_count && !failed; i++) {
        const struct knee_expert_chart *chart = &knee_expert_charts[i];
        if (!chart->is_known(&made.expert)) {
            remove_stale(dir, base, chart->suffix);
            continue;
        }
        add_name(names, base, chart->suffix);
        failed = knee_expert_write(&made.expert, chart, dir, err);
    }
    knee_charts_expert_release(&made);
    return failed;
}

static int compare_levels(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* All levels of all workloads, each once; how many. `levels` has room for all. */
static size_t list_levels(const struct knee_result *result, uint32_t *levels)
{
    size_t count = 0, kept = 0;
    for (size_t w = 0; w < result->workloads_count; w++)
        for (size_t i = 0; i < result->workloads[w].levels_count; i++)
            levels[count++] = result->workloads[w].levels[i].level;
    qsort(levels, count, sizeof *levels, compare_levels);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || levels[i] != levels[kept - 1])
            levels[kept++] = levels[i];
    return kept;
}

static void set_curve(struct knee_overview_curve *curve,
                      const struct knee_workload_result *workload, size_t first_row, char *label)
{
    uint32_t use = knee_workload_result_use(workload);
    bool rule = knee_workload_result_source(workload) == KNEE_RESULT_SOURCE_RULE;
    bool unmet = knee_explain_slo_unmet(workload);
    const struct knee_level *row = rule || unmet ? NULL : knee_workload_result_at(workload, use);
    if (unmet)
        snprintf(label, NAME_BYTES, "%.64s: none", workload->name);
    else
        snprintf(label, NAME_BYTES, "%.64s: %u%s", workload->name, use,
                 workload->decision.verdict == KNEE_VERDICT_RESOLVED ? "" : "?");
    *curve = (struct knee_overview_curve){
        .label = label,
        .first_row = first_row,
        .rows = workload->levels_count,
        .use = use,
        .use_percent = 100 * knee_workload_result_of_best(workload, row),
        .best_per_s = knee_throughput_chart_best_per_s(workload),
    };
}

/* The workloads that were measured as curves; how many. `open`: the limit of one is not proven. */
static size_t set_curves(const struct knee_result *result, struct knee_overview_curve *curves,
                         char (*labels)[NAME_BYTES], bool *open)
{
    size_t count = 0, row = 0;
    *open = false;
    for (size_t i = 0; i < result->workloads_count; i++) {
        const struct knee_workload_result *workload = &result->workloads[i];
        if (workload->levels_count == 0)
            continue;
        set_curve(&curves[count++], workload, row, labels[i]);
        row += workload->levels_count;
        *open |= workload->decision.verdict != KNEE_VERDICT_RESOLVED;
    }
    return count;
}

static int write_overview(const struct knee_result *result, const char *dir,
                          const struct knee_picture *picture, struct knee_err *err)
{
    size_t count = result->workloads_count, room = 1;
    for (size_t i = 0; i < count; i++)
        room += result->workloads[i].levels_count;
    struct knee_overview_curve *curves = calloc(count, sizeof *curves);
    char(*labels)[NAME_BYTES] = calloc(count, sizeof *labels);
    uint32_t *levels = calloc(room, sizeof *levels);
    int failed;
    if (!curves || !labels || !levels) {
        failed = knee_err_memory(err, "charts");
    } else {
        bool open;
        struct knee_overview overview = {
            .name = "overview",
            .csv = "levels.csv",
            .curves = curves,
            .curves_count = set_curves(result, curves, labels, &open),
            .levels = levels,
            .levels_count = list_levels(result, levels),
            .picture = *picture,
        };
        overview.title = open ? "How many at once: the large mark is the one to use (?: not proven)"
                              : "How many at once: the large mark is the one to use";
        failed = knee_overview_write(&overview, dir, err);
    }
    free(levels);
    free(labels);
    free(curves);
    return failed;
}

/* All scripts are written before the first is drawn: they are there even without gnuplot. */
static int write_scripts(const struct knee_result *result, const char *dir,
                         const struct knee_picture *picture, struct names *names,
                         struct knee_err *err)
{
    size_t measured = 0, row = 0;
    for (size_t i = 0; i < result->workloads_count; i++) {
        const struct knee_workload_result *workload = &result->workloads[i];
        char base[NAME_BYTES - 16];
        if (workload->levels_count == 0)
            continue;
        knee_strings_file_name(base, sizeof base, workload->name);
        if (write_throughput(workload, row, base, dir, picture, names, err) != 0 ||
            write_experts(workload, row, base, dir, picture, names, err) != 0)
            return -1;
        row += workload->levels_count;
        measured++;
    }
    if (measured < 2) {
        remove_stale(dir, "overview", "");
        return 0;
    }
    add_name(names, "overview", "");
    return write_overview(result, dir, picture, err);
}

enum knee_gnuplot_outcome knee_charts_make(const struct knee_result *result, const char *dir,
                                           const struct knee_picture *picture, struct knee_err *err)
{
    size_t room = result->workloads_count * (1 + knee_expert_charts_count) + 1;
    struct names names = {.at = calloc(room, sizeof *names.at)};
    if (!names.at)
        return knee_err_memory(err, "charts");
    int outcome = write_scripts(result, dir, picture, &names, err);
    for (size_t i = 0; i < names.count && outcome == 0; i++) {
        outcome = knee_gnuplot_run(dir, names.at[i], KNEE_PICTURE_SVG, err);
        if (outcome == 0 && picture->format != KNEE_PICTURE_SVG)
            outcome = knee_gnuplot_run(dir, names.at[i], picture->format, err);
    }
    free(names.at);
    return outcome;
}
