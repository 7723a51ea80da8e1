/* SPDX-License-Identifier: MIT */
#include "reports/live/dashboard_private.h"

#define ROWS_MIN 2        /* of a terminal: one for the output, one for us */
#define ROWS_ONE_LINE 8   /* below this, one line is all */
#define ROWS_ABOVE_MAX 20 /* with the output above */
#define ROWS_ALONE_MAX 32 /* without */
#define CHART_ROWS_MAX 3
#define SIDE_BY_SIDE 140  /* columns: from here on, for the two charts */
#define LIST_ROWS_FIRST 4 /* a heading and three */
#define ITEMS_ROWS_MAX (1 + KNEE_RUN_ITEMS_SHOWN)
#define LINES_ROWS_MAX (1 + KNEE_RUN_LINES)

/* How many rows each part gets. */
struct plan {
    size_t title, progress, counts, speed, limit, why, host, items, lines, keys;
};

size_t knee_dashboard_rows(size_t rows, bool above)
{
    size_t most = above ? ROWS_ABOVE_MAX : ROWS_ALONE_MAX;
    size_t wanted = above ? rows / 2 : 2 * rows / 3;
    if (rows < ROWS_MIN)
        return 0;
    if (rows < ROWS_ONE_LINE)
        return 1;
    return wanted < most ? wanted : most;
}

uint64_t knee_dashboard_left(const struct knee_run_live *live)
{
    uint64_t seen = live->done + live->failed + live->skipped;
    if (live->total == UINT64_MAX || live->total < seen)
        return UINT64_MAX;
    return live->total - seen;
}

/* Takes up to `most` rows from those left; nothing unless at least `least` can be had. */
static void give(size_t *part, size_t *left, size_t least, size_t most)
{
    size_t wanted = most > *part ? most - *part : 0;
    size_t given = wanted < *left ? wanted : *left;
    if (*part + given < least)
        return;
    *part += given;
    *left -= given;
}

static struct plan make_plan(const struct knee_dashboard_params *params, size_t rows)
{
    struct plan plan = {0};
    size_t left = rows;
    size_t *const singles[] = {&plan.progress, &plan.speed, &plan.counts, &plan.limit,
                               &plan.title,    &plan.why,   &plan.keys,   &plan.host};
    for (size_t i = 0; i < sizeof singles / sizeof singles[0]; i++)
        if (singles[i] != &plan.limit || params->columns < SIDE_BY_SIDE)
            give(singles[i], &left, 1, 1);
    give(&plan.items, &left, 2, LIST_ROWS_FIRST);
    if (params->with_lines)
        give(&plan.lines, &left, 2, LIST_ROWS_FIRST);
    for (size_t rows_each = 2; rows_each <= CHART_ROWS_MAX; rows_each++) {
        give(&plan.speed, &left, 1, rows_each);
        if (params->columns < SIDE_BY_SIDE)
            give(&plan.limit, &left, 1, rows_each);
    }
    if (params->with_lines && plan.lines > 0)
        give(&plan.lines, &left, 2, plan.lines + left / 2);
    give(&plan.items, &left, 2, ITEMS_ROWS_MAX);
    if (params->with_lines)
        give(&plan.lines, &left, 2, LINES_ROWS_MAX);
    return plan;
}

/* One above the other, or side by side: then the limit has no rows of its own. */
static void put_charts(const struct knee_dashboard *board, const struct plan *plan, size_t row)
{
    size_t columns = board->canvas->columns;
    struct knee_dashboard_area speed = {.width = columns, .row = row, .rows = plan->speed};
    struct knee_dashboard_area limit = {
        .width = columns, .row = row + plan->speed, .rows = plan->limit};
    if (columns >= SIDE_BY_SIDE) {
        speed.width = columns / 2;
        limit = speed;
        limit.column = columns / 2;
        limit.width = columns - columns / 2;
    }
    if (speed.rows)
        knee_dashboard_put_speed(board, &speed);
    if (limit.rows)
        knee_dashboard_put_limit(board, &limit);
}

static void put_all(const struct knee_dashboard *board, const struct plan *plan)
{
    size_t row = 0;
    if (plan->title)
        knee_dashboard_put_title(board, row++);
    if (board->params->help && board->canvas->rows > row + plan->keys) {
        size_t rows = board->canvas->rows - row - plan->keys;
        knee_dashboard_put_help(board, row, rows);
        if (plan->keys)
            knee_dashboard_put_keys(board, row + rows);
        return;
    }
    knee_dashboard_put_progress(board, row++);
    if (plan->counts)
        knee_dashboard_put_counts(board, row++);
    put_charts(board, plan, row);
    row += plan->speed + plan->limit;
    if (plan->why)
        knee_dashboard_put_why(board, row++);
    if (plan->host)
        knee_dashboard_put_host(board, row++);
    if (plan->items)
        knee_dashboard_put_items(board, row, plan->items);
    row += plan->items;
    if (plan->lines)
        knee_dashboard_put_lines(board, row, plan->lines);
    if (plan->keys)
        knee_dashboard_put_keys(board, board->canvas->rows - 1);
}

void knee_dashboard_layout(struct knee_canvas *canvas, const struct knee_run_live *live,
                           const struct knee_dashboard_params *params)
{
    const struct knee_dashboard board = {.canvas = canvas, .live = live, .params = params};
    knee_canvas_init(canvas, params->columns, params->rows, params->utf8);
    if (canvas->rows == 1)
        knee_dashboard_put_compact(&board, 0);
    if (canvas->rows <= 1)
        return;
    const struct plan plan = make_plan(params, canvas->rows);
    put_all(&board, &plan);
}
