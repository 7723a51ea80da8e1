/* SPDX-License-Identifier: MIT */
/* core/host/cgroup: finds our group in v1 and v2 hierarchies, and the limits of it and its
 * ancestors. */
#include "core/base/clock.h"
#include "core/host/cgroup.h"
#include "tests/support/test.h"
#include "tests/support/tree.h"

#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define V1_MOUNTS                                                                                  \
    "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"                                   \
    "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu\n"                \
    "33 31 0:30 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct\n"                          \
    "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"                            \
    "39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"                                \
    "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
#define V1_GROUPS "8:pids:/a/b\n4:memory:/a/b\n2:cpuacct:/\n1:cpu:/a/b\n0::/\n"
#define V2_MOUNTS "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
#define PROC(groups, mounts)                                                                       \
    {"/proc/self/cgroup", groups},                                                                 \
    {                                                                                              \
        "/proc/self/mountinfo", mounts                                                             \
    }
#define V1_QUOTA(group, quota)                                                                     \
    {"/sys/fs/cgroup/cpu" group "/cpu.cfs_quota_us", quota},                                       \
    {                                                                                              \
        "/sys/fs/cgroup/cpu" group "/cpu.cfs_period_us", "100000\n"                                \
    }
#define V2_QUOTA(group, quota)                                                                     \
    {                                                                                              \
        "/sys/fs/cgroup" group "/cpu.max", quota                                                   \
    }

struct quota_case {
    const char *name;
    double quota;
    const char *group;
    struct tree_file files[12];
};

static const struct quota_case QUOTAS[] = {
    {"v1 none", INFINITY, "", {PROC(V1_GROUPS, V1_MOUNTS), V1_QUOTA("/a/b", "-1\n")}},
    {"v1 own", 0.5, "/a/b", {PROC(V1_GROUPS, V1_MOUNTS), V1_QUOTA("/a/b", "50000\n")}},
    {"v1 the parent's is less",
     1.5,
     "/a",
     {PROC(V1_GROUPS, V1_MOUNTS), V1_QUOTA("/a/b", "400000\n"), V1_QUOTA("/a", "150000\n"),
      V1_QUOTA("", "-1\n")}},
    {"v1 own is less",
     1,
     "/a/b",
     {PROC(V1_GROUPS, V1_MOUNTS), V1_QUOTA("/a/b", "100000\n"), V1_QUOTA("/a", "150000\n")}},
    {"v1 cpu and cpuacct mounted together",
     2,
     "/x",
     {PROC("3:cpu,cpuacct:/x\n",
           "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"),
      {"/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us", "200000\n"},
      {"/sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us", "100000\n"}}},
    {"v1 container that sees its own group as the top",
     0.25,
     "/docker/1f",
     {PROC("1:cpu:/docker/1f\n",
           "32 31 0:29 /docker/1f /sys/fs/cgroup/cpu ro master:3 - cgroup cgroup rw,cpu\n"),
      V1_QUOTA("", "25000\n")}},
    {"v1 group of a container below its top",
     0.75,
     "/docker/1f/w",
     {PROC("1:cpu:/docker/1f/w\n",
           "32 31 0:29 /docker/1f /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n"),
      V1_QUOTA("", "-1\n"), V1_QUOTA("/w", "75000\n")}},
    {"a path that is not shown: the mounted part counts",
     3,
     "/",
     {PROC("1:cpu:/docker/1f\n", V1_MOUNTS), V1_QUOTA("", "300000\n")}},
    {"a name that only begins alike is not a parent",
     INFINITY,
     "",
     {PROC("1:cpu:/a/bc\n", V1_MOUNTS), V1_QUOTA("/a/b", "50000\n")}},
    {"v1 listed but not mounted",
     INFINITY,
     "",
     {PROC("1:cpu:/a\n0::/a\n", V2_MOUNTS), V2_QUOTA("/a", "50000 100000\n")}},
    {"v2 own", 1.5, "/s/u", {PROC("0::/s/u\n", V2_MOUNTS), V2_QUOTA("/s/u", "150000 100000\n")}},
    {"v2 max", INFINITY, "", {PROC("0::/s/u\n", V2_MOUNTS), V2_QUOTA("/s/u", "max 100000\n")}},
    {"v2 three deep, the middle one binds",
     0.5,
     "/s/u",
     {PROC("0::/s/u/v\n", V2_MOUNTS), V2_QUOTA("/s/u/v", "max 100000\n"),
      V2_QUOTA("/s/u", "25000 50000\n"), V2_QUOTA("/s", "800000 100000\n")}},
    {"v2 a looser group in a tighter one",
     1.5,
     "/s",
     {PROC("0::/s/u\n", V2_MOUNTS), V2_QUOTA("/s/u", "800000 100000\n"),
      V2_QUOTA("/s", "150000 100000\n")}},
    {"v2 in a cgroup namespace",
     2,
     "/",
     {PROC("0::/\n", V2_MOUNTS), V2_QUOTA("", "200000 100000")}},
    {"a mount point with a blank",
     4,
     "/",
     {PROC("0::/\n", "30 23 0:26 / /my\\040groups rw - cgroup2 none rw\n"),
      {"/my groups/cpu.max", "400000 100000"}}},
    {"nonsense", INFINITY, "", {PROC("0::/\n", V2_MOUNTS), V2_QUOTA("", "lots of it\n")}},
    {"nothing to read", INFINITY, "", {{"/proc/empty", ""}}},
    {"broken tables", INFINITY, "", {PROC("0:\n:::\n0::", "30 23\n - \nx - cgroup2\n")}},
};

