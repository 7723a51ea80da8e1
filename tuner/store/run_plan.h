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

/* The command line of the run in DIR: ends with NULL, to be released with
 * knee_json_release_argv(). -1 with KNEE_USAGE when DIR holds no run. */
int knee_run_plan_read_argv(const char *dir, int *argc, char ***argv, struct knee_err *err);

#endif
