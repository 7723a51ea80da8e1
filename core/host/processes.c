/* SPDX-License-Identifier: MIT */
#include "core/host/processes.h"

#include "core/host/hostfile.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PF_KTHREAD 0x00200000u /* linux/sched.h: in the flags of proc(5)'s stat */

/* All threads of the process: one system call, and no right to it is needed. */
static bool read_clock(int pid, double *clock_s)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return false;
    *clock_s = (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
    return true;
}

static int compare_pid(const void *pid, const void *entry)
{
    int wanted = *(const int *)pid, is = ((const struct knee_process *)entry)->pid;
    return (wanted > is) - (wanted < is);
}

struct knee_process *knee_processes_find(const struct knee_processes *processes, int pid)
{
    return processes->count ? bsearch(&pid, processes->known, processes->count,
                                      sizeof *processes->known, compare_pid)
                            : NULL;
}

/* Who it is: "PID (NAME) STATE PPID PGRP SESSION TTY TPGID FLAGS ... STARTTIME ...". */
static bool identify(struct knee_process *process)
{
    char path[32], text[512], state;
    unsigned flags = 0;
    snprintf(path, sizeof path, "/proc/%d", process->pid);
    if (!knee_hostfile_read("", path, "stat", text, sizeof text))
        return false;
    char *start = strchr(text, '('), *end = strrchr(text, ')');
    if (!start || !end || end < start ||
        sscanf(end + 1,
               " %c %d %*d %*d %*d %*d %u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %" SCNu64,
               &state, &process->parent, &flags, &process->start_ticks) != 4)
        return false;
    *end = '\0';
    snprintf(process->name, sizeof process->name, "%.15s", start + 1);
    process->is_kernel = (flags & PF_KTHREAD) != 0;
    return true;
}

/* What init starts or adopts is not a part of it, unless it bears its name: in a container init may
 * be the server. */
static bool is_part_of(const struct knee_process *process, const struct knee_process *parent)
{
    return process->pid != getpid() && (parent->pid != 1 || !strcmp(process->name, parent->name));
}

/* Those of the parents first. Numbers start again at some time, so that theirs may be higher. */
static void set_flags(const struct knee_processes *processes, struct knee_process *process)
{
    struct knee_process *parent = knee_processes_find(processes, process->parent);
    const int self = getpid();
    process->has_flags = true;
    if (parent && !parent->has_flags)
        set_flags(processes, parent);
    process->is_ours =
        process->pid == self || process->parent == self || (parent && parent->is_ours);
    process->is_member =
        (parent && parent->is_member && is_part_of(process, parent)) ||
        (processes->is_member && processes->is_member(processes->context, process));
}

/* Makes room for one at `at`; NULL out of memory. */
static struct knee_process *insert(struct knee_processes *processes, int pid)
{
    size_t at = processes->count;
    if (processes->count == processes->room) {
        size_t room = processes->room ? 2 * processes->room : 256;
        struct knee_process *known = reallocarray(processes->known, room, sizeof *known);
        if (!known)
            return NULL;
        processes->known = known;
        processes->room = room;
    }
    while (at > 0 && processes->known[at - 1].pid > pid)
        at--;
    memmove(&processes->known[at + 1], &processes->known[at],
            (processes->count - at) * sizeof *processes->known);
    processes->count++;
    return &processes->known[at];
}

/* CPU time of the children that it has waited for; those of init had no other parent any more. */
static double read_waited_s(const struct knee_processes *processes,
                            const struct knee_process *process)
{
    char path[32], text[512];
    unsigned long long user, system;
    if (!processes->counts_children || process->pid == 1 ||
        (processes->is_member && !process->is_member))
        return 0;
    snprintf(path, sizeof path, "/proc/%d", process->pid);
    if (!knee_hostfile_read("", path, "stat", text, sizeof text))
        return process->waited_s;
    const char *end = strrchr(text, ')');
    if (!end || sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %llu %llu",
                       &user, &system) != 2)
        return process->waited_s;
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

/* Or has another one got its number? */
static bool is_the_same(struct knee_process *known, uint64_t inode, double clock_s)
{
    struct knee_process now = {.pid = known->pid};
    if (clock_s < known->clock_s)
        return false;
    if (inode != known->inode && (!identify(&now) || now.start_ticks != known->start_ticks))
        return false;
    known->inode = inode; /* the kernel may have forgotten the old one */
    return true;
}

