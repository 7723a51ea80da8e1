/* SPDX-License-Identifier: MIT */
/* The dashboard's layout: the parts that each size has, and that nothing is cut, garbled or drawn
 * beyond the grid at any size. */
#include "reports/live/dashboard.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 2048

static void add_item(struct knee_run_item *items, size_t *count, uint64_t number, double start_s,
                     double rss_bytes, const char *text)
{
    struct knee_run_item *item = &items[(*count)++];
    *item = (struct knee_run_item){.number = number,
                                   .attempt = 1,
                                   .slot = 1,
                                   .start_s = start_s,
                                   .cpu_s = .5,
                                   .rss_bytes = rss_bytes};
    snprintf(item->text, sizeof item->text, "%s", text);
}

/* In the middle of a run of 2,000 files. The caller frees it. */
static struct knee_run_live *make_live(void)
{
    struct knee_run_live *live = calloc(1, sizeof *live);
    assert_non_null(live);
    *live = (struct knee_run_live){.phase = KNEE_RUN_RUNNING,
                                   .time_s = 84.,
                                   .total = 2000,
                                   .done = 1204,
                                   .failed = 3,
                                   .running = 12,
                                   .waiting = 2,
                                   .retries = 7,
                                   .limit = 12,
                                   .wanted = 12,
                                   .automatic = true,
                                   .throughput_per_s = 41.2,
                                   .mean_per_s = 40.,
                                   .left_s = 19.2,
                                   .left_low_s = 17.6,
                                   .left_high_s = 21.3,
                                   .decision = {.reason = KNEE_RUN_KEPT,
                                                .time_s = 60.,
                                                .from = 8,
                                                .to = 12,
                                                .gain_ratio = .12},
                                   .cpu_ratio = .97,
                                   .foreign_ratio = .03,
                                   .memory_ratio = .41,
                                   .memory_available_bytes = 9.1 * (1 << 30),
                                   .pressure_ratio = 0.,
                                   .cpus = 4};
    for (int i = 0; i < 84; i++)
        knee_run_live_add_moment(live, i + 1, i < 40 ? i : 40, i < 60 ? 8 : 12);
    add_item(live->items, &live->items_count, 1198, 80.8, 41 << 20, "photos/a.jpg");
    add_item(live->items, &live->items_count, 1201, 82.1, NAN, "photos/b.jpg");
    add_item(live->hungry, &live->hungry_count, 1207, 83.1, 96 << 20, "photos/c.jpg");
    knee_run_live_add_line(live, 1190, false, "resized", 7);
    snprintf(live->directory, sizeof live->directory, "runs/latest");
    snprintf(live->command, sizeof live->command, "convert {} small/{#}.jpg");
    return live;
}

static struct knee_canvas *lay_out(const struct knee_run_live *live,
                                   const struct knee_dashboard_params *params)
{
    struct knee_canvas *canvas = calloc(1, sizeof *canvas);
    assert_non_null(canvas);
    knee_dashboard_layout(canvas, live, params);
    return canvas;
}

/* All rows, each with a line feed. */
static char *whole(const struct knee_canvas *canvas)
{
    char *text = calloc(canvas->rows + 1, LINE_BYTES);
    assert_non_null(text);
    size_t used = 0;
    for (size_t i = 0; i < canvas->rows; i++) {
        used += strlen(knee_canvas_text(canvas, i, text + used, LINE_BYTES));
        text[used++] = '\n';
    }
    return text;
}

static char *show(const struct knee_run_live *live, const struct knee_dashboard_params *params)
{
    struct knee_canvas *canvas = lay_out(live, params);
    char *text = whole(canvas);
    free(canvas);
    return text;
}

static void an_ordinary_terminal_shows_all(void **state)
{
    (void)state;
    struct knee_run_live *live = make_live();
    const struct knee_dashboard_params params = {.columns = 79, .rows = 12, .utf8 = false};
    char *text = show(live, &params);
    assert_string_equal(
        text, "-- convert {} small/{#}.jpg ---------------------------- running 1 min 24 s ---\n"
              " done      1,204 of 2,000  60 %  ############........   19 s left (18 to 21 s)\n"
              " items     793 left  12 running  3 failed  7 retried  2 to retry\n"
              " items/s       41.2   .......-----=====###########################  max 40.0\n"
              " limit           12   ===============================#############  auto\n"
              " why       8 -> 12: +12 %, kept   24 s ago\n"
              " host      CPU 97 % (others 3 %)  memory 41 % (9.1 GiB free)  pressure 0 %\n"
              " slowest running                  time   hungriest running              memory\n"
              "  1198  photos/a.jpg             3.2 s    1207  photos/c.jpg            96 MiB\n"
              "  1201  photos/b.jpg             1.9 s\n"
              "\n"
              " + - limit  p pause  q stop soon  ? help                           runs/latest\n");
    free(text);
    free(live);
}

