/* SPDX-License-Identifier: MIT */
#include "tuner/cli/analyze.h"

#include "core/text/builder.h"
#include "core/text/human.h"
#include "workloads/target/target_sample.h"

#include <math.h>

static void fill_trial(struct knee_first_look *trial, const struct knee_target_sample *sample)
{
    *trial = (struct knee_first_look){
        .runs = sample->requests,
        .failed = sample->failed,
        .item_mean_s = sample->mean_s,
        .item_cv = sample->cv,
        .cpu_per_item_s = sample->cpu_user_s + sample->cpu_system_s,
        .system_per_item_s = sample->cpu_system_s,
        .cpu_ratio = sample->cpu_ratio,
        .network_ratio = 1 - sample->cpu_ratio,
        .faults_per_item = NAN,
        .device_bytes_per_item = NAN,
        .rss_bytes = NAN,
    };
}

static void describe(const struct knee_target_look *look, const struct knee_target_sample *sample,
                     char *said)
{
    struct knee_builder out;
    char a[KNEE_HUMAN_BYTES], b[KNEE_HUMAN_BYTES], c[KNEE_HUMAN_BYTES];
    knee_builder_over(&out, said, KNEE_ANALYZE_SAID_BYTES);
    knee_builder_add(&out, "  a request  p50 %s, p95 %s, p99 %s",
                     knee_human_latency(a, sample->p50_s), knee_human_latency(b, sample->p95_s),
                     knee_human_latency(c, sample->p99_s));
    if (sample->first_byte_s > 0)
        knee_builder_add(&out, ", first byte after %s",
                         knee_human_latency(a, sample->first_byte_s));
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
    struct knee_target_sample taken;
    target->params.interrupted = interrupted;
    if (knee_user_target_open(target, err) ||
        target->workload->target->look(target->service, &look, err))
        return -1;
    const struct knee_target_sample_params params = {.workload = target->workload,
                                                     .service = target->service,
                                                     .requests = sample - 1, /* and the look */
                                                     .time_ns = most_ns,
                                                     .interrupted = interrupted};
    if (knee_target_sample_take(&params, &taken, err))
        return -1;
    taken.requests++;
    fill_trial(&answer->trial, &taken);
    describe(&look, &taken, said);
    return 0;
}
