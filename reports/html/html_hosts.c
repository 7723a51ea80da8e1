/* SPDX-License-Identifier: MIT */
#include "reports/html/html_hosts.h"

#include "core/text/human.h"
#include "reports/html/html.h"
#include "reports/words/explain_hosts.h"

#include <math.h>

static void write_host(const struct knee_fleet_part *part, FILE *out)
{
    char a[KNEE_HUMAN_BYTES], b[KNEE_HUMAN_BYTES], c[KNEE_HUMAN_BYTES], d[KNEE_HUMAN_BYTES];
    bool slow = knee_fleet_part_is_slow(part);
    fprintf(out, "<tr%s><th scope=\"row\" class=\"text\">", slow ? " class=\"chosen\"" : "");
    knee_html_text(out, part->name);
    fprintf(out, " (rank %u)</th>", part->rank);
    if (part->windows == 0) {
        fputs("<td>0</td><td></td><td></td><td></td><td class=\"wide\"></td>"
              "<td class=\"wide\"></td></tr>\n",
              out);
        return;
    }
    fprintf(out, "<td>%.3g</td><td>%s</td><td>%s%s</td><td>%s</td>", part->share,
            knee_human_rate(a, part->throughput_per_s), slow ? "slow: " : "",
            knee_human_percent(b, part->of_share), knee_human_percent(c, part->cpu_ratio));
    fprintf(out, "<td class=\"wide\">");
    if (isfinite(part->foreign_cpus))
        fprintf(out, "%.1f of %.0f CPUs", part->foreign_cpus, part->cpus);
    fprintf(out, "</td><td class=\"wide\">%s</td></tr>\n",
            knee_human_latency(d, part->latency_p99_s));
}

void knee_html_hosts(const struct knee_workload_result *workload, FILE *out)
{
    size_t places[KNEE_EXPLAIN_HOSTS_LISTED];
    char said[KNEE_EXPLAIN_HOSTS_BYTES];
    if (!*knee_explain_hosts(workload, said))
        return;
    size_t count = knee_explain_hosts_list(workload, places);
    fputs("<h3>What did each host do?</h3>\n", out);
    knee_html_element(out, "p", NULL, said);
    fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table of hosts\">"
          "<table>\n<thead><tr><th scope=\"col\" class=\"text\">host</th>"
          "<th scope=\"col\">at once</th><th scope=\"col\">items/s</th>"
          "<th scope=\"col\">of its share</th><th scope=\"col\">CPU</th>"
          "<th scope=\"col\" class=\"wide\">other work</th>"
          "<th scope=\"col\" class=\"wide\">p99</th></tr></thead>\n<tbody>\n",
          out);
    for (size_t i = 0; i < count; i++)
        write_host(&workload->hosts[places[i]], out);
    fputs("</tbody></table></div>\n", out);
    if (count < workload->hosts_count)
        fprintf(out, "<p class=\"soft\">The slowest %zu of %zu hosts; ", count,
                workload->hosts_count);
    else
        fputs("<p class=\"soft\">Means of the windows at that level; ", out);
    fputs("<a href=\"hosts.csv\">hosts.csv</a> has a row for each host and window.</p>\n", out);
}
