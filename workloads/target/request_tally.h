/* SPDX-License-Identifier: MIT */
/* What became of the requests of a target: counters of each slot, and a list of failures.
 *
 * A tally has one writer, its slot's thread; any thread may read it. */
#ifndef KNEE_WORKLOADS_TARGET_REQUEST_TALLY_H
#define KNEE_WORKLOADS_TARGET_REQUEST_TALLY_H

#include "core/engine/workload.h"

#include <pthread.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct knee_request_tally {
    alignas(128) _Atomic uint64_t first_byte_ns;
    _Atomic uint64_t first_bytes, connect_ns, connects;
    _Atomic uint64_t failed[KNEE_FAILURES];
};

/* One each for `count` slots, zeroed; to be freed. NULL: out of memory. */
struct knee_request_tally *knee_request_tally_make(uint32_t count);

void knee_request_tally_answer(struct knee_request_tally *tally, uint64_t first_byte_ns);
void knee_request_tally_connect(struct knee_request_tally *tally, uint64_t connect_ns);
void knee_request_tally_fail(struct knee_request_tally *tally, enum knee_failure kind);

/* Adds the sums over all slots to `probe`. */
void knee_request_tally_probe(const struct knee_request_tally *tallies, uint32_t count,
                              struct knee_workload_probe *probe);

/* How often requests failed, by what the service said. Thread safe; failures are not on the
 * measured path. */
#define KNEE_REQUEST_FAILURES_MAX 12
#define KNEE_REQUEST_FAILURES_LEVELS_MAX 64
struct knee_request_failures {
    pthread_mutex_t lock;
    struct knee_request_failure {
        char what[120];
        uint64_t count;
        uint64_t at_edge, in_window; /* until the last edge, and between the last two */
        struct {
            uint32_t level;
            uint64_t count;                         /* in its windows */
        } levels[KNEE_REQUEST_FAILURES_LEVELS_MAX]; /* ascending; what does not fit is left out */
        size_t levels_count;
    } at[KNEE_REQUEST_FAILURES_MAX]; /* the first ones to be seen */
    size_t count;
    uint64_t others;
    double retry_after_s; /* the longest; -1: none */
};

void knee_request_failures_init(struct knee_request_failures *failures);
void knee_request_failures_note(struct knee_request_failures *failures, const char *what);
void knee_request_failures_retry(struct knee_request_failures *failures, double after_s);
/* An edge of a window has come; and: what failed between the last two edges was at this level. */
void knee_request_failures_edge(struct knee_request_failures *failures);
void knee_request_failures_level(struct knee_request_failures *failures, uint32_t level);
/* "503 Service Unavailable 1,204 times (at 5 levels from 13 to 32), connection refused once (at
 * 32)"; "" if there are none. Levels are those of whose windows it is known. */
void knee_request_failures_text(struct knee_request_failures *failures, char *text,
                                size_t text_bytes);

#endif
