/* SPDX-License-Identifier: MIT */
/* core/host/topology: counts, order of PUs and binding, on synthetic machines and this one. */
#include "core/host/topology.h"
#include "tests/support/test.h"
#include "tests/support/tree.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void open_counts(const char *source, struct knee_topology_counts *counts)
{
    struct knee_topology *topology = NULL;
    struct knee_err err = {0};
    if (knee_topology_open(&topology, source, &err))
        fail_msg("%s: %s", source, err.message);
    knee_topology_count(topology, counts);
    knee_topology_close(topology);
}

static void descriptions_are_counted(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        uint32_t packages, numa_nodes, l3_groups, cores, pus, numa_cores, l3_cores;
    } cases[] = {
        {"pack:2 numa:1 l3:2 core:4 pu:2", 2, 2, 4, 16, 32, 8, 4},
        {"pack:2,numa:1,l3:2,core:4,pu:2", 2, 2, 4, 16, 32, 8, 4},
        {"pack:2 numa:2 core:3 pu:1", 2, 4, 0, 12, 12, 3, 0},
        {"numa:2 core:3 pu:2", 1, 2, 0, 6, 12, 3, 0},
        {"core:8 pu:4", 1, 1, 0, 8, 32, 8, 0},
        {"pu:4", 1, 1, 0, 4, 4, 4, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_topology_counts counts;
        open_counts(cases[i].source, &counts);
        if (counts.packages != cases[i].packages || counts.numa_nodes != cases[i].numa_nodes ||
            counts.l3_groups != cases[i].l3_groups || counts.cores != cases[i].cores ||
            counts.pus != cases[i].pus || counts.numa_cores != cases[i].numa_cores ||
            counts.l3_cores != cases[i].l3_cores)
            fail_msg("%s: %u packages, %u NUMA nodes of %u cores, %u L3 of %u cores, %u cores, "
                     "%u PUs",
                     cases[i].source, counts.packages, counts.numa_nodes, counts.numa_cores,
                     counts.l3_groups, counts.l3_cores, counts.cores, counts.pus);
        assert_false(counts.this_system);
        assert_int_equal(counts.allowed_pus, counts.pus);
        assert_int_equal(counts.allowed_cores, counts.cores);
        assert_int_equal(counts.cpuset_pus, counts.pus);
        assert_int_equal(counts.core_kinds, 1);
    }
}

static void what_cannot_be_loaded_is_a_usage_error_of_one_line(void **state)
{
    (void)state;
    static const struct tree_file files[] = {
        {"/empty.xml", ""},
        {"/cut.xml", "<?xml version=\"1.0\"?>\n<topology version=\"2.0\">\n<object type=\"Mach"},
        {"/other.xml", "<a><b/></a>\n"},
        {NULL, NULL},
    };
    static const char *const sources[] = {"pack:100000,core:100000",
                                          "9999 9999",
                                          "foo:2",
                                          "pack:2 core",
                                          "core:-3",
                                          "pack:0",
                                          "/nowhere/",
                                          "none.xml",
                                          ""};
    char *root = tree_make(files);
    char path[300];
    for (size_t i = 0; i < sizeof sources / sizeof *sources + 4; i++) {
        struct knee_topology *topology = NULL;
        struct knee_err err = {0};
        const char *source = path;
        if (i < 4)
            snprintf(path, sizeof path, "%s%s", root, files[i].path ? files[i].path : "");
        else
            source = sources[i - 4];
        if (!knee_topology_open(&topology, source, &err))
            fail_msg("%s was taken", source);
        if (err.code != KNEE_USAGE || !strstr(err.message, "give an lstopo XML file") ||
            strchr(err.message, '\n'))
            fail_msg("%s: %s", source, err.message);
        assert_null(topology);
    }
    tree_remove(root);
}

static void hwlocs_own_variables_are_sources_too(void **state)
{
    (void)state;
    struct knee_topology_counts counts;
    struct knee_topology *topology = NULL;
    struct knee_err err;
    setenv("HWLOC_SYNTHETIC", "core:5 pu:1", 1);
    open_counts(NULL, &counts);
    assert_int_equal(counts.cores, 5);
    assert_false(counts.this_system);
    open_counts("core:3 pu:1", &counts);
    assert_int_equal(counts.cores, 3);
    setenv("HWLOC_SYNTHETIC", "rubbish", 1);
    assert_int_equal(knee_topology_open(&topology, NULL, &err), -1);
    unsetenv("HWLOC_SYNTHETIC");
    setenv("HWLOC_XMLFILE", "/nowhere.xml", 1);
    assert_int_equal(knee_topology_open(&topology, NULL, &err), -1);
    unsetenv("HWLOC_XMLFILE");
}

static void pus_are_handed_out_cores_first_siblings_last(void **state)
{
    (void)state;
    struct knee_topology *topology = NULL;
    struct knee_err err;
    static const int pus[] = {0, 2, 4, 1, 3, 5, 0, 2}, cores[] = {0, 2, 4, 0, 2};
    assert_int_equal(knee_topology_open(&topology, "core:3 pu:2", &err), 0);
    for (uint32_t i = 0; i < sizeof pus / sizeof *pus; i++)
        assert_int_equal(knee_topology_pu_of(topology, KNEE_PIN_PU, i), pus[i]);
    for (uint32_t i = 0; i < sizeof cores / sizeof *cores; i++)
        assert_int_equal(knee_topology_pu_of(topology, KNEE_PIN_CORE, i), cores[i]);
    assert_int_equal(knee_topology_pu_of(topology, KNEE_PIN_NONE, 0), -1);
    knee_topology_close(topology);
}

