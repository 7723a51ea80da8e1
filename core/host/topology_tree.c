/* SPDX-License-Identifier: MIT */
#include "core/host/topology.h"

#include "core/text/builder.h"

#include <inttypes.h>
#include <stdio.h>

/* A kind of place and how many of it there are on the whole machine. */
struct kind {
    uint32_t count;
    const char *one, *many;
    char detail[160]; /* " (AMD EPYC)" or "" */
};

#define KINDS_MAX 5

static void describe_bytes(char *text, size_t text_bytes, uint64_t bytes)
{
    text[0] = '\0';
    if (bytes >= 10ull << 30)
        snprintf(text, text_bytes, " (%.0f GiB)", (double)bytes / (double)(1ull << 30));
    else if (bytes >= 1ull << 30)
        snprintf(text, text_bytes, " (%.1f GiB)", (double)bytes / (double)(1ull << 30));
    else if (bytes)
        snprintf(text, text_bytes, " (%.0f MiB)", (double)bytes / (double)(1ull << 20));
}

/* Outer kinds before inner ones. A NUMA node may hold packages, or be held by one, so the kinds are
 * ordered by their counts; insertion keeps the usual order among equals. */
static size_t list_kinds(const struct knee_topology_counts *counts, struct kind kinds[KINDS_MAX])
{
    struct kind all[KINDS_MAX] = {
        {counts->packages, "package", "packages", ""},
        {counts->numa_nodes, "NUMA node", "NUMA nodes", ""},
        {counts->l3_groups, "L3 cache", "L3 caches", ""},
        {counts->cores, "core", "cores", ""},
        {counts->pus, "PU", "PUs", ""},
    };
    if (counts->model[0])
        snprintf(all[0].detail, sizeof all[0].detail, " (%s)", counts->model);
    if (counts->numa_nodes)
        describe_bytes(all[1].detail, sizeof all[1].detail,
                       counts->memory_bytes / counts->numa_nodes);
    describe_bytes(all[2].detail, sizeof all[2].detail, counts->l3_bytes);
    if (counts->core_kinds > 1)
        snprintf(all[3].detail, sizeof all[3].detail, " of %" PRIu32 " kinds", counts->core_kinds);
    size_t count = 0;
    for (size_t i = 0; i < KINDS_MAX; i++) {
        if (!all[i].count)
            continue;
        size_t at = count++;
        for (; at > 0 && kinds[at - 1].count > all[i].count; at--)
            kinds[at] = kinds[at - 1];
        kinds[at] = all[i];
    }
    return count;
}

void knee_topology_tree(const struct knee_topology_counts *counts, char *text, size_t text_bytes)
{
    struct kind kinds[KINDS_MAX];
    size_t count = list_kinds(counts, kinds);
    struct knee_builder builder;
    knee_builder_over(&builder, text, text_bytes);
    for (size_t i = 0; i < count; i++) {
        uint32_t outer = i ? kinds[i - 1].count : 1;
        bool each = counts->symmetric && kinds[i].count % outer == 0;
        uint32_t shown = each ? kinds[i].count / outer : kinds[i].count;
        knee_builder_add(&builder, "%*s%" PRIu32 " %s%s%s\n", (int)(2 * i), "", shown,
                         shown == 1 ? kinds[i].one : kinds[i].many,
                         outer == 1 ? ""
                         : each     ? " each"
                                    : " in all",
                         kinds[i].detail);
    }
}
