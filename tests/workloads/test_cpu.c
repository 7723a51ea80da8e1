/* SPDX-License-Identifier: MIT */
/* workloads/cpu: items of unequal size have the same mean for every worker. */
#include "tests/support/drive.h"
#include "tests/support/test.h"

#include <time.h>

#define TRIES 60

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

static double most_to_least(const double *values, size_t count)
{
    double least = values[0], most = values[0];
    for (size_t i = 1; i < count; i++) {
        least = fmin(least, values[i]);
        most = fmax(most, values[i]);
    }
    return most / least;
}

/* Each worker drew its own sizes: with a spread of 3 their means differed by 10 % and more. CPU
 * time is compared, of the best of some tries: others use the caches and the clock, and on a busy
 * machine it takes more of them. */
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
    double ratio = INFINITY;
    for (int tries = 0; tries < TRIES && ratio >= 1.05; tries++) {
        for (uint32_t i = 0; i < 8; i++)
            best[i] = fmin(best[i], round_of_sizes_s(&drive, i));
        ratio = most_to_least(best, 8);
    }
    print_message("most / least: %.4f\n", ratio);
    assert_true(ratio < 1.05);
    drive_release(&drive);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_worker_has_items_of_the_same_mean)};
    return cmocka_run_group_tests_name("cpu", tests, NULL, NULL);
}
