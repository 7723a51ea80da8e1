/* SPDX-License-Identifier: MIT */
/* core/text/parse: numbers are read the same in every locale, and refused with what to write. */
#include "tests/support/test.h"

#include "core/base/random.h"
#include "core/text/parse.h"
#include "core/text/units.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define HOUR_NS 3600000000000ULL

static void whole_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t value;
        const char *error; /* NULL: none */
    } CASES[] = {
        {"1", 1, NULL},
        {"007", 7, NULL},
        {"4096", 4096, NULL},
        {"0", 0, "--n: 0 is out of range; it goes from 1 to 4096"},
        {"4097", 0, "--n: 4097 is out of range; it goes from 1 to 4096"},
        {"99999999999999999999", 0,
         "--n: 99999999999999999999 is out of range; it goes from 1 to 4096"},
        {"", 0, "--n: \"\" is not a whole number; write one like 16"},
        {"-1", 0, "--n: \"-1\" is not a whole number; write one like 16"},
        {"+1", 0, "--n: \"+1\" is not a whole number; write one like 16"},
        {" 1", 0, "--n: \" 1\" is not a whole number; write one like 16"},
        {"1.5", 0, "--n: \"1.5\" is not a whole number; write one like 16"},
        {"0x10", 0, "--n: \"0x10\" is not a whole number; write one like 16"},
        {"12a", 0, "--n: \"12a\" is not a whole number; write one like 16"},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct knee_err err = {0};
        uint64_t value = 42;
        int status = knee_parse_uint("--n", CASES[i].text, 1, 4096, &value, &err);
        assert_int_equal(status, CASES[i].error ? -1 : 0);
        assert_int_equal(value, CASES[i].error ? 42 : CASES[i].value);
        assert_string_equal(err.message, CASES[i].error ? CASES[i].error : "");
        assert_int_equal(err.code, CASES[i].error ? KNEE_USAGE : KNEE_OK);
    }
}

static void doubles(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
        const char *error;
    } CASES[] = {
        {"1", 1, NULL},
        {".5", .5, NULL},
        {"5.", 5, NULL},
        {"1e2", 100, NULL},
        {"1E-2", .01, NULL},
        {"-3", -3, NULL},
        {"0.1", .1, NULL},
        {"101", 0, "x: 101 is out of range; it goes from -10 to 100"},
        {"-11", 0, "x: -11 is out of range; it goes from -10 to 100"},
        {"", 0, "x: \"\" is not a number; write one like 1.5"},
        {".", 0, "x: \".\" is not a number; write one like 1.5"},
        {"1e", 0, "x: \"1e\" is not a number; write one like 1.5"},
        {"1,5", 0, "x: \"1,5\" is not a number; write one like 1.5"},
        {"nan", 0, "x: \"nan\" is not a number; write one like 1.5"},
        {"inf", 0, "x: \"inf\" is not a number; write one like 1.5"},
        {"1e999", 0, "x: \"1e999\" is not a number; write one like 1.5"},
        {"--3", 0, "x: \"--3\" is not a number; write one like 1.5"},
        {"0x1p3", 0, "x: \"0x1p3\" is not a number; write one like 1.5"},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct knee_err err = {0};
        double value = 42;
        int status = knee_parse_double("x", CASES[i].text, -10, 100, &value, &err);
        assert_int_equal(status, CASES[i].error ? -1 : 0);
        assert_close(value, CASES[i].error ? 42 : CASES[i].value, 0);
        assert_string_equal(err.message, CASES[i].error ? CASES[i].error : "");
    }
}

