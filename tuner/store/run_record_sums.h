/* SPDX-License-Identifier: MIT */
/* What the attempts of a run took under each limit, summed up row by row. Private to
 * tuner/store/run_record*.c. */
#ifndef KNEE_TUNER_STORE_RUN_RECORD_SUMS_H
#define KNEE_TUNER_STORE_RUN_RECORD_SUMS_H

#include "core/base/histogram.h"
#include "tuner/store/run_record.h"

/* Of what began under one limit. */
struct knee_run_record_sum {
    uint32_t level;
    uint64_t done, failed;
    double sum_s, square, most_s; /* of the done ones' lengths */
    double cpu_s, rss_bytes;
    struct knee_histogram *lengths; /* owned */
};

/* Zeroed: none yet. */
struct knee_run_record_sums {
    struct knee_run_record_sum *at; /* owned, ascending */
    size_t count, room;
};

/* An attempt that has ended. False without memory. */
bool knee_run_record_sums_add(struct knee_run_record_sums *sums, uint32_t level,
                              const struct knee_run_record_item *attempt, bool done);

/* Makes the record's levels of them. False without memory. */
bool knee_run_record_sums_conclude(const struct knee_run_record_sums *sums,
                                   struct knee_run_record *record);

void knee_run_record_sums_release(struct knee_run_record_sums *sums);

#endif
