/* SPDX-License-Identifier: MIT */
/* --expect-limit and --expect-throughput, on a result and on the command line: exit codes, the
 * printed line, and files that their readers accept. */
#include "tests/support/test.h"

#include "core/base/array.h"
#include "tests/support/made_result.h"
#include "tests/support/shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int make_dir(void **state)
{
    (void)state;
    return made_result_set_up("result r 16 1");
}

static void run_report(struct shell_run *run, const char *arguments)
{
    char command[512];
    snprintf(command, sizeof command, "$KNEE report r -q --no-plots %s", arguments);
    shell_run(run, shell_dir(), command);
}

static void what_is_proven_decides_the_exit_code(void **state)
{
    static const struct {
        const char *arguments;
        int status;
        const char *says; /* is in the message */
    } CASES[] = {
        {"--expect-limit 33..64", 4, "expected 33 to 64\n"},
        {"--expect-limit 4..32", 0, ""},
        {"--expect-limit 16", 0, "knee: lock: the limit is 9 to 16, expected 16: not proven"},
        {"--expect-throughput 1500", 0, ""},
        {"--expect-throughput 1700", 4, "expected at least 1,700/s\n"},
        {"--expect-limit 8..4", 2,
         "knee: --expect-limit 8..4: not a range of limits; write it like 4..8, or 6\n"},
        {"--expect-limit 0", 2, "write it like 4..8, or 6\n"},
        {"--expect-throughput fast", 2,
         "knee: --expect-throughput fast: not a number of items per second; write it like 900\n"},
        {"--openmetrics /nowhere/x", 1, "/nowhere"},
    };
    (void)state;
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct shell_run run;
        run_report(&run, CASES[i].arguments);
        if (run.status != CASES[i].status || !strstr(run.err, CASES[i].says))
            fail_msg("%s: status %d: %.300s", CASES[i].arguments, run.status, run.err);
        shell_run_release(&run);
    }
}

static void an_expectation_is_of_one_workload(void **state)
{
    (void)state;
    struct shell_run run;
    shell_run(&run, shell_dir(), "$KNEE sweep cpu lock --dry-run --expect-limit 2");
    assert_int_equal(run.status, 2);
    assert_string_equal(run.err, "knee: --expect-limit: is for one workload, not 2; name one\n");
    shell_run_release(&run);
}

static void a_junit_report_says_what_failed(void **state)
{
    (void)state;
    struct shell_run run;
    run_report(&run, "--expect-limit 33..64 --junit j.xml");
    assert_int_equal(run.status, 4);
    shell_run_release(&run);
    shell_run(&run, shell_dir(),
              "grep -q 'tests=\"2\" failures=\"1\" errors=\"0\"' j.xml && "
              "grep -q '<failure message=\"the limit is .*, expected 33 to 64\"/>' j.xml && "
              "if command -v xmllint >/dev/null; then xmllint --noout j.xml; "
              "elif command -v python3 >/dev/null; then "
              "python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' j.xml; "
              "fi");
    if (run.status)
        fail_msg("%.300s%.300s", run.out, run.err);
    shell_run_release(&run);
}

static void prometheus_accepts_the_gauges(void **state)
{
    (void)state;
    struct shell_run run;
    run_report(&run, "--openmetrics k.prom");
    assert_int_equal(run.status, 0);
    shell_run_release(&run);
    shell_run(&run, shell_dir(),
              "grep -q '^knee_limit{workload=\"lock\"} [1-9]' k.prom && "
              "[ $(grep -c '^# TYPE .* gauge' k.prom) = $(grep -vc '^#' k.prom) ] && "
              "if command -v promtool >/dev/null; then promtool check metrics <k.prom; fi");
    if (run.status)
        fail_msg("%.300s%.300s", run.out, run.err);
    shell_run_release(&run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_proven_decides_the_exit_code),
        cmocka_unit_test(an_expectation_is_of_one_workload),
        cmocka_unit_test(a_junit_report_says_what_failed),
        cmocka_unit_test(prometheus_accepts_the_gauges),
    };
    return cmocka_run_group_tests(tests, make_dir, shell_dir_tear_down);
}
