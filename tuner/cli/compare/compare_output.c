/* SPDX-License-Identifier: MIT */
#include "tuner/cli/compare/compare_output.h"

#include "core/base/file.h"
#include "reports/compare/comparison_charts.h"
#include "reports/compare/comparison_html.h"
#include "reports/compare/comparison_json.h"
#include "reports/compare/comparison_text.h"
#include "reports/compare/comparison_words.h"
#include "tuner/cli/drawing.h"

/* Draws the charts; without gnuplot it warns, and their scripts are there. */
static int draw(const struct knee_compare_command *options, const char *dir,
                const struct knee_comparison *comparisons, size_t count, FILE *log,
                struct knee_err *err)
{
    const struct knee_output_options *output = &options->sweep.output;
    struct knee_drawing drawing;
    char again[KNEE_DRAWING_AGAIN_BYTES];
    if (output->no_plots)
        return 0;
    knee_drawing_begin(&drawing, 0);
    enum knee_gnuplot_outcome drawn = knee_comparison_charts(
        comparisons, count, options->compare.min_effect_ratio, dir, &output->picture, err);
    return knee_drawing_end(&drawing, drawn, knee_drawing_by_hand(dir, again), log, err);
}

static int write_files(const struct knee_compare_command *options, const char *dir,
                       const struct knee_comparison *comparisons, size_t count, FILE *log,
                       struct knee_err *err)
{
    struct knee_file file;
    struct knee_err undrawn = {0};
    if (knee_file_open(&file, dir, "compare.json", err))
        return -1;
    if (knee_comparison_json(comparisons, count, file.out, err)) {
        knee_file_drop(&file);
        return -1;
    }
    if (knee_file_close(&file, err) || knee_file_open(&file, dir, "compare.md", err))
        return -1;
    knee_comparison_markdown(comparisons, count, file.out);
    if (knee_file_close(&file, err))
        return -1;
    /* The page whatever happens: it leaves out a chart that is missing. */
    int failed = draw(options, dir, comparisons, count, log, &undrawn);
    if (knee_file_open(&file, dir, "compare.html", err))
        return -1;
    knee_comparison_html(comparisons, count, options->compare.min_effect_ratio,
                         options->sweep.output.no_plots ? NULL : dir, file.out);
    if (knee_file_close(&file, err))
        return -1;
    if (failed)
        *err = undrawn;
    return failed;
}

static int print_comparisons(const struct knee_compare_command *options,
                             const struct knee_comparison *comparisons, size_t count, FILE *out,
                             struct knee_err *err)
{
    if (options->sweep.output.json)
        return knee_comparison_json(comparisons, count, out, err);
    if (options->compare.markdown)
        knee_comparison_markdown(comparisons, count, out);
    else if (!options->sweep.output.quiet)
        knee_comparison_text(comparisons, count, out);
    return 0;
}

/* The first fact that is about something other than speed that got worse. */
static const struct knee_comparison_fact *worse_fact(const struct knee_comparison *comparison)
{
    for (size_t i = 0; i < comparison->facts_count; i++)
        if (comparison->facts[i].kind >= KNEE_COMPARISON_LIMIT_ROSE &&
            comparison->facts[i].kind <= KNEE_COMPARISON_FAILURES)
            return &comparison->facts[i];
    return NULL;
}

static int judge(const struct knee_compare_command *options,
                 const struct knee_comparison *comparisons, size_t count, struct knee_err *err)
{
    char text[KNEE_COMPARISON_WORDS_BYTES];
    for (size_t i = 0; i < count; i++) {
        const struct knee_comparison *comparison = &comparisons[i];
        const struct knee_comparison_fact *fact = worse_fact(comparison);
        if (comparison->verdict == KNEE_COMPARE_SLOWER)
            return knee_err_set(err, KNEE_WORSE, "%s: %s", comparison->workload,
                                knee_comparison_words_answer(comparison, text));
        if (comparison->worse && fact)
            return knee_err_set(err, KNEE_WORSE, "%s: worse: %s", comparison->workload,
                                knee_comparison_words_fact(fact, text));
    }
    for (size_t i = 0; options->sweep.measuring.strict && i < count; i++)
        if (comparisons[i].verdict == KNEE_COMPARE_NOT_COMPARABLE ||
            comparisons[i].verdict == KNEE_COMPARE_NOT_ENOUGH_EVIDENCE)
            return knee_err_set(err, KNEE_NOT_RESOLVED, "%s: %s", comparisons[i].workload,
                                knee_comparison_words_answer(&comparisons[i], text));
    return 0;
}

int knee_compare_output(const struct knee_compare_command *options, const char *dir,
                        const struct knee_comparison *comparisons, size_t count,
                        const struct knee_streams *io, struct knee_err *err)
{
    if (print_comparisons(options, comparisons, count, io->out, err) ||
        (dir && write_files(options, dir, comparisons, count, io->log, err)))
        return -1;
    return judge(options, comparisons, count, err);
}