static void look_at(struct knee_processes *processes, int pid, uint64_t inode)
{
    double clock_s;
    if (!read_clock(pid, &clock_s))
        return;
    struct knee_process *known = knee_processes_find(processes, pid);
    if (!known || !is_the_same(known, inode, clock_s)) {
        struct knee_process fresh = {.pid = pid, .inode = inode};
        if (!identify(&fresh))
            return;
        known = known ? known : insert(processes, pid);
        if (!known)
            return;
        *known = fresh;
        /* Of one that is new since the first reading all time is new. */
        if (processes->scan == 1)
            known->clock_s = clock_s;
    }
    known->used_s = clock_s - known->clock_s;
    known->cpu_s += known->used_s;
    known->clock_s = clock_s;
    known->scan = processes->scan;
}

/* What depends on others: once all are known. */
static void look_again(struct knee_processes *processes, struct knee_process *process)
{
    if (process->scan != processes->scan)
        return;
    if (!process->has_flags)
        set_flags(processes, process);
    double waited_s = read_waited_s(processes, process);
    process->reaped_s = processes->scan > 1 ? waited_s - process->waited_s : 0;
    process->waited_s = waited_s;
}

/* Adds the time that ended children had used, less the part that was counted while they ran. */
static void add_reaped(struct knee_processes *processes)
{
    for (size_t i = 0; i < processes->count; i++) {
        const struct knee_process *ended = &processes->known[i];
        struct knee_process *parent = knee_processes_find(processes, ended->parent);
        if (ended->scan != processes->scan && parent)
            parent->debt_s += ended->clock_s + ended->waited_s;
    }
    for (size_t i = 0; i < processes->count; i++) {
        struct knee_process *parent = &processes->known[i];
        double paid_s = parent->reaped_s < parent->debt_s ? parent->reaped_s : parent->debt_s;
        parent->debt_s -= paid_s;
        parent->used_s += parent->reaped_s - paid_s;
        parent->cpu_s += parent->reaped_s - paid_s;
    }
}

static void forget_ended(struct knee_processes *processes)
{
    size_t kept = 0;
    if (processes->counts_children)
        add_reaped(processes);
    for (size_t i = 0; i < processes->count; i++)
        if (processes->known[i].scan == processes->scan)
            processes->known[kept++] = processes->known[i];
    processes->count = kept;
}

void knee_processes_read(struct knee_processes *processes)
{
    DIR *proc = opendir("/proc");
    if (!proc)
        return;
    processes->scan++;
    for (const struct dirent *entry; (entry = readdir(proc));)
        if (isdigit((unsigned char)entry->d_name[0]))
            look_at(processes, (int)strtol(entry->d_name, NULL, 10), entry->d_ino);
    closedir(proc);
    for (size_t i = 0; i < processes->count; i++)
        look_again(processes, &processes->known[i]);
    forget_ended(processes);
}

size_t knee_processes_busiest(const struct knee_processes *processes, struct knee_process *busiest,
                              size_t room)
{
    size_t count = 0;
    for (size_t i = 0; i < processes->count; i++) {
        const struct knee_process *one = &processes->known[i];
        if (one->is_ours || one->is_kernel || !(one->used_s > 0.0))
            continue;
        size_t at = count;
        while (at > 0 && busiest[at - 1].used_s < one->used_s)
            at--;
        if (at == room)
            continue;
        count += count < room;
        memmove(&busiest[at + 1], &busiest[at], (count - 1 - at) * sizeof *busiest);
        busiest[at] = *one;
    }
    return count;
}

bool knee_processes_share_cpus(int pid)
{
    cpu_set_t ours, theirs, both;
    if (sched_getaffinity(0, sizeof ours, &ours) || sched_getaffinity(pid, sizeof theirs, &theirs))
        return true;
    CPU_AND(&both, &ours, &theirs);
    return CPU_COUNT(&both) > 0;
}

void knee_processes_release(struct knee_processes *processes)
{
    free(processes->known);
    processes->known = NULL;
    processes->count = processes->room = 0;
}
