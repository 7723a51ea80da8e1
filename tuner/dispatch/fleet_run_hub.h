/* SPDX-License-Identifier: MIT */
/* Rank 0's exchange with the others in a run. The slots' threads post tasks and wait; the thread
 * that opened the link sends and receives. Private to tuner/dispatch/fleet_run*.c. */
#ifndef KNEE_TUNER_DISPATCH_FLEET_RUN_HUB_H
#define KNEE_TUNER_DISPATCH_FLEET_RUN_HUB_H

#include "core/fleet/fleet_host.h"
#include "tuner/dispatch/fleet_run_private.h"
#include "tuner/dispatch/starter.h"

#include <pthread.h>
#include <stdbool.h>

enum knee_fleet_run_state {
    KNEE_FLEET_RUN_NOTHING,
    KNEE_FLEET_RUN_POSTED,
    KNEE_FLEET_RUN_SENT,
    KNEE_FLEET_RUN_DONE,
};

/* What a slot has in hand. */
struct knee_fleet_run_slot {
    enum knee_fleet_run_state state;
    uint32_t rank;
    bool placed; /* counted among its host's */
    struct knee_fleet_run_message task;
    const struct knee_actor_attempt *attempt;
    struct knee_actor_outcome *outcome;
    char *line;
    size_t line_bytes;
    int write_error;   /* of what it printed */
    int signal_number; /* to be sent; 0: none */
    pthread_cond_t done;
};

struct knee_fleet_run_rank {
    uint32_t running;
    bool ready, lost, gone; /* it opened the command; it does not answer; it has said BYE */
    uint64_t heard_ns;
};

struct knee_fleet_run {
    struct knee_fleet_run_params params;
    struct knee_fleet_host *said;      /* by rank, as the next */
    struct knee_fleet_run_rank *hosts; /* owned */
    struct knee_starter starter;
    pthread_mutex_t lock;
    pthread_cond_t posted;
    struct knee_fleet_run_slot *tasks; /* by slot; owned */
    uint32_t tasks_count;              /* those that were ever used */
    bool has_posts, cancels, over;
    /* The run's own thread. */
    pthread_t thread;
    const struct knee_dispatch_params *run;
    struct knee_run_result *result;
    struct knee_err *err;
    int status;
};

void knee_fleet_run_hub_init(struct knee_fleet_run *fleet); /* with its starter */
void knee_fleet_run_hub_release(struct knee_fleet_run *fleet);

/* Sends and receives until the end is called, from another thread. */
void knee_fleet_run_hub_pump(struct knee_fleet_run *fleet);
void knee_fleet_run_hub_end(struct knee_fleet_run *fleet);

/* Tells all that are there to finish, and waits for them. */
void knee_fleet_run_hub_finish(struct knee_fleet_run *fleet, uint64_t deadline_ns);

#endif
