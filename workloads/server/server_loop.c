/* SPDX-License-Identifier: MIT */
#include "workloads/server/server_loop.h"

#include "core/base/array.h"
#include "core/base/clock.h"
#include "workloads/parts/pace.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define EVENTS_MAX 256
#define BACKLOG 4096 /* all workers may connect at once */
#define SCRATCH_BYTES 65536u
#define STRANGERS_MIN 64u
#define SPARE_FDS 16u /* files that the process has open besides its connections */

/* Which file an event belongs to: a connection's number, or one of these. */
#define LISTEN (UINT32_MAX - 2)
#define TIMER (UINT32_MAX - 1)
#define CONTROL UINT32_MAX

static int make_listener(uint16_t *port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof address;
    if (fd >= 0 && (bind(fd, (struct sockaddr *)&address, bytes) != 0 || listen(fd, BACKLOG) != 0 ||
                    getsockname(fd, (struct sockaddr *)&address, &bytes) != 0)) {
        int error = errno;
        close(fd);
        errno = error;
        return -1;
    }
    *port = ntohs(address.sin_port);
    return fd;
}

/* As many strangers as clients, since every client begins as one, but all within the open files. */
static void set_capacity(struct knee_server_loop *loop)
{
    struct rlimit files;
    uint32_t clients = loop->params.connections_max, strangers = clients + STRANGERS_MIN;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 &&
        files.rlim_max < (uint64_t)clients + strangers + SPARE_FDS) {
        uint32_t room = files.rlim_max > SPARE_FDS ? (uint32_t)files.rlim_max - SPARE_FDS : 2;
        if (clients > room - room / 4)
            clients = room - room / 4;
        strangers = room - clients;
    }
    loop->clients_max = clients ? clients : 1;
    loop->capacity = loop->clients_max + (strangers ? strangers : 1);
}

static int make_memory(struct knee_server_loop *loop)
{
    size_t capacity = loop->capacity, response_bytes = loop->params.response_bytes;
    loop->connections = calloc(capacity, sizeof *loop->connections);
    loop->unused = calloc(capacity, sizeof *loop->unused);
    loop->in_service = calloc(capacity, sizeof *loop->in_service);
    loop->queue = calloc(capacity, sizeof *loop->queue);
    loop->strangers = calloc(capacity, sizeof *loop->strangers);
    loop->responses = calloc(KNEE_SERVER_STATUSES, response_bytes);
    loop->scratch = calloc(1, SCRATCH_BYTES);
    if (!loop->connections || !loop->unused || !loop->in_service || !loop->queue ||
        !loop->strangers || !loop->responses || !loop->scratch)
        return -1;
    for (uint32_t i = 0; i < capacity; i++) {
        loop->connections[i].fd = -1;
        loop->unused[i] = (uint32_t)capacity - 1 - i;
    }
    loop->unused_count = (uint32_t)capacity;
    for (int status = 0; status < KNEE_SERVER_STATUSES; status++)
        loop->responses[(size_t)status * response_bytes] = (char)status;
    return 0;
}

int knee_server_loop_open(struct knee_server_loop *loop, const struct knee_server_params *params,
                          const struct knee_server_token *token, struct knee_server_loop_page *page,
                          struct knee_err *err)
{
    *loop = (struct knee_server_loop){
        .params = *params,
        .token = *token,
        .page = page,
        .random = knee_random_seed(params->pool.seed, 1),
        .listen_fd = -1,
        .epoll_fd = -1,
        .timer_fd = -1,
    };
    set_capacity(loop);
    loop->listen_fd = make_listener(&loop->port);
    if (loop->listen_fd >= 0)
        loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (loop->epoll_fd >= 0)
        loop->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (loop->timer_fd < 0 || make_memory(loop) != 0) {
        knee_err_set(err, KNEE_FAILED, "server on 127.0.0.1: cannot start: %s", strerror(errno));
        knee_server_loop_close(loop);
        return -1;
    }
    knee_server_pool_init(&loop->pool, &params->pool, loop->in_service, loop->queue,
                          loop->capacity);
    return 0;
}

void knee_server_loop_close(struct knee_server_loop *loop)
{
    int *fds[] = {&loop->listen_fd, &loop->epoll_fd, &loop->timer_fd};
    for (size_t i = 0; i < KNEE_COUNT(fds); i++) {
        if (*fds[i] >= 0)
            close(*fds[i]);
        *fds[i] = -1;
    }
    free(loop->connections);
    free(loop->unused);
    free(loop->in_service);
    free(loop->queue);
    free(loop->strangers);
    free(loop->responses);
    free(loop->scratch);
}

