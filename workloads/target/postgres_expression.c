/* SPDX-License-Identifier: MIT */
#include "workloads/target/postgres_expression.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 32 /* of brackets */
#define RANDOM "random"

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

size_t knee_postgres_name_bytes(const char *text)
{
    size_t bytes = 0;
    while (is_name(text[bytes]))
        bytes++;
    return bytes;
}

int knee_postgres_names_find(const struct knee_postgres_names *names, const char *name,
                             size_t bytes)
{
    for (size_t i = 0; i < names->count; i++)
        if (strlen(names->at[i]) == bytes && memcmp(names->at[i], name, bytes) == 0)
            return (int)i;
    return -1;
}

struct reader {
    const char *at;
    const struct knee_postgres_names *names;
    const int64_t *values;
    struct knee_random *random;
    const char *wrong; /* the first thing that is; NULL: none */
    int depth;
};

static int64_t sum(struct reader *reader);

static bool take(struct reader *reader, char c)
{
    while (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\r')
        reader->at++;
    if (*reader->at != c)
        return false;
    reader->at++;
    return true;
}

static int64_t blame(struct reader *reader, const char *wrong)
{
    if (!reader->wrong)
        reader->wrong = wrong;
    return 0;
}

static void expect(struct reader *reader, char c)
{
    if (!take(reader, c))
        blame(reader, "not an expression");
}

static int64_t draw(struct reader *reader)
{
    expect(reader, '(');
    int64_t low = sum(reader);
    expect(reader, ',');
    int64_t high = sum(reader);
    expect(reader, ')');
    if (reader->wrong)
        return 0;
    if (low > high)
        return blame(reader, "random(LOW, HIGH) with LOW above HIGH");
    uint64_t width = (uint64_t)high - (uint64_t)low + 1;
    return (int64_t)((uint64_t)low + knee_random_below(reader->random, width));
}

static int64_t variable(struct reader *reader)
{
    size_t bytes = knee_postgres_name_bytes(reader->at);
    int found = knee_postgres_names_find(reader->names, reader->at, bytes);
    reader->at += bytes;
    return found < 0 ? blame(reader, "a variable that no line above sets") : reader->values[found];
}

static int64_t number(struct reader *reader)
{
    char *end = NULL;
    errno = 0;
    long long value = strtoll(reader->at, &end, 10);
    if (errno == ERANGE || is_name(*end) || *end == '.')
        return blame(reader, "not a whole number");
    reader->at = end;
    return value;
}

static int64_t factor(struct reader *reader)
{
    int64_t value = 0;
    if (reader->wrong || reader->depth >= DEPTH_MAX)
        return blame(reader, "too many brackets");
    reader->depth++;
    if (take(reader, '-')) {
        int64_t positive = factor(reader);
        value = positive == INT64_MIN ? blame(reader, "too large a number") : -positive;
    } else if (take(reader, '(')) {
        value = sum(reader);
        expect(reader, ')');
    } else if (take(reader, ':')) {
        value = variable(reader);
    } else if (isdigit((unsigned char)*reader->at)) {
        value = number(reader);
    } else if (knee_postgres_name_bytes(reader->at) == sizeof RANDOM - 1 &&
               strncmp(reader->at, RANDOM, sizeof RANDOM - 1) == 0) {
        reader->at += sizeof RANDOM - 1;
        value = draw(reader);
    } else {
        blame(reader, "not an expression");
    }
    reader->depth--;
    return value;
}

static int64_t product(struct reader *reader)
{
    int64_t value = factor(reader);
    while (!reader->wrong && take(reader, '*'))
        if (__builtin_mul_overflow(value, factor(reader), &value))
            blame(reader, "too large a number");
    return value;
}

static int64_t sum(struct reader *reader)
{
    int64_t value = product(reader);
    for (;;) {
        bool plus = !reader->wrong && take(reader, '+');
        if (!plus && (reader->wrong || !take(reader, '-')))
            return value;
        int64_t other = product(reader);
        if (plus ? __builtin_add_overflow(value, other, &value)
                 : __builtin_sub_overflow(value, other, &value))
            blame(reader, "too large a number");
    }
}

const char *knee_postgres_expression(const char *text, const char *end,
                                     const struct knee_postgres_names *names, const int64_t *values,
                                     struct knee_random *random, int64_t *value)
{
    struct reader reader = {.at = text, .names = names, .values = values, .random = random};
    *value = sum(&reader);
    take(&reader, ' ');
    return !reader.wrong && reader.at < end ? "not an expression" : reader.wrong;
}
