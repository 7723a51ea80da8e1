/* SPDX-License-Identifier: MIT */
#include "core/host/host.h"

#include "core/base/clock.h"
#include "core/host/cgroup.h"
#include "core/host/hostfile.h"
#include "core/host/kthreads.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Groups right below the v2 root: systemd makes about four. If there are more than this, ticks are
 * counted instead. */
#define SLICES_MAX 64
/* Our group and the ancestors that have a quota of their own. */
#define QUOTAS_MAX 8
/* Some 300 bytes for each CPU. */
#define TEXT_BYTES (256u << 10)

/* A file that holds a growing number. If the file goes (a group has ended), its last value stays,
 * so that sums never fall. */
struct counter {
    int fd;
    double last_s;
};

struct knee_host_probe {
    bool restricted; /* counts on the allowed CPUs alone */
    cpu_set_t allowed;
    char *text;                        /* of files with a part for each CPU; owned */
    struct counter usage;              /* cpuacct.usage of the v1 root; fd -1: not available */
    struct counter slices[SLICES_MAX]; /* cpu.stat of the groups below the v2 root */
    size_t slices_count;
    struct knee_kthreads kthreads;
    char *root;
    int stat;               /* /proc/stat */
    int quotas[QUOTAS_MAX]; /* cpu.stat of the groups that may hold us back */
    size_t quotas_count;
    int version; /* of the cpu controller's hierarchy */
    double tick_s;
};

/* Whether the machine has CPUs that this process may not use. */
static void find_allowed(struct knee_host_probe *probe, const char *root)
{
    int online = 0;
    probe->text = malloc(TEXT_BYTES);
    CPU_ZERO(&probe->allowed);
    if (!probe->text || sched_getaffinity(0, sizeof probe->allowed, &probe->allowed) != 0 ||
        !knee_hostfile_read(root, "/proc/stat", "", probe->text, TEXT_BYTES))
        return;
    for (const char *at = probe->text; (at = strstr(at, "\ncpu")); at += 4)
        online++;
    probe->restricted = CPU_COUNT(&probe->allowed) < online;
    if (probe->restricted)
        probe->kthreads.only = &probe->allowed;
}

static void open_quotas(struct knee_host_probe *probe, const char *root)
{
    struct knee_cgroup cgroup;
    char directory[2 * KNEE_CGROUP_PATH_BYTES], name[2 * KNEE_CGROUP_PATH_BYTES];
    knee_cgroup_find(&cgroup, root, "cpu");
    probe->version = cgroup.version;
    for (unsigned depth = 0;
         probe->quotas_count < QUOTAS_MAX && knee_cgroup_level(&cgroup, depth, directory, name);
         depth++) {
        int fd = knee_hostfile_open(root, directory, "cpu.stat");
        if (fd >= 0)
            probe->quotas[probe->quotas_count++] = fd;
    }
}

/* cpuacct.usage counts every process to the nanosecond, kernel threads included. */
static void open_usage(struct knee_host_probe *probe, const char *root)
{
    struct knee_cgroup cgroup;
    knee_cgroup_find(&cgroup, root, "cpuacct");
    if (cgroup.version == 1 && cgroup.host_root)
        probe->usage.fd = knee_hostfile_open(
            root, cgroup.directory, probe->restricted ? "cpuacct.usage_percpu" : "cpuacct.usage");
}

static void close_slices(struct knee_host_probe *probe)
{
    while (probe->slices_count)
        close(probe->slices[--probe->slices_count].fd);
}

/* The v2 root's own cpu.stat is made from the ticks of /proc/stat, but its child groups count to
 * the microsecond. They hold all processes except those in the root itself: kernel threads, and
 * knee, if nothing (no systemd) has moved it; then they cannot be used. */
