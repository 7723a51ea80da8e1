/* SPDX-License-Identifier: MIT */
#include "reports/live/dashboard_private.h"

#include "core/base/array.h"
#include "core/text/builder.h"
#include "core/text/human.h"
#include "reports/live/spark.h"
#include "reports/text/run_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define TEXT_BYTES 256
#define GAP 3 /* blanks between two figures */
#define GAP_TIGHT 2
#define ROOMY 100 /* columns: from here on, gaps are wide and details are given */
#define NARROW 60 /* columns: below, figures go without their details */
#define VALUE 8   /* columns of a chart's figure */
#define NOTE 12   /* columns of what is said after a chart, with two blanks */
#define BAR_MIN 6 /* columns of a bar that is worth drawing */
#define BAR_MAX 120
#define LEFT_MAX_S 1e9 /* beyond, nothing is said */
#define RULE 0x2500u   /* a horizontal line */

static size_t columns_of(const struct knee_dashboard *board)
{
    return board->canvas->columns;
}

/* Where the figures of a row begin. */
static size_t begin_row(const struct knee_dashboard *board, size_t row, const char *label)
{
    knee_canvas_put(board->canvas, row, 1, KNEE_DASHBOARD_LABEL - 1, KNEE_CANVAS_DIM, label);
    return KNEE_DASHBOARD_LABEL;
}

/* `text` at `column` if all of it fits before `end`; the column after it and a gap. */
static size_t put_whole(const struct knee_dashboard *board, size_t row, size_t column, size_t end,
                        enum knee_canvas_style style, const char *text)
{
    size_t width = knee_canvas_width(board->canvas, text);
    if (column + width > end)
        return column;
    knee_canvas_put(board->canvas, row, column, width, style, text);
    return column + width + (columns_of(board) < ROOMY ? GAP_TIGHT : GAP);
}

/* ---- the title ---- */
static const char *phase_word(const struct knee_run_live *live, enum knee_canvas_style *style)
{
    static const struct {
        const char *word;
        enum knee_canvas_style style;
    } phases[] = {
        [KNEE_RUN_RUNNING] = {"running", KNEE_CANVAS_GOOD},
        [KNEE_RUN_YIELDING] = {"yielding", KNEE_CANVAS_WARN},
        [KNEE_RUN_PAUSED] = {"paused", KNEE_CANVAS_WARN},
        [KNEE_RUN_BATCH] = {"between batches", KNEE_CANVAS_WARN},
        [KNEE_RUN_STOPPING] = {"stopping", KNEE_CANVAS_WARN},
        [KNEE_RUN_ENDING] = {"ending what runs", KNEE_CANVAS_BAD},
        [KNEE_RUN_FINISHED] = {"finished", KNEE_CANVAS_GOOD},
    };
    *style = phases[live->phase].style;
    return phases[live->phase].word;
}

void knee_dashboard_put_title(const struct knee_dashboard *board, size_t row)
{
    struct knee_canvas *canvas = board->canvas;
    char time[KNEE_HUMAN_BYTES], right[2 * KNEE_HUMAN_BYTES];
    enum knee_canvas_style style;
    const char *word = phase_word(board->live, &style);
    for (size_t i = 0; i < columns_of(board); i++)
        knee_canvas_set(canvas, row, i, canvas->utf8 ? RULE : '-', KNEE_CANVAS_DIM);
    snprintf(right, sizeof right, " %s ", knee_human_duration(time, board->live->time_s));
    size_t time_width = knee_canvas_width(canvas, right), word_width = strlen(word);
    size_t needed = time_width + word_width + 4;
    if (columns_of(board) < needed + 4)
        return;
    size_t at = columns_of(board) - needed;
    knee_canvas_put(canvas, row, at, 1, style, " ");
    knee_canvas_put(canvas, row, at + 1, word_width, style, word);
    knee_canvas_put(canvas, row, at + 1 + word_width, time_width, KNEE_CANVAS_PLAIN, right);
    if (at < 12)
        return;
    size_t used = 2 + knee_canvas_put(canvas, row, 2, 1, KNEE_CANVAS_PLAIN, " ");
    used +=
        knee_canvas_put(canvas, row, used, at - used - 2, KNEE_CANVAS_BOLD, board->live->command);
    knee_canvas_put(canvas, row, used, 1, KNEE_CANVAS_PLAIN, " ");
}

/* ---- how far it is ---- */
/* Two digits: the estimate is no better than that. */
static const char *in_unit(double value, char *text)
{
    snprintf(text, KNEE_HUMAN_BYTES, value < 9.95 ? "%.1f" : "%.0f", value);
    return text;
}

