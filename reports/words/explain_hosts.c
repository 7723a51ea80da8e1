/* SPDX-License-Identifier: MIT */
#include "reports/words/explain_hosts.h"

#include "core/text/human.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const char *knee_explain_hosts(const struct knee_workload_result *workload, char *text)
{
    char percent[KNEE_HUMAN_BYTES], cpu[KNEE_HUMAN_BYTES];
    const struct knee_fleet_part *slow =
        knee_fleet_part_slow(workload->hosts, workload->hosts_count);
    double windows = 0;
    text[0] = '\0';
    for (size_t i = 0; i < workload->hosts_count; i++)
        windows += workload->hosts[i].windows;
    if (workload->hosts_count < 2 || !(windows > 0))
        return text;
    if (!slow) {
        bool open = false;
        for (size_t i = 0; i < workload->hosts_count; i++)
            open = open || workload->hosts[i].of_share < KNEE_FLEET_PART_SLOW_RATIO;
        snprintf(text, KNEE_EXPLAIN_HOSTS_BYTES,
                 open ? "At %u in all, too few windows tell whether a host is slow."
                      : "At %u in all, each host gives its share.",
                 workload->hosts_level);
        return text;
    }
    snprintf(text, KNEE_EXPLAIN_HOSTS_BYTES,
             "%s (rank %u) is slow: at %u in all it gives %s of its share of the throughput (%.0f "
             "to %.0f %% at %.0f %% confidence), with its CPUs %s busy for that.",
             slow->name, slow->rank, workload->hosts_level,
             knee_human_percent(percent, slow->of_share), 100 * slow->of_share_low,
             100 * slow->of_share_high, 100 * KNEE_FLEET_PART_CONFIDENCE_RATIO,
             knee_human_percent(cpu, slow->cpu_ratio));
    return text;
}

/* Unknown ones come first: a host that had no item. */
static double order_of(const struct knee_fleet_part *part)
{
    return isnan(part->of_share) ? -1 : part->of_share;
}

size_t knee_explain_hosts_list(const struct knee_workload_result *workload,
                               size_t places[KNEE_EXPLAIN_HOSTS_LISTED])
{
    size_t count = 0;
    bool all = workload->hosts_count <= KNEE_EXPLAIN_HOSTS_LISTED;
    for (size_t i = 0; i < workload->hosts_count; i++) {
        size_t at = count;
        while (!all && at > 0 &&
               order_of(&workload->hosts[places[at - 1]]) > order_of(&workload->hosts[i]))
            at--;
        if (at == KNEE_EXPLAIN_HOSTS_LISTED)
            continue;
        if (count < KNEE_EXPLAIN_HOSTS_LISTED)
            count++;
        memmove(&places[at + 1], &places[at], (count - at - 1) * sizeof places[0]);
        places[at] = i;
    }
    return count;
}
