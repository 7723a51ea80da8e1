/* SPDX-License-Identifier: MIT */
#include "core/host/kthreads.h"

#include "core/host/hostfile.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PF_KTHREAD 0x00200000u /* linux/sched.h: in the flags of proc(5)'s stat */
#define FLAGS_FIELD 9          /* of stat, counted as there */
#define PROCESSOR_FIELD 39

static bool is_kernel(const char *root, const char *path)
{
    char text[512];
    if (!knee_hostfile_read(root, path, "stat", text, sizeof text))
        return false;
    const char *at = strrchr(text, ')'); /* the name may hold anything */
    for (int field = 2; at && field < FLAGS_FIELD; field++)
        at = strchr(at + 1, ' ');
    return at && strtoul(at, NULL, 10) & PF_KTHREAD;
}

static int compare(const void *pid, const void *entry)
{
    int wanted = *(const int *)pid, is = ((const struct knee_kthread *)entry)->pid;
    return (wanted > is) - (wanted < is);
}

/* A new entry, at its place; NULL out of memory. */
static struct knee_kthread *insert(struct knee_kthreads *kthreads, int pid)
{
    size_t at = kthreads->count;
    if (kthreads->count == kthreads->room) {
        size_t room = kthreads->room ? 2 * kthreads->room : 128;
        struct knee_kthread *known = realloc(kthreads->known, room * sizeof *known);
        if (!known)
            return NULL;
        kthreads->known = known;
        kthreads->room = room;
    }
    while (at > 0 && kthreads->known[at - 1].pid > pid)
        at--;
    memmove(&kthreads->known[at + 1], &kthreads->known[at],
            (kthreads->count - at) * sizeof *kthreads->known);
    kthreads->count++;
    kthreads->known[at] = (struct knee_kthread){.pid = pid};
    return &kthreads->known[at];
}

/* The CPU that the thread ran on last; -1: unknown. */
static int last_cpu(const char *root, const char *path)
{
    char text[512];
    if (!knee_hostfile_read(root, path, "stat", text, sizeof text))
        return -1;
    const char *at = strrchr(text, ')');
    for (int field = 2; at && field < PROCESSOR_FIELD; field++)
        at = strchr(at + 1, ' ');
    return at ? (int)strtol(at, NULL, 10) : -1;
}

static bool is_counted(const struct knee_kthreads *kthreads, const char *root, const char *path)
{
    if (!kthreads->only)
        return true;
    int cpu = last_cpu(root, path);
    return cpu >= 0 && cpu < CPU_SETSIZE && CPU_ISSET(cpu, kthreads->only);
}

/* Its own time so far: the first number of schedstat, in ns. */
static void add_time(struct knee_kthreads *kthreads, struct knee_kthread *one, const char *root,
                     const char *path, bool counts)
{
    uint64_t ran_ns = 0;
    if (!knee_hostfile_number(root, path, "schedstat", &ran_ns) || ran_ns < one->last_ns)
        return;
    if (counts && ran_ns > one->last_ns && is_counted(kthreads, root, path))
        kthreads->cpu_s += (double)(ran_ns - one->last_ns) / 1e9;
    one->last_ns = ran_ns;
}

static void look(struct knee_kthreads *kthreads, const char *root, int pid)
{
    char path[32];
    snprintf(path, sizeof path, "/proc/%d", pid);
    struct knee_kthread *one = kthreads->count ? bsearch(&pid, kthreads->known, kthreads->count,
                                                         sizeof *kthreads->known, compare)
                                               : NULL;
    if (!one) {
        one = insert(kthreads, pid);
        if (!one)
            return;
        one->kernel = is_kernel(root, path);
    }
    one->scan = kthreads->scan;
    /* Time before the first reading is history; of a thread that is new since, all of it counts. */
    if (one->kernel)
        add_time(kthreads, one, root, path, kthreads->scan > 1);
}

/* Threads that have ended: their numbers may be used again. */
static void forget(struct knee_kthreads *kthreads)
{
    size_t kept = 0;
    for (size_t i = 0; i < kthreads->count; i++)
        if (kthreads->known[i].scan == kthreads->scan)
            kthreads->known[kept++] = kthreads->known[i];
    kthreads->count = kept;
}

void knee_kthreads_read(struct knee_kthreads *kthreads, const char *root)
{
    char path[KNEE_HOSTFILE_PATH_BYTES];
    snprintf(path, sizeof path, "%s/proc", root);
    DIR *proc = opendir(path);
    if (!proc)
        return;
    kthreads->scan++;
    for (const struct dirent *entry; (entry = readdir(proc));)
        if (isdigit((unsigned char)entry->d_name[0]))
            look(kthreads, root, (int)strtol(entry->d_name, NULL, 10));
    closedir(proc);
    forget(kthreads);
}

void knee_kthreads_release(struct knee_kthreads *kthreads)
{
    free(kthreads->known);
    *kthreads = (struct knee_kthreads){0};
}
