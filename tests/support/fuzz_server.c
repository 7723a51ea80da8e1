/* SPDX-License-Identifier: MIT */
/* The loopback server under what other users of the host may send it, in this process and without
 * waiting: socket pairs in the place of TCP connections. The bytes are orders, two for each: what
 * to do with which of eight peers. */
#include "tests/support/fuzz_targets.h"

#include "workloads/server/server_loop.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PEERS 8
#define CLIENTS 3
#define ORDERS_MAX 64 /* of one input: each is a system call or more */
#define REQUEST_BYTES 24
#define STREAM (SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK)

enum { CONNECT, TOKEN, REQUEST, GARBAGE, READ, CLOSE, TURN, HALF_TOKEN, ORDERS };

struct peers {
    struct knee_server_loop loop;
    struct knee_server_loop_page page;
    int fds[PEERS]; /* -1: not connected */
    int control[2];
};

static void open_loop(struct peers *peers)
{
    const struct knee_server_params params = {
        .pool = {.limit = 1, .service_ns = 1, .refuse = false},
        .request_bytes = REQUEST_BYTES,
        .response_bytes = 3000,
        .connections_max = CLIENTS};
    const struct knee_server_token token = {"0123456789abcde"};
    if (knee_server_loop_open(&peers->loop, &params, &token, &peers->page, NULL) != 0 ||
        pipe(peers->control) != 0)
        abort();
    knee_server_loop_start(&peers->loop, peers->control[0]);
}

static void turn(struct peers *peers)
{
    if (!knee_server_loop_turn(&peers->loop, 0))
        abort();
}

/* Every number is in one place: unused, a stranger's, or a client's. */
static void check(const struct knee_server_loop *loop)
{
    if (loop->clients_count > loop->clients_max ||
        loop->strangers_count > loop->capacity - loop->clients_max ||
        loop->unused_count + loop->strangers_count + loop->clients_count != loop->capacity)
        abort();
}

static void connect_peer(struct peers *peers, int *fd)
{
    int pair[2];
    if (*fd >= 0)
        close(*fd);
    if (socketpair(AF_UNIX, STREAM, 0, pair) != 0)
        abort();
    *fd = pair[0];
    knee_server_loop_take(&peers->loop, pair[1]);
}

static void send_to(int fd, const void *bytes, size_t count)
{
    if (fd >= 0)
        (void)!send(fd, bytes, count, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void obey(struct peers *peers, uint8_t order, uint8_t which)
{
    static const char request[REQUEST_BYTES] = {0};
    char buffer[4096];
    int *fd = &peers->fds[which % PEERS];
    const unsigned char *token = peers->loop.token.bytes;
    memset(buffer, which, 256);
    switch (order % ORDERS) {
    case CONNECT:
        connect_peer(peers, fd);
        break;
    case TOKEN:
        send_to(*fd, token, KNEE_SERVER_TOKEN_BYTES);
        break;
    case HALF_TOKEN:
        send_to(*fd, token + (which & 8), KNEE_SERVER_TOKEN_BYTES / 2);
        break;
    case REQUEST:
        send_to(*fd, request, REQUEST_BYTES);
        break;
    case GARBAGE:
        send_to(*fd, buffer, which);
        break;
    case READ:
        if (*fd >= 0)
            (void)!recv(*fd, buffer, sizeof buffer, MSG_DONTWAIT);
        break;
    case CLOSE:
        if (*fd >= 0)
            close(*fd);
        *fd = -1;
        break;
    default:
        turn(peers);
        check(&peers->loop);
    }
}

void fuzz_server(const uint8_t *bytes, size_t count)
{
    static struct peers peers;
    if (!peers.loop.connections) {
        open_loop(&peers);
        memset(peers.fds, -1, sizeof peers.fds);
    }
    for (size_t i = 0; i + 1 < count && i < 2 * ORDERS_MAX; i += 2)
        obey(&peers, bytes[i], bytes[i + 1]);
    for (int i = 0; i < PEERS; i++)
        obey(&peers, CLOSE, (uint8_t)i);
    /* All numbers come back: each request is served, and then its peer is found closed. */
    for (int i = 0; i < 100 && peers.loop.unused_count < peers.loop.capacity; i++)
        turn(&peers);
    check(&peers.loop);
    if (peers.loop.unused_count < peers.loop.capacity)
        abort();
}
