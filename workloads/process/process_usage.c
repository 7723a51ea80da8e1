/* SPDX-License-Identifier: MIT */
#include "workloads/process/process_usage.h"

#include "core/base/array.h"
#include "core/host/hostfile.h"

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

double knee_process_usage_cpu_s(pid_t pid)
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

static void add_memory(pid_t pid, struct knee_process_usage *live)
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
    const char *at = strstr(text, "\nVmHWM:");
    double bytes = at ? 1024.0 * (double)strtoull(at + strlen("\nVmHWM:"), NULL, 10) : 0.0;
    live->rss_bytes = bytes > live->rss_bytes ? bytes : live->rss_bytes;
}

static void add_tree(pid_t pid, bool with_memory, unsigned depth, struct knee_process_usage *live)
{
    char text[CHILDREN_BYTES], path[32];
    if (!read_proc(pid, "stat", text, sizeof text))
        return;
    const char *name_end = strrchr(text, ')');
    if (!name_end || name_end[1] != ' ' || name_end[2] == 'Z')
        return;
    const char *ended = find_field(name_end + 2, 16); /* cutime, cstime */
    char *end = NULL;
    double ticks = ended ? (double)strtoll(ended, &end, 10) : 0.0;
    ticks += end ? (double)strtoll(end, NULL, 10) : 0.0;
    live->cpu_s += knee_process_usage_cpu_s(pid) + ticks / (double)sysconf(_SC_CLK_TCK);
    add_state(pid, name_end[2], live);
    if (with_memory)
        add_memory(pid, live);
    snprintf(path, sizeof path, "task/%d/children", (int)pid);
    if (depth == DEPTH_MAX || !read_proc(pid, path, text, sizeof text))
        return;
    for (char *at = text; *at;) {
        long one = strtol(at, &end, 10);
        if (end == at)
            break;
        add_tree((pid_t)one, with_memory, depth + 1, live);
        at = end;
    }
}

void knee_process_usage_add(pid_t pid, bool with_memory, struct knee_process_usage *live)
{
    add_tree(pid, with_memory, 0, live);
}
