/* SPDX-License-Identifier: MIT */
/* workloads/server: answers, pool, counters, and its end together with its parent. */
#include "core/base/clock.h"
#include "tests/support/drive.h"
#include "tests/support/test.h"
#include "workloads/server/net_client.h"
#include "workloads/server/server.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MS KNEE_NS_PER_MS

static void open_server(struct knee_server *server, const struct knee_server_pool_params *pool,
                        double errors_ratio, uint32_t connections_max)
{
    const struct knee_server_params params = {.pool = *pool,
                                              .request_bytes = 64,
                                              .response_bytes = 1024,
                                              .errors_ratio = errors_ratio,
                                              .connections_max = connections_max};
    struct knee_err err;
    if (knee_server_open(server, &params, &err) != 0)
        fail_msg("%s", err.message);
}

static void open_client(struct knee_net_client *client, const struct knee_server *server)
{
    assert_int_equal(knee_net_client_open(client, server, 64, 1024), 0);
}

static void server_answers_in_order_of_arrival(void **state)
{
    (void)state;
    enum { CLIENTS = 6 };
    struct knee_server server;
    struct knee_net_client clients[CLIENTS];
    const struct knee_server_pool_params pool = {.limit = 2, .service_ns = 5 * MS};
    open_server(&server, &pool, 0, CLIENTS);
    for (int i = 0; i < CLIENTS; i++)
        open_client(&clients[i], &server);
    for (int i = 0; i < CLIENTS; i++)
        assert_int_equal(send(clients[i].fd, clients[i].buffer, 64, 0), 64);
    /* Looked at from the last to the first: when one has its answer, all before it have theirs. */
    for (bool all = false; !all;) {
        bool later = false;
        all = true;
        for (int i = CLIENTS - 1; i >= 0; i--) {
            struct pollfd answer = {.fd = clients[i].fd, .events = POLLIN};
            bool answered = poll(&answer, 1, 0) == 1;
            assert_true(answered || !later);
            later = later || answered;
            all = all && answered;
        }
    }
    for (int i = 0; i < CLIENTS; i++)
        knee_net_client_close(&clients[i]);
    knee_server_close(&server);
}

static void *request_some(void *client)
{
    for (int i = 0; i < 10; i++)
        if (knee_net_client_request(client) != 0)
            return client;
    return NULL;
}

static void server_keeps_to_its_pool_and_tells_what_is_in_service(void **state)
{
    (void)state;
    enum { CLIENTS = 6, POOL = 2 };
    struct knee_server server;
    struct knee_net_client clients[CLIENTS];
    pthread_t threads[CLIENTS];
    const struct knee_server_pool_params pool = {.limit = POOL, .service_ns = 5 * MS};
    open_server(&server, &pool, 0, CLIENTS);
    for (int i = 0; i < CLIENTS; i++)
        open_client(&clients[i], &server);
    uint64_t start_ns = knee_clock_now_ns();
    for (int i = 0; i < CLIENTS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, request_some, &clients[i]), 0);
    int failed = 0;
    for (int i = 0; i < CLIENTS; i++) {
        void *result;
        pthread_join(threads[i], &result);
        failed += result != NULL;
        knee_net_client_close(&clients[i]);
    }
    double elapsed_s = knee_clock_to_s(knee_clock_now_ns() - start_ns);
    double cpu_s, in_service_s;
    knee_server_probe(&server, &cpu_s, &in_service_s);
    knee_server_close(&server);
    double least_s = CLIENTS * 10 * 0.005;
    assert_int_equal(failed, 0);
    assert_true(in_service_s >= least_s * 0.999);
    assert_true(elapsed_s >= least_s / POOL * 0.999);
    assert_true(in_service_s <= POOL * elapsed_s);
    assert_true(cpu_s > 0 && cpu_s < elapsed_s + 1);
}

static void server_answers_some_with_an_error(void **state)
{
    (void)state;
    struct knee_server server;
    struct knee_net_client client;
    const struct knee_server_pool_params pool = {.seed = 5};
    open_server(&server, &pool, 0.3, 1);
    open_client(&client, &server);
    int errors = 0;
    for (int i = 0; i < 1000; i++) {
        int error = knee_net_client_request(&client);
        assert_true(error == 0 || error == EREMOTEIO);
        errors += error != 0;
    }
    assert_in_range(errors, 240, 360); /* four standard deviations */
    knee_net_client_close(&client);
    knee_server_close(&server);
}

