/* SPDX-License-Identifier: MIT */
/* `knee compare`: is it slower than before, and does the limit still hold? */
#include "tuner/cli/compare/cmd_compare_history.h"
#include "tuner/cli/compare/cmd_compare_pair.h"
#include "tuner/cli/compare/compare_output.h"

#include "core/base/array.h"
#include "tuner/cli/loaded_result.h"
#include "tuner/store/directory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define PART(member) offsetof(struct knee_compare_command, member)
static const struct knee_option_use OPTIONS[] = {
    {&knee_compare_options_part, PART(compare), NULL},
    {&knee_levels_options_part, PART(sweep.levels), "levels max-level current"},
    {&knee_measuring_options_part, PART(sweep.measuring),
     "budget window tolerance confidence seed server strict"},
    {&knee_work_options_part, PART(sweep.work), "dir pin"},
    {&knee_command_options_part, PART(sweep.command), NULL},
    {&knee_host_options_part, PART(sweep.host), NULL},
    {&knee_output_options_part, PART(sweep.output),
     "output json quiet verbose no-plots format size"},
    {NULL, 0, NULL},
};

static const struct knee_workload_result *find_workload(const struct knee_result *result,
                                                        const char *name)
{
    for (size_t i = 0; i < result->workloads_count; i++)
        if (strcmp(result->workloads[i].name, name) == 0)
            return &result->workloads[i];
    return NULL;
}

/* Every workload that both have. */
static int compare_results(const struct knee_result *base, const struct knee_result *fresh,
                           double min_effect, struct knee_comparison *comparisons, size_t *count,
                           struct knee_err *err)
{
    *count = 0;
    for (size_t i = 0; i < base->workloads_count; i++) {
        const struct knee_comparison_side left = {base, &base->workloads[i]};
        const struct knee_comparison_side right = {fresh,
                                                   find_workload(fresh, left.workload->name)};
        if (right.workload &&
            knee_comparison_make(&comparisons[(*count)++], &left, &right, min_effect, err))
            return -1;
    }
    return 0;
}

/* Names under which no comparison was made go to the log, so that none is missed in silence. */
static void say_missing(const struct knee_result *here, const struct knee_result *there,
                        const char *where, FILE *log)
{
    for (size_t i = 0; i < here->workloads_count; i++)
        if (!find_workload(there, here->workloads[i].name))
            fprintf(log, "knee: warning: %s is not in %s: not compared\n", here->workloads[i].name,
                    where);
}

static bool same_directory(const char *a, const char *b)
{
    struct stat left, right;
    return stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev &&
           left.st_ino == right.st_ino;
}

static int compare_stored(const struct knee_compare_command *options, const char *base,
                          const char *fresh, const struct knee_streams *io, struct knee_err *err)
{
    struct knee_loaded_result sides[2] = {0};
    struct knee_comparison *comparisons = NULL;
    size_t count = 0;
    int status = -1;
    if (same_directory(base, fresh))
        return knee_err_set(err, KNEE_USAGE,
                            "compare: %.200s and %.200s are the same directory; name two results",
                            base, fresh);
    if (knee_loaded_result_read(&sides[0], base, err) ||
        knee_loaded_result_read(&sides[1], fresh, err))
        goto out;
    comparisons = calloc(sides[0].result.workloads_count, sizeof *comparisons);
    if (!comparisons) {
        knee_err_memory(err, "compare");
        goto out;
    }
    if (compare_results(&sides[0].result, &sides[1].result, options->compare.min_effect_ratio,
                        comparisons, &count, err))
        goto out;
    if (count == 0) {
        knee_err_set(err, KNEE_USAGE,
                     "compare: %.160s has %.60s and %.160s has %.60s; name two results of the same "
                     "work",
                     base, sides[0].result.workloads[0].name, fresh,
                     sides[1].result.workloads[0].name);
        goto out;
    }
    say_missing(&sides[0].result, &sides[1].result, fresh, io->log);
    say_missing(&sides[1].result, &sides[0].result, base, io->log);
    struct knee_directory directory = {.path = ""};
    const char *output = options->sweep.output.output;
    if (output && knee_directory_make(&directory, "results", output, time(NULL), err))
        goto out;
    status =
        knee_compare_output(options, output ? directory.path : NULL, comparisons, count, io, err);
out:
    free(comparisons);
    knee_loaded_result_release(&sides[0]);
    knee_loaded_result_release(&sides[1]);
    return status;
}

