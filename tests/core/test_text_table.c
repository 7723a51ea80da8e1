/* SPDX-License-Identifier: MIT */
/* Columns line up, whatever is in them, and a line has no blanks at its end. */
#include "core/text/text_table.h"

#include "tests/support/test.h"

#include <stdlib.h>
#include <string.h>

static char *print_table(struct knee_text_table *table, size_t flexible, size_t width)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    assert_non_null(out);
    knee_text_table_print(table, flexible, width, out);
    fclose(out);
    return text;
}

static void add_all(struct knee_text_table *table, const char *const *cells)
{
    for (size_t i = 0; cells[i]; i++)
        knee_text_table_add(table, cells[i]);
}

static void columns_are_as_wide_as_their_widest_cell(void **state)
{
    static const char *const CELLS[] = {"name", "level",      "",      "cpu", "2",
                                        "",     "a long one", "1,024", "",    NULL};
    struct knee_text_table table = {.columns = 3, .left = {true}};
    (void)state;
    add_all(&table, CELLS);
    assert_int_equal(knee_text_table_rows(&table), 3);
    assert_int_equal(knee_text_table_width(&table), 17);
    char *text = print_table(&table, 0, 80);
    assert_string_equal(text, "name        level\n"
                              "cpu             2\n"
                              "a long one  1,024\n");
    free(text);
    knee_text_table_release(&table);
}

static void an_empty_cell_at_the_end_leaves_no_blanks(void **state)
{
    static const char *const CELLS[] = {"1", "cores", "2", "", NULL};
    struct knee_text_table table = {.columns = 2, .left = {false, true}};
    (void)state;
    add_all(&table, CELLS);
    char *text = print_table(&table, 0, 80);
    assert_string_equal(text, "1  cores\n2\n");
    free(text);
    knee_text_table_release(&table);
}

static void characters_count_and_not_bytes(void **state)
{
    static const char *const CELLS[] = {"\xc3\xa4\xc3\xa4", "1", "b", "2", NULL};
    struct knee_text_table table = {.columns = 2, .left = {true, true}};
    (void)state;
    add_all(&table, CELLS);
    char *text = print_table(&table, 0, 80);
    assert_string_equal(text, "\xc3\xa4\xc3\xa4  1\nb   2\n");
    free(text);
    knee_text_table_release(&table);
}

static void the_flexible_column_is_clipped_but_stays_readable(void **state)
{
    static const char *const CELLS[] = {"a very long name of a command", "17", NULL};
    static const struct {
        size_t width;
        const char *text;
    } CASES[] = {
        {33, "a very long name of a command  17\n"},
        {24, "a very long name...  17\n"},
        {5, "a very lo...  17\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_text_table table = {.columns = 2, .left = {true}};
        add_all(&table, CELLS);
        char *text = print_table(&table, 0, CASES[i].width);
        assert_string_equal(text, CASES[i].text);
        free(text);
        knee_text_table_release(&table);
    }
}

static void a_table_grows_and_a_long_cell_is_cut(void **state)
{
    struct knee_text_table table = {.columns = 1, .left = {true}};
    char longer[KNEE_TEXT_TABLE_CELL_BYTES + 50];
    (void)state;
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    for (int i = 0; i < 1000; i++)
        knee_text_table_add(&table, longer);
    assert_false(table.failed);
    assert_int_equal(knee_text_table_rows(&table), 1000);
    assert_int_equal(strlen(knee_text_table_cell(&table, 999, 0)), KNEE_TEXT_TABLE_CELL_BYTES - 1);
    knee_text_table_release(&table);
    knee_text_table_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_as_wide_as_their_widest_cell),
        cmocka_unit_test(an_empty_cell_at_the_end_leaves_no_blanks),
        cmocka_unit_test(characters_count_and_not_bytes),
        cmocka_unit_test(the_flexible_column_is_clipped_but_stays_readable),
        cmocka_unit_test(a_table_grows_and_a_long_cell_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