static void durations(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t ns;
        const char *error;
    } CASES[] = {
        {"500ns", 500, NULL},
        {"1us", 1000, NULL},
        {"1.5ms", 1500000, NULL},
        {"60s", 60000000000, NULL},
        {"2m", 120000000000, NULL},
        {"1h", HOUR_NS, NULL},
        {"1m30s", 90000000000, NULL},
        {"1m0.5s", 60500000000, NULL},
        {"30s1m", 0, "--budget: \"30s1m\" has an unknown unit; write one of ns us ms s m h"},
        {"1m-30s", 0, "--budget: \"1m-30s\" has an unknown unit; write one of ns us ms s m h"},
        {"60", 0, "--budget: \"60\" has no unit; write 60s (ns us ms s m h)"},
        {"60sec", 0, "--budget: \"60sec\" has an unknown unit; write one of ns us ms s m h"},
        {"60S", 0, "--budget: \"60S\" has an unknown unit; write one of ns us ms s m h"},
        {"60 s", 0, "--budget: \"60 s\" has an unknown unit; write one of ns us ms s m h"},
        {"s", 0, "--budget: \"s\" is not a time; write one like 60s (ns us ms s m h)"},
        {"", 0, "--budget: \"\" is not a time; write one like 60s (ns us ms s m h)"},
        {"-1s", 0, "--budget: \"-1s\" is not a time; write one like 60s (ns us ms s m h)"},
        {"2h", 0, "--budget: 2h is out of range; it goes from 500ns to 1h"},
        {"0", 0, "--budget: 0 is out of range; it goes from 500ns to 1h"},
        {"1e300h", 0, "--budget: 1e300h is out of range; it goes from 500ns to 1h"},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct knee_err err = {0};
        uint64_t ns = 42;
        int status = knee_parse_duration("--budget", CASES[i].text, 500, HOUR_NS, &ns, &err);
        assert_int_equal(status, CASES[i].error ? -1 : 0);
        assert_int_equal(ns, CASES[i].error ? 42 : CASES[i].ns);
        assert_string_equal(err.message, CASES[i].error ? CASES[i].error : "");
    }
}

static void sizes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t bytes;
        const char *error;
    } CASES[] = {
        {"512", 512, NULL},
        {"4K", 4096, NULL},
        {"1.5M", 1572864, NULL},
        {"1G", 1073741824, NULL},
        {"4k", 0, "block: \"4k\" is not a size; write one like 4K (K M G, or bytes)"},
        {"4KiB", 0, "block: \"4KiB\" is not a size; write one like 4K (K M G, or bytes)"},
        {"", 0, "block: \"\" is not a size; write one like 4K (K M G, or bytes)"},
        {"511", 0, "block: 511 is out of range; it goes from 512 to 1G"},
        {"2G", 0, "block: 2G is out of range; it goes from 512 to 1G"},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct knee_err err = {0};
        uint64_t bytes = 42;
        int status = knee_parse_size("block", CASES[i].text, 512, 1 << 30, &bytes, &err);
        assert_int_equal(status, CASES[i].error ? -1 : 0);
        assert_int_equal(bytes, CASES[i].error ? 42 : CASES[i].bytes);
        assert_string_equal(err.message, CASES[i].error ? CASES[i].error : "");
    }
}

static void ratios(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double ratio;
        const char *error;
    } CASES[] = {
        {"2%", .02, NULL},
        {"0.02", .02, NULL},
        {"0.5%", .005, NULL},
        {"50%", .5, NULL},
        {"2", 0, "--tolerance: 2 is out of range; did you mean 2%? It goes from 0.1% to 50%"},
        {"60%", 0, "--tolerance: 60% is out of range; it goes from 0.1% to 50%"},
        {"0", 0, "--tolerance: 0 is out of range; it goes from 0.1% to 50%"},
        {"2 %", 0, "--tolerance: \"2 %\" is not a ratio; write one like 2% or 0.02"},
        {"%", 0, "--tolerance: \"%\" is not a ratio; write one like 2% or 0.02"},
        {"2%%", 0, "--tolerance: \"2%%\" is not a ratio; write one like 2% or 0.02"},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct knee_err err = {0};
        double ratio = 42;
        int status = knee_parse_ratio("--tolerance", CASES[i].text, .001, .5, &ratio, &err);
        assert_int_equal(status, CASES[i].error ? -1 : 0);
        assert_close(ratio, CASES[i].error ? 42 : CASES[i].ratio, 1e-15);
        assert_string_equal(err.message, CASES[i].error ? CASES[i].error : "");
    }
}

static void ratio_at_a_bound_is_inside(void **state)
{
    (void)state;
    struct knee_err err = {0};
    double ratio = 42;
    assert_int_equal(knee_parse_ratio("--confidence", "99.9%", .5, .999, &ratio, &err), 0);
    assert_true(ratio == .999);
    assert_int_equal(knee_parse_ratio("--confidence", "99.91%", .5, .999, &ratio, &err), -1);
}

static void words(void **state)
{
    (void)state;
    static const char WORDS[] = "none|core|pu";
    struct knee_err err = {0};
    uint32_t index = 42;
    assert_int_equal(knee_parse_word("--pin", "none", WORDS, &index, &err), 0);
    assert_int_equal(index, 0);
    assert_int_equal(knee_parse_word("--pin", "pu", WORDS, &index, &err), 0);
    assert_int_equal(index, 2);
    static const char *const WRONG[] = {"", "cor", "cores", "none|core", "PU"};
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        assert_int_equal(knee_parse_word("--pin", WRONG[i], WORDS, &index, &err), -1);
        assert_int_equal(index, 2);
    }
    assert_string_equal(err.message, "--pin: \"PU\" is unknown; write one of none|core|pu");
}

