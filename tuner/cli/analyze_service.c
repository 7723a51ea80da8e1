/* SPDX-License-Identifier: MIT */
#include "tuner/cli/analyze.h"

#include "core/base/clock.h"
#include "core/engine/engine.h"
#include "core/text/builder.h"
#include "core/text/human.h"

#include <math.h>
#include <stdio.h>

#define WINDOW_MIN_NS (100 * KNEE_NS_PER_MS)

static void fill_trial(struct knee_first_look *trial, const struct knee_measured *window)
{
    double cpu_s = window->cpu_user_s + window->cpu_system_s;
    double lasts_s = knee_clock_to_s(window->window_ns) - fmax(0, window->runqueue_wait_s);
    *trial = (struct knee_first_look){
        .runs = (size_t)ceil(window->items + window->failed_items),
        .failed = (size_t)ceil(window->failed_items),
        .item_mean_s = window->latency_mean_s,
        .item_cv = window->latency_cv,
        .cpu_per_item_s = cpu_s / window->items,
        .system_per_item_s = window->cpu_system_s / window->items,
        .cpu_ratio = fmin(1, cpu_s / lasts_s),
        .network_ratio = fmax(0, 1 - cpu_s / lasts_s),
        .faults_per_item = NAN,
        .device_bytes_per_item = NAN,
        .rss_bytes = NAN,
    };
}

static void describe(const struct knee_target_look *look, const struct knee_measured *window,
                     char *said)
{
    struct knee_builder out;
    char a[KNEE_HUMAN_BYTES], b[KNEE_HUMAN_BYTES], c[KNEE_HUMAN_BYTES];
    knee_builder_over(&out, said, KNEE_ANALYZE_SAID_BYTES);
    knee_builder_add(
        &out, "  a request  p50 %s, p95 %s, p99 %s", knee_human_latency(a, window->latency_p50_s),
        knee_human_latency(b, window->latency_p95_s), knee_human_latency(c, window->latency_p99_s));
    if (window->requests.first_byte_s > 0)
        knee_builder_add(&out, ", first byte after %s",
                         knee_human_latency(a, window->requests.first_byte_s));
    knee_builder_add(&out, "\n");
    if (look->said[0])
        knee_builder_add(&out, "  an answer  %s", look->said);
    if (look->said[0] && look->connect_s > 0)
        knee_builder_add(&out, "; connecting took %s", knee_human_latency(a, look->connect_s));
    knee_builder_add(&out, "%s", look->said[0] ? "\n" : "");
    if (look->level_max > 0)
        knee_builder_add(&out, "  at most    %u at a time: %s\n", look->level_max,
                         look->level_max_by);
}

int knee_analyze_service(struct knee_analyze_answer *answer, struct knee_user_target *target,
                         uint32_t sample, uint64_t most_ns,
                         const volatile sig_atomic_t *interrupted, char *said, struct knee_err *err)
{
    struct knee_target_look look;
    struct knee_engine *engine = NULL;
    struct knee_measured window;
    char warning[256];
    target->params.interrupted = interrupted;
    if (knee_user_target_open(target, err) ||
        target->workload->target->look(target->service, &look, err))
        return -1;
    const double values[1] = {0};
    const struct knee_engine_params params = {
        .workload = target->workload,
        .setup = {.values = values, .dir = ".", .workers_max = 1, .custom = target->service},
        .interrupted = interrupted,
        .must_end = target->workload->target->must_end,
        .must_end_context = target->service};
    if (knee_engine_open(&engine, &params, warning, sizeof warning, err))
        return -1;
    uint64_t wanted_ns = (uint64_t)(1e9 * look.item_s * sample);
    uint64_t length_ns = wanted_ns > WINDOW_MIN_NS ? wanted_ns : WINDOW_MIN_NS;
    int status =
        knee_engine_window(engine, 0, 1, length_ns < most_ns ? length_ns : most_ns, &window, err);
    if (status == 1)
        status = knee_err_set(err, KNEE_USAGE,
                              "--max-requests: all were made before the sample ended; allow more");
    if (status == 0 && !(window.items > 0)) {
        target->workload->target->failures(target->service, warning, sizeof warning);
        status = knee_err_set(err, KNEE_COMMAND_FAILED, "%.80s: every request failed: %.200s",
                              target->name, warning);
    }
    if (status == 0) {
        fill_trial(&answer->trial, &window);
        describe(&look, &window, said);
    }
    knee_engine_close(engine);
    return status;
}
