/* SPDX-License-Identifier: MIT */
/* A run on several hosts: rank 0 has the list, the limit and the journal, as on one host, and a
 * starter that gives each attempt to the host that is least busy for its CPUs. The others run what
 * they get and send back how it went and its output. A host that does not say anything for
 * 15 s is lost: its items run again elsewhere.
 *
 * On rank 0 the run has a thread of its own, as messages are for the thread that opened the link.
 */
#ifndef KNEE_TUNER_DISPATCH_FLEET_RUN_H
#define KNEE_TUNER_DISPATCH_FLEET_RUN_H

#include "core/base/err.h"
#include "core/fleet/link.h"
#include "tuner/dispatch/dispatch.h"
#include "workloads/command/actor.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct knee_fleet_run; /* opaque */

/* All borrowed, and must outlive it. */
struct knee_fleet_run_params {
    struct knee_link *link;
    int argc; /* of the command line, which is to be the same on all */
    char *const *argv;
    bool allow_bound;
    const struct knee_actor_params *command; /* what the others open, too */
    FILE *log;                               /* for a host that was lost */
};

/* Rank 0: all open the command and are checked. A usage error names host and option. */
int knee_fleet_run_open(struct knee_fleet_run **fleet, const struct knee_fleet_run_params *params,
                        struct knee_err *err);

/* The machine of all hosts together: this one's, times the CPUs that they have. */
void knee_fleet_run_machine(const struct knee_fleet_run *fleet, struct knee_machine *machine);

/* As knee_dispatch_run(), on all hosts. */
int knee_fleet_run_dispatch(struct knee_fleet_run *fleet, struct knee_dispatch_params *params,
                            struct knee_run_result *result, struct knee_err *err);

void knee_fleet_run_close(struct knee_fleet_run *fleet); /* safe on NULL; the others clean up */

/* The other ranks: obeys until the last order, and returns the code to exit with. A signal in
 * `interrupted` ends what runs. */
int knee_fleet_run_serve(struct knee_link *link, int argc, char *const *argv,
                         const volatile sig_atomic_t *interrupted);

#endif
