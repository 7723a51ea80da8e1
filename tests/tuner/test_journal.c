/* SPDX-License-Identifier: MIT */
/* samples.csv: all of a rounded window comes back, a torn last row costs nothing else, and a row
 * out of range is refused by its line. */
#include "tuner/store/journal.h"

#include "tests/support/fixture_result.h"
#include "tests/support/test.h"
#include "tuner/store/columns.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

struct place {
    char dir[256];
    struct knee_result result;
};

static struct knee_measured recall(const struct knee_window *window)
{
    struct knee_measured measured;
    knee_measured_recall(&measured, window);
    return measured;
}

static void round_window(struct knee_window *window)
{
    struct knee_measured measured = recall(window);
    knee_columns_round(&knee_columns_samples, &measured);
    assert_int_equal(knee_measured_keep(&measured, true, window, NULL), 0);
}

static int append(struct knee_journal *journal, const char *workload,
                  const struct knee_window *window, struct knee_err *err)
{
    struct knee_measured measured = recall(window);
    return knee_journal_append(journal, workload, &measured, err);
}

static int set_up(void **state)
{
    static const struct fixture_curve *const curves[] = {&fixture_cpu, &fixture_io};
    struct place *place = calloc(1, sizeof *place);
    fixture_directory(place->dir, sizeof place->dir);
    fixture_result(&place->result, curves, 2);
    for (size_t w = 0; w < 2; w++)
        for (size_t i = 0; i < place->result.workloads[w].windows_count; i++)
            round_window(&place->result.workloads[w].windows[i]);
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;
    fixture_remove(place->dir);
    knee_result_release(&place->result);
    free(place);
    return 0;
}

static void write_journal(const struct place *place)
{
    struct knee_journal *journal = NULL;
    assert_int_equal(knee_journal_open(&journal, place->dir, NULL, NULL), 0);
    for (size_t w = 0; w < 2; w++) {
        const struct knee_workload_result *workload = &place->result.workloads[w];
        for (size_t i = 0; i < workload->windows_count; i++)
            assert_int_equal(append(journal, workload->name, &workload->windows[i], NULL), 0);
        assert_int_equal(knee_journal_sync(journal, NULL), 0);
    }
    assert_int_equal(knee_journal_close(journal, NULL), 0);
}

static void append_text(const struct place *place, const char *text)
{
    char path[300];
    snprintf(path, sizeof path, "%s/samples.csv", place->dir);
    FILE *out = fopen(path, "a");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static char *levels_text(const struct knee_workload_result *workload)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    for (size_t i = 0; i < workload->levels_count; i++)
        knee_columns_row(&knee_columns_levels, workload->name, &workload->levels[i], out);
    fclose(out);
    return text;
}

static void levels_made_from_the_journal_are_the_same_bytes(void **state)
{
    struct place *place = *state;
    write_journal(place);
    struct knee_journal_rows rows;
    assert_int_equal(knee_journal_read(&rows, place->dir, true, NULL), 0);
    assert_int_equal(rows.count, 2);
    assert_false(rows.torn);
    for (size_t w = 0; w < 2; w++) {
        struct knee_workload_result *workload = &place->result.workloads[w];
        const struct knee_journal_part *part = knee_journal_rows_find(&rows, workload->name);
        assert_non_null(part);
        assert_int_equal(part->count, workload->windows_count);
        assert_int_equal(knee_workload_result_levels(workload, NULL, 0, NULL), 0);
        char *before = levels_text(workload);
        memcpy(workload->windows, part->windows, part->count * sizeof *part->windows);
        assert_int_equal(knee_workload_result_levels(workload, NULL, 0, NULL), 0);
        char *after = levels_text(workload);
        assert_string_equal(before, after);
        free(before);
        free(after);
    }
    knee_journal_rows_release(&rows);
}

static void every_value_of_a_window_survives(void **state)
{
    struct place *place = *state;
    write_journal(place);
    struct knee_journal_rows rows;
    assert_int_equal(knee_journal_read(&rows, place->dir, true, NULL), 0);
    struct knee_measured a = recall(&place->result.workloads[1].windows[7]);
    struct knee_measured b = recall(&rows.parts[1].windows[7]);
    assert_true(a.start_ns == b.start_ns && a.window_ns == b.window_ns);
    assert_true(a.items == b.items && a.latency_p99_s == b.latency_p99_s);
    assert_true(a.other_wait_s == b.other_wait_s && a.rss_bytes == b.rss_bytes);
    assert_true(isnan(b.throttled_s) && b.device_reads == UINT64_MAX);
    const struct knee_window *rejected = &rows.parts[0].windows[rows.parts[0].count - 1];
    assert_false(rejected->valid);
    assert_int_equal(rejected->reasons, KNEE_WINDOW_FOREIGN | KNEE_WINDOW_STEAL);
    knee_journal_rows_release(&rows);
}

