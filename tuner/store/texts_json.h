/* SPDX-License-Identifier: MIT */
/* Lists of texts in plan.json. JSON is UTF-8, and so cannot hold every byte of a command line: a
 * list with such bytes is there twice, under `key` to read, and under `key_hex` to run again. */
#ifndef KNEE_TUNER_STORE_TEXTS_JSON_H
#define KNEE_TUNER_STORE_TEXTS_JSON_H

#include <jansson.h>
#include <stddef.h>

/* `key`: the texts, in which bytes that are not UTF-8 are U+FFFD; if there are such bytes, also
 * `key_hex`, each text in hexadecimal. 0; -1 out of memory. */
int knee_texts_json_set(json_t *json, const char *key, size_t count, const char *const *texts);

/* The very texts of `key`, added to `list`, which has `count` of them (NULL: 0). It ends with NULL,
 * and is the caller's; `list` is not any more. Out of memory, NULL, and `list` is released. */
char **knee_texts_json_read(const json_t *json, const char *key, char **list, size_t *count);

void knee_texts_json_release(char **list); /* NULL is fine */

#endif
