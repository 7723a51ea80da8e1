/* SPDX-License-Identifier: MIT */
/* Every placeholder is found wherever it is in a word, and nothing that only looks like one. */
#include "core/text/placeholders.h"

#include "core/base/array.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void every_placeholder_is_found(void **state)
{
    static const struct {
        const char *text;
        uint32_t found;
    } CASES[] = {
        {"{}", KNEE_PLACEHOLDER_ITEM},
        {"-o{out}", KNEE_PLACEHOLDER_OUT},
        {"a{#}b{%}c{n}", KNEE_PLACEHOLDER_NUMBER | KNEE_PLACEHOLDER_SLOT | KNEE_PLACEHOLDER_LEVEL},
        {"{{}}", KNEE_PLACEHOLDER_ITEM},
        {"{}{}", KNEE_PLACEHOLDER_ITEM},
        {"", 0},
        {"{", 0},
        {"{o", 0},
        {"{ }", 0},
        {"n}", 0},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++)
        assert_int_equal(knee_placeholders_in(CASES[i].text), CASES[i].found);
}

/* The answers are GNU parallel's, which the next test asks itself if it is there. */
static const struct {
    const char *item, *stem, *base, *folder, *base_stem;
} PARTS[] = {
    {"a/b/c.txt", "a/b/c", "c.txt", "a/b", "c"},
    {"c.txt", "c", "c.txt", ".", "c"},
    {"/c.tar.gz", "/c.tar", "c.tar.gz", "/", "c.tar"},
    {"a.d/c", "a.d/c", "c", "a.d", "c"},
    {"a.d/c.", "a.d/c", "c.", "a.d", "c"},
    {"plain", "plain", "plain", ".", "plain"},
    {"../up.c", "../up", "up.c", "..", "up"},
    {"a b/it's.x y", "a b/it's", "it's.x y", "a b", "it's"},
};

static void check_part(const char *item, enum knee_placeholder which, const char *expected)
{
    size_t bytes;
    const char *part = knee_placeholder_part(item, which, &bytes);
    if (strlen(expected) != bytes || strncmp(part, expected, bytes) != 0)
        fail_msg("%s: '%.*s', not '%s'", item, (int)bytes, part, expected);
}

static void parts_of_an_item_are_those_of_parallel(void **state)
{
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(PARTS); i++) {
        check_part(PARTS[i].item, KNEE_PLACEHOLDER_STEM, PARTS[i].stem);
        check_part(PARTS[i].item, KNEE_PLACEHOLDER_BASE, PARTS[i].base);
        check_part(PARTS[i].item, KNEE_PLACEHOLDER_FOLDER, PARTS[i].folder);
        check_part(PARTS[i].item, KNEE_PLACEHOLDER_BASE_STEM, PARTS[i].base_stem);
    }
}

static void parallel_agrees(void **state)
{
    (void)state;
    if (system("command -v parallel >/dev/null 2>&1") != 0)
        skip();
    FILE *parallel = popen("parallel -k -j1 -q printf '%s|%s|%s|%s\\n' {.} {/} {//} {/.} ::: "
                           "a/b/c.txt c.txt /c.tar.gz a.d/c a.d/c. plain ../up.c \"a b/it's.x y\"",
                           "r");
    assert_non_null(parallel);
    for (size_t i = 0; i < KNEE_COUNT(PARTS); i++) {
        char line[256], expected[256];
        assert_non_null(fgets(line, sizeof line, parallel));
        snprintf(expected, sizeof expected, "%s|%s|%s|%s\n", PARTS[i].stem, PARTS[i].base,
                 PARTS[i].folder, PARTS[i].base_stem);
        assert_string_equal(line, expected);
    }
    assert_int_equal(pclose(parallel), 0);
}

static void only_what_looks_like_a_placeholder_is_unknown(void **state)
{
    static const struct {
        const char *text, *unknown;
    } CASES[] = {
        {"x{foo}y", "{foo}"},
        {"{+/}", "{+/}"},
        {"{#.}", "{#.}"},
        {"{item2}", "{item2}"},
        {"{}{/}{//}{/.}{.}", ""},
        {"${HOME}", ""},
        {"a{2}", ""},
        {"a{1,3}", ""},
        {"{print $1}", ""},
        {"{\"a\":1}", ""},
        {"{1..9}", ""},
        {"{copy}{out}{n}{#}{%}", ""},
        {"{", ""},
        {"{ }", ""},
        {"{{foo}", "{foo}"},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        size_t bytes = 0;
        const char *at = knee_placeholder_unknown(CASES[i].text, &bytes);
        if (bytes != strlen(CASES[i].unknown) || (at && strncmp(at, CASES[i].unknown, bytes) != 0))
            fail_msg("%s: %.*s", CASES[i].text, (int)bytes, at ? at : "");
    }
}

static void a_placeholder_knows_its_length(void **state)
{
    (void)state;
    assert_int_equal(knee_placeholder_at("{}x")->bytes, 2);
    assert_int_equal(knee_placeholder_at("{out}")->bytes, 5);
    assert_int_equal(knee_placeholder_at("{n}")->which, KNEE_PLACEHOLDER_LEVEL);
    assert_null(knee_placeholder_at("x{}"));
    assert_null(knee_placeholder_at(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_placeholder_is_found),
        cmocka_unit_test(parts_of_an_item_are_those_of_parallel),
        cmocka_unit_test(parallel_agrees),
        cmocka_unit_test(only_what_looks_like_a_placeholder_is_unknown),
        cmocka_unit_test(a_placeholder_knows_its_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
