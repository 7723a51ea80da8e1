/* SPDX-License-Identifier: MIT */
#include "reports/words/explain_numa.h"

#include "core/text/builder.h"
#include "core/text/human.h"

#include <math.h>

/* Beyond a node, work that leans on memory loses this much of a core's speed and more. */
#define NODE_LOSS_RATIO 0.1
#define SMT_NOTHING_RATIO 0.02 /* noise of the comparison */

static const struct knee_level *find_marked(const struct knee_workload_result *workload,
                                            uint32_t mark)
{
    for (size_t i = 0; i < workload->levels_count; i++) {
        const struct knee_level *level = &workload->levels[i];
        if (level->marks & mark && level->parallel_efficiency > 0)
            return level;
    }
    return NULL;
}

static void add_smt(struct knee_builder *says, const struct knee_level *cores,
                    const struct knee_level *pus)
{
    char percent[KNEE_HUMAN_BYTES];
    double gain = pus->throughput_per_s / cores->throughput_per_s - 1;
    if (!isfinite(gain))
        return;
    knee_builder_separate(says, ", ");
    if (fabs(gain) < SMT_NOTHING_RATIO)
        knee_builder_add(says, "SMT adds nothing");
    else
        knee_builder_add(says, "SMT %s %s", gain > 0 ? "adds" : "costs",
                         knee_human_percent(percent, fabs(gain)));
}

const char *knee_explain_numa(const struct knee_result *result,
                              const struct knee_workload_result *workload,
                              char text[KNEE_EXPLAIN_NUMA_BYTES])
{
    const struct knee_level *node = find_marked(workload, KNEE_MARK_NUMA);
    const struct knee_level *cores = find_marked(workload, KNEE_MARK_CORES);
    const struct knee_level *pus = find_marked(workload, KNEE_MARK_PUS);
    char percent[KNEE_HUMAN_BYTES];
    struct knee_builder says;
    text[0] = '\0';
    if (!result->topology.this_system)
        return text;
    if (workload->resource != KNEE_CLASS_CPU && workload->resource != KNEE_CLASS_MIXED)
        return text;
    knee_builder_over(&says, text, KNEE_EXPLAIN_NUMA_BYTES);
    if (node)
        knee_builder_add(&says, "%s per core up to %u = one NUMA node",
                         knee_human_percent(percent, node->parallel_efficiency), node->level);
    if (cores && (node ? cores->level > node->level : pus && pus->level > cores->level)) {
        knee_builder_separate(&says, ", ");
        knee_builder_add(&says, "%s%s at %u cores",
                         knee_human_percent(percent, cores->parallel_efficiency),
                         node ? "" : " per core", cores->level);
    }
    if (cores && pus && pus->level > cores->level)
        add_smt(&says, cores, pus);
    if (says.length > 0)
        knee_builder_add(&says, ".");
    if (node && cores && node->parallel_efficiency - cores->parallel_efficiency >= NODE_LOSS_RATIO)
        knee_builder_add(&says, " To stay on one node, with its own memory: numactl -N 0 -m 0 "
                                "COMMAND, or hwloc-bind --cpubind node:0 --membind node:0 -- "
                                "COMMAND. For all nodes, with each item on one of them: --pin "
                                "numa.");
    return text;
}
