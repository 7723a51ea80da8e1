/* SPDX-License-Identifier: MIT */
#include "reports/charts/charts.h"

#include "core/text/strings.h"
#include "plots/expert.h"
#include "plots/plots.h"
#include "reports/charts/charts_expert.h"
#include "reports/words/explain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 96
#define TITLE_BYTES (3 * KNEE_EXPLAIN_BYTES + 256)
#define MEANS_BYTES 48

/* The machine's own levels, in words for a tick: "cores", "cores = quota". */
static void means(uint32_t level, uint32_t marks, char *text)
{
    static const struct {
        uint32_t mark;
        const char *name;
    } names[] = {{KNEE_MARK_CORES, "cores"},
                 {KNEE_MARK_PUS, "PUs"},
                 {KNEE_MARK_NUMA, "per NUMA node"},
                 {KNEE_MARK_L3, "per L3"},
                 {KNEE_MARK_QUOTA, "CPU quota"}};
    size_t used = 0;
    text[0] = '\0';
    if (level == 1 && marks & KNEE_MARK_CORES) {
        used = (size_t)snprintf(text, MEANS_BYTES, "core");
        marks &= ~(uint32_t)KNEE_MARK_CORES;
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (marks & names[i].mark)
            used += (size_t)snprintf(text + used, MEANS_BYTES - used, "%s%s", used ? " = " : "",
                                     names[i].name);
}

/* "cpu (1 ms): run 2 at once; 16 only adds waiting", and what was asked for where that is more than
 * throughput: it may be why the dot does not stand at full speed. */
static void title_of(const struct knee_workload_result *workload, char *title)
{
    char name[176], says[TITLE_BYTES - 180], answer[KNEE_EXPLAIN_BYTES], beyond[KNEE_EXPLAIN_BYTES];
    char goal[KNEE_EXPLAIN_BYTES];
    knee_explain_answer(workload, answer);
    knee_explain_beyond(workload, beyond);
    bool asked = *knee_explain_goal(workload, goal) != '\0';
    snprintf(says, sizeof says, "%s%s%s%s%s%s", answer, *beyond ? "; " : "", beyond,
             asked ? " (" : "", goal, asked ? ")" : "");
    knee_charts_name(workload, knee_strings_width(says) + 2, name, sizeof name);
    snprintf(title, TITLE_BYTES, "%s: %s", name, says);
}

/* A chart's levels, and room for their words. */
struct rows {
    struct knee_chart_level *levels;
    char (*means)[MEANS_BYTES];
};

static int make_rows(struct rows *rows, const struct knee_workload_result *workload)
{
    rows->levels = calloc(workload->levels_count, sizeof *rows->levels);
    rows->means = calloc(workload->levels_count, sizeof *rows->means);
    if (!rows->levels || !rows->means)
        return -1;
    for (size_t i = 0; i < workload->levels_count; i++) {
        const struct knee_level *level = &workload->levels[i];
        means(level->level, level->marks, rows->means[i]);
        rows->levels[i] = (struct knee_chart_level){
            .level = level->level,
            .percent = 100 * knee_workload_result_of_best(workload, level),
            .means = rows->means[i],
        };
    }
    return 0;
}

static void release_rows(struct rows *rows)
{
    free(rows->means);
    free(rows->levels);
}

/* What is 100 %. */
static double best_of(const struct knee_workload_result *workload)
{
    for (size_t i = 0; i < workload->levels_count; i++) {
        const struct knee_level *level = &workload->levels[i];
        double of_best = knee_workload_result_of_best(workload, level);
        if (of_best > 0)
            return level->throughput_per_s / of_best;
    }
    return 1;
}

static enum knee_chart_answer answer_of(const struct knee_workload_result *workload)
{
    const struct knee_decision *decision = &workload->decision;
    if (!knee_workload_result_measured(workload))
        return KNEE_CHART_RULE;
    uint32_t use = knee_workload_result_use(workload);
    /* Under another objective the limit may be none of the knee's candidates. */
    bool open = decision->verdict == KNEE_VERDICT_UNRESOLVED && decision->knee_low > 0 &&
                decision->knee_low < decision->knee_high && use >= decision->knee_low &&
                use <= decision->knee_high;
    return open ? KNEE_CHART_BRACKET : KNEE_CHART_DOT;
}

static int write_chart(const struct knee_workload_result *workload, size_t first_row,
                       const char *name, const char *dir, struct knee_err *err)
{
    char title[TITLE_BYTES];
    struct rows rows = {0};
    double latency_max_s = NAN, tolerance = workload->decision.tolerance_ratio;
    title_of(workload, title);
    for (size_t i = 0; i < workload->levels_count; i++)
        latency_max_s = fmax(latency_max_s, workload->levels[i].latency_p95_s);
    int failed;
    if (make_rows(&rows, workload) != 0) {
        failed = knee_err_set(err, KNEE_FAILED, "charts: out of memory; end other programs");
    } else {
        struct knee_chart chart = {
            .name = name,
            .csv = "levels.csv",
            .first_row = first_row,
            .title = title,
            .levels = rows.levels,
            .levels_count = workload->levels_count,
            .answer = answer_of(workload),
            .use = knee_workload_result_use(workload),
            .open = workload->decision.verdict == KNEE_VERDICT_UNRESOLVED,
            .low = workload->decision.knee_low,
            .high = workload->decision.knee_high,
            .current = workload->current,
            .rule = workload->decision.rule_of_thumb,
            .best_per_s = best_of(workload),
            .tolerance_ratio = tolerance > 0 ? tolerance : .02,
            .latency_max_s = latency_max_s,
        };
        failed = knee_chart_write(&chart, dir, err);
    }
    release_rows(&rows);
    return failed;
}

static int ascending(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/* All levels of all workloads, each once; how many. `levels` has room for all. */
static size_t all_levels(const struct knee_result *result, uint32_t *levels)
{
    size_t count = 0, kept = 0;
    for (size_t w = 0; w < result->workloads_count; w++)
        for (size_t i = 0; i < result->workloads[w].levels_count; i++)
            levels[count++] = result->workloads[w].levels[i].level;
    qsort(levels, count, sizeof *levels, ascending);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || levels[i] != levels[kept - 1])
            levels[kept++] = levels[i];
    return kept;
}

static void set_curve(struct knee_chart_curve *curve, const struct knee_workload_result *workload,
                      size_t first_row, char *label)
{
    uint32_t use = knee_workload_result_use(workload);
    const struct knee_level *row = knee_workload_result_at(workload, use);
    double percent = 100 * knee_workload_result_of_best(workload, row);
    snprintf(label, NAME_BYTES, "%.64s: %u%s", workload->name, use,
             workload->decision.verdict == KNEE_VERDICT_RESOLVED ? "" : "?");
    *curve = (struct knee_chart_curve){
        .label = label,
        .first_row = first_row,
        .rows = workload->levels_count,
        .use = use,
        .use_percent = isfinite(percent) ? percent : 0,
        .best_per_s = best_of(workload),
    };
}

static int write_overview(const struct knee_result *result, const char *dir, struct knee_err *err)
{
    size_t count = result->workloads_count, measured = 0, room = 1, row = 0;
    for (size_t i = 0; i < count; i++)
        room += result->workloads[i].levels_count;
    struct knee_chart_curve *curves = calloc(count, sizeof *curves);
    char(*labels)[NAME_BYTES] = calloc(count, sizeof *labels);
    uint32_t *levels = calloc(room, sizeof *levels);
    bool open = false;
    int failed;
    if (!curves || !labels || !levels) {
        failed = knee_err_set(err, KNEE_FAILED, "charts: out of memory; end other programs");
    } else {
        for (size_t i = 0; i < count; i++) {
            const struct knee_workload_result *workload = &result->workloads[i];
            if (workload->levels_count == 0)
                continue;
            set_curve(&curves[measured++], workload, row, labels[i]);
            row += workload->levels_count;
            open = open || workload->decision.verdict != KNEE_VERDICT_RESOLVED;
        }
        struct knee_overview overview = {
            .name = "overview",
            .csv = "levels.csv",
            .title = open ? "How many at once: the large mark is the one to use (?: not proven)"
                          : "How many at once: the large mark is the one to use",
            .curves = curves,
            .curves_count = measured,
            .levels = levels,
            .levels_count = all_levels(result, levels),
        };
        failed = knee_overview_write(&overview, dir, err);
    }
    free(levels);
    free(labels);
    free(curves);
    return failed;
}

/* The scripts are all written before the first is drawn: without gnuplot they are still there. */
static int write_scripts(const struct knee_result *result, const char *dir,
                         char (*names)[NAME_BYTES], size_t *count, struct knee_err *err)
{
    size_t measured = 0, row = 0;
    for (size_t i = 0; i < result->workloads_count; i++) {
        const struct knee_workload_result *workload = &result->workloads[i];
        if (workload->levels_count == 0)
            continue;
        char base[NAME_BYTES - 16];
        knee_strings_file_name(base, sizeof base, workload->name);
        snprintf(names[*count], NAME_BYTES, "%s-throughput", base);
        if (write_chart(workload, row, names[(*count)++], dir, err) != 0)
            return -1;
        for (size_t c = 0; c < knee_expert_charts_count; c++)
            snprintf(names[(*count)++], NAME_BYTES, "%s-%s", base, knee_expert_charts[c].suffix);
        if (knee_charts_expert(workload, row, base, dir, err) != 0)
            return -1;
        row += workload->levels_count;
        measured++;
    }
    if (measured < 2)
        return 0;
    snprintf(names[(*count)++], NAME_BYTES, "overview");
    return write_overview(result, dir, err);
}

int knee_charts_make(const struct knee_result *result, const char *dir, struct knee_err *err)
{
    size_t room = result->workloads_count * (1 + knee_expert_charts_count) + 1;
    char(*names)[NAME_BYTES] = calloc(room, sizeof *names);
    size_t count = 0;
    if (!names)
        return knee_err_set(err, KNEE_FAILED, "charts: out of memory; end other programs");
    int outcome = write_scripts(result, dir, names, &count, err);
    for (size_t i = 0; i < count && outcome == 0; i++)
        outcome = knee_gnuplot_run(dir, names[i], err);
    free(names);
    return outcome;
}
