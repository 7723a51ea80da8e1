/* SPDX-License-Identifier: MIT */
#include "core/text/reported.h"

#include "core/text/regex_size.h"

#include <ctype.h>
#include <jansson.h>
#include <math.h>
#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSON_PREFIX "json:"
#define NUMBER_BYTES 64
#define NAME_BYTES 128
#define REGEX_SIZE_MAX 500 /* compiled in a millisecond or two */

struct knee_reported {
    enum knee_reported_unit unit;
    char *path; /* owned; NULL: a regular expression */
    regex_t regex;
};

int knee_reported_open(struct knee_reported **reported, const char *option, const char *spec,
                       enum knee_reported_unit unit, struct knee_err *err)
{
    struct knee_reported *made = calloc(1, sizeof *made);
    bool is_json = strncmp(spec, JSON_PREFIX, strlen(JSON_PREFIX)) == 0;
    int failed = 0;
    if (!made)
        return knee_err_memory(err, option);
    made->unit = unit;
    if (is_json) {
        made->path = strdup(spec + strlen(JSON_PREFIX));
        failed =
            made->path && made->path[strspn(made->path, ".")]
                ? 0
                : knee_err_set(err, KNEE_USAGE, "%s: no path; write %s json:PATH", option, option);
    } else if (knee_regex_size(spec) > REGEX_SIZE_MAX) {
        free(made);
        return knee_err_set(err, KNEE_USAGE,
                            "%s: %.120s: repeats too much; write a shorter expression", option,
                            spec);
    } else {
        char why[120];
        int wrong = regcomp(&made->regex, spec, REG_EXTENDED | REG_NEWLINE);
        regerror(wrong, &made->regex, why, sizeof why);
        if (wrong)
            failed = knee_err_set(err, KNEE_USAGE, "%s: %.120s: %s; write a regular expression",
                                  option, spec, why);
        else if (made->regex.re_nsub != 1)
            failed =
                knee_err_set(err, KNEE_USAGE,
                             "%s: \"%.120s\" has %zu groups, not one; put ( ) around the number",
                             option, spec, made->regex.re_nsub);
        if (wrong) { /* nothing to free */
            free(made);
            return -1;
        }
    }
    if (failed) {
        knee_reported_close(made);
        return -1;
    }
    *reported = made;
    return 0;
}

void knee_reported_close(struct knee_reported *reported)
{
    if (reported && !reported->path)
        regfree(&reported->regex);
    if (reported)
        free(reported->path);
    free(reported);
}

/* What a number is multiplied by for the letters after it; NAN: they are unknown. */
static double factor_of(enum knee_reported_unit unit, const char *suffix)
{
    static const struct {
        enum knee_reported_unit unit;
        const char *suffix;
        double factor;
    } factors[] = {
        {KNEE_REPORTED_RATE, "", 1},          {KNEE_REPORTED_RATE, "k", 1e3},
        {KNEE_REPORTED_RATE, "K", 1e3},       {KNEE_REPORTED_RATE, "M", 1e6},
        {KNEE_REPORTED_RATE, "G", 1e9},       {KNEE_REPORTED_DURATION, "", 1e-3},
        {KNEE_REPORTED_DURATION, "ns", 1e-9}, {KNEE_REPORTED_DURATION, "us", 1e-6},
        {KNEE_REPORTED_DURATION, "µs", 1e-6}, {KNEE_REPORTED_DURATION, "ms", 1e-3},
        {KNEE_REPORTED_DURATION, "s", 1},     {KNEE_REPORTED_DURATION, "m", 60},
        {KNEE_REPORTED_DURATION, "h", 3600},
    };
    for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++)
        if (factors[i].unit == unit && strcmp(factors[i].suffix, suffix) == 0)
            return factors[i].factor;
    return NAN;
}

static int read_number(enum knee_reported_unit unit, const char *text, size_t bytes, double *value)
{
    char plain[NUMBER_BYTES], *end;
    size_t used = 0;
    for (size_t i = 0; i < bytes && used + 1 < sizeof plain; i++)
        if (text[i] != ',' && text[i] != ' ')
            plain[used++] = text[i];
    plain[used] = '\0';
    double number = strtod(plain, &end) * factor_of(unit, end);
    if (end == plain || !isfinite(number) || number < 0)
        return -1;
    *value = number;
    return 0;
}

