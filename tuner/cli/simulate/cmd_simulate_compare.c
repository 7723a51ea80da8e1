/* SPDX-License-Identifier: MIT */
#include "tuner/cli/simulate/cmd_simulate_compare.h"

#include "core/base/random.h"
#include "tuner/simulate/simulate_compare.h"
#include "tuner/store/json.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define JSON_DIGITS 6
#define VERDICTS (KNEE_COMPARE_SLOWER + 1)

static int print_json(const struct knee_simulate_compare_trial *trials, size_t count, FILE *out,
                      struct knee_err *err)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        const struct knee_simulate_compare_trial *trial = &trials[i];
        json_t *ratio = isnan(trial->ratio) ? json_null() : json_real(trial->ratio);
        json_array_append_new(list, json_pack("{s:s, s:o, s:b, s:i}", "verdict",
                                              knee_compare_verdict_text(trial->verdict), "ratio",
                                              ratio, "knee_moved", (int)trial->knee_moved,
                                              "windows", (int)trial->windows));
    }
    json_t *json = json_pack("{s:o}", "trials", list);
    int status = json ? knee_json_write(json, JSON_DIGITS, out) : -1;
    if (!json)
        knee_err_memory(err, "simulate");
    else if (status != 0)
        knee_err_set(err, KNEE_FAILED, "standard output: %s; write it elsewhere", strerror(errno));
    json_decref(json);
    return status;
}

static void print_table(const struct knee_simulate_compare_trial *trials, size_t count, FILE *out)
{
    double shares[VERDICTS] = {0}, windows = 0;
    for (size_t i = 0; i < count; i++) {
        shares[trials[i].verdict] += 1 / (double)count;
        windows += trials[i].windows / (double)count;
    }
    for (int verdict = 0; verdict < VERDICTS; verdict++)
        fprintf(out, "%6.1f %%  %s\n", 100 * shares[verdict],
                knee_compare_verdict_text((enum knee_compare_verdict)verdict));
    fprintf(out, "%6.0f    windows, on average\n", windows);
}

static int run_trials(struct knee_simulate_compare_trial *trials,
                      const struct knee_simulate_options *options,
                      const struct knee_simulate_compare_params *params, struct knee_err *err)
{
    for (uint32_t i = 0; i < options->trials; i++) {
        struct knee_random seeds = knee_random_seed(options->measuring.seed, i);
        if (knee_simulate_compare(&trials[i], params, knee_random_next(&seeds), err))
            return -1;
    }
    return 0;
}

int knee_cmd_simulate_compare(const struct knee_simulate_options *options,
                              const struct knee_simulate_params *params,
                              const struct knee_streams *io, struct knee_err *err)
{
    if (options->curves_count != 2)
        return knee_err_set(err, KNEE_USAGE,
                            "simulate: --compare takes two curves, base and new, not %zu; write "
                            "--curve BASE.csv --curve NEW.csv",
                            options->curves_count);
    struct knee_curve base = {0}, fresh = {0};
    struct knee_simulate_compare_trial *trials = calloc(options->trials, sizeof *trials);
    int status = trials ? 0 : knee_err_memory(err, "simulate");
    if (status == 0)
        status = knee_curve_read(&base, options->curves[0], err);
    if (status == 0)
        status = knee_curve_read(&fresh, options->curves[1], err);
    struct knee_simulate_compare_params compare = {.base = &base,
                                                   .fresh = &fresh,
                                                   .sweep = *params,
                                                   .min_effect = options->compared.min_effect_ratio,
                                                   .stored = options->stored};
    if (status == 0)
        status = run_trials(trials, options, &compare, err);
    if (status == 0 && options->output.json)
        status = print_json(trials, options->trials, io->out, err);
    else if (status == 0)
        print_table(trials, options->trials, io->out);
    knee_curve_release(&base);
    knee_curve_release(&fresh);
    free(trials);
    return status;
}
