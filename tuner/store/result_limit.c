/* SPDX-License-Identifier: MIT */
#include "tuner/store/result_limit.h"

#include "core/base/file.h"
#include "core/engine/engine.h"
#include "core/text/strings.h"
#include "tuner/result/result.h"
#include "tuner/store/json_read.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Names in an error text: longer ones are cut. */
#define NAMES_BYTES 160

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static void list_names(const json_t *workloads, char names[NAMES_BYTES])
{
    size_t used = 0;
    names[0] = '\0';
    for (size_t i = 0; i < json_array_size(workloads) && used < NAMES_BYTES; i++)
        used += (size_t)snprintf(names + used, NAMES_BYTES - used, "%s%.64s", i ? ", " : "",
                                 text_of(json_array_get(workloads, i), "workload"));
}

static int check_names(const json_t *workloads, const char *path, struct knee_err *err)
{
    for (size_t i = 0; i < json_array_size(workloads); i++)
        if (!*text_of(json_array_get(workloads, i), "workload"))
            return knee_err_set(err, KNEE_USAGE, "%.160s: workload %zu has no name; sweep again",
                                path, i + 1);
    return 0;
}

static const json_t *choose(const json_t *workloads, const char *dir, const char *name,
                            struct knee_err *err)
{
    char names[NAMES_BYTES];
    size_t count = json_array_size(workloads);
    list_names(workloads, names);
    if (!count) {
        knee_err_set(err, KNEE_USAGE, "%.160s: holds no workload; sweep again", dir);
        return NULL;
    }
    if (check_names(workloads, dir, err))
        return NULL;
    if (!name && count == 1)
        return json_array_get(workloads, 0);
    if (!name) {
        knee_err_set(err, KNEE_USAGE,
                     "%.160s: holds several workloads; name one of %s, or give the number that its "
                     "file holds, as %.64s.limit there",
                     dir, names, text_of(json_array_get(workloads, 0), "workload"));
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        if (!strcmp(text_of(json_array_get(workloads, i), "workload"), name))
            return json_array_get(workloads, i);
    knee_err_set(err, KNEE_USAGE, "%.160s: holds no %.64s; it holds %s", dir, name, names);
    return NULL;
}

/* Texts go to terminals and into scripts: no control character gets through. */
static void copy_text(char *to, size_t to_bytes, const char *text)
{
    knee_strings_utf8(to, to_bytes, text, false);
}

static void take_slos(struct knee_result_limit *limit, const json_t *decision)
{
    const json_t *slos = json_object_get(decision, "slo"),
                 *met = json_object_get(decision, "slo_met");
    size_t used = 0, room = sizeof limit->slos;
    for (size_t i = 0; i < json_array_size(slos) && used < room; i++) {
        char one[64] = "";
        const char *text = json_string_value(json_array_get(slos, i));
        copy_text(one, sizeof one, text ? text : "");
        used += (size_t)snprintf(limit->slos + used, room - used, "%s%s", i ? ", " : "", one);
    }
    if (limit->slos[0])
        limit->slo = json_is_true(met)    ? KNEE_SLO_STATE_MET
                     : json_is_false(met) ? KNEE_SLO_STATE_UNMET
                                          : KNEE_SLO_STATE_OPEN;
}

static int take_limit(struct knee_result_limit *limit, const json_t *result, const json_t *workload,
                      const char *path, struct knee_err *err)
{
    const json_t *decision = json_object_get(workload, "decision");
    json_int_t level = json_integer_value(json_object_get(decision, "limit"));
    if (level < 1 || level > KNEE_ENGINE_LEVEL_MAX)
        return knee_err_set(err, KNEE_USAGE, "%.160s: %.64s has no limit; sweep again", path,
                            text_of(workload, "workload"));
    struct knee_result_limit read = {.limit = (uint32_t)level};
    copy_text(read.workload, sizeof read.workload, text_of(workload, "workload"));
    copy_text(read.title, sizeof read.title, text_of(workload, "title"));
    if (!read.title[0])
        snprintf(read.title, sizeof read.title, "%s", read.workload);
    copy_text(read.verdict, sizeof read.verdict, text_of(decision, "verdict"));
    copy_text(read.reason, sizeof read.reason, text_of(decision, "reason"));
    take_slos(&read, decision);
    copy_text(read.date, sizeof read.date, text_of(result, "date"));
    copy_text(read.host, sizeof read.host, text_of(json_object_get(result, "host"), "name"));
    /* Older results do not say; theirs fell back to the rule if they were disturbed. */
    if (knee_result_source_parse(&read.source, text_of(decision, "source")) != 0)
        read.source = strcmp(read.verdict, "disturbed") == 0 ? KNEE_RESULT_SOURCE_RULE
                                                             : KNEE_RESULT_SOURCE_MEASURED;
    *limit = read;
    return 0;
}

int knee_result_limit_check_schema(const char *dir, struct knee_err *err)
{
    char path[4096], *text = NULL;
    size_t bytes;
    json_error_t error;
    struct knee_err missing = {0};
    if (knee_file_read(&text, &bytes, dir, "result.json", path, sizeof path, &missing))
        return 0;
    json_t *result = json_loadb(text, bytes, 0, &error);
    free(text);
    int status = result ? knee_json_read_schema(result, KNEE_RESULT_SCHEMA_VERSION, path, err) : 0;
    json_decref(result);
    return status;
}

int knee_result_limit_parse(struct knee_result_limit *limit, const char *text, size_t bytes,
                            const char *path, const char *workload, struct knee_err *err)
{
    json_error_t error;
    json_t *result = json_loadb(text, bytes, 0, &error);
    if (!result)
        return knee_err_set(err, KNEE_USAGE, "%.160s: line %d: %s; is it a result of knee?", path,
                            error.line, error.text);
    int failed = knee_json_read_schema(result, KNEE_RESULT_SCHEMA_VERSION, path, err);
    const json_t *chosen =
        failed ? NULL : choose(json_object_get(result, "workloads"), path, workload, err);
    failed = chosen ? take_limit(limit, result, chosen, path, err) : -1;
    json_decref(result);
    return failed;
}

/* A sweep or run writes result.json at its end: one that was killed has a plan, and a journal. */
static int say_unwritten(const char *dir, const char *path, struct knee_err *err)
{
    char plan[4096];
    snprintf(plan, sizeof plan, "%s/plan.json", dir);
    if (access(path, F_OK) == 0 || access(plan, R_OK) != 0)
        return -1;
    return knee_err_set(err, KNEE_USAGE,
                        "%.160s: not written yet; wait for its end, or if it was killed: knee "
                        "report %.160s",
                        path, dir);
}

int knee_result_limit_read(struct knee_result_limit *limit, const char *dir, const char *workload,
                           struct knee_err *err)
{
    char path[4096], *text = NULL;
    size_t bytes;
    if (knee_file_read(&text, &bytes, dir, "result.json", path, sizeof path, err))
        return say_unwritten(dir, path, err);
    int failed = knee_result_limit_parse(limit, text, bytes, path, workload, err);
    free(text);
    return failed;
}
