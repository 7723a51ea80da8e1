/* SPDX-License-Identifier: MIT */
/* core/base/library: functions of a library that is loaded when it is needed, or one clear line. */
#include "core/base/library.h"

#include "core/base/array.h"
#include "tests/support/test.h"

#include <string.h>

struct functions {
    double (*cosine)(double);
    double (*power)(double, double);
};

static const struct knee_library_function GOOD[] = {{"cos", offsetof(struct functions, cosine)},
                                                    {"pow", offsetof(struct functions, power)}};
static const struct knee_library_function LACKING[] = {
    {"cos", offsetof(struct functions, cosine)},
    {"knee_no_such_function", offsetof(struct functions, power)}};

static void the_first_file_that_is_there_gives_its_functions(void **state)
{
    (void)state;
    static const char *const files[] = {"libknee-nowhere.so.1", "libm.so.6", NULL};
    const struct knee_library library = {
        .files = files, .functions = GOOD, .functions_count = KNEE_COUNT(GOOD), .advice = "-"};
    struct functions functions = {0};
    struct knee_err err = {0};
    assert_int_equal(knee_library_load(&functions, &library, "test", &err), 0);
    assert_close(functions.cosine(0), 1, 1e-12);
    assert_close(functions.power(2, 10), 1024, 1e-9);
}

static void what_is_not_there_is_said(void **state)
{
    (void)state;
    static const char *const nowhere[] = {"libknee-nowhere.so.1", NULL};
    static const char *const there[] = {"libm.so.6", NULL};
    const struct {
        struct knee_library tried;
        const char *says;
    } CASES[] = {
        {{nowhere, GOOD, KNEE_COUNT(GOOD), "install it"}, "test: libknee-nowhere.so.1"},
        {{there, LACKING, KNEE_COUNT(LACKING), "install it"},
         "test: libm.so.6 lacks knee_no_such_function; install a newer one"},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct functions functions = {0};
        struct knee_err err = {0};
        assert_int_equal(knee_library_load(&functions, &CASES[i].tried, "test", &err), -1);
        assert_int_equal(err.code, KNEE_FAILED);
        assert_non_null(strstr(err.message, CASES[i].says));
        assert_null(strchr(err.message, '\n'));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_file_that_is_there_gives_its_functions),
        cmocka_unit_test(what_is_not_there_is_said),
    };
    return cmocka_run_group_tests_name("library", tests, NULL, NULL);
}
