/* SPDX-License-Identifier: MIT */
#include "reports/run/run_html.h"

#include "core/text/builder.h"
#include "core/text/human.h"
#include "plots/run_chart.h"
#include "reports/html/html.h"
#include "reports/html/html_drawings.h"
#include "reports/text/run_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#define DECISIONS_SHOWN 60 /* the first and the last half of these */

static void write_head(const struct knee_run_record *record, FILE *out)
{
    knee_html_begin(out, "A run of knee");
    fputs("<h1>", out);
    knee_html_text(out, record->result.command);
    fputs("</h1>\n<p class=\"soft\">", out);
    knee_html_text(out, record->date);
    if (record->host[0])
        fputs(", on ", out);
    knee_html_text(out, record->host);
    fputs("</p>\n</header>\n<main>\n", out);
}

/* ---- cards ---- */
static void write_counts(const struct knee_run_result *result, FILE *out)
{
    char count[KNEE_HUMAN_BYTES], all[KNEE_HUMAN_BYTES];
    bool whole = result->done == result->items;
    fputs("<section class=\"card\"><h2>Done</h2>\n", out);
    fprintf(out, "<p class=\"use\">%s</p>\n", knee_human_count(count, (double)result->done));
    fprintf(out, "<p class=\"verdict %s\">of %s items that began</p>\n",
            whole ? "resolved" : "disturbed", knee_human_count(all, (double)result->items));
    if (result->failed)
        fprintf(out, "<p><a href=\"#failed\">%s failed</a></p>\n",
                knee_human_count(count, (double)result->failed));
    if (result->interrupted)
        fprintf(out, "<p>%s interrupted</p>\n",
                knee_human_count(count, (double)result->interrupted));
    if (result->retries)
        fprintf(out, "<p>%s %s</p>\n", knee_human_count(count, (double)result->retries),
                result->retries == 1 ? "retry" : "retries");
    fputs("</section>\n", out);
}

static void write_speed(const struct knee_run_result *result, FILE *out)
{
    char rate[KNEE_HUMAN_BYTES], time[KNEE_HUMAN_BYTES], mean[KNEE_HUMAN_BYTES];
    fprintf(out,
            "<section class=\"card\"><h2>Time</h2>\n<p class=\"use\">%s</p>\n"
            "<p>%s items/s</p>\n",
            knee_human_duration(time, result->elapsed_s),
            knee_human_rate(rate, result->throughput_per_s));
    if (!isnan(result->item_mean_s))
        fprintf(out, "<p>an item took %s", knee_human_latency(mean, result->item_mean_s));
    if (!isnan(result->item_cv))
        fprintf(out, " (CV %.2f)", result->item_cv);
    fprintf(out, "%s</section>\n", isnan(result->item_mean_s) ? "" : "</p>\n");
}

static void write_limit(const struct knee_run_result *result, FILE *out)
{
    char rule[KNEE_HUMAN_BYTES];
    fprintf(out, "<section class=\"card\"><h2>Limit</h2>\n<p class=\"use\">%" PRIu32 "</p>\n",
            result->learned ? result->limit_best : result->limit_last);
    if (!result->automatic)
        fputs("<p>as it was set</p>\n", out);
    else if (!result->learned)
        fputs("<p>from the first items; they were too long or too few to learn more</p>\n", out);
    else
        fprintf(out, "<p>was best; it began at %" PRIu32 " and ended at %" PRIu32 "</p>\n",
                result->limit_first, result->limit_last);
    if (result->learned && result->rule_of_thumb && !isnan(result->rule_ratio) &&
        result->rule_of_thumb != result->limit_best)
        fprintf(out, "<p>the rule of thumb, %" PRIu32 ", gave %s of it</p>\n",
                result->rule_of_thumb, knee_human_percent(rule, result->rule_ratio));
    else if (result->rule_of_thumb && result->learned &&
             result->rule_of_thumb == result->limit_best)
        fputs("<p>the rule of thumb says the same</p>\n", out);
    else if (result->rule_of_thumb && result->learned)
        fprintf(out, "<p>the rule of thumb, %" PRIu32 ", was not tried</p>\n",
                result->rule_of_thumb);
    fputs("</section>\n", out);
}

