/* SPDX-License-Identifier: MIT */
/* A PostgreSQL database: which query to send, and how. Built only with libpq. */
#ifndef KNEE_WORKLOADS_TARGET_POSTGRES_SERVICE_H
#define KNEE_WORKLOADS_TARGET_POSTGRES_SERVICE_H

#if defined KNEE_WITH_LIBPQ

#include "workloads/target/request_tally.h"
#include "workloads/target/target.h"

#include <libpq-fe.h>
#include <stdatomic.h>
#include <stdbool.h>

struct knee_postgres {
    struct knee_target_params params; /* borrowed */
    char *query;                      /* owned */
    uint64_t think_ns;
    bool prepared; /* one statement, not several */
    _Atomic uint64_t requests;
    atomic_bool cancelled;
    struct knee_request_failures failures;
};

int knee_postgres_open(void **service, const struct knee_target_params *params,
                       struct knee_err *err);
void knee_postgres_close(void *service);

/* A new connection, with the query prepared on it; to be finished, unless it is NULL. If its status
 * is not CONNECTION_OK, it says why. */
PGconn *knee_postgres_connect(const struct knee_postgres *service);

/* Sends the query and waits for all of its answer. -1 if all is well, else the kind of failure;
 * KNEE_FAILURES if it was cancelled. `what` (120 bytes) gets words for it, `first_byte_ns` the time
 * until the answer began, `rows` (may be NULL) how many there were. */
int knee_postgres_ask(struct knee_postgres *service, PGconn *connection, char *what,
                      size_t what_bytes, uint64_t *first_byte_ns, int *rows);

/* Of a connection that could not be made: its kind of failure and words for it. */
int knee_postgres_refused(const PGconn *connection, char *what, size_t what_bytes);

/* See struct knee_target. */
int knee_postgres_look(void *service, struct knee_target_look *look, struct knee_err *err);
int knee_postgres_check(void *service, struct knee_err *err);

#endif
#endif
