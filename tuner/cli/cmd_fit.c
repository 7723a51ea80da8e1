/* SPDX-License-Identifier: MIT */
/* `knee fit FILE.csv`: the models, knee and peak of anyone's table. */
#include "core/text/human.h"
#include "core/text/text_table.h"
#include "reports/json/models_json.h"
#include "reports/text/text.h"
#include "reports/text/wrap.h"
#include "reports/words/explain_model.h"
#include "reports/words/reason.h"
#include "reports/words/refusal.h"
#include "tuner/fit/measurements.h"
#include "tuner/options/arguments.h"
#include "tuner/options/option_readers.h"
#include "tuner/options/output_options.h"
#include "tuner/search/search.h"
#include "tuner/store/json.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LABEL_WIDTH 9
#define JSON_DIGITS 10

struct fit {
    const char *path;
    struct knee_measurements measurements;
    struct knee_models_point *points; /* by level */
    size_t count;
    struct knee_models models;
    uint32_t knee, peak;
    bool repeated; /* every level has repeats, so that `decision` was made from them */
    struct knee_decision decision;
};

struct fit_options {
    const char *workload; /* NULL: the only one */
    const char *columns;  /* NULL: by the header, else the first two */
    struct knee_output_options output;
};

/* The knee and the peak of the levels' means. */
static void take_means(struct fit *fit)
{
    double best = 0;
    size_t peak = 0, knee = 0;
    for (size_t i = 0; i < fit->count; i++) {
        if (fit->points[i].throughput_per_s > best) {
            best = fit->points[i].throughput_per_s;
            peak = i;
        }
    }
    while (fit->points[knee].throughput_per_s < best * (1 - KNEE_DECISION_TOLERANCE_RATIO))
        knee++;
    fit->knee = (uint32_t)fit->points[knee].level;
    fit->peak = (uint32_t)fit->points[peak].level;
}

/* Does every level have repeats, and is their spread known? */
static bool all_repeated(const struct fit *fit, double error_df)
{
    const struct knee_measurements *all = &fit->measurements;
    size_t run = 0;
    for (size_t i = 0; i < all->count; i++) {
        bool first = i == 0 || all->rows[i].level > all->rows[i - 1].level;
        if (first && run == 1)
            return false;
        run = first ? 1 : run + 1;
    }
    return run > 1 && error_df > 0 && fit->count <= KNEE_LEVELS_MAX;
}

/* The rows as windows of one block: what a sweep would conclude from them. */
static int decide(struct fit *fit, struct knee_err *err)
{
    const struct knee_measurements *all = &fit->measurements;
    struct knee_window *windows = calloc(all->count, sizeof *windows);
    struct knee_points *points = calloc(1, sizeof *points);
    int status = -1;
    if (!windows || !points) {
        knee_err_set(err, KNEE_FAILED, "fit: out of memory");
        goto out;
    }
    for (size_t i = 0; i < all->count; i++)
        windows[i] = (struct knee_window){.level = (uint32_t)all->rows[i].level,
                                          .throughput_per_s = all->rows[i].throughput_per_s,
                                          .items = 1,
                                          .valid = true};
    if (knee_points_fit(points, windows, all->count, err))
        goto out;
    const struct knee_decision_inputs inputs = {.points = points,
                                                .tolerance_ratio = KNEE_DECISION_TOLERANCE_RATIO,
                                                .confidence_ratio = KNEE_DECISION_CONFIDENCE_RATIO,
                                                .level_max =
                                                    (uint32_t)fit->points[fit->count - 1].level,
                                                .fixed_levels = true};
    knee_decision_make(&fit->decision, &inputs);
    fit->knee = fit->decision.knee;
    fit->peak = fit->decision.peak;
    status = 0;
out:
    free(points);
    free(windows);
    return status;
}

/* A result directory stands for its windows. */
static const char *table_of(const char *path, char *text, size_t text_bytes)
{
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode))
        return path;
    snprintf(text, text_bytes, "%s/samples.csv", path);
    return text;
}

static int make_fit(struct fit *fit, const struct fit_options *options, struct knee_err *err)
{
    double error_df;
    const struct knee_measurements_source source = {
        .path = fit->path, .columns = options->columns, .workload = options->workload};
    if (knee_measurements_read(&fit->measurements, &source, err))
        return -1;
    fit->points = calloc(fit->measurements.count, sizeof *fit->points);
    if (!fit->points)
        return knee_err_set(err, KNEE_FAILED, "fit: out of memory");
    fit->count = knee_measurements_group(&fit->measurements, fit->points, &error_df);
    if (knee_models_fit(&fit->models, fit->points, fit->count, error_df, err))
        return -1;
    take_means(fit);
    fit->repeated = all_repeated(fit, error_df);
    return fit->repeated ? decide(fit, err) : 0;
}

