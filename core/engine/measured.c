/* SPDX-License-Identifier: MIT */
#include "core/engine/measured.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off: a table. */
#define AT(member) offsetof(struct knee_measured, member)
static const size_t FIGURES[KNEE_WINDOW_FIGURES_ALL] = {
    [KNEE_WINDOW_LATENCY_P50_S] = AT(latency_p50_s),
    [KNEE_WINDOW_LATENCY_P95_S] = AT(latency_p95_s),
    [KNEE_WINDOW_LATENCY_P99_S] = AT(latency_p99_s),
    [KNEE_WINDOW_LATENCY_MAX_S] = AT(latency_max_s),
    [KNEE_WINDOW_LATENCY_CV] = AT(latency_cv),
    [KNEE_WINDOW_CPU_USER_S] = AT(cpu_user_s),
    [KNEE_WINDOW_CPU_SYSTEM_S] = AT(cpu_system_s),
    [KNEE_WINDOW_RUNQUEUE_WAIT_S] = AT(runqueue_wait_s),
    [KNEE_WINDOW_OTHER_WAIT_S] = AT(other_wait_s),
    [KNEE_WINDOW_SWITCHES_VOLUNTARY] = AT(switches_voluntary),
    [KNEE_WINDOW_SWITCHES_INVOLUNTARY] = AT(switches_involuntary),
    [KNEE_WINDOW_STEAL_RATIO] = AT(steal_ratio),
    [KNEE_WINDOW_THROTTLED_S] = AT(throttled_s),
    [KNEE_WINDOW_SERVER_CPU_S] = AT(server_cpu_s),
    [KNEE_WINDOW_SERVER_IN_SERVICE] = AT(server_in_service),
    [KNEE_WINDOW_FIRST_BYTE_S] = AT(requests.first_byte_s),
    [KNEE_WINDOW_CONNECT_S] = AT(requests.connect_s),
    [KNEE_WINDOW_FAILED + KNEE_FAILURE_REFUSED] = AT(requests.failed[KNEE_FAILURE_REFUSED]),
    [KNEE_WINDOW_FAILED + KNEE_FAILURE_TIMEOUT] = AT(requests.failed[KNEE_FAILURE_TIMEOUT]),
    [KNEE_WINDOW_FAILED + KNEE_FAILURE_STATUS] = AT(requests.failed[KNEE_FAILURE_STATUS]),
    [KNEE_WINDOW_FAILED + KNEE_FAILURE_TLS] = AT(requests.failed[KNEE_FAILURE_TLS]),
    [KNEE_WINDOW_FAILED + KNEE_FAILURE_RESET] = AT(requests.failed[KNEE_FAILURE_RESET]),
    [KNEE_WINDOW_FAILED + KNEE_FAILURE_OTHER] = AT(requests.failed[KNEE_FAILURE_OTHER]),
};
/* clang-format on */

struct knee_measured knee_measured_unknown(uint32_t block, uint32_t level)
{
    return (struct knee_measured){
        .block = block,
        .level = level,
        .latency_mean_s = NAN,
        .latency_p50_s = NAN,
        .latency_p95_s = NAN,
        .latency_p99_s = NAN,
        .latency_max_s = NAN,
        .latency_cv = NAN,
        .runqueue_wait_s = NAN,
        .other_wait_s = NAN,
        .rss_bytes = NAN,
        .steal_ratio = NAN,
        .foreign_cpus = NAN,
        .throttled_s = NAN,
        .share_ratio = NAN,
        .server_cpu_s = NAN,
        .server_in_service = NAN,
        .requests = KNEE_REQUESTS_UNKNOWN,
        .device_reads = UINT64_MAX,
        .device_writes = UINT64_MAX,
    };
}

static double figure_of(const struct knee_measured *measured, size_t figure)
{
    double value;
    memcpy(&value, (const char *)measured + FIGURES[figure], sizeof value);
    return value;
}

static bool is_rare(const struct knee_measured *measured, bool latencies)
{
    bool rare = latencies && measured->latencies.count > 0;
    for (size_t i = KNEE_WINDOW_FIGURES; i < KNEE_WINDOW_FIGURES_ALL; i++)
        rare = rare || !isnan(figure_of(measured, i));
    return rare || measured->device_reads != measured->device_writes ||
           (measured->device_reads > 0 && measured->device_reads != UINT64_MAX);
}

static struct knee_window_rare *make_rare(const struct knee_measured *measured, bool latencies)
{
    unsigned char packed[KNEE_HISTOGRAM_DIGEST_PACKED_BYTES];
    size_t bytes = latencies ? knee_histogram_digest_pack(&measured->latencies, packed) : 0;
    struct knee_window_rare *rare = malloc(sizeof *rare + bytes);
    if (!rare)
        return NULL;
    for (size_t i = KNEE_WINDOW_FIGURES; i < KNEE_WINDOW_FIGURES_ALL; i++)
        rare->figures[i - KNEE_WINDOW_FIGURES] = knee_decimal_of(figure_of(measured, i));
    rare->device_reads = measured->device_reads;
    rare->device_writes = measured->device_writes;
    rare->latencies_bytes = (uint16_t)bytes;
    memcpy(rare->latencies, packed, bytes);
    return rare;
}

int knee_measured_keep(const struct knee_measured *measured, bool latencies,
                       struct knee_window *window, struct knee_err *err)
{
    struct knee_window kept = {.block = measured->block,
                               .level = measured->level,
                               .start_ns = measured->start_ns,
                               .window_ns = measured->window_ns,
                               .items = measured->items,
                               .failed_items = measured->failed_items,
                               .throughput_per_s = measured->throughput_per_s,
                               .latency_mean_s = measured->latency_mean_s,
                               .rss_bytes = measured->rss_bytes,
                               .foreign_cpus = measured->foreign_cpus,
                               .share_ratio = measured->share_ratio,
                               .reasons = measured->reasons,
                               .valid = measured->valid,
                               .device_idle =
                                   measured->device_reads == 0 && measured->device_writes == 0};
    for (size_t i = 0; i < KNEE_WINDOW_FIGURES; i++)
        kept.figures[i] = knee_decimal_of(figure_of(measured, i));
    if (is_rare(measured, latencies) && !(kept.rare = make_rare(measured, latencies)))
        return knee_err_memory(err, "windows");
    *window = kept;
    return 0;
}

void knee_measured_recall(struct knee_measured *measured, const struct knee_window *window)
{
    *measured = (struct knee_measured){.block = window->block,
                                       .level = window->level,
                                       .start_ns = window->start_ns,
                                       .window_ns = window->window_ns,
                                       .items = window->items,
                                       .failed_items = window->failed_items,
                                       .throughput_per_s = window->throughput_per_s,
                                       .latency_mean_s = window->latency_mean_s,
                                       .rss_bytes = window->rss_bytes,
                                       .foreign_cpus = window->foreign_cpus,
                                       .share_ratio = window->share_ratio,
                                       .device_reads = knee_window_device_reads(window),
                                       .device_writes = knee_window_device_writes(window),
                                       .valid = window->valid,
                                       .reasons = window->reasons};
    knee_window_latencies(window, &measured->latencies);
    for (size_t i = 0; i < KNEE_WINDOW_FIGURES_ALL; i++) {
        double value = knee_window_figure(window, (enum knee_window_figure)i);
        memcpy((char *)measured + FIGURES[i], &value, sizeof value);
    }
}
