/* SPDX-License-Identifier: MIT */
#include "tuner/simulate/simulate_hosts.h"

#include "core/base/array.h"

#include <math.h>
#include <stdlib.h>

#define BURST_WINDOWS 1.5
#define LOSS_MIN .2
#define LOSS_MAX .5
#define DISTURBED_RATIO .005
#define DISTURBED_SPEED .5
#define SETTLE_NS 20e6
#define TREES 5 /* order, changed, settled, rows, histograms */
#define POLL_NS 200e3
#define HOP_NS 110e3
#define LATE_RATIO .1
#define LATE_NS 4e6

/* A burst goes on with the probability that gives it its mean length, and begins with the one that
 * makes bursts hit their share of the windows. */
double knee_simulate_dip(double dip, double share, struct knee_random *random)
{
    double end = 1 / BURST_WINDOWS;
    double uniform = knee_random_uniform(random);
    double loss = LOSS_MIN + (LOSS_MAX - LOSS_MIN) * knee_random_uniform(random);
    if (dip < 0 && uniform < end)
        return 0;
    if (dip == 0 && uniform < end * share / (1 - share))
        return log1p(-loss);
    return dip;
}

static void advance_disturbed(struct knee_simulate_host *host, struct knee_random *random)
{
    double end = 1 / BURST_WINDOWS, uniform = knee_random_uniform(random);
    double begin = end * DISTURBED_RATIO / (1 - DISTURBED_RATIO);
    host->disturbed = host->disturbed ? uniform >= end : uniform < begin;
}

static double draw_hop_ns(struct knee_random *random)
{
    double late = knee_random_uniform(random) < LATE_RATIO;
    return HOP_NS + POLL_NS * knee_random_uniform(random) +
           (late > 0 ? LATE_NS * knee_random_uniform(random) : 0);
}

/* When the last one has it: the parent of a rank is the rank without its highest bit. */
static double draw_tree_ns(uint32_t count, struct knee_random *random)
{
    double at_ns[KNEE_SIMULATE_HOSTS_MAX] = {0}, last_ns = 0;
    uint32_t bit = 1;
    for (uint32_t i = 1; i < count; i++) {
        if (i >= 2 * bit)
            bit *= 2;
        at_ns[i] = at_ns[i - bit] + draw_hop_ns(random);
        last_ns = fmax(last_ns, at_ns[i]);
    }
    return last_ns;
}

void knee_simulate_hosts_draw(struct knee_simulate_hosts *hosts, uint32_t level, double cv_ratio,
                              double dips_ratio, struct knee_simulate_hosts_window *window)
{
    struct knee_random *random = &hosts->random;
    uint32_t first = (uint32_t)(knee_random_uniform(random) * hosts->count);
    double speed = 0, undisturbed = 0, price_ns = SETTLE_NS;
    hosts->rows_count = 0;
    for (uint32_t i = 0; i < hosts->count; i++) {
        struct knee_simulate_host *host = &hosts->hosts[i];
        uint32_t place = (i + hosts->count - first) % hosts->count;
        uint32_t share = level / hosts->count + (place < level % hosts->count);
        host->dip = knee_simulate_dip(host->dip, dips_ratio, random);
        advance_disturbed(host, random);
        double alone = share * exp(host->dip + cv_ratio * knee_random_normal(random));
        undisturbed += alone;
        double done = alone * (i == 0 && hosts->busy_ratio > 0 ? hosts->busy_ratio
                               : host->disturbed               ? DISTURBED_SPEED
                                                               : 1);
        speed += done;
        if (share > 0)
            hosts->rows[hosts->rows_count++] = (struct knee_fleet_part_row){i, share, done};
    }
    for (int i = 0; i < TREES; i++)
        price_ns += draw_tree_ns(hosts->count, random);
    *window = (struct knee_simulate_hosts_window){
        .speed = speed / level, .taken = 1 - speed / undisturbed, .price_ns = (uint64_t)price_ns};
}

static struct knee_simulate_hosts_level *find_level(struct knee_simulate_hosts *hosts,
                                                    uint32_t level)
{
    for (size_t i = 0; i < hosts->levels_count; i++)
        if (hosts->levels[i].level == level)
            return &hosts->levels[i];
    void *grown = knee_array_resize(hosts->levels, hosts->levels_count + 1, sizeof *hosts->levels);
    if (!grown)
        return NULL;
    hosts->levels = grown;
    struct knee_simulate_hosts_level *made = &hosts->levels[hosts->levels_count];
    *made = (struct knee_simulate_hosts_level){level,
                                               knee_array_make(hosts->count, sizeof *made->parts)};
    if (!made->parts)
        return NULL;
    hosts->levels_count++;
    return made;
}

int knee_simulate_hosts_note(struct knee_simulate_hosts *hosts, uint32_t level,
                             struct knee_err *err)
{
    struct knee_simulate_hosts_level *at = find_level(hosts, level);
    if (!at)
        return knee_err_memory(err, "simulate");
    for (size_t i = 0; i < hosts->rows_count; i++) {
        struct knee_fleet_part *part = &at->parts[hosts->rows[i].rank];
        part->rank = hosts->rows[i].rank;
        part->windows++;
        part->share += hosts->rows[i].share;
        part->throughput_per_s += hosts->rows[i].throughput_per_s;
    }
    knee_fleet_part_compare(at->parts, hosts->rows, hosts->rows_count);
    return 0;
}

uint32_t knee_simulate_hosts_slow(struct knee_simulate_hosts *hosts, uint32_t level)
{
    struct knee_simulate_hosts_level *found = NULL;
    for (size_t i = 0; i < hosts->levels_count; i++) {
        struct knee_simulate_hosts_level *at = &hosts->levels[i];
        bool tells = at->level >= level && knee_fleet_part_all_compared(at->parts, hosts->count);
        if (tells && (!found || at->level < found->level))
            found = at;
    }
    if (!found)
        return UINT32_MAX;
    knee_fleet_part_finish(found->parts, hosts->count);
    const struct knee_fleet_part *slow = knee_fleet_part_slow(found->parts, hosts->count);
    return slow ? slow->rank : UINT32_MAX;
}

void knee_simulate_hosts_release(struct knee_simulate_hosts *hosts)
{
    for (size_t i = 0; i < hosts->levels_count; i++)
        free(hosts->levels[i].parts);
    free(hosts->levels);
    hosts->levels = NULL;
    hosts->levels_count = 0;
}
