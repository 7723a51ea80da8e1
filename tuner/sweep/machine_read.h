/* SPDX-License-Identifier: MIT */
/* The machine that a command works on: topology and host, read once. */
#ifndef KNEE_TUNER_SWEEP_MACHINE_READ_H
#define KNEE_TUNER_SWEEP_MACHINE_READ_H

#include "core/base/err.h"
#include "core/host/host.h"
#include "core/host/topology.h"
#include "tuner/levels/machine.h"

struct knee_machine_read {
    struct knee_topology *topology; /* owned */
    struct knee_topology_counts counts;
    struct knee_host host; /* this host's, even if the topology is another system's */
    struct knee_machine machine;
};

/* `topology` is --topology: NULL for this system. A few milliseconds. */
int knee_machine_read_open(struct knee_machine_read *machine, const char *topology,
                           struct knee_err *err);
void knee_machine_read_close(struct knee_machine_read *machine); /* safe on an empty one */

/* --load auto: watches the host for about a second, and returns its load factor. If the
 * topology is another system's: 1, at once. `load` gets the readings (NAN, 1 for another system).
 */
double knee_machine_read_load(const struct knee_machine_read *machine, struct knee_host_load *load);

#endif
