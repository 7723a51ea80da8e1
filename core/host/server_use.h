/* SPDX-License-Identifier: MIT */
/* A server that the user names as part of the work: the processes or the group that it is, and the
 * CPU time that they use. Not thread safe. */
#ifndef KNEE_CORE_HOST_SERVER_USE_H
#define KNEE_CORE_HOST_SERVER_USE_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct knee_server_use; /* opaque */

/* `text` is the number of a process, the name of one or more (as ps shows it, 15 characters count),
 * the path of a cgroup ("/system.slice/redis.service"), or a unit of systemd ("redis.service").
 * Processes that the server starts belong to it, now and later. KNEE_USAGE if there is no such
 * thing. `root` is for the cgroups' files, as in core/host/hostfile.h. */
int knee_server_use_open(struct knee_server_use **server, const char *text, const char *root,
                         struct knee_err *err);

/* CPU time that it has used since it was opened, in seconds; never falls. Costs about a millisecond
 * for a few hundred processes, and a file for a group. */
double knee_server_use_cpu_s(struct knee_server_use *server);

/* Is this process part of it, as of the last reading? Not known of a group: false. */
bool knee_server_use_has(const struct knee_server_use *server, int pid);

/* "redis-server, pid 6053", "nginx, 5 processes", "group /system.slice/redis.service", into `text`;
 * returns it. */
const char *knee_server_use_text(const struct knee_server_use *server, char *text,
                                 size_t text_bytes);

void knee_server_use_close(struct knee_server_use *server); /* safe on NULL */

#endif
