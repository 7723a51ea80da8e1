/* SPDX-License-Identifier: MIT */
#include "tuner/cli/simulate/cmd_simulate_run.h"

#include "tuner/simulate/simulate_run.h"
#include "tuner/store/json.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define JSON_DIGITS 6

struct summary {
    double mean_loss_ratio, worst_loss_ratio;
};

static struct summary summarize(const struct knee_simulate_run_trial *trials, size_t count)
{
    struct summary summary = {0};
    for (size_t i = 0; i < count; i++) {
        summary.mean_loss_ratio += trials[i].loss_ratio / (double)count;
        if (trials[i].loss_ratio > summary.worst_loss_ratio)
            summary.worst_loss_ratio = trials[i].loss_ratio;
    }
    return summary;
}

static int run_curve(struct knee_simulate_run_trial *trials,
                     const struct knee_simulate_options *options,
                     const struct knee_simulate_run_params *common, const char *path,
                     struct knee_err *err)
{
    struct knee_simulate_run_params params = *common;
    struct knee_curve curve = {0};
    if (knee_curve_read(&curve, path, err))
        return -1;
    int status = 0;
    params.curve = &curve;
    for (uint32_t i = 0; status == 0 && i < options->trials; i++) {
        struct knee_random seeds = knee_random_seed(options->measuring.seed, i);
        status = knee_simulate_run_trial(&trials[i], &params, knee_random_next(&seeds), err);
    }
    knee_curve_release(&curve);
    return status;
}

static int print_json(const struct knee_simulate_options *options,
                      const struct knee_simulate_run_trial *trials, FILE *out, struct knee_err *err)
{
    size_t count = options->curves_count * options->trials; /* at least one */
    struct summary summary = summarize(trials, count);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(
            list,
            json_pack("{s:o, s:f, s:i, s:I}", "curve",
                      knee_json_text(options->curves[i / (options->trials ? options->trials : 1)]),
                      "loss_ratio", trials[i].loss_ratio, "limit_last", (int)trials[i].limit_last,
                      "moves", (json_int_t)trials[i].moves));
    json_t *json = json_pack("{s:o, s:{s:f, s:f}}", "trials", list, "summary", "mean_loss_ratio",
                             summary.mean_loss_ratio, "worst_loss_ratio", summary.worst_loss_ratio);
    int status = json ? knee_json_write(json, JSON_DIGITS, out) : -1;
    if (status != 0)
        knee_err_set(err, KNEE_FAILED, "standard output: %s; write it elsewhere",
                     json ? strerror(errno) : "out of memory");
    json_decref(json);
    return status;
}

static void print_line(const char *name, const struct knee_simulate_run_trial *trials, size_t count,
                       FILE *out)
{
    struct summary summary = summarize(trials, count);
    double moves = 0.;
    for (size_t i = 0; i < count; i++)
        moves += (double)trials[i].moves / (double)count;
    fprintf(out, "%8.2f %%  %8.2f %%  %6.1f   %s\n", 100 * summary.mean_loss_ratio,
            100 * summary.worst_loss_ratio, moves, name);
}

static void print_table(const struct knee_simulate_options *options,
                        const struct knee_simulate_run_trial *trials, FILE *out)
{
    fputs(" mean loss  worst loss   moves   curve\n", out);
    for (size_t i = 0; i < options->curves_count; i++)
        print_line(options->curves[i], trials + i * options->trials, options->trials, out);
    if (options->curves_count > 1)
        print_line("all", trials, options->curves_count * options->trials, out);
}

int knee_cmd_simulate_run(const struct knee_simulate_options *options,
                          const struct knee_simulate_noise *noise,
                          const struct knee_simulate_trouble *trouble,
                          const struct knee_streams *io, struct knee_err *err)
{
    struct knee_curve change = {0};
    struct knee_simulate_run_params params = {
        .noise = *noise,
        .trouble = *trouble,
        .change_ratio = isnan(options->change_ratio) ? .5 : options->change_ratio,
        .item_cv = options->item_cv,
        .start = options->cpus,
        .windows = options->budget_windows ? options->budget_windows : KNEE_SIMULATE_RUN_WINDOWS};
    if (options->change) {
        if (knee_curve_read(&change, options->change, err))
            return -1;
        params.change = &change;
    }
    struct knee_simulate_run_trial *trials =
        calloc(options->curves_count * options->trials, sizeof *trials);
    int status = trials ? 0 : knee_err_memory(err, "simulate");
    for (size_t i = 0; status == 0 && i < options->curves_count; i++)
        status = run_curve(trials + i * options->trials, options, &params, options->curves[i], err);
    if (status == 0 && options->output.json)
        status = print_json(options, trials, io->out, err);
    else if (status == 0)
        print_table(options, trials, io->out);
    free(trials);
    knee_curve_release(&change);
    return status;
}
