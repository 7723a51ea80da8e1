/* SPDX-License-Identifier: MIT */
/* Workloads with a known answer, and the calls that run the engine over them. All of them sleep or
 * follow the clock, so a busy machine can only delay them. A comparison with a figure gets a few
 * tries before it counts as wrong. */
#ifndef KNEE_TESTS_SUPPORT_KNOWN_H
#define KNEE_TESTS_SUPPORT_KNOWN_H

#include "core/base/clock.h"
#include "core/engine/engine.h"
#include "tests/support/test.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define MS KNEE_NS_PER_MS
#define KNOWN_TRIES 6

struct known_shared {
    double values[2]; /* time of an item in ms; slots of a pool */
    _Atomic uint64_t items;
    _Atomic int in_flight, most;
    _Atomic uint64_t slot_free_ns[8];
    uint64_t epoch_ns;
    _Atomic uint32_t level; /* of the window */
};

struct known_worker {
    uint64_t begun_ns, ended; /* of known_several: its items in flight, and those of them that
                                 have ended and did not come out yet */
    uint64_t due_ns;
    uint64_t number;
    double phase;
};

extern struct known_shared *known_shared_of_last_setup;
extern _Atomic int known_affinity; /* CPUs that a worker of known_bound may run on */

extern const struct knee_workload
    known_lockstep; /* all items end together, at multiples of the time */
extern const struct knee_workload known_counting; /* counts how many are in flight */
extern const struct knee_workload
    known_pool; /* slots held for the time, first come, first served */
extern const struct knee_workload known_shared_processor; /* each of n in flight gets an n-th */
extern const struct knee_workload
    known_several; /* two workers share the level; each one's items end together, in lockstep */
extern const struct knee_workload known_failing; /* every fourth item fails */
extern const struct knee_workload known_bound;
extern const struct knee_workload known_refusing; /* the third worker cannot enter */

void known_wait_until(uint64_t at_ns);

struct knee_engine *known_open_with(const struct knee_engine_params *rest,
                                    const struct knee_workload *workload, const double *values);
struct knee_engine *known_open(const struct knee_workload *workload, double time_ms, double slots);
struct knee_measured known_window(struct knee_engine *engine, uint32_t level, uint64_t length_ns);

/* Throughput at `level` after a window at `before` (0: none), with `faults`. */
double known_throughput(const struct knee_workload *workload, const double *values,
                        struct knee_engine_faults faults, uint32_t before, uint32_t level,
                        uint64_t length_ns);

/* Fails if `condition` is false, but only on a calm machine. If sleepers wake late, measured
 * figures mean nothing, and the test is skipped. */
#define known_check(condition)                                                                     \
    do {                                                                                           \
        if (!(condition) && known_sleepers_wake_late())                                            \
            skip();                                                                                \
        assert_true(condition);                                                                    \
    } while (0)
bool known_sleepers_wake_late(void);

/* Whether one of a few tries comes within `relative` of `expected`. */
bool known_reaches(const struct knee_workload *workload, const double *values, uint32_t before,
                   uint32_t level, uint64_t length_ns, double expected, double relative);

#endif
