/* SPDX-License-Identifier: MIT */
#include "tuner/fit/validity.h"

#include "core/base/stats.h"
#include "tuner/fit/steady.h"
#include "tuner/fit/steal.h"

#include <math.h>
#include <stdlib.h>

/* The share of the CPUs that others may take from work that wants all. Quiet machines show
 * 0.25 %. */
#define FOREIGN_RATIO .05
/* If less than this share of the CPUs was used in total, others did not compete with this work. */
#define FULL_RATIO .80
#define LITTLE_RATIO .1 /* of the CPUs: too little to compete for them */
#define DISTURBED_RATIO .20
#define REJECTED_MIN 4 /* windows, before their share means something */
#define HOPELESS_RATIO .60
#define HOPELESS_MIN 12

bool knee_validity_competes(double own, double foreign, double cpus)
{
    return foreign > FOREIGN_RATIO * cpus && !(own + foreign < FULL_RATIO * cpus);
}

void knee_validity_judge(struct knee_measured *window, double cpus)
{
    double length_s = (double)window->window_ns / 1e9;
    double server_s = isnan(window->server_cpu_s) ? 0.0 : window->server_cpu_s;
    double own = (window->cpu_user_s + window->cpu_system_s + server_s) / length_s;
    if (knee_validity_competes(own, window->foreign_cpus, cpus))
        window->reasons |= KNEE_WINDOW_FOREIGN;
    if (window->steal_ratio > KNEE_STEAL_RATIO)
        window->reasons |= KNEE_WINDOW_STEAL;
    if (window->throttled_s > 0.0)
        window->reasons |= KNEE_WINDOW_THROTTLED;
    if (window->reasons & (KNEE_WINDOW_FOREIGN | KNEE_WINDOW_STEAL))
        window->valid = false;
}

void knee_validity_excuse(struct knee_measured *window, double items_cpus, double cpus)
{
    double servers_cpus =
        isnan(window->server_cpu_s) ? 0.0 : window->server_cpu_s * 1e9 / (double)window->window_ns;
    if (items_cpus + servers_cpus > LITTLE_RATIO * cpus || !(window->reasons & KNEE_WINDOW_FOREIGN))
        return;
    window->reasons &= ~(uint32_t)KNEE_WINDOW_FOREIGN;
    window->valid = !(window->reasons & (KNEE_WINDOW_STEAL | KNEE_WINDOW_WORTHLESS));
}

static double foreign_of(const struct knee_window *window)
{
    return window->foreign_cpus;
}

static double steal_of(const struct knee_window *window)
{
    return knee_window_figure(window, KNEE_WINDOW_STEAL_RATIO);
}

/* The median over the valid or the rejected windows; NAN: there is none, or no memory. */
static double median_of(double (*value_of)(const struct knee_window *window),
                        const struct knee_window *windows, size_t count, bool valid)
{
    double *values = malloc((count + !count) * sizeof *values);
    size_t known = 0;
    for (size_t i = 0; values && i < count; i++) {
        double value = value_of(&windows[i]);
        if (windows[i].valid == valid && !isnan(value))
            values[known++] = value;
    }
    double median = known > 0 ? knee_stats_median(values, known) : NAN;
    free(values);
    return median;
}

void knee_validity_sum_up(struct knee_validity *validity, const struct knee_window *windows,
                          size_t count, double cpus)
{
    *validity = (struct knee_validity){.other_cpus = median_of(foreign_of, windows, count, true),
                                       .worst_cpus = median_of(foreign_of, windows, count, false),
                                       .steal_ratio = median_of(steal_of, windows, count, true),
                                       .worst_steal = median_of(steal_of, windows, count, false)};
    for (size_t i = 0; i < count; i++) {
        validity->throttled |= (windows[i].reasons & KNEE_WINDOW_THROTTLED) != 0;
        if (windows[i].level > cpus || isnan(windows[i].foreign_cpus))
            continue;
        if (knee_steady_superseded(windows, count, i))
            continue;
        validity->judged++;
        if (windows[i].valid || knee_steal_unlucky(&windows[i]))
            continue;
        validity->rejected += (windows[i].reasons & (KNEE_WINDOW_FOREIGN | KNEE_WINDOW_STEAL)) != 0;
        validity->stolen += (windows[i].reasons & KNEE_WINDOW_STEAL) != 0;
    }
    double ratio = validity->judged ? (double)validity->rejected / validity->judged : 0.0;
    validity->disturbed = validity->rejected >= REJECTED_MIN && ratio > DISTURBED_RATIO;
    validity->hopeless = validity->judged >= HOPELESS_MIN && ratio > HOPELESS_RATIO;
}
