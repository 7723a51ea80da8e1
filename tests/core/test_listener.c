/* SPDX-License-Identifier: MIT */
/* core/host/listener: the process that listens at a port is found, and no other. */
#include "core/host/listener.h"

#include "tests/support/test.h"

#include <netinet/in.h>
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(this_process_is_found_by_its_port),
        cmocka_unit_test(without_a_proc_there_is_none),
    };
    return cmocka_run_group_tests_name("listener", tests, NULL, NULL);
}