static void a_line_cut_off_by_a_kill_is_dropped(void **state)
{
    struct place *place = *state;
    write_journal(place);
    append_text(place, "\"cpu\",9,2,1.5,0.2");
    struct knee_journal_rows rows;
    assert_int_equal(knee_journal_read(&rows, place->dir, true, NULL), 0);
    assert_true(rows.torn);
    assert_int_equal(rows.parts[0].count, place->result.workloads[0].windows_count);
    knee_journal_rows_release(&rows);
}

static void a_bad_line_in_the_middle_is_an_error_that_names_it(void **state)
{
    struct place *place = *state;
    write_journal(place);
    append_text(place, "\"cpu\",x\n\"cpu\",y\n");
    struct knee_journal_rows rows = {0};
    struct knee_err err = {0};
    assert_int_equal(knee_journal_read(&rows, place->dir, true, &err), -1);
    size_t line =
        2 + place->result.workloads[0].windows_count + place->result.workloads[1].windows_count;
    char expected[64];
    snprintf(expected, sizeof expected, "/samples.csv: line %zu: a wrong number of fields;", line);
    assert_non_null(strstr(err.message, expected));
    assert_null(rows.parts);
}

static void a_journal_goes_on_where_it_ended(void **state)
{
    struct place *place = *state;
    const struct knee_workload_result *cpu = &place->result.workloads[0];
    write_journal(place);
    append_text(place, "\"cpu\",9,2,1.5,0.2");
    struct knee_journal_rows rows;
    struct knee_journal *journal = NULL;
    assert_int_equal(knee_journal_read(&rows, place->dir, true, NULL), 0);
    assert_int_equal(knee_journal_open(&journal, place->dir, &rows, NULL), 0);
    knee_journal_rows_release(&rows);
    assert_int_equal(append(journal, "cpu", &cpu->windows[0], NULL), 0);
    assert_int_equal(knee_journal_close(journal, NULL), 0);
    assert_int_equal(knee_journal_read(&rows, place->dir, true, NULL), 0);
    assert_false(rows.torn);
    assert_int_equal(rows.parts[0].count, cpu->windows_count + 1);
    assert_int_equal(rows.parts[1].count, place->result.workloads[1].windows_count);
    knee_journal_rows_release(&rows);
}

