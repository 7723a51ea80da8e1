/* SPDX-License-Identifier: MIT */
/* A run at one moment, as plain numbers and texts: what a screen, a line of progress or a test
 * shows. The run fills a copy of its own a few times a second; nothing in it points into the run.
 * Unknown is NAN, or UINT64_MAX for a count. Pure. */
#ifndef KNEE_TUNER_RUN_RUN_LIVE_H
#define KNEE_TUNER_RUN_RUN_LIVE_H

#include "tuner/run/run_reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_RUN_HISTORY 256    /* moments of the past */
#define KNEE_RUN_ITEMS_SHOWN 16 /* running items that are listed */
#define KNEE_RUN_LINES 16       /* last lines of output */
#define KNEE_RUN_TEXT_BYTES 160

enum knee_run_phase {
    KNEE_RUN_RUNNING,
    KNEE_RUN_YIELDING, /* the limit is lowered for other load or for memory */
    KNEE_RUN_PAUSED,   /* the user's wish: nothing new starts */
    KNEE_RUN_BATCH,    /* between two batches: --pause */
    KNEE_RUN_STOPPING, /* nothing new starts, running items end: an interrupt, or --halt soon */
    KNEE_RUN_ENDING,   /* running items are being ended: a second interrupt, or --halt now */
    KNEE_RUN_FINISHED,
};

/* One moment of the past. */
struct knee_run_moment {
    double time_s;           /* since the start; its end */
    double throughput_per_s; /* since the moment before */
    uint32_t limit;
};

struct knee_run_item {
    uint64_t number;  /* from 1, as in the list */
    uint32_t attempt; /* from 1 */
    uint32_t slot;    /* from 1 */
    double start_s;   /* since the run's start */
    double cpu_s;     /* so far, its children included */
    double rss_bytes; /* largest peak of one of its processes; NAN: not looked at yet */
    char text[KNEE_RUN_TEXT_BYTES]; /* printable, cut */
};

struct knee_run_line {
    bool error; /* it came on standard error */
    uint64_t number;
    char text[KNEE_RUN_TEXT_BYTES];
};

struct knee_run_live {
    enum knee_run_phase phase;
    double time_s; /* since the start */
    /* Items. `total` is UINT64_MAX until the list has been read to its end. */
    uint64_t total, done, failed, skipped;
    uint64_t running, waiting; /* waiting: for the end of the pause before a retry */
    uint64_t retries;          /* attempts beyond the first */
    uint32_t limit;            /* items that may run now */
    uint32_t wanted;           /* without what it yields to */
    bool automatic;            /* --limit auto, and nobody has set it by hand */
    bool climbing;             /* it is, and has not found a limit to hold yet */
    double throughput_per_s;   /* of late */
    double mean_per_s;         /* since the start */
    /* Time left, and an interval for it of about 90 % (see run_left.h). NAN while `total` or the
     * speed is unknown. */
    double left_s, left_low_s, left_high_s;
    struct knee_run_decision decision; /* the last one */
    /* Oldest first. When it is full, neighbours are merged: it always spans the whole run. */
    struct knee_run_moment history[KNEE_RUN_HISTORY];
    size_t history_count;
    /* The host; ratios 0 to 1. */
    double cpu_ratio;     /* of all CPUs, by anyone */
    double foreign_ratio; /* of all CPUs, by others */
    double memory_ratio;  /* used, of what binds */
    double memory_available_bytes;
    double pressure_ratio; /* share of the last 10 s in which something waited for memory (PSI) */
    uint32_t cpus;
    /* The longest-running first. */
    struct knee_run_item items[KNEE_RUN_ITEMS_SHOWN];
    size_t items_count;
    /* The most memory first. */
    struct knee_run_item hungry[KNEE_RUN_ITEMS_SHOWN];
    size_t hungry_count;
    struct knee_run_line lines[KNEE_RUN_LINES]; /* oldest first */
    size_t lines_count;
    char directory[KNEE_RUN_TEXT_BYTES]; /* the run's, as one types it */
    char command[KNEE_RUN_TEXT_BYTES];
};

/* Adds a moment to the history; when it is full, halves it first. */
void knee_run_live_add_moment(struct knee_run_live *live, double time_s, double throughput_per_s,
                              uint32_t limit);

/* Adds a line of output, made printable; the oldest goes when there are too many. */
void knee_run_live_add_line(struct knee_run_live *live, uint64_t number, bool error,
                            const char *text, size_t bytes);

#endif
