/* SPDX-License-Identifier: MIT */
#include "tuner/cli/simulate/cmd_simulate_compare.h"
#include "tuner/cli/simulate/cmd_simulate_run.h"
#include "tuner/options/arguments.h"
#include "tuner/options/simulate_options.h"
#include "tuner/simulate/curve.h"
#include "tuner/simulate/simulate.h"
#include "tuner/store/json.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TRIALS_MAX 10000000u /* all curves together */
#define JSON_DIGITS 6        /* of ratios: simulated ones are known no better */

static double or_else(double given, double otherwise)
{
    return isnan(given) ? otherwise : given;
}

/* The three numbers, whether written as one word or by themselves. */
static struct knee_simulate_noise noise_of(const struct knee_simulate_options *options)
{
    static const char *const words[] = {
        [KNEE_SIMULATE_QUIET] = "quiet",
        [KNEE_SIMULATE_TYPICAL] = "typical",
        [KNEE_SIMULATE_NOISY] = "noisy",
    };
    struct knee_simulate_noise noise = *knee_simulate_noise_find(words[options->noise]);
    noise.cv_ratio = or_else(options->cv_ratio, noise.cv_ratio);
    noise.dips_ratio = or_else(options->dips_ratio, noise.dips_ratio);
    noise.drift_ratio = or_else(options->drift_ratio, noise.drift_ratio);
    return noise;
}

/* Reads --event into `events`, which holds KNEE_SIMULATE_EVENTS_MAX. */
static int read_events(struct knee_event *events, const struct knee_simulate_options *options,
                       struct knee_err *err)
{
    for (size_t i = 0; i < options->events_count; i++)
        if (knee_event_parse(&events[i], "--event", options->events[i], err))
            return -1;
    return 0;
}

static struct knee_simulate_params params_of(const struct knee_simulate_options *options,
                                             const struct knee_event *events)
{
    const struct knee_strategy *strategy = knee_strategy_find(options->measuring.strategy);
    return (struct knee_simulate_params){
        .noise = noise_of(options),
        .trouble = {.events = events, .events_count = options->events_count},
        .strategy = strategy,
        .cpus = options->cpus,
        .hosts = options->hosts,
        .busy_host_ratio = options->busy_host_ratio,
        .windows_max = options->budget_windows ? options->budget_windows : strategy->windows_max,
        .tolerance_ratio = options->measuring.tolerance_ratio,
        .confidence_ratio = options->measuring.confidence_ratio};
}

/* All trials of one curve. A trial's seed depends on its number alone, so that every curve meets
 * the same machines and more trials begin with the same ones. */
static int run_curve(struct knee_simulate_trial *trials,
                     const struct knee_simulate_options *options, const char *path,
                     struct knee_err *err)
{
    struct knee_event events[KNEE_SIMULATE_EVENTS_MAX];
    struct knee_curve curve = {0};
    if (read_events(events, options, err))
        return -1;
    struct knee_simulate_params params = params_of(options, events);
    int status = knee_curve_read(&curve, path, err);
    for (uint32_t i = 0; status == 0 && i < options->trials; i++) {
        struct knee_random seeds = knee_random_seed(options->measuring.seed, i);
        status = knee_simulate_trial(&trials[i], &params, &curve, knee_random_next(&seeds), err);
    }
    knee_curve_release(&curve);
    return status;
}

static json_t *trial_json(const char *path, const struct knee_simulate_trial *trial)
{
    bool named = trial->slow_host != UINT32_MAX;
    return json_pack("{s:o, s:o, s:i, s:f, s:i, s:f, s:s, s:i, s:i, s:b, s:o}", "curve",
                     knee_json_text(path), "pick", knee_json_level(trial->pick), "true_knee",
                     (int)trial->true_knee, "regret_ratio", trial->regret_ratio, "windows",
                     (int)trial->windows, "seconds", trial->seconds, "verdict",
                     knee_verdict_text(trial->verdict), "knee_low", (int)trial->knee_low,
                     "knee_high", (int)trial->knee_high, "right", (int)trial->right, "slow_host",
                     named ? json_integer(trial->slow_host) : json_null());
}

