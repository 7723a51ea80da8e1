/* SPDX-License-Identifier: MIT */
#include "core/host/server_use.h"

#include "core/host/cgroup.h"
#include "core/host/hostfile.h"
#include "core/host/processes.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct knee_server_use {
    char text[256]; /* as the user named it; a group's path */
    int pid;        /* 0: by name */
    bool is_open;   /* who gets that number from then on is another one */
    struct knee_processes processes;
    int usage_fd; /* a group's; -1: processes */
    int version;  /* of its hierarchy */
    double first_s, last_s;
    double told_s; /* the most that was returned */
};

static bool is_member(const void *context, const struct knee_process *process)
{
    const struct knee_server_use *server = context;
    if (server->pid)
        return !server->is_open && process->pid == server->pid;
    return !process->is_ours && !process->is_kernel &&
           strncmp(process->name, server->text, KNEE_PROCESSES_NAME_BYTES - 1) == 0;
}

static size_t count_members(const struct knee_server_use *server, const struct knee_process **first)
{
    size_t count = 0;
    for (size_t i = 0; i < server->processes.count; i++)
        if (server->processes.known[i].is_member && count++ == 0)
            *first = &server->processes.known[i];
    return count;
}

/* The file that counts the group's time, in the hierarchy of `controller`. */
static bool open_group(struct knee_server_use *server, const char *root, const char *controller,
                       const char *path)
{
    struct knee_cgroup cgroup;
    char directory[KNEE_HOSTFILE_PATH_BYTES];
    knee_cgroup_find(&cgroup, root, controller);
    size_t top = strlen(cgroup.top);
    if (!cgroup.version || strncmp(path, cgroup.top, top) != 0 || strstr(path, "/../"))
        return false;
    snprintf(directory, sizeof directory, "%s%.4000s", cgroup.directory, path + top);
    server->version = cgroup.version;
    server->usage_fd =
        knee_hostfile_open(root, directory, cgroup.version == 1 ? "cpuacct.usage" : "cpu.stat");
    if (server->usage_fd >= 0)
        snprintf(server->text, sizeof server->text, "%.255s", path);
    return server->usage_fd >= 0;
}

static bool find_group(struct knee_server_use *server, const char *text, const char *root)
{
    static const char *const ABOVE[] = {"", "/system.slice/", "/user.slice/"};
    for (size_t i = text[0] == '/' ? 0 : 1; i < (text[0] == '/' ? 1u : 3u); i++) {
        char path[512];
        snprintf(path, sizeof path, "%s%.400s", ABOVE[i], text);
        if (open_group(server, root, "cpuacct", path) || open_group(server, root, "cpu", path))
            return true;
    }
    return false;
}

static bool is_number(const char *text)
{
    return *text && text[strspn(text, "0123456789")] == '\0' && strlen(text) < 10;
}

static double read_group_s(struct knee_server_use *server)
{
    char text[1024];
    uint64_t used = 0;
    if (!knee_hostfile_pread(server->usage_fd, text, sizeof text))
        return server->last_s;
    if (server->version == 1 && knee_hostfile_numbers(text, &used, 1) == 1)
        server->last_s = (double)used / 1e9;
    else if (server->version == 2 && knee_hostfile_value(text, "usage_usec", &used))
        server->last_s = (double)used / 1e6;
    return server->last_s;
}

int knee_server_use_open(struct knee_server_use **server, const char *text, const char *root,
                         struct knee_err *err)
{
    struct knee_server_use *opened = calloc(1, sizeof *opened);
    const struct knee_process *first = NULL;
    const size_t length = strlen(text);
    if (!opened)
        return knee_err_memory(err, "server");
    opened->usage_fd = -1;
    snprintf(opened->text, sizeof opened->text, "%.255s", text);
    bool unit = length > 8 &&
                (!strcmp(text + length - 8, ".service") || !strcmp(text + length - 6, ".scope") ||
                 !strcmp(text + length - 6, ".slice"));
    if (text[0] == '/' || unit) {
        if (!find_group(opened, text, root)) {
            knee_server_use_close(opened);
            return knee_err_set(err, KNEE_USAGE,
                                "server %.100s: no such group; name a process, its number, or a "
                                "group that systemd-cgls shows",
                                text);
        }
        opened->first_s = read_group_s(opened);
        *server = opened;
        return 0;
    }
    opened->pid = is_number(text) ? (int)strtol(text, NULL, 10) : 0;
    opened->processes.is_member = is_member;
    opened->processes.counts_children = true;
    opened->processes.context = opened;
    knee_processes_read(&opened->processes);
    opened->is_open = true;
    if (count_members(opened, &first) == 0) {
        knee_server_use_close(opened);
        return knee_err_set(err, KNEE_USAGE,
                            "server %.100s: no such process runs; start it first, or name it as ps "
                            "shows it",
                            text);
    }
    *server = opened;
    return 0;
}

double knee_server_use_cpu_s(struct knee_server_use *server)
{
    if (server->usage_fd >= 0)
        return read_group_s(server) - server->first_s;
    knee_processes_read(&server->processes);
    for (size_t i = 0; i < server->processes.count; i++)
        if (server->processes.known[i].is_member)
            server->last_s += server->processes.known[i].used_s;
    /* Ended children count in ticks. */
    if (server->last_s > server->told_s)
        server->told_s = server->last_s;
    return server->told_s;
}

bool knee_server_use_has(const struct knee_server_use *server, int pid)
{
    const struct knee_process *process = knee_processes_find(&server->processes, pid);
    return server->usage_fd < 0 && process && process->is_member;
}

const char *knee_server_use_text(const struct knee_server_use *server, char *text,
                                 size_t text_bytes)
{
    const struct knee_process *first = NULL;
    size_t count = server->usage_fd >= 0 ? 0 : count_members(server, &first);
    if (server->usage_fd >= 0)
        snprintf(text, text_bytes, "group %s", server->text);
    else if (count == 1)
        snprintf(text, text_bytes, "%s, pid %d", first->name, first->pid);
    else if (count > 1)
        snprintf(text, text_bytes, "%s, %zu processes", first->name, count);
    else
        snprintf(text, text_bytes, "%s, gone", server->text);
    return text;
}

void knee_server_use_close(struct knee_server_use *server)
{
    if (!server)
        return;
    if (server->usage_fd >= 0)
        close(server->usage_fd);
    knee_processes_release(&server->processes);
    free(server);
}
