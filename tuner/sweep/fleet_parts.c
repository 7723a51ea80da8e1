/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/fleet_parts.h"

#include "core/base/array.h"
#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/engine/engine.h"
#include "core/text/builder.h"

#include <math.h>
#include <string.h>

#define WINDOW_MAX_NS (7 * 24 * 3600 * KNEE_NS_PER_S) /* far beyond any */

/* Which of `hosts` gets the odd items of this block comes by lot. */
static uint32_t place_of(uint32_t hosts, uint64_t seed, uint32_t block, uint32_t rank)
{
    uint32_t order[KNEE_FLEET_HOSTS_MAX];
    struct knee_random random = knee_random_seed(seed, 7919u + block);
    for (uint32_t i = 0; i < hosts; i++)
        order[i] = i;
    knee_random_shuffle(&random, order, hosts);
    for (uint32_t i = 0; i < hosts; i++)
        if (order[i] == rank)
            return i;
    return hosts;
}

/* What all with a lower rank get, in exact shares: rounding their sums keeps the total. */
static uint32_t weighted(uint32_t level, uint32_t hosts, const double *weights, uint32_t rank)
{
    double all = 0, below = 0;
    for (uint32_t i = 0; i < hosts; i++) {
        all += weights[i];
        below += i < rank ? weights[i] : 0;
    }
    double from = round(level * below / all), to = round(level * (below + weights[rank]) / all);
    return (uint32_t)(to - from);
}

uint32_t knee_fleet_share(uint32_t level, uint32_t hosts, const double *weights, uint64_t seed,
                          uint32_t block, uint32_t rank)
{
    if (rank >= hosts)
        return 0;
    if (weights)
        return weighted(level, hosts, weights, rank);
    return level / hosts + (place_of(hosts, seed, block, rank) < level % hosts);
}

static bool ends(const char *text, size_t bytes)
{
    return memchr(text, '\0', bytes) != NULL;
}

bool knee_fleet_host_is_whole(const struct knee_fleet_host *host)
{
    return ends(host->name, sizeof host->name) && ends(host->version, sizeof host->version) &&
           ends(host->error, sizeof host->error) && host->cpus > 0;
}

/* Unknown (NAN) or from 0 on. */
static bool may_be(double value)
{
    return isnan(value) || (value >= 0 && isfinite(value));
}

bool knee_fleet_row_is_whole(const struct knee_fleet_row *row)
{
    const struct knee_measured *window = &row->window;
    const double from_0[] = {
        window->latency_mean_s,  window->cpu_user_s,   window->cpu_system_s, window->rss_bytes,
        window->runqueue_wait_s, window->other_wait_s, window->throttled_s,  window->steal_ratio,
        window->foreign_cpus,    row->own_cpus,        row->server_cpus,
    };
    bool whole = ends(row->error, sizeof row->error) && row->share <= KNEE_ENGINE_LEVEL_MAX;
    for (size_t i = 0; i < KNEE_COUNT(from_0); i++)
        whole = whole && may_be(from_0[i]);
    return whole && window->items >= 0 && isfinite(window->items) && window->failed_items >= 0 &&
           isfinite(window->failed_items) && window->window_ns <= WINDOW_MAX_NS;
}

static size_t count_of(const char *name, const char *const *names, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += strcmp(names[i], name) == 0;
    return found;
}

/* Two ranks may be on one host, so a name counts as often as it is there. */
int knee_fleet_same_hosts(const char *const *before, size_t before_count,
                          const struct knee_fleet_host *hosts, size_t count, const char *dir,
                          struct knee_err *err)
{
    const char *now[KNEE_FLEET_HOSTS_MAX];
    char was[240], is[240];
    struct knee_builder out;
    bool same = before_count == count;
    for (size_t i = 0; i < count; i++)
        now[i] = hosts[i].name;
    for (size_t i = 0; i < count && same; i++)
        same = count_of(now[i], before, before_count) == count_of(now[i], now, count);
    if (same)
        return 0;
    knee_builder_over(&out, was, sizeof was);
    for (size_t i = 0; i < before_count; i++)
        knee_builder_add(&out, "%s%s", i ? ", " : "", before[i]);
    knee_builder_over(&out, is, sizeof is);
    for (size_t i = 0; i < count; i++)
        knee_builder_add(&out, "%s%s", i ? ", " : "", now[i]);
    if (before_count == 0)
        return knee_err_set(err, KNEE_USAGE,
                            "--resume: %.200s was measured by one host alone, not from %s; go on "
                            "with knee, or sweep again",
                            dir, is);
    return knee_err_set(err, KNEE_USAGE,
                        "--resume: %.200s was measured from %s, not from %s; start knee-mpi on the "
                        "same hosts, or sweep again",
                        dir, was, is);
}
