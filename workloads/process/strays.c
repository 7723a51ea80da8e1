/* SPDX-License-Identifier: MIT */
#include "workloads/process/strays.h"

#include "core/host/hostfile.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#define CHILDREN_BYTES 4096
#define ROUNDS_MAX 100 /* each ends one generation */

static bool is_spared(const struct knee_strays_spared *spared, pid_t pid)
{
    for (size_t i = 0; i < spared->count; i++)
        if (spared->pids[i] == pid)
            return true;
    return false;
}

/* Lists the children that are not spared, at most `room`; returns how many. */
static size_t list_children(const struct knee_strays_spared *spared, pid_t *pids, size_t room)
{
    DIR *tasks = opendir("/proc/self/task");
    size_t count = 0;
    if (!tasks)
        return 0;
    for (const struct dirent *entry; (entry = readdir(tasks));) {
        char path[300], text[CHILDREN_BYTES];
        snprintf(path, sizeof path, "/proc/self/task/%s", entry->d_name);
        if (!isdigit((unsigned char)entry->d_name[0]) ||
            !knee_hostfile_read("", path, "children", text, sizeof text))
            continue;
        char *end = text;
        for (const char *at = text; count < room; at = end) {
            long pid = strtol(at, &end, 10);
            if (end == at)
                break;
            if (!is_spared(spared, (pid_t)pid))
                pids[count++] = (pid_t)pid;
        }
    }
    closedir(tasks);
    return count;
}

void knee_strays_spare(struct knee_strays_spared *spared)
{
    static const struct knee_strays_spared none;
    spared->count = list_children(&none, spared->pids, KNEE_STRAYS_SPARED);
}

void knee_strays_end(const struct knee_strays_spared *spared)
{
    pid_t pids[KNEE_STRAYS_SPARED];
    for (int round = 0; round < ROUNDS_MAX; round++) {
        size_t count = list_children(spared, pids, KNEE_STRAYS_SPARED);
        if (count == 0)
            return;
        for (size_t i = 0; i < count; i++)
            kill(pids[i], SIGKILL);
        for (size_t i = 0; i < count; i++)
            while (waitpid(pids[i], NULL, 0) < 0 && errno == EINTR)
                continue;
    }
}
