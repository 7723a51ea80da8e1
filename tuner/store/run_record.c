/* SPDX-License-Identifier: MIT */
#include "tuner/store/run_record.h"

#include "core/base/file.h"
#include "core/text/csv.h"
#include "core/text/strings.h"
#include "tuner/store/columns.h"
#include "tuner/store/json_read.h"
#include "tuner/store/run_record_private.h"
#include "tuner/store/texts_json.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMITS_FILE "limits.csv"
#define DECISIONS_MAX 100000u
#define SAME_S .0006 /* limits.csv has times to the millisecond */

static json_t *read_json(const char *dir, const char *name, struct knee_err *err)
{
    char path[4200], *text = NULL;
    size_t bytes;
    json_error_t error;
    if (knee_file_read(&text, &bytes, dir, name, path, sizeof path, err))
        return NULL;
    json_t *json = json_loadb(text, bytes, 0, &error);
    free(text);
    if (!json)
        knee_err_set(err, KNEE_USAGE, "%.200s: %.100s; it is not whole", path, error.text);
    return json;
}

static bool is_run(const json_t *json)
{
    const char *kind = json_string_value(json_object_get(json, "kind"));
    return kind && strcmp(kind, "run") == 0;
}

bool knee_run_record_is_in(const char *dir)
{
    struct knee_err err = {0};
    json_t *json = read_json(dir, "plan.json", &err);
    bool there = is_run(json);
    json_decref(json);
    return there;
}

/* The command line, for a shell; NULL out of memory. */
static char *read_line(const json_t *plan)
{
    size_t count = 0;
    char **argv = knee_texts_json_read(plan, "argv", NULL, &count);
    char *line = argv ? knee_strings_shell((int)count, argv) : NULL;
    knee_texts_json_release(argv);
    return line;
}

static int read_plan(struct knee_run_record *record, const char *dir, struct knee_err *err)
{
    struct knee_json_reader reader = {0};
    json_t *json = read_json(dir, "plan.json", err);
    if (!json) {
        if (err)
            err->code = KNEE_USAGE;
        return -1;
    }
    if (!is_run(json)) {
        json_decref(json);
        return knee_err_set(err, KNEE_USAGE,
                            "%.200s: it is not the plan of a run; name the directory of a run",
                            dir);
    }
    knee_json_read_copy_text(&reader, json, "name", record->name, sizeof record->name);
    knee_json_read_copy_text(&reader, json, "date", record->date, sizeof record->date);
    knee_json_read_copy_text(&reader, json, "title", record->result.command,
                             sizeof record->result.command);
    knee_json_read_copy_text(&reader, json_object_get(json, "host"), "name", record->host,
                             sizeof record->host);
    record->line = read_line(json);
    json_decref(json);
    return record->line ? 0 : knee_err_memory(err, dir);
}

/* ---- limits.csv ---- */
static enum knee_run_reason find_reason(const char *name)
{
    for (int i = 0; i < KNEE_RUN_REASONS; i++)
        if (strcmp(name, knee_run_reason_name(i)) == 0)
            return i;
    return KNEE_RUN_REASONS;
}

static int add_decision(struct knee_run_result *result, size_t *room, const struct knee_csv *csv)
{
    const char *throughput = knee_csv_field(csv, 2);
    struct knee_run_decision decision = {.reason = find_reason(knee_csv_field(csv, 3)),
                                         .time_s = strtod(knee_csv_field(csv, 0), NULL),
                                         .to = (uint32_t)strtoul(knee_csv_field(csv, 1), NULL, 10),
                                         .gain_ratio = NAN,
                                         .throughput_per_s =
                                             *throughput ? strtod(throughput, NULL) : NAN};
    if (decision.reason == KNEE_RUN_REASONS || decision.to == 0)
        return 0;
    if (result->decisions_count == *room) {
        size_t more = 2 * *room + 64;
        void *grown = realloc(result->decisions, more * sizeof *result->decisions);
        if (!grown)
            return -1;
        result->decisions = grown;
        *room = more;
    }
    if (result->decisions_count > 0)
        decision.from = result->decisions[result->decisions_count - 1].to;
    result->decisions[result->decisions_count++] = decision;
    return 0;
}

