/* SPDX-License-Identifier: MIT */
#include "tuner/store/json_read.h"

#include "core/text/strings.h"

#include <stdlib.h>
#include <string.h>

static json_t *member(struct knee_json_reader *reader, const json_t *json, const char *key,
                      bool of_type)
{
    json_t *value = json_object_get(json, key);
    if (value && !json_is_null(value) && !of_type && !reader->bad)
        reader->bad = key;
    return value && !json_is_null(value) && of_type ? value : NULL;
}

const char *knee_json_read_text(struct knee_json_reader *reader, const json_t *json,
                                const char *key)
{
    json_t *value = member(reader, json, key, json_is_string(json_object_get(json, key)));
    return value ? json_string_value(value) : NULL;
}

void knee_json_read_copy_text(struct knee_json_reader *reader, const json_t *json, const char *key,
                              char *to, size_t to_bytes)
{
    const char *value = knee_json_read_text(reader, json, key);
    knee_strings_utf8(to, to_bytes, value ? value : "", false);
}

double knee_json_read_number(struct knee_json_reader *reader, const json_t *json, const char *key,
                             double missing)
{
    json_t *value = member(reader, json, key, json_is_number(json_object_get(json, key)));
    return value ? json_number_value(value) : missing;
}

/* Also a string of digits: beyond 2^63 - 1 that is how a count is written. */
uint64_t knee_json_read_count(struct knee_json_reader *reader, const json_t *json, const char *key,
                              uint64_t most, uint64_t missing)
{
    json_t *value = json_object_get(json, key);
    uint64_t found = missing;
    if (!value || json_is_null(value))
        return missing;
    const char *digits = json_string_value(value);
    bool good = json_is_integer(value) && json_integer_value(value) >= 0;
    if (good)
        found = (uint64_t)json_integer_value(value);
    else if ((good = digits && strlen(digits) == 20 && strspn(digits, "0123456789") == 20))
        found = strtoull(digits, NULL, 10);
    good = good && found <= most;
    if (!good && !reader->bad)
        reader->bad = key;
    return good ? found : missing;
}

uint32_t knee_json_read_count32(struct knee_json_reader *reader, const json_t *json,
                                const char *key)
{
    return (uint32_t)knee_json_read_count(reader, json, key, UINT32_MAX, 0);
}

bool knee_json_read_truth(struct knee_json_reader *reader, const json_t *json, const char *key)
{
    json_t *value = member(reader, json, key, json_is_boolean(json_object_get(json, key)));
    return value == json_true();
}

int knee_json_read_schema(const json_t *json, int version, const char *path, struct knee_err *err)
{
    const json_t *found = json_object_get(json, "schema_version");
    if (!found)
        return knee_err_set(err, KNEE_USAGE,
                            "%.160s: it has no schema_version; name a directory that knee wrote",
                            path);
    if (!json_is_integer(found))
        return knee_err_set(err, KNEE_USAGE,
                            "%.160s: its schema_version is not a whole number; use the knee that "
                            "wrote it",
                            path);
    if (json_integer_value(found) != version)
        return knee_err_set(err, KNEE_USAGE,
                            "%.160s: its schema_version is %" JSON_INTEGER_FORMAT
                            ", not %d; use the knee that wrote it",
                            path, json_integer_value(found), version);
    return 0;
}