static void open_slices(struct knee_host_probe *probe, const char *root)
{
    struct knee_cgroup cgroup;
    char path[KNEE_HOSTFILE_PATH_BYTES];
    knee_cgroup_find(&cgroup, root, "cpu");
    if (cgroup.version != 2 || !cgroup.host_root || !cgroup.below[0])
        return;
    snprintf(path, sizeof path, "%s%s", root, cgroup.directory);
    DIR *directory = opendir(path);
    if (!directory)
        return;
    for (struct dirent *entry; (entry = readdir(directory));) {
        if (entry->d_name[0] == '.' || (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN))
            continue;
        snprintf(path, sizeof path, "%s/%.255s", cgroup.directory, entry->d_name);
        int fd = knee_hostfile_open(root, path, "cpu.stat");
        if (fd < 0)
            continue;
        if (probe->slices_count == SLICES_MAX) {
            close(fd);
            close_slices(probe);
            break;
        }
        probe->slices[probe->slices_count++] = (struct counter){.fd = fd};
    }
    closedir(directory);
}

int knee_host_probe_open(struct knee_host_probe **probe, const char *root, struct knee_err *err)
{
    struct knee_host_probe *opened = calloc(1, sizeof *opened);
    if (!opened)
        return knee_err_memory(err, "host");
    long ticks = sysconf(_SC_CLK_TCK);
    opened->tick_s = 1. / (double)(ticks > 0 ? ticks : 100);
    opened->usage.fd = -1;
    opened->root = strdup(root);
    if (!opened->root) {
        free(opened);
        return knee_err_memory(err, "host");
    }
    opened->stat = knee_hostfile_open(root, "/proc/stat", "");
    open_quotas(opened, root);
    find_allowed(opened, root);
    open_usage(opened, root);
    if (opened->usage.fd < 0 && !opened->restricted)
        open_slices(opened, root);
    *probe = opened;
    return 0;
}

void knee_host_probe_close(struct knee_host_probe *probe)
{
    if (!probe)
        return;
    if (probe->usage.fd >= 0)
        close(probe->usage.fd);
    if (probe->stat >= 0)
        close(probe->stat);
    while (probe->quotas_count)
        close(probe->quotas[--probe->quotas_count]);
    close_slices(probe);
    knee_kthreads_release(&probe->kthreads);
    free(probe->root);
    free(probe->text);
    free(probe);
}

static double own_cpu_s(void)
{
    struct timespec self = {0};
    struct rusage ended = {0};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &self);
    getrusage(RUSAGE_CHILDREN, &ended);
    return (double)self.tv_sec + (double)self.tv_nsec / 1e9 + (double)ended.ru_utime.tv_sec +
           (double)ended.ru_stime.tv_sec +
           (double)(ended.ru_utime.tv_usec + ended.ru_stime.tv_usec) / 1e6;
}

/* The counters of all CPUs together, in the order of proc(5). */
enum tick { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, STEAL, TICKS };

/* The sums over the allowed CPUs, from lines of "cpu7 1 2 3". */
static bool read_allowed_ticks(const struct knee_host_probe *probe, uint64_t ticks[TICKS])
{
    bool any = false;
    if (!knee_hostfile_pread(probe->stat, probe->text, TEXT_BYTES))
        return false;
    for (const char *at = probe->text; (at = strstr(at, "\ncpu"));) {
        char *end;
        uint64_t own[TICKS] = {0};
        unsigned long cpu = strtoul(at + 4, &end, 10);
        at += 4;
        if (cpu >= CPU_SETSIZE || !CPU_ISSET(cpu, &probe->allowed) ||
            knee_hostfile_numbers(end, own, TICKS) <= SYSTEM)
            continue;
        for (int i = 0; i < TICKS; i++)
            ticks[i] += own[i];
        any = true;
    }
    return any;
}

/* Time of all processes on the allowed CPUs: one number for each CPU. */
static bool read_allowed_usage(const struct knee_host_probe *probe, uint64_t *usage_ns)
{
    if (!knee_hostfile_pread(probe->usage.fd, probe->text, TEXT_BYTES))
        return false;
    uint64_t sum = 0;
    char *at = probe->text, *end = at;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++, at = end) {
        uint64_t own = strtoull(at, &end, 10);
        if (end == at)
            break;
        sum += CPU_ISSET(cpu, &probe->allowed) ? own : 0;
    }
    *usage_ns = sum;
    return true;
}

