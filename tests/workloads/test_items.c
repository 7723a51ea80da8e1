/* SPDX-License-Identifier: MIT */
/* The list of items: read line by line or by NUL, shuffled by a seed, and kept for a later run. */
#include "workloads/command/items.h"

#include "tests/support/test.h"

#include <stdlib.h>
#include <string.h>

static void read_text(struct knee_items *items, const char *text, size_t bytes, bool nul,
                      int expected, struct knee_err *err)
{
    FILE *in = fmemopen((void *)text, bytes, "r");
    assert_non_null(in);
    assert_int_equal(knee_items_read(items, in, "list", nul, err), expected);
    fclose(in);
}

static void items_are_lines_or_end_with_nul(void **state)
{
    (void)state;
    struct knee_items items = {0};
    struct knee_err err;
    read_text(&items, "a\n\n b \nlast", 11, false, 0, &err);
    assert_int_equal(items.count, 3);
    assert_string_equal(items.at[1].text, " b ");
    assert_string_equal(items.at[2].text, "last");
    assert_int_equal(items.at[2].number, 3);
    assert_int_equal(items.longest_bytes, 4);
    knee_items_release(&items);
    read_text(&items, "a\nb\0\0c", 6, true, 0, &err);
    assert_int_equal(items.count, 2);
    assert_string_equal(items.at[0].text, "a\nb");
    knee_items_release(&items);
    read_text(&items, "\n\n", 2, false, -1, &err);
    assert_int_equal(err.code, KNEE_USAGE);
    assert_string_equal(err.message, "list: holds no item; give at least one");
}

/* Half of such an item would be another one: `rm` would remove another file. */
static void a_nul_byte_in_a_line_is_refused(void **state)
{
    (void)state;
    struct knee_items items = {0};
    struct knee_err err;
    read_text(&items, "a\nb\0c\n", 6, false, -1, &err);
    assert_int_equal(err.code, KNEE_USAGE);
    assert_string_equal(err.message,
                        "list: item 2 holds a NUL byte, which no argument can; if NUL bytes "
                        "separate the items, give -0");
    assert_null(items.at);
    read_text(&items, "\0\n", 2, false, -1, &err);
    assert_non_null(strstr(err.message, "item 1 holds a NUL byte"));
}

static void shuffling_follows_the_seed_and_can_be_undone(void **state)
{
    (void)state;
    struct knee_items a = {0}, b = {0}, c = {0};
    struct knee_err err;
    assert_int_equal(knee_items_number(&a, 100, &err), 0);
    assert_int_equal(knee_items_number(&b, 100, &err), 0);
    knee_items_shuffle(&a, 1);
    knee_items_shuffle(&b, 1);
    size_t moved = 0;
    for (size_t i = 0; i < 100; i++) {
        assert_string_equal(a.at[i].text, b.at[i].text);
        moved += a.at[i].number != i + 1;
    }
    assert_true(moved > 80);
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    knee_items_write(&a, out);
    fclose(out);
    read_text(&c, text, bytes, true, 0, &err);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(strtoul(c.at[i].text, NULL, 10), i + 1);
    free(text);
    knee_items_release(&a);
    knee_items_release(&b);
    knee_items_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_are_lines_or_end_with_nul),
        cmocka_unit_test(a_nul_byte_in_a_line_is_refused),
        cmocka_unit_test(shuffling_follows_the_seed_and_can_be_undone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
