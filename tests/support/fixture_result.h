/* SPDX-License-Identifier: MIT */
/* Finished results for the tests of writers, the same on every machine. */
#ifndef KNEE_TESTS_SUPPORT_FIXTURE_RESULT_H
#define KNEE_TESTS_SUPPORT_FIXTURE_RESULT_H

#include "tuner/result/result.h"
#include "tuner/store/sweep_plan.h"

#include <stddef.h>
#include <stdint.h>

/* The workload to make: throughput per level, up to a level of 0. */
struct fixture_curve {
    const char *name, *title;
    enum knee_class resource;
    struct fixture_level {
        uint32_t level, marks;
        double throughput_per_s;
    } levels[40];
    struct knee_decision decision;
    struct knee_way_on way_on;
    uint32_t current;
    double total_items;
};

extern const struct fixture_curve fixture_cpu;        /* resolved, 2 = the cores */
extern const struct fixture_curve fixture_io;         /* unresolved, 16..32, long climb */
extern const struct fixture_curve fixture_net;        /* rising to 512, 25 levels */
extern const struct fixture_curve fixture_collapse;   /* resolved, 8, falls to 20 % */
extern const struct fixture_curve fixture_disturbed;  /* the limit is the rule of thumb */
extern const struct fixture_curve fixture_single;     /* one level */
extern const struct fixture_curve fixture_characters; /* quotes, %, _, {}, @ and more in names */

/* Three blocks of windows over each curve's levels, with a fixed small noise; one of them is
 * rejected. Release with knee_result_release(). */
void fixture_result(struct knee_result *result, const struct fixture_curve *const *curves,
                    size_t count);

/* Likewise, of one curve; returns its workload. */
struct knee_workload_result *fixture_one(struct knee_result *result,
                                         const struct fixture_curve *curve);

/* Makes the items of a level's windows requests to a service, and more of them, that failed:
 * `failed` has their shares of all requests by kind, and the row of the level gets the times. */
void fixture_requests(struct knee_workload_result *workload, uint32_t level,
                      const struct knee_requests *requests);

/* A plan of the same workloads with every field set. The caller frees `workloads` (it is not a
 * plan that was read). */
void fixture_plan(struct knee_sweep_plan *plan, const struct fixture_curve *const *curves,
                  size_t count);

/* A new directory in the system's temporary one; fixture_remove() removes it with its files. */
void fixture_directory(char *path, size_t path_bytes);
void fixture_remove(const char *path);

/* A whole file as text, which the caller frees; NULL if there is none. */
char *fixture_read(const char *dir, const char *name);

#endif
