/* SPDX-License-Identifier: MIT */
#include "core/text/text_table.h"

#include "core/text/strings.h"

#include <stdlib.h>

#define GAP 2
#define FLEXIBLE_MIN 12

void knee_text_table_add(struct knee_text_table *table, const char *text)
{
    if (table->count == table->room) {
        size_t room = table->room ? 2 * table->room : 64;
        void *grown = reallocarray(table->cells, room, sizeof *table->cells);
        if (!grown) {
            table->failed = true;
            return;
        }
        table->cells = grown;
        table->room = room;
    }
    knee_strings_utf8(table->cells[table->count++], sizeof *table->cells, text, false);
}

char *knee_text_table_cell(struct knee_text_table *table, size_t row, size_t column)
{
    return table->cells[row * table->columns + column];
}

size_t knee_text_table_rows(const struct knee_text_table *table)
{
    return table->columns > 0 ? table->count / table->columns : 0;
}

static size_t column_width(const struct knee_text_table *table, size_t column)
{
    size_t widest = 0;
    for (size_t i = column; i < table->count; i += table->columns) {
        size_t width = knee_strings_width(table->cells[i]);
        widest = width > widest ? width : widest;
    }
    return widest;
}

size_t knee_text_table_width(const struct knee_text_table *table)
{
    size_t total = 0;
    for (size_t c = 0; c < table->columns; c++) {
        size_t width = column_width(table, c);
        total += width > 0 ? width + (total > 0 ? GAP : 0) : 0;
    }
    return total;
}

static void clip(struct knee_text_table *table, size_t flexible, size_t width)
{
    size_t is = knee_text_table_width(table), has = column_width(table, flexible);
    if (is <= width || has <= FLEXIBLE_MIN)
        return;
    size_t over = is - width, to = has - over;
    if (over > has - FLEXIBLE_MIN)
        to = FLEXIBLE_MIN;
    for (size_t i = flexible; i < table->count; i += table->columns)
        knee_strings_clip(table->cells[i], to);
}

void knee_text_table_print(struct knee_text_table *table, size_t flexible, size_t width, FILE *out)
{
    clip(table, flexible, width);
    size_t widths[KNEE_TEXT_TABLE_COLUMNS_MAX] = {0};
    for (size_t c = 0; c < table->columns; c++)
        widths[c] = column_width(table, c);
    for (size_t row = 0; row < knee_text_table_rows(table); row++) {
        int blanks = 0; /* owed; those at a row's end are never paid */
        for (size_t c = 0; c < table->columns; c++) {
            const char *text = knee_text_table_cell(table, row, c);
            if (widths[c] == 0)
                continue;
            int pad = (int)(widths[c] - knee_strings_width(text));
            blanks += table->left[c] ? 0 : pad;
            if (*text) {
                fprintf(out, "%*s%s", blanks, "", text);
                blanks = 0;
            }
            blanks += (table->left[c] ? pad : 0) + GAP;
        }
        fputc('\n', out);
    }
}

void knee_text_table_release(struct knee_text_table *table)
{
    free(table->cells);
    table->cells = NULL;
    table->count = table->room = 0;
}
