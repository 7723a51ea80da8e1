/* SPDX-License-Identifier: MIT */
/* workloads/net with net_client: the pool and the errors that the parameters ask for. */
#include "core/base/clock.h"
#include "tests/support/drive.h"
#include "tests/support/test.h"

#include <errno.h>
#include <pthread.h>
#include <sys/resource.h>

enum { QUEUE, FAIL };

static void items_succeed_whatever_the_parameters(void **state)
{
    (void)state;
    static const struct {
        double service_ns, spread, pool, request, response;
    } cases[] = {
        {5e6, 0, 16, 64, 1024}, {1e6, 1, 2, 64, 1024},    {1e6, 0, 0, 1, 1},
        {0, 0, 16, 64, 1024},   {0, 0, 0, 70000, 100000}, {1, 0, 1, 64, 64},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct drive drive;
        struct drive_result result;
        drive_init(&drive, "net");
        drive_set(&drive, "service", cases[i].service_ns);
        drive_set(&drive, "service_spread", cases[i].spread);
        drive_set(&drive, "pool", cases[i].pool);
        drive_set(&drive, "request", cases[i].request);
        drive_set(&drive, "response", cases[i].response);
        assert_int_equal(drive_setup(&drive, ".", 8), 0);
        assert_string_equal(drive.warning, "");
        drive_run(&drive, 8, 10, &result);
        assert_int_equal(result.succeeded, 80);
        drive_release(&drive);
    }
}

static void pool_bounds_the_throughput(void **state)
{
    (void)state;
    struct drive drive;
    struct drive_result result;
    drive_init(&drive, "net");
    drive_set(&drive, "service", 10e6);
    drive_set(&drive, "pool", 3);
    assert_int_equal(drive_setup(&drive, ".", 6), 0);
    uint64_t start_ns = knee_clock_now_ns();
    drive_run(&drive, 6, 5, &result);
    double elapsed_s = knee_clock_to_s(knee_clock_now_ns() - start_ns);
    struct knee_workload_probe probe = {0};
    drive.workload->probe(drive.shared, &probe);
    drive_release(&drive);
    assert_int_equal(result.succeeded, 30);
    assert_true(elapsed_s >= 0.0999); /* 30 items of 10 ms, 3 at a time */
    assert_true(probe.server_in_service_s >= 0.2999);
    assert_true(probe.server_in_service_s <= 3 * elapsed_s);
    assert_true(probe.server_cpu_s > 0);
}

static void errors_are_told_item_by_item(void **state)
{
    (void)state;
    struct drive drive;
    struct drive_result result;
    drive_init(&drive, "net");
    drive_set(&drive, "service", 0);
    drive_set(&drive, "errors", 0.1);
    assert_int_equal(drive_setup(&drive, ".", 4), 0);
    drive_run(&drive, 4, 500, &result);
    drive_release(&drive);
    assert_int_equal(result.succeeded + result.failed, 2000);
    assert_in_range(result.failed, 146, 254); /* four standard deviations */
    assert_int_equal(result.error, EREMOTEIO);
}

struct hanging {
    struct drive *drive;
    int error;
};

static void *hang(void *argument)
{
    struct hanging *hanging = argument;
    void *worker = drive_enter(hanging->drive, 0);
    if (!worker)
        return NULL;
    hanging->error = hanging->drive->workload->item(hanging->drive->shared, worker);
    drive_leave(hanging->drive, worker);
    return NULL;
}

/* One item occupies the only place for a minute: until it is cancelled. */
static void full_server_refuses_and_cancel_frees_who_waits(void **state)
{
    (void)state;
    struct drive drive;
    drive_init(&drive, "net");
    drive_set(&drive, "service", 60e9);
    drive_set(&drive, "pool", 1);
    drive_set(&drive, "overload", FAIL);
    assert_int_equal(drive_setup(&drive, ".", 2), 0);
    struct hanging hanging = {.drive = &drive};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, hang, &hanging), 0);
    for (struct knee_workload_probe probe = {0}; probe.server_in_service_s <= 0;)
        drive.workload->probe(drive.shared, &probe);
    void *worker = drive_enter(&drive, 1);
    assert_non_null(worker);
    for (int i = 0; i < 3; i++)
        assert_int_equal(drive.workload->item(drive.shared, worker), EBUSY);
    drive.workload->cancel(drive.shared);
    pthread_join(thread, NULL);
    assert_int_equal(hanging.error, ECANCELED);
    assert_int_equal(drive.workload->item(drive.shared, worker), ECANCELED);
    drive_leave(&drive, worker);
    drive_release(&drive);
}

static void server_takes_a_thousand_connections(void **state)
{
    (void)state;
    enum { CONNECTIONS = 1024 };
    static void *workers[CONNECTIONS];
    struct rlimit files;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    if (files.rlim_max < CONNECTIONS + 100)
        skip();
    files.rlim_cur = files.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
    struct drive drive;
    drive_init(&drive, "net");
    drive_set(&drive, "service", 0);
    assert_int_equal(drive_setup(&drive, ".", CONNECTIONS), 0);
    for (uint32_t i = 0; i < CONNECTIONS; i++) {
        workers[i] = drive_enter(&drive, i);
        assert_non_null(workers[i]);
    }
    for (uint32_t i = 0; i < CONNECTIONS; i++)
        assert_int_equal(drive.workload->item(drive.shared, workers[i]), 0);
    for (uint32_t i = 0; i < CONNECTIONS; i++)
        drive_leave(&drive, workers[i]);
    drive_release(&drive);
}

static void no_file_stays_open(void **state)
{
    (void)state;
    int files = drive_open_files();
    for (int i = 0; i < 3; i++) {
        struct drive drive;
        struct drive_result result;
        drive_init(&drive, "net");
        drive_set(&drive, "service", 1e5);
        assert_int_equal(drive_setup(&drive, ".", 4), 0);
        drive_run(&drive, 4, 3, &result);
        drive_release(&drive);
    }
    assert_int_equal(drive_open_files(), files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_succeed_whatever_the_parameters),
        cmocka_unit_test(pool_bounds_the_throughput),
        cmocka_unit_test(errors_are_told_item_by_item),
        cmocka_unit_test(full_server_refuses_and_cancel_frees_who_waits),
        cmocka_unit_test(server_takes_a_thousand_connections),
        cmocka_unit_test(no_file_stays_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
