/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/machine_read.h"

#include "core/base/clock.h"

#include <math.h>

/* Long enough for ticks of 10 ms to mean something. */
#define LOAD_NS KNEE_NS_PER_S

int knee_machine_read_open(struct knee_machine_read *machine, const char *topology,
                           struct knee_err *err)
{
    struct knee_machine_read opened = {0};
    if (knee_topology_open(&opened.topology, topology, err))
        return -1;
    knee_topology_count(opened.topology, &opened.counts);
    if (knee_host_read(&opened.host, "", err)) {
        knee_topology_close(opened.topology);
        return -1;
    }
    knee_machine_fill(&opened.machine, &opened.counts, &opened.host);
    *machine = opened;
    return 0;
}

void knee_machine_read_close(struct knee_machine_read *machine)
{
    knee_topology_close(machine->topology);
    machine->topology = NULL;
}

double knee_machine_read_load(const struct knee_machine_read *machine, struct knee_host_load *load)
{
    *load = (struct knee_host_load){.cpu_used_ratio = NAN, .memory_used_ratio = NAN, .factor = 1};
    if (machine->counts.this_system)
        knee_host_load_measure(load, &machine->host, machine->counts.pus, LOAD_NS, "");
    return load->factor;
}