static int print_json(const struct fit *fit, FILE *out, struct knee_err *err)
{
    json_t *json = knee_models_json(&fit->models);
    int failed = json ? 0 : -1;
    failed |= json_object_set_new(json, "knee", knee_json_level(fit->knee));
    failed |= json_object_set_new(json, "peak", knee_json_level(fit->peak));
    if (failed)
        knee_err_set(err, KNEE_FAILED, "fit: out of memory");
    else if (knee_json_write(json, JSON_DIGITS, out) != 0)
        failed = knee_err_set(err, KNEE_FAILED, "standard output: %s; write it elsewhere",
                              strerror(errno));
    json_decref(json);
    return failed;
}

static double best_of(const struct fit *fit)
{
    double best = 0;
    for (size_t i = 0; i < fit->count; i++)
        best = fmax(best, fit->points[i].throughput_per_s);
    return best;
}

static void print_table(const struct fit *fit, FILE *out)
{
    static const char *const heads[] = {"level", "items/s", "of best", "model", "+-", ""};
    struct knee_text_table table = {.columns = 6, .left = {[5] = true}};
    double best = best_of(fit);
    for (size_t i = 0; i < table.columns; i++)
        knee_text_table_add(&table, heads[i]);
    for (size_t i = 0; i < fit->count; i++) {
        const struct knee_models_point *point = &fit->points[i];
        double se, at = knee_models_predict(&fit->models, point->level, &se);
        char text[KNEE_HUMAN_BYTES];
        snprintf(text, sizeof text, "%.0f", point->level);
        knee_text_table_add(&table, text);
        knee_text_table_add(&table, knee_human_rate(text, point->throughput_per_s));
        knee_text_table_add(&table, knee_human_percent(text, point->throughput_per_s / best));
        knee_text_table_add(&table, knee_human_rate(text, at));
        knee_text_table_add(&table, knee_human_tenths(text, fit->models.t * se / at));
        uint32_t level = (uint32_t)point->level;
        snprintf(text, sizeof text, "%s%s%s", level == fit->knee ? "knee" : "",
                 level == fit->knee && level == fit->peak ? " " : "",
                 level == fit->peak ? "best" : "");
        knee_text_table_add(&table, text);
    }
    knee_text_table_print(&table, 0, KNEE_WRAP_WIDTH, out);
    knee_text_table_release(&table);
}

/* "by the model, 26 gives 98 % of the peak's throughput": the knee of the curve. */
static void print_model_knee(const struct fit *fit, FILE *out)
{
    const struct knee_models *models = &fit->models;
    char text[KNEE_EXPLAIN_BYTES];
    if (!(models->peak_level > 0))
        return;
    double low = 1, high = models->peak_level;
    while (high - low > .5) {
        double middle = floor((low + high) / 2);
        bool enough = knee_models_predict(models, middle, NULL) >=
                      models->peak_throughput_per_s * (1 - KNEE_DECISION_TOLERANCE_RATIO);
        if (middle <= low && !enough)
            break;
        *(enough ? &high : &low) = middle;
    }
    snprintf(text, sizeof text, "by the model, %.0f gives %.0f %% of its peak", high,
             100 * (1 - KNEE_DECISION_TOLERANCE_RATIO));
    knee_wrap_text(out, "", LABEL_WIDTH, text);
}

static void print_parameter(FILE *out, const char *name, const char *what,
                            const struct knee_estimate *estimate)
{
    fprintf(out, "%-*s%-6s %-10.7g", LABEL_WIDTH, "", name, estimate->value);
    if (isnan(estimate->ci_low))
        fprintf(out, " (fixed)");
    else
        fprintf(out, " (%.4g to %.4g, 95 %%)", estimate->ci_low, estimate->ci_high);
    fprintf(out, "  %s\n", what);
}

static void print_model(const struct fit *fit, FILE *out)
{
    const struct knee_models *models = &fit->models;
    char text[KNEE_EXPLAIN_BYTES], refused[KNEE_REFUSAL_BYTES];
    knee_wrap_text(out, "Model", LABEL_WIDTH, knee_explain_models(models, text));
    if (models->model == KNEE_MODEL_NONE)
        return;
    print_parameter(out, "lambda", "items/s at level 1", &models->lambda);
    print_parameter(out, "sigma", "contention", &models->sigma);
    print_parameter(out, "kappa", "coherency", &models->kappa);
    if (models->refusal != KNEE_REFUSAL_NONE)
        knee_wrap_text(out, "", LABEL_WIDTH, knee_refusal_text(models, refused));
    print_model_knee(fit, out);
}