static int read_limits(struct knee_run_record *record, const char *dir, struct knee_err *err)
{
    char path[4200];
    size_t room = 0;
    struct knee_csv *csv = NULL;
    snprintf(path, sizeof path, "%.4000s/" LIMITS_FILE, dir);
    FILE *in = knee_file_open_regular(path, true);
    if (!in)
        return 0; /* killed before it chose one */
    const struct knee_csv_params params = {.in = in,
                                           .path = path,
                                           .code = KNEE_USAGE,
                                           .advice = "correct that line",
                                           .whole_lines = true};
    int status = knee_csv_open(&csv, &params, err), got = 0;
    bool header = true;
    while (!status && (got = knee_csv_next(csv, err)) > 0 &&
           record->result.decisions_count < DECISIONS_MAX) {
        if (!header && add_decision(&record->result, &room, csv))
            status = knee_err_memory(err, path);
        header = false;
    }
    knee_csv_close(csv);
    fclose(in);
    return status || got < 0 ? -1 : 0;
}

/* ---- levels.csv ---- */
static int add_level(struct knee_run_result *result, const struct knee_csv *csv,
                     const size_t *place)
{
    struct knee_level row = {.throughput_per_s = NAN, .throughput_cv = NAN};
    for (size_t i = 0; i < knee_columns_levels.count; i++) {
        const char *text = place[i] == SIZE_MAX ? "" : knee_csv_field(csv, place[i]);
        if (*text && knee_columns_levels.at[i].type != KNEE_COLUMN_MARKS)
            (void)knee_column_parse(&knee_columns_levels.at[i], text, &row);
    }
    void *grown = realloc(result->levels, (result->levels_count + 1) * sizeof *result->levels);
    if (!grown)
        return -1;
    result->levels = grown;
    result->levels[result->levels_count++] =
        (struct knee_run_level){.level = row.level,
                                .windows = row.windows,
                                .items = row.items,
                                .throughput_per_s = row.throughput_per_s,
                                .throughput_cv = row.throughput_cv,
                                .time_s = row.items / row.throughput_per_s};
    return 0;
}

static int read_levels(struct knee_run_record *record, const char *dir, struct knee_err *err)
{
    char path[4200];
    size_t place[64];
    struct knee_csv *csv = NULL;
    snprintf(path, sizeof path, "%.4000s/%s", dir, knee_columns_levels.file);
    FILE *in = knee_file_open_regular(path, true);
    if (!in)
        return 0;
    const struct knee_csv_params params = {
        .in = in, .path = path, .code = KNEE_USAGE, .advice = "remove that file"};
    int status = knee_csv_open(&csv, &params, err), got = 0;
    bool header = true;
    while (!status && (got = knee_csv_next(csv, err)) > 0) {
        for (size_t i = 0; header && i < knee_columns_levels.count && i < 64; i++)
            place[i] = knee_csv_find(csv, knee_columns_levels.at[i].name);
        if (!header && add_level(&record->result, csv, place))
            status = knee_err_memory(err, path);
        header = false;
    }
    knee_csv_close(csv);
    fclose(in);
    return status || got < 0 ? -1 : 0;
}

/* Without it: items that began under a limit over the time that it held. */
static int make_levels(struct knee_run_record *record, struct knee_err *err)
{
    struct knee_run_result *result = &record->result;
    result->levels = calloc(record->levels_count + 1, sizeof *result->levels);
    if (!result->levels)
        return knee_err_memory(err, "levels");
    for (size_t i = 0; i < record->levels_count; i++) {
        struct knee_run_level *level = &result->levels[result->levels_count++];
        *level = (struct knee_run_level){.level = record->levels[i].level,
                                         .items = (double)record->levels[i].done,
                                         .throughput_cv = NAN};
        for (size_t j = 0; j < result->decisions_count; j++) {
            double to_s = j + 1 < result->decisions_count ? result->decisions[j + 1].time_s
                                                          : record->timeline.end_s;
            if (result->decisions[j].to == level->level)
                level->time_s += fmax(0., to_s - result->decisions[j].time_s);
        }
        level->throughput_per_s = level->time_s > 0. ? level->items / level->time_s : NAN;
    }
    return 0;
}

/* ---- result.json ---- */
static void take_gains(struct knee_run_result *result, const json_t *limits)
{
    struct knee_json_reader reader = {0};
    size_t at = 0;
    for (size_t i = 0; i < json_array_size(limits); i++) {
        const json_t *limit = json_array_get(limits, i);
        double time_s = knee_json_read_number(&reader, limit, "time_s", NAN);
        while (at < result->decisions_count && result->decisions[at].time_s < time_s - SAME_S)
            at++;
        for (size_t j = at;
             j < result->decisions_count && result->decisions[j].time_s <= time_s + SAME_S; j++) {
            const char *name = knee_json_read_text(&reader, limit, "reason");
            if (name && find_reason(name) == result->decisions[j].reason) {
                result->decisions[j].gain_ratio =
                    knee_json_read_number(&reader, limit, "gain_ratio", NAN);
                result->decisions[j].from = knee_json_read_count32(&reader, limit, "from");
            }
        }
    }
}

