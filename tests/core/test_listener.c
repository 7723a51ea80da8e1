/* SPDX-License-Identifier: MIT */
/* core/host/listener: the process that listens at a port is found, and no other. */
#include "core/host/listener.h"

#include "tests/support/test.h"
#include "tests/support/tree.h"

#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static void this_process_is_found_by_its_port(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t bytes = sizeof address;
    (void)state;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, bytes), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &bytes), 0);
    uint16_t port = ntohs(address.sin_port);
    assert_int_equal(knee_listener_pid(port, ""), 0); /* it does not listen yet */
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(knee_listener_pid(port, ""), getpid());
    close(fd);
    assert_int_equal(knee_listener_pid(port, ""), 0);
}

static void without_a_proc_there_is_none(void **state)
{
    (void)state;
    assert_int_equal(knee_listener_pid(1, "/nonexistent"), 0);
}

/* As with a socket of systemd: init opened it, and the service and its child have it from there. */
static void init_is_no_server_beside_another(void **state)
{
    static const struct tree_file files[] = {
        {"/proc/net/tcp",
         "  0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 0 0 0 77 1 0\n"},
        {"/proc/1/fd/3.txt", ""},
        {"/proc/60/fd/3.txt", ""},
        {"/proc/50/fd/3.txt", ""},
        {NULL, NULL},
    };
    static const char *const PIDS[] = {"1", "60", "50"};
    static const int FOUND[] = {1, 60, 50};
    (void)state;
    char *root = tree_make(files);
    for (size_t i = 0; i < sizeof PIDS / sizeof PIDS[0]; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/proc/%s/fd/3", root, PIDS[i]);
        assert_int_equal(symlink("socket:[77]", path), 0);
        assert_int_equal(knee_listener_pid(0x1f90, root), FOUND[i]);
    }
    tree_remove(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(this_process_is_found_by_its_port),
        cmocka_unit_test(init_is_no_server_beside_another),
        cmocka_unit_test(without_a_proc_there_is_none),
    };
    return cmocka_run_group_tests_name("listener", tests, NULL, NULL);
}