static void print_verdict(const struct fit *fit, FILE *out)
{
    const struct knee_decision *decision = &fit->decision;
    bool last = fit->knee == (uint32_t)fit->points[fit->count - 1].level;
    char text[KNEE_REASON_BYTES + 16], reason[KNEE_REASON_BYTES];
    if (fit->repeated) {
        snprintf(text, sizeof text, "%s: %s", knee_verdict_text(decision->verdict),
                 knee_reason_decision(decision, NULL, reason));
    } else {
        snprintf(text, sizeof text,
                 "%s: %s; to tell chance from a difference, measure every level twice or more",
                 last ? "rising" : "unresolved",
                 last ? "the largest level is the knee, larger ones may be better"
                      : "this is what single measurements say");
    }
    knee_wrap_text(out, "Verdict", LABEL_WIDTH, text);
}

static void print_text(const struct fit *fit, FILE *out)
{
    char rate[KNEE_HUMAN_BYTES], text[KNEE_EXPLAIN_BYTES];
    fprintf(out, "%s: %zu measurement%s at %zu level%s\n\n", fit->path, fit->measurements.count,
            fit->measurements.count == 1 ? "" : "s", fit->count, fit->count == 1 ? "" : "s");
    print_table(fit, out);
    fputc('\n', out);
    snprintf(text, sizeof text, "%u: the smallest level within %.0f %% of the best", fit->knee,
             100 * KNEE_DECISION_TOLERANCE_RATIO);
    knee_wrap_text(out, "Knee", LABEL_WIDTH, text);
    snprintf(text, sizeof text, "%u: the best that was measured, %s items/s", fit->peak,
             knee_human_rate(rate, best_of(fit)));
    knee_wrap_text(out, "Peak", LABEL_WIDTH, text);
    print_verdict(fit, out);
    print_model(fit, out);
}

#define SECTION "The table"
#define FIELD(name) .offset = offsetof(struct fit_options, name)

/* An option is easier to find as a row than as a column. */
/* clang-format off */
static const struct knee_option TABLE_OPTIONS[] = {
    {.name = "columns", .argument = "A,B", .section = SECTION,
     .help = "the columns of level and throughput: names, or numbers from 1",
     .fallback = "level,throughput_per_s if there are such, else 1,2", .read = knee_option_text,
     FIELD(columns), .example = "users,rate"},
    {.name = "workload", .argument = "WORKLOAD", .section = SECTION,
     .help = "read its rows alone, if the table has a column `workload`",
     .fallback = "there must be one", .read = knee_option_text, FIELD(workload), .example = "cpu"},
    {.name = NULL},
};
/* clang-format on */

static const struct knee_option_part TABLE = {.options = TABLE_OPTIONS};
static const struct knee_option_use OPTIONS[] = {
    {&TABLE, 0, NULL},
    {&knee_output_options_part, offsetof(struct fit_options, output), "json"},
    {NULL, 0, NULL},
};

static int run_fit(const struct knee_arguments *arguments, const struct knee_streams *io,
                   struct knee_err *err)
{
    const struct fit_options *options = arguments->values;
    char path[4096];
    struct fit fit = {.path = table_of(arguments->words[0], path, sizeof path)};
    int status = make_fit(&fit, options, err);
    if (strcmp(fit.path, "-") == 0)
        fit.path = "standard input";
    if (!status && fit.measurements.swapped)
        fprintf(io->log,
                "knee: warning: %s: the columns look swapped: the second one ascends in whole "
                "numbers, as levels do; try --columns 2,1\n",
                fit.path);
    if (!status && fit.measurements.skipped > 0)
        fprintf(io->log, "knee: warning: %s: %zu row%s without a valid number left out\n", fit.path,
                fit.measurements.skipped, fit.measurements.skipped == 1 ? "" : "s");
    if (!status && options->output.json)
        status = print_json(&fit, io->out, err);
    else if (!status)
        print_text(&fit, io->out);
    free(fit.points);
    knee_measurements_release(&fit.measurements);
    return status;
}

const struct knee_command knee_cmd_fit = {
    .name = "fit",
    .options = OPTIONS,
    .values_bytes = sizeof(struct fit_options),
    .operands = "FILE.csv|DIR|-",
    .operands_min = 1,
    .operands_max = 1,
    .summary = "fits scalability models to anyone's table, and decides from it",
    .details = "DIR is a result directory, whose samples.csv is read; - is standard input.\n"
               "The table has a column of levels and one of throughput; a level with\n"
               "several rows was measured repeatedly. The models are linear, Amdahl's law and the\n"
               "universal scalability law; the simplest that suffices is taken, and what the data\n"
               "cannot tell is refused.\n",
    .run = run_fit,
};
