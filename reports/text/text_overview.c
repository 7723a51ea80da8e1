/* SPDX-License-Identifier: MIT */
#include "reports/text/text_overview.h"

#include "core/text/builder.h"
#include "core/text/human.h"
#include "core/text/strings.h"
#include "core/text/text_table.h"
#include "reports/text/wrap.h"
#include "reports/words/explain.h"
#include "reports/words/explain_model.h"
#include "reports/words/explain_slo.h"
#include "reports/words/explain_table.h"
#include "reports/words/reason.h"
#include "reports/words/fact_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NAME_WIDTH_MAX 14
#define VERDICT_WIDTH 12

static void add_row(struct knee_text_table *table, const struct knee_workload_result *workload)
{
    const struct knee_decision *decision = &workload->decision;
    uint32_t use = knee_workload_result_use(workload);
    bool unmet = knee_explain_slo_unmet(workload);
    const struct knee_level *row = unmet ? NULL : knee_workload_result_at(workload, use);
    char text[KNEE_EXPLAIN_BYTES], number[KNEE_HUMAN_BYTES];
    bool proven = row && knee_workload_result_measured(workload) &&
                  knee_workload_result_bound_ratio(workload) > 0;
    knee_text_table_add(table, workload->title[0] ? workload->title : workload->name);
    snprintf(text, sizeof text, unmet ? "none" : "%u", use);
    knee_text_table_add(table, text);
    knee_text_table_add(table, knee_human_rate(number, row ? row->throughput_per_s : NAN));
    knee_text_table_add(table, row ? knee_explain_latency(row, row->latency_p99_s, number) : "-");
    knee_text_table_add(table, knee_explain_of_best(workload, row, number));
    snprintf(text, sizeof text, proven ? ">= %.0f" : "-", floor(100 * decision->bound_ratio));
    knee_text_table_add(table, text);
    snprintf(text, sizeof text, decision->peak ? "%u" : "-", decision->peak);
    knee_text_table_add(table, text);
    knee_text_table_add(table, knee_explain_rule(workload, text));
}

/* A decision holds for its parameters: a title that its column cuts is repeated below. */
static void print_table(const struct knee_result *result, FILE *out)
{
    static const char *const heads[] = {"WORKLOAD", "USE",    "items/s", "p99",
                                        "of best",  "proven", "peak",    "rule of thumb"};
    struct knee_text_table table = {.columns = 8, .left = {[0] = true, [7] = true}};
    for (size_t i = 0; i < table.columns; i++)
        knee_text_table_add(&table, heads[i]);
    for (size_t i = 0; i < result->workloads_count; i++)
        add_row(&table, &result->workloads[i]);
    bool cut = knee_text_table_width(&table) > KNEE_WRAP_WIDTH;
    knee_text_table_print(&table, 0, KNEE_WRAP_WIDTH, out);
    for (size_t i = 0; cut && i < result->workloads_count; i++) {
        char title[sizeof result->workloads[i].title];
        knee_strings_utf8(title, sizeof title, result->workloads[i].title, false);
        if (knee_strings_width(title) > knee_strings_width(knee_text_table_cell(&table, i + 1, 0)))
            knee_wrap_text(out, "", 0, title);
    }
    knee_text_table_release(&table);
}

/* "[2:100]", "4:99"; how many columns. */
static size_t level_entry(const struct knee_workload_result *workload,
                          const struct knee_level *level, char *text, size_t room)
{
    double best = knee_workload_result_of_best(workload, level);
    char percent[KNEE_HUMAN_BYTES];
    knee_explain_of_best(workload, level, percent);
    percent[strcspn(percent, " ")] = '\0'; /* without its unit */
    if (best < .0095)
        snprintf(percent, sizeof percent, "%.1f", 100 * best);
    bool use =
        level->level == knee_workload_result_use(workload) && !knee_explain_slo_unmet(workload);
    return (size_t)snprintf(text, room, use ? "[%u:%s]" : "%u:%s", level->level, percent);
}

/* The line would not tell its story without these levels. */
static bool is_essential(const struct knee_workload_result *workload, size_t i)
{
    const struct knee_level *level = &workload->levels[i];
    uint32_t use = knee_workload_result_use(workload);
    bool ends = i == 0 || i + 1 == workload->levels_count;
    bool below = i + 1 < workload->levels_count && workload->levels[i + 1].level == use;
    bool marked = level->level == use || level->level == workload->decision.peak ||
                  level->level == workload->decision.rule_of_thumb ||
                  level->level == workload->current;
    return ends || below || marked;
}

static size_t line_width(const struct knee_workload_result *workload, const bool *shown)
{
    char text[48];
    size_t width = 0;
    for (size_t i = 0; i < workload->levels_count; i++)
        width += shown[i] ? level_entry(workload, &workload->levels[i], text, sizeof text) + 2 : 0;
    return width;
}

/* The shown, inessential level that is closest to its neighbours; SIZE_MAX: none. */
static size_t least_needed(const struct knee_workload_result *workload, const bool *shown)
{
    size_t found = SIZE_MAX, before = SIZE_MAX, at = SIZE_MAX;
    double closest = INFINITY;
    for (size_t i = 0; i < workload->levels_count; i++) {
        if (!shown[i])
            continue;
        if (before != SIZE_MAX && at != SIZE_MAX && !is_essential(workload, at)) {
            double span = log((double)workload->levels[i].level / workload->levels[before].level);
            if (span < closest) {
                closest = span;
                found = at;
            }
        }
        before = at;
        at = i;
    }
    return found;
}

