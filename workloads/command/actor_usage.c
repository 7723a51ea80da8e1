/* SPDX-License-Identifier: MIT */
/* What the processes used: wait4() says it of those that have ended; the others are looked at.
 *
 * The peak memory that wait4() gives is never below our own: between clone and execve the child has
 * our memory, and the kernel keeps the larger peak. If it says no more than that, the peak seen
 * while the processes ran is the better answer. */
#include "workloads/command/actor_private.h"

#include "core/base/clock.h"

#include <stdio.h>
#include <string.h>

/* Younger processes have not used enough to change an answer. */
#define YOUNG_NS (2 * KNEE_NS_PER_MS)
#define MEMORY_LOOKS_MAX 4u /* trees, at each probe */
#define OWN_MARGIN 1.05

static void add_to(_Atomic uint64_t *sum, uint64_t value)
{
    atomic_store_explicit(sum, atomic_load_explicit(sum, memory_order_relaxed) + value,
                          memory_order_relaxed);
}

static uint64_t microseconds(struct timeval time)
{
    return (uint64_t)time.tv_sec * 1000000u + (uint64_t)time.tv_usec;
}

static double own_peak_bytes(void)
{
    struct rusage used;
    return getrusage(RUSAGE_SELF, &used) == 0 ? 1024.0 * (double)used.ru_maxrss : 0.0;
}

void knee_actor_usage_add(struct knee_actor_usage *usage, const struct rusage *used)
{
    uint64_t peak = (uint64_t)used->ru_maxrss * 1024u;
    add_to(&usage->user_us, microseconds(used->ru_utime));
    add_to(&usage->system_us, microseconds(used->ru_stime));
    add_to(&usage->switches_voluntary, (uint64_t)used->ru_nvcsw);
    add_to(&usage->switches_involuntary, (uint64_t)used->ru_nivcsw);
    add_to(&usage->blocks_read, (uint64_t)used->ru_inblock);
    add_to(&usage->blocks_written, (uint64_t)used->ru_oublock);
    if (peak > atomic_load_explicit(&usage->rss_bytes, memory_order_relaxed) &&
        (double)peak > OWN_MARGIN * own_peak_bytes())
        atomic_store_explicit(&usage->rss_bytes, peak, memory_order_relaxed);
}

static double sum_of(const _Atomic uint64_t *value)
{
    return (double)atomic_load_explicit(value, memory_order_relaxed);
}

void knee_actor_look(struct knee_actor *actor, uint32_t index, struct knee_process_usage *live)
{
    int group = atomic_load_explicit(&actor->keeper.page->groups[index], memory_order_acquire);
    if (group > 0)
        knee_process_usage_add(group, KNEE_PROCESS_USAGE_STATE | KNEE_PROCESS_USAGE_MEMORY, live);
    if (live->rss_bytes > actor->sampled_rss_bytes)
        actor->sampled_rss_bytes = live->rss_bytes;
}

/* CPU time of what runs in the slots now. */
static double live_cpu_s(struct knee_actor *actor, uint32_t slots)
{
    uint64_t now = knee_clock_now_ns();
    struct knee_process_usage all = {0};
    unsigned looks = 0;
    for (uint32_t i = 0; i < slots; i++) {
        int group = atomic_load_explicit(&actor->keeper.page->groups[i], memory_order_acquire);
        uint64_t since = atomic_load_explicit(&actor->usage[i].since_ns, memory_order_relaxed);
        if (group <= 0 || now - since < YOUNG_NS)
            continue;
        bool memory = looks++ < MEMORY_LOOKS_MAX;
        knee_process_usage_add(group, memory ? KNEE_PROCESS_USAGE_MEMORY : KNEE_PROCESS_USAGE_CPU,
                               &all);
    }
    if (all.rss_bytes > actor->sampled_rss_bytes)
        actor->sampled_rss_bytes = all.rss_bytes;
    return all.cpu_s;
}

void knee_actor_probe(struct knee_actor *actor, struct knee_workload_probe *probe)
{
    uint32_t slots = atomic_load_explicit(&actor->slots_used, memory_order_acquire);
    *probe = (struct knee_workload_probe){.processes = true};
    double peak = 0.0;
    for (uint32_t i = 0; i < slots; i++) {
        const struct knee_actor_usage *usage = &actor->usage[i];
        probe->cpu_user_s += 1e-6 * sum_of(&usage->user_us);
        probe->cpu_system_s += 1e-6 * sum_of(&usage->system_us);
        probe->switches_voluntary += sum_of(&usage->switches_voluntary);
        probe->switches_involuntary += sum_of(&usage->switches_involuntary);
        probe->device_read_bytes += 512.0 * sum_of(&usage->blocks_read);
        probe->device_written_bytes += 512.0 * sum_of(&usage->blocks_written);
        peak = sum_of(&usage->rss_bytes) > peak ? sum_of(&usage->rss_bytes) : peak;
    }
    probe->live_cpu_s = live_cpu_s(actor, slots);
    /* wait4() gives the largest process; the sampled value is that of a whole tree. */
    probe->item_rss_bytes = peak > actor->sampled_rss_bytes ? peak : actor->sampled_rss_bytes;
}
