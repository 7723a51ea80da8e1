/* SPDX-License-Identifier: MIT */
/* What an item demands of the machine, the most that this allows, and what limits it. Pure.
 *
 * An item takes D of CPU time (the least seen; alone it also pays for waking a CPU). At the lowest
 * measured level, at which items hardly meet, it waits Z for everything else. With c CPUs the
 * operational laws (Denning and Buzen 1978; Lazowska et al. 1984, "Quantitative System
 * Performance", ch. 5) bound throughput at n by
 *
 *     X(n) <= min(n / (D + Z), c / D),   which meet at   N* = c (D + Z) / D = c / u
 *
 * with u = D / (D + Z), the share of its time for which an item wants a CPU. If throughput stays
 * below c / D while more items only wait longer, something else serves no more than X x (D + Z) of
 * them at a time (Little 1961). */
#ifndef KNEE_TUNER_RESULT_DEMANDS_H
#define KNEE_TUNER_RESULT_DEMANDS_H

#include <stddef.h>
#include <stdint.h>

struct knee_level;

enum knee_limited_by {
    KNEE_LIMITED_BY_UNKNOWN,
    KNEE_LIMITED_BY_NOTHING,  /* throughput is at its best at the highest level */
    KNEE_LIMITED_BY_CPU,      /* the CPUs are full */
    KNEE_LIMITED_BY_WAITING,  /* items wait for something else: a pool, a lock, a device */
    KNEE_LIMITED_BY_OVERHEAD, /* more items only disturb each other: throughput falls */
    KNEE_LIMITED_BY_FAILURES, /* at higher levels too many items fail */
};

const char *knee_limited_by_text(enum knee_limited_by limited_by); /* "cpu", "waiting", ... */

/* Unknown: NAN, 0 as a level. */
struct knee_demands {
    uint32_t base_level;                       /* wait_s is from this level */
    double cpu_s, wait_s;                      /* of an item: D and Z; without waiting for a CPU */
    double cpu_ratio;                          /* u */
    double ideal_level;                        /* c / u: the CPUs are just full */
    double cpu_bound_per_s, level_bound_per_s; /* c / D, and 1 / (D + Z) for each level */
    enum knee_limited_by limited_by;
    double served;          /* KNEE_LIMITED_BY_WAITING: how many at a time; NAN: no single number */
    uint32_t standing_from; /* and above this level throughput stays the same */
    uint32_t failing_from;  /* KNEE_LIMITED_BY_FAILURES: the lowest of these levels */
    uint32_t queueing_from; /* from here on items spend KNEE_DIAGNOSIS_WAITING_SHARE of their time
                               and more waiting for a CPU, */
    double queueing_ratio;  /* and at this level this much */
};

/* `levels` ascending; `cpus` bound this class of work. */
void knee_demands_find(struct knee_demands *demands, const struct knee_level *levels, size_t count,
                       double cpus);

/* The asymptotic bound of throughput at `level`; NAN unknown. */
double knee_demands_bound(const struct knee_demands *demands, double level);

#endif