static void server_takes_large_messages(void **state)
{
    (void)state;
    struct knee_server server;
    struct knee_net_client client;
    struct knee_err err;
    const uint32_t bytes = 1048576;
    const struct knee_server_params params = {
        .request_bytes = bytes, .response_bytes = bytes, .connections_max = 1};
    assert_int_equal(knee_server_open(&server, &params, &err), 0);
    assert_int_equal(knee_net_client_open(&client, &server, bytes, bytes), 0);
    for (int i = 0; i < 5; i++)
        assert_int_equal(knee_net_client_request(&client), 0);
    knee_net_client_close(&client);
    knee_server_close(&server);
}

static void connection_is_made_anew_after_it_broke(void **state)
{
    (void)state;
    struct knee_server server;
    struct knee_net_client client;
    const struct knee_server_pool_params pool = {0};
    open_server(&server, &pool, 0, 2);
    open_client(&client, &server);
    shutdown(client.fd, SHUT_RDWR);
    assert_int_equal(knee_net_client_request(&client), ECONNRESET);
    assert_int_equal(knee_net_client_request(&client), 0);
    knee_net_client_close(&client);
    knee_server_close(&server);
}

/* Whether the server hangs up on `client`. */
static bool hung_up(const struct knee_net_client *client)
{
    char byte;
    ssize_t got = recv(client->fd, &byte, 1, 0);
    return got == 0 || (got < 0 && errno == ECONNRESET);
}

static void server_hangs_up_on_strangers(void **state)
{
    (void)state;
    struct knee_server server;
    struct knee_net_client chatty, surplus, client;
    const struct knee_server_pool_params pool = {.limit = 1, .service_ns = 20 * MS};
    open_server(&server, &pool, 0, 2);
    open_client(&client, &server);
    open_client(&chatty, &server);
    assert_int_equal(send(chatty.fd, chatty.buffer, 64, 0), 64);
    assert_int_equal(send(chatty.fd, chatty.buffer, 64, MSG_NOSIGNAL), 64);
    assert_true(hung_up(&chatty));
    knee_net_client_close(&chatty);
    assert_int_equal(knee_net_client_request(&client), 0); /* the place is free again */
    open_client(&chatty, &server);
    open_client(&surplus, &server);
    assert_true(hung_up(&surplus));
    assert_int_equal(knee_net_client_request(&chatty), 0);
    knee_net_client_close(&surplus);
    knee_net_client_close(&chatty);
    knee_net_client_close(&client);
    knee_server_close(&server);
}

/* Another user's program on the port of a sweep: it has the port, but not the token. */
static void no_other_user_gets_an_answer(void **state)
{
    (void)state;
    enum { INTRUDERS = 300 };
    struct knee_server server, other;
    struct knee_net_client client, intruders[INTRUDERS];
    const struct knee_server_pool_params pool = {.limit = 1, .service_ns = 50 * MS};
    open_server(&server, &pool, 0, 2);
    other = server;
    other.token.bytes[15] ^= 1;
    for (int i = 0; i < INTRUDERS; i++) {
        open_client(&intruders[i], &other);
        (void)send(intruders[i].fd, intruders[i].buffer, 64, MSG_NOSIGNAL);
    }
    open_client(&client, &server);
    assert_int_equal(knee_net_client_request(&client), 0);
    double cpu_s, in_service_s;
    knee_server_probe(&server, &cpu_s, &in_service_s);
    assert_true(in_service_s < 0.5 * INTRUDERS * 0.050);
    for (int i = 0; i < INTRUDERS; i++) {
        assert_true(hung_up(&intruders[i]));
        knee_net_client_close(&intruders[i]);
    }
    knee_net_client_close(&client);
    knee_server_close(&server);
}

static void silent_strangers_take_no_slot(void **state)
{
    (void)state;
    enum { SILENT = 200 };
    struct knee_server server;
    struct knee_net_client client;
    const struct knee_server_pool_params pool = {.limit = 1, .service_ns = MS};
    int fds[SILENT];
    open_server(&server, &pool, 0, 1);
    for (int i = 0; i < SILENT; i++) {
        struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_port = htons(server.port),
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(connect(fds[i], (struct sockaddr *)&address, sizeof address), 0);
    }
    open_client(&client, &server);
    assert_int_equal(knee_net_client_request(&client), 0);
    knee_net_client_close(&client);
    for (int i = 0; i < SILENT; i++)
        close(fds[i]);
    knee_server_close(&server);
}

