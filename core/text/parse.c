/* SPDX-License-Identifier: MIT */
#include "core/text/parse.h"

#include "core/base/array.h"
#include "core/text/units.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The length of the number that `text` begins with: digits, a point, an exponent. 0: none. */
static size_t number_length(const char *text)
{
    static const char DIGITS[] = "0123456789";
    size_t whole = strspn(text, DIGITS);
    size_t at = whole;
    size_t fraction = 0;
    if (text[at] == '.') {
        fraction = strspn(text + at + 1, DIGITS);
        at += 1 + fraction;
    }
    if (whole + fraction == 0)
        return 0;
    if (text[at] == 'e' || text[at] == 'E') {
        size_t sign = text[at + 1] == '-' || text[at + 1] == '+';
        size_t exponent = strspn(text + at + 1 + sign, DIGITS);
        if (exponent)
            at += 1 + sign + exponent;
    }
    return at;
}

/* A number of few digits, as nearly all are, without the C library: both the digits and the power
 * of ten are exact as doubles, so that one division or product is rounded as strtod() rounds
 * (Clinger, How to read floating point numbers accurately, PLDI 1990). False: it has more. */
static bool read_short(const char *text, size_t length, double *value)
{
    static const double POWERS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    uint64_t digits = 0;
    size_t decimals = 0;
    bool point = false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == 'e' || text[i] == 'E' || digits > (UINT64_C(1) << 53) / 10 - 1)
            return false;
        point = point || text[i] == '.';
        if (text[i] == '.')
            continue;
        digits = 10 * digits + (uint64_t)(text[i] - '0');
        decimals += point;
    }
    if (decimals >= KNEE_COUNT(POWERS))
        return false;
    *value = (double)digits / POWERS[decimals];
    return true;
}

/* Reads the number at the start of `text`, with a decimal point in every locale, and returns the
 * rest of the text; NULL: there is no number, or a double cannot hold it. */
static const char *read_number(const char *text, double *value)
{
    size_t length = number_length(text);
    char digits[64];
    if (length == 0 || length >= sizeof digits)
        return NULL;
    if (read_short(text, length, value))
        return text + length;
    memcpy(digits, text, length);
    digits[length] = '\0';
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!c)
        return NULL;
    double read = strtod_l(digits, NULL, c);
    freelocale(c);
    if (!isfinite(read))
        return NULL;
    *value = read;
    return text + length;
}

int knee_parse_uint(const char *what, const char *text, uint64_t min, uint64_t max, uint64_t *value,
                    struct knee_err *err)
{
    if (*text == '\0' || text[strspn(text, "0123456789")] != '\0')
        return knee_err_set(err, KNEE_USAGE,
                            "%s: \"%.80s\" is not a whole number; write one like %llu", what, text,
                            (unsigned long long)(min > 16   ? min
                                                 : max < 16 ? max
                                                            : 16));
    errno = 0;
    unsigned long long read = strtoull(text, NULL, 10);
    if (errno || read < min || read > max)
        return knee_err_set(err, KNEE_USAGE, "%s: %.80s is out of range; it goes from %llu to %llu",
                            what, text, (unsigned long long)min, (unsigned long long)max);
    *value = read;
    return 0;
}

static int out_of_range(const char *what, const char *text, double min, double max,
                        struct knee_err *err)
{
    char low[KNEE_UNITS_BYTES], high[KNEE_UNITS_BYTES];
    return knee_err_set(err, KNEE_USAGE, "%s: %.80s is out of range; it goes from %s to %s", what,
                        text, knee_units_number(min, low, sizeof low),
                        knee_units_number(max, high, sizeof high));
}

int knee_parse_double(const char *what, const char *text, double min, double max, double *value,
                      struct knee_err *err)
{
    bool negative = *text == '-' && min < 0;
    double read = 0;
    const char *rest = read_number(text + negative, &read);
    if (!rest || *rest)
        return knee_err_set(err, KNEE_USAGE, "%s: \"%.80s\" is not a number; write one like 1.5",
                            what, text);
    if (negative)
        read = -read;
    if (read < min || read > max)
        return out_of_range(what, text, min, max, err);
    *value = read;
    return 0;
}

/* One part of a duration, "90s", or the first one of "1m30s"; `*rest` is what follows it. */
static const struct knee_unit *read_part(const char *text, double *ns, const char **rest)
{
    char word[KNEE_UNITS_BYTES];
    double number = 0;
    const char *at = read_number(text, &number);
    if (!at)
        return NULL;
    size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyz");
    snprintf(word, sizeof word, "%.*s", (int)(length < sizeof word ? length : sizeof word - 1), at);
    const struct knee_unit *unit = knee_units_find(knee_units_times, word);
    *ns = unit ? number * unit->base : 0;
    *rest = at + length;
    return unit;
}

/* "1h2m30s": each part has a smaller unit than the one before. False: it is something else. */
static bool read_parts(const char *text, double *ns)
{
    double before = INFINITY;
    for (*ns = 0; *text;) {
        double part;
        const struct knee_unit *unit = read_part(text, &part, &text);
        if (!unit || unit->base >= before || (part < 0 && isfinite(before)))
            return false;
        before = unit->base;
        *ns += part;
    }
    return isfinite(before);
}

