/* SPDX-License-Identifier: MIT */
/* What the controller of a run looks at: the host, the running items, the limit file. */
#include "tuner/dispatch/dispatch_watch.h"

#include "core/base/file.h"
#include "core/base/stats.h"
#include "core/host/hostfile.h"
#include "core/text/parse.h"
#include "tuner/dispatch/dispatch_tune.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define HOST_EVERY_S .5
#define LIMIT_FILE_EVERY_S .5
#define LOOK_EVERY_S .1
#define LOOKS_MAX 64 /* running items that are looked at each time */
#define GRACE_S 1.   /* between asking an item to end and killing it */
#define MEDIAN_MIN 5 /* lengths, before a timeout may be relative to their median */

void knee_dispatch_watch_open(struct knee_dispatch *run)
{
    knee_host_probe_open(&run->probe, "", NULL);
    run->foreign_ratio = run->cpu_ratio = run->pressure_ratio = run->items_bytes = NAN;
    knee_host_read(&run->host, "", NULL);
    /* If it has changed since the machine was read, it is followed. */
    run->allowed_cpus = run->machine.this_system && run->params.hosts <= 1
                            ? run->machine.usable_cpus
                            : knee_host_allowed_cpus();
    knee_dispatch_read_own(run);
    run->host_read_s = run->limit_file_s = run->looked_s = 0.;
}

void knee_dispatch_watch_begin(struct knee_dispatch *run)
{
    if (run->probe)
        knee_host_probe_read(run->probe, &run->reading);
}

void knee_dispatch_watch_close(struct knee_dispatch *run)
{
    knee_host_probe_close(run->probe);
    run->probe = NULL;
}

/* Which slots are busy now: their numbers, at most LOOKS_MAX. */
static size_t list_busy(struct knee_dispatch *run, uint32_t *list)
{
    size_t count = 0;
    pthread_mutex_lock(&run->lock);
    for (uint32_t i = 0; i < run->slots_count && count < LOOKS_MAX; i++)
        if (run->slots[i]->busy)
            list[count++] = i;
    pthread_mutex_unlock(&run->lock);
    return count;
}

static void look_at_items(struct knee_dispatch *run, double now_s)
{
    uint32_t busy[LOOKS_MAX];
    size_t count = list_busy(run, busy);
    double cpu_s = 0., bytes = 0.;
    for (size_t i = 0; i < count; i++) {
        struct knee_dispatch_slot *slot = run->slots[busy[i]];
        struct knee_process_usage seen = {0};
        knee_actor_look(run->params.actor, busy[i], &seen);
        run->looks_blocked += seen.blocked > 0;
        run->looks_network += !seen.blocked && seen.sockets > 0 && !seen.running;
        run->looks_running += seen.running > 0;
        run->looks_other += !seen.blocked && !seen.running && !seen.sockets && seen.waiting > 0;
        cpu_s += seen.cpu_s;
        bytes += seen.rss_bytes;
        pthread_mutex_lock(&run->lock);
        if (slot->busy && slot->start_s < now_s) {
            slot->cpu_s = seen.cpu_s;
            slot->rss_bytes = fmax(slot->rss_bytes, seen.rss_bytes);
        }
        pthread_mutex_unlock(&run->lock);
        knee_item_output_look(slot->output);
    }
    run->live_cpu_s = cpu_s;
    run->items_bytes = bytes;
    pthread_mutex_lock(&run->lock);
    run->looked_s = now_s;
    pthread_mutex_unlock(&run->lock);
}

static double read_pressure(void)
{
    char text[256];
    if (!knee_hostfile_read("", "/proc/pressure", "memory", text, sizeof text))
        return NAN;
    const char *at = strstr(text, "full avg10=");
    return at ? strtod(at + strlen("full avg10="), NULL) / 100. : NAN;
}

static void read_cpus(struct knee_dispatch *run, double live_cpu_s)
{
    struct knee_host_reading now;
    if (!run->probe)
        return;
    knee_host_probe_read(run->probe, &now);
    double length_s = knee_clock_to_s(now.at_ns - run->reading.at_ns);
    /* Of this host. */
    double cpus = run->params.hosts > 1 ? run->allowed_cpus : run->machine.usable_cpus;
    double foreign = knee_host_foreign_cpus(&run->reading, &now, live_cpu_s);
    if (length_s > 0.) {
        run->foreign_ratio = fmin(1., foreign / cpus);
        run->cpu_ratio =
            fmin(1., (now.machine_cpu_s - run->reading.machine_cpu_s) / length_s / cpus);
    }
    run->reading = now;
}

static double or_unknown(uint64_t bytes)
{
    return bytes == UINT64_MAX ? NAN : (double)bytes;
}

/* A quota that changes, a CPU that goes offline, a cpuset that shrinks. With the lock. */
static void follow_cpus(struct knee_dispatch *run, double now_s)
{
    uint32_t allowed = knee_host_allowed_cpus();
    uint32_t before = knee_machine_cpus(&run->machine, KNEE_CLASS_CPU);
    uint32_t usable = allowed == run->allowed_cpus ? run->machine.usable_cpus : allowed;
    run->allowed_cpus = allowed;
    if (run->params.hosts > 1) /* the machine is all of them together */
        return;
    if (knee_machine_follow(&run->machine, usable, &run->host))
        knee_dispatch_tune_cpus(run, before, now_s);
}

/* Asks it to end. With the lock. */
static void end_item(struct knee_dispatch *run, struct knee_dispatch_slot *slot, double now_s)
{
    slot->killed_s = now_s;
    knee_dispatch_signal(run, slot->index, SIGTERM);
    knee_dispatch_signal(run, slot->index, SIGCONT);
}

