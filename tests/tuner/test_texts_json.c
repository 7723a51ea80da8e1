/* SPDX-License-Identifier: MIT */
/* Every byte of a command line comes back from plan.json, and the file stays readable. */
#include "tuner/store/texts_json.h"

#include "tests/support/test.h"

#include <stdbool.h>
#include <string.h>

static void every_byte_comes_back(void **state)
{
    (void)state;
    static const struct {
        const char *texts[4];
        size_t count;
        bool hex;
    } CASES[] = {
        {{NULL}, 0, false},
        {{"plain"}, 1, false},
        {{"", "\"quoted\"", "line\nfeed"}, 3, false},
        {{"gr\xc3\xbc\xc3\x9f", "latin \xfc", ""}, 3, true},
        {{"\x01\x7f\x80\xff"}, 1, true},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        json_t *json = json_object();
        size_t count = 0;
        assert_int_equal(knee_texts_json_set(json, "argv", CASES[i].count, CASES[i].texts), 0);
        assert_int_equal(json_array_size(json_object_get(json, "argv")), CASES[i].count);
        assert_int_equal(json_object_get(json, "argv_hex") != NULL, CASES[i].hex);
        char **read = knee_texts_json_read(json, "argv", NULL, &count);
        assert_non_null(read);
        assert_int_equal(count, CASES[i].count);
        for (size_t k = 0; k < count; k++)
            assert_string_equal(read[k], CASES[i].texts[k]);
        assert_null(read[count]);
        knee_texts_json_release(read);
        json_decref(json);
    }
}

static void lists_are_put_together(void **state)
{
    (void)state;
    static const char *const texts[] = {"a", "b"};
    size_t count = 0;
    json_t *json = json_object();
    assert_int_equal(knee_texts_json_set(json, "options", 2, texts), 0);
    assert_int_equal(knee_texts_json_set(json, "words", 1, texts), 0);
    char **list = knee_texts_json_read(json, "options", NULL, &count);
    list = knee_texts_json_read(json, "words", list, &count);
    list = knee_texts_json_read(json, "none", list, &count);
    assert_non_null(list);
    assert_int_equal(count, 3);
    assert_string_equal(list[1], "b");
    assert_string_equal(list[2], "a");
    assert_null(list[3]);
    knee_texts_json_release(list);
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_comes_back),
        cmocka_unit_test(lists_are_put_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
