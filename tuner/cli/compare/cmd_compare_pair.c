/* SPDX-License-Identifier: MIT */
/* `knee compare --base LINE --new LINE`: both measured in one go. */
#include "tuner/cli/compare/cmd_compare_pair.h"

#include "core/text/placeholders.h"
#include "core/text/shell_words.h"
#include "tuner/cli/compare/compare_output.h"
#include "tuner/cli/interrupted.h"
#include "tuner/cli/output.h"
#include "tuner/cli/signals.h"
#include "tuner/store/directory.h"
#include "tuner/sweep/side_by_side.h"
#include "workloads/registry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* One of the two: its options and arguments are copies of the command line's, with the line in
 * place of operands. */
struct side {
    const char *option; /* "--base" */
    const char *line;
    struct knee_sweep_options options;
    struct knee_arguments *arguments; /* owned, but nothing in it */
    struct knee_shell_words words;
    char *variant; /* of a workload: NAME, then its settings, cut apart; owned */
    struct knee_sweep sweep;
};

struct pair {
    struct side sides[2];
    struct knee_side_by_side both;
    struct knee_directory directory;
    char items[64]; /* what standard input held: /proc/self/fd/N */
    int items_fd;   /* -1: not read */
};

/* "net" or "net:pool=16,delay=5ms". Returns whether the line names a workload. */
static bool read_variant(struct side *side, struct knee_err *err, int *status)
{
    side->variant = strdup(side->line);
    if (!side->variant) {
        *status = knee_err_memory(err, "compare");
        return true;
    }
    *status = 0;
    char *settings = strchr(side->variant, ':');
    if (settings)
        *settings++ = '\0';
    if (!knee_registry_find(side->variant))
        return false;
    side->arguments->words[0] = side->variant;
    side->arguments->words_count = 1;
    struct knee_work_options *work = &side->options.work;
    for (char *next; settings; settings = next) {
        next = strchr(settings, ',');
        if (next)
            *next++ = '\0';
        if (!strchr(settings, '=') || work->settings_count == KNEE_WORK_SETTINGS_MAX) {
            *status = knee_err_set(err, KNEE_USAGE,
                                   "%s %.80s: %.60s is not NAME=VALUE; write it like net:pool=16",
                                   side->option, side->line, settings);
            return true;
        }
        work->settings[work->settings_count++] = settings;
    }
    return true;
}

static int read_line(struct side *side, const struct knee_arguments *arguments,
                     const struct knee_compare_command *options, struct knee_err *err)
{
    int status;
    side->options = options->sweep;
    side->arguments = malloc(sizeof *side->arguments);
    if (!side->arguments)
        return knee_err_memory(err, "compare");
    *side->arguments = *arguments;
    if (read_variant(side, err, &status))
        return status;
    if (side->options.command.shell) {
        side->words.words = calloc(2, sizeof *side->words.words);
        if (side->words.words)
            side->words.words[0] = strdup(side->line);
        if (!side->words.words || !side->words.words[0])
            return knee_err_memory(err, "compare");
        side->words.count = 1;
    } else if (knee_shell_words_split(&side->words, side->line, side->option, err)) {
        return -1;
    }
    side->options.command.words = side->words.words;
    side->options.command.words_count = side->words.count;
    return 0;
}

static bool wants_items(const struct side *side)
{
    uint32_t found = 0;
    for (size_t i = 0; i < side->words.count; i++)
        found |= knee_placeholders_in(side->words.words[i]);
    return found & KNEE_PLACEHOLDER_ITEM;
}

/* Standard input can be read once, and both sides need it. */
static int keep_items(struct pair *pair, struct knee_err *err)
{
    const char *items = pair->sides[0].options.command.items;
    bool standard = items ? strcmp(items, "-") == 0
                          : (wants_items(&pair->sides[0]) || wants_items(&pair->sides[1])) &&
                                !pair->sides[0].options.command.repeat;
    char buffer[65536];
    ssize_t got;
    if (!standard || isatty(STDIN_FILENO))
        return 0;
    pair->items_fd = memfd_create("items", MFD_CLOEXEC);
    if (pair->items_fd < 0)
        return knee_err_set(err, KNEE_FAILED, "compare: %s; give --items FILE", strerror(errno));
    while ((got = read(STDIN_FILENO, buffer, sizeof buffer)) > 0)
        for (ssize_t done = 0, put; done < got; done += put) {
            put = write(pair->items_fd, buffer + done, (size_t)(got - done));
            if (put < 0)
                return knee_err_set(err, KNEE_FAILED, "standard input: %s", strerror(errno));
        }
    if (got < 0)
        return knee_err_set(err, KNEE_FAILED, "standard input: cannot be read: %s",
                            strerror(errno));
    snprintf(pair->items, sizeof pair->items, "/proc/self/fd/%d", pair->items_fd);
    for (int i = 0; i < 2; i++)
        pair->sides[i].options.command.items = pair->items;
    return 0;
}

