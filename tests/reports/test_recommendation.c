/* SPDX-License-Identifier: MIT */
/* recommendation.env and NAME.limit: files that a shell can source and `parallel -j` can read,
 * whatever the workload is called. */
#include "reports/scripts/recommendation.h"

#include "tests/support/fixture_result.h"
#include "tests/support/test.h"

#include <stdlib.h>
#include <string.h>

static char *env_of(const struct fixture_curve *const *curves, size_t count)
{
    struct knee_result result;
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    assert_non_null(out);
    fixture_result(&result, curves, count);
    knee_recommendation_env(&result, out);
    fclose(out);
    knee_result_release(&result);
    return text;
}

static void lines_are_plain_keys_and_values(void **state)
{
    (void)state;
    static const struct {
        const struct fixture_curve *curves[2];
        size_t count;
        const char *expected;
    } cases[] = {
        {{&fixture_cpu},
         1,
         "KNEE_LIMIT=2\nKNEE_CPU_LIMIT=2\nKNEE_CPU_VERDICT=resolved\nKNEE_CPU_SOURCE=measured\n"},
        {{&fixture_disturbed},
         1,
         "KNEE_LIMIT=2\nKNEE_CPU_LIMIT=2\nKNEE_CPU_VERDICT=disturbed\nKNEE_CPU_SOURCE=rule\n"},
        {{&fixture_cpu, &fixture_io},
         2,
         "KNEE_CPU_LIMIT=2\nKNEE_CPU_VERDICT=resolved\nKNEE_CPU_SOURCE=measured\n"
         "KNEE_IO_LIMIT=32\nKNEE_IO_VERDICT=unresolved\nKNEE_IO_SOURCE=measured\n"},
        {{&fixture_cpu, &fixture_disturbed},
         2,
         "KNEE_CPU_LIMIT=2\nKNEE_CPU_VERDICT=resolved\nKNEE_CPU_SOURCE=measured\n"
         "KNEE_CPU_2_LIMIT=2\nKNEE_CPU_2_VERDICT=disturbed\nKNEE_CPU_2_SOURCE=rule\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = env_of(cases[i].curves, cases[i].count);
        assert_string_equal(text, cases[i].expected);
        free(text);
    }
}

static void any_name_makes_a_name_of_capitals(void **state)
{
    (void)state;
    const struct fixture_curve *curve = &fixture_characters;
    char *text = env_of(&curve, 1);
    for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
        size_t name = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
        assert_int_equal(line[name], '=');
        size_t value = strspn(line + name + 1, "abcdefghijklmnopqrstuvwxyz0123456789");
        assert_int_equal(line[name + 1 + value], '\n');
    }
    free(text);
}

static void a_limit_is_one_integer_and_a_line_feed(void **state)
{
    (void)state;
    struct knee_result result;
    const struct fixture_curve *curve = &fixture_io;
    char text[32] = "";
    FILE *out = fmemopen(text, sizeof text, "w");
    assert_non_null(out);
    fixture_result(&result, &curve, 1);
    knee_recommendation_limit(&result.workloads[0], out);
    fclose(out);
    assert_string_equal(text, "32\n");
    knee_result_release(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_plain_keys_and_values),
        cmocka_unit_test(any_name_makes_a_name_of_capitals),
        cmocka_unit_test(a_limit_is_one_integer_and_a_line_feed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
