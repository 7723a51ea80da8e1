/* SPDX-License-Identifier: MIT */
/* plan.json: what a sweep set out to do. With samples.csv it is all that `knee report DIR` and
 * `--resume DIR` need: a result is knee_sweep_plan_result() plus the journal's windows plus a
 * decision.
 *
 * It is written first, before anything is measured, and again (in one rename) when a workload's
 * setup has added its time and its warnings. */
#ifndef KNEE_TUNER_STORE_SWEEP_PLAN_H
#define KNEE_TUNER_STORE_SWEEP_PLAN_H

#include "core/base/err.h"
#include "core/host/host.h"
#include "core/host/topology.h"
#include "tuner/levels/candidates.h"
#include "tuner/options/arguments.h"
#include "tuner/options/command_options.h"
#include "tuner/options/measuring_options.h"
#include "tuner/result/result.h"
#include "tuner/store/journal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_SWEEP_PLAN_SCHEMA_VERSION 1
#define KNEE_SWEEP_PLAN_VERSIONS_MAX 8
#define KNEE_SWEEP_PLAN_WORKLOADS_MAX 32

struct knee_sweep_plan_workload {
    char name[64], title[KNEE_RESULT_TITLE_BYTES];
    enum knee_class resource;
    /* In a sweep they point to the workload's own table, in a plan that was read to `parsed`. */
    struct knee_parameter_value parameters[KNEE_PARAMETERS_MAX];
    size_t parameters_count;
    struct knee_candidate candidates[KNEE_LEVELS_MAX];
    size_t candidates_count;
    uint32_t max_level;       /* the highest level allowed; 0: by the candidates alone */
    char max_level_text[128]; /* what set it: knee_machine_ceiling.text */
    uint32_t cpus;            /* CPUs that bound this class of work */
    /* --vary cores: the first this many PUs alone are used, and `name` is that of the work and the
     * count after it. 0, "": all of them. */
    uint32_t pus;
    char work[64];
    uint32_t rule_of_thumb;
    uint32_t current;   /* --current; 0: not asked */
    double total_items; /* --total; 0: not asked */
    bool command;       /* the user's: see the plan's `command` */
    char target[16];    /* a service: the workload that asks it, and then see `arguments`; "" */
    struct knee_facts notes;                           /* found out beforehand */
    struct knee_facts warnings;                        /* of the planning and the setup */
    uint64_t setup_ns;                                 /* how long the setup took; 0 until it ran */
    struct knee_parameter parsed[KNEE_PARAMETERS_MAX]; /* after reading; texts are `source`'s */
};

/* Texts are borrowed: from the options in a sweep, from `source` in a plan that was read. NULL is
 * "not given". */
struct knee_sweep_plan {
    const char *version; /* of knee */
    char date[32];       /* ISO 8601, UTC */
    int argc;            /* the command line that made it, for the record */
    char **argv;
    /* The user's command and its options, parsed; `words` is NULL without one. */
    struct knee_command_options command;
    /* The options they were given with, or the service and how to ask it; NULL without either. */
    const struct knee_arguments *arguments;
    char hidden[256]; /* names of headers of the service whose values are not kept; "" none */
    /* The search. */
    uint64_t seed;
    const char *strategy;
    double tolerance_ratio, confidence_ratio;
    bool tolerance_is_default;                       /* none was asked for */
    struct knee_goal goal;                           /* objective and SLOs */
    uint64_t budget_ns, window_ns;                   /* per workload; 0: default, auto */
    uint32_t windows_max;                            /* cap; 0: none */
    const char *servers[KNEE_MEASURING_SERVERS_MAX]; /* --server */
    size_t servers_count;
    bool quick, strict;
    bool fixed_levels; /* --levels: these and nothing between them */
    /* The hosts that measured together, by rank; none: one host alone. */
    const char *const *hosts;
    size_t hosts_count;
    int split; /* how they divide a level: see tuner/options/fleet_options.h */
    /* The machine. */
    const char *pin; /* "none", "core", "pu", "numa" */
    const char *dir;
    const char *results; /* the result directory, as one types it: for the command that goes on */
    uint32_t host_cpus;  /* PUs that this process might use on the host, whatever the topology */
    const char *topology_source; /* --topology; NULL: this system */
    double load_factor;
    struct knee_host host;
    struct knee_topology_counts topology;
    /* Programs and libraries, for the record. */
    struct knee_sweep_plan_version {
        const char *name, *version;
    } versions[KNEE_SWEEP_PLAN_VERSIONS_MAX];
    size_t versions_count;
    /* Owned. A sweep allocates it with calloc. */
    struct knee_sweep_plan_workload *workloads;
    size_t workloads_count;
    /* Of a plan that was read: owned, NULL in a sweep. */
    void *source; /* a json_t */
    char **read_argv;
    char **read_hosts;
    char **read_command; /* a command line that holds the command or the service */
    struct knee_arguments read_arguments;
};

int knee_sweep_plan_write(const struct knee_sweep_plan *plan, const char *dir,
                          struct knee_err *err);
int knee_sweep_plan_read(struct knee_sweep_plan *plan, const char *dir, struct knee_err *err);
/* The same from memory; `path` is its name in errors. */
int knee_sweep_plan_parse(struct knee_sweep_plan *plan, const char *text, size_t bytes,
                          const char *path, struct knee_err *err);
void knee_sweep_plan_release(struct knee_sweep_plan *plan); /* safe on an empty one */

/* The first key of plan.json whose value is out of range; NULL: all are fine. */
const char *knee_sweep_plan_check(const struct knee_sweep_plan *plan);

/* -1 if a row of the journal has a level above all that the plan names; DIR is for the error. */
int knee_sweep_plan_check_rows(const struct knee_sweep_plan *plan,
                               const struct knee_journal_rows *rows, const char *dir,
                               struct knee_err *err);

const struct knee_sweep_plan_workload *knee_sweep_plan_find(const struct knee_sweep_plan *plan,
                                                            const char *name);

/* A result with everything that the plan knows: windows, decisions, levels and `elapsed_s` are the
 * caller's to add. It borrows argv and the parameters from `plan`, which must outlive it. */
int knee_sweep_plan_result(const struct knee_sweep_plan *plan, struct knee_result *result,
                           struct knee_err *err);

#endif