static int print_json(const struct knee_simulate_options *options,
                      const struct knee_simulate_trial *trials,
                      const struct knee_simulate_summary *summary, FILE *out, struct knee_err *err)
{
    json_t *list = json_array();
    for (size_t i = 0; i < options->curves_count; i++)
        for (uint32_t j = 0; j < options->trials; j++)
            json_array_append_new(list, trial_json(options->curves[i], trials++));
    json_t *json = json_pack("{s:o, s:{s:f, s:f, s:f, s:f, s:f, s:f, s:f}}", "trials", list,
                             "summary", "right_ratio", summary->right_ratio, "mean_regret_ratio",
                             summary->mean_regret_ratio, "median_windows", summary->median_windows,
                             "median_seconds", summary->median_seconds, "resolved_ratio",
                             summary->resolved_ratio, "false_ratio", summary->false_ratio,
                             "named_ratio", summary->named_ratio);
    int status = json ? knee_json_write(json, JSON_DIGITS, out) : -1;
    if (status != 0)
        knee_err_set(err, KNEE_FAILED, "standard output: %s; write it elsewhere",
                     json ? strerror(errno) : "out of memory");
    json_decref(json);
    return status;
}

static void print_line(const char *name, const struct knee_simulate_summary *summary, FILE *out)
{
    fprintf(out, "%5.1f %%  %6.2f %%  %7.1f  %7.1f  %7.1f %%  %12.1f %%   %s\n",
            100 * summary->right_ratio, 100 * summary->mean_regret_ratio, summary->median_windows,
            summary->median_seconds, 100 * summary->resolved_ratio, 100 * summary->false_ratio,
            name);
}

/* Is the busy host found? */
static void print_named(const struct knee_simulate_options *options,
                        const struct knee_simulate_summary *summary, FILE *out)
{
    if (options->busy_host_ratio > 0)
        fprintf(out, "The busy host is named in %.1f %% of the trials.\n",
                100 * summary->named_ratio);
}

static int print_table(const struct knee_simulate_options *options,
                       const struct knee_simulate_trial *trials,
                       const struct knee_simulate_summary *summary, FILE *out, struct knee_err *err)
{
    fputs("  right    regret  windows  seconds   resolved  yet not right   curve\n", out);
    for (size_t i = 0; i < options->curves_count; i++) {
        struct knee_simulate_summary one;
        if (knee_simulate_summarize(&one, trials + i * options->trials, options->trials, err))
            return -1;
        print_line(options->curves[i], &one, out);
    }
    if (options->curves_count > 1)
        print_line("all", summary, out);
    print_named(options, summary, out);
    return 0;
}

static int simulate_run(const struct knee_simulate_options *options, const struct knee_streams *io,
                        struct knee_err *err)
{
    struct knee_event events[KNEE_SIMULATE_EVENTS_MAX];
    const struct knee_simulate_noise noise = noise_of(options);
    if (read_events(events, options, err))
        return -1;
    const struct knee_simulate_trouble trouble = {.events = events,
                                                  .events_count = options->events_count};
    return knee_cmd_simulate_run(options, &noise, &trouble, io, err);
}

static int simulate_compare(const struct knee_simulate_options *options,
                            const struct knee_streams *io, struct knee_err *err)
{
    struct knee_event events[KNEE_SIMULATE_EVENTS_MAX];
    if (read_events(events, options, err))
        return -1;
    struct knee_simulate_params params = params_of(options, events);
    return knee_cmd_simulate_compare(options, &params, io, err);
}

