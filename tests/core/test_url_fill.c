/* SPDX-License-Identifier: MIT */
/* core/text/url_fill: items in URLs, encoded just as far as they must be. */
#include "core/text/url_fill.h"

#include "tests/support/test.h"

#include <string.h>

static void items_are_encoded_only_as_far_as_a_url_needs(void **state)
{
    static const struct {
        const char *url, *item, *filled;
    } cases[] = {
        {"http://h/{}", "one", "http://h/one"},
        {"http://h/{}/{}", "a", "http://h/a/a"},
        {"http://h/{}", "a b", "http://h/a%20b"},
        {"http://h/{}", "a/b?c=d&e=%20", "http://h/a/b?c=d&e=%20"},
        {"http://h/{}", "\xc3\xa4\"", "http://h/%C3%A4%22"},
        {"{}", "http://h/", "http://h/"},
        {"http://h/", "unused", "http://h/"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char filled[128];
        size_t bytes = knee_url_fill_bytes(cases[i].url, strlen(cases[i].item));
        assert_true(bytes > strlen(cases[i].filled) && bytes <= sizeof filled);
        assert_string_equal(knee_url_fill(cases[i].url, cases[i].item, filled, bytes),
                            cases[i].filled);
    }
}

static void what_does_not_fit_is_cut(void **state)
{
    char filled[8];
    (void)state;
    assert_string_equal(knee_url_fill("http://host/{}", "item", filled, sizeof filled), "http://");
    assert_string_equal(knee_url_fill("a{}", "       ", filled, sizeof filled), "a%20%20");
}

static void users_in_urls_are_seen(void **state)
{
    (void)state;
    assert_true(knee_url_has_user("http://me:word@host/"));
    assert_true(knee_url_has_user("http://me@host"));
    assert_false(knee_url_has_user("http://host/a@b"));
    assert_false(knee_url_has_user("http://host?a@b"));
    assert_false(knee_url_has_user("host"));
    assert_true(knee_url_has_place("a{}") && !knee_url_has_place("a{ }"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_are_encoded_only_as_far_as_a_url_needs),
        cmocka_unit_test(what_does_not_fit_is_cut),
        cmocka_unit_test(users_in_urls_are_seen),
    };
    return cmocka_run_group_tests_name("url_fill", tests, NULL, NULL);
}
