/* SPDX-License-Identifier: MIT */
/* A comparison in words: the headline says which levels its number is of, the rows say theirs. */
#include "reports/compare/comparison_text.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void headline_and_rows_say_which_levels_they_compare(void **state)
{
    (void)state;
    static const struct knee_compare_ratio LESS = {.92, .89, .95}, UNKNOWN = {NAN, NAN, NAN};
    static const struct {
        int moved, full_speed_moved;
        const char *headline;
    } CASES[] = {
        {-1, 0, "net: slower: throughput of all levels together -8.0 % (-11.0 % to -5.0 %)\n"},
        {0, -1, "net: slower: full speed (each at its own limit) -8.0 % (-11.0 % to -5.0 %)\n"},
        {0, 0, "net: slower: at level 4 -8.0 % (-11.0 % to -5.0 %)\n"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_comparison comparison = {
            .title = "net",
            .verdict = KNEE_COMPARE_SLOWER,
            .knee_base = 16,
            .knee_new = 8,
            .knee_moved = true,
            .compare = {.throughput = CASES[i].moved ? LESS : UNKNOWN,
                        .moved = CASES[i].moved,
                        .full_speed = CASES[i].full_speed_moved ? LESS : UNKNOWN,
                        .full_speed_moved = CASES[i].full_speed_moved,
                        .levels = {{4, LESS, 1, -1}},
                        .levels_count = 1}};
        char *text = NULL;
        size_t bytes = 0, head = strlen(CASES[i].headline);
        FILE *out = open_memstream(&text, &bytes);
        knee_comparison_text(&comparison, 1, out);
        fclose(out);
        if (strncmp(text, CASES[i].headline, head) != 0)
            assert_string_equal(text, CASES[i].headline);
        assert_non_null(strstr(text, "\nlimit 16 -> 8, moved\n\n"
                                     "Level by level, the same level in both:\n"
                                     "level  throughput"));
        free(text);
    }
}

/* Of sweeps that have no level with enough windows in common. */
static void a_number_of_the_two_limits_is_named_so(void **state)
{
    (void)state;
    const struct knee_comparison comparison = {
        .title = "net",
        .verdict = KNEE_COMPARE_NOT_ENOUGH_EVIDENCE,
        .compare = {.throughput = {.92, .89, .95}, .of_full_speed = true}};
    static const char HEADLINE[] = "net: not enough evidence: full speed (each at its own limit) ";
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    knee_comparison_text(&comparison, 1, out);
    fclose(out);
    if (strncmp(text, HEADLINE, strlen(HEADLINE)) != 0)
        assert_string_equal(text, HEADLINE);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headline_and_rows_say_which_levels_they_compare),
        cmocka_unit_test(a_number_of_the_two_limits_is_named_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
