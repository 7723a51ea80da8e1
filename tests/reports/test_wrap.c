/* SPDX-License-Identifier: MIT */
/* Single lines of the text for people; whole answers are in tests/reports/test_text.c. */
#include "reports/text/text.h"
#include "reports/text/wrap.h"
#include "tests/support/fixture_result.h"
#include "tests/support/swept.h"
#include "tests/support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void expect_text(const struct knee_result *result, const struct knee_text_options *options,
                        const char *part)
{
    char *text = knee_text_result(result, options);
    assert_non_null(text);
    if (!strstr(text, part))
        fail_msg("not %s in %s", part, text);
    free(text);
}

/* The printed command is the one that was measured. */
static void line_to_use_keeps_quotes(void **state)
{
    (void)state;
    static char *const quoted[] = {(char *)"sweep", (char *)"--", (char *)"sh", (char *)"-c",
                                   (char *)"a; b"};
    static char *const shell[] = {(char *)"sweep", (char *)"-q", (char *)"--shell", (char *)"--",
                                  (char *)"a {} | b"};
    static char *const one_run[] = {(char *)"sweep", (char *)"-q", (char *)"--", (char *)"make",
                                    (char *)"-j{n}"};
    static char *const *const argv[] = {quoted, shell, one_run};
    static const char *const wanted[] = {
        ("Use it   seq 100 | parallel -q -n0 -j r/limit sh -c 'a; b'\n"
         "         seq 100 | xargs -d '\\n' -r -P \"$(cat r/limit)\" -I {} sh -c 'a; b'\n"),
        "Use it   knee recommend r --for xargs\n",
        "Use it   make -j2\n         knee recommend r --for sh\n",
    };
    for (int i = 0; i < 3; i++) {
        const struct knee_text_options options = {.dir = "r", .command = swept_command(5, argv[i])};
        struct knee_result result;
        fixture_one(&result, &fixture_cpu)->command = true;
        expect_text(&result, &options, wanted[i]);
        knee_result_release(&result);
    }
}

/* The limit of a service is for a pool of connections, not for a program that starts others. */
static void a_service_gets_a_snippet_that_fits(void **state)
{
    (void)state;
    static const struct {
        const char *target, *line;
    } CASES[] = {
        {"", "         knee recommend r --for xargs\n"},
        {"http", "         knee recommend r --for nginx\n"},
        {"postgres", "         knee recommend r --for pgbouncer\n"},
    };
    const struct knee_text_options options = {.dir = "r"};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct knee_result result;
        struct knee_workload_result *workload = fixture_one(&result, &fixture_net);
        workload->service = CASES[i].target[0] != '\0';
        snprintf(workload->target, sizeof workload->target, "%s", CASES[i].target);
        expect_text(&result, &options, CASES[i].line);
        knee_result_release(&result);
    }
}

static void numbers_in_a_row_break(void **state)
{
    (void)state;
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    knee_wrap_text(out, "", 0,
                   "seq 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 "
                   "34 35 36 37 38");
    fclose(out);
    assert_true(strcspn(text, "\n") <= KNEE_WRAP_WIDTH);
    assert_true(strcspn(text, "\n") > KNEE_WRAP_WIDTH / 2);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_to_use_keeps_quotes),
        cmocka_unit_test(a_service_gets_a_snippet_that_fits),
        cmocka_unit_test(numbers_in_a_row_break),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
