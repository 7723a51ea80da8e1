/* SPDX-License-Identifier: MIT */
/* Transactions of a PostgreSQL database by libpq: each slot keeps a connection of its own. */
#if defined KNEE_WITH_LIBPQ

#include "core/base/array.h"
#include "core/base/clock.h"
#include "workloads/registry.h"
#include "workloads/target/postgres_service.h"

#include <errno.h>

#define WHAT_BYTES 120

struct postgres_worker {
    const struct knee_libpq *pq;
    PGconn *connection; /* NULL: none yet, or it broke */
    struct knee_request_tally *tally;
    struct knee_postgres_play play;
};

static void disconnect(struct postgres_worker *own)
{
    own->pq->finish(own->connection);
    own->connection = NULL;
}

static int make_connection(struct knee_postgres *service, struct postgres_worker *own)
{
    char what[WHAT_BYTES];
    uint64_t start_ns = knee_clock_now_ns();
    own->connection = knee_postgres_connect(service);
    if (own->pq->status(own->connection) == CONNECTION_OK) {
        knee_request_tally_connect(own->tally, knee_clock_now_ns() - start_ns);
        return 0;
    }
    enum knee_failure kind = knee_postgres_refused(service, own->connection, what, sizeof what);
    disconnect(own);
    return knee_asking_fail(&service->asking, own->tally, kind, what);
}

static struct knee_postgres *service_of(void *shared)
{
    return ((struct knee_asking_shared *)shared)->service;
}

static int enter(void *shared, void *worker, uint32_t index)
{
    struct knee_postgres *service = service_of(shared);
    struct postgres_worker *own = worker;
    own->pq = &service->pq;
    own->tally = &service->asking.tallies[index];
    if (knee_postgres_play_open(&own->play, &service->script, index))
        return ENOMEM;
    make_connection(service, own); /* if that fails, the first item says so */
    return 0;
}

static int item(void *shared, void *worker)
{
    struct knee_postgres *service = service_of(shared);
    struct postgres_worker *own = worker;
    struct knee_postgres_answer answer;
    if (!knee_asking_may_ask(&service->asking))
        return ECANCELED;
    int error = own->connection ? 0 : make_connection(service, own);
    if (error)
        return error;
    int kind = knee_postgres_ask(service, own->connection, &own->play, &answer);
    if (kind == KNEE_FAILURE_RESET || own->pq->status(own->connection) != CONNECTION_OK)
        disconnect(own);
    if (kind == KNEE_FAILURES)
        return ECANCELED;
    if (kind >= 0)
        return knee_asking_fail(&service->asking, own->tally, (enum knee_failure)kind, answer.what);
    knee_request_tally_answer(own->tally, answer.first_byte_ns);
    if (service->think_ns > 0)
        knee_asking_sleep(&service->asking, service->think_ns);
    return 0;
}

/* A query that was given up is ended on the server, too. */
static void leave(void *shared, void *worker)
{
    struct postgres_worker *own = worker;
    char unused[256];
    (void)shared;
    if (own->connection && own->pq->transaction_status(own->connection) == PQTRANS_ACTIVE) {
        PGcancel *cancel = own->pq->get_cancel(own->connection);
        if (cancel)
            own->pq->cancel(cancel, unused, sizeof unused);
        own->pq->free_cancel(cancel);
    }
    disconnect(own);
    knee_postgres_play_close(&own->play);
}

static const char *const SCHEMES[] = {"postgres://", "postgresql://", NULL};
static const char *const SETTINGS[] = {"query", "file", "think", NULL};

static const struct knee_target target = {
    .schemes = SCHEMES,
    .example = "postgres://USER@HOST/DATABASE",
    .settings = SETTINGS,
    .max_level = 128,
    .open = knee_postgres_open,
    .look = knee_postgres_look,
    .must_end = knee_asking_must_end,
    .check = knee_postgres_check,
    .window_ended = knee_asking_window_ended,
    .failures = knee_asking_failures,
    .retry_after_s = knee_asking_retry_after_s,
    .for_now_ratio = knee_asking_for_now_ratio,
    .close = knee_postgres_close,
};

const struct knee_workload knee_workload_postgres = {
    .name = "postgres",
    .summary = "a database's pool: knee sweep postgres://USER@HOST/DATABASE --param query=...|"
               "file=FILE|think=5ms",
    .resource = KNEE_CLASS_NET,
    .named_only = true,
    .default_max_level = 128,
    .target = &target,
    .shared_bytes = sizeof(struct knee_asking_shared),
    .worker_bytes = sizeof(struct postgres_worker),
    .setup = knee_asking_setup,
    .begin = knee_asking_begin,
    .enter = enter,
    .item = item,
    .leave = leave,
    .cancel = knee_asking_cancel,
    .probe = knee_asking_probe,
    .teardown = knee_asking_teardown,
};

#endif
