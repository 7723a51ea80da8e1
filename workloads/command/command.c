/* SPDX-License-Identifier: MIT */
/* A user's command as a workload: each item is a process of its own. */
#include "workloads/command/command.h"

#include "workloads/command/actor.h"

#include <errno.h>

struct command_shared {
    struct knee_actor *actor; /* borrowed */
};

struct command_worker {
    struct knee_actor_slot *slot;
};

static int setup(void *shared, const struct knee_workload_setup *setup, char *warning,
                 size_t warning_bytes, struct knee_err *err)
{
    (void)warning, (void)warning_bytes;
    if (!setup->custom)
        return knee_err_set(err, KNEE_USAGE, "command: there is none; name one");
    ((struct command_shared *)shared)->actor = setup->custom;
    return 0;
}

static int begin(void *shared, uint32_t block, uint32_t level, struct knee_err *err)
{
    return knee_actor_begin(((struct command_shared *)shared)->actor, block, level, err);
}

static int enter(void *shared, void *worker, uint32_t index)
{
    struct knee_actor_slot *slot =
        knee_actor_slot_open(((struct command_shared *)shared)->actor, index);
    ((struct command_worker *)worker)->slot = slot;
    return slot ? 0 : ENOMEM;
}

static int item(void *shared, void *worker)
{
    (void)shared;
    return knee_actor_run(((struct command_worker *)worker)->slot, NULL);
}

static void leave(void *shared, void *worker)
{
    (void)shared;
    knee_actor_slot_close(((struct command_worker *)worker)->slot);
}

static void cancel(void *shared)
{
    knee_actor_cancel(((struct command_shared *)shared)->actor);
}

static void probe(void *shared, struct knee_workload_probe *probe)
{
    knee_actor_probe(((struct command_shared *)shared)->actor, probe);
}

const struct knee_workload knee_workload_command = {
    .name = "command",
    .summary = "the user's own command",
    .resource = KNEE_CLASS_MIXED,
    .shared_bytes = sizeof(struct command_shared),
    .worker_bytes = sizeof(struct command_worker),
    .setup = setup,
    .begin = begin,
    .enter = enter,
    .item = item,
    .leave = leave,
    .cancel = cancel,
    .probe = probe,
};
