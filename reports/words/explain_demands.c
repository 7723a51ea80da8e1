/* SPDX-License-Identifier: MIT */
#include "reports/words/explain.h"

#include "core/text/human.h"
#include "reports/words/explain_servers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SERVES_BYTES 96

/* What items wait for, as far as the evidence goes. */
static const char *what_serves(const struct knee_workload_result *workload, char *text)
{
    char server[KNEE_EXPLAIN_SERVER_BYTES];
    if (*knee_explain_server(workload, server)) {
        snprintf(text, SERVES_BYTES, "%s%s (or something that it asks)",
                 strcmp(server, "the servers") == 0 ? "one of " : "", server);
        return text;
    }
    for (size_t i = 0; i < workload->levels_count; i++)
        if (!isnan(workload->levels[i].server_in_service))
            return "something behind the network";
    return workload->resource == KNEE_CLASS_IO ? "the storage" : "a lock, a pool or a device";
}

static int say_cpu(const struct knee_demands *demands, char *text)
{
    char percent[KNEE_HUMAN_BYTES];
    if (demands->queueing_from == 0)
        return snprintf(text, KNEE_EXPLAIN_BYTES, "The CPUs are full.");
    return snprintf(text, KNEE_EXPLAIN_BYTES,
                    "The CPUs: from %u on, items spend %s of their time and more waiting for one.",
                    demands->queueing_from, knee_human_percent(percent, demands->queueing_ratio));
}

static int say_waiting(const struct knee_workload_result *workload, char *text)
{
    char serves[SERVES_BYTES];
    const struct knee_demands *demands = &workload->demands;
    double served = fmax(round(demands->served), 1);
    if (isnan(demands->served))
        return snprintf(text, KNEE_EXPLAIN_BYTES,
                        "From %u on, latency grows as n while throughput stands still: items wait "
                        "for %s.",
                        demands->standing_from, what_serves(workload, serves));
    return snprintf(text, KNEE_EXPLAIN_BYTES,
                    "From %u on, latency grows as n while throughput stands still: %s serves %.0f "
                    "at a time.",
                    demands->standing_from, what_serves(workload, serves), served);
}

const char *knee_explain_limits(const struct knee_workload_result *workload, char *text)
{
    const struct knee_demands *demands = &workload->demands;
    char cpu[KNEE_HUMAN_BYTES], level[KNEE_HUMAN_BYTES], rate[KNEE_HUMAN_BYTES];
    text[0] = '\0';
    if (!knee_workload_result_measured(workload))
        return text;
    switch (demands->limited_by) {
    case KNEE_LIMITED_BY_CPU:
        say_cpu(demands, text);
        break;
    case KNEE_LIMITED_BY_WAITING:
        say_waiting(workload, text);
        break;
    case KNEE_LIMITED_BY_OVERHEAD:
        snprintf(text, KNEE_EXPLAIN_BYTES,
                 "Each other: beyond %u, more items at once cost more than they bring.",
                 workload->decision.peak);
        break;
    case KNEE_LIMITED_BY_NOTHING:
        if (demands->ideal_level > 0)
            snprintf(text, KNEE_EXPLAIN_BYTES,
                     "Nothing yet: an item takes %s of CPU and waits for the rest; the CPUs would "
                     "be full at %s, with %s items/s.",
                     knee_human_latency(cpu, demands->cpu_s),
                     knee_human_count(level, ceil(demands->ideal_level)),
                     knee_human_rate(rate, demands->cpu_bound_per_s));
        break;
    case KNEE_LIMITED_BY_UNKNOWN:
        break;
    }
    return text;
}
