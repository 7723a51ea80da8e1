/* SPDX-License-Identifier: MIT */
#include "reports/live/dashboard_private.h"

#include "core/base/array.h"
#include "core/text/human.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#define TWO_LISTS 76 /* columns: from here on, the slowest and the hungriest are side by side */
#define WIDE_LIST 56 /* columns of a list: from here on, it has all figures */
#define NUMBER_MIN 5 /* columns of an item's number */
#define FIGURE 10    /* columns of a time or a size, with the blanks before it */
#define BETWEEN 3    /* columns between two lists */

enum figure { TIME, CPU, MEMORY, FIGURES };

/* One list of items, in its own columns. */
struct list {
    const char *heading;
    const struct knee_run_item *items;
    size_t count;
    size_t column, width, number_width;
    bool has[FIGURES];
};

static const char *figure_text(const struct knee_dashboard *board, const struct knee_run_item *item,
                               enum figure figure, char *text)
{
    double length_s = fmax(0., board->live->time_s - item->start_s);
    switch (figure) {
    case TIME:
        return knee_human_duration(text, length_s);
    case CPU:
        return knee_human_percent(text, length_s > 0. ? item->cpu_s / length_s : NAN);
    case MEMORY:
    case FIGURES:
        break;
    }
    return knee_human_size(text, item->rss_bytes);
}

static void put_item(const struct knee_dashboard *board, const struct list *list, size_t row,
                     const struct knee_run_item *item)
{
    char text[KNEE_HUMAN_BYTES];
    size_t end = list->column + list->width;
    for (int i = FIGURES - 1; i >= 0; i--) {
        if (!list->has[i])
            continue;
        end -= FIGURE;
        knee_canvas_put_right(board->canvas, row, end, FIGURE, KNEE_CANVAS_PLAIN,
                              figure_text(board, item, (enum figure)i, text));
    }
    snprintf(text, sizeof text, "%" PRIu64, item->number);
    knee_canvas_put_right(board->canvas, row, list->column, list->number_width, KNEE_CANVAS_DIM,
                          text);
    size_t at = list->column + list->number_width + 2;
    if (item->attempt > 1 && end > at + 16) {
        snprintf(text, sizeof text, "try %" PRIu32, item->attempt);
        at += 1 + knee_canvas_put(board->canvas, row, at, 10, KNEE_CANVAS_WARN, text);
    }
    if (end > at)
        knee_canvas_put_end(board->canvas, row, at, end - at, KNEE_CANVAS_PLAIN, item->text);
}

static void put_list(const struct knee_dashboard *board, const struct list *list, size_t row,
                     size_t rows)
{
    static const char *const words[FIGURES] = {[TIME] = "time", [CPU] = "CPU", [MEMORY] = "memory"};
    size_t end = list->column + list->width;
    for (int i = FIGURES - 1; i >= 0; i--)
        if (list->has[i]) {
            end -= FIGURE;
            knee_canvas_put_right(board->canvas, row, end, FIGURE, KNEE_CANVAS_DIM, words[i]);
        }
    knee_canvas_put(board->canvas, row, list->column, end - list->column, KNEE_CANVAS_DIM,
                    list->heading);
    for (size_t i = 0; i + 1 < rows && i < list->count; i++)
        put_item(board, list, row + 1 + i, &list->items[i]);
}

static size_t number_width(const struct knee_run_live *live)
{
    uint64_t most = 0;
    size_t width = 1;
    for (size_t i = 0; i < live->items_count; i++)
        most = live->items[i].number > most ? live->items[i].number : most;
    for (size_t i = 0; i < live->hungry_count; i++)
        most = live->hungry[i].number > most ? live->hungry[i].number : most;
    for (; most >= 10; most /= 10)
        width++;
    return width > NUMBER_MIN ? width : NUMBER_MIN;
}

void knee_dashboard_put_items(const struct knee_dashboard *board, size_t row, size_t rows)
{
    const struct knee_run_live *live = board->live;
    size_t columns = board->canvas->columns;
    bool two = columns >= TWO_LISTS;
    if (columns < 3)
        return;
    size_t whole = columns - 2, each = two ? (whole - BETWEEN) / 2 : whole;
    bool wide = each >= WIDE_LIST;
    struct list slowest = {.heading = "slowest running",
                           .items = live->items,
                           .count = live->items_count,
                           .column = 1,
                           .width = each,
                           .number_width = number_width(live),
                           .has = {[TIME] = true, [CPU] = wide, [MEMORY] = wide || !two}};
    if (each < 34) /* a small terminal: the memory goes first */
        slowest.has[MEMORY] = false;
    if (each < 24)
        return;
    put_list(board, &slowest, row, rows);
    if (!two)
        return;
    struct list hungriest = slowest;
    hungriest.heading = "hungriest running";
    hungriest.items = live->hungry;
    hungriest.count = live->hungry_count;
    hungriest.column = 1 + each + BETWEEN;
    hungriest.width = whole - each - BETWEEN;
    hungriest.has[TIME] = hungriest.has[CPU] = wide;
    hungriest.has[MEMORY] = true;
    put_list(board, &hungriest, row, rows);
}

void knee_dashboard_put_lines(const struct knee_dashboard *board, size_t row, size_t rows)
{
    const struct knee_run_live *live = board->live;
    size_t shown = rows - 1 < live->lines_count ? rows - 1 : live->lines_count;
    size_t columns = board->canvas->columns, width = number_width(live);
    char number[KNEE_HUMAN_BYTES];
    if (columns < width + 4)
        return;
    knee_canvas_put(board->canvas, row, 1, columns - 2, KNEE_CANVAS_DIM, "latest output");
    for (size_t i = 0; i < shown; i++) {
        const struct knee_run_line *line = &live->lines[live->lines_count - shown + i];
        snprintf(number, sizeof number, "%" PRIu64, line->number);
        knee_canvas_put_right(board->canvas, row + 1 + i, 1, width, KNEE_CANVAS_DIM, number);
        knee_canvas_put(board->canvas, row + 1 + i, width + 3, columns - width - 4,
                        line->error ? KNEE_CANVAS_WARN : KNEE_CANVAS_PLAIN, line->text);
    }
}

void knee_dashboard_put_help(const struct knee_dashboard *board, size_t row, size_t rows)
{
    static const struct {
        const char *key, *text;
    } lines[] = {
        {"+  -", "raise and lower the limit by one; auto climbs on from there"},
        {"p", "pause: nothing new begins, what runs goes on; p again ends it"},
        {"q", "stop soon: nothing new begins, what runs ends; --resume goes on"},
        {"Ctrl-C", "as q; a second one ends the running items"},
        {"Ctrl-Z", "stop for now; fg goes on"},
        {"Ctrl-L", "draw again"},
        {"?", "back"},
    };
    for (size_t i = 0; i < KNEE_COUNT(lines) && i < rows; i++) {
        knee_canvas_put(board->canvas, row + i, 1, KNEE_DASHBOARD_LABEL - 1, KNEE_CANVAS_BOLD,
                        lines[i].key);
        if (board->canvas->columns > KNEE_DASHBOARD_LABEL)
            knee_canvas_put(board->canvas, row + i, KNEE_DASHBOARD_LABEL,
                            board->canvas->columns - KNEE_DASHBOARD_LABEL, KNEE_CANVAS_PLAIN,
                            lines[i].text);
    }
}
