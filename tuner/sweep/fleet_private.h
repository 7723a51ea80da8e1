/* SPDX-License-Identifier: MIT */
/* What the files of rank 0's fleet share. Private to tuner/sweep/fleet*.c. */
#ifndef KNEE_TUNER_SWEEP_FLEET_PRIVATE_H
#define KNEE_TUNER_SWEEP_FLEET_PRIVATE_H

#include "core/base/clock.h"
#include "core/fleet/fleet_order.h"
#include "tuner/sweep/engine_source.h"
#include "tuner/sweep/fleet_parts.h"

/* Beyond twice what a step should take, a host that has not answered is lost. */
#define KNEE_FLEET_ANSWER_NS (7 * KNEE_NS_PER_S)

struct knee_fleet {
    struct knee_link *link;
    struct knee_sweep *sweep;
    struct knee_fleet_host *hosts; /* by rank */
    struct knee_fleet_row *rows;
    const char **names; /* of the hosts, for the plan */
    double *weights;    /* by rank */
    int64_t *ahead_ns;  /* by rank: how far its clock is ahead of this one's */
    struct knee_histogram_sum latencies;
    struct knee_taken taken;               /* by other work, in the windows so far */
    struct knee_engine_source *measure;    /* of the window that runs, */
    struct knee_engine_source_watch watch; /* of the machine, if this host has no items, */
    int exchanges;                         /* and how often all hosts have said where they are */
    enum knee_fleet_split split;
    uint32_t taking_part;          /* of the hosts: all, or half */
    uint64_t deadline_ns, step_ns; /* of the step that runs, and when it began */
    double latency_s;              /* of the last window, */
    uint32_t latency_level;        /* and at which level */
    FILE *journal;
    char workload[64];
};

/* Tells all hosts what to do next. */
int knee_fleet_give(struct knee_fleet *fleet, struct knee_fleet_order *order, uint64_t wait_ns,
                    struct knee_err *err);

#define KNEE_FLEET_MAKES_NO_SENSE "sent what makes no sense; install the same knee on all hosts"

/* The host is a lost one, for `what` it did. -1 with `err` filled. */
int knee_fleet_lose(struct knee_fleet *fleet, uint32_t rank, const char *what,
                    struct knee_err *err);

/* An exchange of all did not end: the first host that does not say that it is there is the lost
 * one. -1 with `err` filled. */
int knee_fleet_lose_silent(struct knee_fleet *fleet, struct knee_err *err);

/* A message of that rank. One that does not come by the deadline makes the host a lost one, which
 * is named. */
int knee_fleet_hear(struct knee_fleet *fleet, uint32_t rank, void *data, size_t bytes,
                    uint64_t deadline_ns, struct knee_err *err);

/* How far each host's clock is ahead of this one's, to a fraction of a millisecond: the least round
 * trip of some. Only for the times in hosts.csv. */
int knee_fleet_read_clocks(struct knee_fleet *fleet, struct knee_err *err);

/* The rows of the last window go to hosts.csv. */
void knee_fleet_journal_rows(const struct knee_fleet *fleet, uint32_t level);

#endif
