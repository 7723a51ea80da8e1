/* SPDX-License-Identifier: MIT */
/* The event loop of the server's process. Private to server.c. Files and memory are made before the
 * fork, when a failure can still be reported; after it there are only system calls. */
#ifndef KNEE_WORKLOADS_SERVER_SERVER_LOOP_H
#define KNEE_WORKLOADS_SERVER_SERVER_LOOP_H

#include "core/base/err.h"
#include "workloads/server/server.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Shared with the parent. One writer; `version` is odd while it writes (a sequence lock). */
struct knee_server_loop_page {
    _Atomic uint32_t version;
    _Atomic uint32_t in_service;    /* requests in service now */
    _Atomic uint64_t in_service_ns; /* integral over time up to `since_ns` */
    _Atomic uint64_t since_ns;
};

struct knee_server_loop_connection {
    int fd;                 /* -1: none */
    uint32_t received;      /* bytes of the request under way */
    uint32_t response_left; /* bytes that did not fit into the socket */
    enum knee_server_status status;
    bool is_client; /* has sent the token; until then it is a stranger */
    bool in_pool;   /* its request is in service or queued; it may be closed already */
};

struct knee_server_loop {
    struct knee_server_params params;
    struct knee_server_token token;
    int listen_fd, epoll_fd, timer_fd;
    uint16_t port;
    uint32_t capacity;      /* connections in all */
    uint32_t clients_max;   /* of these; the others are for strangers */
    uint32_t clients_count; /* includes closed ones whose request is still served */
    uint32_t *strangers;    /* the oldest first */
    uint32_t strangers_count;
    uint64_t armed_ns; /* what the timer waits for; 0: nothing */
    struct knee_server_pool pool;
    struct knee_random random;
    struct knee_server_loop_connection *connections;
    uint32_t *unused; /* a stack of the unused connections */
    uint32_t unused_count;
    char *responses; /* one for each status */
    char *scratch;
    struct knee_server_pool_entry *in_service;
    uint32_t *queue;
    struct knee_server_loop_page *page;
};

/* Makes the files and the memory. 0 or -1. */
int knee_server_loop_open(struct knee_server_loop *loop, const struct knee_server_params *params,
                          const struct knee_server_token *token, struct knee_server_loop_page *page,
                          struct knee_err *err);

/* Serves until the control is readable; a knee_companion_run. */
void knee_server_loop_run(void *loop, int control_fd);

/* The parts of that, for tests, which then need no second process. Begin to watch. Then turn:
 * handle all that is ready within the time (-1: no bound); false if the control is readable. Take a
 * connected, non-blocking stream socket as if it had come through the port; the loop closes it. */
void knee_server_loop_start(struct knee_server_loop *loop, int control_fd);
bool knee_server_loop_turn(struct knee_server_loop *loop, int timeout_ms);
void knee_server_loop_take(struct knee_server_loop *loop, int fd);

void knee_server_loop_close(struct knee_server_loop *loop);

#endif