static void print_levels(const struct knee_workload_result *workload, int indent, FILE *out)
{
    bool *shown = malloc(workload->levels_count + 1);
    char text[48], name[80];
    if (!shown)
        return;
    memset(shown, true, workload->levels_count);
    while (line_width(workload, shown) + (size_t)indent > KNEE_WRAP_WIDTH + 2) {
        size_t drop = least_needed(workload, shown);
        if (drop == SIZE_MAX)
            break;
        shown[drop] = false;
    }
    knee_strings_utf8(name, sizeof name, workload->name, false);
    knee_strings_clip(name, NAME_WIDTH_MAX);
    fprintf(out, "%s%*s", name, indent - 2 - (int)knee_strings_width(name), "");
    for (size_t i = 0; i < workload->levels_count; i++) {
        if (!shown[i])
            continue;
        level_entry(workload, &workload->levels[i], text, sizeof text);
        fprintf(out, "  %s", text);
    }
    fputc('\n', out);
    free(shown);
}

static void print_verdict(const struct knee_workload_result *workload, int indent, bool color,
                          FILE *out)
{
    const struct knee_decision *decision = &workload->decision;
    char name[80], why[KNEE_EXPLAIN_BYTES], current[KNEE_EXPLAIN_BYTES];
    size_t column = (size_t)indent + VERDICT_WIDTH;
    bool resolved = decision->verdict == KNEE_VERDICT_RESOLVED;
    bool usual = knee_goal_is_default(&workload->goal);
    char reason[2 * KNEE_EXPLAIN_BYTES + 2], fact[KNEE_FACT_TEXT_BYTES];
    const bool says_why = *knee_explain_why(workload, why) != '\0';
    knee_reason_text(workload, reason);
    knee_strings_utf8(name, sizeof name, workload->name, false);
    knee_strings_clip(name, NAME_WIDTH_MAX);
    fprintf(out, "%s%*s", name, indent - (int)knee_strings_width(name), "");
    knee_wrap_verdict(out, workload, VERDICT_WIDTH, color);
    /* "resolved at 10 %" fills the column: what follows gets a line of its own. */
    if (strlen(knee_explain_verdict(workload, current)) >= VERDICT_WIDTH)
        fprintf(out, "\n%*s", (int)column, "");
    if (resolved && says_why && usual) {
        knee_explain_whose(workload, current);
        snprintf(reason, sizeof reason, "%s%s%s", current, *current ? " " : "", why);
    }
    knee_wrap_rest(out, column, reason);
    if (*knee_explain_goal(workload, current))
        knee_wrap_text(out, "", column, current);
    if (!resolved || knee_explain_slo_unmet(workload))
        knee_wrap_next(out, "", column, workload);
    knee_wrap_text(out, "", column, knee_explain_current(workload, current));
    knee_wrap_text(out, "", column, knee_explain_smaller(workload, current));
    for (size_t i = 0; i < workload->warnings.count; i++)
        knee_wrap_text(out, "", column, knee_fact_text(&workload->warnings.at[i], fact));
}

/* The models that were fitted, a line each, and for whom there is none. */
static void print_models(const struct knee_result *result, int indent, FILE *out)
{
    struct knee_builder none = {.text = NULL};
    char text[KNEE_EXPLAIN_BYTES], name[80];
    bool any = false;
    for (size_t i = 0; i < result->workloads_count; i++) {
        const struct knee_workload_result *workload = &result->workloads[i];
        if (workload->models.levels < KNEE_MODELS_LEVELS_MIN)
            continue;
        knee_strings_utf8(name, sizeof name, workload->name, false);
        knee_strings_clip(name, NAME_WIDTH_MAX);
        if (!any)
            fputs("\nFitted models: they explain, and never decide\n", out);
        any = true;
        if (workload->models.model != KNEE_MODEL_NONE) {
            knee_wrap_text(out, name, (size_t)indent, knee_explain_models(&workload->models, text));
        } else {
            knee_builder_separate(&none, ", ");
            knee_builder_add(&none, "%s", name);
        }
    }
    if (none.length > 0)
        knee_wrap_text(out, "none", (size_t)indent, none.text);
    knee_builder_release(&none);
}

void knee_text_overview(const struct knee_result *result, const struct knee_text_options *options,
                        FILE *out)
{
    size_t widest = 0;
    for (size_t i = 0; i < result->workloads_count; i++) {
        size_t width = knee_strings_width(result->workloads[i].name);
        widest = width > widest ? width : widest;
    }
    int indent = (int)(widest > NAME_WIDTH_MAX ? NAME_WIDTH_MAX : widest) + 2;
    print_table(result, out);
    fputs("\nlevel:% of the best; [ ] is the one to use\n", out);
    for (size_t i = 0; i < result->workloads_count; i++)
        print_levels(&result->workloads[i], indent, out);
    fputc('\n', out);
    for (size_t i = 0; i < result->workloads_count; i++)
        print_verdict(&result->workloads[i], indent, options->color, out);
    print_models(result, indent, out);
    fputc('\n', out);
}
