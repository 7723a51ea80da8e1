/* SPDX-License-Identifier: MIT */
#include "workloads/target/target_sample.h"

#include "core/base/clock.h"
#include "core/base/stats.h"
#include "core/host/hostfile.h"
#include "workloads/target/target.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define ALIGN_BYTES 128 /* as the engine promises */

/* What this thread has used until then, in seconds; cumulative. */
struct moment {
    uint64_t at_ns;
    double user_s, system_s;
    double waited_s; /* for a CPU; 0: unknown */
};

struct run {
    const struct knee_target_sample_params *params;
    void *shared, *worker;
    double *times_s; /* of the successful requests */
    size_t asked, good;
    struct moment from;
};

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

static struct moment now(void)
{
    char text[96], *end = text;
    struct rusage used;
    getrusage(RUSAGE_THREAD, &used);
    struct moment moment = {.at_ns = knee_clock_now_ns(),
                            .user_s = seconds(used.ru_utime),
                            .system_s = seconds(used.ru_stime)};
    if (knee_hostfile_read("", "/proc/thread-self/schedstat", "", text, sizeof text)) {
        strtoull(text, &end, 10); /* the first field is the time on a CPU */
        moment.waited_s = knee_clock_to_s(strtoull(end, NULL, 10));
    }
    return moment;
}

static void *make_zero(size_t bytes)
{
    size_t room = (bytes + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;
    void *made = aligned_alloc(ALIGN_BYTES, room);
    return made ? memset(made, 0, room) : NULL;
}

static int fail_if_over(const struct run *run, struct knee_err *err)
{
    const volatile sig_atomic_t *interrupted = run->params->interrupted;
    if (interrupted && *interrupted)
        return knee_err_set(err, KNEE_INTERRUPTED + *interrupted, "interrupted");
    if (run->params->workload->target->must_end(run->params->service))
        return knee_err_set(err, KNEE_USAGE,
                            "--max-requests: all were made before the sample ended; allow more, or "
                            "ask for less with --sample");
    return 0;
}

static int ask_all(struct run *run, struct knee_err *err)
{
    const struct knee_target_sample_params *params = run->params;
    const uint64_t start_ns = knee_clock_now_ns();
    while (run->asked < params->requests &&
           (run->asked == 0 || knee_clock_now_ns() - start_ns <= params->time_ns)) {
        if (run->asked < 2) /* the first one opens the connection: the rest counts, if any */
            run->from = now();
        if (fail_if_over(run, err))
            return -1;
        uint64_t began_ns = knee_clock_now_ns();
        int error = params->workload->item(run->shared, run->worker);
        uint64_t ended_ns = knee_clock_now_ns();
        if (error == ECANCELED && fail_if_over(run, err))
            return -1;
        run->asked++;
        if (!error)
            run->times_s[run->good++] = knee_clock_to_s(ended_ns - began_ns);
    }
    return 0;
}

static int fail_of_all(const struct run *run, struct knee_err *err)
{
    char failures[256];
    const struct knee_target *target = run->params->workload->target;
    target->failures(run->params->service, failures, sizeof failures);
    return knee_err_set(err, KNEE_COMMAND_FAILED, "%s: every request failed: %.200s",
                        run->params->workload->name, failures);
}

static void fill(struct knee_target_sample *sample, struct run *run)
{
    struct knee_workload_probe probe = {0};
    const struct moment end = now();
    size_t skipped = run->good > 1;
    double *times_s = run->times_s + skipped;
    size_t count = run->good - skipped;
    double counted = (double)(run->asked > 1 ? run->asked - 1 : run->asked);
    double user_s = end.user_s - run->from.user_s, system_s = end.system_s - run->from.system_s;
    double lasts_s =
        knee_clock_to_s(end.at_ns - run->from.at_ns) - (end.waited_s - run->from.waited_s);
    run->params->workload->probe(run->shared, &probe);
    *sample = (struct knee_target_sample){
        .requests = run->asked,
        .failed = run->asked - run->good,
        .mean_s = knee_stats_mean(times_s, count),
        .cv = knee_stats_cv(times_s, count),
        .p50_s = knee_stats_quantile(times_s, count, .5),
        .p95_s = knee_stats_quantile(times_s, count, .95),
        .p99_s = knee_stats_quantile(times_s, count, .99),
        .first_byte_s = probe.first_bytes > 0 ? probe.first_byte_s / probe.first_bytes : NAN,
        .cpu_user_s = user_s / counted,
        .cpu_system_s = system_s / counted,
        .cpu_ratio = lasts_s > 0 ? fmin(1, (user_s + system_s) / lasts_s) : 1,
    };
}

static int run_sample(struct run *run, struct knee_target_sample *sample, struct knee_err *err)
{
    const struct knee_workload *workload = run->params->workload;
    int status = -1;
    if (workload->begin && workload->begin(run->shared, 0, 1, err))
        return -1;
    int error = workload->enter(run->shared, run->worker, 0);
    if (error)
        return knee_err_set(err, KNEE_FAILED, "%s: %s", workload->name, strerror(error));
    if (ask_all(run, err) == 0)
        status = run->good > 0 ? 0 : fail_of_all(run, err);
    if (status == 0)
        fill(sample, run);
    workload->leave(run->shared, run->worker);
    return status;
}

int knee_target_sample_take(const struct knee_target_sample_params *params,
                            struct knee_target_sample *sample, struct knee_err *err)
{
    const struct knee_workload *workload = params->workload;
    const struct knee_workload_setup setup = {
        .dir = ".", .workers_max = 1, .custom = params->service};
    char warning[256];
    struct run run = {.params = params,
                      .shared = make_zero(workload->shared_bytes),
                      .worker = make_zero(workload->worker_bytes),
                      .times_s = calloc(params->requests, sizeof *run.times_s)};
    int status = -1;
    if (!run.shared || !run.worker || !run.times_s)
        knee_err_memory(err, "analyze");
    else if (workload->setup(run.shared, &setup, warning, sizeof warning, err) == 0) {
        status = run_sample(&run, sample, err);
        workload->teardown(run.shared);
    }
    free(run.shared);
    free(run.worker);
    free(run.times_s);
    return status;
}