static void watch(struct knee_server_loop *loop, int how, int fd, uint32_t events, uint32_t which)
{
    struct epoll_event event = {.events = events, .data.u32 = which};
    epoll_ctl(loop->epoll_fd, how, fd, &event);
}

static void forget_stranger(struct knee_server_loop *loop, uint32_t index)
{
    uint32_t at = 0;
    while (at < loop->strangers_count && loop->strangers[at] != index)
        at++;
    if (at == loop->strangers_count)
        return;
    loop->strangers_count--;
    memmove(&loop->strangers[at], &loop->strangers[at + 1],
            (loop->strangers_count - at) * sizeof *loop->strangers);
}

static void free_client(struct knee_server_loop *loop, uint32_t index)
{
    loop->clients_count--;
    loop->unused[loop->unused_count++] = index;
}

static void drop(struct knee_server_loop *loop, uint32_t index)
{
    struct knee_server_loop_connection *connection = &loop->connections[index];
    close(connection->fd);
    connection->fd = -1;
    if (!connection->is_client) {
        forget_stranger(loop, index);
        loop->unused[loop->unused_count++] = index;
    } else if (!connection->in_pool) { /* else its number is free when its service ends */
        free_client(loop, index);
    }
}

void knee_server_loop_take(struct knee_server_loop *loop, int fd)
{
    if (loop->strangers_count == loop->capacity - loop->clients_max)
        drop(loop, loop->strangers[0]);
    uint32_t index = loop->unused[--loop->unused_count];
    loop->connections[index] = (struct knee_server_loop_connection){.fd = fd};
    loop->strangers[loop->strangers_count++] = index;
    watch(loop, EPOLL_CTL_ADD, fd, EPOLLIN, index);
}

