/* SPDX-License-Identifier: MIT */
/* Runs a workload's items without the engine, for tests of the workload itself. */
#ifndef KNEE_TESTS_SUPPORT_DRIVE_H
#define KNEE_TESTS_SUPPORT_DRIVE_H

#include "core/engine/workload.h"

#include <stdatomic.h>
#include <stdint.h>

struct drive {
    const struct knee_workload *workload;
    double values[KNEE_PARAMETERS_MAX];
    void *shared;
    char warning[256];
    struct knee_err err;
};

struct drive_result {
    atomic_uint succeeded, failed;
    atomic_int error; /* errno of the last failed item */
};

/* The workload of that name with its default parameters; fails the test if there is none. */
void drive_init(struct drive *drive, const char *name);
void drive_set(struct drive *drive, const char *parameter, double value);

/* Runs setup for at most `workers`, and returns its result. */
int drive_setup(struct drive *drive, const char *dir, uint32_t workers);

/* A worker that has entered, on the calling thread; NULL with errno. */
void *drive_enter(struct drive *drive, uint32_t index);
void drive_leave(struct drive *drive, void *worker);

/* `workers` threads run `items` items each. */
void drive_run(struct drive *drive, uint32_t workers, uint32_t items, struct drive_result *result);

/* Teardown, if setup succeeded. */
void drive_release(struct drive *drive);

int drive_open_files(void); /* of this process */

/* Waits a few seconds until `path`, or the process `pid` (an adopted child, which is reaped), is
 * gone: 1, or 0 if it is still there. */
int drive_wait_gone(const char *path);
int drive_wait_process_gone(int pid);

#endif
