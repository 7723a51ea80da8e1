/* SPDX-License-Identifier: MIT */
#include "core/base/clock.h"
#include "core/text/human.h"
#include "core/text/strings.h"
#include "tuner/cli/analyze.h"
#include "tuner/cli/interrupted.h"
#include "tuner/cli/signals.h"
#include "tuner/levels/classify.h"
#include "tuner/options/arguments.h"
#include "tuner/options/command_options.h"
#include "tuner/options/measuring_options.h"
#include "tuner/options/option_readers.h"
#include "tuner/options/output_options.h"
#include "tuner/store/json.h"
#include "tuner/sweep/machine_read.h"
#include "tuner/sweep/user_command.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct analyze_options {
    uint32_t sample; /* 100 */
    struct knee_measuring_options measuring;
    struct knee_command_options command;
    struct knee_target_options target;
    struct knee_output_options output;
};

#define SECTION "The command"
#define FIELD(name) .offset = offsetof(struct analyze_options, name)

/* An option is easier to find as a row than as a column. */
/* clang-format off */
static const struct knee_option SAMPLE_OPTIONS[] = {
    {.name = "sample", .argument = "N", .section = SECTION,
     .help = "how many items (or requests) to run, one after the other", .fallback = "100, or what 30 s allow",
     .read = knee_option_uint32, FIELD(sample), .min = 2, .max = 1e6, .example = "500"},
    {.name = NULL},
};
/* clang-format on */

static void init_sample(void *values)
{
    ((struct analyze_options *)values)->sample = 100;
}

static const struct knee_option_part SAMPLE = {.options = SAMPLE_OPTIONS, .init = init_sample};
static const struct knee_option_use OPTIONS[] = {
    {&knee_measuring_options_part, offsetof(struct analyze_options, measuring), "seed"},
    {&knee_command_options_part, offsetof(struct analyze_options, command),
     "items null repeat name shell env workdir output-dir setup prepare cleanup timeout retries "
     "fail-fast ignore-failure cold"},
    {&knee_target_options_part, offsetof(struct analyze_options, target), NULL},
    {&SAMPLE, 0, NULL},
    {&knee_output_options_part, offsetof(struct analyze_options, output), "json quiet"},
    {NULL, 0, NULL},
};

/* Without --sample no further item begins after that. */
#define SAMPLE_NS (30 * KNEE_NS_PER_S)

static int print_json(const struct knee_analyze_answer *answer, FILE *out)
{
    const struct knee_first_look *trial = &answer->trial;
    json_t *json = json_object();
    int failed = json_object_set_new(json, "class", json_string(knee_class_text(answer->class)));
    failed |= json_object_set_new(json, "borderline", json_boolean(answer->borderline));
    failed |= json_object_set_new(json, "consistency",
                                  knee_json_text(knee_classify_consistency(trial->item_cv)));
    failed |= json_object_set_new(json, "cpu_ratio", knee_json_number(trial->cpu_ratio));
    failed |= json_object_set_new(json, "item_mean_s", knee_json_number(trial->item_mean_s));
    failed |= json_object_set_new(json, "item_cv", knee_json_number(trial->item_cv));
    failed |= json_object_set_new(json, "predicted_knee", knee_json_level(answer->predicted));
    failed |= json_object_set_new(json, "rule_of_thumb", knee_json_level(answer->rule));
    failed |= json_object_set_new(json, "max_rss_bytes", knee_json_number(trial->rss_bytes));
    failed |= json_object_set_new(json, "items", json_integer((json_int_t)trial->runs));
    failed |= json_object_set_new(json, "failed_items", json_integer((json_int_t)trial->failed));
    failed |= json_object_set_new(json, "disk_wait_ratio", knee_json_number(trial->disk_ratio));
    failed |=
        json_object_set_new(json, "network_wait_ratio", knee_json_number(trial->network_ratio));
    failed |= json_object_set_new(json, "other_wait_ratio", knee_json_number(trial->other_ratio));
    failed |=
        json_object_set_new(json, "page_faults_per_item", knee_json_number(trial->faults_per_item));
    failed |= json_object_set_new(json, "device_bytes_per_item",
                                  knee_json_number(trial->device_bytes_per_item));
    if (!failed)
        (void)knee_json_write(json, 15, out);
    json_decref(json);
    return failed;
}

static void print_words(size_t count, const char *const *words, FILE *out)
{
    char *line = knee_strings_shell((int)count, (char *const *)words);
    fprintf(out, " %s", line ? line : "...");
    free(line);
}

