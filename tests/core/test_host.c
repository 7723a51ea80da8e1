/* SPDX-License-Identifier: MIT */
/* core/host/host: limits, readings and the load factor, from trees of /proc and cgroups. */
#include "core/host/host.h"
#include "tests/support/test.h"
#include "tests/support/tree.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>

#define STAT(user, nice, system, irq, steal)                                                       \
    {                                                                                              \
        "/proc/stat", "cpu  " #user " " #nice " " #system " 900 80 " #irq " 6 " #steal             \
                      " 3 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n"                                          \
    }
#define V1_MOUNTS                                                                                  \
    "32 31 0:29 / /cg/cpu rw - cgroup cgroup rw,cpu\n"                                             \
    "33 31 0:30 / /cg/acct rw - cgroup cgroup rw,cpuacct\n"
#define V2_MOUNT "30 23 0:26 / /cg rw - cgroup2 cgroup2 rw\n"

static void load_factor_follows_the_busier_of_cpu_and_memory(void **state)
{
    (void)state;
    static const struct {
        double cpu, memory, factor;
    } cases[] = {
        {0, 0, 1},    {.4, .6, 1},  {.41, 0, .8},   {0, .61, .8},   {.6, .75, .8}, {.61, 0, .6},
        {0, .76, .6}, {.8, .9, .6}, {.81, 0, .3},   {0, .91, .3},   {1, 1, .3},    {.5, .95, .3},
        {NAN, 0, .8}, {0, NAN, .8}, {NAN, NAN, .8}, {NAN, .95, .3}, {.7, NAN, .6}, {.5, NAN, .8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double factor = knee_host_load_factor(cases[i].cpu, cases[i].memory);
        if (factor != cases[i].factor)
            fail_msg("CPU %g, memory %g: %g", cases[i].cpu, cases[i].memory, factor);
    }
}

static void foreign_cpus_are_the_machines_less_ours(void **state)
{
    (void)state;
    struct knee_host_reading from = {.at_ns = 1000000000, .own_cpu_s = 5, .machine_cpu_s = 100};
    struct knee_host_reading to = {.at_ns = 3000000000, .own_cpu_s = 6, .machine_cpu_s = 104};
    assert_close(knee_host_foreign_cpus(&from, &to, 0), 1.5, 1e-12);
    assert_close(knee_host_foreign_cpus(&from, &to, 1), 1, 1e-12);
    assert_close(knee_host_foreign_cpus(&from, &to, 9), 0, 0);
    assert_true(isnan(knee_host_foreign_cpus(&from, &from, 0)));
    to.machine_cpu_s = NAN;
    assert_true(isnan(knee_host_foreign_cpus(&from, &to, 0)));
}

static void memory_is_the_hosts_or_the_tighter_groups(void **state)
{
    (void)state;
    static const struct tree_file files[] = {
        {"/proc/meminfo", "MemTotal:     1000 kB\nMemFree:   1 kB\nMemAvailable:  800 kB\n"},
        {"/proc/self/cgroup", "0::/s\n"},
        {"/proc/self/mountinfo", V2_MOUNT},
        {"/proc/sys/kernel/pid_max", "500\n"},
        {"/cg/s/pids.max", "70\n"},
        {"/cg/s/pids.current", "20\n"},
        {NULL, NULL},
    };
    struct knee_host host;
    char *root = tree_make(files);
    assert_int_equal(knee_host_read(&host, root, NULL), 0);
    assert_int_equal(host.memory_total_bytes, 1000 << 10);
    assert_int_equal(host.memory_available_bytes, 800 << 10);
    assert_string_equal(host.memory_group, "");
    assert_true(isinf(host.cpu_quota));
    assert_int_equal(host.processes_max, 50);
    tree_write(root, "/cg/s/memory.max", "409600\n");
    tree_write(root, "/cg/s/memory.current", "102400\n");
    assert_int_equal(knee_host_read(&host, root, NULL), 0);
    assert_int_equal(host.memory_total_bytes, 400 << 10);
    assert_int_equal(host.memory_available_bytes, 300 << 10);
    assert_int_equal(host.memory_installed_bytes, 1000 << 10);
    assert_string_equal(host.memory_group, "/s");
    tree_remove(root);
}

static void what_cannot_be_read_is_unknown(void **state)
{
    (void)state;
    static const struct tree_file files[] = {{"/empty", ""}, {NULL, NULL}};
    struct knee_host_probe *probe = NULL;
    struct knee_host_reading reading;
    struct knee_host_load load;
    struct knee_host host;
    char *root = tree_make(files);
    assert_int_equal(knee_host_read(&host, root, NULL), 0);
    assert_true(host.memory_total_bytes == UINT64_MAX);
    assert_true(host.memory_available_bytes == UINT64_MAX);
    assert_true(isinf(host.cpu_quota));
    assert_int_equal(knee_host_probe_open(&probe, root, NULL), 0);
    knee_host_probe_read(probe, &reading);
    assert_true(isnan(reading.machine_cpu_s));
    assert_true(isnan(reading.steal_s));
    assert_close(reading.throttled_s, 0, 0);
    knee_host_probe_close(probe);
    knee_host_load_measure(&load, &host, 2, 0, root);
    assert_true(isnan(load.cpu_used_ratio));
    assert_close(load.factor, .8, 0);
    tree_remove(root);
    knee_host_probe_close(NULL);
}

struct instrument {
    const char *name;
    struct tree_file files[12];
    double machine_cpu_s; /* in ticks if it is coarse */
    bool coarse;
};

static const struct instrument INSTRUMENTS[] = {
    {"cpuacct of the v1 root",
     {STAT(100, 20, 30, 5, 7),
      {"/proc/self/cgroup", "2:cpuacct:/x\n1:cpu:/\n"},
      {"/proc/self/mountinfo", V1_MOUNTS},
      {"/cg/acct/release_agent", ""},
      {"/cg/acct/cpuacct.usage", "2500000000\n"}},
     2.5,
     false},
    {"cpuacct of a container is not the machine's",
     {STAT(100, 20, 30, 5, 7),
      {"/proc/self/cgroup", "2:cpuacct:/x\n"},
      {"/proc/self/mountinfo", V1_MOUNTS},
      {"/cg/acct/cpuacct.usage", "2500000000\n"}},
     150,
     true},
    {"groups below the v2 root",
     {STAT(100, 20, 30, 5, 7),
      {"/proc/self/cgroup", "0::/user.slice/u\n"},
      {"/proc/self/mountinfo", V2_MOUNT},
      {"/cg/cgroup.controllers", "cpu\n"},
      {"/cg/cpu.stat", "usage_usec 99000000\n"},
      {"/cg/user.slice/cpu.stat", "usage_usec 1500000\nuser_usec 1\n"},
      {"/cg/user.slice/u/cpu.stat", "usage_usec 500000\n"},
      {"/cg/system.slice/cpu.stat", "usage_usec 250000\n"}},
     1.75,
     false},
    {"in the v2 root itself nothing else counts us",
     {STAT(100, 20, 30, 5, 7),
      {"/proc/self/cgroup", "0::/\n"},
      {"/proc/self/mountinfo", V2_MOUNT},
      {"/cg/cgroup.controllers", "cpu\n"},
      {"/cg/system.slice/cpu.stat", "usage_usec 250000\n"}},
     150,
     true},
    {"ticks of an old kernel", {{"/proc/stat", "cpu 1 2 3 4\n"}}, 6, true},
};

static void the_best_instrument_is_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof INSTRUMENTS / sizeof *INSTRUMENTS; i++) {
        struct knee_host_probe *probe = NULL;
        struct knee_host_reading reading;
        char *root = tree_make(INSTRUMENTS[i].files);
        assert_int_equal(knee_host_probe_open(&probe, root, NULL), 0);
        knee_host_probe_read(probe, &reading);
        knee_host_probe_close(probe);
        tree_remove(root);
        double tick_s = reading.coarse ? .01 : 1;
        if (reading.coarse != INSTRUMENTS[i].coarse ||
            fabs(reading.machine_cpu_s - INSTRUMENTS[i].machine_cpu_s * tick_s) > 1e-9)
            fail_msg("%s: %g s, coarse %d", INSTRUMENTS[i].name, reading.machine_cpu_s,
                     reading.coarse);
    }
}

