/* SPDX-License-Identifier: MIT */
/* Which processes of others work because we do: a server on this host that our items ask. Pure.
 *
 * The caller runs its work and rests, in turn, and notes after each what processes used. A family
 * (a process, and the children that bear its name) follows the work if it used CPU time in every
 * stretch of work, and next to none in any stretch of rest. A neighbour that is always there, or
 * that comes and goes by itself, does not. Nor does one that works and rests as we do, as another
 * knee that looks for its servers: the rests are drawn at random, so that the two part. */
#ifndef KNEE_CORE_HOST_FOLLOWERS_H
#define KNEE_CORE_HOST_FOLLOWERS_H

#include "core/base/random.h"
#include "core/host/processes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_FOLLOWERS_MAX 64 /* families that are looked at */

/* Zeroed: nothing noted yet. */
struct knee_followers {
    struct knee_follower {
        int pid; /* of the family's head */
        char name[KNEE_PROCESSES_NAME_BYTES];
        double working_cpus, resting_cpus; /* the least while at work, the most at rest */
        double cpus;                       /* mean at work */
        double used_s;                     /* scratch: of the stretch that is being noted */
    } at[KNEE_FOLLOWERS_MAX];
    size_t count;
    size_t working, resting; /* stretches so far */
};

/* How long the next stretch of rest is to last: 150 ms on average. */
uint64_t knee_followers_rest_ns(struct knee_random *random);

/* Notes the last stretch: what each process used between the last two readings, which were
 * `length_s` apart. */
void knee_followers_note(struct knee_followers *followers, const struct knee_processes *processes,
                         bool working, double length_s);

/* CPUs that processes of others used in all in that stretch, `length_s` long. */
double knee_followers_others(const struct knee_processes *processes, double length_s);

/* The families that follow, the busiest first, into `found`; returns how many of `room`. None
 * before there were four stretches of each kind. */
size_t knee_followers_find(const struct knee_followers *followers, struct knee_follower *found,
                           size_t room);

#endif
