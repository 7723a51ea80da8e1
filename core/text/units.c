/* SPDX-License-Identifier: MIT */
#include "core/text/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const struct knee_unit knee_units_times[] = {
    {"h", "h", 3600e9}, {"m", "min", 60e9}, {"s", "s", 1e9},   {"ms", "ms", 1e6},
    {"us", "us", 1e3},  {"ns", "ns", 1},    {NULL, NULL, 0.0},
};
const struct knee_unit knee_units_sizes[] = {
    {"G", "GiB", 1073741824.0}, {"M", "MiB", 1048576.0}, {"K", "KiB", 1024.0}, {"", "B", 1},
    {NULL, NULL, 0.0},
};

const struct knee_unit *knee_units_find(const struct knee_unit *units, const char *name)
{
    for (; units->name; units++)
        if (strcmp(units->name, name) == 0)
            return units;
    return NULL;
}

const char *knee_units_number(double value, char *text, size_t text_bytes)
{
    if (fabs(value) < 1e15 && floor(value) == value)
        snprintf(text, text_bytes, "%.0f", value);
    else
        snprintf(text, text_bytes, "%.10g", value);
    return text;
}

/* The largest unit in which the value is whole: it gives the shortest exact text. */
static const struct knee_unit *find_whole(const struct knee_unit *unit, double value)
{
    while (unit[1].name && (value < unit->base || fmod(value, unit->base) != 0))
        unit++;
    return unit;
}

static const char *write_exact(const struct knee_unit *units, double value, char *text,
                               size_t text_bytes)
{
    const struct knee_unit *unit = find_whole(units, value);
    char number[KNEE_UNITS_BYTES];
    knee_units_number(value / unit->base, number, sizeof number);
    snprintf(text, text_bytes, "%s%s", number, unit->name);
    return text;
}

const char *knee_units_duration(uint64_t ns, char *text, size_t text_bytes)
{
    return ns == 0 ? knee_units_number(0, text, text_bytes)
                   : write_exact(knee_units_times, (double)ns, text, text_bytes);
}

const char *knee_units_size(uint64_t bytes, char *text, size_t text_bytes)
{
    return write_exact(knee_units_sizes, (double)bytes, text, text_bytes);
}

const char *knee_units_ratio(double ratio, char *text, size_t text_bytes)
{
    snprintf(text, text_bytes, "%.10g%%", ratio * 100);
    return text;
}

/* Copies word number `index` of "random|sequential". */
static const char *word_at(const char *words, double index, char *text, size_t text_bytes)
{
    for (unsigned skip = (unsigned)index; skip && strchr(words, '|'); skip--)
        words = strchr(words, '|') + 1;
    snprintf(text, text_bytes, "%.*s", (int)strcspn(words, "|"), words);
    return text;
}

const char *knee_units_parameter(const struct knee_parameter *parameter, double value, char *text,
                                 size_t text_bytes)
{
    switch (parameter->unit) {
    case KNEE_PARAMETER_TIME:
        return write_exact(knee_units_times, value, text, text_bytes);
    case KNEE_PARAMETER_SIZE:
        return write_exact(knee_units_sizes, value, text, text_bytes);
    case KNEE_PARAMETER_RATIO:
        return knee_units_ratio(value, text, text_bytes);
    case KNEE_PARAMETER_WORD:
        return word_at(parameter->words, value, text, text_bytes);
    case KNEE_PARAMETER_NUMBER:
        break;
    }
    return knee_units_number(value, text, text_bytes);
}

/* "1.5 ms": in the largest unit of which it is at least 1. */
static const char *write_title(const struct knee_unit *unit, double value, char *text,
                               size_t text_bytes)
{
    while (unit[1].name && value < unit->base)
        unit++;
    snprintf(text, text_bytes, "%.4g %s", value / unit->base, unit->title);
    return text;
}

const char *knee_units_parameter_title(const struct knee_parameter *parameter, double value,
                                       char *text, size_t text_bytes)
{
    if (value > 0 && parameter->unit == KNEE_PARAMETER_TIME)
        return write_title(knee_units_times, value, text, text_bytes);
    if (value > 0 && parameter->unit == KNEE_PARAMETER_SIZE)
        return write_title(knee_units_sizes, value, text, text_bytes);
    if (parameter->unit == KNEE_PARAMETER_RATIO) {
        snprintf(text, text_bytes, "%.4g %%", value * 100);
        return text;
    }
    return knee_units_parameter(parameter, value, text, text_bytes);
}
