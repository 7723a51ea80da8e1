/* SPDX-License-Identifier: MIT */
/* One window of all hosts, made of their rows. */
#include "core/base/clock.h"
#include "core/base/histogram_digest.h"
#include "tuner/fit/validity.h"
#include "tuner/sweep/fleet_parts.h"

#include <math.h>

/* The ranks on one machine, together. */
struct machine {
    double own_cpus, server_cpus, foreign_cpus, cpus, share;
};

/* Each rank takes the others on its machine, and servers that only rank 0 knows, for other work:
 * the machine's work as a whole is the same for all of them, so its mean counts. */
static struct machine machine_of(const struct knee_fleet_row *rows,
                                 const struct knee_fleet_host *hosts, uint32_t count, uint32_t rank)
{
    struct machine machine = {.cpus = rows[rank].cpus};
    double busy = 0, known = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct knee_fleet_row *row = &rows[i];
        if (hosts[i].machine != hosts[rank].machine)
            continue;
        double own = fmax(row->own_cpus, 0), servers = fmax(row->server_cpus, 0);
        machine.share += row->share;
        machine.own_cpus += own;
        machine.server_cpus = fmax(machine.server_cpus, servers);
        if (isnan(row->window.foreign_cpus))
            continue;
        busy += own + servers + row->window.foreign_cpus;
        known++;
    }
    machine.foreign_cpus =
        known > 0 ? fmax(busy / known - machine.own_cpus - machine.server_cpus, 0) : NAN;
    return machine;
}

double knee_fleet_foreign_cpus(const struct knee_fleet_row *rows,
                               const struct knee_fleet_host *hosts, uint32_t count, uint32_t rank)
{
    return machine_of(rows, hosts, count, rank).foreign_cpus;
}

/* Adds what the machines had besides the items, and judges it by its effect on the total. */
static void add_machines(struct knee_measured *all, const struct knee_fleet_row *rows,
                         const struct knee_fleet_host *hosts, uint32_t count,
                         struct knee_taken *usual)
{
    double server_cpus = 0, taken = 0;
    bool serves = false;
    for (uint32_t i = 0; i < count; i++) {
        serves = serves || !isnan(rows[i].server_cpus);
        if (!knee_fleet_host_is_first(hosts, i))
            continue;
        struct machine machine = machine_of(rows, hosts, count, i);
        double used = machine.own_cpus + machine.server_cpus;
        server_cpus += machine.server_cpus;
        if (isnan(machine.foreign_cpus))
            continue;
        all->foreign_cpus = fmax(all->foreign_cpus, 0) + machine.foreign_cpus;
        if (knee_validity_competes(used, machine.foreign_cpus, machine.cpus))
            taken += machine.share * machine.foreign_cpus / (used + machine.foreign_cpus);
    }
    if (serves)
        all->server_cpu_s = server_cpus * knee_clock_to_s(all->window_ns);
    if (knee_taken_spoils(usual, all->level > 0 ? taken / all->level : 0)) {
        all->reasons |= KNEE_WINDOW_FOREIGN;
        all->valid = false;
    }
}

static void add_row(struct knee_measured *all, const struct knee_measured *row, double *latency_sum)
{
    double s = knee_clock_to_s(row->window_ns);
    all->items += row->items;
    all->failed_items += row->failed_items;
    all->throughput_per_s += s > 0 ? row->items / s : 0;
    all->window_ns = row->window_ns > all->window_ns ? row->window_ns : all->window_ns;
    if (row->latency_mean_s > 0)
        *latency_sum += row->latency_mean_s * row->items;
    all->cpu_user_s += row->cpu_user_s;
    all->cpu_system_s += row->cpu_system_s;
    all->runqueue_wait_s += row->runqueue_wait_s;
    all->other_wait_s += row->other_wait_s;
    all->switches_voluntary += row->switches_voluntary;
    all->switches_involuntary += row->switches_involuntary;
    all->rss_bytes = fmax(all->rss_bytes, row->rss_bytes);
    all->throttled_s += row->throttled_s > 0 ? row->throttled_s : 0;
    all->reasons |= row->reasons & ~(uint32_t)KNEE_WINDOW_EMPTY;
}

/* The mean of a time over those rows that know it, by their items. */
static double mean_of(const struct knee_fleet_row *rows, uint32_t count, bool connect)
{
    double sum = 0, items = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct knee_requests *requests = &rows[i].window.requests;
        double time_s = connect ? requests->connect_s : requests->first_byte_s;
        if (rows[i].share == 0 || isnan(time_s))
            continue;
        sum += time_s * rows[i].window.items;
        items += rows[i].window.items;
    }
    return items > 0 ? sum / items : NAN;
}

static void fill_requests(struct knee_measured *all, const struct knee_fleet_row *rows,
                          uint32_t count)
{
    all->requests = (struct knee_requests){.first_byte_s = mean_of(rows, count, false),
                                           .connect_s = mean_of(rows, count, true)};
    for (uint32_t i = 0; i < count; i++)
        for (size_t kind = 0; kind < KNEE_FAILURES && rows[i].share > 0; kind++)
            all->requests.failed[kind] += rows[i].window.requests.failed[kind];
}

static void fill_latencies(struct knee_measured *window, const struct knee_histogram_sum *latencies,
                           double latency_sum)
{
    const double ns = 1e-9;
    window->latency_mean_s = window->items > 0 ? latency_sum / window->items : NAN;
    window->latency_p50_s = ns * knee_histogram_sum_quantile_ns(latencies, .50);
    window->latency_p95_s = ns * knee_histogram_sum_quantile_ns(latencies, .95);
    window->latency_p99_s = ns * knee_histogram_sum_quantile_ns(latencies, .99);
    window->latency_max_s = ns * knee_histogram_sum_quantile_ns(latencies, 1);
    window->latency_cv = knee_histogram_sum_cv(latencies);
    knee_histogram_digest_make(&window->latencies, latencies);
}

void knee_fleet_merge(struct knee_measured *window, const struct knee_fleet_row *rows,
                      const struct knee_fleet_host *hosts, uint32_t count,
                      const struct knee_histogram_sum *latencies, struct knee_taken *usual)
{
    struct knee_measured all = {.block = rows[0].window.block,
                                .start_ns = rows[0].window.start_ns,
                                .foreign_cpus = NAN,
                                .share_ratio = NAN,
                                .server_cpu_s = NAN,
                                .server_in_service = NAN,
                                .device_reads = UINT64_MAX,
                                .device_writes = UINT64_MAX,
                                .valid = true};
    double latency_sum = 0;
    uint32_t taking_part = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (rows[i].share == 0)
            continue;
        all.level += rows[i].share;
        all.steal_ratio += rows[i].window.steal_ratio > 0 ? rows[i].window.steal_ratio : 0;
        taking_part++;
        add_row(&all, &rows[i].window, &latency_sum);
    }
    all.steal_ratio /= taking_part > 0 ? taking_part : 1;
    if (all.items + all.failed_items <= 0)
        all.reasons |= KNEE_WINDOW_EMPTY;
    if (all.reasons & KNEE_WINDOW_WORTHLESS)
        all.valid = false;
    add_machines(&all, rows, hosts, count, usual);
    fill_requests(&all, rows, count);
    fill_latencies(&all, latencies, latency_sum);
    *window = all;
}