/* "11 s left (8.1 to 15 s)": one unit for all three, so that they are compared at a glance. */
static void left_text(const struct knee_run_live *live, bool interval, char *text)
{
    static const struct {
        const char *name;
        double s;
    } units[] = {{"s", 1.}, {"min", 60.}, {"h", 3600.}, {"days", 86400.}};
    char left[KNEE_HUMAN_BYTES], low[KNEE_HUMAN_BYTES], high[KNEE_HUMAN_BYTES];
    size_t unit = 0;
    text[0] = '\0';
    if (live->phase >= KNEE_RUN_STOPPING) /* what is left will not be done */
        return;
    if (!isfinite(live->left_s) || !isfinite(live->left_high_s) || live->left_high_s > LEFT_MAX_S)
        return;
    while (unit + 1 < KNEE_COUNT(units) && live->left_high_s >= 99.5 * units[unit].s)
        unit++;
    const char *name = units[unit].name;
    in_unit(live->left_s / units[unit].s, left);
    in_unit(live->left_low_s / units[unit].s, low);
    in_unit(live->left_high_s / units[unit].s, high);
    if (interval)
        snprintf(text, TEXT_BYTES, "%s %s left (%s to %s %s)", left, name, low, high, name);
    else
        snprintf(text, TEXT_BYTES, "%s %s left", left, name);
}

static uint64_t ended(const struct knee_run_live *live)
{
    return live->done + live->failed;
}

static void done_text(const struct knee_run_live *live, char *text)
{
    char done[KNEE_HUMAN_BYTES], all[KNEE_HUMAN_BYTES];
    knee_human_count(done, (double)live->done);
    if (live->total == UINT64_MAX)
        snprintf(text, TEXT_BYTES, "%s", done);
    else
        snprintf(text, TEXT_BYTES, "%s of %s", done,
                 knee_human_count(all, (double)(live->total - live->skipped)));
}

static double ratio_of(const struct knee_run_live *live)
{
    if (live->total == UINT64_MAX || live->total <= live->skipped)
        return NAN;
    return (double)ended(live) / (double)(live->total - live->skipped);
}

void knee_dashboard_put_progress(const struct knee_dashboard *board, size_t row)
{
    const struct knee_run_live *live = board->live;
    char text[TEXT_BYTES], left[TEXT_BYTES];
    size_t end = columns_of(board), at = begin_row(board, row, "done");
    done_text(live, text);
    at = put_whole(board, row, at, end, KNEE_CANVAS_BOLD, text);
    left_text(live, true, left);
    if (at + knee_canvas_width(board->canvas, left) + GAP > end)
        left_text(live, false, left);
    size_t width = knee_canvas_width(board->canvas, left);
    if (width && at + width <= end) {
        knee_canvas_put_right(board->canvas, row, at, end - at - 1, KNEE_CANVAS_PLAIN, left);
        end -= width + GAP;
    }
    if (isnan(ratio_of(live))) {
        put_whole(board, row, at, end, KNEE_CANVAS_DIM, "so far; the list is still being read");
        return;
    }
    snprintf(text, sizeof text, "%.0f %%", floor(100. * fmin(1., ratio_of(live))));
    size_t after = put_whole(board, row, at, end, KNEE_CANVAS_PLAIN, text);
    at = after;
    if (end < at + BAR_MIN + 1)
        return;
    size_t room = end - at - 1;
    knee_spark_bar(board->canvas, row, at, room < BAR_MAX ? room : BAR_MAX, ratio_of(live),
                   KNEE_CANVAS_GOOD);
}

/* "3 failed" with the number in front, so that numbers stand out. */
static size_t put_count(const struct knee_dashboard *board, size_t row, size_t at, uint64_t count,
                        const char *word, enum knee_canvas_style style)
{
    char number[KNEE_HUMAN_BYTES], text[TEXT_BYTES];
    knee_human_count(number, (double)count);
    snprintf(text, sizeof text, "%s %s", number, word);
    size_t next = put_whole(board, row, at, columns_of(board), KNEE_CANVAS_DIM, text);
    if (next > at)
        knee_canvas_put(board->canvas, row, at, strlen(number), style, number);
    return next;
}

void knee_dashboard_put_counts(const struct knee_dashboard *board, size_t row)
{
    const struct knee_run_live *live = board->live;
    uint64_t left = knee_dashboard_left(live);
    size_t at = begin_row(board, row, "items");
    if (left != UINT64_MAX)
        at = put_count(board, row, at, left, "left", KNEE_CANVAS_BOLD);
    at = put_count(board, row, at, live->running, "running", KNEE_CANVAS_BOLD);
    at = put_count(board, row, at, live->failed, "failed",
                   live->failed ? KNEE_CANVAS_BAD : KNEE_CANVAS_BOLD);
    at = put_count(board, row, at, live->retries, "retried",
                   live->retries ? KNEE_CANVAS_WARN : KNEE_CANVAS_BOLD);
    if (live->waiting)
        at = put_count(board, row, at, live->waiting, "to retry", KNEE_CANVAS_WARN);
    if (live->skipped)
        put_count(board, row, at, live->skipped, "done before", KNEE_CANVAS_BOLD);
}

