/* SPDX-License-Identifier: MIT */
/* The answer for people: its width, its colours, what it names, and a write that fails. */
#include "reports/text/text.h"

#include "core/base/array.h"
#include "reports/text/wrap.h"
#include "tests/support/fixture_result.h"
#include "tests/support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *text_of(const struct fixture_curve *const *curves, size_t count, const char *dir,
                     bool color)
{
    struct knee_result result;
    struct knee_text_options options = {.dir = dir, .color = color};
    fixture_result(&result, curves, count);
    char *text = knee_text_result(&result, &options);
    assert_non_null(text);
    knee_result_release(&result);
    return text;
}

/* "resolved at 10 %" is wider than the column of the verdicts. */
static void a_wide_verdict_has_a_line_of_its_own(void **state)
{
    (void)state;
    const struct fixture_curve *const curves[] = {&fixture_cpu, &fixture_io};
    struct knee_text_options options = {.dir = "results/latest"};
    struct knee_result result;
    fixture_result(&result, curves, 2);
    struct knee_decision *decision = &result.workloads[1].decision;
    decision->uses_coarser = true;
    decision->tolerance_resolved_ratio = .1;
    decision->limit = decision->limit_resolved = 22;
    char *text = knee_text_result(&result, &options);
    assert_non_null(text);
    assert_non_null(strstr(text, "io   resolved at 10 %\n                 Within 10 %"));
    free(text);
    knee_result_release(&result);
}

static void no_line_is_wider_than_the_terminal(void **state)
{
    (void)state;
    const struct fixture_curve *const all[] = {
        &fixture_cpu,       &fixture_io,     &fixture_net,       &fixture_collapse,
        &fixture_disturbed, &fixture_single, &fixture_characters};
    for (size_t i = 0; i <= 7; i++) {
        char *text = i == 7 ? text_of(all, 7, NULL, false) : text_of(&all[i], 1, NULL, false);
        for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
            size_t columns = 0;
            for (const char *c = line; *c != '\n'; c++)
                columns += ((unsigned char)*c & 0xC0) != 0x80;
            if (columns > KNEE_WRAP_WIDTH)
                fail_msg("%zu columns: %.*s", columns, (int)strcspn(line, "\n"), line);
            assert_true(columns == 0 || line[strcspn(line, "\n") - 1] != ' ');
        }
        free(text);
    }
}

static void colour_is_for_verdicts_and_only_on_demand(void **state)
{
    (void)state;
    const struct fixture_curve *const curves[] = {&fixture_cpu, &fixture_io};
    char *plain = text_of(curves, 2, NULL, false), *colored = text_of(curves, 2, NULL, true);
    assert_null(strchr(plain, '\033'));
    assert_non_null(strstr(colored, "\033[32mresolved\033[0m"));
    assert_non_null(strstr(colored, "\033[33mUNRESOLVED\033[0m"));
    free(plain);
    free(colored);
    FILE *file = tmpfile();
    assert_false(knee_text_color(file));
    fclose(file);
}

/* For -q: a line for each workload, with nothing but its answer. */
static void answers_alone_are_a_line_each(void **state)
{
    (void)state;
    const struct fixture_curve *const curves[] = {&fixture_cpu, &fixture_io, &fixture_disturbed};
    struct knee_result result;
    fixture_result(&result, curves, 3);
    result.workloads[2].slo = KNEE_SLO_STATE_UNMET;
    char *text = knee_text_answers(&result);
    assert_non_null(text);
    assert_string_equal(text, "USE 2   cpu (1 ms)   resolved\n"
                              "USE 32   io (4 KiB, direct)   unresolved: between 16 and 32; run 32 "
                              "at once until it is known\n"
                              "NO LIMIT   cpu (1 ms)   SLO not met: no level that was measured "
                              "meets \n");
    free(text);
    knee_result_release(&result);
}

/* The line of levels is a table, too: 1 is within 60 %. */
static void an_overview_names_smaller_levels(void **state)
{
    (void)state;
    const struct fixture_curve *const curves[] = {&fixture_io, &fixture_cpu};
    struct knee_text_options options = {.dir = "results/latest"};
    struct knee_result result;
    fixture_result(&result, curves, 2);
    result.workloads[1].decision.tolerance_ratio = .6;
    char *text = knee_text_result(&result, &options);
    assert_non_null(text);
    assert_non_null(strstr(text, "1 is within 60 % of the best by its mean, too, but 2 is"));
    free(text);
    knee_result_release(&result);
}

/* Windows that were left out are not all disturbed: they are named by what they were. */
static void windows_left_out_are_named(void **state)
{
    (void)state;
    static const struct {
        uint32_t reasons;
        bool failed; /* every item */
        const char *says;
    } CASES[] = {
        {KNEE_WINDOW_STEAL, false, "32 windows; 5 disturbed and left out.\n"},
        {KNEE_WINDOW_EMPTY, false,
         "32 windows; 5 left out: no item ended in 3, this machine's host took\nCPU time in 2.\n"},
        {KNEE_WINDOW_ERRORS | KNEE_WINDOW_FOREIGN, true,
         "32 windows; 5 left out: every item failed in 3, this machine's host\ntook CPU time in 2; "
         "117,"},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        const struct fixture_curve *const curves[] = {&fixture_cpu, &fixture_cpu};
        struct knee_text_options options = {.dir = "results/latest"};
        struct knee_result result;
        fixture_result(&result, curves, 2);
        for (size_t w = 0; w < result.workloads[1].windows_count; w++) {
            struct knee_window *window = &result.workloads[1].windows[w];
            if (window->level != 16)
                continue;
            window->valid = false;
            window->reasons = CASES[i].reasons;
            window->failed_items = CASES[i].failed ? 39000 : 0;
            window->items = CASES[i].failed ? 0 : window->items;
        }
        char *text = knee_text_result(&result, &options);
        assert_non_null(text);
        char *line = strstr(text, "32 windows; ");
        assert_non_null(line);
        line[strlen(CASES[i].says)] = '\0';
        assert_string_equal(line, CASES[i].says);
        free(text);
        knee_result_release(&result);
    }
}

static void without_a_directory_none_is_named(void **state)
{
    (void)state;
    const struct fixture_curve *curve = &fixture_cpu;
    char *text = text_of(&curve, 1, NULL, false);
    assert_null(strstr(text, "results/"));
    free(text);
}

static void a_write_that_fails_is_told(void **state)
{
    (void)state;
    struct knee_err err = {0};
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    assert_int_equal(knee_text_write(full, "text", &err), -1);
    fclose(full);
    assert_non_null(strstr(err.message, "standard output: No space left on device; "));
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    signal(SIGPIPE, SIG_IGN);
    FILE *gone = fdopen(ends[1], "w");
    assert_int_equal(knee_text_write(gone, "text", &err), -1);
    fclose(gone);
    assert_non_null(strstr(err.message, "standard output: Broken pipe; "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wide_verdict_has_a_line_of_its_own),
        cmocka_unit_test(no_line_is_wider_than_the_terminal),
        cmocka_unit_test(colour_is_for_verdicts_and_only_on_demand),
        cmocka_unit_test(answers_alone_are_a_line_each),
        cmocka_unit_test(an_overview_names_smaller_levels),
        cmocka_unit_test(windows_left_out_are_named),
        cmocka_unit_test(without_a_directory_none_is_named),
        cmocka_unit_test(a_write_that_fails_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
