/* SPDX-License-Identifier: MIT */
/* NUMA and SMT in words, on results of machines that are not at hand. */
#include "reports/words/explain_numa.h"

#include "core/base/array.h"
#include "tests/support/test.h"

#include <math.h>

static void cores_nodes_and_threads_are_put_into_words(void **state)
{
    static const struct {
        enum knee_class resource;
        struct {
            uint32_t level, marks;
            double throughput_per_s;
        } levels[4];
        const char *text;
    } CASES[] = {
        {KNEE_CLASS_CPU,
         {{1, 0, 10},
          {32, KNEE_MARK_NUMA, 320},
          {128, KNEE_MARK_CORES, 1037},
          {256, KNEE_MARK_PUS, 1327}},
         "100 % per core up to 32 = one NUMA node, 81 % at 128 cores, SMT adds 28 %. To stay on "
         "one "
         "node, with its own memory: numactl -N 0 -m 0 COMMAND, or hwloc-bind --cpubind node:0 "
         "--membind node:0 -- COMMAND. For all nodes, with each item on one of them: --pin numa."},
        {KNEE_CLASS_CPU,
         {{1, 0, 10}, {16, KNEE_MARK_NUMA, 158}, {32, KNEE_MARK_CORES | KNEE_MARK_PUS, 314}},
         "99 % per core up to 16 = one NUMA node, 98 % at 32 cores."},
        {KNEE_CLASS_CPU,
         {{1, 0, 10}, {4, KNEE_MARK_CORES, 40}, {8, KNEE_MARK_PUS, 40.1}},
         "100 % per core at 4 cores, SMT adds nothing."},
        {KNEE_CLASS_MIXED,
         {{1, 0, 10}, {4, KNEE_MARK_CORES, 40}, {8, KNEE_MARK_PUS, 36}},
         "100 % per core at 4 cores, SMT costs 10 %."},
        {KNEE_CLASS_CPU, {{1, 0, 10}, {2, KNEE_MARK_CORES | KNEE_MARK_PUS, 20}}, ""},
        {KNEE_CLASS_NET, {{1, 0, 10}, {32, KNEE_MARK_NUMA, 320}}, ""},
        {KNEE_CLASS_CPU, {{16, KNEE_MARK_NUMA, 158}}, ""},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_level levels[4] = {0};
        size_t count = 0;
        for (; count < 4 && CASES[i].levels[count].level; count++) {
            uint32_t level = CASES[i].levels[count].level;
            double per_s = CASES[i].levels[count].throughput_per_s;
            bool known = CASES[i].levels[0].level == 1;
            levels[count] = (struct knee_level){
                .level = level,
                .marks = CASES[i].levels[count].marks,
                .throughput_per_s = per_s,
                .parallel_efficiency =
                    known ? per_s / level / CASES[i].levels[0].throughput_per_s : NAN};
        }
        const struct knee_workload_result workload = {
            .resource = CASES[i].resource, .levels = levels, .levels_count = count};
        char text[KNEE_EXPLAIN_NUMA_BYTES];
        const struct knee_result here = {.topology.this_system = true}, foreign = {0};
        assert_string_equal(knee_explain_numa(&here, &workload, text), CASES[i].text);
        assert_string_equal(knee_explain_numa(&foreign, &workload, text), "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cores_nodes_and_threads_are_put_into_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
