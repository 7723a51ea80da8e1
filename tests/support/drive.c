/* SPDX-License-Identifier: MIT */
#include "tests/support/drive.h"

#include "core/base/clock.h"
#include "tests/support/test.h"
#include "workloads/registry.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS_MAX 64
#define PATIENCE_NS (20 * KNEE_NS_PER_S) /* only to end a test that hangs */

static void *zeroed(size_t bytes)
{
    size_t rounded = (bytes + 128) / 128 * 128;
    void *memory = aligned_alloc(128, rounded);
    assert_non_null(memory);
    return memset(memory, 0, rounded);
}

void drive_init(struct drive *drive, const char *name)
{
    *drive = (struct drive){.workload = knee_registry_find(name)};
    assert_non_null(drive->workload);
    for (size_t i = 0; i < drive->workload->parameters_count; i++)
        drive->values[i] = drive->workload->parameters[i].value;
}

void drive_set(struct drive *drive, const char *parameter, double value)
{
    const struct knee_workload *workload = drive->workload;
    for (size_t i = 0; i < workload->parameters_count; i++)
        if (strcmp(workload->parameters[i].name, parameter) == 0) {
            drive->values[i] = value;
            return;
        }
    fail_msg("%s has no parameter %s", workload->name, parameter);
}

int drive_setup(struct drive *drive, const char *dir, uint32_t workers)
{
    const struct knee_workload_setup setup = {
        .values = drive->values, .dir = dir, .seed = 7, .workers_max = workers};
    drive->shared = zeroed(drive->workload->shared_bytes);
    int status = drive->workload->setup(drive->shared, &setup, drive->warning,
                                        sizeof drive->warning, &drive->err);
    if (status != 0) {
        free(drive->shared);
        drive->shared = NULL;
    }
    return status;
}

void *drive_enter(struct drive *drive, uint32_t index)
{
    void *worker = zeroed(drive->workload->worker_bytes);
    int error = drive->workload->enter(drive->shared, worker, index);
    if (!error)
        return worker;
    free(worker);
    errno = error;
    return NULL;
}

void drive_leave(struct drive *drive, void *worker)
{
    drive->workload->leave(drive->shared, worker);
    free(worker);
}

struct task {
    struct drive *drive;
    struct drive_result *result;
    uint32_t index, items;
    pthread_t thread;
};

static void *run_items(void *argument)
{
    struct task *task = argument;
    void *worker = drive_enter(task->drive, task->index);
    if (!worker) {
        atomic_store(&task->result->error, errno);
        atomic_fetch_add(&task->result->failed, task->items);
        return NULL;
    }
    for (uint32_t i = 0; i < task->items; i++) {
        int error = task->drive->workload->item(task->drive->shared, worker);
        if (error)
            atomic_store(&task->result->error, error);
        atomic_fetch_add(error ? &task->result->failed : &task->result->succeeded, 1);
    }
    drive_leave(task->drive, worker);
    return NULL;
}

void drive_run(struct drive *drive, uint32_t workers, uint32_t items, struct drive_result *result)
{
    struct task tasks[THREADS_MAX];
    assert_true(workers <= THREADS_MAX);
    memset(result, 0, sizeof *result);
    for (uint32_t i = 0; i < workers; i++) {
        tasks[i] = (struct task){.drive = drive, .result = result, .index = i, .items = items};
        assert_int_equal(pthread_create(&tasks[i].thread, NULL, run_items, &tasks[i]), 0);
    }
    for (uint32_t i = 0; i < workers; i++)
        pthread_join(tasks[i].thread, NULL);
}

void drive_release(struct drive *drive)
{
    if (!drive->shared)
        return;
    if (drive->workload->teardown)
        drive->workload->teardown(drive->shared);
    free(drive->shared);
    drive->shared = NULL;
}

int drive_open_files(void)
{
    int count = 0;
    DIR *files = opendir("/proc/self/fd");
    assert_non_null(files);
    while (readdir(files))
        count++;
    closedir(files);
    return count;
}

int drive_wait_gone(const char *path)
{
    uint64_t give_up_ns = knee_clock_now_ns() + PATIENCE_NS;
    while (access(path, F_OK) == 0) {
        if (knee_clock_now_ns() > give_up_ns)
            return 0;
        knee_clock_sleep_until_ns(knee_clock_now_ns() + KNEE_NS_PER_MS);
    }
    return 1;
}

int drive_wait_process_gone(int pid)
{
    uint64_t give_up_ns = knee_clock_now_ns() + PATIENCE_NS;
    while (waitpid(pid, NULL, WNOHANG) <= 0 && kill(pid, 0) == 0) {
        if (knee_clock_now_ns() > give_up_ns)
            return 0;
        knee_clock_sleep_until_ns(knee_clock_now_ns() + KNEE_NS_PER_MS);
    }
    return 1;
}