/* The sweep of the same command, with all the options that a sweep has, too. */
static void print_sweep(const struct knee_arguments *arguments, bool piped, FILE *out)
{
    const struct analyze_options *options = arguments->values;
    fprintf(out, "measure it:  %sknee sweep%s", piped ? "... | " : "", piped ? " --items -" : "");
    for (size_t i = 0; i < arguments->given_count; i++) {
        const struct knee_arguments_given *given = &arguments->given[i];
        if (!knee_option_is_of(given->option, &knee_command_options_part) ||
            (piped && strcmp(given->option->name, "items") == 0))
            continue;
        fprintf(out, " --%s", given->option->name);
        if (given->value)
            print_words(1, &given->value, out);
    }
    fputs(" --", out);
    print_words(options->command.words_count, (const char *const *)options->command.words, out);
    if (options->command.listed) {
        fputs(" :::", out);
        print_words(options->command.listed_count, (const char *const *)options->command.listed,
                    out);
    }
    fputc('\n', out);
}

static void print_text(const struct knee_analyze_answer *answer,
                       const struct knee_user_command *command,
                       const struct knee_arguments *arguments, FILE *out)
{
    const struct analyze_options *options = arguments->values;
    const char *file = options->command.items;
    const struct knee_first_look *trial = &answer->trial;
    char a[KNEE_HUMAN_BYTES], b[KNEE_HUMAN_BYTES], c[KNEE_HUMAN_BYTES], d[KNEE_HUMAN_BYTES];
    const char *consistency = knee_classify_consistency(trial->item_cv);
    fprintf(out, "%s: %s work%s\n", command->title, knee_class_text(answer->class),
            answer->borderline ? ", borderline: more items may tell (--sample)" : "");
    fprintf(out, "  time       %s an item", knee_human_latency(a, trial->item_mean_s));
    if (consistency[0])
        fprintf(out, ", consistency %s (CV %.2f)", consistency, trial->item_cv);
    fprintf(out, ", %zu runs%s\n", trial->runs, trial->failed ? ", some failed" : "");
    fprintf(out, "  spent on   CPU %s, disk %s, network %s, other waiting %s\n",
            knee_human_percent(a, trial->cpu_ratio), knee_human_percent(b, trial->disk_ratio),
            knee_human_percent(c, trial->network_ratio), knee_human_percent(d, trial->other_ratio));
    fprintf(out, "  an item    %s at most, %s to or from disks, %.1f page faults that read\n",
            knee_human_size(a, trial->rss_bytes), knee_human_size(b, trial->device_bytes_per_item),
            trial->faults_per_item);
    fprintf(out, "  knee       %u by the model: %u CPU%s / %.2f CPUs an item%s\n",
            answer->predicted, answer->cpus, answer->cpus == 1 ? "" : "s", trial->cpu_ratio,
            answer->predicted == answer->ceiling ? ", and as far as a sweep goes" : "");
    fprintf(out, "             %u by the rule of thumb for %s work\n", answer->rule,
            knee_class_text(answer->class));
    bool piped = command->items.count && !options->command.repeat && !options->command.listed &&
                 (!file || strcmp(file, "-") == 0);
    print_sweep(arguments, piped, out);
}

int knee_analyze_classify(struct knee_analyze_answer *answer, uint32_t max_level,
                          struct knee_err *err)
{
    const struct knee_first_look *trial = &answer->trial;
    struct knee_machine_read on = {0};
    struct knee_machine_ceiling top;
    if (knee_machine_read_open(&on, NULL, err))
        return -1;
    const struct knee_classify_shares shares = {.cpu_ratio = trial->cpu_ratio,
                                                .disk_ratio = trial->disk_ratio,
                                                .wait_ratio =
                                                    trial->network_ratio + trial->other_ratio};
    answer->class = knee_classify(&shares, &answer->borderline);
    /* What looks like waiting may have been the wait for a CPU. */
    answer->borderline |= trial->hardly_seen && answer->class != KNEE_CLASS_CPU;
    knee_machine_ceiling(&on.machine, answer->class, 0, max_level, NULL, &top);
    answer->cpus = knee_machine_cpus(&on.machine, answer->class);
    answer->rule = knee_machine_rule(&on.machine, answer->class, 1.0, max_level);
    answer->ceiling = top.level;
    answer->predicted = knee_classify_knee(&shares, answer->cpus, top.level);
    knee_machine_read_close(&on);
    return 0;
}

static int run_sample(struct knee_analyze_answer *answer, struct knee_user_command *command,
                      const struct knee_arguments *arguments, FILE *log, struct knee_err *err)
{
    const struct analyze_options *options = arguments->values;
    bool asked = knee_arguments_given(arguments, "sample");
    struct knee_first_look_params params = {.actor = command->actor,
                                            .runs = options->sample,
                                            .time_ns = asked ? UINT64_MAX : SAMPLE_NS,
                                            .interrupted = command->params.interrupted};
    knee_user_command_watch(command, &params, log);
    if (knee_first_look_run(&params, &answer->trial, err))
        return -1;
    return knee_analyze_classify(answer, 0, err);
}

