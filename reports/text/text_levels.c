/* SPDX-License-Identifier: MIT */
#include "reports/text/text_levels.h"

#include "core/text/human.h"
#include "core/text/strings.h"
#include "core/text/text_table.h"
#include "reports/text/text_hosts.h"
#include "reports/text/wrap.h"
#include "reports/words/explain.h"
#include "reports/words/explain_model.h"
#include "reports/words/explain_numa.h"
#include "reports/words/explain_requests.h"
#include "reports/words/explain_servers.h"
#include "reports/words/explain_slo.h"
#include "reports/words/explain_table.h"
#include "reports/words/marks.h"
#include "reports/words/fact_text.h"

#include <math.h>
#include <string.h>

#define BAR_MAX 20
#define BAR_MIN 5
#define LABEL_WIDTH 9 /* "Why      " */

enum column {
    POINTER,
    LEVEL,
    RATE,
    SPREAD,
    OF_BEST,
    BAR,
    P95,
    CPU,
    SERVER,
    MEMORY,
    TIME,
    MARKS,
    COLUMNS
};

/* Memory is a column if it depends on the level. */
static bool shows_memory(const struct knee_workload_result *workload)
{
    if (workload->levels_count < 2)
        return false;
    const struct knee_level *first = &workload->levels[0];
    const struct knee_level *last = &workload->levels[workload->levels_count - 1];
    return last->max_rss_bytes > 1.25 * first->max_rss_bytes;
}

/* "16 min", "41 s", "2.1 h": the time for --total is compared, not read to the second. */
static const char *brief_duration(char *text, double s)
{
    if (!isfinite(s) || s < 90)
        return knee_human_duration(text, s);
    if (s < 90 * 60)
        snprintf(text, KNEE_HUMAN_BYTES, "%.0f min", s / 60);
    else
        snprintf(text, KNEE_HUMAN_BYTES, s < 36000 ? "%.1f h" : "%.0f h", s / 3600);
    return text;
}

static void add_heads(struct knee_text_table *table, const struct knee_workload_result *workload)
{
    static const char *const heads[COLUMNS] = {
        [POINTER] = "",  [LEVEL] = "level",     [RATE] = "items/s",
        [SPREAD] = "+-", [OF_BEST] = "of best", [BAR] = "",
        [P95] = "p95",   [CPU] = "CPU",         [MARKS] = ""};
    char count[KNEE_HUMAN_BYTES];
    for (size_t c = 0; c < COLUMNS; c++) {
        if (c == MEMORY)
            knee_text_table_add(table, shows_memory(workload) ? "memory" : "");
        else if (c == SERVER)
            knee_text_table_add(table, knee_explain_has_servers(workload) ? "server" : "");
        else if (c == TIME)
            knee_text_table_add(table, workload->total_items > 0
                                           ? knee_human_count(count, workload->total_items)
                                           : "");
        else
            knee_text_table_add(table, heads[c]);
    }
}

static void add_level(struct knee_text_table *table, const struct knee_workload_result *workload,
                      const struct knee_level *level)
{
    char text[KNEE_HUMAN_BYTES], marked[KNEE_MARKS_BYTES];
    bool use = level->level == knee_workload_result_use(workload) &&
               !knee_explain_slo_unmet(workload),
         total = workload->total_items > 0;
    knee_text_table_add(table, use ? ">" : "");
    snprintf(text, sizeof text, "%u", level->level);
    knee_text_table_add(table, text);
    knee_text_table_add(table, knee_explain_rate(level, text));
    knee_text_table_add(table, knee_explain_spread(workload, level, text));
    knee_text_table_add(table, knee_explain_of_best(workload, level, text));
    knee_text_table_add(table, "");
    knee_text_table_add(table, knee_explain_latency(level, level->latency_p95_s, text));
    knee_text_table_add(table, knee_human_percent(text, level->cpu_utilization));
    knee_text_table_add(table, knee_explain_has_servers(workload)
                                   ? knee_explain_server_share(workload, level, text)
                                   : "");
    knee_text_table_add(table,
                        shows_memory(workload) ? knee_human_size(text, level->max_rss_bytes) : "");
    knee_text_table_add(
        table, total ? brief_duration(text, workload->total_items / level->throughput_per_s) : "");
    knee_marks_phrase(workload, level, " ", marked);
    knee_text_table_add(table, marked);
}

