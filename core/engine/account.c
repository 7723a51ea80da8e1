/* SPDX-License-Identifier: MIT */
#include "core/engine/account.h"

#include "core/base/clock.h"
#include "core/host/hostfile.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static uint64_t field(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    return at ? strtoull(at + strlen(name), NULL, 10) : UINT64_MAX;
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

void knee_account_read(struct knee_account *account)
{
    char text[512];
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    account->at_ns = knee_clock_now_ns();
    account->cpu_user_s = seconds(used.ru_utime);
    account->cpu_system_s = seconds(used.ru_stime);
    account->switches_voluntary = (double)used.ru_nvcsw;
    account->switches_involuntary = (double)used.ru_nivcsw;

    account->rss_bytes = NAN;
    if (knee_hostfile_read("", "/proc/self/statm", "", text, sizeof text)) {
        char *end = text;
        strtoull(text, &end, 10); /* the first field is the virtual size */
        account->rss_bytes = (double)strtoull(end, NULL, 10) * (double)sysconf(_SC_PAGESIZE);
    }
    account->device_reads = account->device_writes = UINT64_MAX;
    if (knee_hostfile_read("", "/proc/self/io", "", text, sizeof text)) {
        account->device_reads = field(text, "\nread_bytes: ");
        account->device_writes = field(text, "\nwrite_bytes: ");
    }
}

int knee_account_open_thread(int tid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/schedstat", tid);
    return open(path, O_RDONLY | O_CLOEXEC);
}

double knee_account_runqueue_s(int schedstat_fd)
{
    char text[96];
    ssize_t got = schedstat_fd >= 0 ? pread(schedstat_fd, text, sizeof text - 1, 0) : -1;
    if (got <= 0)
        return NAN;
    text[got] = '\0';
    char *end = text;
    strtoull(text, &end, 10); /* the first field is the time on a CPU */
    return (double)strtoull(end, NULL, 10) / (double)KNEE_NS_PER_S;
}