/* ---- over time ---- */
/* One chart with its label, its figure, and the note after it. */
struct chart {
    const char *label;
    const char *value, *note, *most; /* most: "max 45", at the top of a chart of several rows */
    enum knee_canvas_style value_style, style;
    const struct knee_spark *spark;
};

/* The columns for the bars of a chart of `width` columns. */
static size_t chart_room(size_t width)
{
    size_t taken = KNEE_DASHBOARD_LABEL + VALUE + GAP + NOTE + 1;
    return width > taken ? width - taken : 0;
}

static void put_chart(const struct knee_dashboard *board, const struct chart *chart,
                      const struct knee_dashboard_area *area)
{
    size_t bottom = area->row + area->rows - 1, at = area->column + KNEE_DASHBOARD_LABEL;
    size_t end = area->column + area->width, room = chart_room(area->width);
    knee_canvas_put(board->canvas, bottom, area->column + 1, KNEE_DASHBOARD_LABEL - 1,
                    KNEE_CANVAS_DIM, chart->label);
    knee_canvas_put_right(board->canvas, bottom, at, VALUE, chart->value_style, chart->value);
    if (!room)
        return;
    at += VALUE + GAP;
    knee_spark_draw(board->canvas, chart->spark, bottom, at, area->rows, chart->style);
    bool two = area->rows > 1 && chart->spark->count > 0;
    if (two)
        put_whole(board, area->row, at + room + 2, end, KNEE_CANVAS_DIM, chart->most);
    put_whole(board, bottom, at + room + 2, end, KNEE_CANVAS_DIM, chart->note);
}

void knee_dashboard_put_speed(const struct knee_dashboard *board,
                              const struct knee_dashboard_area *area)
{
    const struct knee_run_live *live = board->live;
    char value[KNEE_HUMAN_BYTES], most[KNEE_HUMAN_BYTES], note[TEXT_BYTES];
    struct knee_spark spark;
    knee_spark_throughput(&spark, live, chart_room(area->width));
    snprintf(note, sizeof note, "max %s", knee_human_rate(most, spark.most));
    const struct chart chart = {.label = "items/s",
                                .value = knee_human_rate(value, live->throughput_per_s),
                                .note = spark.count && area->rows == 1 ? note : "",
                                .most = note,
                                .value_style = KNEE_CANVAS_BOLD,
                                .style = KNEE_CANVAS_SPEED,
                                .spark = &spark};
    put_chart(board, &chart, area);
}

void knee_dashboard_put_limit(const struct knee_dashboard *board,
                              const struct knee_dashboard_area *area)
{
    const struct knee_run_live *live = board->live;
    char value[KNEE_HUMAN_BYTES], number[KNEE_HUMAN_BYTES], note[TEXT_BYTES], most[TEXT_BYTES];
    struct knee_spark spark;
    bool lowered = live->limit < live->wanted;
    knee_spark_limit(&spark, live, chart_room(area->width));
    if (lowered)
        snprintf(note, sizeof note, "of %s", knee_human_count(number, live->wanted));
    else
        snprintf(note, sizeof note, "%s", live->automatic ? "auto" : "set");
    snprintf(most, sizeof most, "max %s", knee_human_count(number, spark.most));
    const struct chart chart = {.label = "limit",
                                .value = knee_human_count(value, live->limit),
                                .note = note,
                                .most = most,
                                .value_style = lowered ? KNEE_CANVAS_WARN : KNEE_CANVAS_BOLD,
                                .style = KNEE_CANVAS_LIMIT,
                                .spark = &spark};
    put_chart(board, &chart, area);
}

void knee_dashboard_put_why(const struct knee_dashboard *board, size_t row)
{
    const struct knee_run_decision *decision = &board->live->decision;
    struct knee_builder builder = {0};
    char text[TEXT_BYTES], ago[KNEE_HUMAN_BYTES], note[TEXT_BYTES];
    size_t at = begin_row(board, row, "why");
    if (decision->to == 0)
        return;
    knee_builder_over(&builder, text, sizeof text);
    knee_run_text_decision(&builder, decision);
    at += GAP +
          knee_canvas_put(board->canvas, row, at, columns_of(board) - at, KNEE_CANVAS_PLAIN, text);
    double ago_s = fmax(0., floor(board->live->time_s - decision->time_s));
    snprintf(note, sizeof note, "%s ago", knee_human_duration(ago, ago_s));
    if (ago_s >= 1.)
        put_whole(board, row, at, columns_of(board), KNEE_CANVAS_DIM, note);
}

