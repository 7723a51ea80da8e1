/* SPDX-License-Identifier: MIT */
#include "workloads/process/process_usage.h"

#include "core/base/array.h"
#include "core/host/hostfile.h"

#include <dirent.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define DEPTH_MAX 8 /* generations that are followed */
#define CHILDREN_BYTES 2048
#define SOCKETS_LOOKED_AT 16

static bool read_proc(pid_t pid, const char *name, char *text, size_t bytes)
{
    char directory[32];
    snprintf(directory, sizeof directory, "/proc/%d", (int)pid);
    return knee_hostfile_read("", directory, name, text, bytes);
}

static double own_cpu_s(pid_t pid)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return 0.0;
    return (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
}

/* Field `number` of /proc/PID/stat, counted as in proc(5); `after_name` is what follows the name in
 * parentheses. */
static const char *find_field(const char *after_name, int number)
{
    const char *at = after_name;
    for (int i = 3; i < number && at; i++) {
        at = strchr(at, ' ');
        at = at ? at + 1 : NULL;
    }
    return at;
}

/* Looks at its first files only. */
static bool has_socket(pid_t pid)
{
    for (int fd = 0; fd < SOCKETS_LOOKED_AT; fd++) {
        char path[64], to[64];
        snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
        ssize_t length = readlink(path, to, sizeof to - 1);
        if (length >= 7 && memcmp(to, "socket:", 7) == 0)
            return true;
    }
    return false;
}

static void add_state(pid_t pid, char state, struct knee_process_usage *live)
{
    static const char *const NETWORK[] = {"sk_wait",  "inet_csk",    "tcp_",
                                          "skb_wait", "unix_stream", "wait_woken"};
    char waits_in[64]; /* a function of the kernel's */
    live->running += state == 'R';
    live->blocked += state == 'D';
    live->waiting += state != 'R' && state != 'D';
    if (state != 'S' || !read_proc(pid, "wchan", waits_in, sizeof waits_in))
        return;
    for (size_t i = 0; i < KNEE_COUNT(NETWORK); i++)
        if (strstr(waits_in, NETWORK[i])) {
            live->sockets++;
            return;
        }
    /* A process in poll or the like waits for the network if it has a socket. */
    if (strstr(waits_in, "poll") || strstr(waits_in, "select"))
        live->sockets += has_socket(pid);
}

/* The memory of a tree as it is summed up. */
struct tree {
    double own_bytes;    /* of each process alone, added */
    double shared_bytes; /* the most that one maps of files and shared memory */
    double peak_bytes;   /* the largest that one process ever was */
};

static double status_bytes(const char *status, const char *key)
{
    uint64_t kib = 0;
    return knee_hostfile_value(status, key, &kib) ? 1024.0 * (double)kib : 0.0;
}

static void add_memory(pid_t pid, struct tree *tree)
{
    char text[2048];
    if (!read_proc(pid, "status", text, sizeof text))
        return;
    /* Until it executes its program, our child has our name and our memory. */
    char name[32], own[16] = "";
    prctl(PR_GET_NAME, own, 0UL, 0UL, 0UL);
    snprintf(name, sizeof name, "Name:\t%s\n", own);
    if (strncmp(text, name, strlen(name)) == 0)
        return;
    tree->own_bytes += status_bytes(text, "RssAnon:");
    tree->shared_bytes =
        fmax(tree->shared_bytes, status_bytes(text, "RssFile:") + status_bytes(text, "RssShmem:"));
    tree->peak_bytes = fmax(tree->peak_bytes, status_bytes(text, "VmHWM:"));
}

static void add_process(pid_t pid, unsigned look, unsigned depth, struct knee_process_usage *live,
                        struct tree *tree);

/* The children of one thread of the process. */
static void add_children(pid_t pid, const char *thread, unsigned look, unsigned depth,
                         struct knee_process_usage *live, struct tree *tree)
{
    char text[CHILDREN_BYTES], path[64];
    snprintf(path, sizeof path, "task/%.20s/children", thread);
    if (!read_proc(pid, path, text, sizeof text))
        return;
    char *end = text;
    for (const char *at = text; *at; at = end) {
        long one = strtol(at, &end, 10);
        /* What touches the end of a full text may be a part of a number. */
        if (end == at || end == text + sizeof text - 1)
            break;
        add_process((pid_t)one, look, depth, live, tree);
    }
}

static void add_all_children(pid_t pid, long threads, unsigned look, unsigned depth,
                             struct knee_process_usage *live, struct tree *tree)
{
    char name[32];
    snprintf(name, sizeof name, "%d", (int)pid);
    if (threads == 1) {
        add_children(pid, name, look, depth, live, tree);
        return;
    }
    snprintf(name, sizeof name, "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(name);
    if (!tasks)
        return;
    for (const struct dirent *entry; (entry = readdir(tasks));)
        if (entry->d_name[0] != '.')
            add_children(pid, entry->d_name, look, depth, live, tree);
    closedir(tasks);
}

static void add_process(pid_t pid, unsigned look, unsigned depth, struct knee_process_usage *live,
                        struct tree *tree)
{
    char text[1024];
    if (!read_proc(pid, "stat", text, sizeof text))
        return;
    const char *name_end = strrchr(text, ')');
    if (!name_end || name_end[1] != ' ' || name_end[2] == 'Z')
        return;
    const char *ended = find_field(name_end + 2, 16); /* cutime, cstime */
    const char *threads = find_field(name_end + 2, 20);
    char *end = NULL;
    double ticks = ended ? (double)strtoll(ended, &end, 10) : 0.0;
    ticks += end ? (double)strtoll(end, NULL, 10) : 0.0;
    live->cpu_s += own_cpu_s(pid) + ticks / (double)sysconf(_SC_CLK_TCK);
    if (look & KNEE_PROCESS_USAGE_STATE)
        add_state(pid, name_end[2], live);
    if (look & KNEE_PROCESS_USAGE_MEMORY)
        add_memory(pid, tree);
    if (depth < DEPTH_MAX)
        add_all_children(pid, threads ? strtol(threads, NULL, 10) : 1, look, depth + 1, live, tree);
}

void knee_process_usage_add(pid_t pid, unsigned look, struct knee_process_usage *live)
{
    struct tree tree = {0};
    add_process(pid, look, 0, live, &tree);
    double bytes = fmax(tree.peak_bytes, tree.own_bytes + tree.shared_bytes);
    live->rss_bytes = fmax(live->rss_bytes, bytes);
}