/* hwloc numbers PUs core by core, and orders nodes as they lie in the machine. */
static void workers_go_to_the_numa_nodes_in_turn(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        int pus[6]; /* the first PU of the node of worker 0, 1, ... */
    } CASES[] = {
        {"pack:2 numa:1 core:4 pu:2", {0, 8, 0, 8, 0, 8}},
        {"pack:2 numa:2 core:2 pu:1", {0, 2, 4, 6, 0, 2}},
        {"numa:1 core:4 pu:2", {0, 0, 0, 0, 0, 0}},
        {"core:2 pu:1", {0, 0, 0, 0, 0, 0}}, /* no node named: hwloc adds one */
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        struct knee_topology *topology = NULL;
        struct knee_err err = {0};
        setenv("HWLOC_SYNTHETIC", CASES[i].source, 1);
        assert_int_equal(knee_topology_open(&topology, NULL, &err), 0);
        for (uint32_t w = 0; w < 6; w++)
            assert_int_equal(knee_topology_pu_of(topology, KNEE_PIN_NUMA, w), CASES[i].pus[w]);
        knee_topology_close(topology);
    }
    unsetenv("HWLOC_SYNTHETIC");
}

static void another_systems_topology_binds_nothing(void **state)
{
    (void)state;
    struct knee_topology *topology = NULL;
    struct knee_err err;
    cpu_set_t before, after;
    assert_int_equal(knee_topology_open(&topology, "core:1 pu:1", &err), 0);
    sched_getaffinity(0, sizeof before, &before);
    for (enum knee_pin pin = KNEE_PIN_NONE; pin < KNEE_PIN_COUNT; pin++) {
        assert_int_equal(knee_topology_bind_self(topology, pin, 0), 0);
        sched_getaffinity(0, sizeof after, &after);
        assert_true(CPU_EQUAL(&before, &after));
    }
    knee_topology_close(topology);
}

static void this_system_follows_the_affinity_and_binds_within_it(void **state)
{
    (void)state;
    struct knee_topology *topology = NULL;
    struct knee_topology_counts counts;
    struct knee_err err = {0};
    cpu_set_t before, one, bound;
    int cpu = 0;
    sched_getaffinity(0, sizeof before, &before);
    open_counts(NULL, &counts);
    assert_true(counts.this_system);
    assert_int_equal(counts.allowed_pus, CPU_COUNT(&before));
    for (int i = 0; i < CPU_SETSIZE; i++)
        cpu = CPU_ISSET(i, &before) ? i : cpu;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
    assert_int_equal(knee_topology_open(&topology, NULL, &err), 0);
    knee_topology_count(topology, &counts);
    assert_int_equal(counts.allowed_pus, 1);
    assert_int_equal(counts.allowed_cores, 1);
    assert_int_equal(knee_topology_pu_of(topology, KNEE_PIN_PU, 3), cpu);
    assert_int_equal(sched_setaffinity(0, sizeof before, &before), 0);
    assert_int_equal(knee_topology_bind_self(topology, KNEE_PIN_NONE, 0), 0);
    sched_getaffinity(0, sizeof bound, &bound);
    assert_true(CPU_EQUAL(&before, &bound));
    assert_int_equal(knee_topology_bind_self(topology, KNEE_PIN_PU, 3), 0);
    sched_getaffinity(0, sizeof bound, &bound);
    assert_true(CPU_EQUAL(&one, &bound));
    sched_setaffinity(0, sizeof before, &before);
    assert_int_equal(knee_topology_bind_self(topology, KNEE_PIN_NUMA, 3), 0); /* one node is fine */
    sched_getaffinity(0, sizeof bound, &bound);
    assert_true(CPU_EQUAL(&one, &bound));
    sched_setaffinity(0, sizeof before, &before);
    knee_topology_close(topology);
}

static void tree_shows_each_kind_once(void **state)
{
    (void)state;
    struct knee_topology_counts counts = {.packages = 2,
                                          .numa_nodes = 2,
                                          .l3_groups = 4,
                                          .cores = 16,
                                          .pus = 32,
                                          .core_kinds = 1,
                                          .memory_bytes = 64ull << 30,
                                          .l3_bytes = 32u << 20,
                                          .symmetric = true,
                                          .model = "Test 9000"};
    char text[400], small[20];
    knee_topology_tree(&counts, text, sizeof text);
    assert_string_equal(text, "2 packages (Test 9000)\n"
                              "  1 NUMA node each (32 GiB)\n"
                              "    2 L3 caches each (32 MiB)\n"
                              "      4 cores each\n"
                              "        2 PUs each\n");
    counts = (struct knee_topology_counts){
        .packages = 1, .numa_nodes = 1, .cores = 8, .pus = 12, .core_kinds = 2};
    knee_topology_tree(&counts, text, sizeof text);
    assert_string_equal(text, "1 package\n"
                              "  1 NUMA node\n"
                              "    8 cores of 2 kinds\n"
                              "      12 PUs in all\n");
    knee_topology_tree(&counts, small, sizeof small);
    assert_string_equal(small, "1 package\n  1 NUMA ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(descriptions_are_counted),
        cmocka_unit_test(what_cannot_be_loaded_is_a_usage_error_of_one_line),
        cmocka_unit_test(hwlocs_own_variables_are_sources_too),
        cmocka_unit_test(pus_are_handed_out_cores_first_siblings_last),
        cmocka_unit_test(workers_go_to_the_numa_nodes_in_turn),
        cmocka_unit_test(another_systems_topology_binds_nothing),
        cmocka_unit_test(this_system_follows_the_affinity_and_binds_within_it),
        cmocka_unit_test(tree_shows_each_kind_once),
    };
    unsetenv("HWLOC_SYNTHETIC");
    unsetenv("HWLOC_XMLFILE");
    return cmocka_run_group_tests_name("topology", tests, NULL, NULL);
}