static void any_locale_reads_the_same(void **state)
{
    (void)state;
    /* If none of these is installed, the test still checks the standard locale. */
    static const char *const LOCALES[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"};
    for (size_t i = 0; i < COUNT(LOCALES) && !setlocale(LC_ALL, LOCALES[i]); i++)
        ;
    double value = 0;
    int status = knee_parse_double("x", "1.5", 0, 9, &value, NULL);
    setlocale(LC_ALL, "C");
    assert_int_equal(status, 0);
    assert_close(value, 1.5, 0);
}

static void parameters_read_back_as_written(void **state)
{
    (void)state;
    static const struct {
        struct knee_parameter parameter;
        double value;
        const char *written, *title;
    } CASES[] = {
        {{.name = "work", .unit = KNEE_PARAMETER_TIME, .max = 1e12}, 1e6, "1ms", "1 ms"},
        {{.name = "work", .unit = KNEE_PARAMETER_TIME, .max = 1e12}, 1.5e6, "1500us", "1.5 ms"},
        {{.name = "work", .unit = KNEE_PARAMETER_TIME, .max = 1e12}, 90e9, "90s", "1.5 min"},
        {{.name = "size", .unit = KNEE_PARAMETER_SIZE, .max = 1e12}, 4096, "4K", "4 KiB"},
        {{.name = "size", .unit = KNEE_PARAMETER_SIZE, .max = 1e12}, 1000, "1000", "1000 B"},
        {{.name = "size", .unit = KNEE_PARAMETER_SIZE, .max = 1e12}, 0, "0", "0"},
        {{.name = "errors", .unit = KNEE_PARAMETER_RATIO, .max = 1}, .02, "2%", "2 %"},
        {{.name = "pool", .unit = KNEE_PARAMETER_NUMBER, .max = 1e6}, 16, "16", "16"},
        {{.name = "spread", .unit = KNEE_PARAMETER_NUMBER, .max = 9}, .25, "0.25", "0.25"},
        {{.name = "pattern", .unit = KNEE_PARAMETER_WORD, .words = "random|sequential"},
         1,
         "sequential",
         "sequential"},
        {{.name = "pattern", .unit = KNEE_PARAMETER_WORD, .words = "random|sequential"},
         0,
         "random",
         "random"},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        char text[KNEE_UNITS_BYTES];
        double value = 42;
        const struct knee_parameter *parameter = &CASES[i].parameter;
        knee_units_parameter(parameter, CASES[i].value, text, sizeof text);
        assert_string_equal(text, CASES[i].written);
        assert_int_equal(knee_parse_parameter(parameter, text, &value, NULL), 0);
        assert_close(value, CASES[i].value, 1e-15);
        knee_units_parameter_title(parameter, CASES[i].value, text, sizeof text);
        assert_string_equal(text, CASES[i].title);
    }
}

/* Numbers of few digits do not go through strtod(), and must not differ from it by a bit. */
static void short_numbers_are_rounded_as_strtod_rounds(void **state)
{
    (void)state;
    struct knee_random random = knee_random_seed(5, 0);
    for (int i = 0; i < 20000; i++) {
        char text[64];
        double value, magnitude = pow(10, 30 * knee_random_uniform(&random) - 12);
        int digits = 1 + (int)(17 * knee_random_uniform(&random));
        snprintf(text, sizeof text, i % 2 ? "%.*g" : "%.*f", digits,
                 magnitude * knee_random_uniform(&random));
        assert_int_equal(knee_parse_double("", text, 0, 1e300, &value, NULL), 0);
        if (value != strtod(text, NULL))
            fail_msg("%s is read as %.17g", text, value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(doubles),
        cmocka_unit_test(short_numbers_are_rounded_as_strtod_rounds),
        cmocka_unit_test(durations),
        cmocka_unit_test(sizes),
        cmocka_unit_test(ratios),
        cmocka_unit_test(ratio_at_a_bound_is_inside),
        cmocka_unit_test(words),
        cmocka_unit_test(any_locale_reads_the_same),
        cmocka_unit_test(parameters_read_back_as_written),
    };
    return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
