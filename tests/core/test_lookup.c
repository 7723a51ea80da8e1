/* SPDX-License-Identifier: MIT */
/* A word among a table's names: found, or the error says what may have been meant. */
#include "core/text/lookup.h"

#include "tests/support/test.h"

static struct knee_lookup some_names(void)
{
    struct knee_lookup lookup = {0};
    knee_lookup_add(&lookup, "throughput");
    knee_lookup_add(&lookup, "efficiency");
    knee_lookup_add(&lookup, "power");
    return lookup;
}

static void a_name_is_found_by_its_place(void **state)
{
    (void)state;
    struct knee_lookup lookup = some_names();
    assert_int_equal(knee_lookup_find(&lookup, "efficiency"), 1);
    assert_int_equal(knee_lookup_find(&lookup, "effic"), -1);
    assert_int_equal(knee_lookup_find(&(struct knee_lookup){0}, "power"), -1);
}

static void a_near_miss_is_suggested(void **state)
{
    (void)state;
    struct knee_lookup lookup = some_names();
    struct knee_err err;
    assert_int_equal(
        knee_lookup_unknown(&lookup, "powr", "--objective powr: unknown", "--", "see --help", &err),
        -1);
    assert_int_equal(err.code, KNEE_USAGE);
    assert_string_equal(err.message, "--objective powr: unknown; did you mean --power?");
    knee_lookup_unknown(&lookup, "xyz", "xyz: unknown", "", "see --help", &err);
    assert_string_equal(err.message, "xyz: unknown; see --help");
}

static void names_are_joined_and_cut_to_the_room(void **state)
{
    (void)state;
    struct knee_lookup lookup = some_names();
    char text[64], small[14];
    assert_string_equal(knee_lookup_join(&lookup, ", ", text, sizeof text),
                        "throughput, efficiency, power");
    assert_string_equal(knee_lookup_join(&lookup, " ", small, sizeof small), "throughput ef");
}

static void more_names_than_fit_are_left_out(void **state)
{
    (void)state;
    struct knee_lookup lookup = {0};
    for (int i = 0; i < KNEE_LOOKUP_MAX + 10; i++)
        knee_lookup_add(&lookup, "name");
    assert_int_equal(lookup.count, KNEE_LOOKUP_MAX);
    assert_null(lookup.names[lookup.count]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_found_by_its_place),
        cmocka_unit_test(a_near_miss_is_suggested),
        cmocka_unit_test(names_are_joined_and_cut_to_the_room),
        cmocka_unit_test(more_names_than_fit_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
