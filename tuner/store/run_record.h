/* SPDX-License-Identifier: MIT */
/* A run as its directory tells it, at any time after it began: the journal has the items,
 * limits.csv the limits. What only the run itself knew (windows, gains, last lines of error) comes
 * from levels.csv and result.json if they are there: a killed run has neither. */
#ifndef KNEE_TUNER_STORE_RUN_RECORD_H
#define KNEE_TUNER_STORE_RUN_RECORD_H

#include "core/base/err.h"
#include "tuner/run/run_result.h"
#include "tuner/run/run_timeline.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_RUN_RECORD_SLOWEST 5
#define KNEE_RUN_RECORD_HUNGRIEST 5

/* An attempt that ended by itself. */
struct knee_run_record_item {
    uint64_t number;
    double length_s, cpu_s, rss_bytes; /* NAN: unknown */
    char item[120];
};

/* All that began under one limit. Unknown is NAN. */
struct knee_run_record_level {
    uint32_t level;
    uint64_t done, failed;
    double latency_mean_s, latency_p50_s, latency_p95_s, latency_p99_s, latency_max_s, latency_cv;
    double cpu_per_item_s, max_rss_bytes;
};

/* From then on items began under this limit, decided on or tried for a comparison. */
struct knee_run_record_step {
    double time_s;
    uint32_t level;
};

struct knee_run_record {
    /* Counts are of the whole journal, so of all runs of a resumed one. */
    struct knee_run_result result;
    struct knee_run_timeline timeline;
    struct knee_run_record_level *levels; /* owned, ascending */
    size_t levels_count;
    struct knee_run_record_item slowest[KNEE_RUN_RECORD_SLOWEST];     /* slowest first */
    struct knee_run_record_item hungriest[KNEE_RUN_RECORD_HUNGRIEST]; /* most memory first */
    size_t slowest_count, hungriest_count;
    struct knee_run_record_step *tried; /* owned, in order of time */
    size_t tried_count;
    char name[64];           /* of the command */
    char date[32], host[64]; /* "": unknown */
    char *line;              /* owned: the command line, for a shell */
    bool has_result;         /* result.json was there */
};

bool knee_run_record_is_in(const char *dir); /* DIR has the plan of a run */

/* -1 with KNEE_USAGE when DIR holds no run. `record` is to be released. */
int knee_run_record_read(struct knee_run_record *record, const char *dir, struct knee_err *err);
void knee_run_record_release(struct knee_run_record *record); /* safe on an empty one */

/* NULL: nothing ended under that limit. */
const struct knee_run_record_level *knee_run_record_level(const struct knee_run_record *record,
                                                          uint32_t level);

#endif
