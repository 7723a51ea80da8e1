/* SPDX-License-Identifier: MIT */
#include "tuner/cli/compare/cmd_compare_history.h"

#include "core/base/array.h"
#include "core/base/file.h"
#include "reports/compare/history_html.h"
#include "reports/compare/history_report.h"
#include "tuner/cli/compare/compare_output.h"
#include "tuner/cli/drawing.h"
#include "tuner/cli/loaded_result.h"
#include "tuner/compare/history.h"
#include "tuner/store/directory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* One workload of one result, as far as a history needs it. */
struct past {
    char workload[64], title[KNEE_RESULT_TITLE_BYTES], model[KNEE_COMPARISON_TEXT_BYTES];
    uint32_t cpus;
    struct knee_history_entry entry;
};

struct pasts {
    struct past *list; /* owned */
    size_t count, room;
    struct stat *seen; /* of the directories read; owned */
    size_t seen_count;
};

static int add_result(struct pasts *pasts, const struct knee_result *result, const char *dir,
                      struct knee_err *err)
{
    for (size_t i = 0; i < result->workloads_count; i++) {
        const struct knee_workload_result *workload = &result->workloads[i];
        if (pasts->count == pasts->room) {
            size_t room = pasts->room ? 2 * pasts->room : 64;
            struct past *list = knee_array_resize(pasts->list, room, sizeof *list);
            if (!list)
                return knee_err_memory(err, "compare");
            pasts->list = list;
            pasts->room = room;
        }
        struct past *past = &pasts->list[pasts->count++];
        *past = (struct past){.cpus = workload->cpus};
        snprintf(past->workload, sizeof past->workload, "%s", workload->name);
        snprintf(past->title, sizeof past->title, "%s", workload->title);
        snprintf(past->model, sizeof past->model, "%s", result->topology.model);
        knee_history_entry_of(&past->entry, result, workload, dir);
    }
    return 0;
}

static bool is_seen(struct pasts *pasts, const char *dir)
{
    struct stat found;
    if (stat(dir, &found) != 0)
        return false;
    for (size_t i = 0; i < pasts->seen_count; i++)
        if (pasts->seen[i].st_dev == found.st_dev && pasts->seen[i].st_ino == found.st_ino)
            return true;
    pasts->seen[pasts->seen_count++] = found;
    return false;
}

static int read_all(struct pasts *pasts, const struct knee_arguments *arguments, FILE *log,
                    struct knee_err *err)
{
    pasts->seen = calloc(arguments->words_count, sizeof *pasts->seen);
    if (!pasts->seen)
        return knee_err_memory(err, "compare");
    for (size_t i = 0; i < arguments->words_count; i++) {
        const char *dir = arguments->words[i];
        struct knee_loaded_result loaded = {0};
        struct knee_err unread = {0};
        int status = 0;
        if (is_seen(pasts, dir))
            continue;
        if (knee_loaded_result_read(&loaded, dir, &unread))
            fprintf(log, "knee: warning: left out: %s\n", unread.message);
        else
            status = add_result(pasts, &loaded.result, dir, err);
        knee_loaded_result_release(&loaded);
        if (status)
            return -1;
    }
    return 0;
}

static int by_date(const void *left, const void *right)
{
    const struct past *a = left, *b = right;
    int order = strcmp(a->entry.date, b->entry.date);
    return order ? order : strcmp(a->entry.dir, b->entry.dir);
}

/* The history that `newest` is the end of. */
static int make_history(struct knee_history *history, const struct pasts *pasts,
                        const struct past *newest, FILE *log, struct knee_err *err)
{
    *history =
        (struct knee_history){.entries = knee_array_make(pasts->count, sizeof *history->entries)};
    if (!history->entries)
        return knee_err_memory(err, "compare");
    snprintf(history->workload, sizeof history->workload, "%s", newest->workload);
    snprintf(history->title, sizeof history->title, "%s", newest->title);
    for (size_t i = 0; i < pasts->count; i++) {
        const struct past *past = &pasts->list[i];
        if (strcmp(past->workload, newest->workload) != 0)
            continue;
        bool same_machine = past->cpus == newest->cpus && strcmp(past->model, newest->model) == 0;
        if (same_machine && strcmp(past->title, newest->title) == 0)
            history->entries[history->entries_count++] = past->entry;
        else
            fprintf(log, "knee: warning: left out: %s: %s: %s than the newest result\n",
                    past->entry.dir, past->workload,
                    same_machine ? "other parameters" : "another machine");
    }
    return 0;
}

static void say_left_out(const struct knee_history *history, FILE *log)
{
    if (history->left_out_count > 0)
        fprintf(log,
                "knee: warning: %s: %zu of %zu results are left out of the search: sweeps that "
                "--levels, --max-level or an interrupt ended below the limit of others cannot be "
                "compared with them\n",
                history->workload, history->left_out_count, history->entries_count);
}

