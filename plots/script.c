/* SPDX-License-Identifier: MIT */
#include "plots/script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DIGIT_PX 8.5 /* at 14 px, Helvetica and its kin */
#define TICK_GAP_PX 8.0

struct knee_script_axis knee_script_axis_make(uint32_t first, uint32_t last, double width_px)
{
    /* One level alone still needs a range; a margin keeps dots off the frame. */
    double low = first ? first : 1, high = last > first ? last : 2 * low;
    if (last <= first)
        low /= 2;
    double margin = pow(high / low, .045);
    return (struct knee_script_axis){
        .low = low / margin, .high = high * margin, .width_px = width_px};
}

double knee_script_axis_px(const struct knee_script_axis *axis, double level)
{
    return axis->width_px * log(level / axis->low) / log(axis->high / axis->low);
}

/* Bytes of the character at `c` where it is printable UTF-8, else 0. */
static size_t character(const unsigned char *c)
{
    if (*c < 0x80)
        return *c >= 0x20 && *c != 0x7F;
    size_t length = *c >= 0xF0 ? 4 : *c >= 0xE0 ? 3 : 2;
    if (*c < 0xC2 || *c > 0xF4)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((c[i] & 0xC0) != 0x80)
            return 0;
    return length;
}

static size_t width(const char *text)
{
    size_t columns = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c; columns++) {
        size_t length = character(c);
        c += length ? length : 1;
    }
    return columns;
}

void knee_script_string(FILE *out, const char *text, size_t columns)
{
    bool cut = columns > 3 && width(text) > columns;
    size_t left = cut ? columns - 3 : SIZE_MAX;
    fputc('\'', out);
    for (const unsigned char *c = (const unsigned char *)text; *c && left > 0; left--) {
        size_t length = character(c);
        if (length == 0)
            fputc('?', out);
        else if (*c == '\'')
            fputs("'.\"\\047\".'", out);
        else
            fwrite(c, 1, length, out);
        c += length ? length : 1;
    }
    fputs(cut ? "...'" : "'", out);
}

void knee_script_number(FILE *out, double value)
{
    char text[48];
    snprintf(text, sizeof text, "%.9g", isfinite(value) ? value : 0);
    for (char *c = text; *c; c++)
        if (!strchr("0123456789+-e", *c))
            *c = '.';
    fputs(text, out);
}

static double label_px(uint32_t level)
{
    return DIGIT_PX * (1 + floor(log10(level))) + TICK_GAP_PX;
}

/* Whether a label at `level` stays clear of all that are placed. */
static bool is_clear(const struct knee_script_axis *axis, const uint32_t *levels,
                     const bool *placed, size_t count, uint32_t level)
{
    for (size_t i = 0; i < count; i++) {
        double apart =
            fabs(knee_script_axis_px(axis, levels[i]) - knee_script_axis_px(axis, level));
        if (placed[i] && apart < (label_px(levels[i]) + label_px(level)) / 2)
            return false;
    }
    return true;
}

static bool is_one_of(uint32_t level, const uint32_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == level)
            return true;
    return false;
}

/* In order of weight: wanted ones, the ends, powers of two, the rest. */
static bool in_round(int round, const uint32_t *levels, size_t count, size_t i,
                     const uint32_t *wanted, size_t wanted_count)
{
    switch (round) {
    case 0:
        return is_one_of(levels[i], wanted, wanted_count);
    case 1:
        return i == 0 || i + 1 == count;
    case 2:
        return (levels[i] & (levels[i] - 1)) == 0;
    default:
        return true;
    }
}

void knee_script_ticks(FILE *out, const struct knee_script_axis *axis, const uint32_t *levels,
                       size_t count, const uint32_t *wanted, size_t wanted_count)
{
    bool *placed = calloc(count + 1, sizeof *placed);
    if (!placed || count == 0) {
        free(placed);
        return;
    }
    for (int round = 0; round < 4; round++)
        for (size_t i = 0; i < count; i++)
            if (!placed[i] && in_round(round, levels, count, i, wanted, wanted_count))
                placed[i] = is_clear(axis, levels, placed, count, levels[i]);
    fputs("set xtics (", out);
    for (size_t i = 0; i < count; i++)
        fprintf(out, placed[i] ? "%s%u" : "%s'' %u 1", i ? ", " : "", levels[i]);
    fputs(")\n", out);
    free(placed);
}

double knee_script_step(double high)
{
    double power = pow(10, floor(log10(high > 0 ? high : 1)));
    double steps[] = {.25, .5, 1, 2, 2.5, 5};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        if (high / (steps[i] * power) <= 4)
            return steps[i] * power;
    return power;
}
