/* SPDX-License-Identifier: MIT */
/* `knee run` on /bin/true, output grouped and a job log written, beside xargs -P and GNU parallel:
 * items per second at 1, 4 and 8 at once. Each round runs knee before and after each of the others,
 * so that the machine's drift cancels; printed are medians of the rounds. */
#include "core/base/clock.h"
#include "core/base/stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 3
#define ITEMS 1000        /* knee takes some ms to start and to end, which is not dispatch */
#define ITEMS_PARALLEL 60 /* GNU parallel takes several milliseconds an item */

static const unsigned widths[] = {1, 4, 8};

/* Items per second of a shell line that does `items`; 0 when it fails. */
static double rate_of(const char *line, unsigned items)
{
    uint64_t before = knee_clock_now_ns();
    if (system(line) != 0)
        return 0.;
    return items / knee_clock_to_s(knee_clock_now_ns() - before);
}

static double knee_rate(unsigned width)
{
    char line[512];
    snprintf(line, sizeof line,
             "seq %d | \"${KNEE:-build/knee}\" run -q --no-plots --limit %u --joblog "
             "build/bench_run.tsv "
             "-o build/bench_run -- /bin/true",
             ITEMS, width);
    double rate = rate_of(line, ITEMS);
    return system("rm -rf build/bench_run build/bench_run.tsv") == 0 ? rate : 0.;
}

static void row(const char *subject, unsigned width, double value, const char *unit)
{
    printf("run,%s,%u,%.3f,%s\n", subject, width, value, unit);
}

static void bench_width(unsigned width)
{
    static const struct {
        const char *name, *line;
        unsigned items;
    } peers[] = {
        {"xargs", "seq %u | xargs -P %u -n 1 /bin/true", ITEMS},
        {"parallel", "seq %u | parallel --will-cite -j %u /bin/true 2>/dev/null", ITEMS_PARALLEL},
    };
    enum { PEERS = sizeof peers / sizeof peers[0] };
    double ours[ROUNDS], theirs[PEERS][ROUNDS], ratios[PEERS][ROUNDS];
    for (size_t round = 0; round < ROUNDS; round++) {
        double before = knee_rate(width), sum = 0.;
        for (size_t i = 0; i < PEERS; i++) {
            char line[256];
            snprintf(line, sizeof line, peers[i].line, peers[i].items, width);
            theirs[i][round] = rate_of(line, peers[i].items);
            double after = knee_rate(width), mine = (before + after) / 2;
            before = after;
            sum += mine;
            ratios[i][round] = theirs[i][round] > 0. ? mine / theirs[i][round] : 0.;
        }
        ours[round] = sum / PEERS;
    }
    row("knee", width, knee_stats_median(ours, ROUNDS), "per_s");
    for (size_t i = 0; i < PEERS; i++) {
        char name[32];
        double rate = knee_stats_median(theirs[i], ROUNDS);
        if (!(rate > 0.))
            continue; /* it is not installed */
        snprintf(name, sizeof name, "knee/%s", peers[i].name);
        row(peers[i].name, width, rate, "per_s");
        row(name, width, knee_stats_median(ratios[i], ROUNDS), "ratio");
    }
}

int main(void)
{
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++)
        bench_width(widths[i]);
    return fflush(stdout) ? 1 : 0;
}
