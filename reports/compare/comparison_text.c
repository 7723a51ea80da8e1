/* SPDX-License-Identifier: MIT */
#include "reports/compare/comparison_text.h"

#include "core/text/text_table.h"
#include "reports/compare/comparison_words.h"

#include <math.h>
#include <string.h>

#define COLUMNS 5
#define WIDTH 100

struct row {
    char cells[COLUMNS][KNEE_TEXT_TABLE_CELL_BYTES];
};

static const char *const HEADS[COLUMNS] = {"level", "throughput", "from", "to", "p99"};

static void print_change(char *text, size_t bytes, double ratio)
{
    if (isfinite(ratio))
        snprintf(text, bytes, "%+.1f %%", 100 * (ratio - 1));
    else
        snprintf(text, bytes, "-");
}

static struct row row_of(const struct knee_compare_level *level)
{
    struct row row;
    const double ratios[COLUMNS - 1] = {level->throughput.ratio, level->throughput.low,
                                        level->throughput.high, level->p99_ratio};
    snprintf(row.cells[0], sizeof row.cells[0], "%u", level->level);
    for (int i = 1; i < COLUMNS; i++)
        print_change(row.cells[i], sizeof row.cells[i], ratios[i - 1]);
    return row;
}

static const char *mark_of(const struct knee_compare_level *level)
{
    return level->moved < 0 ? "slower" : level->moved > 0 ? "faster" : "";
}

static void print_levels(const struct knee_compare *compare, FILE *out)
{
    struct knee_text_table table = {.columns = COLUMNS + 1, .left = {[COLUMNS] = true}};
    for (int i = 0; i < COLUMNS; i++)
        knee_text_table_add(&table, HEADS[i]);
    knee_text_table_add(&table, "");
    for (size_t i = 0; i < compare->levels_count; i++) {
        struct row row = row_of(&compare->levels[i]);
        for (int j = 0; j < COLUMNS; j++)
            knee_text_table_add(&table, row.cells[j]);
        knee_text_table_add(&table, mark_of(&compare->levels[i]));
    }
    knee_text_table_print(&table, COLUMNS, WIDTH, out);
    knee_text_table_release(&table);
}

static void print_knees(const struct knee_comparison *comparison, FILE *out)
{
    char base[16] = "unknown", fresh[16] = "unknown";
    if (comparison->knee_base)
        snprintf(base, sizeof base, "%u", comparison->knee_base);
    if (comparison->knee_new)
        snprintf(fresh, sizeof fresh, "%u", comparison->knee_new);
    fprintf(out, "limit %s -> %s%s", base, fresh,
            comparison->knee_moved ? ", moved"
            : strcmp(base, fresh) == 0 || !comparison->knee_base || !comparison->knee_new
                ? ""
                : ", may be the same");
}

void knee_comparison_text(const struct knee_comparison *comparisons, size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        const struct knee_comparison *comparison = &comparisons[i];
        char text[KNEE_COMPARISON_WORDS_BYTES];
        fprintf(out, "%s%s: %s\n", i ? "\n" : "", comparison->title,
                knee_comparison_words_answer(comparison, text));
        print_knees(comparison, out);
        fputc('\n', out);
        if (comparison->compare.levels_count > 0) {
            fputs("\n" KNEE_COMPARISON_WORDS_ROWS "\n", out);
            print_levels(&comparison->compare, out);
        }
        if (comparison->facts_count)
            fputc('\n', out);
        for (size_t j = 0; j < comparison->facts_count; j++)
            fprintf(out, "%s  %s\n", j ? "    " : "Note",
                    knee_comparison_words_fact(&comparison->facts[j], text));
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

static void print_levels_markdown(const struct knee_compare *compare, FILE *out)
{
    if (compare->levels_count > 0)
        fputs("\n" KNEE_COMPARISON_WORDS_ROWS
              "\n\n| level | throughput | from | to | p99 | |\n|---:|---:|---:|---:|---:|---|\n",
              out);
    for (size_t i = 0; i < compare->levels_count; i++) {
        struct row row = row_of(&compare->levels[i]);
        for (int j = 0; j < COLUMNS; j++)
            fprintf(out, "| %s ", row.cells[j]);
        fprintf(out, "| %s |\n", mark_of(&compare->levels[i]));
    }
}

void knee_comparison_markdown(const struct knee_comparison *comparisons, size_t count, FILE *out)
{
    for (size_t i = 0; i < count; i++) {
        const struct knee_comparison *comparison = &comparisons[i];
        char text[KNEE_COMPARISON_WORDS_BYTES];
        fputs(i ? "\n### " : "### ", out);
        print_escaped(comparison->title, out);
        fprintf(out, "\n\n**%s**; ", knee_comparison_words_answer(comparison, text));
        print_knees(comparison, out);
        fputc('\n', out);
        print_levels_markdown(&comparison->compare, out);
        for (size_t j = 0; j < comparison->facts_count; j++) {
            fputs(j ? "- " : "\n- ", out);
            print_escaped(knee_comparison_words_fact(&comparison->facts[j], text), out);
            fputc('\n', out);
        }
    }
}
