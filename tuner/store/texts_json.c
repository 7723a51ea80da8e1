/* SPDX-License-Identifier: MIT */
#include "tuner/store/texts_json.h"

#include "core/text/builder.h"
#include "tuner/store/json.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *hex_json(const char *text)
{
    struct knee_builder hex = {0};
    for (const char *c = text; *c; c++)
        knee_builder_add(&hex, "%02x", (unsigned char)*c);
    char *digits = knee_builder_take(&hex);
    json_t *json = digits ? json_string(digits) : NULL;
    free(digits);
    return json;
}

int knee_texts_json_set(json_t *json, const char *key, size_t count, const char *const *texts)
{
    json_t *plain = json_array(), *hex = json_array();
    char hex_key[64];
    int failed = 0;
    bool odd = false;
    for (size_t i = 0; i < count; i++) {
        json_t *exact = json_string(texts[i]);
        odd = odd || !exact;
        json_decref(exact);
        failed |= json_array_append_new(plain, knee_json_text(texts[i]));
        failed |= json_array_append_new(hex, hex_json(texts[i]));
    }
    snprintf(hex_key, sizeof hex_key, "%s_hex", key);
    failed |= json_object_set_new(json, key, plain);
    if (odd)
        return failed | json_object_set_new(json, hex_key, hex);
    json_decref(hex);
    return failed;
}

void knee_texts_json_release(char **list)
{
    for (size_t i = 0; list && list[i]; i++)
        free(list[i]);
    free(list);
}

/* One text: from its hexadecimal bytes if there are any, else as it is. NULL out of memory. */
static char *read_argument(const json_t *plain, const json_t *hex)
{
    const char *digits = json_string_value(hex), *as_is = json_string_value(plain);
    if (!digits)
        return strdup(as_is ? as_is : "");
    size_t bytes = strlen(digits) / 2;
    char *made = calloc(1, bytes + 1);
    for (size_t i = 0; made && i < bytes; i++) {
        char pair[3] = {digits[2 * i], digits[2 * i + 1], '\0'};
        made[i] = (char)strtoul(pair, NULL, 16);
    }
    return made;
}

char **knee_texts_json_read(const json_t *json, const char *key, char **list, size_t *count)
{
    char hex_key[64];
    snprintf(hex_key, sizeof hex_key, "%s_hex", key);
    const json_t *plain = json_object_get(json, key), *hex = json_object_get(json, hex_key);
    size_t size = json_array_size(plain);
    char **grown = realloc(list, (*count + size + 1) * sizeof *list);
    if (!grown) {
        knee_texts_json_release(list);
        return NULL;
    }
    grown[*count] = NULL;
    for (size_t i = 0; i < size; i++) {
        char *text = read_argument(json_array_get(plain, i), json_array_get(hex, i));
        if (!text) {
            knee_texts_json_release(grown);
            return NULL;
        }
        grown[(*count)++] = text;
        grown[*count] = NULL;
    }
    return grown;
}
