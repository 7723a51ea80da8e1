/* SPDX-License-Identifier: MIT */
#include "reports/compare/history_html.h"

#include "reports/compare/history_report.h"
#include "reports/html/html.h"
#include "reports/html/html_drawings.h"

#define DAY_BYTES 11 /* of an ISO date, with its NUL */

static const char *day_of(const struct knee_history *history, size_t entry, char *text)
{
    snprintf(text, DAY_BYTES, "%.10s", history->entries[entry].date);
    return text;
}

static void write_card(const struct knee_history *history, size_t number, FILE *out)
{
    char day[DAY_BYTES];
    const struct knee_history_change *change = knee_history_report_main(history);
    fprintf(out, "<section class=\"card\"><h2><a href=\"#w%zu\">", number);
    knee_html_text(out, history->title);
    fprintf(out, "</a></h2>\n<p class=\"verdict %s\">%s</p>\n",
            history->worse ? "disturbed" : "resolved", knee_history_report_verdict(history));
    if (change)
        fprintf(out, "<p class=\"use\">%+.1f %%</p>\n<p>%s since %s</p>\n",
                100 * (change->after / change->before - 1),
                knee_history_report_metric(change->metric), day_of(history, change->entry, day));
    fprintf(out, "<p class=\"soft\">%zu results</p>\n</section>\n", history->entries_count);
}

static void write_value(enum knee_history_metric metric, double value, FILE *out)
{
    char text[KNEE_HISTORY_REPORT_BYTES];
    knee_html_element(out, "td", NULL, knee_history_report_value(metric, value, text));
}

static void begin_table(const char *const *heads, size_t count, size_t texts_from, FILE *out)
{
    fputs("<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr>", out);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "<th%s>%s</th>", i == 0 || i >= texts_from ? " class=\"text\"" : "", heads[i]);
    fputs("</tr></thead>\n<tbody>\n", out);
}

static void write_changes(const struct knee_history *history, FILE *out)
{
    static const char *const heads[] = {"what changed", "before", "after",
                                        "change",       "since",  "first result"};
    char day[DAY_BYTES];
    if (history->changes_count == 0)
        return;
    fputs("<h3>Changes</h3>\n", out);
    begin_table(heads, sizeof heads / sizeof *heads, 4, out);
    for (size_t i = 0; i < history->changes_count; i++) {
        const struct knee_history_change *change = &history->changes[i];
        fprintf(out, "<tr%s><td class=\"text\">%s</td>",
                change->worse && change->last ? " class=\"chosen\"" : "",
                knee_history_report_metric(change->metric));
        write_value(change->metric, change->before, out);
        write_value(change->metric, change->after, out);
        fprintf(out, "<td>%+.1f %%</td>", 100 * (change->after / change->before - 1));
        knee_html_element(out, "td", "text", day_of(history, change->entry, day));
        knee_html_element(out, "td", "text", history->entries[change->entry].dir);
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}

static void write_results(const struct knee_history *history, FILE *out)
{
    static const char *const heads[] = {"date", "items/s", "limit", "p99", "", "result"};
    char text[KNEE_HISTORY_REPORT_BYTES];
    fputs("<h3>Results</h3>\n", out);
    begin_table(heads, sizeof heads / sizeof *heads, 4, out);
    for (size_t i = 0; i < history->entries_count; i++) {
        const struct knee_history_entry *entry = &history->entries[i];
        fputs("<tr>", out);
        knee_html_element(out, "td", "text", entry->date);
        for (int metric = 0; metric < KNEE_HISTORY_METRICS; metric++)
            write_value((enum knee_history_metric)metric, entry->values[metric], out);
        fputs("<td class=\"text\">", out);
        knee_html_text(out, knee_history_report_remark(history, i, text));
        fputs("</td>", out);
        knee_html_element(out, "td", "text", entry->dir);
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}

static void write_section(const struct knee_history *history, size_t number, const char *dir,
                          FILE *out)
{
    char text[KNEE_HISTORY_REPORT_BYTES], name[KNEE_HISTORY_CHART_NAME_BYTES];
    fprintf(out, "<h2 id=\"w%zu\">", number);
    knee_html_text(out, history->title);
    fputs("</h2>\n", out);
    knee_html_element(out, "p", "verdict", knee_history_report_answer(history, text));
    if (dir)
        knee_html_drawings_figure(
            dir, knee_history_charts_name(history, name),
            "throughput, limit and p99 at the limit; the line is the median between two changes",
            out);
    write_changes(history, out);
    write_results(history, out);
}

void knee_history_html(const struct knee_history *histories, size_t count, double min_effect,
                       const char *dir, FILE *out)
{
    knee_html_begin(out, "Results over time");
    fputs("<h1>What changed, and when?</h1>\n</header>\n<main>\n<div class=\"cards\">\n", out);
    for (size_t i = 0; i < count; i++)
        write_card(&histories[i], i + 1, out);
    fputs("</div>\n", out);
    for (size_t i = 0; i < count; i++)
        write_section(&histories[i], i + 1, dir, out);
    fprintf(out,
            "</main>\n<footer>\n<p>Found by E-divisive (Matteson and James 2014): a series is "
            "split if at most %.3g %% of random orders tell its two sides apart as well. Changes "
            "below %.3g %% of items/s, or %.0f %% of the limit or the p99, get no word.</p>\n"
            "</footer>\n</body>\n</html>\n",
            100 * KNEE_CHANGE_POINTS_RISK, 100 * min_effect, 100 * KNEE_HISTORY_KNEE_EFFECT_MIN);
}
