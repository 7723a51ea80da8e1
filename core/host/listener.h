/* SPDX-License-Identifier: MIT */
/* Which process of this host listens at a TCP port. */
#ifndef KNEE_CORE_HOST_LISTENER_H
#define KNEE_CORE_HOST_LISTENER_H

#include <stdint.h>

/* The number of the process that listens at `port`; of several (a server and the processes that it
 * has started) the smallest, usually the oldest, and init only if it is the only one. 0: none, or
 * none that this user may look at. Takes some milliseconds. `root` is "" for the real /proc. */
int knee_listener_pid(uint16_t port, const char *root);

#endif
