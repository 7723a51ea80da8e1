/* SPDX-License-Identifier: MIT */
#include "plots/axis.h"

#include "core/base/array.h"
#include <math.h>

#define MARGIN 0.045 /* at each end, as a share of the range */
#define NUMBER_GAP_PX 8.0
#define WEIGHTS 4
#define PARTS_MAX 5
#define PART_PX 22.0 /* the least that numbers need */

struct knee_axis knee_axis_make(uint32_t first, uint32_t last, double width_px)
{
    double low = first ? first : 1, high = last > first ? last : 2 * low;
    if (last <= first)
        low /= 2;
    double margin = pow(high / low, MARGIN);
    return (struct knee_axis){.low = low / margin, .high = high * margin, .width_px = width_px};
}

double knee_axis_px(const struct knee_axis *axis, double level)
{
    return axis->width_px * log(level / axis->low) / log(axis->high / axis->low);
}

static double number_px(uint32_t level, double digit_px)
{
    return digit_px * (1 + floor(log10(level > 0 ? level : 1))) + NUMBER_GAP_PX;
}

/* Whether the number of levels[at] stays clear of all numbers so far. */
static bool is_clear(const struct knee_axis *axis, double digit_px, const uint32_t *levels,
                     const bool *numbered, size_t count, size_t at)
{
    for (size_t i = 0; i < count; i++) {
        double apart_px = fabs(knee_axis_px(axis, levels[i]) - knee_axis_px(axis, levels[at]));
        if (numbered[i] &&
            apart_px < (number_px(levels[i], digit_px) + number_px(levels[at], digit_px)) / 2)
            return false;
    }
    return true;
}

int knee_axis_weight(const uint32_t *levels, size_t count, size_t i, const uint32_t *wanted,
                     size_t wanted_count)
{
    for (size_t w = 0; w < wanted_count; w++)
        if (wanted[w] == levels[i])
            return 0;
    if (i == 0 || i + 1 == count)
        return 1;
    return (levels[i] & (levels[i] - 1)) == 0 ? 2 : 3;
}

void knee_axis_number(const struct knee_axis *axis, double digit_px, const uint32_t *levels,
                      size_t count, const uint32_t *wanted, size_t wanted_count, bool *numbered)
{
    for (size_t i = 0; i < count; i++)
        numbered[i] = false;
    for (size_t w = 0; w < wanted_count; w++)
        for (size_t i = 0; i < count; i++)
            if (levels[i] == wanted[w] && !numbered[i])
                numbered[i] = is_clear(axis, digit_px, levels, numbered, count, i);
    for (int weight = 1; weight < WEIGHTS; weight++)
        for (size_t i = 0; i < count; i++)
            if (knee_axis_weight(levels, count, i, wanted, wanted_count) == weight)
                numbered[i] = is_clear(axis, digit_px, levels, numbered, count, i);
}

/* The largest round number up to `high`: a larger step would leave the axis with nothing but 0. */
static double largest_below(double high)
{
    double power = pow(10, floor(log10(high)));
    return high >= 5 * power ? 5 * power : high >= 2 * power ? 2 * power : power;
}

double knee_axis_step(double high, double length_px)
{
    double parts = fmax(1, fmin(PARTS_MAX, floor(length_px / PART_PX)));
    static const double steps[] = {.25, .5, 1, 2, 2.5, 5, 10};
    high = high > 0 ? high : 1;
    double power = pow(10, floor(log10(high)));
    for (size_t i = 0; i < KNEE_COUNT(steps); i++)
        if (high / (steps[i] * power) <= parts)
            return fmin(steps[i] * power, largest_below(high));
    return power;
}