static bool read_ticks(const struct knee_host_probe *probe, uint64_t ticks[TICKS])
{
    char text[256];
    memset(ticks, 0, TICKS * sizeof *ticks);
    if (probe->restricted)
        return read_allowed_ticks(probe, ticks);
    /* Old kernels end the line before STEAL: the fields that are there count. */
    return knee_hostfile_pread(probe->stat, text, sizeof text) && strncmp(text, "cpu ", 4) == 0 &&
           knee_hostfile_numbers(text + 4, ticks, TICKS) > SYSTEM;
}

static double read_slices(struct knee_host_probe *probe)
{
    double sum_s = 0;
    for (size_t i = 0; i < probe->slices_count; i++) {
        struct counter *slice = &probe->slices[i];
        char text[1024];
        uint64_t usage_us;
        if (knee_hostfile_pread(slice->fd, text, sizeof text) &&
            knee_hostfile_value(text, "usage_usec", &usage_us))
            slice->last_s = (double)usage_us / 1e6;
        sum_s += slice->last_s;
    }
    return sum_s;
}

/* The kernel's own threads are in no child group, but in the sum of all and in the ticks. */
static void read_machine(struct knee_host_probe *probe, struct knee_host_reading *reading)
{
    char text[64];
    if (!probe->slices_count)
        knee_kthreads_read(&probe->kthreads, probe->root);
    reading->kernel_cpu_s = probe->kthreads.cpu_s;
    uint64_t usage_ns, ticks[TICKS];
    bool known = read_ticks(probe, ticks);
    reading->steal_s = known ? (double)ticks[STEAL] * probe->tick_s : NAN;
    reading->interrupt_s = known ? (double)(ticks[IRQ] + ticks[SOFTIRQ]) * probe->tick_s : NAN;
    /* Read right after each other: only the difference counts. */
    reading->own_cpu_s = own_cpu_s();
    if (probe->usage.fd >= 0) {
        if (probe->restricted ? read_allowed_usage(probe, &usage_ns)
                              : knee_hostfile_pread(probe->usage.fd, text, sizeof text) &&
                                    knee_hostfile_numbers(text, &usage_ns, 1))
            probe->usage.last_s = (double)usage_ns / 1e9;
        reading->machine_cpu_s = probe->usage.last_s - reading->kernel_cpu_s;
    } else if (probe->slices_count) {
        reading->machine_cpu_s = read_slices(probe);
    } else {
        uint64_t busy = ticks[USER] + ticks[NICE] + ticks[SYSTEM];
        reading->machine_cpu_s = known ? (double)busy * probe->tick_s - reading->kernel_cpu_s : NAN;
        reading->coarse = true;
    }
}

/* Every group counts for itself: a quota further up may hold us back as well as the nearest one. */
static void read_throttling(const struct knee_host_probe *probe, struct knee_host_reading *reading)
{
    for (size_t i = 0; i < probe->quotas_count; i++) {
        char text[1024];
        uint64_t time = 0, periods = 0;
        if (!knee_hostfile_pread(probe->quotas[i], text, sizeof text))
            continue;
        if (probe->version == 1 && knee_hostfile_value(text, "throttled_time", &time))
            reading->throttled_s += (double)time / 1e9;
        if (probe->version == 2 && knee_hostfile_value(text, "throttled_usec", &time))
            reading->throttled_s += (double)time / 1e6;
        if (knee_hostfile_value(text, "nr_throttled", &periods))
            reading->throttled_periods += (double)periods;
    }
}

void knee_host_probe_read(struct knee_host_probe *probe, struct knee_host_reading *reading)
{
    *reading = (struct knee_host_reading){.at_ns = knee_clock_now_ns()};
    reading->cpus = probe->restricted ? (uint32_t)CPU_COUNT(&probe->allowed) : 0;
    read_machine(probe, reading);
    read_throttling(probe, reading);
}
