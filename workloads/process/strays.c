/* SPDX-License-Identifier: MIT */
#include "workloads/process/strays.h"

#include "core/base/clock.h"
#include "core/host/hostfile.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILDREN_BYTES 16384
#define LISTED_MAX 1024 /* at a time */
#define ROUNDS_MAX 100  /* each ends one generation */
#define SOME 8
#define POLL_NS (5 * KNEE_NS_PER_MS)

static bool is_spared(const struct knee_strays_spared *spared, pid_t pid)
{
    for (size_t i = 0; i < spared->count; i++)
        if (spared->pids[i] == pid)
            return true;
    return false;
}

static bool is_awaited(const _Atomic int *groups, size_t groups_count, pid_t pid)
{
    for (size_t i = 0; i < groups_count; i++)
        if (abs(atomic_load_explicit(&groups[i], memory_order_acquire)) == pid)
            return true;
    return false;
}

/* Adds the children of one of our threads that are not spared; returns how many there are then. */
static size_t add_children(const struct knee_strays_spared *spared, const char *task, pid_t *pids,
                           size_t count, size_t room)
{
    char path[300], text[CHILDREN_BYTES];
    snprintf(path, sizeof path, "/proc/self/task/%s", task);
    if (!knee_hostfile_read("", path, "children", text, sizeof text))
        return count;
    char *cut = strlen(text) == sizeof text - 1 ? strrchr(text, ' ') : NULL;
    if (cut) /* the last number may be cut: it would be another process's */
        *cut = '\0';
    char *end = text;
    for (const char *at = text; count < room; at = end) {
        long pid = strtol(at, &end, 10);
        if (end == at)
            break;
        if (!is_spared(spared, (pid_t)pid))
            pids[count++] = (pid_t)pid;
    }
    return count;
}

/* Lists the children that are not spared, at most `room`; returns how many. */
static size_t list_children(const struct knee_strays_spared *spared, pid_t *pids, size_t room)
{
    DIR *tasks = opendir("/proc/self/task");
    size_t count = 0;
    if (!tasks)
        return 0;
    for (const struct dirent *entry; (entry = readdir(tasks));)
        if (isdigit((unsigned char)entry->d_name[0]))
            count = add_children(spared, entry->d_name, pids, count, room);
    closedir(tasks);
    return count;
}

void knee_strays_spare(struct knee_strays_spared *spared)
{
    static const struct knee_strays_spared none;
    spared->count = list_children(&none, spared->pids, KNEE_STRAYS_SPARED);
}

void knee_strays_reap(const struct knee_strays_spared *spared, const _Atomic int *groups,
                      size_t groups_count)
{
    pid_t pids[LISTED_MAX];
    size_t count = list_children(spared, pids, LISTED_MAX);
    /* A child that was started since then may have such a number again; it is among the groups
     * before it can end. */
    for (size_t i = 0; i < count; i++)
        if (!is_awaited(groups, groups_count, pids[i]))
            waitpid(pids[i], NULL, WNOHANG);
    if (count == 0) /* perhaps this kernel does not list them */
        knee_strays_reap_some(spared, groups, groups_count);
}

pid_t knee_strays_reap_some(const struct knee_strays_spared *spared, const _Atomic int *groups,
                            size_t groups_count)
{
    for (unsigned n = 0; n < SOME; n++) {
        siginfo_t info = {0};
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0)
            return 0;
        if (is_spared(spared, info.si_pid))
            return info.si_pid;
        if (is_awaited(groups, groups_count, info.si_pid))
            return 0; /* its thread is about to reap it */
        waitpid(info.si_pid, NULL, WNOHANG);
    }
    return 0;
}

/* Sends `number` to the child and, if it has a group of its own, to that. */
static void signal_stray(pid_t pid, int number)
{
    pid_t group = getpgid(pid);
    kill(group > 0 && group != getpgrp() ? -group : pid, number);
    kill(pid, number);
}

static void ask_strays(const struct knee_strays_spared *spared, uint64_t grace_ns)
{
    pid_t pids[LISTED_MAX];
    const uint64_t give_up_ns = knee_clock_now_ns() + grace_ns;
    size_t count = list_children(spared, pids, LISTED_MAX);
    for (size_t i = 0; i < count; i++) {
        signal_stray(pids[i], SIGTERM);
        signal_stray(pids[i], SIGCONT); /* a stopped one would not see it */
    }
    while (count > 0 && knee_clock_now_ns() < give_up_ns) {
        knee_clock_sleep_until_ns(knee_clock_now_ns() + POLL_NS);
        for (size_t i = 0; i < count; i++)
            waitpid(pids[i], NULL, WNOHANG);
        count = list_children(spared, pids, LISTED_MAX);
    }
}

void knee_strays_end(const struct knee_strays_spared *spared, uint64_t grace_ns)
{
    pid_t pids[LISTED_MAX];
    if (grace_ns)
        ask_strays(spared, grace_ns);
    for (int round = 0; round < ROUNDS_MAX; round++) {
        size_t count = list_children(spared, pids, LISTED_MAX);
        if (count == 0)
            return;
        for (size_t i = 0; i < count; i++)
            signal_stray(pids[i], SIGKILL);
        for (size_t i = 0; i < count; i++)
            while (waitpid(pids[i], NULL, 0) < 0 && errno == EINTR)
                continue;
    }
}
