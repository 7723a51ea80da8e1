/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/report_source.h"

#include "core/base/clock.h"
#include "core/base/thread.h"
#include "tuner/store/columns.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#define LOOK_MS 50
/* The last window may end this much after the budget. */
#define BUDGET_SLACK .03
#define OUTPUT_MAX_BYTES (1 << 20) /* of each stream, from its end: summaries come last */

/* A run in a thread of its own, so that an interrupt can end it. */
struct run {
    struct knee_actor_slot *slot;
    struct knee_actor_attempt attempt;
    struct knee_actor_outcome outcome;
    int ended; /* an event, for poll(): its clock does not jump */
};

static void *run_attempt(void *context)
{
    struct run *run = context;
    (void)knee_actor_run_given(run->slot, &run->attempt, &run->outcome);
    (void)eventfd_write(run->ended, 1);
    return NULL;
}

static int join_or_cancel(const struct knee_report_source *report, const struct run *run,
                          pthread_t thread, struct knee_err *err)
{
    struct pollfd ended = {.fd = run->ended, .events = POLLIN};
    bool cancelled = false;
    while (poll(&ended, 1, LOOK_MS) <= 0)
        if (*report->interrupted && !cancelled) {
            knee_actor_cancel(report->actor);
            cancelled = true;
        }
    pthread_join(thread, NULL);
    if (*report->interrupted)
        return knee_err_set(err, KNEE_INTERRUPTED + *report->interrupted, "interrupted");
    return 0;
}

/* The end of what was printed; a new string, NULL out of memory. */
static char *read_end(int fd)
{
    off_t size = lseek(fd, 0, SEEK_END);
    off_t from = size > OUTPUT_MAX_BYTES ? size - OUTPUT_MAX_BYTES : 0;
    char *text = calloc(1, (size_t)(size - from) + 1);
    ssize_t got = text ? pread(fd, text, (size_t)(size - from), from) : -1;
    for (ssize_t i = 0; i < got; i++) /* a NUL byte would hide the rest */
        text[i] = text[i] ? text[i] : ' ';
    return text;
}

static int find_numbers(const struct knee_report_source *report, int out, int err_fd,
                        double *rate_per_s, double *latency_s)
{
    char *texts[] = {read_end(out), read_end(err_fd)};
    int status = -1;
    *latency_s = NAN;
    for (size_t i = 0; i < 2 && texts[i]; i++) {
        if (status != 0)
            status = knee_reported_find(report->rate, texts[i], rate_per_s);
        if (report->latency && isnan(*latency_s))
            (void)knee_reported_find(report->latency, texts[i], latency_s);
    }
    free(texts[0]);
    free(texts[1]);
    return status;
}

/* Everything that one run does not tell is unknown. */
static struct knee_measured window_of(const struct knee_report_source *report,
                                      const struct run *run, uint32_t block, uint32_t level,
                                      uint64_t start_ns)
{
    const struct rusage *used = &run->outcome.used;
    struct knee_measured window = knee_measured_unknown(block, level);
    window.start_ns = start_ns - report->sweep_start_ns;
    window.window_ns = knee_clock_now_ns() - start_ns;
    window.cpu_user_s = (double)used->ru_utime.tv_sec + (double)used->ru_utime.tv_usec / 1e6;
    window.cpu_system_s = (double)used->ru_stime.tv_sec + (double)used->ru_stime.tv_usec / 1e6;
    window.switches_voluntary = (double)used->ru_nvcsw;
    window.switches_involuntary = (double)used->ru_nivcsw;
    window.rss_bytes = 1024.0 * (double)used->ru_maxrss;
    window.valid = true;
    return window;
}

/* What the machine did meanwhile. Other processes' CPU time is noted, but does not make a window
 * invalid: a benchmark's server is often on the same host. `servers_s` is the servers' CPU time
 * before it. */
static void note_host(const struct knee_report_source *report, const struct knee_host_reading *from,
                      const struct knee_host_reading *to, double servers_s,
                      struct knee_measured *window)
{
    double took_s = knee_clock_to_s(to->at_ns - from->at_ns);
    double own_s = window->cpu_user_s + window->cpu_system_s;
    window->server_cpu_s = knee_servers_cpu_s(report->servers) - servers_s;
    own_s += isnan(window->server_cpu_s) ? 0 : window->server_cpu_s;
    window->foreign_cpus = to->coarse ? NAN : knee_host_foreign_cpus(from, to, own_s);
    window->steal_ratio = (to->steal_s - from->steal_s) / (took_s * report->cpus);
    window->throttled_s = to->throttled_s - from->throttled_s;
}

static int judge_run(const struct knee_report_source *report, const struct run *run, uint32_t level,
                     struct knee_err *err)
{
    char how[160];
    if (!run->outcome.error)
        return 0;
    knee_actor_outcome_text(run->outcome.error, run->outcome.status, how, sizeof how);
    (void)report;
    return knee_err_set(err, KNEE_COMMAND_FAILED, "command: at level %u: %s; run it by hand first",
                        level, how);
}

