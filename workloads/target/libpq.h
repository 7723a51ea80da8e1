/* SPDX-License-Identifier: MIT */
/* The functions of libpq that are used here, each by its name without "PQ". */
#ifndef KNEE_WORKLOADS_TARGET_LIBPQ_H
#define KNEE_WORKLOADS_TARGET_LIBPQ_H

#if defined KNEE_WITH_LIBPQ

#include "core/base/err.h"

#include <libpq-fe.h>

struct knee_libpq {
    __typeof__(&PQclear) clear;
    __typeof__(&PQconnectdbParams) connectdb_params;
    __typeof__(&PQconninfoFree) conninfo_free;
    __typeof__(&PQconninfoParse) conninfo_parse;
    __typeof__(&PQconsumeInput) consume_input;
    __typeof__(&PQerrorMessage) error_message;
    __typeof__(&PQexec) exec;
    __typeof__(&PQfinish) finish;
    __typeof__(&PQfreemem) freemem;
    __typeof__(&PQgetResult) get_result;
    __typeof__(&PQgetvalue) getvalue;
    __typeof__(&PQisBusy) is_busy;
    __typeof__(&PQntuples) ntuples;
    __typeof__(&PQping) ping;
    __typeof__(&PQprepare) prepare;
    __typeof__(&PQresultErrorField) result_error_field;
    __typeof__(&PQresultStatus) result_status;
    __typeof__(&PQsendQuery) send_query;
    __typeof__(&PQsendQueryPrepared) send_query_prepared;
    __typeof__(&PQsocket) socket;
    __typeof__(&PQstatus) status;
    __typeof__(&PQtransactionStatus) transaction_status;
    __typeof__(&PQgetCancel) get_cancel;
    __typeof__(&PQcancel) cancel;
    __typeof__(&PQfreeCancel) free_cancel;
};

/* Loads it. -1 with KNEE_FAILED if it is not installed. */
int knee_libpq_load(struct knee_libpq *pq, struct knee_err *err);

#endif
#endif
