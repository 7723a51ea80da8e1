/* SPDX-License-Identifier: MIT */
/* workloads/cpu: items of unequal size have the same mean for every worker. */
#include "tests/support/drive.h"
#include "tests/support/test.h"

#include <time.h>

#define TRIES 60
#define WORKERS 8
#define SIZES 1024 /* before they repeat */

static double thread_cpu_s(void)
{
    struct timespec used;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
}

/* All sizes of a worker once: into `best_s`, if an item took less time than before. Returns what
 * they took at best. */
static double round_of_sizes_s(struct drive *drive, uint32_t index, double *best_s)
{
    void *worker = drive_enter(drive, index);
    double sum_s = 0;
    assert_non_null(worker);
    for (int i = 0; i < SIZES; i++) {
        double before_s = thread_cpu_s();
        assert_int_equal(drive->workload->item(drive->shared, worker), 0);
        best_s[i] = fmin(best_s[i], thread_cpu_s() - before_s);
        sum_s += best_s[i];
    }
    drive_leave(drive, worker);
    return sum_s;
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
 * time is compared, of the best of some tries of each item: others use the caches and the clock,
 * and the time that a host takes from this machine may be counted as used. A worker enters with the
 * same items in the same order. */
static void every_worker_has_items_of_the_same_mean(void **state)
{
    (void)state;
    struct drive drive;
    static double best_s[WORKERS][SIZES];
    double sums_s[WORKERS];
    drive_init(&drive, "cpu");
    drive_set(&drive, "work", 20e3);
    drive_set(&drive, "spread", 3);
    assert_int_equal(drive_setup(&drive, ".", WORKERS), 0);
    for (int i = 0; i < WORKERS * SIZES; i++)
        best_s[i / SIZES][i % SIZES] = INFINITY;
    double ratio = INFINITY;
    for (int tries = 0; tries < TRIES && ratio >= 1.05; tries++) {
        for (uint32_t i = 0; i < WORKERS; i++)
            sums_s[i] = round_of_sizes_s(&drive, i, best_s[i]);
        ratio = most_to_least(sums_s, WORKERS);
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
