/* SPDX-License-Identifier: MIT */
/* Requests to a service that the workload speaks to itself: what they waited for, and how they
 * failed. Plain values. */
#ifndef KNEE_CORE_ENGINE_REQUESTS_H
#define KNEE_CORE_ENGINE_REQUESTS_H

#include <math.h>

/* How a request failed. */
enum knee_failure {
    KNEE_FAILURE_REFUSED, /* no connection: refused, unreachable, or too many of them */
    KNEE_FAILURE_TIMEOUT, /* no answer in time */
    KNEE_FAILURE_STATUS,  /* an answer that says so: an HTTP status, an SQLSTATE */
    KNEE_FAILURE_TLS,     /* the certificate, or the handshake */
    KNEE_FAILURE_RESET,   /* the connection broke before the answer was there */
    KNEE_FAILURE_OTHER,
    KNEE_FAILURES
};

/* In a window, or in all windows of a level. */
struct knee_requests {
    double first_byte_s;          /* mean time to the first byte of an answer; NAN unknown */
    double connect_s;             /* mean time to connect, with TLS; NAN: nothing was connected */
    double failed[KNEE_FAILURES]; /* requests; NAN: the items are not requests */
};

#define KNEE_REQUESTS_UNKNOWN                                                                      \
    (struct knee_requests)                                                                         \
    {                                                                                              \
        NAN, NAN,                                                                                  \
        {                                                                                          \
            NAN, NAN, NAN, NAN, NAN, NAN                                                           \
        }                                                                                          \
    }

#endif
