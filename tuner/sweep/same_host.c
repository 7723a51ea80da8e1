/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/same_host.h"

#include "core/text/human.h"

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#define MEMORY_RATIO .75
#define OPEN_FILES_PLENTY 65536u /* more than any level needs: fewer than before do not matter */

static int check_cpus(const struct knee_same_host *before, const struct knee_same_host *now,
                      const char *dir, struct knee_err *err)
{
    const struct knee_topology_counts *was = before->counts, *is = now->counts;
    double quota_before = before->host->cpu_quota, quota_now = now->host->cpu_quota;
    bool same_quota = isinf(quota_before) == isinf(quota_now) &&
                      (isinf(quota_now) || fabs(quota_now - quota_before) < .01);
    if (strcmp(was->model, is->model) != 0)
        return knee_err_set(err, KNEE_FAILED,
                            "%.150s: measured on %.80s, this host has %.80s; sweep again here", dir,
                            was->model, is->model);
    if (was->allowed_pus != is->allowed_pus || was->cores != is->cores)
        return knee_err_set(err, KNEE_FAILED,
                            "%.150s: measured on %u CPUs of %u cores, this process may use %u of "
                            "%u; give it the same (taskset, cpuset), or sweep again",
                            dir, was->allowed_pus, was->cores, is->allowed_pus, is->cores);
    if (!same_quota)
        return knee_err_set(err, KNEE_FAILED,
                            "%.150s: measured under a CPU quota of %.3g, now it is %.3g; set the "
                            "same, or sweep again",
                            dir, quota_before, quota_now);
    return 0;
}

static bool is_known(uint64_t value)
{
    return value != UINT64_MAX && value > 0;
}

static int check_limits(const struct knee_host *before, const struct knee_host *now,
                        const char *dir, struct knee_err *err)
{
    char was[KNEE_HUMAN_BYTES], is[KNEE_HUMAN_BYTES];
    double memory_before = (double)before->memory_total_bytes;
    double memory_now = (double)now->memory_total_bytes;
    if (is_known(before->memory_total_bytes) && is_known(now->memory_total_bytes) &&
        (memory_now < MEMORY_RATIO * memory_before || memory_before < MEMORY_RATIO * memory_now))
        return knee_err_set(err, KNEE_FAILED,
                            "%.150s: measured with %s of memory, now it is %s; set the same limit, "
                            "or sweep again",
                            dir, knee_human_size(was, memory_before),
                            knee_human_size(is, memory_now));
    if (is_known(before->open_files_max) && now->open_files_max < before->open_files_max &&
        now->open_files_max < OPEN_FILES_PLENTY)
        return knee_err_set(err, KNEE_FAILED,
                            "%.150s: measured with %" PRIu64
                            " open files allowed, now only %" PRIu64
                            " are; set the same (ulimit -n), or sweep again",
                            dir, before->open_files_max, now->open_files_max);
    return 0;
}

int knee_same_host_check(const struct knee_same_host *before, const struct knee_same_host *now,
                         const char *dir, struct knee_err *err)
{
    if (check_cpus(before, now, dir, err))
        return -1;
    return check_limits(before->host, now->host, dir, err);
}
