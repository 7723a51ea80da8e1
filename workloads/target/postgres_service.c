/* SPDX-License-Identifier: MIT */
#include "workloads/target/postgres_service.h"

#if defined KNEE_WITH_LIBPQ

#include "core/base/clock.h"
#include "core/text/parse.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATEMENT "knee"
#define QUERY "SELECT 1"
#define QUERY_BYTES_MAX (1u << 20)
#define THINK_MAX_NS 6e10
#define POLL_MS 200 /* between two looks at whether to go on */
#define SQLSTATE_BYTES 5

static int read_file(struct knee_postgres *postgres, const char *path, struct knee_err *err)
{
    FILE *in = fopen(path, "re");
    if (!in)
        return knee_err_set(err, KNEE_USAGE,
                            "--param file=%.200s: %s; give a file that can be read", path,
                            strerror(errno));
    postgres->query = calloc(1, QUERY_BYTES_MAX + 2);
    size_t bytes = postgres->query ? fread(postgres->query, 1, QUERY_BYTES_MAX + 1, in) : 0;
    int unread = ferror(in);
    fclose(in);
    if (!postgres->query)
        return knee_err_memory(err, "--param file");
    if (unread || bytes == 0 || bytes > QUERY_BYTES_MAX)
        return knee_err_set(err, KNEE_USAGE, "--param file=%.200s: %s; give a file with SQL", path,
                            unread       ? "cannot be read"
                            : bytes == 0 ? "empty"
                                         : "more than 1 MiB");
    if (!knee_postgres_script_is(postgres->query))
        return 0;
    postgres->prepared = false;
    return knee_postgres_script_read(&postgres->script, postgres->query, err);
}

static int read_setting(struct knee_postgres *postgres, const char *setting, struct knee_err *err)
{
    static const struct knee_parameter think = {
        .name = "think", .unit = KNEE_PARAMETER_TIME, .max = THINK_MAX_NS};
    const char *value = strchr(setting, '=') + 1;
    double think_ns = 0;
    if (strncmp(setting, "think=", 6) == 0) {
        if (knee_parse_parameter(&think, value, &think_ns, err))
            return -1;
        postgres->think_ns = (uint64_t)think_ns;
        return 0;
    }
    if (postgres->query)
        return knee_err_set(err, KNEE_USAGE,
                            "--param: query= and file= both say what to send; give one of them");
    if (strncmp(setting, "file=", 5) == 0)
        return read_file(postgres, value, err);
    postgres->query = strdup(value);
    return postgres->query ? 0 : knee_err_memory(err, "--param query");
}

/* A password in the URL would be seen by ps, and kept in the results. */
static bool has_password(const char *url)
{
    const char *host = strstr(url, "://") + 3;
    size_t user_bytes = strcspn(host, "@/?");
    return (host[user_bytes] == '@' && memchr(host, ':', user_bytes)) ||
           strstr(host, "password=") != NULL;
}

static int check(const struct knee_postgres *postgres, struct knee_err *err)
{
    const struct knee_target_params *params = &postgres->params;
    char *wrong = NULL;
    if (params->urls_count > 1)
        return knee_err_set(err, KNEE_USAGE, "postgres: one database at a time; give one URL");
    if (params->items && params->items->count > 0)
        return knee_err_set(err, KNEE_USAGE, "postgres: --items is for http://; drop it");
    if (has_password(params->urls[0]))
        return knee_err_set(err, KNEE_USAGE,
                            "postgres: a URL with a password in it; put it into ~/.pgpass or set "
                            "PGPASSWORD");
    PQconninfoOption *parsed = postgres->pq.conninfo_parse(params->urls[0], &wrong);
    int failed = 0;
    if (!parsed)
        failed = knee_err_set(
            err, KNEE_USAGE, "postgres: %.200s: %.*s; write postgres://USER@HOST/DATABASE",
            params->urls[0], wrong ? (int)strcspn(wrong, "\n") : 0, wrong ? wrong : "");
    postgres->pq.conninfo_free(parsed);
    postgres->pq.freemem(wrong);
    return failed;
}

