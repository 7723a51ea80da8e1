/* SPDX-License-Identifier: MIT */
#include "core/host/cgroup.h"

#include "core/base/clock.h"
#include "core/host/hostfile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* One group on the way from our own up to the topmost visible one. */
struct group {
    char directory[2 * KNEE_CGROUP_PATH_BYTES], name[2 * KNEE_CGROUP_PATH_BYTES];
};

static bool step(const struct knee_cgroup *cgroup, unsigned depth, struct group *group)
{
    return knee_cgroup_level(cgroup, depth, group->directory, group->name);
}

/* v1: -1 means no quota. v2: "150000 100000" or "max 100000". */
static double quota_of(int version, const char *root, const char *directory, uint64_t *period_ns)
{
    uint64_t quota[2] = {0, 0}; /* and its period */
    char text[64];
    if (version == 1 && (!knee_hostfile_number(root, directory, "cpu.cfs_quota_us", &quota[0]) ||
                         !knee_hostfile_number(root, directory, "cpu.cfs_period_us", &quota[1])))
        return INFINITY;
    if (version == 2 && (!knee_hostfile_read(root, directory, "cpu.max", text, sizeof text) ||
                         knee_hostfile_numbers(text, quota, 2) != 2))
        return INFINITY;
    *period_ns = quota[1] * KNEE_NS_PER_US;
    return quota[0] && quota[1] ? (double)quota[0] / (double)quota[1] : INFINITY;
}

double knee_cgroup_cpu_quota(const char *root, uint64_t *period_ns, char *group_name,
                             size_t group_bytes)
{
    struct knee_cgroup cgroup;
    struct group group;
    double least = INFINITY;
    *period_ns = 0;
    snprintf(group_name, group_bytes, "%s", "");
    knee_cgroup_find(&cgroup, root, "cpu");
    for (unsigned depth = 0; step(&cgroup, depth, &group); depth++) {
        uint64_t found_ns = 0;
        double quota = quota_of(cgroup.version, root, group.directory, &found_ns);
        if (quota < least) {
            least = quota;
            *period_ns = found_ns;
            snprintf(group_name, group_bytes, "%s", group.name);
        }
    }
    return least;
}

static bool memory_of(int version, const char *root, const char *directory, uint64_t *limit,
                      uint64_t *left)
{
    const bool v1 = version == 1;
    char stat[8192];
    uint64_t bound, used, cache = 0;
    if (!knee_hostfile_number(root, directory, v1 ? "memory.limit_in_bytes" : "memory.max",
                              &bound) ||
        !knee_hostfile_number(root, directory, v1 ? "memory.usage_in_bytes" : "memory.current",
                              &used))
        return false;
    if (knee_hostfile_read(root, directory, "memory.stat", stat, sizeof stat))
        knee_hostfile_value(stat, v1 ? "total_inactive_file" : "inactive_file", &cache);
    used -= cache < used ? cache : used;
    *limit = bound;
    *left = bound > used ? bound - used : 0;
    return true;
}

bool knee_cgroup_memory(const char *root, uint64_t *limit, uint64_t *available, char *group_name,
                        size_t group_bytes)
{
    struct knee_cgroup cgroup;
    struct group group;
    bool taken = false;
    knee_cgroup_find(&cgroup, root, "memory");
    for (unsigned depth = 0; step(&cgroup, depth, &group); depth++) {
        uint64_t bound, left;
        if (!memory_of(cgroup.version, root, group.directory, &bound, &left) || left >= *available)
            continue;
        *limit = bound;
        *available = left;
        snprintf(group_name, group_bytes, "%s", group.name);
        taken = true;
    }
    return taken;
}

uint64_t knee_cgroup_processes(const char *root)
{
    struct knee_cgroup cgroup;
    struct group group;
    uint64_t least = UINT64_MAX;
    knee_cgroup_find(&cgroup, root, "pids");
    for (unsigned depth = 0; step(&cgroup, depth, &group); depth++) {
        uint64_t bound, used = 0;
        if (!knee_hostfile_number(root, group.directory, "pids.max", &bound))
            continue;
        knee_hostfile_number(root, group.directory, "pids.current", &used);
        uint64_t left = bound > used ? bound - used : 0;
        least = left < least ? left : least;
    }
    return least;
}
