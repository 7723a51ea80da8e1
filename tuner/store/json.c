/* SPDX-License-Identifier: MIT */
#include "tuner/store/json.h"

#include "core/text/strings.h"
#include "core/text/units.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WHOLE_MAX 9007199254740992.0 /* 2^53: whole doubles below are exact as integers */

json_t *knee_json_number(double value)
{
    if (!isfinite(value))
        return json_null();
    if (value == floor(value) && fabs(value) < WHOLE_MAX)
        return json_integer((json_int_t)value);
    return json_real(value);
}

json_t *knee_json_count(uint64_t count)
{
    return count == UINT64_MAX ? json_null() : knee_json_whole(count);
}

json_t *knee_json_whole(uint64_t count)
{
    if (count <= INT64_MAX)
        return json_integer((json_int_t)count);
    return json_sprintf("%llu", (unsigned long long)count);
}

json_t *knee_json_level(uint32_t level)
{
    return level ? json_integer(level) : json_null();
}

json_t *knee_json_text(const char *text)
{
    size_t bytes = 3 * strlen(text) + 1;
    char *clean = malloc(bytes);
    if (!clean)
        return NULL;
    json_t *json = json_string(knee_strings_utf8(clean, bytes, text, true));
    free(clean);
    return json;
}

int knee_json_set_argv(json_t *object, int argc, char *const *argv)
{
    char *shell = knee_strings_shell(argc, argv);
    json_t *list = json_array();
    int failed = shell && list ? 0 : -1;
    for (int i = 0; i < argc && !failed; i++)
        failed = json_array_append_new(list, knee_json_text(argv[i]));
    failed |= json_object_set_new(object, "argv", list);
    failed |= json_object_set_new(object, "argv_shell", knee_json_text(shell ? shell : ""));
    free(shell);
    return failed;
}

json_t *knee_json_host(const struct knee_host *host, const struct knee_topology_counts *topology)
{
    json_t *json = json_object();
    int failed = json_object_set_new(json, "name", knee_json_text(host->name));
    failed |= json_object_set_new(json, "kernel", knee_json_text(host->kernel));
    failed |= json_object_set_new(json, "cpu_model", knee_json_text(topology->model));
    failed |= json_object_set_new(json, "this_system", json_boolean(topology->this_system));
    failed |= json_object_set_new(json, "packages", json_integer(topology->packages));
    failed |= json_object_set_new(json, "numa_nodes", json_integer(topology->numa_nodes));
    failed |= json_object_set_new(json, "l3_groups", json_integer(topology->l3_groups));
    failed |= json_object_set_new(json, "cores", json_integer(topology->cores));
    failed |= json_object_set_new(json, "pus", json_integer(topology->pus));
    failed |= json_object_set_new(json, "core_kinds", json_integer(topology->core_kinds));
    failed |= json_object_set_new(json, "allowed_cores", json_integer(topology->allowed_cores));
    failed |= json_object_set_new(json, "usable_cpus", json_integer(topology->allowed_pus));
    failed |= json_object_set_new(json, "cpu_quota", knee_json_number(host->cpu_quota));
    failed |= json_object_set_new(json, "cpu_quota_group", knee_json_text(host->cpu_quota_group));
    failed |=
        json_object_set_new(json, "memory_total_bytes", knee_json_count(host->memory_total_bytes));
    failed |= json_object_set_new(json, "memory_available_bytes",
                                  knee_json_count(host->memory_available_bytes));
    failed |= json_object_set_new(json, "memory_group", knee_json_text(host->memory_group));
    failed |= json_object_set_new(json, "open_files_max", knee_json_count(host->open_files_max));
    failed |= json_object_set_new(json, "processes_max", knee_json_count(host->processes_max));
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

static json_t *parameter_value(const struct knee_parameter *parameter, double value)
{
    char text[KNEE_UNITS_BYTES];
    switch (parameter->unit) {
    case KNEE_PARAMETER_TIME:
        return knee_json_number(value / 1e9);
    case KNEE_PARAMETER_WORD:
        return json_string(knee_units_parameter(parameter, value, text, sizeof text));
    case KNEE_PARAMETER_SIZE:
    case KNEE_PARAMETER_RATIO:
    case KNEE_PARAMETER_NUMBER:
        break;
    }
    return knee_json_number(value);
}

json_t *knee_json_parameters(const struct knee_parameter_value *parameters, size_t count)
{
    static const char *const suffixes[] = {
        [KNEE_PARAMETER_NUMBER] = "",     [KNEE_PARAMETER_TIME] = "_s",
        [KNEE_PARAMETER_SIZE] = "_bytes", [KNEE_PARAMETER_RATIO] = "_ratio",
        [KNEE_PARAMETER_WORD] = "",
    };
    json_t *json = json_object();
    int failed = json ? 0 : -1;
    for (size_t i = 0; i < count && !failed; i++) {
        const struct knee_parameter *parameter = parameters[i].parameter;
        char key[80];
        const char *suffix = suffixes[parameter->unit], *has = strstr(parameter->name, suffix);
        snprintf(key, sizeof key, "%.64s%s", parameter->name,
                 has && has[strlen(suffix)] == '\0' ? "" : suffix);
        failed = json_object_set_new(json, key, parameter_value(parameter, parameters[i].value));
    }
    if (!failed)
        return json;
    json_decref(json);
    return NULL;
}

int knee_json_write(const json_t *json, int digits, FILE *out)
{
    size_t flags = JSON_INDENT(2) | JSON_REAL_PRECISION((size_t)digits);
    if (json_dumpf(json, out, flags) != 0 || fputc('\n', out) == EOF)
        return -1;
    return 0;
}