#define FIFTY "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwx"
#define TWO_HUNDRED FIFTY FIFTY FIFTY FIFTY
#define DEEP "/" TWO_HUNDRED "/" TWO_HUNDRED

/* Groups of nested containers: the name for people is cut, the quota counts. */
static void a_long_path_keeps_its_quota(void **state)
{
    (void)state;
    static const struct tree_file files[] = {
        PROC("4:cpu:" DEEP "\n", V1_MOUNTS), V1_QUOTA(DEEP, "150000\n"), {NULL, NULL}};
    char group[64];
    uint64_t period_ns;
    char *root = tree_make(files);
    assert_close(knee_cgroup_cpu_quota(root, &period_ns, group, sizeof group), 1.5, 1e-12);
    assert_int_equal(strncmp(group, "/abc", 4), 0);
    tree_remove(root);
}

static void quota_is_the_least_of_all_ancestors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof QUOTAS / sizeof *QUOTAS; i++) {
        char group[256];
        uint64_t period_ns;
        char *root = tree_make(QUOTAS[i].files);
        double quota = knee_cgroup_cpu_quota(root, &period_ns, group, sizeof group);
        tree_remove(root);
        if (quota != QUOTAS[i].quota || strcmp(group, QUOTAS[i].group))
            fail_msg("%s: %g of \"%s\", not %g of \"%s\"", QUOTAS[i].name, quota, group,
                     QUOTAS[i].quota, QUOTAS[i].group);
        if ((period_ns > 0) != isfinite(quota))
            fail_msg("%s: a period of %" PRIu64 " ns", QUOTAS[i].name, period_ns);
    }
}

/* Of the group that binds, not of another on the way. */
static void a_quota_has_its_period(void **state)
{
    (void)state;
    static const struct tree_file files[] = {PROC("0::/s/u\n", V2_MOUNTS),
                                             V2_QUOTA("/s/u", "25000 50000\n"),
                                             V2_QUOTA("/s", "800000 100000\n"),
                                             {NULL, NULL}};
    char group[64];
    uint64_t period_ns = 0;
    char *root = tree_make(files);
    knee_cgroup_cpu_quota(root, &period_ns, group, sizeof group);
    tree_remove(root);
    assert_int_equal(period_ns, 50 * KNEE_NS_PER_MS);
}

struct memory_case {
    const char *name;
    uint64_t host, available, limit;
    const char *group;
    struct tree_file files[12];
};

#define M "/sys/fs/cgroup/memory"
static const struct memory_case MEMORIES[] = {
    {"v1 without a limit",
     1000,
     1000,
     77,
     "",
     {PROC(V1_GROUPS, V1_MOUNTS),
      {M "/a/b/memory.limit_in_bytes", "9223372036854771712\n"},
      {M "/a/b/memory.usage_in_bytes", "500\n"}}},
    {"v1 inactive file cache is not used",
     1000,
     700,
     900,
     "/a/b",
     {PROC(V1_GROUPS, V1_MOUNTS),
      {M "/a/b/memory.limit_in_bytes", "900\n"},
      {M "/a/b/memory.usage_in_bytes", "500\n"},
      {M "/a/b/memory.stat", "inactive_file 1\ntotal_inactive_file 300\n"}}},
    {"v2 the parent has less left",
     1000,
     50,
     850,
     "/s",
     {PROC("0::/s/u\n", V2_MOUNTS),
      {"/sys/fs/cgroup/s/u/memory.max", "600\n"},
      {"/sys/fs/cgroup/s/u/memory.current", "100\n"},
      {"/sys/fs/cgroup/s/memory.max", "850\n"},
      {"/sys/fs/cgroup/s/memory.current", "800\n"}}},
    {"v2 max, and more cache than use",
     1000,
     600,
     600,
     "/s",
     {PROC("0::/s/u\n", V2_MOUNTS),
      {"/sys/fs/cgroup/s/u/memory.max", "max\n"},
      {"/sys/fs/cgroup/s/u/memory.current", "100\n"},
      {"/sys/fs/cgroup/s/memory.max", "600\n"},
      {"/sys/fs/cgroup/s/memory.current", "200\n"},
      {"/sys/fs/cgroup/s/memory.stat", "anon 5\ninactive_file 999\n"}}},
    {"more used than allowed",
     1000,
     0,
     100,
     "/s",
     {PROC("0::/s\n", V2_MOUNTS),
      {"/sys/fs/cgroup/s/memory.max", "100\n"},
      {"/sys/fs/cgroup/s/memory.current", "120\n"}}},
    {"the host has less than the group",
     10,
     10,
     77,
     "",
     {PROC("0::/s\n", V2_MOUNTS),
      {"/sys/fs/cgroup/s/memory.max", "100\n"},
      {"/sys/fs/cgroup/s/memory.current", "0\n"}}},
};

