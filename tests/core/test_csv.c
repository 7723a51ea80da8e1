/* SPDX-License-Identifier: MIT */
/* core/text/csv: rows and fields as RFC 4180 has them, the line that an error names, bounded
 * memory, and torn last lines. */
#include "tests/support/test.h"

#include "core/base/array.h"
#include "core/text/csv.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct table {
    FILE *in;
    struct knee_csv *csv;
    struct knee_err err;
};

static void open_text(struct table *table, const char *text, size_t bytes, bool whole_lines,
                      bool any_separator)
{
    *table = (struct table){.in = fmemopen((void *)text, bytes, "r")};
    const struct knee_csv_params params = {.in = table->in,
                                           .path = "t.csv",
                                           .code = KNEE_USAGE,
                                           .advice = "correct that line",
                                           .any_separator = any_separator,
                                           .whole_lines = whole_lines};
    assert_non_null(table->in);
    assert_int_equal(knee_csv_open(&table->csv, &params, &table->err), 0);
}

static void close_table(struct table *table)
{
    knee_csv_close(table->csv);
    fclose(table->in);
}

/* All rows as "LINE:field|field;". */
static char *all_rows(struct table *table, char *shown, size_t room)
{
    FILE *out = fmemopen(shown, room, "w");
    int got;
    while ((got = knee_csv_next(table->csv, &table->err)) > 0) {
        fprintf(out, "%zu:", knee_csv_line(table->csv));
        for (size_t i = 0; i < knee_csv_fields(table->csv); i++)
            fprintf(out, "%s%s", i ? "|" : "", knee_csv_field(table->csv, i));
        fputc(';', out);
    }
    if (got < 0)
        fprintf(out, "%s", table->err.message);
    fclose(out);
    return shown;
}

static void rows_are_read_as_written(void **state)
{
    (void)state;
    static const struct {
        const char *text, *rows;
        bool any_separator;
    } CASES[] = {
        {"a,b\n1,2\n", "1:a|b;2:1|2;", false},
        {"a,b\r\n1,2\r\n", "1:a|b;2:1|2;", false},
        {"a,b\r1,2\r3,4", "1:a|b;2:1|2;3:3|4;", false},
        {"a,b\n1,2", "1:a|b;2:1|2;", false},
        {"\xEF\xBB\xBF"
         "a,b\n",
         "1:a|b;", false},
        {"a\n\n\nb\n", "1:a;4:b;", false},
        {"\"a,\"\"b\",c\n", "1:a,\"b|c;", false},
        {"\"two\nlines\",1\nx,2\n", "1:two\nlines|1;3:x|2;", false},
        {"a;b,c;d\n1;2\n", "1:a|b,c|d;2:1|2;", true},
        {"a\tb\n", "1:a|b;", true},
        {"a,,\n", "1:a||;", false},
        {"a\nb\"c\n",
         "1:a;t.csv: line 2: error parsing data while strict checking enabled; "
         "correct that line",
         false},
        {"a\n\"b\n",
         "1:a;t.csv: line 2: error parsing data while strict checking enabled; "
         "correct that line",
         false},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct table table;
        char shown[512];
        open_text(&table, CASES[i].text, strlen(CASES[i].text), false, CASES[i].any_separator);
        assert_string_equal(all_rows(&table, shown, sizeof shown), CASES[i].rows);
        close_table(&table);
    }
}

static void a_file_of_one_endless_line_is_refused(void **state)
{
    (void)state;
    struct table table;
    size_t bytes = 3 * KNEE_CSV_ROW_BYTES;
    char *text = malloc(bytes);
    memset(text, 'x', bytes);
    for (size_t i = 0; i < 4; i++)
        text[i] = "a,b\n"[i];
    open_text(&table, text, bytes, false, false);
    assert_int_equal(knee_csv_next(table.csv, &table.err), 1);
    assert_int_equal(knee_csv_next(table.csv, &table.err), -1);
    assert_string_equal(table.err.message, "t.csv: line 2: longer than 65536 bytes; is it a CSV "
                                           "file?; correct that line");
    close_table(&table);
    /* Many short lines in one quoted field, too. */
    memset(text, '\n', bytes);
    text[0] = '"';
    open_text(&table, text, bytes, false, false);
    assert_int_equal(knee_csv_next(table.csv, &table.err), -1);
    close_table(&table);
    free(text);
}

static void fields_stay_when_a_row_outgrows_its_buffer(void **state)
{
    (void)state;
    struct table table;
    size_t half = 30000;
    char *text = calloc(1, 2 * half + 16);
    assert_non_null(text);
    text[0] = 'x';
    text[1] = ',';
    memset(text + 2, 'a', half);
    text[2 + half] = ',';
    memset(text + 3 + half, 'b', half);
    snprintf(text + 3 + 2 * half, 8, "\n1,2,3\n");
    open_text(&table, text, 3 + 2 * half + 7, false, false);
    assert_int_equal(knee_csv_next(table.csv, &table.err), 1);
    assert_int_equal(knee_csv_fields(table.csv), 3);
    assert_string_equal(knee_csv_field(table.csv, 0), "x");
    assert_int_equal(strspn(knee_csv_field(table.csv, 1), "a"), half);
    assert_int_equal(strlen(knee_csv_field(table.csv, 1)), half);
    assert_int_equal(strspn(knee_csv_field(table.csv, 2), "b"), half);
    assert_int_equal(knee_csv_next(table.csv, &table.err), 1);
    assert_string_equal(knee_csv_field(table.csv, 2), "3");
    assert_int_equal(knee_csv_next(table.csv, &table.err), 0);
    close_table(&table);
    free(text);
}

static void a_nul_byte_is_an_error(void **state)
{
    (void)state;
    struct table table;
    open_text(&table, "a\0b,c\n", 6, false, false);
    assert_int_equal(knee_csv_next(table.csv, &table.err), -1);
    assert_int_equal(table.err.code, KNEE_USAGE);
    close_table(&table);
}

static void a_torn_last_line_is_dropped_if_asked(void **state)
{
    (void)state;
    static const struct {
        const char *text, *rows;
        size_t bytes; /* up to the end of the last whole row */
    } CASES[] = {{"a,b\n1,2\n3", "1:a|b;2:1|2;", 8}, {"a,b\n1,2\n\"3", "1:a|b;2:1|2;", 8}};
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct table table;
        char shown[512];
        open_text(&table, CASES[i].text, strlen(CASES[i].text), true, false);
        assert_string_equal(all_rows(&table, shown, sizeof shown), CASES[i].rows);
        assert_true(knee_csv_torn(table.csv));
        assert_int_equal(knee_csv_bytes(table.csv), CASES[i].bytes);
        assert_true(knee_csv_at_end(table.csv));
        close_table(&table);
    }
}

static void fields_are_found_by_name(void **state)
{
    (void)state;
    struct table table;
    open_text(&table, "level,cv\n", 9, false, false);
    assert_int_equal(knee_csv_next(table.csv, &table.err), 1);
    assert_int_equal(knee_csv_find(table.csv, "cv"), 1);
    assert_int_equal(knee_csv_find(table.csv, "c"), SIZE_MAX);
    assert_string_equal(knee_csv_field(table.csv, 7), "");
    close_table(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_read_as_written),
        cmocka_unit_test(a_file_of_one_endless_line_is_refused),
        cmocka_unit_test(fields_stay_when_a_row_outgrows_its_buffer),
        cmocka_unit_test(a_nul_byte_is_an_error),
        cmocka_unit_test(a_torn_last_line_is_dropped_if_asked),
        cmocka_unit_test(fields_are_found_by_name),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
