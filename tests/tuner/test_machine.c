/* SPDX-License-Identifier: MIT */
/* The rules of thumb and the highest level: what binds on which machine, and that another machine's
 * topology leaves this host's limits out. */
#include "tests/support/test.h"
#include "tests/support/tree.h"
#include "tuner/levels/machine.h"

#include <string.h>

static struct knee_machine machine_of(uint32_t cpus, double quota)
{
    return (struct knee_machine){
        .cores = cpus,
        .pus = cpus,
        .usable_cpus = cpus,
        .cpu_quota = quota,
        .memory_available_bytes = UINT64_MAX,
        .open_files_max = UINT64_MAX,
        .processes_max = UINT64_MAX,
        .this_system = true,
    };
}

static void rule_is_a_multiple_of_the_usable_cpus(void **state)
{
    (void)state;
    static const struct {
        uint32_t cpus;
        double quota;
        enum knee_class resource;
        double load;
        uint32_t max_level, rule;
    } cases[] = {
        {2, INFINITY, KNEE_CLASS_CPU, 1, 0, 2},
        {2, INFINITY, KNEE_CLASS_MIXED, 1, 0, 4}, /* 3.5 */
        {2, INFINITY, KNEE_CLASS_IO, 1, 0, 5},
        {2, INFINITY, KNEE_CLASS_NET, 1, 0, 8},
        {32, INFINITY, KNEE_CLASS_MIXED, 1, 0, 56},
        {32, INFINITY, KNEE_CLASS_NET, 1, 0, 128},
        {32, INFINITY, KNEE_CLASS_NET, 1, 100, 100},
        {2, INFINITY, KNEE_CLASS_IO, .8, 0, 4},
        {2, INFINITY, KNEE_CLASS_IO, .6, 0, 3},
        {3, INFINITY, KNEE_CLASS_CPU, .8, 0, 2}, /* 2.4 */
        {1, INFINITY, KNEE_CLASS_CPU, .3, 0, 1},
        {1, INFINITY, KNEE_CLASS_IO, 1, 0, 3}, /* 2.5 */
        /* A quota bounds cpu work, by whole CPUs, and nothing else. */
        {8, 0.5, KNEE_CLASS_CPU, 1, 0, 1},
        {8, 1, KNEE_CLASS_CPU, 1, 0, 1},
        {8, 1.5, KNEE_CLASS_CPU, 1, 0, 2},
        {8, 100, KNEE_CLASS_CPU, 1, 0, 8},
        {8, 1.5, KNEE_CLASS_IO, 1, 0, 20},
        {8, 1.5, KNEE_CLASS_NET, 1, 0, 32},
        {8, 1.5, KNEE_CLASS_MIXED, 1, 0, 14},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_machine machine = machine_of(cases[i].cpus, cases[i].quota);
        uint32_t rule =
            knee_machine_rule(&machine, cases[i].resource, cases[i].load, cases[i].max_level);
        if (rule != cases[i].rule)
            fail_msg("case %zu: %u, not %u", i, rule, cases[i].rule);
    }
}