struct sight {
    const char *name;
    struct knee_dashboard_params params;
    const char *seen[8], *unseen[4];
};

/* columns, rows, UTF-8, with the latest output, help */
static const struct sight SIGHTS[] = {
    {"one line", {60, 1, true, true, false}, {"1,204 of 2,000  41.2/s  limit 12  19 s left"}, {0}},
    {"a small terminal",
     {39, 5, true, false, false},
     {"running 1 min 24 s", "1,204 of 2,000", "793 left", "41.2", "limit           12"},
     {"pressure", "slowest"}},
    {"a little larger",
     {39, 10, true, false, false},
     {"8 -> 12: +12 %, kept", "CPU 97 %", "slowest running        time    memory", "stop soon"},
     {"others", "hungriest"}},
    {"output elsewhere",
     {79, 16, true, true, false},
     {"slowest running", "hungriest running", "latest output", "1190  resized"},
     {0}},
    {"a wide one",
     {199, 20, true, false, false},
     {"CPU 97 % (others 3 %)   memory 41 % (9.1 GiB free)   pressure 0 %",
      "time       CPU    memory   hungriest", "max 40.0", "max 12"},
     {"latest output"}},
    {"blocks",
     {79, 12, true, false, false},
     {"\xe2\x96\x88", "\xe2\x94\x80\xe2\x94\x80 convert"},
     {0}},
    {"help", {79, 12, true, false, true}, {"Ctrl-Z", "? back"}, {"slowest"}},
};

static void each_size_shows_what_fits(void **state)
{
    (void)state;
    struct knee_run_live *live = make_live();
    for (size_t i = 0; i < sizeof SIGHTS / sizeof SIGHTS[0]; i++) {
        char *text = show(live, &SIGHTS[i].params);
        for (size_t j = 0; j < 8 && SIGHTS[i].seen[j]; j++)
            if (!strstr(text, SIGHTS[i].seen[j]))
                fail_msg("%s: no \"%s\" in\n%s", SIGHTS[i].name, SIGHTS[i].seen[j], text);
        for (size_t j = 0; j < 4 && SIGHTS[i].unseen[j]; j++)
            if (strstr(text, SIGHTS[i].unseen[j]))
                fail_msg("%s: \"%s\" in\n%s", SIGHTS[i].name, SIGHTS[i].unseen[j], text);
        free(text);
    }
    free(live);
}

/* A moment of the run, and a part of what is then seen. */
struct moment {
    const char *name;
    void (*change)(struct knee_run_live *live);
    const char *seen, *unseen;
};

static void is_paused(struct knee_run_live *live)
{
    live->phase = KNEE_RUN_PAUSED;
}

static void is_stopping(struct knee_run_live *live)
{
    live->phase = KNEE_RUN_STOPPING;
}

static void yields(struct knee_run_live *live)
{
    live->phase = KNEE_RUN_YIELDING;
    live->limit = 6;
}

static void reads_its_list(struct knee_run_live *live)
{
    live->total = UINT64_MAX;
    live->left_s = live->left_low_s = live->left_high_s = NAN;
}

static void begins(struct knee_run_live *live)
{
    *live = (struct knee_run_live){.total = UINT64_MAX,
                                   .throughput_per_s = NAN,
                                   .left_s = NAN,
                                   .cpu_ratio = NAN,
                                   .foreign_ratio = NAN,
                                   .memory_ratio = NAN,
                                   .memory_available_bytes = NAN,
                                   .pressure_ratio = NAN};
}

static void takes_hours(struct knee_run_live *live)
{
    live->left_s = 9000.;
    live->left_low_s = 7200.;
    live->left_high_s = 12000.;
}

static void tries_again(struct knee_run_live *live)
{
    live->items[0].attempt = 3;
}

static void moments_are_told_apart(void **state)
{
    (void)state;
    static const struct moment moments[] = {
        {"paused", is_paused, "p go on", "p pause"},
        {"stopping", is_stopping, "Ctrl-C ends those that run", "left ("},
        {"yielding", yields, "of 12", "auto"},
        {"no end known", reads_its_list, "1,204  so far; the list is still being read", " left"},
        {"the beginning", begins, "done      0", "why  "},
        {"hours", takes_hours, "2.5 h left (2.0 to 3.3 h)", NULL},
        {"another attempt", tries_again, "try 3", NULL},
    };
    const struct knee_dashboard_params params = {.columns = 99, .rows = 14};
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        struct knee_run_live *live = make_live();
        moments[i].change(live);
        char *text = show(live, &params);
        if (!strstr(text, moments[i].seen) ||
            (moments[i].unseen && strstr(text, moments[i].unseen)))
            fail_msg("%s:\n%s", moments[i].name, text);
        free(text);
        free(live);
    }
}

/* Control characters, an escape sequence, bytes outside UTF-8, wide and combining characters,
 * marks of direction, and more of everything than there is room for. */
