/* SPDX-License-Identifier: MIT */
#include "reports/html/html_levels.h"

#include "core/text/human.h"
#include "reports/html/html.h"
#include "reports/words/explain.h"
#include "reports/words/explain_requests.h"
#include "reports/words/explain_servers.h"
#include "reports/words/explain_slo.h"
#include "reports/words/explain_table.h"
#include "reports/words/marks.h"

#include <math.h>
#include <stdbool.h>

/* The columns of a service, in the head and in a row. */
static void write_request_heads(const struct knee_workload_result *workload, FILE *out)
{
    if (knee_explain_has_first_byte(workload))
        fputs("<th scope=\"col\" class=\"wide\">first byte</th>", out);
    if (knee_explain_has_connect(workload))
        fputs("<th scope=\"col\" class=\"wide\">connect</th>", out);
    if (knee_explain_has_requests(workload))
        fputs("<th scope=\"col\" class=\"kinds\">failed by kind</th>", out);
}

static void write_head(const struct knee_workload_result *workload, FILE *out)
{
    char total[KNEE_HUMAN_BYTES];
    fputs("<thead><tr><th scope=\"col\">at once</th><th scope=\"col\">items/s</th>"
          "<th scope=\"col\" class=\"wide\">&plusmn;</th><th scope=\"col\">of best</th>",
          out);
    if (workload->total_items > 0)
        fprintf(out, "<th scope=\"col\">%s items</th>",
                knee_human_count(total, workload->total_items));
    fputs("<th scope=\"col\" class=\"wide\">p50</th><th scope=\"col\">p95</th>"
          "<th scope=\"col\" class=\"wide\">p99</th>",
          out);
    write_request_heads(workload, out);
    fputs("<th scope=\"col\">CPU</th>", out);
    if (knee_explain_has_servers(workload))
        fputs("<th scope=\"col\">server</th>", out);
    fputs(
        "<th scope=\"col\" class=\"wide\">memory</th><th scope=\"col\" class=\"text\">this is</th>"
        "</tr></thead>\n",
        out);
}

static void write_requests(const struct knee_workload_result *workload,
                           const struct knee_level *level, FILE *out)
{
    char time[KNEE_HUMAN_BYTES], failed[KNEE_EXPLAIN_FAILED_BYTES];
    if (knee_explain_has_first_byte(workload))
        fprintf(out, "<td class=\"wide\">%s</td>",
                knee_human_latency(time, level->requests.first_byte_s));
    if (knee_explain_has_connect(workload))
        fprintf(out, "<td class=\"wide\">%s</td>",
                knee_human_latency(time, level->requests.connect_s));
    if (!knee_explain_has_requests(workload))
        return;
    fputs("<td class=\"kinds\">", out);
    knee_html_text(out, knee_explain_failed(workload, level, failed));
    fputs("</td>", out);
}

static void write_row(const struct knee_workload_result *workload, const struct knee_level *level,
                      FILE *out)
{
    char a[KNEE_HUMAN_BYTES], b[KNEE_HUMAN_BYTES], c[KNEE_HUMAN_BYTES];
    char marks[KNEE_MARKS_BYTES];
    bool use =
        level->level == knee_workload_result_use(workload) && !knee_explain_slo_unmet(workload);
    fprintf(out, "<tr%s><th scope=\"row\">%u</th><td>%s</td><td class=\"wide\">%s</td><td>%s</td>",
            use                              ? " class=\"chosen\""
            : !(level->throughput_per_s > 0) ? " class=\"soft\""
                                             : "",
            level->level, knee_explain_rate(level, a), knee_explain_spread(workload, level, b),
            knee_explain_of_best(workload, level, c));
    if (workload->total_items > 0)
        fprintf(out, "<td>%s</td>",
                knee_human_duration(a, workload->total_items / level->throughput_per_s));
    fprintf(out, "<td class=\"wide\">%s</td><td>%s</td><td class=\"wide\">%s</td>",
            knee_explain_latency(level, level->latency_p50_s, a),
            knee_explain_latency(level, level->latency_p95_s, b),
            knee_explain_latency(level, level->latency_p99_s, c));
    write_requests(workload, level, out);
    fprintf(out, "<td>%s</td>", knee_human_percent(a, level->cpu_utilization));
    if (knee_explain_has_servers(workload))
        fprintf(out, "<td>%s</td>", knee_explain_server_share(workload, level, a));
    fprintf(out, "<td class=\"wide\">%s</td><td class=\"text\">",
            knee_human_size(b, level->max_rss_bytes));
    fputs(knee_marks_phrase(workload, level, ", ", marks), out);
    fputs("</td></tr>\n", out);
}

