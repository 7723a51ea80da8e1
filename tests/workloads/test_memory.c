/* SPDX-License-Identifier: MIT */
/* workloads/memory: slots share the memory that is free, and say when that is little. */
#include "core/host/host.h"
#include "tests/support/drive.h"
#include "tests/support/test.h"

#include <string.h>

static void items_go_through_all_of_the_footprint(void **state)
{
    struct drive drive;
    struct drive_result result = {0};
    (void)state;
    drive_init(&drive, "memory");
    drive_set(&drive, "footprint", 1 << 20);
    drive_set(&drive, "block", 4096);
    assert_int_equal(drive_setup(&drive, ".", 3), 0);
    drive_run(&drive, 3, 1000, &result);
    assert_int_equal(result.succeeded, 3000);
    assert_int_equal(result.failed, 0);
    assert_non_null(strstr(drive.warning, "1 MiB a slot beside a cache of "));
    drive_release(&drive);
}

static void a_block_larger_than_the_footprint_is_the_footprint(void **state)
{
    struct drive drive;
    struct drive_result result = {0};
    (void)state;
    drive_init(&drive, "memory");
    drive_set(&drive, "footprint", 8192);
    drive_set(&drive, "block", 1 << 20);
    assert_int_equal(drive_setup(&drive, ".", 1), 0);
    drive_run(&drive, 1, 10, &result);
    assert_int_equal(result.succeeded, 10);
    drive_release(&drive);
}

static void a_footprint_that_does_not_fit_is_refused(void **state)
{
    struct drive drive;
    uint64_t available_bytes, total_bytes;
    (void)state;
    knee_host_memory_read(&available_bytes, &total_bytes, "");
    if (available_bytes == UINT64_MAX)
        skip();
    drive_init(&drive, "memory");
    drive_set(&drive, "footprint", (double)available_bytes);
    assert_int_equal(drive_setup(&drive, ".", 4), -1);
    assert_non_null(strstr(drive.err.message, "memory: footprint: too large for 4 slots"));
    drive_release(&drive);
}

/* Nobody has the memory for this many default footprints: each gets its share. */
static void the_default_is_shared_out(void **state)
{
    struct drive drive;
    (void)state;
    drive_init(&drive, "memory");
    assert_int_equal(drive_setup(&drive, ".", 1u << 20), 0);
    assert_non_null(strstr(drive.warning, "1048576 slots share the memory"));
    drive_release(&drive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_go_through_all_of_the_footprint),
        cmocka_unit_test(a_block_larger_than_the_footprint_is_the_footprint),
        cmocka_unit_test(a_footprint_that_does_not_fit_is_refused),
        cmocka_unit_test(the_default_is_shared_out),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
