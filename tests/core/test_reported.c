/* SPDX-License-Identifier: MIT */
/* core/text/reported: numbers as benchmarks print them, each line from a run of that program. */
#include "tests/support/test.h"

#include "core/base/array.h"
#include "core/text/reported.h"

#include <string.h>

static void numbers_are_found_as_tools_print_them(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        enum knee_reported_unit unit;
        const char *text;
        double value; /* NAN: none */
    } CASES[] = {
        {"Requests/sec: +([0-9.]+)", KNEE_REPORTED_RATE,
         "  1500 requests in 1.10s, 240KB read\nRequests/sec:   4479.33\nTransfer/sec: 1MB\n",
         4479.33},
        {"99% +([0-9.]+[a-z]+)", KNEE_REPORTED_DURATION, "     99%    2.58ms\n", .00258},
        {"tps = ([0-9.]+)", KNEE_REPORTED_RATE, "tps = 10 (old)\ntps = 1234.5 (without)\n", 1234.5},
        {"IOPS=([0-9.]+k?)", KNEE_REPORTED_RATE, "  read: IOPS=12.3k, BW=48.0MiB/s\n", 12300},
        {"([0-9,.]+) requests per second", KNEE_REPORTED_RATE,
         "GET: 61,349.69 requests per second, p50=0.4 msec\n", 61349.69},
        {"events per second: +([0-9.]+)", KNEE_REPORTED_RATE, "events per second:   911.20\n",
         911.2},
        {"p50=([0-9.]+) msec", KNEE_REPORTED_DURATION, "p50=0.407 msec\n", .000407},
        {"rate ([0-9]+)", KNEE_REPORTED_RATE, "nothing here\n", NAN},
        {"rate (.*)", KNEE_REPORTED_RATE, "rate soon\n", NAN},
        {"x*([0-9]*)", KNEE_REPORTED_RATE, "abc\n", NAN},
        {"json:jobs.0.read.iops", KNEE_REPORTED_RATE,
         "fio: note\n{\"jobs\": [{\"read\": {\"iops\": 250.5}}]}\n", 250.5},
        {"json:jobs.0.clat_ms.99.000000", KNEE_REPORTED_DURATION,
         "{\"jobs\": [{\"clat_ms\": {\"99.000000\": 7}}]}", .007},
        {"json:lat", KNEE_REPORTED_DURATION, "{\"lat\": \"3 us\"}", 3e-6},
        {"json:lat", KNEE_REPORTED_DURATION, "{\"lat\": 3}{\"lat\": 4}", .004},
        {"json:lat", KNEE_REPORTED_DURATION, "{\"lat\": {}} { broken", NAN},
        /* As jq writes a path. */
        {"json:.rate", KNEE_REPORTED_RATE, "{\"rate\": 12.5}", 12.5},
        {"json:.jobs[1].iops", KNEE_REPORTED_RATE, "{\"jobs\": [{}, {\"iops\": 7}]}", 7},
        {"json:jobs[1][0]", KNEE_REPORTED_RATE, "{\"jobs\": [3, [4]]}", 4},
        {"json:.jobs.[1]", KNEE_REPORTED_RATE, "{\"jobs\": [3, 4]}", 4},
        {"json:.ms[\"99.0\"]", KNEE_REPORTED_DURATION, "{\"ms\": {\"99.0\": 7}}", .007},
        {"json:.\"all of it\".ms", KNEE_REPORTED_DURATION, "{\"all of it\": {\"ms\": 7}}", .007},
        /* Names that look like it. */
        {"json:.rate", KNEE_REPORTED_RATE, "{\"rate\": 1, \".rate\": 2}", 2},
        {"json:p[99]", KNEE_REPORTED_RATE, "{\"p\": [], \"p[99]\": 2}", 2},
        /* Neither of the two: not the first element. */
        {"json:jobs.read", KNEE_REPORTED_RATE, "{\"jobs\": [5]}", NAN},
        {"json:.jobs[].iops", KNEE_REPORTED_RATE, "{\"jobs\": [{\"iops\": 7}]}", NAN},
        {"json:.jobs[0", KNEE_REPORTED_RATE, "{\"jobs\": [7]}", NAN},
        {"json:.\"jobs", KNEE_REPORTED_RATE, "{\"jobs\": 7}", NAN},
        {"json:.jobs[\"0]", KNEE_REPORTED_RATE, "{\"jobs\": {\"0\": 7}}", NAN},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_reported *reported = NULL;
        double value = NAN;
        assert_int_equal(
            knee_reported_open(&reported, "--rate", CASES[i].spec, CASES[i].unit, NULL), 0);
        int found = knee_reported_find(reported, CASES[i].text, &value);
        if (found != (isnan(CASES[i].value) ? -1 : 0))
            fail_msg("%s in %s: %d", CASES[i].spec, CASES[i].text, found);
        if (!found)
            assert_close(value, CASES[i].value, 1e-12);
        knee_reported_close(reported);
    }
}

static void what_is_neither_is_a_usage_error(void **state)
{
    (void)state;
    static const char *const SPECS[] = {"no group", "(a)(b)", "(unclosed",
                                        "json:",    "json:.", "(x{255}{255}{255}{255})"};
    for (size_t i = 0; i < KNEE_COUNT(SPECS); i++) {
        struct knee_reported *reported = NULL;
        struct knee_err err = {0};
        assert_int_equal(
            knee_reported_open(&reported, "--rate", SPECS[i], KNEE_REPORTED_RATE, &err), -1);
        assert_int_equal(err.code, KNEE_USAGE);
        assert_memory_equal(err.message, "--rate: ", 8);
        assert_null(reported);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_found_as_tools_print_them),
        cmocka_unit_test(what_is_neither_is_a_usage_error),
    };
    return cmocka_run_group_tests_name("reported", tests, NULL, NULL);
}