/* ---- the host ---- */
static enum knee_canvas_style alarm_style(double ratio, double from)
{
    return ratio >= from ? KNEE_CANVAS_WARN : KNEE_CANVAS_PLAIN;
}

void knee_dashboard_put_host(const struct knee_dashboard *board, size_t row)
{
    const struct knee_run_live *live = board->live;
    bool narrow = columns_of(board) < NARROW;
    char first[KNEE_HUMAN_BYTES], second[KNEE_HUMAN_BYTES], text[TEXT_BYTES];
    size_t at = begin_row(board, row, "host"), end = columns_of(board);
    knee_human_percent(first, live->cpu_ratio);
    knee_human_percent(second, live->foreign_ratio);
    if (narrow || isnan(live->foreign_ratio))
        snprintf(text, sizeof text, "CPU %s", first);
    else
        snprintf(text, sizeof text, "CPU %s (others %s)", first, second);
    at = put_whole(board, row, at, end, alarm_style(live->foreign_ratio, .25), text);
    knee_human_percent(first, live->memory_ratio);
    knee_human_size(second, live->memory_available_bytes);
    if (narrow || isnan(live->memory_available_bytes))
        snprintf(text, sizeof text, "memory %s", first);
    else
        snprintf(text, sizeof text, "memory %s (%s free)", first, second);
    at = put_whole(board, row, at, end, alarm_style(live->memory_ratio, .9), text);
    snprintf(text, sizeof text, "pressure %s", knee_human_percent(first, live->pressure_ratio));
    put_whole(board, row, at, end, alarm_style(live->pressure_ratio, .1), text);
}

/* ---- the keys ---- */
void knee_dashboard_put_keys(const struct knee_dashboard *board, size_t row)
{
    const struct knee_run_live *live = board->live;
    static const struct {
        const char *key, *word;
    } keys[] = {{"+ -", "limit"}, {"p", "pause"}, {"q", "stop soon"}, {"?", "help"}};
    size_t at = 1, end = columns_of(board);
    if (live->phase >= KNEE_RUN_STOPPING) {
        at = put_whole(board, row, at, end, KNEE_CANVAS_WARN,
                       live->phase == KNEE_RUN_STOPPING
                           ? "no more items begin; Ctrl-C ends those that run"
                           : "running items are being ended");
    } else {
        for (size_t i = 0; i < KNEE_COUNT(keys); i++) {
            const char *word = keys[i].word;
            if (i == 1 && live->phase == KNEE_RUN_PAUSED)
                word = "go on";
            if (i == 3 && board->params->help)
                word = "back";
            size_t key_width = strlen(keys[i].key);
            if (at + key_width + 1 + strlen(word) > end)
                break;
            knee_canvas_put(board->canvas, row, at, key_width, KNEE_CANVAS_BOLD, keys[i].key);
            at = put_whole(board, row, at + key_width + 1, end, KNEE_CANVAS_DIM, word);
        }
    }
    size_t width = knee_canvas_width(board->canvas, live->directory);
    if (at + width + 1 <= end)
        knee_canvas_put_right(board->canvas, row, at, end - at - 1, KNEE_CANVAS_DIM,
                              live->directory);
}

void knee_dashboard_put_compact(const struct knee_dashboard *board, size_t row)
{
    const struct knee_run_live *live = board->live;
    char text[TEXT_BYTES], rate[KNEE_HUMAN_BYTES];
    enum knee_canvas_style style;
    size_t at = 0, end = columns_of(board);
    done_text(live, text);
    at = put_whole(board, row, at, end, KNEE_CANVAS_BOLD, text);
    snprintf(text, sizeof text, "%s/s", knee_human_rate(rate, live->throughput_per_s));
    at = put_whole(board, row, at, end, KNEE_CANVAS_PLAIN, text);
    snprintf(text, sizeof text, "limit %" PRIu32, live->limit);
    at = put_whole(board, row, at, end, KNEE_CANVAS_PLAIN, text);
    left_text(live, false, text);
    if (text[0])
        at = put_whole(board, row, at, end, KNEE_CANVAS_PLAIN, text);
    if (live->failed) {
        snprintf(text, sizeof text, "%" PRIu64 " failed", live->failed);
        at = put_whole(board, row, at, end, KNEE_CANVAS_BAD, text);
    }
    const char *word = phase_word(live, &style);
    if (live->phase != KNEE_RUN_RUNNING)
        put_whole(board, row, at, end, style, word);
}
