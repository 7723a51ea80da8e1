/* SPDX-License-Identifier: MIT */
/* Rank 0 of a run on several hosts: the hosts meet, and at the end clean up. */
#include "tuner/dispatch/fleet_run.h"

#include "core/base/thread.h"
#include "core/fleet/fleet_order.h"
#include "tuner/dispatch/fleet_run_hub.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MEET_NS (60 * KNEE_NS_PER_S)
#define SETUP_NS (3600 * KNEE_NS_PER_S) /* with commands that may take their time */
#define BYE_NS (60 * KNEE_NS_PER_S)
#define STACK_BYTES (1u << 20)

static int hear_hosts(struct knee_fleet_run *fleet, struct knee_err *err)
{
    struct knee_link *link = fleet->params.link;
    const struct knee_actor_params *command = fleet->params.command;
    uint64_t deadline_ns =
        knee_clock_now_ns() + (command->setup || command->prepare ? SETUP_NS : MEET_NS);
    int status = 0;
    for (uint32_t i = 0; i < link->size; i++) {
        struct knee_fleet_host *said = &fleet->said[i];
        int heard = i == 0 ? 0
                           : link->receive(link->context, i, said, sizeof *said, deadline_ns,
                                           status ? NULL : err);
        if (heard == 1 && status == 0)
            knee_err_set(err, KNEE_FAILED, "rank %u does not answer; run on the other hosts", i);
        fleet->hosts[i].lost = heard != 0;
        fleet->hosts[i].ready = heard == 0 && said->status == 0;
        link->lost |= heard != 0;
        /* All are heard, also after a failure: those that are ready get the word to finish. */
        if (heard || (status == 0 && knee_fleet_host_check(said, i, &fleet->said[0],
                                                           fleet->params.allow_bound, err)))
            status = -1;
    }
    return status;
}

static int meet(struct knee_fleet_run *fleet, struct knee_err *err)
{
    struct knee_link *link = fleet->params.link;
    struct knee_fleet_order order = {.what = KNEE_FLEET_RUN};
    char *text = knee_fleet_run_pack(fleet->params.command, &order.bytes);
    if (!text)
        return knee_err_memory(err, "fleet");
    knee_fleet_host_self(&fleet->said[0], fleet->params.argc, fleet->params.argv);
    int status = knee_fleet_order_give(link, &order, MEET_NS, err);
    if (status == 0)
        status =
            link->broadcast(link->context, text, order.bytes, knee_clock_now_ns() + MEET_NS, err);
    free(text);
    return status ? -1 : hear_hosts(fleet, err);
}

int knee_fleet_run_open(struct knee_fleet_run **fleet, const struct knee_fleet_run_params *params,
                        struct knee_err *err)
{
    uint32_t size = params->link->size;
    if (size > KNEE_FLEET_HOSTS_MAX)
        return knee_err_set(err, KNEE_USAGE, "%u ranks: at most %u; start one a host", size,
                            KNEE_FLEET_HOSTS_MAX);
    struct knee_fleet_run *made = calloc(1, sizeof *made);
    *fleet = made;
    if (!made)
        return knee_err_memory(err, "fleet");
    made->params = *params;
    made->said = calloc(size, sizeof *made->said);
    made->hosts = calloc(size, sizeof *made->hosts);
    made->tasks = calloc(KNEE_FLEET_RUN_SLOTS, sizeof *made->tasks);
    if (!made->said || !made->hosts || !made->tasks)
        return knee_err_memory(err, "fleet");
    knee_fleet_run_hub_init(made);
    return meet(made, err);
}

void knee_fleet_run_machine(const struct knee_fleet_run *fleet, struct knee_machine *machine)
{
    uint32_t size = fleet->params.link->size, hosts = 0;
    uint32_t cpus = knee_fleet_host_cpus(fleet->said, size);
    for (uint32_t i = 0; i < size; i++)
        hosts += knee_fleet_host_is_first(fleet->said, i);
    double factor = (double)cpus / fleet->said[0].cpus;
    machine->usable_cpus = machine->pus = cpus;
    machine->cores = (uint32_t)lround(factor * machine->cores);
    machine->cpu_quota *= hosts;
    if (machine->memory_available_bytes != UINT64_MAX)
        machine->memory_available_bytes *= hosts;
    if (machine->open_files_max != UINT64_MAX)
        machine->open_files_max *= size;
    if (machine->processes_max != UINT64_MAX)
        machine->processes_max *= hosts;
}

static void *dispatch(void *argument)
{
    struct knee_fleet_run *fleet = argument;
    fleet->status = knee_dispatch_run(fleet->run, fleet->result, fleet->err);
    knee_fleet_run_hub_end(fleet);
    return NULL;
}

int knee_fleet_run_dispatch(struct knee_fleet_run *fleet, struct knee_dispatch_params *params,
                            struct knee_run_result *result, struct knee_err *err)
{
    params->starter = &fleet->starter;
    fleet->run = params;
    fleet->result = result;
    fleet->err = err;
    int error = knee_thread_start(&fleet->thread, STACK_BYTES, dispatch, fleet);
    if (error)
        return knee_err_set(err, KNEE_FAILED, "run: no thread can be started: %s", strerror(error));
    knee_fleet_run_hub_pump(fleet);
    pthread_join(fleet->thread, NULL);
    return fleet->status;
}

void knee_fleet_run_close(struct knee_fleet_run *fleet)
{
    if (!fleet)
        return;
    if (fleet->tasks && fleet->hosts && fleet->said) {
        knee_fleet_run_hub_finish(fleet, knee_clock_now_ns() + BYE_NS);
        knee_fleet_run_hub_release(fleet);
    }
    free(fleet->said);
    free(fleet->hosts);
    free(fleet->tasks);
    free(fleet);
}