/* Columns that the bars may take; theirs is still empty. */
static size_t bar_room(const struct knee_text_table *table)
{
    size_t width = knee_text_table_width(table) + 2;
    size_t room = width < KNEE_WRAP_WIDTH ? KNEE_WRAP_WIDTH - width : 0;
    return room > BAR_MAX ? BAR_MAX : room < BAR_MIN ? BAR_MIN : room;
}

static void print_table(const struct knee_workload_result *workload, FILE *out)
{
    struct knee_text_table table = {.columns = COLUMNS, .left = {[BAR] = true, [MARKS] = true}};
    add_heads(&table, workload);
    for (size_t i = 0; i < workload->levels_count; i++)
        add_level(&table, workload, &workload->levels[i]);
    size_t room = bar_room(&table);
    for (size_t i = 0; i < workload->levels_count && !table.failed; i++) {
        double best = knee_workload_result_of_best(workload, &workload->levels[i]);
        double filled = isfinite(best) ? round(fmin(best, 1) * (double)room) : 0;
        char *bar = knee_text_table_cell(&table, i + 1, BAR);
        memset(bar, '#', (size_t)filled);
        bar[(size_t)filled] = '\0';
    }
    knee_text_table_print(&table, LEVEL, KNEE_WRAP_WIDTH, out);
    knee_text_table_release(&table);
}

/* "NO LIMIT   sleep 0.02   SLO NOT MET", and how far off it is. */
static void print_missed(const struct knee_workload_result *workload, const char *title, bool color,
                         FILE *out)
{
    char text[KNEE_EXPLAIN_BYTES];
    fprintf(out, "%s%s%s   %s   %sSLO NOT MET%s\n", color ? "\033[1m" : "",
            knee_explain_slo_use(workload, text), color ? "\033[0m" : "", title,
            color ? "\033[33m" : "", color ? "\033[0m" : "");
    knee_wrap_text(out, "", 0, knee_explain_answer(workload, text));
    knee_wrap_text(out, "", 0, knee_explain_current(workload, text));
}

/* "USE 3     change 16 -> 3: ..." */
static void print_answer(const struct knee_workload_result *workload, bool color, FILE *out)
{
    char text[KNEE_EXPLAIN_BYTES], title[160];
    knee_strings_utf8(title, sizeof title, workload->title[0] ? workload->title : workload->name,
                      false);
    knee_strings_clip(title, KNEE_WRAP_WIDTH - 24);
    if (knee_explain_slo_unmet(workload)) {
        print_missed(workload, title, color, out);
        return;
    }
    if (workload->command && workload->decision.verdict == KNEE_VERDICT_RESOLVED) {
        const char *current = knee_explain_current(workload, text);
        char head[32];
        snprintf(head, sizeof head, "USE %u", knee_workload_result_use(workload));
        knee_wrap_text(out, head, 10, *current ? current : title);
        knee_wrap_text(out, "", 0, knee_explain_whose(workload, text));
        return;
    }
    fprintf(out, "%sUSE %u%s   %s   ", color ? "\033[1m" : "", knee_workload_result_use(workload),
            color ? "\033[0m" : "", title);
    knee_wrap_verdict(out, workload, 0, color);
    fputc('\n', out);
    if (workload->decision.verdict != KNEE_VERDICT_RESOLVED)
        knee_wrap_text(out, "", 0, knee_explain_answer(workload, text));
    else
        knee_wrap_text(out, "", 0, knee_explain_whose(workload, text));
    knee_wrap_text(out, "", 0, knee_explain_current(workload, text));
}