static int run_window(struct knee_report_source *report, uint32_t block, uint32_t level,
                      struct knee_measured *window, struct knee_err *err)
{
    struct run run = {.slot = report->slot,
                      .attempt = {.item = {.text = "", .number = report->runs},
                                  .out_fd = memfd_create("out", MFD_CLOEXEC),
                                  .err_fd = memfd_create("err", MFD_CLOEXEC),
                                  .timeout_ns = report->timeout_ns},
                      .ended = eventfd(0, EFD_CLOEXEC)};
    struct knee_host_reading from, to;
    pthread_t thread;
    double rate_per_s = 0, latency_s;
    int status = -1;
    int error = run.attempt.out_fd < 0 || run.attempt.err_fd < 0 || run.ended < 0 ? errno : 0;
    double servers_s = knee_servers_cpu_s(report->servers);
    knee_host_probe_read(report->probe, &from);
    uint64_t start_ns = knee_clock_now_ns();
    if (!error)
        error = knee_thread_start(&thread, 0, run_attempt, &run);
    if (error) {
        knee_err_set(err, KNEE_FAILED, "command: %s; close other programs", strerror(error));
    } else if (join_or_cancel(report, &run, thread, err) == 0 &&
               judge_run(report, &run, level, err) == 0) {
        *window = window_of(report, &run, block, level, start_ns);
        knee_host_probe_read(report->probe, &to);
        note_host(report, &from, &to, servers_s, window);
        status =
            find_numbers(report, run.attempt.out_fd, run.attempt.err_fd, &rate_per_s, &latency_s);
        if (status)
            knee_err_set(err, KNEE_FAILED,
                         "--rate: what the command printed at level %u holds no such number; try "
                         "the %s on its output",
                         level,
                         knee_reported_is_path(report->rate)
                             ? "path (names and indices joined by dots: json:jobs.0.iops)"
                             : "expression");
        window->throughput_per_s = rate_per_s;
        window->items = rate_per_s * knee_clock_to_s(window->window_ns);
        window->latency_p99_s = latency_s;
    }
    if (run.attempt.out_fd >= 0)
        close(run.attempt.out_fd);
    if (run.attempt.err_fd >= 0)
        close(run.attempt.err_fd);
    if (run.ended >= 0)
        close(run.ended);
    return status;
}

double knee_report_source_elapsed_s(const struct knee_report_source *report)
{
    uint64_t ours = report->start_ns ? knee_clock_now_ns() - report->start_ns : 0;
    return knee_clock_to_s(ours + report->spent_ns);
}

static int measure_window(void *context, uint32_t block, uint32_t level, struct knee_window *window,
                          struct knee_err *err)
{
    struct knee_report_source *report = context;
    struct knee_measured found;
    double expected_s = fmax(report->item_s, report->longest_s);
    bool is_first = report->runs == 0 && report->spent_ns == 0; /* it is always measured */
    report->ran_out = !is_first && knee_report_source_elapsed_s(report) + expected_s >
                                       knee_clock_to_s(report->budget_ns) * (1 + BUDGET_SLACK);
    if (report->ran_out)
        return 1;
    if (!report->start_ns)
        report->start_ns = knee_clock_now_ns();
    if (!report->slot && !(report->slot = knee_actor_slot_open(report->actor, 0)))
        return knee_err_set(err, KNEE_FAILED, "command: %s; close other programs", strerror(errno));
    report->runs++;
    if (knee_actor_begin(report->actor, block, level, err) ||
        run_window(report, block, level, &found, err))
        return -1;
    report->longest_s = fmax(report->longest_s, knee_clock_to_s(found.window_ns));
    if (!(found.throughput_per_s > 0)) {
        found.valid = false;
        found.reasons |= KNEE_WINDOW_EMPTY;
    }
    knee_columns_round(&knee_columns_samples, &found); /* as the journal has it */
    if (report->on_window && report->on_window(report->context, &found, err))
        return -1;
    return knee_measured_keep(&found, false, window, err); /* a run has no latencies to keep */
}

static int end_block(void *context, struct knee_window *windows, size_t count,
                     const struct knee_points *points, struct knee_err *err)
{
    struct knee_report_source *report = context;
    return report->on_block ? report->on_block(report->context, windows, count, points, err) : 0;
}

void knee_report_source_make(struct knee_report_source *report, struct knee_search_source *source)
{
    *source = (struct knee_search_source){
        .context = report, .measure = measure_window, .block_end = end_block};
}

void knee_report_source_close(struct knee_report_source *report)
{
    if (report->slot)
        knee_actor_slot_close(report->slot);
    report->slot = NULL;
}
