/* SPDX-License-Identifier: MIT */
/* plan.json of a run: what it set out to do, written before the first item begins. `--resume`
 * reads the command line back from it. */
#ifndef KNEE_TUNER_STORE_RUN_PLAN_H
#define KNEE_TUNER_STORE_RUN_PLAN_H

#include "core/base/err.h"
#include "core/host/host.h"
#include "core/host/topology.h"

#include <stdint.h>

#define KNEE_RUN_PLAN_SCHEMA_VERSION 1

/* Borrowed. */
struct knee_run_plan {
    const char *version, *date; /* of knee; ISO 8601, UTC */
    int argc;
    char **argv;
    const char *name, *title; /* of the command */
    const char *directory;    /* where it was started: relative paths begin there */
    uint64_t seed;
    const struct knee_host *host;
    const struct knee_topology_counts *topology;
};

int knee_run_plan_write(const struct knee_run_plan *plan, const char *dir, struct knee_err *err);

/* The parts of a plan that are read back. */
struct knee_run_plan_read {
    int argc;
    char **argv;   /* owned: ends with NULL */
    uint32_t cpus; /* usable ones of its host; 0: unknown */
};

/* -1 with KNEE_USAGE when DIR holds no run. */
int knee_run_plan_read(struct knee_run_plan_read *read, const char *dir, struct knee_err *err);
/* The same from memory; `path` is its name in errors. */
int knee_run_plan_parse(struct knee_run_plan_read *read, const char *text, size_t bytes,
                        const char *path, struct knee_err *err);
void knee_run_plan_read_release(struct knee_run_plan_read *read); /* safe on an empty one */

#endif