static void memory_is_what_the_tightest_group_has_left(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof MEMORIES / sizeof *MEMORIES; i++) {
        const struct memory_case *at = &MEMORIES[i];
        char group[256] = "";
        uint64_t limit = 77, available = at->host;
        char *root = tree_make(at->files);
        bool taken = knee_cgroup_memory(root, &limit, &available, group, sizeof group);
        tree_remove(root);
        if (available != at->available || limit != at->limit || strcmp(group, at->group) ||
            taken != (at->group[0] != '\0'))
            fail_msg("%s: %ju of %ju in \"%s\"", at->name, (uintmax_t)available, (uintmax_t)limit,
                     group);
    }
}

static void processes_are_what_is_left_below_pids_max(void **state)
{
    (void)state;
    static const struct tree_file files[] = {
        PROC(V1_GROUPS, V1_MOUNTS),
        {"/sys/fs/cgroup/pids/a/b/pids.max", "max\n"},
        {"/sys/fs/cgroup/pids/a/b/pids.current", "3\n"},
        {"/sys/fs/cgroup/pids/a/pids.max", "100\n"},
        {"/sys/fs/cgroup/pids/a/pids.current", "40\n"},
        {NULL, NULL},
    };
    char *root = tree_make(files);
    assert_int_equal(knee_cgroup_processes(root), 60);
    tree_write(root, "/sys/fs/cgroup/pids/a/pids.max", "max\n");
    assert_true(knee_cgroup_processes(root) == UINT64_MAX);
    tree_remove(root);
}

static void only_a_hierarchys_own_root_is_the_hosts(void **state)
{
    (void)state;
    static const struct {
        const char *controller;
        bool host_root;
        struct tree_file files[6];
    } cases[] = {
        {"cpuacct",
         true,
         {PROC(V1_GROUPS, V1_MOUNTS), {"/sys/fs/cgroup/cpuacct/release_agent", ""}}},
        {"cpuacct", false, {PROC(V1_GROUPS, V1_MOUNTS), {"/sys/fs/cgroup/cpuacct/tasks", ""}}},
        {"cpuacct",
         false,
         {PROC("2:cpuacct:/docker/1\n",
               "33 31 0:30 /docker/1 /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct\n"),
          {"/sys/fs/cgroup/cpuacct/release_agent", ""}}},
        {"cpu", true, {PROC("0::/u\n", V2_MOUNTS), {"/sys/fs/cgroup/cgroup.controllers", "cpu"}}},
        {"cpu",
         false,
         {PROC("0::/\n", V2_MOUNTS),
          {"/sys/fs/cgroup/cgroup.controllers", "cpu"},
          {"/sys/fs/cgroup/cgroup.events", "populated 1"}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_cgroup cgroup;
        char *root = tree_make(cases[i].files);
        knee_cgroup_find(&cgroup, root, cases[i].controller);
        tree_remove(root);
        if (!cgroup.version || cgroup.host_root != cases[i].host_root)
            fail_msg("case %zu: version %d, host_root %d", i, cgroup.version, cgroup.host_root);
    }
}

/* Puts a child into a group with a quota of its own, and lets it read what it has got. */
static void a_real_v1_quota_is_found(void **state)
{
    (void)state;
    static const char group[] = "/sys/fs/cgroup/cpu/knee-test";
    char found[256], procs[300], joined[32];
    uint64_t period_ns;
    if (isfinite(knee_cgroup_cpu_quota("", &period_ns, found, sizeof found)) || mkdir(group, 0700))
        skip(); /* not root, no v1, or a quota of its own already */
    tree_write(group, "/cpu.cfs_period_us", "100000");
    tree_write(group, "/cpu.cfs_quota_us", "150000");
    snprintf(procs, sizeof procs, "%s/cgroup.procs", group);
    pid_t child = fork();
    if (!child) {
        int fd = open(procs, O_WRONLY);
        int length = snprintf(joined, sizeof joined, "%d", (int)getpid());
        bool in = write(fd, joined, (size_t)length) == length;
        double quota = knee_cgroup_cpu_quota("", &period_ns, found, sizeof found);
        _exit(in && quota == 1.5 && period_ns == 100 * KNEE_NS_PER_MS && strstr(found, "knee-test")
                  ? 0
                  : 1);
    }
    int status = -1;
    waitpid(child, &status, 0);
    assert_return_code(rmdir(group), 0);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quota_is_the_least_of_all_ancestors),
        cmocka_unit_test(a_quota_has_its_period),
        cmocka_unit_test(a_long_path_keeps_its_quota),
        cmocka_unit_test(memory_is_what_the_tightest_group_has_left),
        cmocka_unit_test(processes_are_what_is_left_below_pids_max),
        cmocka_unit_test(only_a_hierarchys_own_root_is_the_hosts),
        cmocka_unit_test(a_real_v1_quota_is_found),
    };
    return cmocka_run_group_tests_name("cgroup", tests, NULL, NULL);
}
