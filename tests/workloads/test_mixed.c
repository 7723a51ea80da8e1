/* SPDX-License-Identifier: MIT */
/* workloads/mixed: each step can be left out, and the result is written. */
#include "tests/support/drive.h"
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <errno.h>
#include <string.h>

static void items_succeed_whatever_the_shares(void **state)
{
    (void)state;
    static const struct {
        double fetch_ns, spread, pool, compute_ns, write, sync;
    } cases[] = {
        {3e6, 0, 0, 1e6, 4096, 0}, {1e6, 0.5, 2, 1e5, 4096, 2}, {0, 0, 0, 1e5, 100, 1},
        {1e6, 0, 0, 0, 0, 0},      {0, 0, 0, 0, 1048576, 0},    {0, 0, 0, 0, 0, 0},
    };
    char dir[256];
    shell_dir_make(dir, sizeof dir);
    int files = drive_open_files();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct drive drive;
        struct drive_result result;
        drive_init(&drive, "mixed");
        drive_set(&drive, "fetch", cases[i].fetch_ns);
        drive_set(&drive, "fetch_spread", cases[i].spread);
        drive_set(&drive, "pool", cases[i].pool);
        drive_set(&drive, "compute", cases[i].compute_ns);
        drive_set(&drive, "write", cases[i].write);
        drive_set(&drive, "sync", cases[i].sync);
        assert_int_equal(drive_setup(&drive, dir, 4), 0);
        drive_run(&drive, 4, 10, &result);
        assert_int_equal(result.succeeded, 40);
        assert_int_equal(shell_dir_count(dir), 0);
        drive_release(&drive);
    }
    assert_int_equal(drive_open_files(), files);
    shell_dir_remove(dir);
}

static void cancelled_items_fail_at_once(void **state)
{
    (void)state;
    struct drive drive;
    drive_init(&drive, "mixed");
    drive_set(&drive, "fetch", 60e9);
    assert_int_equal(drive_setup(&drive, ".", 1), 0);
    void *worker = drive_enter(&drive, 0);
    assert_non_null(worker);
    drive.workload->cancel(drive.shared);
    assert_int_equal(drive.workload->item(drive.shared, worker), ECANCELED);
    drive_leave(&drive, worker);
    drive_release(&drive);
}

static void missing_directory_is_told_in_one_line(void **state)
{
    (void)state;
    int files = drive_open_files();
    struct drive drive;
    drive_init(&drive, "mixed");
    assert_int_equal(drive_setup(&drive, "/no/such/directory", 1), -1);
    assert_non_null(strstr(drive.err.message, "/no/such/directory"));
    assert_int_equal(drive_open_files(), files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_succeed_whatever_the_shares),
        cmocka_unit_test(cancelled_items_fail_at_once),
        cmocka_unit_test(missing_directory_is_told_in_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