/* ---- tables ---- */
static void begin_table(FILE *out)
{
    fputs("<div class=\"scroll\" tabindex=\"0\"><table>\n", out);
}

static void end_table(FILE *out)
{
    fputs("</tbody></table></div>\n", out);
}

static void write_failures(const struct knee_run_result *result, const char *shown, FILE *out)
{
    if (result->failed == 0)
        return;
    fputs("<h2 id=\"failed\">What failed</h2>\n", out);
    begin_table(out);
    fputs("<thead><tr><th>number</th><th class=\"text\">item</th><th class=\"text\">how</th>"
          "<th class=\"text\">its last line of error</th></tr></thead>\n<tbody>\n",
          out);
    for (size_t i = 0; i < result->failures_count; i++) {
        const struct knee_run_failure *failure = &result->failures[i];
        fprintf(out, "<tr><td>%" PRIu64 "</td><td class=\"text\">", failure->number);
        knee_html_text(out, failure->item);
        fputs("</td><td class=\"text\">", out);
        knee_html_text(out, failure->how);
        fputs("</td><td class=\"text\">", out);
        knee_html_text(out, failure->line);
        fputs("</td></tr>\n", out);
    }
    end_table(out);
    if (result->failed > result->failures_count)
        fprintf(out, "<p>%" PRIu64 " more are in items.csv.</p>\n",
                result->failed - (uint64_t)result->failures_count);
    fputs("<p>To repeat just these:</p>\n<pre>knee run --resume ", out);
    knee_html_text(out, shown);
    fputs(" --failed</pre>\n", out);
}

static void write_decision(const struct knee_run_decision *decision, FILE *out)
{
    char rate[KNEE_HUMAN_BYTES], time[KNEE_HUMAN_BYTES];
    struct knee_builder text = {0};
    knee_run_text_decision(&text, decision);
    char *line = knee_builder_take(&text);
    fprintf(out, "<tr><td>%s</td><td>%" PRIu32 "</td><td>%s</td><td class=\"text\">",
            knee_human_duration(time, decision->time_s), decision->to,
            knee_human_rate(rate, decision->throughput_per_s));
    knee_html_text(out, line ? line : "");
    fputs("</td></tr>\n", out);
    free(line);
}

static void write_decisions(const struct knee_run_result *result, FILE *out)
{
    size_t count = result->decisions_count;
    if (count == 0)
        return;
    fprintf(out, "<details%s>\n<summary>Why the limit moved</summary>\n",
            count <= DECISIONS_SHOWN / 2 ? " open" : "");
    begin_table(out);
    fputs("<thead><tr><th>at</th><th>limit</th><th>items/s</th><th class=\"text\">why</th></tr>"
          "</thead>\n<tbody>\n",
          out);
    for (size_t i = 0; i < count; i++) {
        if (count > DECISIONS_SHOWN && i == DECISIONS_SHOWN / 2) {
            fprintf(out,
                    "<tr><td></td><td></td><td></td><td class=\"text\">%zu more: "
                    "limits.csv</td></tr>\n",
                    count - DECISIONS_SHOWN);
            i = count - DECISIONS_SHOWN / 2;
        }
        write_decision(&result->decisions[i], out);
    }
    end_table(out);
    fputs("</details>\n", out);
}

