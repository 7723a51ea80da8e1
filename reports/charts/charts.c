/* SPDX-License-Identifier: MIT */
#include "reports/charts/charts.h"

#include "core/base/array.h"
#include "core/text/builder.h"
#include "core/text/strings.h"
#include "plots/expert.h"
#include "plots/overview.h"
#include "reports/charts/chart_words.h"
#include "reports/charts/charts_expert.h"
#include "reports/charts/throughput_chart.h"
#include "reports/words/explain_slo.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_BYTES 96
#define LABEL_BYTES (NAME_BYTES + 64)
#define NOTE_BYTES 512

/* The charts that were written, to be drawn. */
struct names {
    char (*at)[NAME_BYTES];
    size_t count;
};

static void add_name(struct names *names, const char *base, const char *suffix)
{
    snprintf(names->at[names->count++], NAME_BYTES, "%s%s%s", base, *suffix ? "-" : "", suffix);
}

/* What an earlier result left here would be taken for this one's, if it is not drawn again. */
static void remove_old(const char *dir, const char *base, const char *suffix)
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
    remove_old(dir, base, "throughput");
    if (knee_chart_is_known(&made.chart)) {
        add_name(names, base, "throughput");
        made.chart.name = names->at[names->count - 1];
        made.chart.picture = *picture;
        failed = knee_chart_write(&made.chart, dir, err);
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
        remove_old(dir, base, chart->suffix);
        if (!chart->is_known(&made.expert))
            continue;
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

/* Whether any level has a throughput. */
static bool has_curve(const struct knee_workload_result *workload)
{
    for (size_t i = 0; i < workload->levels_count; i++)
        if (workload->levels[i].throughput_per_s > 0)
            return true;
    return false;
}

/* All levels of all curves, each once; how many. `levels` has room for all. */
static size_t list_levels(const struct knee_result *result, uint32_t *levels)
{
    size_t count = 0, kept = 0;
    for (size_t w = 0; w < result->workloads_count; w++)
        for (size_t i = 0;
             has_curve(&result->workloads[w]) && i < result->workloads[w].levels_count; i++)
            levels[count++] = result->workloads[w].levels[i].level;
    qsort(levels, count, sizeof *levels, compare_levels);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || levels[i] != levels[kept - 1])
            levels[kept++] = levels[i];
    return kept;
}

/* "cpu: 2", "cpu: 2?", "net: 18? (17 at 3 %)", "net: 12 (at 4 %)", "net: none". A long name is cut,
 * so that the limit is always there. */
static void make_label(const struct knee_workload_result *workload, char *label)
{
    char name[NAME_BYTES], says[64];
    double ratio;
    uint32_t use = knee_workload_result_use(workload);
    uint32_t proven = knee_chart_words_proven(workload, &ratio);
    bool open = workload->decision.verdict != KNEE_VERDICT_RESOLVED;
    if (knee_explain_slo_unmet(workload))
        snprintf(says, sizeof says, ": none");
    else if (proven > 0 && proven == use)
        snprintf(says, sizeof says, ": %u (at %.4g %%)", use, 100 * ratio);
    else if (proven > 0)
        snprintf(says, sizeof says, ": %u? (%u at %.4g %%)", use, proven, 100 * ratio);
    else
        snprintf(says, sizeof says, ": %u%s", use, open ? "?" : "");
    knee_strings_utf8(name, sizeof name, workload->name, false);
    knee_strings_clip(name, KNEE_OVERVIEW_LABEL_COLUMNS - strlen(says));
    snprintf(label, LABEL_BYTES, "%s%s", name, says);
}

static void set_curve(struct knee_overview_curve *curve,
                      const struct knee_workload_result *workload, size_t first_row, char *label)
{
    double ratio;
    uint32_t use = knee_workload_result_use(workload);
    uint32_t proven = knee_chart_words_proven(workload, &ratio);
    bool rule = knee_workload_result_source(workload) == KNEE_RESULT_SOURCE_RULE;
    bool unmet = knee_explain_slo_unmet(workload);
    const struct knee_level *row = rule || unmet ? NULL : knee_workload_result_at(workload, use);
    make_label(workload, label);
    *curve = (struct knee_overview_curve){
        .label = label,
        .first_row = first_row,
        .rows = workload->levels_count,
        .use = use,
        .use_percent = 100 * knee_workload_result_of_best(workload, row),
        .proven = proven,
        .proven_percent =
            100 * knee_workload_result_of_best(workload, knee_workload_result_at(workload, proven)),
        .best_per_s = knee_throughput_chart_best_per_s(workload),
    };
}

/* What the overview is made of. */
struct parts {
    struct knee_overview_curve *curves;
    size_t curves_count;
    char (*labels)[LABEL_BYTES]; /* of the curves */
    uint32_t *levels;
    char note[NOTE_BYTES]; /* the workloads without a curve */
    bool open;             /* the limit of one is not proven */
};

static int open_parts(struct parts *parts, const struct knee_result *result, struct knee_err *err)
{
    size_t count = result->workloads_count, room = 1;
    for (size_t i = 0; i < count; i++)
        room += result->workloads[i].levels_count;
    *parts = (struct parts){.curves = calloc(count, sizeof *parts->curves),
                            .labels = calloc(count, sizeof *parts->labels),
                            .levels = calloc(room, sizeof *parts->levels)};
    return parts->curves && parts->labels && parts->levels ? 0 : knee_err_memory(err, "charts");
}

static void release_parts(struct parts *parts)
{
    free(parts->levels);
    free(parts->labels);
    free(parts->curves);
}

static void set_curves(struct parts *parts, const struct knee_result *result)
{
    size_t row = 0;
    struct knee_builder note;
    knee_builder_over(&note, parts->note, sizeof parts->note);
    for (size_t i = 0; i < result->workloads_count; i++) {
        const struct knee_workload_result *workload = &result->workloads[i];
        char *label = parts->labels[parts->curves_count], name[LABEL_BYTES];
        if (has_curve(workload)) {
            set_curve(&parts->curves[parts->curves_count++], workload, row, label);
        } else if (workload->levels_count > 0) {
            make_label(workload, name);
            knee_builder_add(&note, "%s%s",
                             *parts->note ? ", " : "no valid window, so no curve: ", name);
        }
        row += workload->levels_count;
        parts->open |=
            workload->levels_count > 0 && workload->decision.verdict != KNEE_VERDICT_RESOLVED;
    }
}

static int write_overview(const struct knee_result *result, const char *dir,
                          const struct knee_picture *picture, struct knee_err *err)
{
    struct parts parts;
    int failed = open_parts(&parts, result, err);
    if (!failed) {
        set_curves(&parts, result);
        struct knee_overview overview = {
            .name = "overview",
            .csv = "levels.csv",
            .title = parts.open
                         ? "How many at once: the large mark is the one to use (?: not proven)"
                         : "How many at once: the large mark is the one to use",
            .note = parts.note,
            .curves = parts.curves,
            .curves_count = parts.curves_count,
            .levels = parts.levels,
            .levels_count = list_levels(result, parts.levels),
            .picture = *picture,
        };
        failed = knee_overview_write(&overview, dir, err);
    }
    release_parts(&parts);
    return failed;
}

/* All scripts are written before the first is drawn: they are there even without gnuplot. */
static int write_scripts(const struct knee_result *result, const char *dir,
                         const struct knee_picture *picture, struct names *names,
                         struct knee_err *err)
{
    size_t measured = 0, known = 0, row = 0;
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
        known += has_curve(workload);
    }
    remove_old(dir, "overview", "");
    if (measured < 2 || known == 0)
        return 0;
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
