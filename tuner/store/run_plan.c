/* SPDX-License-Identifier: MIT */
#include "tuner/store/run_plan.h"

#include "core/base/file.h"
#include "tuner/store/json.h"
#include "tuner/store/json_read.h"
#include "tuner/store/texts_json.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define FILE_NAME "plan.json"
#define KIND "run"

static json_t *plan_json(const struct knee_run_plan *plan)
{
    json_t *json = json_object();
    int failed =
        json_object_set_new(json, "schema_version", json_integer(KNEE_RUN_PLAN_SCHEMA_VERSION));
    failed |= json_object_set_new(json, "kind", json_string(KIND));
    failed |= json_object_set_new(json, "knee_version", knee_json_text(plan->version));
    failed |= json_object_set_new(json, "date", knee_json_text(plan->date));
    failed |=
        knee_texts_json_set(json, "argv", (size_t)plan->argc, (const char *const *)plan->argv);
    failed |= json_object_set_new(json, "name", knee_json_text(plan->name));
    failed |= json_object_set_new(json, "title", knee_json_text(plan->title));
    failed |= json_object_set_new(json, "directory", knee_json_text(plan->directory));
    failed |= json_object_set_new(json, "seed", knee_json_whole(plan->seed));
    failed |= json_object_set_new(json, "host", knee_json_host(plan->host, plan->topology));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

int knee_run_plan_write(const struct knee_run_plan *plan, const char *dir, struct knee_err *err)
{
    struct knee_file file;
    json_t *json = plan_json(plan);
    if (!json)
        return knee_err_memory(err, FILE_NAME);
    if (knee_file_open(&file, dir, FILE_NAME, err)) {
        json_decref(json);
        return -1;
    }
    int failed = knee_json_write(json, 17, file.out);
    json_decref(json);
    if (failed) {
        knee_file_drop(&file);
        return knee_err_set(err, KNEE_FAILED, FILE_NAME ": %s", strerror(errno));
    }
    return knee_file_close(&file, err);
}

int knee_run_plan_parse(struct knee_run_plan_read *read, const char *text, size_t bytes,
                        const char *path, struct knee_err *err)
{
    json_error_t error;
    json_t *json = json_loadb(text, bytes, 0, &error);
    const char *kind = json_string_value(json_object_get(json, "kind"));
    if (!kind || strcmp(kind, KIND) != 0) {
        json_decref(json);
        return knee_err_set(err, KNEE_USAGE,
                            "%.200s: it is not the plan of a run; name the directory of a run",
                            path);
    }
    if (knee_json_read_schema(json, KNEE_RUN_PLAN_SCHEMA_VERSION, path, err)) {
        json_decref(json);
        return -1;
    }
    size_t count = 0;
    struct knee_run_plan_read made = {.argv = knee_texts_json_read(json, "argv", NULL, &count)};
    made.argc = (int)count;
    json_int_t cpus =
        json_integer_value(json_object_get(json_object_get(json, "host"), "usable_cpus"));
    made.cpus = cpus > 0 && cpus < UINT32_MAX ? (uint32_t)cpus : 0;
    json_decref(json);
    if (!made.argv)
        return knee_err_memory(err, path);
    *read = made;
    return 0;
}

int knee_run_plan_read(struct knee_run_plan_read *read, const char *dir, struct knee_err *err)
{
    char path[4200], *text = NULL;
    size_t bytes;
    if (knee_file_read(&text, &bytes, dir, FILE_NAME, path, sizeof path, err)) {
        if (err)
            err->code = KNEE_USAGE;
        return -1;
    }
    int failed = knee_run_plan_parse(read, text, bytes, path, err);
    free(text);
    return failed;
}

void knee_run_plan_read_release(struct knee_run_plan_read *read)
{
    knee_texts_json_release(read->argv);
    *read = (struct knee_run_plan_read){0};
}