int knee_postgres_open(void **service, const struct knee_target_params *params,
                       struct knee_err *err)
{
    struct knee_postgres *postgres = calloc(1, sizeof *postgres);
    if (!postgres)
        return knee_err_memory(err, "postgres");
    postgres->params = *params;
    postgres->prepared = true;
    knee_asking_init(&postgres->asking, params);
    int failed = knee_libpq_load(&postgres->pq, err);
    if (!failed)
        failed = check(postgres, err);
    for (size_t i = 0; i < params->settings_count && !failed; i++)
        failed = read_setting(postgres, params->settings[i], err);
    if (!failed && !postgres->query && !(postgres->query = strdup(QUERY)))
        failed = knee_err_memory(err, "postgres");
    if (failed) {
        knee_postgres_close(postgres);
        return -1;
    }
    *service = postgres;
    return 0;
}

void knee_postgres_close(void *service)
{
    struct knee_postgres *postgres = service;
    if (!postgres)
        return;
    knee_postgres_script_release(&postgres->script);
    free(postgres->query);
    knee_asking_release(&postgres->asking);
    free(postgres);
}

/* A shorter timeout of the database's or the role's own is part of what is measured: it stays. */
static void set_timeout(const struct knee_postgres *postgres, PGconn *connection)
{
    char text[192];
    snprintf(text, sizeof text,
             "SELECT set_config(name, least(nullif(setting::bigint, 0), %llu)::text, false) FROM "
             "pg_settings NATURAL JOIN (VALUES ('statement_timeout')) v (name)",
             (unsigned long long)(postgres->params.timeout_ns / KNEE_NS_PER_MS));
    postgres->pq.clear(postgres->pq.exec(connection, text));
}

PGconn *knee_postgres_connect(const struct knee_postgres *postgres)
{
    const char *const keys[] = {"dbname", "application_name", "connect_timeout", NULL};
    char seconds[16];
    snprintf(seconds, sizeof seconds, "%llu",
             2 + (unsigned long long)(postgres->params.timeout_ns / KNEE_NS_PER_S));
    const char *const values[] = {postgres->params.urls[0], "knee", seconds, NULL};
    PGconn *connection = postgres->pq.connectdb_params(keys, values, 1);
    if (postgres->pq.status(connection) != CONNECTION_OK)
        return connection;
    set_timeout(postgres, connection);
    if (postgres->prepared)
        postgres->pq.clear(postgres->pq.prepare(connection, STATEMENT, postgres->query, 0, NULL));
    return connection;
}

static enum knee_failure kind_of(const char *state)
{
    static const struct {
        const char *prefix;
        enum knee_failure kind;
    } KINDS[] = {{"57014", KNEE_FAILURE_TIMEOUT},
                 {"53300", KNEE_FAILURE_REFUSED},
                 {"57P03", KNEE_FAILURE_REFUSED},
                 {"57P0", KNEE_FAILURE_RESET},
                 {"08", KNEE_FAILURE_RESET}};
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++)
        if (strncmp(state, KINDS[i].prefix, strlen(KINDS[i].prefix)) == 0)
            return KINDS[i].kind;
    return KNEE_FAILURE_STATUS;
}

static const char *state_words(const char *state)
{
    static const char *const WORDS[][2] = {
        {"22012", " (division by zero)"},      {"23505", " (unique violation)"},
        {"40001", " (serialization failure)"}, {"40P01", " (deadlock)"},
        {"42601", " (syntax error)"},          {"42P01", " (undefined table)"},
        {"42501", " (not allowed)"},           {"53300", " (too many connections)"},
        {"55P03", " (lock not available)"},    {"57014", " (timeout)"},
        {"57P01", " (server shuts down)"},
    };
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (strcmp(state, WORDS[i][0]) == 0)
            return WORDS[i][1];
    return "";
}

/* -1 if the result is fine. */
static int judge(const struct knee_postgres *postgres, const PGresult *result,
                 struct knee_postgres_answer *answer)
{
    ExecStatusType status = postgres->pq.result_status(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY)
        return -1;
    const char *state = postgres->pq.result_error_field(result, PG_DIAG_SQLSTATE);
    if (!state || strlen(state) != SQLSTATE_BYTES) {
        snprintf(answer->what, sizeof answer->what, "the connection broke");
        return KNEE_FAILURE_RESET;
    }
    snprintf(answer->what, sizeof answer->what, "SQLSTATE %s%s", state, state_words(state));
    return (int)kind_of(state);
}

