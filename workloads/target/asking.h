/* SPDX-License-Identifier: MIT */
/* What the services of all kinds have in common: how many requests may be made, how they ended, and
 * whether to go on. A service's struct begins with this, and its workload's `shared` is a struct
 * knee_asking_shared; then the functions below fit into its tables as they are. */
#ifndef KNEE_WORKLOADS_TARGET_ASKING_H
#define KNEE_WORKLOADS_TARGET_ASKING_H

#include "workloads/target/request_tally.h"
#include "workloads/target/target.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct knee_asking {
    uint64_t most;                            /* --max-requests; 0: no bound */
    const volatile sig_atomic_t *interrupted; /* as in struct knee_target_params; slots read it */
    _Atomic uint64_t made;
    _Atomic uint64_t answered_badly;  /* KNEE_FAILURE_STATUS */
    _Atomic uint64_t refused_for_now; /* of these: the service asked to come back later */
    atomic_bool cancelled;
    struct knee_request_failures failures;
    struct knee_request_tally *tallies; /* one for each slot, from setup to teardown */
    uint32_t slots;
    uint32_t edges; /* of the window, that have come; the controller's */
};

void knee_asking_init(struct knee_asking *asking, const struct knee_target_params *params);
void knee_asking_release(struct knee_asking *asking);

/* Are further requests unwanted: cancelled, or interrupted? */
bool knee_asking_is_cancelled(const struct knee_asking *asking);

/* Claims one more request. False if --max-requests leaves none; without it, nothing is counted. */
bool knee_asking_claim(struct knee_asking *asking);

/* May a slot make one more? It is counted. If not, this waits a little, so that a slot does not
 * spin. */
bool knee_asking_may_ask(struct knee_asking *asking);

/* Counts a failure of this kind and notes the words for it. Returns the errno of the item. */
int knee_asking_fail(struct knee_asking *asking, struct knee_request_tally *tally,
                     enum knee_failure kind, const char *what);

/* The last failure, of KNEE_FAILURE_STATUS, asked to come back later. Counts it, and pauses. */
void knee_asking_refused_for_now(struct knee_asking *asking);

/* Sleeps, but no longer than until further requests are unwanted. */
void knee_asking_sleep(const struct knee_asking *asking, uint64_t duration_ns);

/* A refused request fails at once: this pause spares both sides a storm of them. It takes 3 to 17
 * ms, each time another: after pauses alike, slots fall into step, and a limit of the rate then
 * looks like a number of places. */
void knee_asking_pause(void);

/* For struct knee_target: `service` begins with a struct knee_asking. */
bool knee_asking_must_end(void *service);
void knee_asking_window_ended(void *service, uint32_t level);
void knee_asking_failures(void *service, char *text, size_t text_bytes);
double knee_asking_retry_after_s(void *service);
double knee_asking_for_now_ratio(void *service);

/* For struct knee_workload. */
struct knee_asking_shared {
    void *service; /* begins with a struct knee_asking */
};
int knee_asking_setup(void *shared, const struct knee_workload_setup *setup, char *warning,
                      size_t warning_bytes, struct knee_err *err);
int knee_asking_begin(void *shared, uint32_t block, uint32_t level, struct knee_err *err);
void knee_asking_cancel(void *shared);
void knee_asking_probe(void *shared, struct knee_workload_probe *probe);
void knee_asking_teardown(void *shared);

#endif