static int run_simulate(const struct knee_arguments *arguments, const struct knee_streams *io,
                        struct knee_err *err)
{
    const struct knee_simulate_options *options = arguments->values;
    size_t count = options->curves_count * options->trials;
    struct knee_simulate_summary summary;
    int status = 0;
    if (options->curves_count == 0)
        return knee_err_set(err, KNEE_USAGE, "simulate: no curve; name one with --curve FILE.csv");
    if (count > TRIALS_MAX)
        return knee_err_set(err, KNEE_USAGE, "--trials: more than %u in all; lower it", TRIALS_MAX);
    if (options->hosts && (options->run || options->compare))
        return knee_err_set(err, KNEE_USAGE, "simulate: --hosts is for a search; drop --%s",
                            options->run ? "run" : "compare");
    if (options->busy_host_ratio > 0 && options->hosts < 2)
        return knee_err_set(err, KNEE_USAGE,
                            "simulate: --busy-host is one of several hosts; add --hosts 4");
    if (options->run && options->compare)
        return knee_err_set(err, KNEE_USAGE, "simulate: --run and --compare; name one of them");
    if (!isnan(options->change_ratio) && !options->change)
        return knee_err_set(err, KNEE_USAGE, "simulate: --at is for --change; add it");
    if (options->run)
        return simulate_run(options, io, err);
    if (options->compare)
        return simulate_compare(options, io, err);
    if (options->stored)
        return knee_err_set(err, KNEE_USAGE, "simulate: --stored is for --compare; add it");
    if (options->change || options->item_cv > 0)
        return knee_err_set(err, KNEE_USAGE,
                            "simulate: --%s is for the controller of knee run; add --run",
                            options->change ? "change" : "item-cv");
    struct knee_simulate_trial *trials = calloc(count, sizeof *trials);
    if (!trials)
        return knee_err_set(err, KNEE_FAILED, "simulate: out of memory; lower --trials");
    for (size_t i = 0; status == 0 && i < options->curves_count; i++)
        status = run_curve(trials + i * options->trials, options, options->curves[i], err);
    if (status == 0)
        status = knee_simulate_summarize(&summary, trials, count, err);
    if (status == 0)
        status = (options->output.json ? print_json : print_table)(options, trials, &summary,
                                                                   io->out, err);
    free(trials);
    return status;
}

const struct knee_command knee_cmd_simulate = {
    .name = "simulate",
    .options = knee_simulate_options_uses,
    .values_bytes = sizeof(struct knee_simulate_options),
    .operands = "[FILE.csv...]",
    .operands_max = KNEE_ARGUMENTS_WORDS_MAX,
    .operands_option = "curve",
    .summary = "for developers: a search on a known curve, under chosen noise",
    .example = "knee simulate --curve curve.csv --noise typical --trials 100",
    .details =
        "The search is the very one that sweep runs. Levels that a curve does not have are drawn\n"
        "in by straight lines in log throughput over log level. The candidates are 1, 2, 4 ... N\n"
        "and half, once and twice --cpus. A pick is right if its throughput is within 3 % of\n"
        "the best and it is at most 1.25 times the smallest such level, or one more than that.\n"
        "A window and its settling take 3 s.\n"
        "\n"
        "A curve's further columns, each optional, are how its windows behave: cv (their spread),\n"
        "low_ratio and low_share (the share of windows that run at this ratio) and fail_ratio "
        "(the\n"
        "share of items that fail). The truth is the mean throughput of successful items over the\n"
        "levels that fail no more than 10 points more than level 1.\n"
        "\n"
        "With --hosts as many hosts measure together: the curve is the service's, over the level\n"
        "of all hosts. A slow host keeps its items from the service, so below the knee the total\n"
        "falls, and at saturation it does not. Windows take 200 ms, and settling and messages\n"
        "besides, which grow with the number of hosts. With --busy-host one of them is slow all\n"
        "the time: is it named?\n"
        "\n"
        "An event hits all levels alike, from one window on (they count from 0) for a number of\n"
        "them: stall makes them run at its factor (0.1), fail makes that share of the items fail\n"
        "(0.5).\n"
        "\n"
        "With --run it is the controller of knee run --limit auto that takes the windows, from "
        "the\n"
        "limit --cpus on, for --budget-windows of them (400 by default, 20 minutes). Its loss is\n"
        "the mean of what each window's limit gives less than the best one, by the true curve;\n"
        "--change and --at say which curve follows, and when.\n"
        "\n"
        "With --compare the first curve is base, the second new: which verdict would knee compare\n"
        "come to, side by side, or with --stored for two sweeps between which the machine's speed\n"
        "changed by a draw with a standard deviation of 6 %?\n",
    .run = run_simulate,
};