/* The number is then not the service's. */
static void print_clients(const struct knee_workload_result *workload, FILE *out)
{
    char text[KNEE_FACT_TEXT_BYTES];
    for (size_t i = 0; i < workload->warnings.count; i++)
        if (workload->warnings.at[i].kind == KNEE_FACT_CLIENTS)
            knee_wrap_text(out, "", 0, knee_fact_text(&workload->warnings.at[i], text));
}

/* A forecast was said before the sweep, and "Next" says what is missing; who limits is said with
 * the answer, and a slow host with the others. */
static bool is_said_elsewhere(const struct knee_fact *fact)
{
    return fact->kind == KNEE_FACT_FORECAST || fact->kind == KNEE_FACT_CLIENTS ||
           fact->kind == KNEE_FACT_SLOW_HOST;
}

/* Of a service. */
static void print_requests(const struct knee_workload_result *workload, FILE *out)
{
    char text[KNEE_EXPLAIN_BYTES];
    knee_wrap_text(out, "Latency", LABEL_WIDTH, knee_explain_waits(workload, text));
    for (size_t i = 0; i < KNEE_EXPLAIN_FAILURES_MAX; i++)
        knee_wrap_text(out, i == 0 ? "Failed" : "", LABEL_WIDTH,
                       knee_explain_failures(workload, i, text));
}

static void print_reasons(const struct knee_result *result,
                          const struct knee_workload_result *workload, FILE *out)
{
    const struct knee_decision *decision = &workload->decision;
    bool resolved = decision->verdict == KNEE_VERDICT_RESOLVED;
    char cores[KNEE_EXPLAIN_NUMA_BYTES], text[KNEE_EXPLAIN_BYTES];
    knee_wrap_text(out, "Goal", LABEL_WIDTH, knee_explain_goal(workload, text));
    knee_wrap_text(out, "Why", LABEL_WIDTH, knee_explain_why(workload, text));
    /* "Why" has just said so of full CPUs and of a collapse. */
    if (workload->demands.limited_by == KNEE_LIMITED_BY_WAITING ||
        workload->demands.limited_by == KNEE_LIMITED_BY_FAILURES ||
        workload->demands.limited_by == KNEE_LIMITED_BY_NOTHING)
        knee_wrap_text(out, "Limits", LABEL_WIDTH, knee_explain_limits(workload, text));
    print_requests(workload, out);
    knee_wrap_text(out, resolved ? "Proven" : "So far", LABEL_WIDTH,
                   knee_explain_evidence(workload, text));
    if (!resolved || knee_explain_slo_unmet(workload))
        knee_wrap_next(out, "Next", LABEL_WIDTH, workload);
    knee_wrap_text(out, "Choose", LABEL_WIDTH, knee_explain_choose(workload, text));
    if (decision->rule_of_thumb > 0)
        fprintf(out, "%-*sof thumb %s\n", LABEL_WIDTH, "Rule", knee_explain_rule(workload, text));
    knee_wrap_text(out, "Cores", LABEL_WIDTH, knee_explain_numa(result, workload, cores));
    if (workload->models.levels >= KNEE_MODELS_LEVELS_MIN)
        knee_wrap_text(out, "Model", LABEL_WIDTH, knee_explain_models(&workload->models, text));
    char fact[KNEE_FACT_TEXT_BYTES];
    for (size_t i = 0; i < workload->warnings.count; i++)
        if (!is_said_elsewhere(&workload->warnings.at[i]))
            knee_wrap_text(out, "Mind", LABEL_WIDTH,
                           knee_fact_text(&workload->warnings.at[i], fact));
}

void knee_text_levels(const struct knee_result *result, const struct knee_workload_result *workload,
                      const struct knee_text_options *options, FILE *out)
{
    char text[KNEE_EXPLAIN_BYTES];
    print_answer(workload, options->color, out);
    print_clients(workload, out);
    fputc('\n', out);
    print_table(workload, out);
    knee_wrap_text(out, "", 0, knee_explain_gaps(workload, text));
    knee_wrap_text(out, "", 0, knee_explain_smaller(workload, text));
    fputc('\n', out);
    knee_text_hosts(workload, out);
    print_reasons(result, workload, out);
}
