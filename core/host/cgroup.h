/* SPDX-License-Identifier: MIT */
/* The place of this process in the hierarchy of one cgroup controller, v1 or v2, and the limits
 * that it may read there: its own group and those above it, as far as they are mounted here (a
 * container often sees its own group as the top). Paths are as in cgroups(7); `root` as in
 * core/host/hostfile.h. */
#ifndef KNEE_CORE_HOST_CGROUP_H
#define KNEE_CORE_HOST_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_CGROUP_PATH_BYTES 4096 /* PATH_MAX: groups of containers in containers are deep */

struct knee_cgroup {
    int version;                            /* 1, 2; 0: the controller is not mounted here */
    char directory[KNEE_CGROUP_PATH_BYTES]; /* the mount point of the topmost visible group */
    char top[KNEE_CGROUP_PATH_BYTES];       /* that group's name in the hierarchy, "" for "/" */
    char below[KNEE_CGROUP_PATH_BYTES];     /* from there to our own: "", "/a/b" */
    bool host_root; /* the topmost visible group is the hierarchy's own root: all processes */
};

/* `controller`: "cpu", "cpuacct", "memory", "pids"; in its v1 hierarchy if that is mounted, else in
 * the v2 hierarchy. */
void knee_cgroup_find(struct knee_cgroup *cgroup, const char *root, const char *controller);

/* Steps through our own group and its ancestors: `depth` 0 is our own. Writes the group's directory
 * (for core/host/hostfile.h) and its name for people ("/docker/1f"; "/" for the root). False beyond
 * the topmost visible group. */
bool knee_cgroup_level(const struct knee_cgroup *cgroup, unsigned depth,
                       char directory[2 * KNEE_CGROUP_PATH_BYTES],
                       char name[2 * KNEE_CGROUP_PATH_BYTES]);

/* The CPU quota: the least over our group and its ancestors, in CPUs with its fraction; INFINITY
 * without one. `group` names the one that sets it, "" for none; `period_ns` is how long the kernel
 * counts before it grants the next part, 0 for none. */
double knee_cgroup_cpu_quota(const char *root, uint64_t *period_ns, char *group,
                             size_t group_bytes);

/* Memory: finds the group with the least left among our group and its ancestors. If that is less
 * than *available, it fills the outputs and returns true; else nothing changes. "Left" is the limit
 * less the use; inactive file cache does not count as used, because the kernel drops it first. */
bool knee_cgroup_memory(const char *root, uint64_t *limit, uint64_t *available, char *group,
                        size_t group_bytes);

/* How many more processes and threads our group and its ancestors allow; UINT64_MAX: no limit. */
uint64_t knee_cgroup_processes(const char *root);

#endif