static void write_levels(const struct knee_run_record *record, FILE *out)
{
    const struct knee_run_result *result = &record->result;
    char rate[KNEE_HUMAN_BYTES], p50[KNEE_HUMAN_BYTES], p95[KNEE_HUMAN_BYTES];
    char cpu[KNEE_HUMAN_BYTES], size[KNEE_HUMAN_BYTES], count[KNEE_HUMAN_BYTES];
    begin_table(out);
    fputs("<thead><tr><th>limit</th><th>items/s</th><th>done</th><th>half took</th>"
          "<th>95 % took</th><th class=\"wide\">CPU an item</th><th class=\"wide\">most memory</th>"
          "</tr></thead>\n<tbody>\n",
          out);
    for (size_t i = 0; i < result->levels_count; i++) {
        const struct knee_run_level *level = &result->levels[i];
        const struct knee_run_record_level *more = knee_run_record_level(record, level->level);
        fprintf(out,
                "<tr%s><td>%" PRIu32 "</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td>"
                "<td class=\"wide\">%s</td><td class=\"wide\">%s</td></tr>\n",
                result->learned && level->level == result->limit_best ? " class=\"chosen\"" : "",
                level->level, knee_human_rate(rate, level->throughput_per_s),
                knee_human_count(count, more ? (double)more->done : 0.),
                knee_human_latency(p50, more ? more->latency_p50_s : NAN),
                knee_human_latency(p95, more ? more->latency_p95_s : NAN),
                knee_human_latency(cpu, more ? more->cpu_per_item_s : NAN),
                knee_human_size(size, more ? more->max_rss_bytes : NAN));
    }
    end_table(out);
}

static void write_items(const char *title, const struct knee_run_record_item *items, size_t count,
                        FILE *out)
{
    char length[KNEE_HUMAN_BYTES], cpu[KNEE_HUMAN_BYTES], size[KNEE_HUMAN_BYTES];
    if (count == 0)
        return;
    fprintf(out, "<h3>%s</h3>\n", title);
    begin_table(out);
    fputs("<thead><tr><th>number</th><th class=\"text\">item</th><th>took</th><th>CPU</th>"
          "<th>memory</th></tr></thead>\n<tbody>\n",
          out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "<tr><td>%" PRIu64 "</td><td class=\"text\">", items[i].number);
        knee_html_text(out, items[i].item);
        fprintf(out, "</td><td>%s</td><td>%s</td><td>%s</td></tr>\n",
                knee_human_latency(length, items[i].length_s),
                knee_human_latency(cpu, items[i].cpu_s), knee_human_size(size, items[i].rss_bytes));
    }
    end_table(out);
}

static void write_again(const struct knee_run_record *record, const char *shown, FILE *out)
{
    fputs("<h2>Again</h2>\n<pre>", out);
    knee_html_text(out, record->line);
    fputs("</pre>\n", out);
    if (record->result.interrupted > 0 || !record->has_result) {
        fputs("<p>To go on where it ended:</p>\n<pre>knee run --resume ", out);
        knee_html_text(out, shown);
        fputs("</pre>\n", out);
    }
    if (!record->result.learned)
        return;
    fputs("<p>To begin the next run with this limit:</p>\n<pre>knee run --limit ", out);
    knee_html_text(out, shown);
    fputs(" -- ...</pre>\n", out);
}

void knee_run_html(const struct knee_run_record *record, const char *dir, const char *shown,
                   FILE *out)
{
    const struct knee_run_result *result = &record->result;
    write_head(record, out);
    fputs("<div class=\"cards\">\n", out);
    write_counts(result, out);
    write_speed(result, out);
    write_limit(result, out);
    fputs("</div>\n", out);
    write_failures(result, shown, out);
    fputs("<h2>The limit over time</h2>\n", out);
    knee_html_drawings_figure(dir, KNEE_RUN_CHART_TIME, "throughput and limit over time", out);
    write_decisions(result, out);
    fputs("<h2>The limits that were tried</h2>\n", out);
    knee_html_drawings_figure(dir, KNEE_RUN_CHART_LIMITS, "throughput by limit", out);
    write_levels(record, out);
    fputs("<h2>Items</h2>\n", out);
    write_items("The slowest", record->slowest, record->slowest_count, out);
    write_items("The hungriest", record->hungriest, record->hungriest_count, out);
    write_again(record, shown, out);
    fputs("</main>\n<footer>\n<p>items.csv has a row when an item begins and one when it ends, "
          "limits.csv one for each decision. knee report makes this page again from them.</p>\n"
          "</footer>\n</body>\n</html>\n",
          out);
}
