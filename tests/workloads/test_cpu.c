/* SPDX-License-Identifier: MIT */
/* workloads/cpu: items of unequal size have the same mean for every worker. */
#include "tests/support/drive.h"
#include "tests/support/test.h"

#include <time.h>

static double thread_cpu_s(void)
{
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
}

/* All sizes of a worker once. */
static double round_of_sizes_s(struct drive *drive, uint32_t index)
{
    void *worker = drive_enter(drive, index);
    assert_non_null(worker);
    double before = thread_cpu_s();
    for (int i = 0; i < 1024; i++)
        assert_int_equal(drive->workload->item(drive->shared, worker), 0);
    double took = thread_cpu_s() - before;
    drive_leave(drive, worker);
    return took;
}

/* Each worker drew its own sizes: with a spread of 3 their means differed by 10 % and more. CPU
 * time is compared, of the better of a few tries, since others use the caches and the clock. */
static void every_worker_has_items_of_the_same_mean(void **state)
{
    (void)state;
    struct drive drive;
    double best[8];
    drive_init(&drive, "cpu");
    drive_set(&drive, "work", 20e3);
    drive_set(&drive, "spread", 3);
    assert_int_equal(drive_setup(&drive, ".", 8), 0);
    for (uint32_t i = 0; i < 8; i++)
        best[i] = INFINITY;
    for (int tries = 0; tries < 5; tries++)
        for (uint32_t i = 0; i < 8; i++)
            best[i] = fmin(best[i], round_of_sizes_s(&drive, i));
    double least = best[0], most = best[0];
    for (uint32_t i = 1; i < 8; i++) {
        least = fmin(least, best[i]);
        most = fmax(most, best[i]);
    }
    print_message("most / least: %.4f\n", most / least);
    assert_true(most / least < 1.05);
    drive_release(&drive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_worker_has_items_of_the_same_mean)};
    return cmocka_run_group_tests_name("cpu", tests, NULL, NULL);
}