/* One history for each workload; the newest result says of which machine and parameters. */
static int make_histories(struct knee_history **histories, size_t *count, struct pasts *pasts,
                          double min_effect, uint64_t seed, FILE *log, struct knee_err *err)
{
    *histories = calloc(pasts->count + 1, sizeof **histories);
    if (!*histories)
        return knee_err_memory(err, "compare");
    if (pasts->count > 1)
        qsort(pasts->list, pasts->count, sizeof *pasts->list, by_date);
    for (size_t i = pasts->count; i-- > 0;) {
        bool known = false;
        for (size_t j = 0; j < *count; j++)
            known |= strcmp((*histories)[j].workload, pasts->list[i].workload) == 0;
        if (known)
            continue;
        struct knee_history *history = &(*histories)[(*count)++];
        if (make_history(history, pasts, &pasts->list[i], log, err) ||
            knee_history_judge(history, min_effect, seed, err))
            return -1;
        say_left_out(history, log);
    }
    return 0;
}

/* Without gnuplot it warns, and the scripts are there. */
static int draw(const struct knee_output_options *output, const char *dir,
                const struct knee_history *histories, size_t count, FILE *log, struct knee_err *err)
{
    struct knee_drawing drawing;
    char again[KNEE_DRAWING_AGAIN_BYTES];
    if (output->no_plots)
        return 0;
    knee_drawing_begin(&drawing, 0);
    enum knee_gnuplot_outcome drawn =
        knee_history_report_charts(histories, count, dir, &output->picture, err);
    return knee_drawing_end(&drawing, drawn, knee_drawing_by_hand(dir, again), log, err);
}

static int write_files(const struct knee_compare_command *options,
                       const struct knee_history *histories, size_t count, FILE *log,
                       struct knee_err *err)
{
    const struct knee_output_options *output = &options->sweep.output;
    struct knee_directory directory;
    struct knee_file file;
    struct knee_err undrawn = {0};
    if (knee_directory_make(&directory, "results", output->output, time(NULL), err) ||
        knee_file_open(&file, directory.path, "history.json", err))
        return -1;
    if (knee_history_report_json(histories, count, file.out, err)) {
        knee_file_drop(&file);
        return -1;
    }
    if (knee_file_close(&file, err) || knee_file_open(&file, directory.path, "history.md", err))
        return -1;
    knee_history_report_markdown(histories, count, file.out);
    if (knee_file_close(&file, err))
        return -1;
    /* The page whatever happens: it leaves out a chart that is missing. */
    int failed = draw(output, directory.path, histories, count, log, &undrawn);
    if (knee_file_open(&file, directory.path, "history.html", err))
        return -1;
    knee_history_html(histories, count, options->compare.min_effect_ratio,
                      output->no_plots ? NULL : directory.path, file.out);
    if (knee_file_close(&file, err))
        return -1;
    if (failed)
        *err = undrawn;
    return failed;
}

static int say(const struct knee_compare_command *options, const struct knee_history *histories,
               size_t count, const struct knee_streams *io, struct knee_err *err)
{
    char text[KNEE_HISTORY_REPORT_BYTES];
    const struct knee_output_options *output = &options->sweep.output;
    if (output->json && knee_history_report_json(histories, count, io->out, err))
        return -1;
    if (!output->json && options->compare.markdown)
        knee_history_report_markdown(histories, count, io->out);
    else if (!output->json && !output->quiet)
        knee_history_report_text(histories, count, io->out);
    if (output->output && write_files(options, histories, count, io->log, err))
        return -1;
    for (size_t i = 0; i < count; i++)
        if (histories[i].worse)
            return knee_err_set(err, KNEE_WORSE, "%s: %s", histories[i].workload,
                                knee_history_report_answer(&histories[i], text));
    return 0;
}

int knee_cmd_compare_history(const struct knee_arguments *arguments, const struct knee_streams *io,
                             struct knee_err *err)
{
    const struct knee_compare_command *options = arguments->values;
    struct pasts pasts = {0};
    struct knee_history *histories = NULL;
    size_t count = 0, longest = 0;
    int status = read_all(&pasts, arguments, io->log, err);
    if (status == 0)
        status = make_histories(&histories, &count, &pasts, options->compare.min_effect_ratio,
                                options->sweep.measuring.seed, io->log, err);
    for (size_t i = 0; i < count; i++)
        longest = histories[i].entries_count > longest ? histories[i].entries_count : longest;
    if (status == 0 && longest < 2)
        status =
            knee_err_set(err, KNEE_USAGE,
                         "compare: --history: no two results are of the same work; name two at "
                         "least");
    if (status == 0)
        status = say(options, histories, count, io, err);
    for (size_t i = 0; i < count; i++)
        knee_history_release(&histories[i]);
    free(histories);
    free(pasts.list);
    free(pasts.seen);
    return status;
}
