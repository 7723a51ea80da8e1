/* SPDX-License-Identifier: MIT */
#include "tuner/fit/swing.h"

#include "core/base/stats.h"

#include <math.h>

/* Earlier windows of the level, and items in a window, until the CPU time of an item means
 * something. */
#define WINDOWS_MIN 2
#define ITEMS_MIN 4.
/* An item may ask for this many times what it asked for before. */
#define MORE_RATIO 1.3

static double usual_item_s(const struct knee_swing *swing, uint32_t level)
{
    double values[KNEE_SWING_SAMPLES];
    size_t count = 0;
    for (size_t i = 0; i < KNEE_SWING_SAMPLES && i < swing->seen; i++)
        if (swing->at[i].level == level)
            values[count++] = swing->at[i].item_s;
    return count >= WINDOWS_MIN ? knee_stats_median(values, count) : NAN;
}

double knee_swing_note(struct knee_swing *swing, const struct knee_measured *window)
{
    if (isnan(window->server_cpu_s) || !(window->items >= ITEMS_MIN) || window->window_ns == 0)
        return 0;
    double usual_s = usual_item_s(swing, window->level) * window->items;
    swing->at[swing->seen++ % KNEE_SWING_SAMPLES] =
        (struct knee_swing_sample){window->level, window->server_cpu_s / window->items};
    if (isnan(usual_s) || window->server_cpu_s <= MORE_RATIO * usual_s)
        return 0;
    return (window->server_cpu_s - usual_s) * 1e9 / (double)window->window_ns;
}
