/* SPDX-License-Identifier: MIT */
/* A small HTTP server on 127.0.0.1, for tests: `prog_upstream FILE DELAY_MS [SLOTS [RESETS
 * [SPREAD_MS [LOG [ADDRESS [SLOW_AT [CONNECTIONS]]]]]]]`. It writes its port into FILE and answers
 * each request after DELAY_MS, and up to SPREAD_MS more by chance, SLOTS of them at a time (0: all
 * at once). Of every RESETS requests it resets one connection (0: none). LOG gets a line for each
 * request: when it came and when it was answered, in seconds since 1970. ADDRESS is another one to
 * listen on. A request that comes while SLOW_AT or more are in flight, itself included, takes four
 * times as long (0: never). It takes CONNECTIONS at a time, and leaves the others waiting until one
 * is closed (0: all at once). It ends with its parent. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REQUEST_BYTES 4096
#define MS_PER_S 1000
#define NS_PER_MS 1000000L
#define SLOW 4 /* times as long */

static struct {
    long delay_ms, slots, resets, spread_ms, slow_at, connections;
    int log_fd; /* -1: none */
    sem_t free_slots, free_connections;
    atomic_ulong requests;
    atomic_long in_flight;
} server;

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void note(double came_s)
{
    char line[64];
    int bytes = snprintf(line, sizeof line, "%.6f %.6f\n", came_s, now_s());
    if (server.log_fd >= 0)
        (void)!write(server.log_fd, line, (size_t)bytes);
}

static void serve(unsigned *random)
{
    long in_flight = atomic_fetch_add(&server.in_flight, 1) + 1;
    long ns = server.delay_ms * NS_PER_MS;
    if (server.spread_ms > 0)
        ns += (long)((double)rand_r(random) / RAND_MAX * (double)(server.spread_ms * NS_PER_MS));
    if (server.slow_at > 0 && in_flight >= server.slow_at)
        ns *= SLOW;
    const struct timespec delay = {.tv_sec = ns / (MS_PER_S * NS_PER_MS),
                                   .tv_nsec = ns % (MS_PER_S * NS_PER_MS)};
    if (server.slots > 0)
        sem_wait(&server.free_slots);
    nanosleep(&delay, NULL);
    if (server.slots > 0)
        sem_post(&server.free_slots);
    atomic_fetch_sub(&server.in_flight, 1);
}

static int is_reset(void)
{
    unsigned long number = atomic_fetch_add(&server.requests, 1) + 1;
    return server.resets > 0 && number % (unsigned long)server.resets == 0;
}

static void *run_connection(void *argument)
{
    static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    int fd = *(int *)argument;
    free(argument);
    char request[REQUEST_BYTES];
    unsigned random = (unsigned)fd;
    size_t used = 0;
    for (;;) {
        ssize_t got = recv(fd, request + used, sizeof request - 1 - used, 0);
        if (got <= 0)
            break;
        used += (size_t)got;
        request[used] = '\0';
        if (!strstr(request, "\r\n\r\n"))
            continue;
        used = 0;
        double came_s = now_s();
        serve(&random);
        note(came_s);
        if (is_reset()) {
            const struct linger reset = {.l_onoff = 1, .l_linger = 0};
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
            break;
        }
        if (send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL) < 0)
            break;
    }
    close(fd);
    if (server.connections > 0)
        sem_post(&server.free_connections);
    return NULL;
}

static int listen_somewhere(const char *path, const char *at)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof address;
    if (at && inet_pton(AF_INET, at, &address.sin_addr) != 1)
        return -1;
    char fresh[1024];
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&address, bytes) != 0 || listen(fd, 1024) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &bytes) != 0)
        return -1;
    snprintf(fresh, sizeof fresh, "%.1000s.new", path);
    FILE *out = fopen(fresh, "w");
    if (!out)
        return -1;
    fprintf(out, "%u\n", (unsigned)ntohs(address.sin_port));
    return fclose(out) == 0 && rename(fresh, path) == 0 ? fd : -1;
}

static long number(int argc, char **argv, int at)
{
    return argc > at ? strtol(argv[at], NULL, 10) : 0;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    server.delay_ms = number(argc, argv, 2);
    server.slots = number(argc, argv, 3);
    server.resets = number(argc, argv, 4);
    server.spread_ms = number(argc, argv, 5);
    server.log_fd = argc > 6 ? open(argv[6], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : -1;
    server.slow_at = number(argc, argv, 8);
    server.connections = number(argc, argv, 9);
    sem_init(&server.free_slots, 0, (unsigned)server.slots);
    sem_init(&server.free_connections, 0, (unsigned)server.connections);
    int listener = listen_somewhere(argv[1], argc > 7 ? argv[7] : NULL);
    if (listener < 0)
        return 1;
    for (;;) {
        pthread_t thread;
        int *fd = malloc(sizeof *fd); /* the thread's to free */
        if (!fd)
            return 1;
        if (server.connections > 0)
            sem_wait(&server.free_connections);
        *fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (*fd >= 0 && pthread_create(&thread, NULL, run_connection, fd) == 0)
            pthread_detach(thread);
        else
            free(fd);
    }
}