static void take_lines(struct knee_run_result *result, const json_t *failures)
{
    struct knee_json_reader reader = {0};
    for (size_t i = 0; i < json_array_size(failures); i++) {
        const json_t *failure = json_array_get(failures, i);
        uint64_t number = knee_json_read_count(&reader, failure, "item", UINT64_MAX - 1, 0);
        for (size_t j = 0; j < result->failures_count; j++)
            if (result->failures[j].number == number) {
                knee_json_read_copy_text(&reader, failure, "how", result->failures[j].how,
                                         sizeof result->failures[j].how);
                knee_json_read_copy_text(&reader, failure, "last_error_line",
                                         result->failures[j].line, sizeof result->failures[j].line);
            }
    }
}

static void take_result(struct knee_run_record *record, const char *dir)
{
    struct knee_run_result *result = &record->result;
    struct knee_json_reader reader = {0};
    struct knee_err err = {0};
    json_t *json = read_json(dir, "result.json", &err);
    const json_t *run = json_object_get(json, "run");
    record->has_result = run != NULL;
    if (run) {
        result->limit_first = knee_json_read_count32(&reader, run, "limit_first");
        result->limit_last = knee_json_read_count32(&reader, run, "limit_last");
        result->limit_best = knee_json_read_count32(&reader, run, "limit_best");
        result->rule_of_thumb = knee_json_read_count32(&reader, run, "rule_of_thumb");
        result->learned = knee_json_read_truth(&reader, run, "learned");
        take_gains(result, json_object_get(run, "limits"));
        take_lines(result, json_object_get(run, "failures"));
    }
    json_decref(json);
}

/* ---- all of it ---- */
static bool is_of_climb(enum knee_run_reason reason)
{
    return reason == KNEE_RUN_DEMAND || reason == KNEE_RUN_PROBE || reason == KNEE_RUN_KEPT ||
           reason == KNEE_RUN_REJECTED || reason == KNEE_RUN_ABORTED || reason == KNEE_RUN_CHANGED;
}

static void take_decisions(struct knee_run_result *result)
{
    for (size_t i = 0; i < result->decisions_count; i++) {
        const struct knee_run_decision *decision = &result->decisions[i];
        if (i == 0)
            result->limit_first = decision->to;
        if (decision->reason != KNEE_RUN_PROBE)
            result->limit_last = decision->to;
        result->automatic |= is_of_climb(decision->reason);
        result->learned |= decision->reason == KNEE_RUN_KEPT ||
                           decision->reason == KNEE_RUN_REJECTED ||
                           decision->reason == KNEE_RUN_ABORTED;
    }
    result->limit_best = result->limit_last;
}

static const struct knee_run_level *find_level(const struct knee_run_result *result, uint32_t level)
{
    for (size_t i = 0; i < result->levels_count; i++)
        if (result->levels[i].level == level)
            return &result->levels[i];
    return NULL;
}

int knee_run_record_read(struct knee_run_record *record, const char *dir, struct knee_err *err)
{
    *record = (struct knee_run_record){0};
    struct knee_run_result *result = &record->result;
    snprintf(result->directory, sizeof result->directory, "%s", dir);
    result->rule_ratio = NAN;
    if (read_plan(record, dir, err) || knee_run_record_read_items(record, dir, err) ||
        read_limits(record, dir, err) || read_levels(record, dir, err) ||
        (result->levels_count == 0 && make_levels(record, err)))
        return -1;
    take_decisions(result);
    take_result(record, dir);
    const struct knee_run_level *rule = find_level(result, result->rule_of_thumb);
    const struct knee_run_level *best = find_level(result, result->limit_best);
    if (rule && best && best->throughput_per_s > 0.)
        result->rule_ratio = rule->throughput_per_s / best->throughput_per_s;
    return 0;
}

const struct knee_run_record_level *knee_run_record_level(const struct knee_run_record *record,
                                                          uint32_t level)
{
    for (size_t i = 0; i < record->levels_count; i++)
        if (record->levels[i].level == level)
            return &record->levels[i];
    return NULL;
}

void knee_run_record_release(struct knee_run_record *record)
{
    knee_run_result_release(&record->result);
    free(record->levels);
    free(record->tried);
    free(record->line);
    *record = (struct knee_run_record){0};
}
