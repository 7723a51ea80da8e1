/* SPDX-License-Identifier: MIT */
/* A window: one timed stretch at one level. It is a row of samples.csv, what a strategy sees, and
 * what a simulated curve draws. */
#ifndef KNEE_CORE_ENGINE_WINDOW_H
#define KNEE_CORE_ENGINE_WINDOW_H

#include "core/base/decimal.h"
#include "core/base/err.h"
#include "core/base/histogram_digest.h"
#include "core/engine/requests.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Why a window is not to be trusted: a set, several may hold. A mere condition (the quota throttled
 * us, items failed) is named, too, but leaves the window valid. */
enum knee_window_reason {
    KNEE_WINDOW_NONE = 0,
    KNEE_WINDOW_FOREIGN = 1 << 0,   /* other processes took CPU time that this level wanted */
    KNEE_WINDOW_STEAL = 1 << 1,     /* the hypervisor did */
    KNEE_WINDOW_UNSETTLED = 1 << 2, /* settling was cut short */
    KNEE_WINDOW_EMPTY = 1 << 3,     /* no item ended or was under way */
    KNEE_WINDOW_THROTTLED = 1 << 4, /* the cgroup's CPU quota held us back: a condition */
    KNEE_WINDOW_ERRORS = 1 << 5,    /* items failed: a condition */
    KNEE_WINDOW_SHARED = 1 << 6,    /* the server held more items than this level has */
    KNEE_WINDOW_STOPPED = 1 << 7,   /* knee itself was stopped and continued */
    KNEE_WINDOW_MEMORY = 1 << 8,    /* not run: the level would have needed too much memory */
};

/* A window with one of these says nothing about its level, whatever the rest of the host did. */
#define KNEE_WINDOW_WORTHLESS                                                                      \
    (KNEE_WINDOW_EMPTY | KNEE_WINDOW_SHARED | KNEE_WINDOW_STOPPED | KNEE_WINDOW_MEMORY)

/* Figures that only tables need, in the order in which a window holds them. An unknown one is NAN.
 */
enum knee_window_figure {
    KNEE_WINDOW_LATENCY_P50_S,
    KNEE_WINDOW_LATENCY_P95_S,
    KNEE_WINDOW_LATENCY_P99_S,
    KNEE_WINDOW_LATENCY_MAX_S,
    KNEE_WINDOW_LATENCY_CV,
    KNEE_WINDOW_CPU_USER_S,
    KNEE_WINDOW_CPU_SYSTEM_S,
    KNEE_WINDOW_RUNQUEUE_WAIT_S,
    KNEE_WINDOW_OTHER_WAIT_S,
    KNEE_WINDOW_SWITCHES_VOLUNTARY,
    KNEE_WINDOW_SWITCHES_INVOLUNTARY,
    KNEE_WINDOW_STEAL_RATIO,
    KNEE_WINDOW_THROTTLED_S,
    KNEE_WINDOW_SERVER_CPU_S,
    KNEE_WINDOW_SERVER_IN_SERVICE,
    KNEE_WINDOW_FIGURES, /* that each window has room for; the others only windows of requests */
    KNEE_WINDOW_FIRST_BYTE_S = KNEE_WINDOW_FIGURES,
    KNEE_WINDOW_CONNECT_S,
    KNEE_WINDOW_FAILED, /* the first of KNEE_FAILURES */
    KNEE_WINDOW_FIGURES_ALL = KNEE_WINDOW_FAILED + KNEE_FAILURES
};

/* What few windows know. */
struct knee_window_rare {
    struct knee_decimal figures[KNEE_WINDOW_FIGURES_ALL - KNEE_WINDOW_FIGURES];
    uint64_t device_reads, device_writes;
    uint16_t latencies_bytes;  /* 0: not kept */
    unsigned char latencies[]; /* a packed digest */
};

/* All windows of a sweep stay in memory, since the answer is made from all of them, so this is kept
 * small: see core/engine/measured.h for all that was measured. An unknown double is NAN. */
struct knee_window {
    uint32_t block;
    uint32_t level;
    uint64_t start_ns;  /* since the sweep's start */
    uint64_t window_ns; /* read from the clock at the edges, never the length asked for */
    double items;       /* successful; those across an edge count by the part inside */
    double failed_items;
    double throughput_per_s; /* items / window */
    double latency_mean_s;   /* see struct knee_measured, as for the next three */
    double rss_bytes;
    double foreign_cpus;
    double share_ratio;
    struct knee_decimal figures[KNEE_WINDOW_FIGURES]; /* see knee_window_figure() */
    uint32_t reasons;                                 /* enum knee_window_reason */
    bool valid;
    bool device_idle;              /* no byte was read from the device or written to it */
    struct knee_window_rare *rare; /* NULL: nothing of it is known; owned */
};

double knee_window_figure(const struct knee_window *window, enum knee_window_figure figure);

/* Bytes that reached the device; UINT64_MAX: not known. */
uint64_t knee_window_device_reads(const struct knee_window *window);
uint64_t knee_window_device_writes(const struct knee_window *window);

/* Of count 0 if it was not kept. */
void knee_window_latencies(const struct knee_window *window, struct knee_histogram_digest *digest);

/* With a copy of everything it owns. Out of memory, `to` is left alone. */
int knee_window_copy(struct knee_window *to, const struct knee_window *from, struct knee_err *err);

/* Frees an array of them, and what they own; NULL is fine. */
void knee_window_free_all(struct knee_window *windows, size_t count);

/* The reasons' names joined by `+` ("foreign+steal"), or "" for none, into `text`; returns it.
 * 64 bytes hold every set. */
const char *knee_window_reason_text(uint32_t reasons, char *text, size_t text_bytes);

/* The other way: the set that `text` names. 0, or -1 if a name is unknown. */
int knee_window_reason_parse(const char *text, uint32_t *reasons);

#endif