static void make_hostile(struct knee_run_live *live)
{
    static const char name[] =
        "\033[31m\r\n\tb\xff\xc3(\u6f22\u5b57e\u0301\u202e\U0001f600 and a very long "
        "rest that goes on and on and on";
    for (size_t i = 0; i < KNEE_RUN_ITEMS_SHOWN; i++) {
        live->items[i] = (struct knee_run_item){
            .number = UINT64_MAX - i, .attempt = UINT32_MAX, .cpu_s = 1e300, .rss_bytes = 1e300};
        memcpy(live->items[i].text, name, sizeof name);
        live->hungry[i] = live->items[i];
    }
    live->items_count = live->hungry_count = KNEE_RUN_ITEMS_SHOWN;
    for (size_t i = 0; i < 2 * KNEE_RUN_LINES; i++)
        knee_run_live_add_line(live, UINT64_MAX, i % 2, name, sizeof name - 1);
    memcpy(live->command, name, sizeof name);
    live->total = UINT64_MAX - 1;
    live->done = live->failed = live->skipped = live->running = UINT64_MAX / 4;
    live->waiting = live->retries = UINT64_MAX;
    live->limit = UINT32_MAX - 1;
    live->wanted = UINT32_MAX;
    live->throughput_per_s = 1e300;
    live->left_s = live->left_low_s = live->left_high_s = 1e300;
    live->cpu_ratio = live->memory_ratio = live->pressure_ratio = 1e18;
    live->decision.gain_ratio = 1e30;
    live->time_s = 1e15;
    for (size_t i = 0; i < live->history_count; i++)
        live->history[i].throughput_per_s = i % 2 ? 1e300 : NAN;
}

static void check_harmless(const struct knee_canvas *canvas)
{
    for (size_t row = 0; row < canvas->rows; row++)
        for (size_t i = 0; i < canvas->columns; i++) {
            uint32_t code = canvas->cells[row][i].code;
            bool half = code == 0 && i > 0 && canvas->cells[row][i - 1].code > 0xff;
            if (!half && (code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x202e))
                fail_msg("U+%04x at %zu, %zu", (unsigned)code, row, i);
            if (!canvas->utf8 && code > 0x7e)
                fail_msg("U+%04x in ASCII", (unsigned)code);
        }
    for (size_t row = canvas->rows; row < KNEE_CANVAS_ROWS; row++)
        assert_int_equal(canvas->cells[row][0].code, ' ');
}

static void any_text_and_number_is_harmless_at_any_size(void **state)
{
    (void)state;
    static const size_t columns[] = {0,  1,  2,  11,  20,  33,  39,  60,  75,
                                     76, 77, 79, 139, 140, 199, 299, 9999};
    struct knee_run_live *live = make_live();
    make_hostile(live);
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        for (size_t rows = 0; rows < 70; rows++)
            for (unsigned how = 0; how < 8; how++) {
                const struct knee_dashboard_params params = {columns[i], rows, how & 1, how & 2,
                                                             how & 4};
                struct knee_canvas *canvas = lay_out(live, &params);
                check_harmless(canvas);
                free(canvas);
            }
    free(live);
}

/* Short texts leave no mark of a cut, at no size: no label and no figure is ever cut. */
static void no_label_is_cut(void **state)
{
    (void)state;
    struct knee_run_live *live = make_live();
    snprintf(live->command, sizeof live->command, "gzip");
    snprintf(live->items[0].text, sizeof live->items[0].text, "a");
    snprintf(live->items[1].text, sizeof live->items[1].text, "b");
    snprintf(live->hungry[0].text, sizeof live->hungry[0].text, "c");
    for (size_t columns = 45; columns < 200; columns++)
        for (size_t rows = 1; rows < 40; rows++) {
            const struct knee_dashboard_params params = {columns, rows, true, true, false};
            char *text = show(live, &params);
            if (strstr(text, "\xe2\x80\xa6"))
                fail_msg("%zu x %zu:\n%s", columns, rows, text);
            free(text);
        }
    free(live);
}

static void the_terminal_is_shared_with_the_output(void **state)
{
    (void)state;
    static const struct {
        size_t rows;
        bool above;
        size_t ours;
    } all[] = {{0, true, 0},   {1, true, 0},   {2, true, 1},    {7, true, 1},    {10, true, 5},
               {24, true, 12}, {60, true, 20}, {24, false, 16}, {60, false, 32}, {2, false, 1}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        assert_int_equal(knee_dashboard_rows(all[i].rows, all[i].above), all[i].ours);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ordinary_terminal_shows_all),
        cmocka_unit_test(each_size_shows_what_fits),
        cmocka_unit_test(moments_are_told_apart),
        cmocka_unit_test(any_text_and_number_is_harmless_at_any_size),
        cmocka_unit_test(no_label_is_cut),
        cmocka_unit_test(the_terminal_is_shared_with_the_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
