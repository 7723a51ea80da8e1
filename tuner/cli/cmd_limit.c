/* SPDX-License-Identifier: MIT */
#include "tuner/cli/limit_words.h"
#include "tuner/options/arguments.h"
#include "tuner/options/host_options.h"
#include "tuner/options/levels_options.h"
#include "tuner/options/option_readers.h"
#include "tuner/store/result_limit.h"
#include "tuner/sweep/chosen_workloads.h"
#include "tuner/sweep/machine_read.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

/* What a script that names no workload most likely runs. */
#define DEFAULT_WORKLOAD "cpu"

struct limit_options {
    const char *from; /* DIR; NULL: the rule of thumb */
    bool explain;
    struct knee_levels_options levels;
    struct knee_host_options host;
};

#define SECTION "Levels"
#define FIELD(name) .offset = offsetof(struct limit_options, name)

/* An option is easier to find as a row than as a column. */
/* clang-format off */
static const struct knee_option LIMIT_OPTIONS[] = {
    {.name = "from", .argument = "DIR", .section = SECTION,
     .help = "the limit that was measured, from a result directory",
     .fallback = "the rule of thumb", .read = knee_option_text, FIELD(from),
     .example = "results/latest"},
    {.name = "explain", .section = SECTION,
     .help = "say on standard error where the number comes from", .read = knee_option_flag,
     FIELD(explain)},
    {.name = NULL},
};
/* clang-format on */

static const struct knee_option_part LIMIT = {.options = LIMIT_OPTIONS};
static const struct knee_option_use OPTIONS[] = {
    {&knee_levels_options_part, offsetof(struct limit_options, levels), "max-level"},
    {&LIMIT, 0, NULL},
    {&knee_host_options_part, offsetof(struct limit_options, host), NULL},
    {NULL, 0, NULL},
};

static uint32_t cap(uint32_t limit, uint32_t max_level)
{
    return max_level && max_level < limit ? max_level : limit;
}

static void explain_measured(FILE *log, const struct knee_result_limit *read, uint32_t limit)
{
    fprintf(log, "knee: %s: %" PRIu32 " %s", read->title, read->limit,
            knee_limit_words_source(read));
    if (read->date[0])
        fprintf(log, ", %s", read->date);
    if (read->host[0])
        fprintf(log, ", on %s", read->host);
    fprintf(log, "; %s%s%s\n", read->verdict, read->reason[0] ? ": " : "", read->reason);
    if (limit != read->limit)
        fprintf(log, "knee: --max-level makes it %" PRIu32 "\n", limit);
}

static int find_measured(const struct knee_arguments *arguments, const struct knee_streams *io,
                         uint32_t *limit, struct knee_err *err)
{
    const struct limit_options *options = arguments->values;
    struct knee_result_limit read;
    if (options->host.load.measured || options->host.load.factor != 1 || options->host.topology)
        return knee_err_set(err, KNEE_USAGE,
                            "limit: --load and --topology are for the rule of thumb, --from gives "
                            "a measured limit; drop one of them");
    if (knee_result_limit_read(&read, options->from,
                               arguments->words_count ? arguments->words[0] : NULL, err))
        return -1;
    *limit = cap(read.limit, options->levels.max_level);
    if (options->explain)
        explain_measured(io->log, &read, *limit);
    if (!options->explain || knee_limit_words_misses_slo(&read))
        knee_limit_words_warn(io->log, &read, read.title);
    return 0;
}

static void explain_load(FILE *log, const struct limit_options *options,
                         const struct knee_host_load *load)
{
    if (!options->host.load.measured)
        return;
    fprintf(log, "knee: load factor %g: ", load->factor);
    if (isnan(load->cpu_used_ratio))
        fputs("CPU use is unknown, ", log);
    else
        fprintf(log, "other work uses %.0f %% of the CPUs, ", 100 * load->cpu_used_ratio);
    if (isnan(load->memory_used_ratio))
        fputs("memory use is unknown\n", log);
    else
        fprintf(log, "%.0f %% of the memory is used\n", 100 * load->memory_used_ratio);
}

static void explain_rule(FILE *log, const struct knee_machine *machine,
                         const struct knee_workload *workload, double factor, uint32_t limit)
{
    uint32_t cpus = knee_machine_cpus(machine, workload->resource);
    fprintf(log, "knee: %s: %" PRIu32 " is the rule of thumb: %g x %" PRIu32 " CPU%s",
            workload->name, limit, knee_machine_multiple(workload->resource), cpus,
            cpus == 1 ? "" : "s");
    if (workload->resource == KNEE_CLASS_CPU && machine->cpu_quota < machine->usable_cpus)
        fprintf(log, " (the quota of %g rounded up)", machine->cpu_quota);
    if (factor != 1)
        fprintf(log, " x load factor %g", factor);
    if (limit != knee_machine_rule(machine, workload->resource, factor, 0))
        fputs(", cut by --max-level", log);
    fprintf(log, "; to measure it: knee sweep %s\n", workload->name);
}

static int find_rule(const struct knee_arguments *arguments, const struct knee_streams *io,
                     uint32_t *limit, struct knee_err *err)
{
    const struct limit_options *options = arguments->values;
    const struct knee_workload *workload;
    struct knee_machine_read on = {0};
    struct knee_host_load load;
    if (knee_chosen_workload(arguments->words_count ? arguments->words[0] : DEFAULT_WORKLOAD,
                             "limit", &workload, err) ||
        knee_machine_read_open(&on, options->host.topology, err))
        return -1;
    double factor = options->host.load.measured ? knee_machine_read_load(&on, &load)
                                                : options->host.load.factor;
    *limit = knee_machine_rule(&on.machine, workload->resource, factor, options->levels.max_level);
    if (options->explain) {
        explain_load(io->log, options, &load);
        explain_rule(io->log, &on.machine, workload, factor, *limit);
    }
    knee_machine_read_close(&on);
    return 0;
}

static int run_limit(const struct knee_arguments *arguments, const struct knee_streams *io,
                     struct knee_err *err)
{
    const struct limit_options *options = arguments->values;
    uint32_t limit = 0;
    if (options->from ? find_measured(arguments, io, &limit, err)
                      : find_rule(arguments, io, &limit, err))
        return -1;
    fprintf(io->out, "%" PRIu32 "\n", limit);
    return 0;
}

const struct knee_command knee_cmd_limit = {
    .name = "limit",
    .options = OPTIONS,
    .values_bytes = sizeof(struct limit_options),
    .operands = "[WORKLOAD]",
    .operands_max = 1,
    .summary = "one integer at once: the rule of thumb, or a measured limit",
    .need = "I need a number for a script, at once.",
    .example = "make -j \"$(knee limit cpu)\"",
    .details =
        "Without --from: a multiple of the usable CPUs (cpu 1, mixed 1.75, io 2.5, net 4), times\n"
        "the load factor; cpu work, which is also the default, gets no more than its quota.\n"
        "With --from DIR: the measured limit, of the one workload that DIR holds or of "
        "WORKLOAD.\n" KNEE_LIMIT_WORDS_EXIT,
    .run = run_limit,
};
