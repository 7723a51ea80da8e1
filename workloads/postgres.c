/* SPDX-License-Identifier: MIT */
/* Transactions of a PostgreSQL database by libpq: each slot keeps a connection of its own. */
#if defined KNEE_WITH_LIBPQ

#include "core/base/array.h"
#include "core/base/clock.h"
#include "workloads/registry.h"
#include "workloads/target/postgres_service.h"

#include <errno.h>
#include <stdlib.h>

/* Without a connection a request fails at once: the pause spares both sides a storm of them. */
#define REFUSED_PAUSE_NS (10 * KNEE_NS_PER_MS)
#define WHAT_BYTES 120

struct postgres_shared {
    struct knee_postgres *service;
    struct knee_request_tally *tallies;
    uint32_t slots;
};

struct postgres_worker {
    PGconn *connection; /* NULL: none yet, or it broke */
    struct knee_request_tally *tally;
    struct knee_postgres_play play;
};

static int setup(void *shared, const struct knee_workload_setup *setup, char *warning,
                 size_t warning_bytes, struct knee_err *err)
{
    struct postgres_shared *common = shared;
    (void)warning, (void)warning_bytes;
    common->service = setup->custom;
    common->slots = setup->workers_max;
    common->tallies = knee_request_tally_make(setup->workers_max);
    return common->tallies ? 0 : knee_err_memory(err, "postgres");
}

static void disconnect(struct postgres_worker *own)
{
    PQfinish(own->connection);
    own->connection = NULL;
}

/* 0, or the errno of a failed item. */
static int fail(struct knee_postgres *service, struct postgres_worker *own, int kind,
                const char *what)
{
    static const int ERRORS[KNEE_FAILURES + 1] = {[KNEE_FAILURE_REFUSED] = ECONNREFUSED,
                                                  [KNEE_FAILURE_TIMEOUT] = ETIMEDOUT,
                                                  [KNEE_FAILURE_STATUS] = EPROTO,
                                                  [KNEE_FAILURE_TLS] = EPROTO,
                                                  [KNEE_FAILURE_RESET] = ECONNRESET,
                                                  [KNEE_FAILURE_OTHER] = EIO,
                                                  [KNEE_FAILURES] = ECANCELED};
    if (kind == KNEE_FAILURES)
        return ERRORS[kind];
    knee_request_failures_note(&service->failures, what);
    knee_request_tally_fail(own->tally, (enum knee_failure)kind);
    if (kind == KNEE_FAILURE_REFUSED)
        knee_clock_sleep_until_ns(knee_clock_now_ns() + REFUSED_PAUSE_NS);
    return ERRORS[kind];
}

static int make_connection(struct knee_postgres *service, struct postgres_worker *own)
{
    char what[WHAT_BYTES];
    uint64_t start_ns = knee_clock_now_ns();
    own->connection = knee_postgres_connect(service);
    if (PQstatus(own->connection) == CONNECTION_OK) {
        knee_request_tally_connect(own->tally, knee_clock_now_ns() - start_ns);
        return 0;
    }
    int kind = knee_postgres_refused(own->connection, what, sizeof what);
    disconnect(own);
    return fail(service, own, kind, what);
}

static int enter(void *shared, void *worker, uint32_t index)
{
    struct postgres_shared *common = shared;
    struct postgres_worker *own = worker;
    own->tally = &common->tallies[index];
    if (knee_postgres_play_open(&own->play, &common->service->script, index))
        return ENOMEM;
    make_connection(common->service, own); /* if that fails, the first item says so */
    return 0;
}

/* May one more be sent? */
static bool may_ask(struct knee_postgres *service)
{
    uint64_t most = service->params.max_requests;
    if (most == 0 || atomic_fetch_add_explicit(&service->requests, 1, memory_order_relaxed) < most)
        return true;
    knee_clock_sleep_until_ns(knee_clock_now_ns() + REFUSED_PAUSE_NS);
    return false;
}

static int item(void *shared, void *worker)
{
    struct knee_postgres *service = ((struct postgres_shared *)shared)->service;
    struct postgres_worker *own = worker;
    struct knee_postgres_answer answer;
    if (!may_ask(service))
        return ECANCELED;
    int error = own->connection ? 0 : make_connection(service, own);
    if (error)
        return error;
    int kind = knee_postgres_ask(service, own->connection, &own->play, &answer);
    if (kind == KNEE_FAILURE_RESET || PQstatus(own->connection) != CONNECTION_OK)
        disconnect(own);
    if (kind >= 0)
        return fail(service, own, kind, answer.what);
    knee_request_tally_answer(own->tally, answer.first_byte_ns);
    if (service->think_ns > 0)
        knee_clock_sleep_until_ns(knee_clock_now_ns() + service->think_ns);
    return 0;
}

/* A query that was given up is ended on the server, too. */
static void leave(void *shared, void *worker)
{
    struct postgres_worker *own = worker;
    char unused[256];
    (void)shared;
    if (own->connection && PQtransactionStatus(own->connection) == PQTRANS_ACTIVE) {
        PGcancel *cancel = PQgetCancel(own->connection);
        if (cancel)
            PQcancel(cancel, unused, sizeof unused);
        PQfreeCancel(cancel);
    }
    disconnect(own);
    knee_postgres_play_close(&own->play);
}

static void cancel(void *shared)
{
    struct postgres_shared *common = shared;
    atomic_store_explicit(&common->service->cancelled, true, memory_order_relaxed);
}

static void probe(void *shared, struct knee_workload_probe *probe)
{
    struct postgres_shared *common = shared;
    knee_request_tally_probe(common->tallies, common->slots, probe);
}

static void teardown(void *shared)
{
    struct postgres_shared *common = shared;
    atomic_store_explicit(&common->service->cancelled, false, memory_order_relaxed);
    free(common->tallies);
}

static bool must_end(void *service)
{
    struct knee_postgres *postgres = service;
    uint64_t most = postgres->params.max_requests;
    return most > 0 && atomic_load_explicit(&postgres->requests, memory_order_relaxed) >= most;
}

static void failures(void *service, char *text, size_t text_bytes)
{
    knee_request_failures_text(&((struct knee_postgres *)service)->failures, text, text_bytes);
}

static double retry_after_s(void *service)
{
    return ((struct knee_postgres *)service)->failures.retry_after_s;
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
    .must_end = must_end,
    .check = knee_postgres_check,
    .failures = failures,
    .retry_after_s = retry_after_s,
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
    .shared_bytes = sizeof(struct postgres_shared),
    .worker_bytes = sizeof(struct postgres_worker),
    .setup = setup,
    .enter = enter,
    .item = item,
    .leave = leave,
    .cancel = cancel,
    .probe = probe,
    .teardown = teardown,
};

#endif
