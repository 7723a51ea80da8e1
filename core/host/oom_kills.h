/* SPDX-License-Identifier: MIT */
/* What the kernel kills when memory runs out. */
#ifndef KNEE_CORE_HOST_OOM_KILLS_H
#define KNEE_CORE_HOST_OOM_KILLS_H

#include <stdbool.h>
#include <stdint.h>

/* Processes that the kernel has killed for want of memory since the host's start, in any cgroup; 0:
 * not known. Takes some microseconds. `root` is "" for the real /proc. */
uint64_t knee_oom_kills(const char *root);

/* Did a command end as one that was killed so? A shell tells of its own child's end by 128 + 9. */
bool knee_oom_kills_ended(int signal_number, int exit_code);

#endif
