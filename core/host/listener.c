/* SPDX-License-Identifier: MIT */
#include "core/host/listener.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SOCKETS_MAX 64u /* that listen at one port: SO_REUSEPORT, IPv4 and IPv6 */
#define STATE_LISTEN 0x0au

struct sockets {
    uint64_t inodes[SOCKETS_MAX];
    size_t count;
};

/* A row of /proc/net/tcp: "  0: 0100007F:1F90 00000000:0000 0A ... 0 0 INODE 1 ..." */
static void read_row(struct sockets *sockets, uint16_t port, const char *row)
{
    unsigned local, state;
    uint64_t inode;
    if (sockets->count < SOCKETS_MAX &&
        sscanf(row, "%*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f:] %x %*s %*s %*s %*s %*s %" SCNu64, &local,
               &state, &inode) == 3 &&
        local == port && state == STATE_LISTEN)
        sockets->inodes[sockets->count++] = inode;
}

static void read_table(struct sockets *sockets, uint16_t port, const char *root, const char *name)
{
    char path[PATH_MAX], row[512];
    snprintf(path, sizeof path, "%.3000s/proc/net/%s", root, name);
    FILE *table = fopen(path, "re");
    if (!table)
        return;
    while (fgets(row, sizeof row, table))
        read_row(sockets, port, row);
    fclose(table);
}

/* Is the open file that the link names one of the sockets? */
static bool is_one(const struct sockets *sockets, int folder, const char *name)
{
    char target[64];
    ssize_t bytes = readlinkat(folder, name, target, sizeof target - 1);
    if (bytes <= 0)
        return false;
    target[bytes] = '\0';
    if (strncmp(target, "socket:[", 8) != 0)
        return false;
    uint64_t inode = strtoull(target + 8, NULL, 10);
    for (size_t i = 0; i < sockets->count; i++)
        if (sockets->inodes[i] == inode)
            return true;
    return false;
}

static bool has_one(const struct sockets *sockets, const char *root, const char *pid)
{
    char path[PATH_MAX];
    bool found = false;
    snprintf(path, sizeof path, "%.3000s/proc/%.20s/fd", root, pid);
    DIR *folder = opendir(path);
    if (!folder)
        return false;
    for (const struct dirent *entry; !found && (entry = readdir(folder));)
        found = is_one(sockets, dirfd(folder), entry->d_name);
    closedir(folder);
    return found;
}

int knee_listener_pid(uint16_t port, const char *root)
{
    struct sockets sockets = {.count = 0};
    char path[PATH_MAX];
    long least = 0;
    read_table(&sockets, port, root, "tcp");
    read_table(&sockets, port, root, "tcp6");
    snprintf(path, sizeof path, "%.3000s/proc", root);
    DIR *folder = sockets.count > 0 ? opendir(path) : NULL;
    if (!folder)
        return 0;
    for (const struct dirent *entry; (entry = readdir(folder));) {
        if (!isdigit((unsigned char)entry->d_name[0]))
            continue;
        long pid = strtol(entry->d_name, NULL, 10);
        /* Init holds the sockets of what it starts at the first request. */
        bool better = least == 0 || least == 1 || (pid < least && pid != 1);
        if (better && has_one(&sockets, root, entry->d_name))
            least = pid;
    }
    closedir(folder);
    return (int)least;
}
