/* SPDX-License-Identifier: MIT */
/* --levels: every form is read to the levels that it means, and a wrong one is named and changes
 * nothing. */
#include "tuner/levels/level_list.h"

#include "tests/support/test.h"

#include <stdio.h>
#include <string.h>

#define TEXT_BYTES 2048

static void lists_parse_to_levels_in_order(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected; /* the numbers, then the words */
    } cases[] = {
        {"1", "1"},
        {"1,2,4-8,16", "1 2 4 5 6 7 8 16"},
        {"16,2,2,1-3", "1 2 3 16"},
        {"1-64:x2", "1 2 4 8 16 32 64"},
        {"1-16:+4", "1 5 9 13"},
        {"2-3:+9", "2"},
        {"3-50:x2", "3 6 12 24 48"},
        {"1-100:x10", "1 10 100"},
        {"5-5", "5"},
        {"4096", "4096"},
        {"cores", "c"},
        {"pus,3,2xpus", "3 p 2p"},
        {"007", "7"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_level_list list;
        struct knee_err err = {0};
        char text[TEXT_BYTES] = "";
        if (knee_level_list_parse(cases[i].text, &list, &err))
            fail_msg("%s: %s", cases[i].text, err.message);
        size_t used = 0;
        for (size_t j = 0; j < list.numbers.count; j++)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%u", used ? " " : "",
                                     list.numbers.at[j]);
        snprintf(text + used, sizeof text - used, "%s%s%s", list.cores ? " c" : "",
                 list.pus ? " p" : "", list.twice_pus ? " 2p" : "");
        assert_string_equal(text + (*text == ' '), cases[i].expected);
    }
}

static void wrong_lists_are_refused_and_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "is empty"},
        {"1,,2", "empty part"},
        {"1,", "empty part"},
        {",1", "empty part"},
        {"0", "starts below 1"},
        {"0-4", "starts below 1"},
        {"-3", "\"-3\" is not a level"},
        {"x", "\"x\" is not a level"},
        {"1, 2", "\" 2\" is not a level"},
        {"2.5", "is not a level"},
        {"8-4", "ends before it starts"},
        {"4-", "has no end"},
        {"1-64:x", "factor"},
        {"1-64:x1", "factor"},
        {"1-64:x2z", "is not a level"},
        {"1-64:+0", "has no whole step from 1 on"},
        {"1-64:+", "has no whole step from 1 on"},
        {"4097", "above 4096"},
        {"99999999999999999999999", "above 4096"},
        {"1-99999999999999999999999", "above 4096"},
        {"1-4096", "more than"},
        {"CORES", "is not a level"},
        {"4xpus", "is not a level"},
        {"cores,\n", "is not a level"},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "is not a level"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knee_level_list list = {.numbers.count = 77};
        struct knee_err err = {0};
        if (!knee_level_list_parse(cases[i].text, &list, &err))
            fail_msg("\"%s\" was taken", cases[i].text);
        if (err.code != KNEE_USAGE || !strstr(err.message, cases[i].says) ||
            strncmp(err.message, "--levels: ", 10) || strchr(err.message, '\n'))
            fail_msg("\"%s\": %s", cases[i].text, err.message);
        assert_int_equal(list.numbers.count, 77);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_parse_to_levels_in_order),
        cmocka_unit_test(wrong_lists_are_refused_and_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
