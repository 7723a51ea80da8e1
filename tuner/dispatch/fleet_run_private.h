/* SPDX-License-Identifier: MIT */
/* The messages of a run on several hosts. Private to tuner/dispatch/fleet_run*.c. All ranks run the
 * same build, so a message is a plain struct; its payload follows in the same message. */
#ifndef KNEE_TUNER_DISPATCH_FLEET_RUN_PRIVATE_H
#define KNEE_TUNER_DISPATCH_FLEET_RUN_PRIVATE_H

#include "core/base/clock.h"
#include "core/engine/engine.h"
#include "tuner/dispatch/fleet_run.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#define KNEE_FLEET_RUN_LINE_BYTES 4096u
#define KNEE_FLEET_RUN_SLOTS KNEE_ENGINE_LEVEL_MAX
#define KNEE_FLEET_RUN_POLL_NS (200 * 1000u)
/* Between two signs of life, which also a busy host manages; and the silence after which it is
 * taken for lost. */
#define KNEE_FLEET_RUN_ALIVE_NS KNEE_NS_PER_S
#define KNEE_FLEET_RUN_SILENT_NS (15 * KNEE_NS_PER_S)

enum knee_fleet_run_kind {
    /* From rank 0. */
    KNEE_FLEET_RUN_TASK,   /* payload: the item */
    KNEE_FLEET_RUN_SIGNAL, /* `number` to what runs in `slot` */
    KNEE_FLEET_RUN_CANCEL, /* end all that runs, start nothing more */
    KNEE_FLEET_RUN_FINISH, /* clean up, and say BYE */
    /* To rank 0. */
    KNEE_FLEET_RUN_ALIVE,
    KNEE_FLEET_RUN_PRINTED, /* payload: a part of what `slot` printed on `number`: 0 out, 1 err */
    KNEE_FLEET_RUN_ENDED,   /* payload: the command line */
    KNEE_FLEET_RUN_BYE,
};

struct knee_fleet_run_message {
    uint32_t kind, slot, level;
    int32_t number; /* of a signal, or 0 and 1 for out and err */
    uint64_t item, timeout_ns;
    int32_t error, status; /* of the outcome */
    uint64_t wall_ns;
    struct rusage used;
};

/* Sends it with a payload. As the link's send(). */
int knee_fleet_run_send(const struct knee_link *link, uint32_t to,
                        const struct knee_fleet_run_message *message, const void *payload,
                        size_t payload_bytes, uint64_t deadline_ns, struct knee_err *err);

/* The next message, if there is one: 1, with its payload as a new string (with a NUL after its
 * bytes); 0; or -1. */
int knee_fleet_run_receive(const struct knee_link *link, uint32_t *from,
                           struct knee_fleet_run_message *message, char **payload,
                           size_t *payload_bytes, struct knee_err *err);

/* A command as bytes, for the other hosts; NULL out of memory. */
char *knee_fleet_run_pack(const struct knee_actor_params *command, size_t *bytes);

/* The command of such bytes, which it points into, and two lists that are the caller's to free. */
struct knee_fleet_run_command {
    struct knee_actor_params params;
    char **argv;
    const char **environment;
};
int knee_fleet_run_unpack(struct knee_fleet_run_command *command, char *text, size_t bytes);

#endif