int knee_parse_duration(const char *what, const char *text, uint64_t min_ns, uint64_t max_ns,
                        uint64_t *ns, struct knee_err *err)
{
    double number = 0, sum = 0;
    const char *rest = read_number(text, &number);
    if (!rest)
        return knee_err_set(err, KNEE_USAGE,
                            "%s: \"%.80s\" is not a time; write one like 60s (ns us ms s m h)",
                            what, text);
    if (*rest == '\0' && number != 0)
        return knee_err_set(err, KNEE_USAGE,
                            "%s: \"%.80s\" has no unit; write %.80ss (ns us ms s m h)", what, text,
                            text);
    if (*rest && !read_parts(text, &sum))
        return knee_err_set(err, KNEE_USAGE,
                            "%s: \"%.80s\" has an unknown unit; write one of ns us ms s m h", what,
                            text);
    double read = round(sum);
    if (read < (double)min_ns || read > (double)max_ns) {
        char low[KNEE_UNITS_BYTES], high[KNEE_UNITS_BYTES];
        return knee_err_set(err, KNEE_USAGE, "%s: %.80s is out of range; it goes from %s to %s",
                            what, text, knee_units_duration(min_ns, low, sizeof low),
                            knee_units_duration(max_ns, high, sizeof high));
    }
    *ns = (uint64_t)read;
    return 0;
}

int knee_parse_size(const char *what, const char *text, uint64_t min_bytes, uint64_t max_bytes,
                    uint64_t *bytes, struct knee_err *err)
{
    double number = 0;
    const char *rest = read_number(text, &number);
    const struct knee_unit *unit = rest ? knee_units_find(knee_units_sizes, rest) : NULL;
    if (!unit)
        return knee_err_set(err, KNEE_USAGE,
                            "%s: \"%.80s\" is not a size; write one like 4K (K M G, or bytes)",
                            what, text);
    double read = round(number * unit->base);
    if (read < (double)min_bytes || read > (double)max_bytes) {
        char low[KNEE_UNITS_BYTES], high[KNEE_UNITS_BYTES];
        return knee_err_set(err, KNEE_USAGE, "%s: %.80s is out of range; it goes from %s to %s",
                            what, text, knee_units_size(min_bytes, low, sizeof low),
                            knee_units_size(max_bytes, high, sizeof high));
    }
    *bytes = (uint64_t)read;
    return 0;
}

/* 99.9 / 100 is a little more than .999: a value that misses a bound by rounding is the bound. */
static double snap(double read, double bound)
{
    return fabs(read - bound) <= 1e-12 * fabs(bound) ? bound : read;
}

int knee_parse_ratio(const char *what, const char *text, double min, double max, double *ratio,
                     struct knee_err *err)
{
    double number = 0;
    const char *rest = read_number(text, &number);
    bool percent = rest && strcmp(rest, "%") == 0;
    if (!rest || (*rest && !percent))
        return knee_err_set(err, KNEE_USAGE,
                            "%s: \"%.80s\" is not a ratio; write one like 2%% or 0.02", what, text);
    double read = snap(snap(percent ? number / 100 : number, min), max);
    if (read < min || read > max) {
        char low[KNEE_UNITS_BYTES], high[KNEE_UNITS_BYTES], meant[KNEE_UNITS_BYTES] = "";
        /* "2" for 2 %: the most common slip. */
        bool slip = !percent && number / 100 >= min && number / 100 <= max;
        if (slip)
            knee_units_ratio(number / 100, meant, sizeof meant);
        return knee_err_set(err, KNEE_USAGE, "%s: %.80s is out of range; %s%s%s goes from %s to %s",
                            what, text, slip ? "did you mean " : "it", meant, slip ? "? It" : "",
                            knee_units_ratio(min, low, sizeof low),
                            knee_units_ratio(max, high, sizeof high));
    }
    *ratio = read;
    return 0;
}

int knee_parse_word(const char *what, const char *text, const char *words, uint32_t *index,
                    struct knee_err *err)
{
    size_t length = strlen(text);
    uint32_t i = 0;
    for (const char *word = words;; i++) {
        size_t word_length = strcspn(word, "|");
        if (length == word_length && memcmp(word, text, length) == 0) {
            *index = i;
            return 0;
        }
        if (word[word_length] == '\0')
            break;
        word += word_length + 1;
    }
    return knee_err_set(err, KNEE_USAGE, "%s: \"%.80s\" is unknown; write one of %s", what, text,
                        words);
}

/* The end of a range as a count, clamped to what a count can hold. */
static uint64_t to_count(double value)
{
    return value <= 0 ? 0 : value >= 0x1p63 ? UINT64_MAX : (uint64_t)value;
}

int knee_parse_parameter(const struct knee_parameter *parameter, const char *text, double *value,
                         struct knee_err *err)
{
    const char *name = parameter->name;
    double min = parameter->min, max = parameter->max;
    uint64_t count = 0;
    uint32_t index = 0;
    switch (parameter->unit) {
    case KNEE_PARAMETER_TIME:
        if (knee_parse_duration(name, text, to_count(min), to_count(max), &count, err))
            return -1;
        *value = (double)count;
        return 0;
    case KNEE_PARAMETER_SIZE:
        if (knee_parse_size(name, text, to_count(min), to_count(max), &count, err))
            return -1;
        *value = (double)count;
        return 0;
    case KNEE_PARAMETER_WORD:
        if (knee_parse_word(name, text, parameter->words, &index, err))
            return -1;
        *value = index;
        return 0;
    case KNEE_PARAMETER_RATIO:
        return knee_parse_ratio(name, text, min, max, value, err);
    case KNEE_PARAMETER_NUMBER:
        break;
    }
    return knee_parse_double(name, text, min, max, value, err);
}