static void readings_follow_the_files(void **state)
{
    (void)state;
    static const struct tree_file files[] = {
        STAT(100, 20, 30, 5, 7),
        {"/proc/self/cgroup", "0::/a/b\n"},
        {"/proc/self/mountinfo", V2_MOUNT},
        {"/cg/a/b/cpu.stat", "usage_usec 9\nnr_throttled 2\nthrottled_usec 1000000\n"},
        {"/cg/a/cpu.stat", "usage_usec 9\nnr_throttled 1\nthrottled_usec 500000\n"},
        {NULL, NULL},
    };
    struct knee_host_probe *probe = NULL;
    struct knee_host_reading from, to;
    char *root = tree_make(files);
    assert_int_equal(knee_host_probe_open(&probe, root, NULL), 0);
    knee_host_probe_read(probe, &from);
    assert_close(from.throttled_s, 1.5, 1e-12);
    assert_close(from.throttled_periods, 3, 0);
    assert_close(from.steal_s, .07, 1e-12);
    assert_close(from.interrupt_s, .11, 1e-12);
    struct tree_file later = STAT(300, 20, 30, 5, 17);
    tree_write(root, later.path, later.text);
    tree_write(root, "/cg/a/cpu.stat", "nr_throttled 4\nthrottled_usec 700000\n");
    knee_host_probe_read(probe, &to);
    assert_close(to.throttled_s, 1.7, 1e-12);
    assert_close(to.throttled_periods, 6, 0);
    assert_close(to.machine_cpu_s - from.machine_cpu_s, 2, 1e-9);
    assert_close(to.steal_s - from.steal_s, .1, 1e-9);
    knee_host_probe_close(probe);
    tree_remove(root);
}

