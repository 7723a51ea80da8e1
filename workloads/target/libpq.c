/* SPDX-License-Identifier: MIT */
#include "workloads/target/libpq.h"

#if defined KNEE_WITH_LIBPQ

#include "core/base/array.h"
#include "core/base/library.h"

#include <stddef.h>

static const char *const FILES[] = {"libpq.so.5", NULL};

static const struct knee_library_function FUNCTIONS[] = {
    {"PQclear", offsetof(struct knee_libpq, clear)},
    {"PQconnectdbParams", offsetof(struct knee_libpq, connectdb_params)},
    {"PQconninfoFree", offsetof(struct knee_libpq, conninfo_free)},
    {"PQconninfoParse", offsetof(struct knee_libpq, conninfo_parse)},
    {"PQconsumeInput", offsetof(struct knee_libpq, consume_input)},
    {"PQerrorMessage", offsetof(struct knee_libpq, error_message)},
    {"PQexec", offsetof(struct knee_libpq, exec)},
    {"PQfinish", offsetof(struct knee_libpq, finish)},
    {"PQfreemem", offsetof(struct knee_libpq, freemem)},
    {"PQgetResult", offsetof(struct knee_libpq, get_result)},
    {"PQgetvalue", offsetof(struct knee_libpq, getvalue)},
    {"PQisBusy", offsetof(struct knee_libpq, is_busy)},
    {"PQntuples", offsetof(struct knee_libpq, ntuples)},
    {"PQping", offsetof(struct knee_libpq, ping)},
    {"PQprepare", offsetof(struct knee_libpq, prepare)},
    {"PQresultErrorField", offsetof(struct knee_libpq, result_error_field)},
    {"PQresultStatus", offsetof(struct knee_libpq, result_status)},
    {"PQsendQuery", offsetof(struct knee_libpq, send_query)},
    {"PQsendQueryPrepared", offsetof(struct knee_libpq, send_query_prepared)},
    {"PQsocket", offsetof(struct knee_libpq, socket)},
    {"PQstatus", offsetof(struct knee_libpq, status)},
    {"PQtransactionStatus", offsetof(struct knee_libpq, transaction_status)},
    {"PQgetCancel", offsetof(struct knee_libpq, get_cancel)},
    {"PQcancel", offsetof(struct knee_libpq, cancel)},
    {"PQfreeCancel", offsetof(struct knee_libpq, free_cancel)},
};

int knee_libpq_load(struct knee_libpq *pq, struct knee_err *err)
{
    static const struct knee_library LIBRARY = {.files = FILES,
                                                .functions = FUNCTIONS,
                                                .functions_count = KNEE_COUNT(FUNCTIONS),
                                                .advice = "install libpq (Debian: libpq5)"};
    return knee_library_load(pq, &LIBRARY, "postgres", err);
}

#endif
