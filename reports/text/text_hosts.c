/* SPDX-License-Identifier: MIT */
#include "reports/text/text_hosts.h"

#include "core/text/human.h"
#include "core/text/text_table.h"
#include "reports/text/wrap.h"
#include "reports/words/explain_hosts.h"

#include <math.h>

#define COLUMNS 7
#define LABEL_WIDTH 9

static void add_host(struct knee_text_table *table, const struct knee_fleet_part *part, bool slow)
{
    char name[96], text[KNEE_HUMAN_BYTES];
    snprintf(name, sizeof name, "%.63s (rank %u)", part->name, part->rank);
    knee_text_table_add(table, name);
    if (part->windows == 0) {
        for (int i = 1; i < COLUMNS; i++)
            knee_text_table_add(table, i == 1 ? "0" : "");
        return;
    }
    snprintf(text, sizeof text, "%.3g", part->share);
    knee_text_table_add(table, text);
    knee_text_table_add(table, knee_human_rate(text, part->throughput_per_s));
    knee_text_table_add(table, knee_human_percent(text, part->of_share));
    knee_text_table_add(table, knee_human_percent(text, part->cpu_ratio));
    knee_text_table_add(table, knee_human_latency(text, part->latency_p99_s));
    knee_text_table_add(table, slow ? "slow" : "");
}

void knee_text_hosts(const struct knee_workload_result *workload, FILE *out)
{
    static const char *const HEADS[COLUMNS] = {"host", "at once", "items/s", "of its share",
                                               "CPU",  "p99",     ""};
    struct knee_text_table table = {.columns = COLUMNS};
    size_t places[KNEE_EXPLAIN_HOSTS_LISTED];
    char said[KNEE_EXPLAIN_HOSTS_BYTES];
    if (!*knee_explain_hosts(workload, said))
        return;
    table.left[0] = table.left[COLUMNS - 1] = true;
    size_t count = knee_explain_hosts_list(workload, places);
    for (size_t i = 0; i < COLUMNS; i++)
        knee_text_table_add(&table, HEADS[i]);
    for (size_t i = 0; i < count; i++) {
        const struct knee_fleet_part *part = &workload->hosts[places[i]];
        add_host(&table, part, knee_fleet_part_is_slow(part));
    }
    knee_wrap_text(out, "Hosts", LABEL_WIDTH, said);
    fputc('\n', out);
    knee_text_table_print(&table, 0, KNEE_WRAP_WIDTH, out);
    if (count < workload->hosts_count)
        fprintf(out, "and %zu more, which are faster: hosts.csv\n", workload->hosts_count - count);
    fputc('\n', out);
    knee_text_table_release(&table);
}