static int plan_side(struct side *side, const struct knee_streams *io,
                     const volatile sig_atomic_t *interrupted, struct knee_err *err)
{
    struct knee_sweep *sweep = &side->sweep;
    *sweep = (struct knee_sweep){.arguments = side->arguments,
                                 .options = &side->options,
                                 .io = io,
                                 .interrupted = interrupted};
    if (knee_sweep_plan(sweep, err))
        return -1;
    if (!sweep->plan.dir)
        sweep->plan.dir = side->options.work.dir ? side->options.work.dir : ".";
    sweep->records = calloc(sweep->plan.workloads_count, sizeof *sweep->records);
    return sweep->records ? 0 : knee_err_memory(err, "compare");
}

static int open_directory(struct pair *pair, const char *output, struct knee_err *err)
{
    if (!output)
        return 0;
    if (knee_directory_make(&pair->directory, "results", output, time(NULL), err))
        return -1;
    return knee_journal_open(&pair->sides[0].sweep.journal, pair->directory.path, NULL, err);
}

/* The verdict from the windows so far, also after an interrupt. */
static int conclude(struct pair *pair, const struct knee_compare_command *options,
                    const struct knee_streams *io, struct knee_err *err)
{
    struct knee_comparison *comparison = calloc(1, sizeof *comparison);
    int status = comparison ? 0 : knee_err_memory(err, "compare");
    struct knee_comparison_side sides[2];
    for (int i = 0; status == 0 && i < 2; i++) {
        struct knee_sweep *sweep = &pair->sides[i].sweep;
        status = knee_output_make(&sweep->plan, sweep->records, &sweep->result, err);
        if (status == 0 && sweep->result.workloads_count == 0)
            status = knee_err_set(err, KNEE_FAILED,
                                  "compare: %s: not one window was measured; give more --budget",
                                  pair->sides[i].option);
        sides[i] = (struct knee_comparison_side){&sweep->result, sweep->result.workloads};
    }
    if (status == 0)
        status = knee_comparison_make_paired(comparison, &sides[0], &sides[1], pair->both.pairs,
                                             pair->both.pairs_count, pair->both.look,
                                             options->compare.min_effect_ratio, err);
    if (status == 0)
        status = knee_compare_output(options, pair->directory.path[0] ? pair->directory.path : NULL,
                                     comparison, 1, io, err);
    free(comparison);
    return status;
}

static int measure(struct pair *pair, const struct knee_compare_command *options,
                   const struct knee_streams *io, const volatile sig_atomic_t *interrupted,
                   struct knee_err *err)
{
    struct knee_err stopped = {0}, closed = {0};
    struct knee_sweep *base = &pair->sides[0].sweep;
    pair->both = (struct knee_side_by_side){.sides = {base, &pair->sides[1].sweep},
                                            .min_effect = options->compare.min_effect_ratio};
    knee_progress_init(&base->progress, io->log, options->sweep.output.quiet,
                       options->sweep.output.verbose);
    int failed = knee_side_by_side_measure(&pair->both, &stopped);
    if (base->journal && knee_journal_close(base->journal, &closed) && !failed) {
        failed = -1;
        stopped = closed;
    }
    base->journal = NULL;
    int status = conclude(pair, options, io, err);
    if (*interrupted) {
        bool none = status && err->code == KNEE_FAILED;
        return knee_err_set(err, KNEE_INTERRUPTED + *interrupted, "compare: interrupted%s",
                            none ? " before there was enough for a verdict"
                                 : "; the verdict is of the windows so far");
    }
    if (!failed)
        return status;
    *err = stopped;
    return -1;
}

static void release(struct pair *pair)
{
    knee_side_by_side_release(&pair->both);
    for (int i = 0; i < 2; i++) {
        struct side *side = &pair->sides[i];
        if (side->sweep.options)
            knee_sweep_release(&side->sweep);
        knee_shell_words_release(&side->words);
        free(side->variant);
        free(side->arguments);
    }
    if (pair->items_fd >= 0)
        close(pair->items_fd);
    free(pair);
}

int knee_cmd_compare_pair(const struct knee_arguments *arguments, const struct knee_streams *io,
                          struct knee_err *err)
{
    const struct knee_compare_command *options = arguments->values;
    const volatile sig_atomic_t *interrupted = knee_signals_catch();
    struct pair *pair = calloc(1, sizeof *pair);
    if (!pair)
        return knee_err_memory(err, "compare");
    pair->items_fd = -1;
    pair->sides[0] = (struct side){.option = "--base", .line = options->compare.base};
    pair->sides[1] = (struct side){.option = "--new", .line = options->compare.fresh};
    int status = read_line(&pair->sides[0], arguments, options, err);
    if (status == 0)
        status = read_line(&pair->sides[1], arguments, options, err);
    if (status == 0)
        status = keep_items(pair, err);
    for (int i = 0; status == 0 && i < 2; i++)
        status = plan_side(&pair->sides[i], io, interrupted, err);
    knee_interrupted_early(status, *interrupted, err);
    if (status == 0)
        status = open_directory(pair, options->sweep.output.output, err);
    if (status == 0)
        status = measure(pair, options, io, interrupted, err);
    release(pair);
    return status;
}
