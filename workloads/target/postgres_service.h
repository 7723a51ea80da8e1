/* SPDX-License-Identifier: MIT */
/* A PostgreSQL database: which query to send, and how. Built only with libpq. */
#ifndef KNEE_WORKLOADS_TARGET_POSTGRES_SERVICE_H
#define KNEE_WORKLOADS_TARGET_POSTGRES_SERVICE_H

#if defined KNEE_WITH_LIBPQ

#include "workloads/target/postgres_script.h"
#include "workloads/target/asking.h"
#include "workloads/target/libpq.h"
#include "workloads/target/target.h"

#include <stdatomic.h>
#include <stdbool.h>

struct knee_postgres {
    struct knee_asking asking;
    struct knee_libpq pq;
    struct knee_target_params params;   /* borrowed */
    char *query;                        /* owned */
    struct knee_postgres_script script; /* without steps: the query alone is sent */
    uint64_t think_ns;
    bool prepared; /* one statement, not several */
};

int knee_postgres_open(void **service, const struct knee_target_params *params,
                       struct knee_err *err);
void knee_postgres_close(void *service);

/* A new connection, with the query prepared on it; to be finished, unless it is NULL. If its status
 * is not CONNECTION_OK, it says why. */
PGconn *knee_postgres_connect(const struct knee_postgres *service);

/* What came of a query. */
struct knee_postgres_answer {
    char what[120];         /* of a failure: words for it */
    uint64_t first_byte_ns; /* until the (first) answer began; 0: it did not */
    int rows;               /* of the last statement */
};

/* Sends the query, or the script's statements one after the other, and waits for all of the answer.
 * -1 if all is well, else the kind of failure; KNEE_FAILURES if it was cancelled. `play` is the
 * slot's, and unused without a script. No transaction is left open. */
int knee_postgres_ask(struct knee_postgres *service, PGconn *connection,
                      struct knee_postgres_play *play, struct knee_postgres_answer *answer);

/* Of a connection that could not be made: its kind of failure and words for it. */
enum knee_failure knee_postgres_refused(const struct knee_postgres *service,
                                        const PGconn *connection, char *what, size_t what_bytes);

/* See struct knee_target. */
int knee_postgres_look(void *service, struct knee_target_look *look, struct knee_err *err);
int knee_postgres_check(void *service, struct knee_err *err);

#endif
#endif
