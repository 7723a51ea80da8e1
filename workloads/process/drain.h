/* SPDX-License-Identifier: MIT */
/* The output of a process that no one keeps. It goes into a pipe, which is emptied while the
 * process runs: programs look at their output, and do less if it is /dev/null (grep stops at the
 * first match, tar reads no file). Of all that passes, only the end is kept, if anything. */
#ifndef KNEE_WORKLOADS_PROCESS_DRAIN_H
#define KNEE_WORKLOADS_PROCESS_DRAIN_H

#include <stdbool.h>
#include <stddef.h>

#define KNEE_DRAIN_TAIL_BYTES 2048

/* For one thread at a time. One drain serves one process after another. */
struct knee_drain {
    int read_fd, write_fd; /* write_fd is for the process; -1: closed */
    int null_fd;           /* borrowed; takes the bytes that are not kept */
    char *tail;            /* owned; the end of what has passed; NULL: nothing is kept */
    size_t tail_length;
};

/* 0 or an errno. */
int knee_drain_open(struct knee_drain *drain, int null_fd, bool keeps_tail);

/* Takes what there is, without waiting. Returns how many bytes; 0: nothing more. */
size_t knee_drain_take(struct knee_drain *drain);

/* Takes the rest of an ended process. What a stray of it goes on writing is not waited for. */
void knee_drain_finish(struct knee_drain *drain);

void knee_drain_forget(struct knee_drain *drain); /* empties the tail */
void knee_drain_close(struct knee_drain *drain);  /* safe on a closed one */

#endif