void knee_html_levels(const struct knee_workload_result *workload, FILE *out)
{
    fprintf(out,
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table of levels\">"
            "<table%s>\n",
            knee_explain_has_requests(workload) ? " class=\"dense\"" : "");
    char text[KNEE_EXPLAIN_BYTES];
    write_head(workload, out);
    fputs("<tbody>\n", out);
    for (size_t i = 0; i < workload->levels_count; i++)
        write_row(workload, &workload->levels[i], out);
    fputs("</tbody></table></div>\n", out);
    knee_html_element(out, "p", "soft", knee_explain_gaps(workload, text));
    knee_html_element(out, "p", "soft", knee_explain_smaller(workload, text));
}

/* Shares of an item's time; false if they are unknown. A wait may come out a little below 0: its
 * two clocks are not read at the same time. */
static bool find_shares(const struct knee_level *level, double share[3])
{
    double parts[3] = {level->cpu_per_item_s, level->runqueue_wait_per_item_s,
                       level->other_wait_per_item_s};
    double sum = 0;
    for (int i = 0; i < 3; i++)
        sum += fmax(isnan(parts[i]) ? 0 : parts[i], 0);
    for (int i = 0; i < 3; i++)
        share[i] = fmax(isnan(parts[i]) ? 0 : parts[i], 0) / sum;
    return sum > 0 && !isnan(parts[0]);
}

/* Whether waiting for a CPU is known apart from other waiting. */
static bool has_queue(const struct knee_workload_result *workload)
{
    for (size_t i = 0; i < workload->levels_count; i++)
        if (isfinite(workload->levels[i].runqueue_wait_per_item_s))
            return true;
    return false;
}

static void write_bar(const struct knee_level *level, const double share[3], bool queue, FILE *out)
{
    static const char *const classes[] = {"computing", "queued", "other"};
    char mean[KNEE_HUMAN_BYTES];
    fprintf(out, "<b>%u</b><div class=\"bar\" role=\"img\" aria-label=\"at %u: %.0f %% computing, ",
            level->level, level->level, 100 * share[0]);
    if (queue)
        fprintf(out, "%.0f %% waiting for a CPU, %.0f %% other waiting\">", 100 * share[1],
                100 * share[2]);
    else
        fprintf(out, "%.0f %% waiting\">", 100 * share[2]);
    for (int i = 0; i < 3; i++)
        if (share[i] >= .0005)
            fprintf(out, "<i class=\"%s\" style=\"width:%.1f%%\"></i>", classes[i], 100 * share[i]);
    fprintf(out, "</div><span>%s</span>\n", knee_human_latency(mean, level->latency_mean_s));
}

/* A phone breaks the line between entries, never between a colour and its words. */
static void write_bars_key(bool queue, FILE *out)
{
    fputs("<p class=\"key soft\">An item's time, its mean on the right: <span><i "
          "class=\"computing\"></i>computing</span> ",
          out);
    fputs(queue ? "<span><i class=\"queued\"></i>waiting for a CPU</span> "
                  "<span><i class=\"other\"></i>waiting for anything else</span>"
                : "<span><i class=\"other\"></i>waiting, for a CPU or anything else</span>",
          out);
    fputs("</p>\n<div class=\"bars\">\n", out);
}

void knee_html_bars(const struct knee_workload_result *workload, FILE *out)
{
    double share[3];
    bool open = false, queue = has_queue(workload);
    for (size_t i = 0; i < workload->levels_count; i++) {
        if (!find_shares(&workload->levels[i], share))
            continue;
        if (!open)
            write_bars_key(queue, out);
        open = true;
        write_bar(&workload->levels[i], share, queue, out);
    }
    fputs(open ? "</div>\n" : "<p>Where an item's time goes is not known from this result.</p>\n",
          out);
}