static void a_v1_quota_throttles_in_nanoseconds(void **state)
{
    (void)state;
    static const struct tree_file files[] = {
        {"/proc/self/cgroup", "1:cpu:/q\n"},
        {"/proc/self/mountinfo", V1_MOUNTS},
        {"/cg/cpu/q/cpu.stat", "nr_periods 9\nnr_throttled 5\nthrottled_time 250000000\n"},
        {NULL, NULL},
    };
    struct knee_host_probe *probe = NULL;
    struct knee_host_reading reading;
    char *root = tree_make(files);
    assert_int_equal(knee_host_probe_open(&probe, root, NULL), 0);
    knee_host_probe_read(probe, &reading);
    assert_close(reading.throttled_s, .25, 1e-12);
    assert_close(reading.throttled_periods, 5, 0);
    knee_host_probe_close(probe);
    tree_remove(root);
}

/* Four CPUs, of which this process may use one: what runs on the others takes nothing from it. */
static void other_cpus_than_the_allowed_do_not_count(void **state)
{
    (void)state;
    static const struct tree_file ticks[] = {
        {"/proc/stat", "cpu  600 0 0 0 0 0 0 9 0 0\ncpu0 100 10 5 0 0 2 3 4 0 0\n"
                       "cpu1 500 0 0 0 0 0 0 5 0 0\ncpu2 1 1 1 1\ncpu3 1 1 1 1\nintr 5\n"},
        {"/proc/self/cgroup", "0::/a\n"},
        {"/proc/self/mountinfo", V2_MOUNT},
        {"/cg/a/cpu.stat", "usage_usec 5000000\n"},
        {NULL, NULL},
    };
    static const struct tree_file percpu[] = {
        {"/proc/stat", "cpu  1 1 1 1\ncpu0 1 1 1 1\ncpu1 1 1 1 1\ncpu2 1 1 1 1\ncpu3 1 1 1 1\n"},
        {"/proc/self/cgroup", "1:cpuacct:/\n"},
        {"/proc/self/mountinfo", "32 31 0:29 / /cg/cpuacct rw - cgroup cgroup rw,cpuacct\n"},
        {"/cg/cpuacct/release_agent", ""},
        {"/cg/cpuacct/cpuacct.usage", "9000000000\n"},
        {"/cg/cpuacct/cpuacct.usage_percpu", "2500000000 6500000000 0 0 \n"},
        {NULL, NULL},
    };
    cpu_set_t before, one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    assert_int_equal(sched_getaffinity(0, sizeof before, &before), 0);
    if (sched_setaffinity(0, sizeof one, &one) != 0)
        skip();
    for (int i = 0; i < 2; i++) {
        struct knee_host_probe *probe = NULL;
        struct knee_host_reading reading;
        char *root = tree_make(i ? percpu : ticks);
        assert_int_equal(knee_host_probe_open(&probe, root, NULL), 0);
        knee_host_probe_read(probe, &reading);
        knee_host_probe_close(probe);
        tree_remove(root);
        assert_int_equal(reading.cpus, 1);
        assert_close(reading.machine_cpu_s, i ? 2.5 : 1.15, 1e-9);
        assert_int_equal(reading.coarse, !i);
        if (i == 0)
            assert_close(reading.steal_s, .04, 1e-9);
    }
    sched_setaffinity(0, sizeof before, &before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(load_factor_follows_the_busier_of_cpu_and_memory),
        cmocka_unit_test(foreign_cpus_are_the_machines_less_ours),
        cmocka_unit_test(memory_is_the_hosts_or_the_tighter_groups),
        cmocka_unit_test(what_cannot_be_read_is_unknown),
        cmocka_unit_test(the_best_instrument_is_taken),
        cmocka_unit_test(other_cpus_than_the_allowed_do_not_count),
        cmocka_unit_test(readings_follow_the_files),
        cmocka_unit_test(a_v1_quota_throttles_in_nanoseconds),
    };
    return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
