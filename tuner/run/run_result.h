/* SPDX-License-Identifier: MIT */
/* A finished run: what its summary, result.json and report are made of. Unknown is NAN. */
#ifndef KNEE_TUNER_RUN_RUN_RESULT_H
#define KNEE_TUNER_RUN_RUN_RESULT_H

#include "tuner/run/run_reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_RUN_FAILURES_TOLD 20
#define KNEE_RUN_HUNGRIEST 3

/* How a run ended. */
enum knee_run_end {
    KNEE_RUN_ALL_DONE,
    KNEE_RUN_SOME_FAILED,
    KNEE_RUN_ALL_FAILED,
    KNEE_RUN_HALTED,      /* by --halt */
    KNEE_RUN_INTERRUPTED, /* by a signal */
    KNEE_RUN_BROKEN,      /* the output or the journal could not be written */
};

/* One level (limit) of the run. */
struct knee_run_level {
    uint32_t level;
    double time_s; /* spent there, settling left out */
    uint32_t windows;
    double items; /* by overlap, weights counted */
    uint64_t ended, failed;
    double throughput_per_s; /* items / time_s */
    double throughput_cv;    /* over its windows; NAN: fewer than two */
    double cpu_s, wall_s;    /* of the items that ended there */
    double latency_mean_s, latency_max_s;
    double rss_bytes; /* largest peak of an item */
};

struct knee_run_failure {
    uint64_t number;
    char item[120];
    char how[96];   /* "exit code 1", "ran longer than --timeout" */
    char line[160]; /* its last line on standard error; "" */
};

struct knee_run_hungry {
    uint64_t number;
    char item[120];
    double rss_bytes;
};

struct knee_run_result {
    enum knee_run_end end;
    int signal_number; /* of INTERRUPTED */
    uint64_t items;    /* begun here, or done or failed in an earlier run */
    uint64_t done, failed, interrupted, retries;
    uint64_t skipped;       /* done in an earlier run */
    uint64_t failed_before; /* of `failed`: in an earlier run, and not repeated */
    uint64_t left;          /* with --failed: not repeated since they had not come to an end */
    bool complete;          /* the list was read to its end and nothing is left of it */
    double elapsed_s, throughput_per_s;
    double item_mean_s, item_cv;
    bool automatic;
    uint32_t limit_first, limit_last;
    uint32_t limit_best;    /* the level with the best throughput that was seen often enough */
    uint32_t rule_of_thumb; /* for this class of work; 0: unknown */
    double rule_ratio;      /* throughput at the rule over that of limit_best; NAN: not tried */
    bool learned;           /* pairs were compared; false: items too long or too few */
    struct knee_run_decision *decisions; /* owned, in order of time */
    size_t decisions_count;
    struct knee_run_level *levels; /* owned, ascending */
    size_t levels_count;
    struct knee_run_failure failures[KNEE_RUN_FAILURES_TOLD];
    size_t failures_count;                                /* listed; `failed` counts all */
    struct knee_run_hungry hungriest[KNEE_RUN_HUNGRIEST]; /* most first */
    size_t hungriest_count;
    uint64_t again[KNEE_RUN_FAILURES_TOLD]; /* with --resume: interrupted items that ran again */
    size_t again_count;
    uint64_t again_total;
    char directory[4096]; /* as one types it */
    char command[160];    /* as a title */
};

void knee_run_result_release(struct knee_run_result *result); /* safe on an empty one */

#endif