static int find_by_regex(const struct knee_reported *reported, const char *text, double *value)
{
    regmatch_t found[2];
    int status = -1;
    for (const char *at = text; *at;) {
        if (regexec(&reported->regex, at, 2, found, at == text ? 0 : REG_NOTBOL) != 0)
            break;
        if (found[1].rm_so >= 0 &&
            read_number(reported->unit, at + found[1].rm_so,
                        (size_t)(found[1].rm_eo - found[1].rm_so), value) == 0)
            status = 0;
        at += found[0].rm_eo > found[0].rm_so ? found[0].rm_eo : found[0].rm_eo + 1;
        if (at > text + strlen(text))
            break;
    }
    return status;
}

/* Names may hold dots and brackets themselves ("99.000000"): the longest that is there is taken. */
static const json_t *member_of(const json_t *json, const char *path, size_t *bytes)
{
    char name[NAME_BYTES];
    for (size_t end = strlen(path); end > 0; end--) {
        if (!strchr(".[", path[end]) || end >= sizeof name)
            continue;
        memcpy(name, path, end);
        name[end] = '\0';
        const json_t *found = json_object_get(json, name);
        *bytes = end;
        if (found)
            return found;
    }
    return NULL;
}

/* A name as jq quotes it: "name" or ["name"]. */
static const json_t *quoted_member_of(const json_t *json, const char *path, size_t *bytes)
{
    char name[NAME_BYTES];
    const char *start = path + (*path == '[') + 1;
    const char *end = start[-1] == '"' ? strstr(start, *path == '[' ? "\"]" : "\"") : NULL;
    if (!end || end - start >= (ptrdiff_t)sizeof name)
        return NULL;
    memcpy(name, start, (size_t)(end - start));
    name[end - start] = '\0';
    *bytes = (size_t)(end - path) + 1 + (*path == '[');
    return json_object_get(json, name);
}

/* 0 or [0]. */
static const json_t *element_of(const json_t *json, const char *path, size_t *bytes)
{
    const char *digits = path + (*path == '[');
    char *end;
    size_t index = (size_t)strtoul(digits, &end, 10);
    if (!isdigit((unsigned char)*digits) || (*path == '[' && *end != ']'))
        return NULL;
    end += *path == '[';
    *bytes = (size_t)(end - path);
    return strchr(".[", *end) ? json_array_get(json, index) : NULL;
}

static const json_t *follow(const json_t *json, const char *path)
{
    while (json && *path) {
        size_t bytes = 0;
        const json_t *next =
            json_is_array(json) ? element_of(json, path, &bytes) : member_of(json, path, &bytes);
        if (!next && (*path == '"' || *path == '['))
            next = json_is_array(json) ? NULL : quoted_member_of(json, path, &bytes);
        if (!next && *path == '.') { /* jq begins with one */
            path++;
            continue;
        }
        json = next;
        path += bytes + (next && path[bytes] == '.');
    }
    return json;
}

/* The text may hold other lines, and several documents. */
static int find_in_json(const struct knee_reported *reported, const char *text, double *value)
{
    int status = -1;
    for (const char *at = strchr(text, '{'); at;) {
        json_error_t error;
        json_t *json = json_loads(at, JSON_DISABLE_EOF_CHECK, &error);
        const json_t *found = follow(json, reported->path);
        const char *string = json_string_value(found);
        if (json_is_number(found)) {
            double factor = reported->unit == KNEE_REPORTED_DURATION ? 1e-3 : 1;
            *value = json_number_value(found) * factor;
            status = isfinite(*value) && *value >= 0 ? 0 : -1;
        } else if (string) {
            status = read_number(reported->unit, string, strlen(string), value);
        }
        at = strchr(at + (json ? error.position : 1), '{');
        json_decref(json);
    }
    return status;
}

bool knee_reported_is_path(const struct knee_reported *reported)
{
    return reported->path != NULL;
}

int knee_reported_find(const struct knee_reported *reported, const char *text, double *value)
{
    return reported->path ? find_in_json(reported, text, value)
                          : find_by_regex(reported, text, value);
}
