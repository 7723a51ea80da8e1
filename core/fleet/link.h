/* SPDX-License-Identifier: MIT */
/* core/fleet connects the knees of several hosts: rank 0 decides, the others serve.
 *
 * This file: the link, as plain messages. knee has link_alone.c, one host that is alone; knee-mpi
 * has link_mpi.c in its place, the only file that includes mpi.h. Nothing here ever waits inside
 * MPI: every call is polled until `deadline_ns` (the monotonic clock; UINT64_MAX: for ever). Only
 * the thread that opened the link may use it. */
#ifndef KNEE_CORE_FLEET_LINK_H
#define KNEE_CORE_FLEET_LINK_H

#include "core/base/err.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_link {
    uint32_t rank, size; /* size 1: alone, and the calls below are not to be used */
    bool dismissed;      /* rank 0 has said that it is over */
    bool lost;           /* a rank does not answer any more: no call to all of them is possible */
    /* The number of the signal that asked this process to end: 0 until then, NULL: not known. With
     * one (SIGUSR1 does not hurry) a wait lasts 0.5 s at most, or to `busy_until_ns` and 0.8 s. */
    const volatile sig_atomic_t *ending;
    uint64_t busy_until_ns; /* other ranks may be in mid-window until then, and answer nobody */
    void *context;
    /* A message of `bytes` to or from another rank; both ends know its length. 0; 1: the deadline
     * has passed; -1 with `err` filled. `data` is the caller's again, in any case. */
    int (*send)(void *context, uint32_t to, const void *data, size_t bytes, uint64_t deadline_ns,
                struct knee_err *err);
    int (*receive)(void *context, uint32_t from, void *data, size_t bytes, uint64_t deadline_ns,
                   struct knee_err *err);
    /* Is a message there? 1 with its sender and length, which receive() then gets at once; 0: none;
     * -1 with `err` filled. */
    int (*poll)(void *context, uint32_t *from, size_t *bytes, struct knee_err *err);
    /* From rank 0 to all. */
    int (*broadcast)(void *context, void *data, size_t bytes, uint64_t deadline_ns,
                     struct knee_err *err);
    /* The sums of all ranks' values, for rank 0; on others `values` stays. */
    int (*sum)(void *context, uint64_t *values, size_t count, uint64_t deadline_ns,
               struct knee_err *err);
    /* Rank 0: does that rank still wait for what comes next? 0; 1: no answer until the deadline. */
    int (*ask_alive)(void *context, uint32_t rank, uint64_t deadline_ns);
    /* Ends every rank at once: for a rank that does not answer any more. */
    void (*abort)(void *context, int code);
};

/* Joins the other ranks; called first in main(), since the launcher may add arguments. -1 with
 * KNEE_USAGE if the launcher is another one's, or knee itself was started several times. */
int knee_link_open(struct knee_link *link, int *argc, char ***argv, struct knee_err *err);
void knee_link_close(struct knee_link *link);

/* How many ranks the launcher says it started, and which one this is, from the environment; 1 and 0
 * without one. */
void knee_link_launched(uint32_t *size, uint32_t *rank);

/* Takes the launcher's variables out of the environment: an item that is an MPI program would
 * believe that it belongs to the fleet. */
void knee_link_clean_environment(void);

#endif
