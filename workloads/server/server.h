/* SPDX-License-Identifier: MIT */
/* workloads/server: the loopback server of net and mixed, and its clients.
 *
 * The server runs on 127.0.0.1 in a process of its own, which ends when knee does (companion.h). It
 * answers requests of a fixed size over kept TCP connections, after a service time, through a pool
 * (server_pool.h). It is one event loop: 100,000 answers a second need about one CPU. The first
 * byte of an answer is its status. */
#ifndef KNEE_WORKLOADS_SERVER_SERVER_H
#define KNEE_WORKLOADS_SERVER_SERVER_H

#include "core/base/err.h"
#include "workloads/process/companion.h"
#include "workloads/server/server_pool.h"

#include <stdint.h>

struct knee_server_params {
    struct knee_server_pool_params pool;    /* a service time of 0 answers at once, past the pool */
    uint32_t request_bytes, response_bytes; /* at least 1 each */
    double errors_ratio;                    /* of the requests: answered by an error when served */
    uint32_t connections_max;               /* further ones are closed at once */
};

enum knee_server_status {
    KNEE_SERVER_OK,
    KNEE_SERVER_ERROR,   /* drawn by errors_ratio */
    KNEE_SERVER_REFUSED, /* the pool was full */
    KNEE_SERVER_STATUSES,
};

#define KNEE_SERVER_TOKEN_BYTES 16

/* The secret of one server and its clients: a connection begins with it. Other users of the host
 * can connect to the port, too, but get no answer and take no slot of a client's. */
struct knee_server_token {
    unsigned char bytes[KNEE_SERVER_TOKEN_BYTES];
};

struct knee_server_loop_page; /* what the server's process publishes */

/* Zeroed: none. */
struct knee_server {
    struct knee_companion companion;
    struct knee_server_loop_page *page;
    uint16_t port;
    struct knee_server_token token;
};

/* Starts it; connections are taken from the moment of return. 0 or -1. */
int knee_server_open(struct knee_server *server, const struct knee_server_params *params,
                     struct knee_err *err);

/* Cumulative: the process's CPU time, and the integral over time of the requests in service. From
 * any thread. Both are 0 once the server has died. */
void knee_server_probe(const struct knee_server *server, double *cpu_s, double *in_service_s);

/* Ends it at once, from any thread: every connection breaks, and clients that wait return. */
void knee_server_kill(const struct knee_server *server);

/* Ends it and waits until it is gone. Safe on a zeroed one. */
void knee_server_close(struct knee_server *server);

#endif
