/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/quiet.h"

#include "core/base/clock.h"
#include "core/host/host.h"
#include "core/text/builder.h"
#include "core/text/human.h"

#include <math.h>
#include <string.h>

/* As for a window that is rejected (tuner/fit/validity.h). */
#define FOREIGN_RATIO .05
#define STRETCH_NS (500 * KNEE_NS_PER_MS)
#define COARSE_NS (2 * KNEE_NS_PER_S) /* ticks say nothing of shorter stretches */
#define STRETCHES 2                   /* one may lie between two bursts */
#define LOOK_NS (50 * KNEE_NS_PER_MS)
/* When it is said that windows are spoilt: no sooner, and from no fewer. */
#define SAY_S 4.5
#define SAY_WINDOWS 3
#define SPOILT_RATIO .5
#define NAMED 2
#define BUSIEST 8     /* of which some may be part of the work */
#define BUSY_CPUS .05 /* less is not worth a name */

bool knee_quiet_enough(double foreign_cpus, double cpus)
{
    return !(foreign_cpus > FOREIGN_RATIO * cpus);
}

static int rest(uint64_t length_ns, const volatile sig_atomic_t *interrupted, struct knee_err *err)
{
    uint64_t end_ns = knee_clock_now_ns() + length_ns;
    while (knee_clock_now_ns() < end_ns) {
        if (*interrupted)
            return knee_err_set(err, KNEE_INTERRUPTED + *interrupted, "interrupted");
        knee_clock_sleep_until_ns(knee_clock_now_ns() + LOOK_NS);
    }
    return 0;
}

static void say(FILE *log, double foreign_cpus, uint64_t most_ns)
{
    char most[KNEE_HUMAN_BYTES];
    if (log)
        fprintf(log, "knee: other processes take %.1f CPUs; waiting for them, %s at most\n",
                foreign_cpus, knee_human_duration(most, knee_clock_to_s(most_ns)));
}

static int wait_with(struct knee_host_probe *probe, uint64_t *left_ns, double cpus,
                     const volatile sig_atomic_t *interrupted, FILE *log, struct knee_err *err)
{
    struct knee_host_reading from, to;
    const uint64_t all_ns = *left_ns, start_ns = knee_clock_now_ns();
    bool said = false;
    int quiet = 0;
    knee_host_probe_read(probe, &from);
    while (quiet < STRETCHES) {
        uint64_t waited_ns = knee_clock_now_ns() - start_ns;
        *left_ns = waited_ns < all_ns ? all_ns - waited_ns : 0;
        if (rest(from.coarse ? COARSE_NS : STRETCH_NS, interrupted, err))
            return -1;
        knee_host_probe_read(probe, &to);
        double foreign_cpus = knee_host_foreign_cpus(&from, &to, 0);
        from = to;
        quiet = knee_quiet_enough(foreign_cpus, cpus) ? quiet + 1 : 0;
        if (quiet == 0 && *left_ns == 0) {
            if (log)
                fprintf(log,
                        "knee: warning: other processes still take %.1f CPUs; measuring all the "
                        "same\n",
                        foreign_cpus);
            return 0;
        }
        if (quiet == 0 && !said)
            say(log, foreign_cpus, all_ns);
        said |= quiet == 0;
    }
    return 0;
}

int knee_quiet_wait(uint64_t *left_ns, double cpus, const volatile sig_atomic_t *interrupted,
                    FILE *log, struct knee_err *err)
{
    struct knee_host_probe *probe = NULL;
    if (*left_ns == 0)
        return 0;
    if (knee_host_probe_open(&probe, "", err))
        return -1;
    int status = wait_with(probe, left_ns, cpus, interrupted, log, err);
    knee_host_probe_close(probe);
    return status;
}

void knee_quiet_watch_start(struct knee_quiet_watch *watch, const struct knee_servers *servers)
{
    watch->servers = servers;
    watch->start_ns = knee_clock_now_ns();
    watch->processes.counts_children = true;
    knee_processes_read(&watch->processes);
}

/* "cc1plus, pid 3100, 0.9 CPUs; make, ..." */
static void add_busiest(struct knee_builder *out, struct knee_quiet_watch *watch)
{
    struct knee_process busiest[BUSIEST];
    knee_processes_read(&watch->processes);
    size_t count = knee_processes_busiest(&watch->processes, busiest, BUSIEST);
    double length_s = knee_clock_to_s(knee_clock_now_ns() - watch->start_ns);
    size_t named = 0;
    for (size_t i = 0; i < count && named < NAMED; i++) {
        if (busiest[i].used_s < BUSY_CPUS * length_s ||
            (watch->servers && knee_servers_have(watch->servers, busiest[i].pid)))
            continue;
        knee_builder_add(out, "%s%s, pid %d, %.1f CPUs", named++ > 0 ? "; " : " (", busiest[i].name,
                         busiest[i].pid, busiest[i].used_s / length_s);
    }
    if (named > 0)
        knee_builder_add(out, ")");
}

bool knee_quiet_watch_window(struct knee_quiet_watch *watch, const struct knee_measured *window,
                             double cpus, double elapsed_s, char *text, size_t text_bytes)
{
    struct knee_builder out;
    if (watch->said || window->level > cpus || isnan(window->foreign_cpus))
        return false;
    watch->judged++;
    watch->spoilt +=
        !window->valid && (window->reasons & (KNEE_WINDOW_FOREIGN | KNEE_WINDOW_STEAL)) != 0;
    watch->stolen += !window->valid && (window->reasons & KNEE_WINDOW_STEAL) != 0;
    if (elapsed_s < SAY_S || watch->judged < SAY_WINDOWS ||
        watch->spoilt <= SPOILT_RATIO * watch->judged)
        return false;
    watch->said = true;
    knee_builder_over(&out, text, text_bytes);
    if (2 * watch->stolen > watch->spoilt) {
        knee_builder_add(&out,
                         "this virtual machine's host took CPUs (steal), which spoilt %u of the %u "
                         "windows so far that can tell: sweep when its other machines are quiet, "
                         "or on one with CPUs of its own",
                         watch->spoilt, watch->judged);
        return true;
    }
    knee_builder_add(&out, "other processes spoilt %u of the %u windows so far that can tell",
                     watch->spoilt, watch->judged);
    add_busiest(&out, watch);
    knee_builder_add(&out, ": end them, wait with --wait-quiet 5m, or name them with --server if "
                           "they serve the items");
    return true;
}

void knee_quiet_watch_release(struct knee_quiet_watch *watch)
{
    knee_processes_release(&watch->processes);
    *watch = (struct knee_quiet_watch){0};
}
