/* SPDX-License-Identifier: MIT */
#include "reports/writers.h"

#include "core/base/file.h"
#include "core/text/strings.h"
#include "reports/html/report_html.h"
#include "reports/json/result_json.h"
#include "reports/markdown/report_md.h"
#include "reports/scripts/recommendation.h"
#include "tuner/store/columns.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static int write_csv(const struct knee_writer_source *source, FILE *out, struct knee_err *err)
{
    const struct knee_result *result = source->result;
    (void)err;
    knee_columns_header(&knee_columns_levels, out);
    for (size_t w = 0; w < result->workloads_count; w++)
        for (size_t i = 0; i < result->workloads[w].levels_count; i++)
            knee_columns_row(&knee_columns_levels, result->workloads[w].name,
                             &result->workloads[w].levels[i], out);
    return 0;
}

static int write_json(const struct knee_writer_source *source, FILE *out, struct knee_err *err)
{
    return knee_result_json(source->result, out, err);
}

static int write_env(const struct knee_writer_source *source, FILE *out, struct knee_err *err)
{
    (void)err;
    knee_recommendation_env(source->result, out);
    return 0;
}

static int write_limit(const struct knee_writer_source *source, FILE *out, struct knee_err *err)
{
    (void)err;
    knee_recommendation_limit(source->workload, out);
    return 0;
}

static int write_md(const struct knee_writer_source *source, FILE *out, struct knee_err *err)
{
    (void)err;
    knee_report_md(source->result, out);
    return 0;
}

static int write_html(const struct knee_writer_source *source, FILE *out, struct knee_err *err)
{
    (void)err;
    knee_report_html(source->result, source->dir, out);
    return 0;
}

const struct knee_writer knee_writers[] = {
    {.name = "csv",
     .file = "levels.csv",
     .summary = "a row per workload and level",
     .scope = KNEE_WRITER_RESULT,
     .write = write_csv},
    {.name = "json",
     .file = "result.json",
     .summary = "everything, for programs",
     .scope = KNEE_WRITER_RESULT,
     .write = write_json},
    {.name = "env",
     .file = "recommendation.env",
     .summary = "the limits as KEY=VALUE, for scripts",
     .scope = KNEE_WRITER_RESULT,
     .write = write_env},
    {.name = "limit",
     .file = "%s.limit",
     .summary = "one workload's limit alone, for parallel -j",
     .scope = KNEE_WRITER_WORKLOAD,
     .write = write_limit},
    {.name = "limit",
     .file = "limit",
     .summary = "the limit of the only workload",
     .scope = KNEE_WRITER_SINGLE,
     .write = write_limit},
    {.name = "md",
     .file = "report.md",
     .summary = "a report for a CI step summary",
     .scope = KNEE_WRITER_RESULT,
     .write = write_md},
    {.name = "html",
     .file = "report.html",
     .summary = "the report as one self-contained page",
     .scope = KNEE_WRITER_RESULT,
     .write = write_html},
};
const size_t knee_writers_count = sizeof knee_writers / sizeof knee_writers[0];

static int write_one(const struct knee_writer *writer, const struct knee_result *result,
                     const struct knee_workload_result *workload, const char *dir,
                     struct knee_err *err)
{
    char name[128], base[80] = "";
    struct knee_file file;
    const char *mark = strstr(writer->file, "%s");
    if (mark)
        knee_strings_file_name(base, sizeof base, workload->name);
    snprintf(name, sizeof name, "%.*s%s%s", mark ? (int)(mark - writer->file) : -1, writer->file,
             base, mark ? mark + 2 : "");
    if (knee_file_open(&file, dir, name, err) != 0)
        return -1;
    const struct knee_writer_source source = {result, workload, dir};
    if (writer->write(&source, file.out, err) != 0) {
        knee_file_drop(&file);
        return -1;
    }
    return knee_file_close(&file, err);
}

/* A file that an earlier result left here would be taken for this one's. */
static int remove_stale(const char *dir, const char *name, struct knee_err *err)
{
    char path[4096];
    snprintf(path, sizeof path, "%.3900s/%s", dir, name);
    if (unlink(path) == 0 || errno == ENOENT)
        return 0;
    return knee_err_set(err, KNEE_FAILED, "%.200s: %s; remove it", path, strerror(errno));
}

static int write_all(const struct knee_writer *writer, const struct knee_result *result,
                     const char *dir, struct knee_err *err)
{
    bool single = result->workloads_count == 1;
    switch (writer->scope) {
    case KNEE_WRITER_RESULT:
        return write_one(writer, result, NULL, dir, err);
    case KNEE_WRITER_SINGLE:
        return single ? write_one(writer, result, &result->workloads[0], dir, err)
                      : remove_stale(dir, writer->file, err);
    case KNEE_WRITER_WORKLOAD:
        break;
    }
    for (size_t i = 0; i < result->workloads_count; i++)
        if (write_one(writer, result, &result->workloads[i], dir, err) != 0)
            return -1;
    return 0;
}

int knee_writers_write(const struct knee_result *result, const char *dir, struct knee_err *err)
{
    for (size_t i = 0; i < knee_writers_count; i++)
        if (write_all(&knee_writers[i], result, dir, err) != 0)
            return -1;
    return 0;
}

int knee_writers_page(const struct knee_result *result, const char *dir, struct knee_err *err)
{
    for (size_t i = 0; i < knee_writers_count; i++)
        if (knee_writers[i].write == write_html)
            return write_one(&knee_writers[i], result, NULL, dir, err);
    return 0;
}