/* Ends the youngest items beyond the limit: they have the least to lose. With the lock. */
static void evict(struct knee_dispatch *run, double now_s)
{
    uint32_t staying = run->running;
    for (uint32_t i = 0; i < run->slots_count; i++)
        staying -= run->slots[i]->busy && !isnan(run->slots[i]->killed_s);
    for (; staying > run->limit; staying--) {
        struct knee_dispatch_slot *youngest = NULL;
        for (uint32_t i = 0; i < run->slots_count; i++) {
            struct knee_dispatch_slot *slot = run->slots[i];
            if (slot->busy && isnan(slot->killed_s) &&
                (!youngest || slot->start_s > youngest->start_s))
                youngest = slot;
        }
        if (!youngest)
            return;
        youngest->evicted = true;
        end_item(run, youngest, now_s);
    }
}

static void look_at_host(struct knee_dispatch *run, double now_s)
{
    double before_s = run->live_cpu_s;
    look_at_items(run, now_s);
    read_cpus(run, run->live_cpu_s - before_s);
    knee_host_read(&run->host, "", NULL);
    run->pressure_ratio = read_pressure();
    pthread_mutex_lock(&run->lock); /* the items' peak is the slots' to write */
    const struct knee_governor_reading reading = {
        .time_s = now_s,
        .foreign_ratio = run->foreign_ratio,
        .items_bytes = run->items_bytes,
        .item_peak_bytes = run->peak_bytes > 0. ? run->peak_bytes : NAN,
        .memory_available_bytes = or_unknown(run->host.memory_available_bytes),
        .memory_total_bytes = or_unknown(run->host.memory_total_bytes),
        .pressure_ratio = run->pressure_ratio};
    struct knee_run_decision decision = {.gain_ratio = NAN};
    follow_cpus(run, now_s);
    if (knee_governor_read(&run->governor, &reading, run->wanted, &decision.reason)) {
        knee_dispatch_set_limit(run, run->wanted, &decision, now_s);
        if (run->params.evict && decision.reason == KNEE_RUN_MEMORY)
            evict(run, now_s);
    }
    pthread_mutex_unlock(&run->lock);
}

uint32_t knee_dispatch_watch_file(const struct knee_dispatch *run)
{
    char text[32];
    uint64_t limit = 0;
    FILE *file =
        run->params.limit_file ? knee_file_open_regular(run->params.limit_file, true) : NULL;
    bool some = file && fgets(text, sizeof text, file);
    if (file)
        fclose(file);
    text[some ? strcspn(text, " \t\r\n") : 0] = '\0';
    if (!some || knee_parse_uint("--limit-file", text, 1, UINT32_MAX, &limit, NULL))
        return 0;
    return (uint32_t)limit;
}

void knee_dispatch_watch_obey(struct knee_dispatch *run, uint32_t limit, double now_s)
{
    if (limit > 0)
        knee_dispatch_ask(run, limit, true, now_s);
    else
        run->automatic = run->params.automatic;
}

/* The timeout relative to the median: also for items that were started before it was known. With
 * the lock. */
static void end_late_items(struct knee_dispatch *run, double now_s)
{
    double sorted[KNEE_DISPATCH_MEDIAN_OF];
    size_t count =
        run->recent_count < KNEE_DISPATCH_MEDIAN_OF ? run->recent_count : KNEE_DISPATCH_MEDIAN_OF;
    memcpy(sorted, run->recent_s, sizeof sorted);
    double most_s = count < MEDIAN_MIN
                        ? INFINITY
                        : run->params.timeout.ratio * knee_stats_median(sorted, count);
    for (uint32_t i = 0; i < run->slots_count; i++) {
        struct knee_dispatch_slot *slot = run->slots[i];
        if (slot->busy && isnan(slot->killed_s) && now_s - slot->start_s > most_s) {
            slot->late = true;
            end_item(run, slot, now_s);
        }
    }
}

/* Items that were asked to end and do not. With the lock. */
static void kill_stubborn_items(struct knee_dispatch *run, double now_s)
{
    for (uint32_t i = 0; i < run->slots_count; i++)
        if (run->slots[i]->busy && now_s - run->slots[i]->killed_s > GRACE_S)
            knee_dispatch_signal(run, i, SIGKILL);
}

void knee_dispatch_watch(struct knee_dispatch *run, double now_s)
{
    if (now_s - run->host_read_s >= HOST_EVERY_S) {
        run->host_read_s = now_s;
        look_at_host(run, now_s);
    } else if (now_s - run->looked_s >= LOOK_EVERY_S &&
               (!run->demanded || run->params.output.mode == KNEE_ITEM_OUTPUT_LINES)) {
        double before_s = run->live_cpu_s;
        look_at_items(run, now_s);
        run->live_cpu_s = before_s; /* the host's reading is from then, too */
    }
    if (run->params.limit_file && now_s - run->limit_file_s >= LIMIT_FILE_EVERY_S) {
        run->limit_file_s = now_s;
        uint32_t limit = knee_dispatch_watch_file(run);
        pthread_mutex_lock(&run->lock);
        knee_dispatch_watch_obey(run, limit, now_s);
        pthread_mutex_unlock(&run->lock);
    }
    pthread_mutex_lock(&run->lock);
    if (run->params.timeout.ratio > 0.)
        end_late_items(run, now_s);
    kill_stubborn_items(run, now_s);
    pthread_mutex_unlock(&run->lock);
}