static int run_compare(const struct knee_arguments *arguments, const struct knee_streams *io,
                       struct knee_err *err)
{
    const struct knee_compare_command *options = arguments->values;
    if (options->compare.markdown && options->sweep.output.json)
        return knee_err_set(err, KNEE_USAGE,
                            "compare: --json and --markdown: only one can be printed; drop one");
    bool base = options->compare.base != NULL, fresh = options->compare.fresh != NULL;
    if (base != fresh)
        return knee_err_set(err, KNEE_USAGE,
                            "compare: --%s alone; add --%s LINE, or name two result directories",
                            base ? "base" : "new", base ? "new" : "base");
    if (base && arguments->words_count > 0)
        return knee_err_set(err, KNEE_USAGE,
                            "compare: both %.80s and --base; compare one after the other",
                            arguments->words[0]);
    if (knee_arguments_given(arguments, "items-order"))
        return knee_err_set(err, KNEE_USAGE,
                            "compare: --items-order: both lines always get the same items; drop "
                            "it");
    static const char *const own_figures[] = {"rate", "latency"};
    for (size_t i = 0; i < KNEE_COUNT(own_figures); i++)
        if (knee_arguments_given(arguments, own_figures[i]))
            return knee_err_set(err, KNEE_USAGE,
                                "compare: --%s: windows of two commands are compared by the runs "
                                "that end in them; sweep each with --%s, then compare the two "
                                "results",
                                own_figures[i], own_figures[i]);
    if (options->compare.history && base)
        return knee_err_set(err, KNEE_USAGE,
                            "compare: --history and --base: results over time are not measured "
                            "now; drop one");
    if (options->compare.history)
        return knee_cmd_compare_history(arguments, io, err);
    if (base)
        return knee_cmd_compare_pair(arguments, io, err);
    if (arguments->words_count != 2)
        return knee_err_set(err, KNEE_USAGE,
                            "compare: takes two result directories; write knee compare BASE NEW");
    return compare_stored(options, arguments->words[0], arguments->words[1], io, err);
}

const struct knee_command knee_cmd_compare = {
    .name = "compare",
    .options = OPTIONS,
    .values_bytes = sizeof(struct knee_compare_command),
    .operands = "BASE NEW",
    .other_operands = "--base LINE --new LINE\n--history DIR...",
    .operands_max = KNEE_ARGUMENTS_WORDS_MAX,
    .summary = "is it slower than before, and does the limit still hold?",
    .details =
        "BASE and NEW are two result directories. A machine's own speed differs by some per cent\n"
        "from run to run, so two stored results show only a change that is larger than that; the\n"
        "shape of the curve and the limit do not depend on it. If the CPUs, the parameters or\n"
        "knee's version differ, throughput is not compared at all.\n"
        "\n"
        "With --base and --new both are measured now, side by side:\n"
        "  find . -type f | knee compare --base './old {}' --new './new {}'\n"
        "  knee compare --base net:pool=16 --new net:pool=32\n"
        "A line is split into words as a shell would, without a shell (unless --shell is given).\n"
        "Without --levels: 1, 2, 4 ... up to four times the rule of thumb.\n"
        "\n"
        "With --history the operands are results over time, in any order: results/* will do.\n"
        "Limit, "
        "throughput and p99 are searched for changes (E-divisive, Matteson and James 2014).\n"
        "\n"
        "Exit code 4: a workload is slower, or its limit, memory or failures got worse by more\n"
        "than --min-effect; of a history, the last change was for the worse.\n",
    .run = run_compare,
};