static void ceiling_is_the_class_default_within_quota_and_host(void **state)
{
    (void)state;
    static const struct {
        uint32_t cpus;
        double quota;
        uint64_t files;
        enum knee_class resource;
        uint32_t workload, asked, level;
        const char *text; /* part of it */
        uint32_t wanted;  /* 0: not lowered */
    } cases[] = {
        {2, INFINITY, UINT64_MAX, KNEE_CLASS_CPU, 0, 0, 16, "cpu work", 0},
        {32, INFINITY, UINT64_MAX, KNEE_CLASS_CPU, 0, 0, 64, "cpu work", 0},
        {2, INFINITY, UINT64_MAX, KNEE_CLASS_IO, 0, 0, 128, "io work", 0},
        {2, INFINITY, UINT64_MAX, KNEE_CLASS_NET, 0, 0, 512, "net work", 0},
        {2, INFINITY, UINT64_MAX, KNEE_CLASS_MIXED, 0, 0, 64, "mixed work", 0},
        {64, INFINITY, UINT64_MAX, KNEE_CLASS_MIXED, 0, 0, 128, "mixed work", 0},
        {256, INFINITY, UINT64_MAX, KNEE_CLASS_MIXED, 128, 0, 512, "this workload", 0},
        {256, INFINITY, UINT64_MAX, KNEE_CLASS_IO, 128, 0, 640, "this workload", 0},
        {256, INFINITY, UINT64_MAX, KNEE_CLASS_NET, 512, 0, 1024, "this workload", 0},
        {256, INFINITY, UINT64_MAX, KNEE_CLASS_NET, 0, 0, 1024, "net work", 0},
        {2000, INFINITY, UINT64_MAX, KNEE_CLASS_NET, 512, 0, 4096, "this workload", 0},
        {2, INFINITY, UINT64_MAX, KNEE_CLASS_NET, 24, 0, 24, "this workload", 0},
        {2, INFINITY, UINT64_MAX, KNEE_CLASS_CPU, 0, 7, 7, "--max-level 7", 0},
        {8, 0.5, UINT64_MAX, KNEE_CLASS_CPU, 0, 0, 4, "quota of 0.5", 0},
        {8, 1.5, UINT64_MAX, KNEE_CLASS_CPU, 0, 0, 4, "quota of 1.5", 0},
        {8, 1.5, UINT64_MAX, KNEE_CLASS_CPU, 0, 40, 40, "--max-level 40", 0},
        {8, 1.5, UINT64_MAX, KNEE_CLASS_IO, 0, 0, 128, "io work", 0},
        {8, 1.5, UINT64_MAX, KNEE_CLASS_NET, 0, 0, 512, "net work", 0},
        {2, INFINITY, 164, KNEE_CLASS_NET, 0, 0, 100, "open files", 512},
        {2, INFINITY, 164, KNEE_CLASS_NET, 0, 300, 100, "open files", 300},
        {2, INFINITY, 164, KNEE_CLASS_NET, 0, 90, 90, "--max-level 90", 0},
        {2, INFINITY, 164, KNEE_CLASS_CPU, 0, 0, 16, "cpu work", 0},
        {2, INFINITY, 3, KNEE_CLASS_NET, 0, 0, 1, "open files", 512},
        {3000, INFINITY, UINT64_MAX, KNEE_CLASS_CPU, 0, 0, 4096, "cpu work", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_machine machine = machine_of(cases[i].cpus, cases[i].quota);
        struct knee_machine_needs needs = knee_machine_needs_of_threads(cases[i].resource, 0);
        struct knee_machine_ceiling ceiling;
        machine.open_files_max = cases[i].files;
        knee_machine_ceiling(&machine, cases[i].resource, cases[i].workload, cases[i].asked, &needs,
                             &ceiling);
        if (ceiling.level != cases[i].level || !strstr(ceiling.text, cases[i].text) ||
            ceiling.lowered != (cases[i].wanted > 0) || ceiling.wanted != cases[i].wanted)
            fail_msg("case %zu: %u, \"%s\", not %u", i, ceiling.level, ceiling.text,
                     ceiling.wanted);
    }
}

static void the_scarcest_resource_sets_the_ceiling(void **state)
{
    (void)state;
    struct knee_machine machine = machine_of(2, INFINITY);
    struct knee_machine_needs needs = {
        .item_bytes = 10 << 20, .item_processes = 2, .own_bytes = 1 << 20};
    struct knee_machine_ceiling ceiling;
    machine.memory_available_bytes = 501 << 20;
    machine.processes_max = 90;
    knee_machine_ceiling(&machine, KNEE_CLASS_IO, 0, 0, &needs, &ceiling);
    assert_int_equal(ceiling.level, 45);
    assert_string_equal(ceiling.text, "the limit on processes");
    machine.processes_max = 200;
    knee_machine_ceiling(&machine, KNEE_CLASS_IO, 0, 0, &needs, &ceiling);
    assert_int_equal(ceiling.level, 50);
    assert_string_equal(ceiling.text, "the memory available");
    assert_true(ceiling.lowered && ceiling.wanted == 128 && ceiling.by == KNEE_BOUND_MEMORY);
    knee_machine_ceiling(&machine, KNEE_CLASS_IO, 0, 0, NULL, &ceiling);
    assert_int_equal(ceiling.level, 128);
}

static void what_narrowed_the_cpus_last_binds(void **state)
{
    (void)state;
    static const struct {
        uint32_t pus, cpuset, usable;
        double quota;
        uint64_t files;
        const char *cpu, *net;
    } cases[] = {
        {4, 4, 4, INFINITY, UINT64_MAX, "cpus", "cpus"},
        {4, 4, 4, 4, UINT64_MAX, "cpus", "cpus"},
        {4, 4, 4, 3.5, UINT64_MAX, "quota", "cpus"},
        {4, 4, 2, 3.5, UINT64_MAX, "affinity", "affinity"},
        {4, 2, 2, INFINITY, UINT64_MAX, "cpuset", "cpuset"},
        {4, 2, 1, 0.5, UINT64_MAX, "quota", "affinity"},
        {4, 4, 4, 3.5, 256, "quota", "open_files"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_machine machine = machine_of(cases[i].usable, cases[i].quota);
        struct knee_topology_counts counts = {.pus = cases[i].pus, .cpuset_pus = cases[i].cpuset};
        struct knee_machine_needs needs = knee_machine_needs_of_threads(KNEE_CLASS_NET, 0);
        machine.open_files_max = cases[i].files;
        assert_string_equal(
            knee_machine_bound_text(knee_machine_bound(&machine, &counts, KNEE_CLASS_CPU, NULL)),
            cases[i].cpu);
        assert_string_equal(
            knee_machine_bound_text(knee_machine_bound(&machine, &counts, KNEE_CLASS_NET, &needs)),
            cases[i].net);
    }
}

static void another_systems_topology_leaves_this_host_out(void **state)
{
    (void)state;
    struct knee_topology_counts counts = {
        .numa_nodes = 2, .cores = 8, .pus = 16, .allowed_cores = 8, .allowed_pus = 16};
    struct knee_host host = {.cpu_quota = 1.5, .memory_available_bytes = 5, .open_files_max = 9};
    struct knee_machine machine;
    knee_machine_fill(&machine, &counts, &host);
    assert_true(isinf(machine.cpu_quota));
    assert_true(machine.memory_available_bytes == UINT64_MAX);
    assert_int_equal(machine.open_files_max, 9);
    assert_int_equal(knee_machine_cpus(&machine, KNEE_CLASS_CPU), 16);
    counts.this_system = true;
    knee_machine_fill(&machine, &counts, &host);
    assert_close(machine.cpu_quota, 1.5, 0);
    assert_int_equal(machine.memory_available_bytes, 5);
    assert_int_equal(knee_machine_cpus(&machine, KNEE_CLASS_CPU), 2);
    assert_int_equal(knee_machine_cpus(&machine, KNEE_CLASS_IO), 16);
}

/* What a run reads again twice a second. */
static void a_quota_that_changes_is_followed(void **state)
{
    (void)state;
    static const struct tree_file files[] = {
        {"/proc/self/cgroup", "0::/job\n"},
        {"/proc/self/mountinfo", "30 20 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"},
        {"/sys/fs/cgroup/job/cpu.max", "400000 100000\n"},
        {NULL, NULL}};
    static const struct {
        const char *quota;
        uint32_t allowed, cpus;
        bool changed;
    } steps[] = {
        {"400000 100000", 8, 4, false}, {"150000 100000", 8, 2, true},
        {"200000 100000", 8, 2, false}, {"max 100000", 8, 8, true},
        {"max 100000", 7, 7, true},     {"300000 100000", 2, 2, true},
    };
    char *root = tree_make(files);
    struct knee_host host;
    struct knee_err err = {0};
    struct knee_machine machine = machine_of(8, 4);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        tree_write(root, "/sys/fs/cgroup/job/cpu.max", steps[i].quota);
        assert_int_equal(knee_host_read(&host, root, &err), 0);
        assert_int_equal(knee_machine_follow(&machine, steps[i].allowed, &host), steps[i].changed);
        assert_int_equal(knee_machine_cpus(&machine, KNEE_CLASS_CPU), steps[i].cpus);
        assert_int_equal(machine.usable_cpus, steps[i].allowed);
    }
    tree_remove(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_is_a_multiple_of_the_usable_cpus),
        cmocka_unit_test(ceiling_is_the_class_default_within_quota_and_host),
        cmocka_unit_test(the_scarcest_resource_sets_the_ceiling),
        cmocka_unit_test(what_narrowed_the_cpus_last_binds),
        cmocka_unit_test(another_systems_topology_leaves_this_host_out),
        cmocka_unit_test(a_quota_that_changes_is_followed),
    };
    return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}
