/* SPDX-License-Identifier: MIT */
#include "tuner/run/governor.h"

#include <math.h>

#define AGAIN_S                                                                                    \
    1. /* between two halvings: the items that were started before must first end or grow */
#define RECOVER_S 2. /* calm for that long before a step up */
#define CALM .9      /* a bound is respected again below this share of it */
#define FREE_SHARE .05
#define PRESSURE_MAX .10

void knee_governor_init(struct knee_governor *governor, const struct knee_governor_params *params)
{
    *governor = (struct knee_governor){
        .params = *params, .cap = KNEE_GOVERNOR_NONE, .lowered_s = -INFINITY, .calm_s = NAN};
}

static double free_bytes(const struct knee_governor *governor,
                         const struct knee_governor_reading *reading)
{
    return governor->params.min_free_bytes ? (double)governor->params.min_free_bytes
                                           : FREE_SHARE * reading->memory_total_bytes;
}

/* How far beyond a bound things are, as a ratio; above 1 is too much. An unknown reading counts as
 * none. */
static double memory_ratio(const struct knee_governor *governor,
                           const struct knee_governor_reading *reading)
{
    double most = reading->pressure_ratio / PRESSURE_MAX;
    double scarce = free_bytes(governor, reading) / reading->memory_available_bytes;
    most = fmax(isnan(most) ? 0. : most, isnan(scarce) ? 0. : scarce);
    if (governor->params.max_memory_bytes && !isnan(reading->items_bytes))
        most = fmax(most, reading->items_bytes / (double)governor->params.max_memory_bytes);
    return most;
}

static double load_ratio(const struct knee_governor *governor,
                         const struct knee_governor_reading *reading)
{
    double ratio = reading->foreign_ratio / governor->params.max_load_ratio;
    return isnan(ratio) ? 0. : ratio;
}

/* How many items the memory holds, from what one needs: they must not all be started first. */
static uint32_t room(const struct knee_governor *governor,
                     const struct knee_governor_reading *reading)
{
    double items = isnan(reading->items_bytes) ? 0. : reading->items_bytes;
    double bytes = reading->memory_available_bytes - free_bytes(governor, reading) + items;
    double most = (double)governor->params.max_memory_bytes;
    if (most > 0.)
        bytes = isnan(bytes) ? most : fmin(bytes, most);
    double count = floor(bytes / reading->item_peak_bytes);
    if (!isfinite(count) || count >= KNEE_GOVERNOR_NONE)
        return KNEE_GOVERNOR_NONE;
    return count < governor->params.min_level ? governor->params.min_level : (uint32_t)count;
}

static bool lower(struct knee_governor *governor, uint32_t to, double now_s)
{
    uint32_t least = governor->params.min_level;
    to = to < least ? least : to;
    if (to >= governor->cap)
        return false;
    governor->cap = to;
    governor->lowered_s = now_s;
    governor->calm_s = NAN;
    return true;
}

static bool recover(struct knee_governor *governor, uint32_t wanted, uint32_t most, double now_s)
{
    if (isnan(governor->calm_s))
        governor->calm_s = now_s;
    if (governor->cap == KNEE_GOVERNOR_NONE || now_s - governor->calm_s < RECOVER_S)
        return false;
    uint64_t next = 2 * (uint64_t)governor->cap;
    uint32_t to = next >= wanted ? KNEE_GOVERNOR_NONE : (uint32_t)next;
    if (most != KNEE_GOVERNOR_NONE && to > most)
        to = most;
    if (to <= governor->cap)
        return false;
    governor->cap = to;
    governor->calm_s = now_s;
    return true;
}

bool knee_governor_read(struct knee_governor *governor, const struct knee_governor_reading *reading,
                        uint32_t wanted, enum knee_run_reason *reason)
{
    double load = load_ratio(governor, reading), memory = memory_ratio(governor, reading);
    uint32_t most = room(governor, reading);
    uint32_t now = governor->cap < wanted ? governor->cap : wanted;
    if (most < now && lower(governor, most, reading->time_s)) {
        *reason = KNEE_RUN_MEMORY;
        return true;
    }
    if (load > 1. || memory > 1.) {
        governor->calm_s = NAN;
        if (reading->time_s - governor->lowered_s < AGAIN_S)
            return false;
        *reason = memory > 1. ? KNEE_RUN_MEMORY : KNEE_RUN_LOAD;
        return lower(governor, now / 2, reading->time_s);
    }
    if (load > CALM || memory > CALM) {
        governor->calm_s = NAN;
        return false;
    }
    *reason = KNEE_RUN_RECOVERED;
    return recover(governor, wanted, most, reading->time_s);
}
