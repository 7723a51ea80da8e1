/* SPDX-License-Identifier: MIT */
/* The first query to a database: does it work, and how many connections may there be? */
#include "workloads/target/postgres_service.h"

#if defined KNEE_WITH_LIBPQ

#include "core/base/clock.h"
#include "core/host/hostfile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MULTIPLE_STATEMENTS "42601" /* of PQprepare(), with more than one; or a syntax error */

/* The limits of connections, how many each lets this user make, with this one, and how many are in
 * use besides: of the server, the database and the role. A superuser is bound by the first alone.
 * Of others' sessions only a superuser or a monitor sees the kind; everyone sees whose they are. */
static const char LIMITS[] =
    "SELECT CASE WHEN s THEN m ELSE m - p END, m, p, u - 1, d, du - 1, l, lu - 1, pg_backend_pid(),"
    " coalesce(inet_server_addr() = inet_client_addr(), true), current_setting('server_version'), n"
    " FROM (SELECT current_setting('max_connections')::int m,"
    " current_setting('superuser_reserved_connections')::int p, a.*, r.rolsuper s,"
    " CASE WHEN r.rolsuper THEN -1 ELSE r.rolconnlimit END l,"
    " CASE WHEN r.rolsuper THEN -1 ELSE b.datconnlimit END d, r.rolname n"
    " FROM pg_roles r JOIN pg_database b"
    " ON r.rolname = session_user AND b.datname = current_database(), LATERAL"
    " (SELECT sum(k::int) u, sum((k AND datid = b.oid)::int) du, sum((k AND usesysid = r.oid)::int)"
    " lu FROM (SELECT datid, usesysid, coalesce(backend_type = 'client backend', usesysid IS NOT"
    " NULL AND datid IS NOT NULL) k FROM pg_stat_activity) c) a) t";
enum {
    SERVER_MAX,
    CONNECTIONS,
    RESERVED,
    IN_USE,
    DATABASE_MAX,
    DATABASE_IN_USE,
    ROLE_MAX,
    ROLE_IN_USE,
    BACKEND,
    LOCAL,
    VERSION,
    ROLE
};

static long number(const struct knee_postgres *postgres, const PGresult *result, int column)
{
    return strtol(postgres->pq.getvalue(result, 0, column), NULL, 10);
}

/* The process that started the backend; 0: it is on another host, or in another namespace. */
static int find_postmaster(long backend)
{
    char path[64], text[512], name[16] = "";
    int parent = 0;
    snprintf(path, sizeof path, "/proc/%ld", backend);
    if (!knee_hostfile_read("", path, "stat", text, sizeof text))
        return 0;
    const char *end = strrchr(text, ')');
    if (!end || sscanf(text, "%*d (%15[^)]", name) != 1 || strncmp(name, "postgres", 8) != 0 ||
        sscanf(end, ") %*c %d", &parent) != 1)
        return 0;
    return parent;
}

/* `most` less those in use; -1: unlimited. */
static void bound(struct knee_target_look *look, long most, long in_use, const char *by)
{
    long left = most > in_use ? most - in_use : 1;
    if (most < 0 || (look->level_max > 0 && left >= (long)look->level_max))
        return;
    look->level_max = (uint32_t)left;
    snprintf(look->level_max_by, sizeof look->level_max_by, "%s, %ld in use", by, in_use);
}

/* The smallest of the limits, and what it is called. */
static void look_at_limits(const struct knee_postgres *postgres, PGconn *connection,
                           struct knee_target_look *look)
{
    PGresult *result = postgres->pq.exec(connection, LIMITS);
    char by[96];
    if (postgres->pq.result_status(result) == PGRES_TUPLES_OK &&
        postgres->pq.ntuples(result) == 1) {
        long most = number(postgres, result, CONNECTIONS),
             reserved = number(postgres, result, RESERVED),
             of_database = number(postgres, result, DATABASE_MAX),
             of_role = number(postgres, result, ROLE_MAX);
        snprintf(by, sizeof by, "max_connections %ld, %ld reserved", most, reserved);
        bound(look, number(postgres, result, SERVER_MAX), number(postgres, result, IN_USE), by);
        snprintf(by, sizeof by, "CONNECTION LIMIT %ld of the database", of_database);
        bound(look, of_database, number(postgres, result, DATABASE_IN_USE), by);
        snprintf(by, sizeof by, "CONNECTION LIMIT %ld of the role %.20s", of_role,
                 postgres->pq.getvalue(result, 0, ROLE));
        bound(look, of_role, number(postgres, result, ROLE_IN_USE), by);
        look->local = postgres->pq.getvalue(result, 0, LOCAL)[0] == 't';
        look->server_pid = look->local ? find_postmaster(number(postgres, result, BACKEND)) : 0;
        snprintf(look->said, sizeof look->said, "PostgreSQL %.40s",
                 postgres->pq.getvalue(result, 0, VERSION));
    }
    postgres->pq.clear(result);
}

