/* SPDX-License-Identifier: MIT */
/* Members of JSON objects, each with a value to take if it is missing or null. A member of the
 * wrong type or out of range also gives that value, and the reader notes the first such: one check
 * at the end is enough. Texts point into the JSON. */
#ifndef KNEE_TUNER_STORE_JSON_READ_H
#define KNEE_TUNER_STORE_JSON_READ_H

#include "core/base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_json_reader {
    const char *bad; /* the first key that is wrong; NULL: none */
};

/* NULL if it is missing. */
const char *knee_json_read_text(struct knee_json_reader *reader, const json_t *json,
                                const char *key);
/* "" if it is missing; without control characters; cut at `to_bytes`. */
void knee_json_read_copy_text(struct knee_json_reader *reader, const json_t *json, const char *key,
                              char *to, size_t to_bytes);
double knee_json_read_number(struct knee_json_reader *reader, const json_t *json, const char *key,
                             double missing);
/* A whole number from 0 to `most`, also one written as knee_json_count() does. */
uint64_t knee_json_read_count(struct knee_json_reader *reader, const json_t *json, const char *key,
                              uint64_t most, uint64_t missing);
uint32_t knee_json_read_count32(struct knee_json_reader *reader, const json_t *json,
                                const char *key);
/* false if it is missing. */
bool knee_json_read_truth(struct knee_json_reader *reader, const json_t *json, const char *key);

/* 0: the file at `path` has this schema_version. Otherwise KNEE_USAGE with what it has instead. */
int knee_json_read_schema(const json_t *json, int version, const char *path, struct knee_err *err);

#endif
