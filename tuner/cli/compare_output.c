/* SPDX-License-Identifier: MIT */
#include "tuner/cli/compare_output.h"

#include "reports/compare/comparison_json.h"
#include "reports/compare/comparison_text.h"
#include "reports/compare/comparison_words.h"

#include <errno.h>
#include <string.h>

static int write_file(const char *dir, const char *name, const struct knee_comparison *comparisons,
                      size_t count, bool json, struct knee_err *err)
{
    char path[4352];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *out = fopen(path, "wxe");
    if (!out)
        return knee_err_set(err, KNEE_FAILED, "%.300s: %s; name another directory", path,
                            strerror(errno));
    int status = 0;
    if (json)
        status = knee_comparison_json(comparisons, count, out, err);
    else
        knee_comparison_markdown(comparisons, count, out);
    if ((ferror(out) | fclose(out)) && status == 0)
        status =
            knee_err_set(err, KNEE_FAILED, "%.300s: %s; free some space", path, strerror(errno));
    return status;
}

static int write_files(const char *dir, const struct knee_comparison *comparisons, size_t count,
                       struct knee_err *err)
{
    if (write_file(dir, "compare.json", comparisons, count, true, err))
        return -1;
    return write_file(dir, "compare.md", comparisons, count, false, err);
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
        (dir && write_files(dir, comparisons, count, err)))
        return -1;
    return judge(options, comparisons, count, err);
}
