/* SPDX-License-Identifier: MIT */
/* How many /bin/true per second the process actor runs, compared with xargs -P, make -j and GNU
 * parallel, at 1, 2, 4 and 8 in flight. In every round each of them runs between two of our
 * windows, so the machine's drift cancels out. Prints the medians of the rounds and of their
 * ratios. Ours does more work than the others: it reads the usage of every child, makes a process
 * group, and looks for processes that were left running. */
#include "core/base/clock.h"
#include "core/base/stats.h"
#include "core/engine/engine.h"
#include "workloads/command/actor.h"
#include "workloads/command/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS 3
#define WINDOW_NS (150 * KNEE_NS_PER_MS)
#define COMMANDS 300 /* for xargs and make: about a tenth of a second */
#define PARALLEL 30  /* GNU parallel needs several milliseconds a command */
#define MAKEFILE "build/bench_spawn.mk"

static const uint32_t widths[] = {1, 2, 4, 8};
#define WIDTHS (sizeof widths / sizeof widths[0])

static void fail(const char *what)
{
    fprintf(stderr, "bench_spawn: %s\n", what);
    exit(1);
}

static struct knee_engine *open_engine(struct knee_actor **actor)
{
    static const struct knee_items none;
    static char word[] = "/bin/true";
    static char *words[] = {word};
    static const struct knee_actor_params params = {.argv = words, .argc = 1, .items = &none};
    struct knee_engine *engine;
    struct knee_err err;
    char warning[256];
    if (knee_actor_open(actor, &params, &err))
        fail(err.message);
    const struct knee_engine_params engine_params = {
        .workload = &knee_workload_command,
        .setup = {.dir = ".", .seed = 1, .workers_max = widths[WIDTHS - 1], .custom = *actor}};
    if (knee_engine_open(&engine, &engine_params, warning, sizeof warning, &err))
        fail(err.message);
    return engine;
}

static double knee_rate(struct knee_engine *engine, uint32_t width)
{
    struct knee_measured window;
    struct knee_err err;
    if (knee_engine_window(engine, 0, width, WINDOW_NS, &window, &err))
        fail(err.message);
    knee_engine_park(engine);
    return window.throughput_per_s;
}

static double rate_of(const char *command, unsigned count)
{
    uint64_t before = knee_clock_now_ns();
    if (system(command) != 0)
        return 0.0;
    return count / knee_clock_to_s(knee_clock_now_ns() - before);
}

/* A rule with one simple command, which make runs without a shell. */
static void write_makefile(void)
{
    FILE *out = fopen(MAKEFILE, "we");
    if (!out)
        fail("cannot write " MAKEFILE);
    fputs("all:", out);
    for (unsigned i = 0; i < COMMANDS; i++)
        fprintf(out, " t%u", i);
    for (unsigned i = 0; i < COMMANDS; i++)
        fprintf(out, "\nt%u:\n\t@/bin/true", i);
    fputs("\n", out);
    fclose(out);
}

static void row(const char *subject, uint32_t width, double value, const char *unit)
{
    printf("spawn,%s,%u,%.3f,%s\n", subject, width, value, unit);
}

struct peer {
    const char *name, *command;
    unsigned count;
};

static void bench_width(struct knee_engine *engine, uint32_t width)
{
    static const struct peer peers[] = {
        {"xargs", "seq %1$u | xargs -P %2$u -n 1 /bin/true", COMMANDS},
        {"make", "MAKEFLAGS= make -s -f " MAKEFILE " -j%2$u all # %1$u", COMMANDS},
        {"parallel", "seq %1$u | parallel --will-cite -j %2$u /bin/true 2>/dev/null", PARALLEL},
    };
    enum { PEERS = sizeof peers / sizeof peers[0] };
    double ours[ROUNDS], theirs[PEERS][ROUNDS], ratios[PEERS][ROUNDS];
    for (size_t round = 0; round < ROUNDS; round++) {
        double total = 0.0, before = knee_rate(engine, width);
        for (size_t i = 0; i < PEERS; i++) {
            char command[256];
            snprintf(command, sizeof command, peers[i].command, peers[i].count, width);
            theirs[i][round] = rate_of(command, peers[i].count);
            double after = knee_rate(engine, width), mine = (before + after) / 2;
            before = after;
            ratios[i][round] = theirs[i][round] > 0.0 ? mine / theirs[i][round] : 0.0;
            total += mine;
        }
        ours[round] = total / PEERS;
    }
    row("knee", width, knee_stats_median(ours, ROUNDS), "per_s");
    for (size_t i = 0; i < PEERS; i++) {
        char name[32];
        double theirs_per_s = knee_stats_median(theirs[i], ROUNDS);
        if (!(theirs_per_s > 0.0))
            continue; /* it is not installed */
        snprintf(name, sizeof name, "knee/%s", peers[i].name);
        row(peers[i].name, width, theirs_per_s, "per_s");
        row(name, width, knee_stats_median(ratios[i], ROUNDS), "ratio");
    }
}

int main(void)
{
    struct knee_actor *actor = NULL;
    char warning[256];
    write_makefile();
    struct knee_engine *engine = open_engine(&actor);
    for (size_t i = 0; i < WIDTHS; i++)
        bench_width(engine, widths[i]);
    knee_engine_close(engine);
    knee_actor_close(actor, warning, sizeof warning);
    unlink(MAKEFILE);
    return fflush(stdout) ? 1 : 0;
}
