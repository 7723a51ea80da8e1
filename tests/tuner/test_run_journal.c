/* SPDX-License-Identifier: MIT */
/* items.csv: the form of a row, and the state of each item after reading it back. */
#include "tests/support/test.h"
#include "tests/support/shell.h"
#include "tuner/store/run_journal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static void rows_have_all_columns(void **state)
{
    (void)state;
    char text[2 * KNEE_RUN_JOURNAL_ROW_BYTES];
    knee_run_journal_header(text);
    size_t columns = 1;
    for (const char *c = text; *c; c++)
        columns += *c == ',';
    for (int i = 0; i < KNEE_RUN_STATES; i++) {
        const struct knee_run_row row = {.item = 12,
                                         .attempt = 2,
                                         .state = (enum knee_run_state)i,
                                         .start_s = 1.5,
                                         .end_s = 2,
                                         .wait_s = .25,
                                         .exit_code = -1,
                                         .signal_number = 9,
                                         .max_rss_bytes = NAN,
                                         .level = 4,
                                         .slot = 3,
                                         .argument = "x \"y\""};
        size_t bytes = knee_run_journal_row(&row, text), seen = 1;
        assert_int_equal(bytes, strlen(text));
        for (const char *c = text; *c != '"'; c++)
            seen += *c == ',';
        assert_int_equal(seen, columns);
        assert_non_null(strstr(text, ",\"x \"\"y\"\"\"\n"));
    }
}

static void reading_back_tells_the_last_state(void **state)
{
    (void)state;
    char dir[128], path[256];
    static const char rows[] =
        "1,1,started,0.1,,0,,,,,,2,1,,\"a\"\n1,1,done,0.1,0.5,0,0,,0,0,,2,1,,\"a\"\n"
        "2,1,started,0.1,,0,,,,,,2,2,,\"two\nlines, \"\"quoted\"\"\"\n"
        "4,1,started,0.1,,0,,,,,,2,2,,\"d\"\n4,1,retried,0.1,0.2,0,1,,0,0,,2,2,,\"d\"\n"
        "4,2,started,0.3,,0,,,,,,2,2,,\"d\"\n4,2,failed,0.3,0.7,0,1,,0,0,,2,2,,\"d\"\n"
        "1,0,skipped,,,,,,,,,,,,\"a\"\n"
        "5,1,started,0.8,,0,,,,,,2,2,,\"to"; /* torn */
    shell_dir_make(dir, sizeof dir);
    snprintf(path, sizeof path, "%s/items.csv", dir);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    char header[KNEE_RUN_JOURNAL_ROW_BYTES];
    knee_run_journal_header(header);
    fprintf(file, "%s%s", header, rows);
    fclose(file);
    struct knee_run_past past;
    struct knee_err err;
    assert_int_equal(knee_run_past_read(&past, dir, &err), 0);
    assert_int_equal(knee_run_past_find(&past, 1)->state, KNEE_RUN_STATE_DONE);
    assert_int_equal(knee_run_past_find(&past, 1)->hash, knee_run_past_hash("a"));
    assert_int_equal(knee_run_past_find(&past, 2)->state, KNEE_RUN_STATE_STARTED);
    assert_int_equal(knee_run_past_find(&past, 2)->hash,
                     knee_run_past_hash("two\nlines, \"quoted\""));
    assert_null(knee_run_past_find(&past, 3));
    assert_int_equal(knee_run_past_find(&past, 4)->state, KNEE_RUN_STATE_FAILED);
    assert_int_equal(knee_run_past_find(&past, 4)->attempts, 2);
    assert_null(knee_run_past_find(&past, 5));
    assert_null(knee_run_past_find(&past, 0));
    assert_close(past.end_s, .7, 1e-12);
    knee_run_past_release(&past);
    shell_dir_remove(dir);
}

static void other_files_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "a,b\n1,2\n",
                                        "item,attempt,state,end_s,argument\nx,1,done,1,a\n",
                                        "item,attempt,state,end_s,argument\n1,1,odd,1,a\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char dir[128], path[256];
        struct knee_run_past past = {0};
        struct knee_err err = {0};
        shell_dir_make(dir, sizeof dir);
        snprintf(path, sizeof path, "%s/items.csv", dir);
        FILE *file = fopen(path, "we");
        assert_non_null(file);
        fputs(texts[i], file);
        fclose(file);
        assert_int_equal(knee_run_past_read(&past, dir, &err), -1);
        assert_true(err.message[0]);
        assert_int_equal(past.count, 0);
        shell_dir_remove(dir);
    }
}

/* Items in a random order may begin with any number: one far away takes no memory for the others.
 */
static void a_far_item_takes_little_memory(void **state)
{
    (void)state;
    char dir[128], path[256];
    struct knee_run_past past;
    struct knee_err err;
    struct rusage before, after;
    shell_dir_make(dir, sizeof dir);
    snprintf(path, sizeof path, "%s/items.csv", dir);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs("item,attempt,state,end_s,argument\n7,1,done,1,a\n100000000,1,done,1,a\n8,1,done,1,b\n",
          file);
    fclose(file);
    getrusage(RUSAGE_SELF, &before);
    assert_int_equal(knee_run_past_read(&past, dir, &err), 0);
    getrusage(RUSAGE_SELF, &after);
    assert_int_equal(knee_run_past_find(&past, 7)->state, KNEE_RUN_STATE_DONE);
    assert_int_equal(knee_run_past_find(&past, 8)->state, KNEE_RUN_STATE_DONE);
    assert_int_equal(knee_run_past_find(&past, 100000000)->state, KNEE_RUN_STATE_DONE);
    assert_null(knee_run_past_find(&past, 99999999));
    assert_true(after.ru_maxrss - before.ru_maxrss < 200 * 1024); /* kB */
    knee_run_past_release(&past);
    shell_dir_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_have_all_columns),
        cmocka_unit_test(reading_back_tells_the_last_state),
        cmocka_unit_test(other_files_are_refused),
        cmocka_unit_test(a_far_item_takes_little_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
