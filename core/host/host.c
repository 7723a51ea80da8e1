/* SPDX-License-Identifier: MIT */
#include "core/host/host.h"

#include "core/base/array.h"
#include "core/host/cgroup.h"
#include "core/host/hostfile.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

static uint64_t min_of(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void read_memory(struct knee_host *host, const char *root)
{
    char text[4096];
    uint64_t total_kib, available_kib;
    host->memory_installed_bytes = UINT64_MAX;
    host->memory_total_bytes = host->memory_available_bytes = UINT64_MAX;
    if (knee_hostfile_read(root, "/proc/meminfo", "", text, sizeof text)) {
        if (knee_hostfile_value(text, "MemTotal:", &total_kib))
            host->memory_total_bytes = host->memory_installed_bytes = total_kib << 10;
        if (knee_hostfile_value(text, "MemAvailable:", &available_kib))
            host->memory_available_bytes = available_kib << 10;
    }
    /* v1 writes "no limit" as a number far above any memory: such a group has more left than the
     * host, unless the host's memory is unknown. */
    const uint64_t absurd = UINT64_C(1) << 60;
    uint64_t limit = host->memory_total_bytes;
    uint64_t available = min_of(host->memory_available_bytes, absurd);
    if (knee_cgroup_memory(root, &limit, &available, host->memory_group,
                           sizeof host->memory_group)) {
        host->memory_total_bytes = min_of(limit, host->memory_total_bytes);
        host->memory_available_bytes = available;
    }
}

void knee_host_memory_read(uint64_t *available_bytes, uint64_t *total_bytes, const char *root)
{
    struct knee_host host = {0};
    read_memory(&host, root);
    *available_bytes = host.memory_available_bytes;
    *total_bytes = host.memory_total_bytes;
}

static uint64_t read_open_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_max == RLIM_INFINITY)
        return UINT64_MAX;
    return limit.rlim_max;
}

static uint64_t read_processes(const char *root)
{
    uint64_t threads = UINT64_MAX, ids = UINT64_MAX;
    knee_hostfile_number(root, "/proc/sys/kernel/threads-max", "", &threads);
    knee_hostfile_number(root, "/proc/sys/kernel/pid_max", "", &ids);
    uint64_t max = min_of(min_of(threads, ids), knee_cgroup_processes(root));
    struct rlimit limit;
    /* The soft limit, since nothing raises it. The kernel exempts root. */
    if (geteuid() && !getrlimit(RLIMIT_NPROC, &limit) && limit.rlim_cur != RLIM_INFINITY)
        max = min_of(max, limit.rlim_cur);
    return max;
}

int knee_host_read(struct knee_host *host, const char *root, struct knee_err *err)
{
    struct utsname name;
    (void)err;
    memset(host, 0, sizeof *host);
    if (!uname(&name)) {
        snprintf(host->name, sizeof host->name, "%.63s", name.nodename);
        snprintf(host->kernel, sizeof host->kernel, "%.40s %.50s", name.sysname, name.release);
    }
    host->cpu_quota = knee_cgroup_cpu_quota(root, &host->cpu_quota_period_ns, host->cpu_quota_group,
                                            sizeof host->cpu_quota_group);
    read_memory(host, root);
    host->open_files_max = read_open_files();
    host->processes_max = read_processes(root);
    return 0;
}

double knee_host_load_factor(double cpu_used_ratio, double memory_used_ratio)
{
    static const struct {
        double cpu, memory, factor;
    } steps[] = {{.8, .9, .3}, {.6, .75, .6}, {.4, .6, .8}};
    for (size_t i = 0; i < KNEE_COUNT(steps); i++)
        if (cpu_used_ratio > steps[i].cpu || memory_used_ratio > steps[i].memory)
            return steps[i].factor;
    return isnan(cpu_used_ratio) || isnan(memory_used_ratio) ? .8 : 1;
}

uint32_t knee_host_allowed_cpus(void)
{
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
        return (uint32_t)CPU_COUNT(&allowed);
    long online = sysconf(_SC_NPROCESSORS_ONLN); /* more CPUs than a cpu_set_t holds */
    return online > 0 ? (uint32_t)online : 1;
}