static void print_service(const struct knee_analyze_answer *answer,
                          const struct knee_user_target *target, const char *said,
                          const struct knee_arguments *arguments, FILE *out)
{
    const struct knee_first_look *trial = &answer->trial;
    char a[KNEE_HUMAN_BYTES], b[KNEE_HUMAN_BYTES];
    const char *consistency = knee_classify_consistency(trial->item_cv);
    fprintf(out, "%s: %s work\n", target->title, knee_class_text(answer->class));
    fprintf(out, "  time       %s a request", knee_human_latency(a, trial->item_mean_s));
    if (consistency[0])
        fprintf(out, ", consistency %s (CV %.2f)", consistency, trial->item_cv);
    fprintf(out, ", %zu requests%s\n", trial->runs, trial->failed ? ", some failed" : "");
    fprintf(out, "  spent on   CPU here %s, waiting for the service %s\n",
            knee_human_percent(a, trial->cpu_ratio), knee_human_percent(b, trial->network_ratio));
    fputs(said, out);
    fprintf(out, "  client     full at %u: %u CPU%s / %.3f CPUs a request%s\n", answer->predicted,
            answer->cpus, answer->cpus == 1 ? "" : "s", trial->cpu_ratio,
            answer->predicted == answer->ceiling ? ", beyond where a sweep goes" : "");
    fprintf(out, "  knee       %u by the rule of thumb; only a sweep tells the service's own\n",
            answer->rule);
    fputs("measure it:  knee sweep", out);
    print_words(arguments->words_count, arguments->words, out);
    fputc('\n', out);
}

/* A service, by its URL. */
static int analyze_service(const struct knee_arguments *arguments,
                           const struct knee_workload *workload, const struct knee_streams *io,
                           struct knee_err *err)
{
    const struct analyze_options *options = arguments->values;
    const struct knee_user_target_options parts = {.target = &options->target,
                                                   .command = &options->command};
    struct knee_user_target target = {0};
    struct knee_analyze_answer answer = {0};
    char said[KNEE_ANALYZE_SAID_BYTES];
    uint64_t most_ns = knee_arguments_given(arguments, "sample") ? UINT64_MAX : SAMPLE_NS;
    const volatile sig_atomic_t *signalled = knee_signals_catch();
    int status = knee_user_target_read(&target, workload, arguments, &parts,
                                       options->measuring.seed, NULL, err);
    knee_interrupted_early(status, *signalled, err);
    if (!status)
        status =
            knee_analyze_service(&answer, &target, options->sample, most_ns, signalled, said, err);
    if (!status)
        status = knee_analyze_classify(&answer, workload->target->max_level, err);
    if (!status && options->output.json)
        status = print_json(&answer, io->out) ? knee_err_memory(err, "analyze") : 0;
    else if (!status)
        print_service(&answer, &target, said, arguments, io->out);
    knee_user_target_close(&target);
    return status;
}

static int run_analyze(const struct knee_arguments *arguments, const struct knee_streams *io,
                       struct knee_err *err)
{
    const struct analyze_options *options = arguments->values;
    struct knee_user_command command = {0};
    struct knee_analyze_answer answer = {0};
    const struct knee_workload *service = NULL;
    if (!options->command.words && knee_user_target_find(arguments, &service, err))
        return -1;
    if (service)
        return analyze_service(arguments, service, io, err);
    if (!options->command.words)
        return knee_err_set(err, KNEE_USAGE,
                            "analyze: no command; write knee analyze -- COMMAND [ARG...]");
    if (knee_user_target_absent(arguments, err))
        return -1;
    const volatile sig_atomic_t *signalled = knee_signals_catch();
    int status = knee_user_command_read(&command, arguments, &options->command,
                                        options->measuring.seed, NULL, err);
    knee_interrupted_early(status, *signalled, err);
    if (!status)
        status = knee_user_command_open(&command, signalled, err);
    if (!status)
        status = run_sample(&answer, &command, arguments, io->log, err);
    if (!status && options->output.json)
        status = print_json(&answer, io->out) ? knee_err_memory(err, "analyze") : 0;
    else if (!status)
        print_text(&answer, &command, arguments, io->out);
    knee_user_command_close(&command, io->log);
    return status;
}

const struct knee_command knee_cmd_analyze = {
    .name = "analyze",
    .options = OPTIONS,
    .values_bytes = sizeof(struct analyze_options),
    .operands = "-- COMMAND [ARG...]",
    .other_operands = KNEE_USER_TARGET_USAGE,
    .takes_command = true,
    .operands_max = KNEE_ARGUMENTS_WORDS_MAX,
    .summary = "runs your command one by one and says what kind of work it is",
    .need = "What kind of work is my command?",
    .example = "knee analyze -- COMMAND",
    .details = "Runs a sample of items one after the other: where their time goes, what they\n"
               "need, and which limit to expect. Items and placeholders are as for knee sweep.\n",
    .run = run_analyze,
};
