/* SPDX-License-Identifier: MIT */
/* A table of text cells. Each column is as wide as its widest cell, with two blanks between; a
 * column that is empty in every row takes no space. */
#ifndef KNEE_CORE_TEXT_TEXT_TABLE_H
#define KNEE_CORE_TEXT_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define KNEE_TEXT_TABLE_COLUMNS_MAX 16
#define KNEE_TEXT_TABLE_CELL_BYTES 176

/* With `columns` and `left` set and the rest zeroed, it is empty and usable. */
struct knee_text_table {
    size_t columns;
    bool left[KNEE_TEXT_TABLE_COLUMNS_MAX];    /* aligned to the left; else to the right */
    char (*cells)[KNEE_TEXT_TABLE_CELL_BYTES]; /* row by row; owned */
    size_t count, room;
    bool failed; /* memory ran out */
};

/* The next cell, from left to right and row by row. */
void knee_text_table_add(struct knee_text_table *table, const char *text);
char *knee_text_table_cell(struct knee_text_table *table, size_t row, size_t column);
size_t knee_text_table_rows(const struct knee_text_table *table);
size_t knee_text_table_width(const struct knee_text_table *table); /* columns of the widest row */

/* Prints all rows, without blanks at their ends. If they are wider than `width`, column `flexible`
 * is clipped, but not below twelve characters. */
void knee_text_table_print(struct knee_text_table *table, size_t flexible, size_t width, FILE *out);
void knee_text_table_release(struct knee_text_table *table);

#endif