/* Waits until something can be read; false: cancelled, or the connection is broken. */
static bool wait_for_input(const struct knee_postgres *postgres, PGconn *connection)
{
    struct pollfd waits = {.fd = postgres->pq.socket(connection), .events = POLLIN};
    while (!knee_asking_is_cancelled(&postgres->asking)) {
        int ready = poll(&waits, 1, POLL_MS);
        if (ready > 0)
            return postgres->pq.consume_input(connection) == 1;
        if (ready < 0 && errno != EINTR)
            return false;
    }
    return false;
}

static int broken(const struct knee_postgres *postgres, struct knee_postgres_answer *answer)
{
    snprintf(answer->what, sizeof answer->what, "the connection broke");
    return knee_asking_is_cancelled(&postgres->asking) ? KNEE_FAILURES : KNEE_FAILURE_RESET;
}

/* Waits for the whole answer. */
static int take_answer(const struct knee_postgres *postgres, PGconn *connection, uint64_t start_ns,
                       struct knee_postgres_answer *answer)
{
    int kind = -1;
    for (;;) {
        while (postgres->pq.is_busy(connection)) {
            if (!wait_for_input(postgres, connection))
                return broken(postgres, answer);
            if (answer->first_byte_ns == 0)
                answer->first_byte_ns = knee_clock_now_ns() - start_ns;
        }
        PGresult *result = postgres->pq.get_result(connection);
        if (!result)
            return kind;
        if (kind < 0)
            kind = judge(postgres, result, answer);
        answer->rows = postgres->pq.ntuples(result);
        postgres->pq.clear(result);
    }
}

/* After a failure amid a transaction. If this fails as well, the connection is of no more use. */
static void roll_back(const struct knee_postgres *postgres, PGconn *connection)
{
    struct knee_postgres_answer unused = {0};
    PGTransactionStatusType status = postgres->pq.transaction_status(connection);
    if ((status == PQTRANS_INTRANS || status == PQTRANS_INERROR) &&
        postgres->pq.send_query(connection, "ROLLBACK"))
        take_answer(postgres, connection, 0, &unused);
}

static int play_script(const struct knee_postgres *postgres, PGconn *connection,
                       struct knee_postgres_play *play, uint64_t start_ns,
                       struct knee_postgres_answer *answer)
{
    size_t at = 0;
    const char *statement;
    int kind = -1;
    while (kind < 0 && (statement = knee_postgres_play_next(play, &postgres->script, &at)))
        kind = postgres->pq.send_query(connection, statement)
                   ? take_answer(postgres, connection, start_ns, answer)
                   : broken(postgres, answer);
    if (kind != KNEE_FAILURES)
        roll_back(postgres, connection);
    return kind;
}

int knee_postgres_ask(struct knee_postgres *postgres, PGconn *connection,
                      struct knee_postgres_play *play, struct knee_postgres_answer *answer)
{
    uint64_t start_ns = knee_clock_now_ns();
    *answer = (struct knee_postgres_answer){0};
    if (postgres->script.steps_count > 0)
        return play_script(postgres, connection, play, start_ns, answer);
    int sent = postgres->prepared
                   ? postgres->pq.send_query_prepared(connection, STATEMENT, 0, NULL, NULL, NULL, 0)
                   : postgres->pq.send_query(connection, postgres->query);
    int kind =
        sent ? take_answer(postgres, connection, start_ns, answer) : broken(postgres, answer);
    if (kind != KNEE_FAILURES) /* a file may have a BEGIN of its own */
        roll_back(postgres, connection);
    return kind;
}

enum knee_failure knee_postgres_refused(const struct knee_postgres *postgres,
                                        const PGconn *connection, char *what, size_t what_bytes)
{
    const char *message = postgres->pq.error_message(connection);
    bool full = strstr(message, "too many clients") || strstr(message, "too many connections") ||
                strstr(message, "slots are reserved");
    snprintf(what, what_bytes, "%s",
             full ? "SQLSTATE 53300 (too many connections)" : "no connection");
    return KNEE_FAILURE_REFUSED;
}

#endif
