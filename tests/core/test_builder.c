/* SPDX-License-Identifier: MIT */
/* A text that grows, in memory of its own and in the caller's: nothing is lost, nothing is written
 * beyond the buffer, and no character is cut in two. */
#include "core/text/builder.h"

#include "tests/support/test.h"

#include <stdlib.h>
#include <string.h>

static void a_text_grows_piece_by_piece(void **state)
{
    (void)state;
    struct knee_builder builder = {0};
    for (int i = 0; i < 1000; i++) {
        knee_builder_separate(&builder, ",");
        knee_builder_add(&builder, "%03d", i);
    }
    assert_int_equal(builder.length, 3999);
    char *text = knee_builder_take(&builder);
    assert_non_null(text);
    assert_int_equal(strlen(text), 3999);
    assert_int_equal(strncmp(text, "000,001,002,", 12), 0);
    assert_string_equal(text + 3999 - 7, "998,999");
    free(text);
}

static void a_piece_longer_than_a_line_is_kept_whole(void **state)
{
    (void)state;
    struct knee_builder builder;
    char piece[5000];
    memset(piece, 'x', sizeof piece - 1);
    piece[sizeof piece - 1] = '\0';
    knee_builder_init(&builder);
    knee_builder_add(&builder, "[%s]", piece);
    assert_int_equal(builder.length, sizeof piece + 1);
    assert_int_equal(builder.text[builder.length - 1], ']');
    knee_builder_release(&builder);
    knee_builder_release(&builder);
}

static void nothing_added_is_an_empty_text(void **state)
{
    (void)state;
    struct knee_builder builder = {0};
    char *text = knee_builder_take(&builder);
    assert_string_equal(text, "");
    free(text);
}

static void a_fixed_buffer_cuts_between_characters(void **state)
{
    static const struct {
        size_t room;
        const char *text;
        bool failed;
    } CASES[] = {
        {7, "ab\xc3\xa4\xc3\xa4", false},
        {6, "ab\xc3\xa4", true},
        {5, "ab\xc3\xa4", true},
        {4, "ab", true},
        {3, "ab", true},
        {1, "", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char room[16];
        struct knee_builder builder;
        memset(room, '#', sizeof room);
        knee_builder_over(&builder, room, CASES[i].room);
        knee_builder_add(&builder, "ab%s", "\xc3\xa4\xc3\xa4");
        assert_string_equal(room, CASES[i].text);
        assert_int_equal(builder.failed, CASES[i].failed);
        assert_int_equal(room[CASES[i].room], '#');
        knee_builder_add(&builder, "more");
        if (builder.failed)
            assert_string_equal(room, CASES[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_grows_piece_by_piece),
        cmocka_unit_test(a_piece_longer_than_a_line_is_kept_whole),
        cmocka_unit_test(nothing_added_is_an_empty_text),
        cmocka_unit_test(a_fixed_buffer_cuts_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
