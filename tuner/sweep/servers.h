/* SPDX-License-Identifier: MIT */
/* Servers on this host that are part of the work: what the items ask for uses CPU time in their
 * processes, not in ours. The user names them (--server), or they are found by what they do: they
 * work while items run, and rest while none does. */
#ifndef KNEE_TUNER_SWEEP_SERVERS_H
#define KNEE_TUNER_SWEEP_SERVERS_H

#include "core/base/err.h"
#include "core/engine/engine.h"
#include "core/host/server_use.h"
#include "tuner/options/measuring_options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_SERVERS_TEXT_BYTES 200

/* Zeroed: none. */
struct knee_servers {
    struct knee_server_use *at[KNEE_MEASURING_SERVERS_MAX]; /* owned */
    size_t count;
    bool found;        /* by knee_servers_look_for(), not named by the user */
    double found_cpus; /* what they used then */
};

/* The servers that the user named; "none" and no name at all are none. */
int knee_servers_open(struct knee_servers *servers, const char *const *names, size_t count,
                      struct knee_err *err);

/* -1 with a usage error if there is no such server now. */
int knee_servers_check(const char *const *names, size_t count, struct knee_err *err);

/* For a sweep without --server: runs items at `level` and rests, in turn, and takes the processes
 * of others that do so, too, for the work's own. Ends early if others do nothing while items run.
 * `item_s` is what an item takes, and all of it stays within `most_s`, about: with items that are
 * too long for that, nothing is looked for. 0, or as knee_engine_window(). */
int knee_servers_look_for(struct knee_servers *servers, struct knee_engine *engine, uint32_t block,
                          uint32_t level, double item_s, double most_s, struct knee_err *err);

/* Adds a process, unless it has ended meanwhile. */
void knee_servers_add(struct knee_servers *servers, int pid);

/* CPU time that they have used since they were opened, in seconds; NAN: there are none. `servers`
 * is a struct knee_servers: for struct knee_engine_params. */
double knee_servers_cpu_s(void *servers);

/* Is a process one of theirs? */
bool knee_servers_have(const struct knee_servers *servers, int pid);

/* "redis-server, pid 6053; nginx, 5 processes" into `text`; returns it. */
const char *knee_servers_text(const struct knee_servers *servers, char *text, size_t text_bytes);

void knee_servers_close(struct knee_servers *servers); /* safe on a zeroed one */

#endif