static void accept_all(struct knee_server_loop *loop)
{
    int fd, yes = 1;
    while ((fd = accept4(loop->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        knee_server_loop_take(loop, fd);
    }
}

/* Takes the token, which may come in parts. A wrong one ends the connection, and so does a client
 * too many. */
static void receive_token(struct knee_server_loop *loop, uint32_t index)
{
    struct knee_server_loop_connection *connection = &loop->connections[index];
    ssize_t got =
        recv(connection->fd, loop->scratch, KNEE_SERVER_TOKEN_BYTES - connection->received, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0 ||
        memcmp(loop->scratch, loop->token.bytes + connection->received, (size_t)got) != 0) {
        drop(loop, index);
        return;
    }
    connection->received += (uint32_t)got;
    if (connection->received < KNEE_SERVER_TOKEN_BYTES)
        return;
    if (loop->clients_count == loop->clients_max) {
        drop(loop, index);
        return;
    }
    connection->received = 0;
    connection->is_client = true;
    loop->clients_count++;
    forget_stranger(loop, index);
}

/* Sends the rest of the answer; a part that does not fit waits until the socket has room. */
static void send_rest(struct knee_server_loop *loop, uint32_t index, bool waited)
{
    struct knee_server_loop_connection *connection = &loop->connections[index];
    size_t bytes = loop->params.response_bytes;
    const char *response = loop->responses + (size_t)connection->status * bytes;
    ssize_t sent = send(connection->fd, response + bytes - connection->response_left,
                        connection->response_left, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        drop(loop, index);
        return;
    }
    connection->response_left -= sent > 0 ? (uint32_t)sent : 0;
    bool waits = connection->response_left > 0;
    if (waits != waited)
        watch(loop, EPOLL_CTL_MOD, connection->fd, waits ? EPOLLIN | EPOLLOUT : EPOLLIN, index);
}

static void respond(struct knee_server_loop *loop, uint32_t index, enum knee_server_status status)
{
    struct knee_server_loop_connection *connection = &loop->connections[index];
    if (status == KNEE_SERVER_OK && loop->params.errors_ratio > 0 &&
        knee_random_uniform(&loop->random) < loop->params.errors_ratio)
        status = KNEE_SERVER_ERROR;
    connection->status = status;
    connection->response_left = loop->params.response_bytes;
    send_rest(loop, index, false);
}

static void arrive(struct knee_server_loop *loop, uint32_t index, uint64_t now_ns)
{
    if (loop->params.pool.service_ns == 0)
        respond(loop, index, KNEE_SERVER_OK);
    else if (knee_server_pool_arrive(&loop->pool, index, now_ns) == KNEE_SERVER_POOL_REFUSED)
        respond(loop, index, KNEE_SERVER_REFUSED);
    else
        loop->connections[index].in_pool = true;
}

static void receive(struct knee_server_loop *loop, uint32_t index, uint64_t now_ns)
{
    struct knee_server_loop_connection *connection = &loop->connections[index];
    if (!connection->is_client) {
        receive_token(loop, index);
        return;
    }
    uint32_t wanted = loop->params.request_bytes - connection->received;
    ssize_t got =
        recv(connection->fd, loop->scratch, wanted < SCRATCH_BYTES ? wanted : SCRATCH_BYTES, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    /* Our clients wait for the answer before they speak again. */
    if (got <= 0 || connection->in_pool || connection->response_left > 0) {
        drop(loop, index);
        return;
    }
    connection->received += (uint32_t)got;
    if (connection->received < loop->params.request_bytes)
        return;
    connection->received = 0;
    arrive(loop, index, now_ns);
}

static void finish_due(struct knee_server_loop *loop, uint64_t now_ns)
{
    uint32_t index;
    while ((index = knee_server_pool_leave(&loop->pool, now_ns)) != KNEE_SERVER_POOL_NONE) {
        loop->connections[index].in_pool = false;
        if (loop->connections[index].fd >= 0)
            respond(loop, index, KNEE_SERVER_OK);
        else
            free_client(loop, index);
    }
}

/* All changes of a turn happen at one time, so the integral needs one step for each turn. Release
 * stores of the fields keep them after the odd version. */
static void publish(struct knee_server_loop_page *page, uint32_t in_service, uint64_t now_ns)
{
    uint32_t version = atomic_load_explicit(&page->version, memory_order_relaxed);
    uint64_t before = atomic_load_explicit(&page->in_service, memory_order_relaxed);
    uint64_t since_ns = atomic_load_explicit(&page->since_ns, memory_order_relaxed);
    uint64_t integral_ns = atomic_load_explicit(&page->in_service_ns, memory_order_relaxed);
    integral_ns += before * (now_ns - since_ns);
    atomic_store_explicit(&page->version, version + 1, memory_order_relaxed);
    atomic_store_explicit(&page->in_service_ns, integral_ns, memory_order_release);
    atomic_store_explicit(&page->in_service, in_service, memory_order_release);
    atomic_store_explicit(&page->since_ns, now_ns, memory_order_release);
    atomic_store_explicit(&page->version, version + 2, memory_order_release);
}

static void arm(struct knee_server_loop *loop)
{
    uint64_t next_ns = knee_server_pool_next_ns(&loop->pool);
    if (next_ns == UINT64_MAX || next_ns == loop->armed_ns)
        return;
    struct itimerspec at = {.it_value = {.tv_sec = (time_t)(next_ns / KNEE_NS_PER_S),
                                         .tv_nsec = (long)(next_ns % KNEE_NS_PER_S)}};
    timerfd_settime(loop->timer_fd, TFD_TIMER_ABSTIME, &at, NULL);
    loop->armed_ns = next_ns;
}

static bool handle(struct knee_server_loop *loop, const struct epoll_event *event, uint64_t now_ns)
{
    uint32_t which = event->data.u32;
    switch (which) {
    case CONTROL:
        return false;
    case LISTEN:
        accept_all(loop);
        return true;
    case TIMER:
        loop->armed_ns = 0;
        return true;
    default:
        break;
    }
    struct knee_server_loop_connection *connection = &loop->connections[which];
    if (connection->fd >= 0 && connection->response_left > 0 && (event->events & EPOLLOUT))
        send_rest(loop, which, true);
    if (connection->fd >= 0 && (event->events & ~(uint32_t)EPOLLOUT))
        receive(loop, which, now_ns);
    return true;
}

void knee_server_loop_start(struct knee_server_loop *loop, int control_fd)
{
    watch(loop, EPOLL_CTL_ADD, control_fd, EPOLLIN, CONTROL);
    watch(loop, EPOLL_CTL_ADD, loop->listen_fd, EPOLLIN, LISTEN);
    /* Edge-triggered: setting the timer again clears it, so that it need not be read. */
    watch(loop, EPOLL_CTL_ADD, loop->timer_fd, EPOLLIN | EPOLLET, TIMER);
}

bool knee_server_loop_turn(struct knee_server_loop *loop, int timeout_ms)
{
    struct epoll_event events[EVENTS_MAX];
    int count = epoll_wait(loop->epoll_fd, events, EVENTS_MAX, timeout_ms);
    uint64_t now_ns = knee_clock_now_ns();
    finish_due(loop, now_ns); /* before the arrivals: it makes room for them */
    for (int i = 0; i < count; i++)
        if (!handle(loop, &events[i], now_ns))
            return false;
    publish(loop->page, loop->pool.in_service_count, now_ns);
    arm(loop);
    return true;
}

void knee_server_loop_run(void *argument, int control_fd)
{
    struct knee_server_loop *loop = argument;
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    knee_pace_precise();
    knee_server_loop_start(loop, control_fd);
    while (knee_server_loop_turn(loop, -1))
        continue;
}
