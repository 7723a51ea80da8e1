/* SPDX-License-Identifier: MIT */
#include "workloads/server/server.h"

#include "core/base/clock.h"
#include "workloads/server/server_loop.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#define READ_TRIES 1000 /* a killed server may have left the page in the middle of a write */

int knee_server_open(struct knee_server *server, const struct knee_server_params *params,
                     struct knee_err *err)
{
    struct knee_server_loop_page *page =
        mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return knee_err_set(err, KNEE_FAILED, "server: no memory to share: %s", strerror(errno));
    struct knee_server_loop loop;
    struct knee_companion companion = {0};
    struct knee_server_token token;
    if (getrandom(&token, sizeof token, 0) != sizeof token) {
        munmap(page, sizeof *page);
        return knee_err_set(err, KNEE_FAILED, "server: no random bytes: %s", strerror(errno));
    }
    int status = knee_server_loop_open(&loop, params, &token, page, err);
    if (status == 0) {
        const int fds[3] = {loop.listen_fd, loop.epoll_fd, loop.timer_fd};
        status = knee_companion_open(&companion, "knee-server", knee_server_loop_run, &loop, fds, 3,
                                     err);
        knee_server_loop_close(&loop); /* the child has its own copies */
    }
    if (status != 0) {
        munmap(page, sizeof *page);
        return -1;
    }
    *server = (struct knee_server){
        .companion = companion, .page = page, .port = loop.port, .token = token};
    return 0;
}

/* Acquire loads of the fields keep the second look at the version after them. */
static double in_service_s(struct knee_server_loop_page *page)
{
    uint64_t integral_ns = 0, since_ns = 0;
    uint32_t in_service = 0, before = 1, after = 0;
    for (int i = 0; i < READ_TRIES && ((before & 1) || before != after); i++) {
        before = atomic_load_explicit(&page->version, memory_order_acquire);
        in_service = atomic_load_explicit(&page->in_service, memory_order_acquire);
        integral_ns = atomic_load_explicit(&page->in_service_ns, memory_order_acquire);
        since_ns = atomic_load_explicit(&page->since_ns, memory_order_acquire);
        after = atomic_load_explicit(&page->version, memory_order_relaxed);
    }
    uint64_t now_ns = knee_clock_now_ns();
    if (in_service > 0 && now_ns > since_ns)
        integral_ns += in_service * (now_ns - since_ns);
    return knee_clock_to_s(integral_ns);
}

void knee_server_probe(const struct knee_server *server, double *cpu_s, double *in_service)
{
    clockid_t clock;
    struct timespec cpu = {0};
    bool alive = server->companion.pid > 0 &&
                 clock_getcpuclockid(server->companion.pid, &clock) == 0 &&
                 clock_gettime(clock, &cpu) == 0;
    *cpu_s = (double)cpu.tv_sec + (double)cpu.tv_nsec / (double)KNEE_NS_PER_S;
    *in_service = alive ? in_service_s(server->page) : 0.0;
}

void knee_server_kill(const struct knee_server *server)
{
    knee_companion_kill(&server->companion);
}

void knee_server_close(struct knee_server *server)
{
    knee_companion_close(&server->companion);
    if (server->page)
        munmap(server->page, sizeof *server->page);
    *server = (struct knee_server){0};
}
