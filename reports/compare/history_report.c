/* SPDX-License-Identifier: MIT */
#include "reports/compare/history_report.h"

#include "core/text/builder.h"
#include "core/text/human.h"
#include "core/text/text_table.h"

#include <math.h>
#include <string.h>

#define COLUMNS 6
#define WIDTH 110
#define FEW 8 /* results: with fewer, chance alone orders them like a change too often */

static const char *const HEADS[COLUMNS] = {"date", "items/s", "limit", "p99", "", "result"};

const char *knee_history_report_metric(enum knee_history_metric metric)
{
    static const char *const names[] = {"items/s", "limit", "p99"};
    return names[metric];
}

const char *knee_history_report_value(enum knee_history_metric metric, double value, char *text)
{
    if (!isfinite(value))
        return "-";
    switch (metric) {
    case KNEE_HISTORY_THROUGHPUT:
        return knee_human_rate(text, value);
    case KNEE_HISTORY_P99:
        return knee_human_latency(text, value);
    default:
        return knee_human_count(text, value);
    }
}

const char *knee_history_report_change(const struct knee_history *history,
                                       const struct knee_history_change *change, char *text)
{
    char before[KNEE_HUMAN_BYTES], after[KNEE_HUMAN_BYTES];
    const struct knee_history_entry *entry = &history->entries[change->entry];
    snprintf(text, KNEE_HISTORY_REPORT_BYTES, "%s %s -> %s (%+.1f %%) since %.200s of %.10s",
             knee_history_report_metric(change->metric),
             knee_history_report_value(change->metric, change->before, before),
             knee_history_report_value(change->metric, change->after, after),
             100 * (change->after / change->before - 1), entry->dir, entry->date);
    return text;
}

const struct knee_history_change *knee_history_report_main(const struct knee_history *history)
{
    const struct knee_history_change *found = NULL;
    for (size_t i = 0; i < history->changes_count; i++) {
        const struct knee_history_change *change = &history->changes[i];
        if (change->last && change->worse == history->worse &&
            (!found || change->entry > found->entry))
            found = change;
    }
    return found;
}

const char *knee_history_report_verdict(const struct knee_history *history)
{
    if (history->worse)
        return "worse";
    return history->changes_count > 0 ? "changed, not for the worse" : "no change";
}

const char *knee_history_report_answer(const struct knee_history *history, char *text)
{
    char detail[KNEE_HISTORY_REPORT_BYTES];
    size_t searched = history->entries_count - history->left_out_count;
    const struct knee_history_change *change = knee_history_report_main(history);
    struct knee_builder builder;
    knee_builder_over(&builder, text, KNEE_HISTORY_REPORT_BYTES);
    knee_builder_add(&builder, "%s", knee_history_report_verdict(history));
    if (change)
        knee_builder_add(&builder, ": %s", knee_history_report_change(history, change, detail));
    else if (searched < FEW)
        knee_builder_add(&builder, " found; %zu %s few: it takes about %d", searched,
                         searched == 1 ? "result is" : "results are", FEW);
    return text;
}

const char *knee_history_report_short(const struct knee_history *history, char *text)
{
    const struct knee_history_change *change = knee_history_report_main(history);
    if (change)
        snprintf(text, KNEE_HISTORY_REPORT_BYTES, "%s %+.0f %% since %.10s",
                 knee_history_report_metric(change->metric),
                 100 * (change->after / change->before - 1), history->entries[change->entry].date);
    else
        snprintf(text, KNEE_HISTORY_REPORT_BYTES, "%s", knee_history_report_verdict(history));
    return text;
}

const char *knee_history_report_remark(const struct knee_history *history, size_t entry, char *text)
{
    struct knee_builder builder;
    knee_builder_over(&builder, text, KNEE_HISTORY_REPORT_BYTES);
    const struct knee_history_entry *result = &history->entries[entry];
    if (result->verdict == KNEE_VERDICT_DISTURBED)
        knee_builder_add(&builder, "disturbed: left out");
    else if (result->is_left_out)
        knee_builder_add(&builder, "%s: left out",
                         result->is_bound ? "measured no further" : "beyond the others' levels");
    for (size_t i = 0; i < history->changes_count; i++) {
        const struct knee_history_change *change = &history->changes[i];
        if (change->entry == entry)
            knee_builder_add(&builder, "%s%s %+.0f %%", text[0] ? ", " : "",
                             knee_history_report_metric(change->metric),
                             100 * (change->after / change->before - 1));
    }
    return text;
}

static void print_table(const struct knee_history *history, FILE *out)
{
    struct knee_text_table table = {
        .columns = COLUMNS, .left = {[0] = true, [COLUMNS - 2] = true, [COLUMNS - 1] = true}};
    for (int i = 0; i < COLUMNS; i++)
        knee_text_table_add(&table, HEADS[i]);
    for (size_t i = 0; i < history->entries_count; i++) {
        const struct knee_history_entry *entry = &history->entries[i];
        char text[KNEE_HISTORY_REPORT_BYTES];
        knee_text_table_add(&table, entry->date);
        for (int metric = 0; metric < KNEE_HISTORY_METRICS; metric++)
            knee_text_table_add(&table, knee_history_report_value((enum knee_history_metric)metric,
                                                                  entry->values[metric], text));
        knee_text_table_add(&table, knee_history_report_remark(history, i, text));
        knee_text_table_add(&table, entry->dir);
    }
    knee_text_table_print(&table, COLUMNS - 1, WIDTH, out);
    knee_text_table_release(&table);
}

void knee_history_report_text(const struct knee_history *histories, size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        char text[KNEE_HISTORY_REPORT_BYTES];
        fprintf(out, "%s%s: %s\n\n", i ? "\n" : "", histories[i].title,
                knee_history_report_answer(&histories[i], text));
        print_table(&histories[i], out);
    }
}

/* A `|` would end a table's cell, and a `<` begin a tag. */
static void print_escaped(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (strchr("|<>*_`\\[]", *text))
            fputc('\\', out);
        fputc(*text, out);
    }
}

void knee_history_report_markdown(const struct knee_history *histories, size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        const struct knee_history *history = &histories[i];
        char text[KNEE_HISTORY_REPORT_BYTES];
        fputs(i ? "\n### " : "### ", out);
        print_escaped(history->title, out);
        fputs("\n\n**", out);
        print_escaped(knee_history_report_answer(history, text), out);
        fputs("**\n\n| date | items/s | limit | p99 | | result |\n|---|---:|---:|---:|---|---|\n",
              out);
        for (size_t j = 0; j < history->entries_count; j++) {
            const struct knee_history_entry *entry = &history->entries[j];
            fprintf(out, "| %s ", entry->date);
            for (int metric = 0; metric < KNEE_HISTORY_METRICS; metric++)
                fprintf(out, "| %s ",
                        knee_history_report_value((enum knee_history_metric)metric,
                                                  entry->values[metric], text));
            fprintf(out, "| %s | ", knee_history_report_remark(history, j, text));
            print_escaped(entry->dir, out);
            fputs(" |\n", out);
        }
    }
}