static void server_ignores_the_signals_of_the_terminal(void **state)
{
    (void)state;
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct knee_server server;
    struct knee_net_client client;
    const struct knee_server_pool_params pool = {0};
    open_server(&server, &pool, 0, 1);
    open_client(&client, &server);
    /* Answers once, so that it has got to the point where it ignores them. */
    assert_int_equal(knee_net_client_request(&client), 0);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        kill(server.companion.pid, signals[i]);
    assert_int_equal(knee_net_client_request(&client), 0);
    knee_net_client_close(&client);
    knee_server_close(&server);
}

static void server_is_gone_after_close(void **state)
{
    (void)state;
    int files = drive_open_files();
    for (int i = 0; i < 3; i++) {
        struct knee_server server;
        const struct knee_server_pool_params pool = {.service_ns = MS};
        open_server(&server, &pool, 0, 8);
        pid_t pid = server.companion.pid;
        assert_int_equal(kill(pid, 0), 0);
        knee_server_close(&server);
        assert_int_equal(kill(pid, 0), -1);
        knee_server_close(&server); /* safe on an empty one */
    }
    assert_int_equal(drive_open_files(), files);
}

/* Two of them, so that one holding the other's control open would show. */
static void server_is_gone_after_its_parent_was_killed(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL), 0);
    pid_t parent = fork();
    assert_true(parent >= 0);
    if (parent == 0) {
        struct knee_server servers[2];
        const struct knee_server_pool_params pool = {.service_ns = MS};
        for (int i = 0; i < 2; i++) {
            open_server(&servers[i], &pool, 0, 8);
            if (write(ends[1], &servers[i].companion.pid, sizeof(pid_t)) < 0)
                _exit(1);
        }
        for (;;)
            pause();
    }
    pid_t pids[2];
    assert_int_equal(read(ends[0], &pids[0], sizeof(pid_t)), sizeof(pid_t));
    assert_int_equal(read(ends[0], &pids[1], sizeof(pid_t)), sizeof(pid_t));
    kill(parent, SIGKILL);
    assert_int_equal(waitpid(parent, NULL, 0), parent);
    assert_true(drive_wait_process_gone(pids[0]));
    assert_true(drive_wait_process_gone(pids[1]));
    prctl(PR_SET_CHILD_SUBREAPER, 0UL, 0UL, 0UL, 0UL);
    close(ends[0]);
    close(ends[1]);
}

static void *open_in_thread(void *server)
{
    const struct knee_server_params params = {
        .request_bytes = 64, .response_bytes = 1024, .connections_max = 1};
    return knee_server_open(server, &params, NULL) == 0 ? server : NULL;
}

static void server_outlives_the_thread_that_started_it(void **state)
{
    (void)state;
    struct knee_server server;
    struct knee_net_client client;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, open_in_thread, &server), 0);
    void *opened;
    pthread_join(thread, &opened);
    assert_non_null(opened);
    open_client(&client, &server);
    for (int i = 0; i < 10; i++)
        assert_int_equal(knee_net_client_request(&client), 0);
    knee_net_client_close(&client);
    knee_server_close(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(server_answers_in_order_of_arrival),
        cmocka_unit_test(server_keeps_to_its_pool_and_tells_what_is_in_service),
        cmocka_unit_test(server_answers_some_with_an_error),
        cmocka_unit_test(server_takes_large_messages),
        cmocka_unit_test(connection_is_made_anew_after_it_broke),
        cmocka_unit_test(server_hangs_up_on_strangers),
        cmocka_unit_test(no_other_user_gets_an_answer),
        cmocka_unit_test(silent_strangers_take_no_slot),
        cmocka_unit_test(server_ignores_the_signals_of_the_terminal),
        cmocka_unit_test(server_is_gone_after_close),
        cmocka_unit_test(server_is_gone_after_its_parent_was_killed),
        cmocka_unit_test(server_outlives_the_thread_that_started_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