/* Several statements cannot be prepared, but can be sent as one. */
static int try_preparing(struct knee_postgres *postgres, PGconn *connection, struct knee_err *err)
{
    PGresult *result = postgres->pq.prepare(connection, "knee_look", postgres->query, 0, NULL);
    const char *state = postgres->pq.result_error_field(result, PG_DIAG_SQLSTATE);
    const char *message = postgres->pq.result_error_field(result, PG_DIAG_MESSAGE_PRIMARY);
    bool fine = postgres->pq.result_status(result) == PGRES_COMMAND_OK;
    bool several = state && message && strcmp(state, MULTIPLE_STATEMENTS) == 0 &&
                   strstr(message, "multiple commands");
    if (several)
        postgres->prepared = false;
    else if (!fine)
        knee_err_set(err, KNEE_FAILED, "postgres: the query fails: %.200s (SQLSTATE %.5s); fix it",
                     message ? message : "", state ? state : "");
    postgres->pq.clear(result);
    return fine || several ? 0 : -1;
}

static int fail_to_connect(const struct knee_postgres *postgres, const PGconn *connection,
                           struct knee_err *err)
{
    const char *message = postgres->pq.error_message(connection);
    int bytes = (int)strcspn(message, "\n");
    return knee_err_set(
        err, KNEE_FAILED, "postgres: %.150s: %.*s; try psql with the same URL%s",
        postgres->params.urls[0], bytes < 250 ? bytes : 250, message,
        strstr(message, "password") ? ", and keep a password in ~/.pgpass or PGPASSWORD" : "");
}

static int ask_once(struct knee_postgres *postgres, PGconn *connection,
                    struct knee_target_look *look, struct knee_err *err)
{
    struct knee_postgres_answer answer;
    struct knee_postgres_play play = {0};
    if (knee_postgres_play_open(&play, &postgres->script, 0))
        return knee_err_memory(err, "postgres");
    uint64_t start_ns = knee_clock_now_ns();
    int kind = knee_postgres_ask(postgres, connection, &play, &answer);
    look->item_s = knee_clock_to_s(knee_clock_now_ns() - start_ns + postgres->think_ns);
    look->first_byte_s = knee_clock_to_s(answer.first_byte_ns);
    knee_postgres_play_close(&play);
    size_t used = strlen(look->said);
    if (used > 0)
        snprintf(look->said + used, sizeof look->said - used, ", %d row%s", answer.rows,
                 answer.rows == 1 ? "" : "s");
    if (kind < 0)
        return 0;
    if (kind == KNEE_FAILURES)
        return knee_err_set(err, KNEE_INTERRUPTED + *postgres->params.interrupted, "interrupted");
    return knee_err_set(err, KNEE_FAILED, "postgres: the query fails: %s; fix it", answer.what);
}

int knee_postgres_look(void *service, struct knee_target_look *look, struct knee_err *err)
{
    struct knee_postgres *postgres = service;
    *look = (struct knee_target_look){.item_s = NAN, .connect_s = NAN, .first_byte_s = NAN};
    bool is_script = postgres->script.steps_count > 0;
    postgres->prepared = false; /* until it is known that it can be */
    uint64_t start_ns = knee_clock_now_ns();
    PGconn *connection = knee_postgres_connect(postgres);
    look->connect_s = knee_clock_to_s(knee_clock_now_ns() - start_ns);
    postgres->prepared = !is_script;
    int status = 0;
    if (postgres->pq.status(connection) != CONNECTION_OK)
        status = fail_to_connect(postgres, connection, err);
    else if (!is_script)
        status = try_preparing(postgres, connection, err);
    if (status == 0) {
        look_at_limits(postgres, connection, look);
        if (postgres->prepared)
            postgres->pq.clear(postgres->pq.prepare(connection, "knee", postgres->query, 0, NULL));
        status = ask_once(postgres, connection, look, err);
        atomic_fetch_add_explicit(&postgres->asking.made, 1, memory_order_relaxed);
    }
    postgres->pq.finish(connection);
    return status;
}

int knee_postgres_check(void *service, struct knee_err *err)
{
    const struct knee_postgres *postgres = service;
    if (postgres->pq.ping(postgres->params.urls[0]) != PQPING_NO_RESPONSE)
        return 0;
    return knee_err_set(err, KNEE_FAILED, "postgres: the server at %.200s is gone",
                        postgres->params.urls[0]);
}

#endif
