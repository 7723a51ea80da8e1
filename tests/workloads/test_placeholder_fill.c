/* SPDX-License-Identifier: MIT */
/* workloads/command/placeholder_fill: only placeholders are filled in, quoted if asked. */
#include "tests/support/test.h"

#include "core/text/placeholders.h"
#include "tuner/levels/classify.h"
#include "workloads/command/items.h"
#include "workloads/command/placeholder_fill.h"

#include <stdlib.h>
#include <string.h>

static void placeholders_are_filled_and_nothing_else_is_touched(void **state)
{
    (void)state;
    static const struct {
        const char *text, *item;
        bool quote;
        const char *filled;
    } CASES[] = {
        {"{}", "a b", false, "a b"},
        {"x{}y{}", "1", false, "x1y1"},
        {"{#}-{%}-{n}", "", false, "7-3-16"},
        {"{out}", "", false, "/tmp/o'ut"},
        {"-j{n}", "", false, "-j16"},
        {"{", "i", false, "{"},
        {"{a}{}}{{}", "i", false, "{a}i}{i"},
        {"{n", "i", false, "{n"},
        {"", "i", false, ""},
        {"{}", "{n}{}", false, "{n}{}"}, /* what an item holds is not looked at again */
        {"{}", "a'b $(c)\n\xff", false, "a'b $(c)\n\xff"},
        {"cat {}", "a'b", true, "cat 'a'\\''b'"},
        {"cat {} > {out} {n}", "", true, "cat '' > '/tmp/o'\\''ut' 16"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char to[128];
        const struct knee_placeholder_fill_values values = {
            .item = CASES[i].item, .number = 7, .slot = 3, .level = 16, .out = "/tmp/o'ut"};
        size_t bytes =
            knee_placeholder_fill_text(CASES[i].text, &values, CASES[i].quote, to, sizeof to);
        assert_int_equal(bytes, strlen(CASES[i].filled) + 1);
        assert_string_equal(to, CASES[i].filled);
        assert_int_equal(
            knee_placeholder_fill_text(CASES[i].text, &values, CASES[i].quote, NULL, 0), bytes);
        assert_int_equal(
            knee_placeholder_fill_text(CASES[i].text, &values, CASES[i].quote, to, bytes - 1), 0);
    }
}

static void placeholders_are_found(void **state)
{
    (void)state;
    assert_int_equal(knee_placeholders_in("plain {a} {"), 0);
    assert_int_equal(knee_placeholders_in("{}"), KNEE_PLACEHOLDER_ITEM);
    assert_int_equal(knee_placeholders_in("{{n}{out}"),
                     KNEE_PLACEHOLDER_LEVEL | KNEE_PLACEHOLDER_OUT);
    assert_int_equal(knee_placeholders_in("{#}{%}"),
                     KNEE_PLACEHOLDER_NUMBER | KNEE_PLACEHOLDER_SLOT);
}

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

static void work_is_classified_by_where_its_time_goes(void **state)
{
    (void)state;
    static const struct {
        struct knee_classify_shares shares;
        enum knee_class class;
        bool borderline;
        uint32_t knee;
    } CASES[] = {
        {{.98, 0, .02}, KNEE_CLASS_CPU, false, 2}, {{1.9, 0, 0}, KNEE_CLASS_CPU, false, 1},
        {{.82, .18, 0}, KNEE_CLASS_CPU, true, 2},  {{.65, .2, .15}, KNEE_CLASS_MIXED, false, 3},
        {{.47, .1, .43}, KNEE_CLASS_NET, true, 4}, {{.2, .7, .1}, KNEE_CLASS_IO, false, 10},
        {{.2, .42, .38}, KNEE_CLASS_IO, true, 10}, {{.01, 0, .99}, KNEE_CLASS_NET, false, 100},
        {{0, 0, 1}, KNEE_CLASS_NET, false, 100},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        bool borderline = false;
        assert_int_equal(knee_classify(&CASES[i].shares, &borderline), CASES[i].class);
        assert_int_equal(borderline, CASES[i].borderline);
        assert_int_equal(knee_classify_knee(&CASES[i].shares, 2, 100), CASES[i].knee);
    }
    assert_string_equal(knee_classify_consistency(.1), "high");
    assert_string_equal(knee_classify_consistency(.3), "medium");
    assert_string_equal(knee_classify_consistency(.5), "low");
    assert_string_equal(knee_classify_consistency(NAN), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(placeholders_are_filled_and_nothing_else_is_touched),
        cmocka_unit_test(placeholders_are_found),
        cmocka_unit_test(items_are_lines_or_end_with_nul),
        cmocka_unit_test(shuffling_follows_the_seed_and_can_be_undone),
        cmocka_unit_test(work_is_classified_by_where_its_time_goes),
    };
    return cmocka_run_group_tests_name("command_line", tests, NULL, NULL);
}