static void replace_text(const struct place *place, const char *text)
{
    char path[300];
    snprintf(path, sizeof path, "%s/samples.csv", place->dir);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

/* A journal of an earlier knee has fewer columns: rows of more would not fit its header. */
static void an_older_journal_is_written_again_before_it_grows(void **state)
{
    struct place *place = *state;
    const struct knee_workload_result *cpu = &place->result.workloads[0];
    struct knee_journal *journal = NULL;
    struct knee_journal_rows rows;
    replace_text(place, "workload,block,level,window_s,items,throughput_per_s,extra\n"
                        "\"cpu\",0,2,0.2,10,50,7\n");
    assert_int_equal(knee_journal_read(&rows, place->dir, true, NULL), 0);
    assert_false(rows.current);
    assert_int_equal(knee_journal_open(&journal, place->dir, &rows, NULL), 0);
    knee_journal_rows_release(&rows);
    assert_int_equal(append(journal, "cpu", &cpu->windows[0], NULL), 0);
    assert_int_equal(knee_journal_close(journal, NULL), 0);
    assert_int_equal(knee_journal_read(&rows, place->dir, true, NULL), 0);
    assert_true(rows.current);
    assert_int_equal(rows.parts[0].count, 2);
    assert_int_equal(rows.parts[0].windows[0].level, 2);
    knee_journal_rows_release(&rows);
}

static void values_out_of_range_are_errors_that_name_the_line(void **state)
{
    struct place *place = *state;
    static const struct {
        const char *row, *error;
    } CASES[] = {
        {"\"cpu\",0,0,0.2,10,50", "line 2: level is 0; it goes from 1 to 4096"},
        {"\"cpu\",0,4097,0.2,10,50", "line 2: level is 4097; it goes from 1 to 4096"},
        {"\"cpu\",0,99999999999,0.2,10,50", "line 2: a wrong value in level"},
        {"\"cpu\",0,1,0.2,-1,50", "line 2: a count of items is missing or below 0"},
        {"\"cpu\",0,1,0.2,10,", "line 2: throughput_per_s is missing or out of range"},
        {"\"cpu\",0,1,0.2,10,-5", "line 2: throughput_per_s is missing or out of range"},
        {"\"cpu\",0,1,9999999,10,5", "line 2: a time is out of range"},
        {"\"\",0,1,0.2,10,5", "line 2: no workload"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_journal_rows rows = {0};
        struct knee_err err = {0};
        char text[300];
        snprintf(text, sizeof text,
                 "workload,block,level,window_s,items,throughput_per_s\n%s\n\"cpu\",0,1,.2,9,45\n",
                 CASES[i].row);
        replace_text(place, text);
        assert_int_equal(knee_journal_read(&rows, place->dir, true, &err), -1);
        if (!strstr(err.message, CASES[i].error))
            fail_msg("%s: %s", CASES[i].row, err.message);
        assert_null(rows.parts);
    }
}

/* Each row's workload is looked for among all. */
static void more_workloads_than_a_sweep_can_have_are_refused(void **state)
{
    struct place *place = *state;
    struct knee_journal_rows rows = {0};
    struct knee_err err = {0};
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    assert_non_null(out);
    fputs("workload,block,level,window_s,items,throughput_per_s\n", out);
    for (int i = 0; i < 300; i++)
        fprintf(out, "\"w%d\",0,1,0.2,9,45\n", i);
    fclose(out);
    replace_text(place, text);
    assert_int_equal(knee_journal_read(&rows, place->dir, true, &err), -1);
    if (!strstr(err.message, "line 258: more than 256 workloads"))
        fail_msg("%s", err.message);
    free(text);
}

/* Cut off anywhere after its header, a journal is read: at most the last row is lost. */
static void every_truncation_of_a_journal_is_read(void **state)
{
    struct place *place = *state;
    write_journal(place);
    char path[300];
    snprintf(path, sizeof path, "%s/samples.csv", place->dir);
    char *text = fixture_read(place->dir, "samples.csv");
    size_t header = strcspn(text, "\n") + 1, rows_before = 0;
    for (size_t bytes = strlen(text); bytes >= header; bytes -= bytes > header + 37 ? 37 : 1) {
        struct knee_journal_rows rows = {0};
        size_t whole = 0, count = 0;
        assert_int_equal(truncate(path, (off_t)bytes), 0);
        assert_int_equal(knee_journal_read(&rows, place->dir, true, NULL), 0);
        for (size_t i = header; i < bytes; i++)
            whole += text[i] == '\n';
        for (size_t i = 0; i < rows.count; i++)
            count += rows.parts[i].count;
        assert_int_equal(count, whole);
        rows_before = rows_before ? rows_before : count;
        knee_journal_rows_release(&rows);
    }
    assert_true(rows_before > 20);
    free(text);
}

static void a_write_that_fails_leaves_whole_rows(void **state)
{
    struct place *place = *state;
    const struct knee_window *window = &place->result.workloads[0].windows[0];
    struct knee_journal *journal = NULL;
    struct knee_err err = {0};
    assert_int_equal(knee_journal_open(&journal, place->dir, NULL, NULL), 0);
    assert_int_equal(append(journal, "cpu", window, NULL), 0);
    char *before = fixture_read(place->dir, "samples.csv");
    struct rlimit old, few = {.rlim_cur = strlen(before) + 20};
    getrlimit(RLIMIT_FSIZE, &old);
    few.rlim_max = old.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &few);
    int failed = append(journal, "cpu", window, &err);
    setrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(failed, -1);
    assert_int_equal(err.code, KNEE_FAILED);
    assert_non_null(strstr(err.message, "samples.csv: File too large; "));
    char *after = fixture_read(place->dir, "samples.csv");
    assert_string_equal(before, after);
    assert_int_equal(knee_journal_close(journal, NULL), 0);
    free(before);
    free(after);
}

static void an_existing_journal_is_not_overwritten(void **state)
{
    struct place *place = *state;
    struct knee_journal *journal = NULL;
    struct knee_err err = {0};
    write_journal(place);
    assert_int_equal(knee_journal_open(&journal, place->dir, NULL, &err), -1);
    assert_null(journal);
    assert_non_null(strstr(err.message, "exists already"));
}

static void a_missing_journal_is_one_clear_line(void **state)
{
    struct place *place = *state;
    struct knee_journal_rows rows;
    struct knee_err err = {0};
    assert_int_equal(knee_journal_read(&rows, place->dir, true, &err), -1);
    assert_non_null(strstr(err.message, "/samples.csv: No such file or directory; "));
    assert_int_equal(knee_journal_close(NULL, NULL), 0);
}

int main(void)
{
#define WITH_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_PLACE(levels_made_from_the_journal_are_the_same_bytes),
        WITH_PLACE(every_value_of_a_window_survives),
        WITH_PLACE(a_line_cut_off_by_a_kill_is_dropped),
        WITH_PLACE(a_bad_line_in_the_middle_is_an_error_that_names_it),
        WITH_PLACE(a_journal_goes_on_where_it_ended),
        WITH_PLACE(an_older_journal_is_written_again_before_it_grows),
        WITH_PLACE(values_out_of_range_are_errors_that_name_the_line),
        WITH_PLACE(more_workloads_than_a_sweep_can_have_are_refused),
        WITH_PLACE(every_truncation_of_a_journal_is_read),
        WITH_PLACE(a_write_that_fails_leaves_whole_rows),
        WITH_PLACE(an_existing_journal_is_not_overwritten),
        WITH_PLACE(a_missing_journal_is_one_clear_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
