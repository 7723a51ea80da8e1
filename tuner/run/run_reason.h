/* SPDX-License-Identifier: MIT */
/* Why a run's limit is what it is: one enum with its numbers. Sentences are made of them elsewhere;
 * limits.csv holds the short names. Pure. */
#ifndef KNEE_TUNER_RUN_RUN_REASON_H
#define KNEE_TUNER_RUN_RUN_REASON_H

#include <stdint.h>

enum knee_run_reason {
    KNEE_RUN_START,     /* the first limit: the usable CPUs, --limit N or a result's limit */
    KNEE_RUN_DEMAND,    /* CPUs over the share of a CPU that the first items used */
    KNEE_RUN_PROBE,     /* `to` is being compared with `from` */
    KNEE_RUN_KEPT,      /* `to` was compared with `from` and won */
    KNEE_RUN_REJECTED,  /* the probed level lost: back to `to` */
    KNEE_RUN_ABORTED,   /* the probed level was so much slower that the comparison ended early */
    KNEE_RUN_CHANGED,   /* throughput moved by `gain_ratio` at an unchanged limit: look again */
    KNEE_RUN_ASKED,     /* SIGUSR1, SIGUSR2, a key, --limit-file */
    KNEE_RUN_CPUS,      /* other CPUs may be used than before: affinity, a cpuset, the quota */
    KNEE_RUN_LOAD,      /* other processes use more than --max-load */
    KNEE_RUN_MEMORY,    /* memory is short: --max-memory, --min-free, or the host's pressure */
    KNEE_RUN_STARVED,   /* no process could be started: too many, or no memory or files for it */
    KNEE_RUN_RECOVERED, /* what lowered the limit has gone: one step back up */
    KNEE_RUN_REASONS,
};

/* One decision: the limit went from `from` to `to`. */
struct knee_run_decision {
    enum knee_run_reason reason;
    double time_s; /* since the run's start */
    uint32_t from, to;
    double gain_ratio;       /* of `to` (or the probed level) over `from`: .12 is 12 % more; NAN */
    double throughput_per_s; /* when it was made; NAN: not known yet */
    uint32_t pairs;          /* pairs of windows that were compared; 0: none */
};

/* "start", "demand", "probe", "kept", ...: the column `reason` of limits.csv. */
const char *knee_run_reason_name(enum knee_run_reason reason);

#endif
