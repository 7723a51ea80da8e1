/* SPDX-License-Identifier: MIT */
/* The line on a terminal: the rate, the best so far and the other load, and never wider than it. */
#include "tuner/sweep/progress.h"

#include "core/text/strings.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct knee_measured WINDOWS[] = {
    {.level = 16, .throughput_per_s = 3000, .foreign_cpus = .02, .valid = true},
    {.level = 20, .throughput_per_s = 3170, .foreign_cpus = .12, .valid = true},
    {.level = 16, .throughput_per_s = 3200, .foreign_cpus = NAN, .valid = true},
    {.level = 17, .throughput_per_s = 9999, .foreign_cpus = 1.5, .valid = false},
};

/* Feeds all windows, as a sweep does; nothing is drawn, without a log. */
static void feed(struct knee_progress *progress, const char *title, size_t count)
{
    *progress = (struct knee_progress){0};
    knee_progress_workload(progress, title, 0);
    for (size_t i = 0; i < count; i++)
        knee_progress_window(progress, &WINDOWS[i], 0);
}

static void a_line_shows_rate_best_and_other_load(void **state)
{
    static const struct {
        size_t windows;
        const char *line;
    } CASES[] = {
        {1, "net (5 ms, pool 16): 16 at once 3,000/s; best 3,000/s at 16; 23 s left; other load "
            "0.0; 1 window"},
        {2, "net (5 ms, pool 16): 20 at once 3,170/s; best 3,170/s at 20; 23 s left; other load "
            "0.1; 2 windows"},
        {3, "net (5 ms, pool 16): 16 at once 3,200/s; best 3,170/s at 20; 23 s left; 3 windows"},
        {4, "net (5 ms, pool 16): 17 at once 9,999/s; best 3,170/s at 20; 23 s left; other load "
            "1.5; 4 windows"},
    };
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct knee_progress progress;
        char text[KNEE_PROGRESS_BYTES];
        feed(&progress, "net (5 ms, pool 16)", CASES[i].windows);
        assert_string_equal(
            knee_progress_line(&progress, &WINDOWS[CASES[i].windows - 1], 23, 120, text),
            CASES[i].line);
    }
}

static void a_narrow_terminal_loses_the_end_of_the_title_first(void **state)
{
    struct knee_progress progress;
    char text[KNEE_PROGRESS_BYTES];
    (void)state;
    feed(&progress, "a command with a very long name indeed, as they often are", 2);
    assert_string_equal(
        knee_progress_line(&progress, &WINDOWS[1], 23, 79, text),
        "a com...: 20 at once 3,170/s; best 3,170/s at 20; 23 s left; other load 0.1;...");
    for (size_t columns = 4; columns < 200; columns++)
        assert_true(knee_strings_width(
                        knee_progress_line(&progress, &WINDOWS[1], 23, columns, text)) <= columns);
}

static void no_valid_window_has_no_best(void **state)
{
    struct knee_progress progress = {.title = "cpu", .windows = 1};
    char text[KNEE_PROGRESS_BYTES];
    (void)state;
    assert_string_equal(knee_progress_line(&progress, &WINDOWS[3], 5, 79, text),
                        "cpu: 17 at once 9,999/s; 5 s left; other load 1.5; 1 window");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_shows_rate_best_and_other_load),
        cmocka_unit_test(a_narrow_terminal_loses_the_end_of_the_title_first),
        cmocka_unit_test(no_valid_window_has_no_best),
    };
    return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
