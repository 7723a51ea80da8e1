/* SPDX-License-Identifier: MIT */
#include "core/text/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct unit {
    const char *name, *title;
    double base; /* in the quantity's base unit */
};

/* Largest first. */
static const struct unit TIMES[] = {
    {"h", "h", 3600e9}, {"m", "min", 60e9}, {"s", "s", 1e9},
    {"ms", "ms", 1e6},  {"us", "us", 1e3},  {"ns", "ns", 1},
};
static const struct unit SIZES[] = {
    {"G", "GiB", 1073741824.0},
    {"M", "MiB", 1048576.0},
    {"K", "KiB", 1024.0},
    {"", "B", 1},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

const char *knee_units_number(double value, char *text, size_t text_bytes)
{
    if (fabs(value) < 1e15 && floor(value) == value)
        snprintf(text, text_bytes, "%.0f", value);
    else
        snprintf(text, text_bytes, "%.10g", value);
    return text;
}

/* The largest unit in which the value is whole: the one that says it exactly and shortest. */
static const struct unit *whole(const struct unit *units, size_t count, double value)
{
    for (size_t i = 0; i + 1 < count; i++)
        if (value >= units[i].base && fmod(value, units[i].base) == 0)
            return &units[i];
    return &units[count - 1];
}

static const char *exact(const struct unit *units, size_t count, double value, char *text,
                         size_t text_bytes)
{
    const struct unit *unit = whole(units, count, value);
    char number[KNEE_UNITS_BYTES];
    knee_units_number(value / unit->base, number, sizeof number);
    snprintf(text, text_bytes, "%s%s", number, unit->name);
    return text;
}

const char *knee_units_duration(uint64_t ns, char *text, size_t text_bytes)
{
    return ns == 0 ? knee_units_number(0, text, text_bytes)
                   : exact(TIMES, COUNT(TIMES), (double)ns, text, text_bytes);
}

const char *knee_units_size(uint64_t bytes, char *text, size_t text_bytes)
{
    return exact(SIZES, COUNT(SIZES), (double)bytes, text, text_bytes);
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
        return exact(TIMES, COUNT(TIMES), value, text, text_bytes);
    case KNEE_PARAMETER_SIZE:
        return exact(SIZES, COUNT(SIZES), value, text, text_bytes);
    case KNEE_PARAMETER_RATIO:
        return knee_units_ratio(value, text, text_bytes);
    case KNEE_PARAMETER_WORD:
        return word_at(parameter->words, value, text, text_bytes);
    case KNEE_PARAMETER_NUMBER:
        break;
    }
    return knee_units_number(value, text, text_bytes);
}

/* "1.5 ms": in the largest unit that leaves at least 1. */
static const char *title(const struct unit *units, size_t count, double value, char *text,
                         size_t text_bytes)
{
    size_t i = 0;
    while (i + 1 < count && value < units[i].base)
        i++;
    snprintf(text, text_bytes, "%.4g %s", value / units[i].base, units[i].title);
    return text;
}

const char *knee_units_parameter_title(const struct knee_parameter *parameter, double value,
                                       char *text, size_t text_bytes)
{
    if (value > 0 && parameter->unit == KNEE_PARAMETER_TIME)
        return title(TIMES, COUNT(TIMES), value, text, text_bytes);
    if (value > 0 && parameter->unit == KNEE_PARAMETER_SIZE)
        return title(SIZES, COUNT(SIZES), value, text, text_bytes);
    if (parameter->unit == KNEE_PARAMETER_RATIO) {
        snprintf(text, text_bytes, "%.4g %%", value * 100);
        return text;
    }
    return knee_units_parameter(parameter, value, text, text_bytes);
}
