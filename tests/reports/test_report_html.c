/* SPDX-License-Identifier: MIT */
/* report.html: one file, nothing from outside taken for markup, and as browsers show it. */
#include "reports/html/report_html.h"

#include "reports/html/html.h"
#include "reports/writers.h"
#include "tests/support/fixture_result.h"
#include "tests/support/shell.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HOSTILE "<script>alert(1)</script>\"' onload=x &amp; \x01\xFF"

static const struct fixture_curve *const ALL[] = {
    &fixture_cpu,       &fixture_io,     &fixture_net,       &fixture_collapse,
    &fixture_disturbed, &fixture_single, &fixture_characters};
#define ALL_COUNT (sizeof ALL / sizeof ALL[0])

static char *page_of(const struct knee_result *result)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    assert_non_null(out);
    knee_report_html(result, NULL, out);
    fclose(out);
    char *copy = strdup(text); /* gcc 12 takes the stream's own for a dangling pointer */
    free(text);
    assert_non_null(copy);
    return copy;
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        count++;
    return count;
}

static void any_text_is_escaped(void **state)
{
    (void)state;
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    assert_non_null(out);
    knee_html_text(out, "<b>\"&'\x01\xFF</b>");
    knee_html_element(out, "p", "c", "");
    knee_html_element(out, "p", "c", "a<b");
    fclose(out);
    assert_string_equal(text, "&lt;b&gt;&quot;&amp;&#39;?\xEF\xBF\xBD&lt;/b&gt;"
                              "<p class=\"c\">a&lt;b</p>\n");
    free(text);
}

static void the_page_is_one_file_with_its_parts(void **state)
{
    (void)state;
    static const char *const SAYS[] = {
        "<!DOCTYPE html>",
        "<html lang=\"en\">",
        "prefers-color-scheme: dark",
        "@media print",
        "<p class=\"use\">USE 2</p>",
        "change 16 -&gt; 2",
        "role=\"img\" aria-label=\"Chart of throughput",
        "What if I choose another number?",
        "40,000 items",
        "What limits it?",
        "at 8: 25 % computing, 75 % waiting for a CPU, 0 % other waiting",
        "Can I believe it?",
        "15 used, 1 rejected: foreign+steal",
        "Contention for the CPUs: <span class=\"seen\">seen",
        "High memory: <span class=\"fine\">not seen",
        "None of ",
        "<pre>knee sweep --seed 1</pre>",
        "href=\"levels.csv\"",
    };
    static const char *const SAYS_NOT[] = {"<script", "http:", "https:", "src=",  "@import",
                                           "url(",    "nan",   "inf<",   "(null)"};
    const struct fixture_curve *curve = &fixture_cpu;
    struct knee_result result;
    fixture_result(&result, &curve, 1);
    char *page = page_of(&result);
    for (size_t i = 0; i < sizeof SAYS / sizeof SAYS[0]; i++)
        if (!strstr(page, SAYS[i]))
            fail_msg("not said: %s", SAYS[i]);
    for (size_t i = 0; i < sizeof SAYS_NOT / sizeof SAYS_NOT[0]; i++)
        if (strstr(page, SAYS_NOT[i]))
            fail_msg("said: %s", SAYS_NOT[i]);
    free(page);
    knee_result_release(&result);
}

/* Waits that cannot be separated are not named, and a rule of thumb that was not tried has no mark.
 */
static void what_is_not_known_is_not_drawn(void **state)
{
    (void)state;
    struct knee_result result;
    struct knee_workload_result *workload = fixture_one(&result, &fixture_cpu);
    for (size_t i = 0; i < workload->levels_count; i++)
        workload->levels[i].runqueue_wait_per_item_s = NAN;
    workload->decision.rule_of_thumb = 77;
    workload->current = 99;
    char *page = page_of(&result);
    assert_non_null(strstr(page, "</i>waiting, for a CPU or anything else</span>"));
    assert_null(strstr(page, "</i>waiting for a CPU</span>"));
    assert_null(strstr(page, "class=\"hollow\""));
    free(page);
    knee_result_release(&result);
}

/* A bracket ends at the frame if it goes beyond the last level; if it does not hold the limit, a
 * dot is drawn instead. */
static void a_bracket_stays_in_the_picture(void **state)
{
    (void)state;
    const struct fixture_curve *curve = &fixture_io;
    struct knee_result result;
    fixture_result(&result, &curve, 1);
    result.workloads[0].decision.knee_high = 100000;
    char *page = page_of(&result);
    char *bracket = strstr(page, "class=\"bracket\"");
    assert_non_null(bracket);
    char *rail = strstr(bracket, "m0 -5H");
    assert_non_null(rail);
    assert_true(strtod(rail + strlen("m0 -5H"), NULL) <= 480);
    free(page);
    result.workloads[0].decision.knee_low = 64; /* the limit lies below: an SLO chose it */
    page = page_of(&result);
    assert_null(strstr(page, "class=\"bracket\""));
    assert_non_null(strstr(page, ">USE 32?</text>"));
    free(page);
    knee_result_release(&result);
}

static void every_kind_of_result_has_a_section(void **state)
{
    (void)state;
    struct knee_result result;
    fixture_result(&result, ALL, ALL_COUNT);
    char *page = page_of(&result);
    assert_int_equal(count_of(page, "<section class=\"card\">"), ALL_COUNT);
    assert_int_equal(count_of(page, "<svg"), ALL_COUNT);
    assert_int_equal(count_of(page, "</svg>"), ALL_COUNT);
    assert_int_equal(count_of(page, "<section"), count_of(page, "</section>"));
    assert_int_equal(count_of(page, "<table"), count_of(page, "</table>"));
    assert_int_equal(count_of(page, "<div"), count_of(page, "</div>"));
    assert_null(strstr(page, "nan"));
    assert_non_null(strstr(page, "between 16 and 32</text>"));
    assert_non_null(strstr(page, "Collapse beyond the peak: <span class=\"seen\">"));
    free(page);
    knee_result_release(&result);
}

static void a_card_of_a_service_is_about_its_connections(void **state)
{
    (void)state;
    static const struct {
        const char *target, *line;
    } CASES[] = {{"", "<pre>xargs -n 1 -P 2 COMMAND</pre>"},
                 {"http", "<pre>server HOST max_conns=2;</pre>"},
                 {"postgres", "<pre>default_pool_size = 2</pre>"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const struct fixture_curve *curve = &fixture_cpu;
        struct knee_result result;
        fixture_result(&result, &curve, 1);
        result.workloads[0].service = CASES[i].target[0] != '\0';
        snprintf(result.workloads[0].target, sizeof result.workloads[0].target, "%s",
                 CASES[i].target);
        char *page = page_of(&result);
        assert_non_null(strstr(page, CASES[i].line));
        assert_int_equal(count_of(page, "<pre>"), 2); /* the other is to repeat the sweep */
        free(page);
        knee_result_release(&result);
    }
}

/* Every window was thrown out: the page says so, and claims nothing. */
static void a_result_without_a_valid_window_claims_nothing(void **state)
{
    (void)state;
    const struct fixture_curve *curve = &fixture_disturbed;
    struct knee_result result;
    fixture_result(&result, &curve, 1);
    for (size_t i = 0; i < result.workloads[0].windows_count; i++) {
        result.workloads[0].windows[i].valid = false;
        result.workloads[0].windows[i].reasons = KNEE_WINDOW_FOREIGN;
    }
    assert_int_equal(knee_workload_result_levels(&result.workloads[0], NULL, 0, NULL), 0);
    char *page = page_of(&result);
    assert_null(strstr(page, "<svg"));
    assert_non_null(strstr(page, "there is no curve"));
    assert_non_null(strstr(page, "Poor scaling: <span class=\"soft\">not known"));
    assert_non_null(strstr(page, "Frequent timeouts and failures: <span class=\"soft\">not known"));
    assert_non_null(strstr(page, "Other work on this host: <span class=\"seen\">seen"));
    assert_null(strstr(page, "nan"));
    free(page);
    knee_result_release(&result);
}

static void hostile_text_stays_text(void **state)
{
    (void)state;
    char *arguments[] = {(char *)"knee", (char *)HOSTILE};
    struct knee_result result;
    struct knee_workload_result *workload = fixture_one(&result, &fixture_io);
    snprintf(workload->name, sizeof workload->name, "%s", HOSTILE);
    snprintf(workload->title, sizeof workload->title, "%s", HOSTILE);
    snprintf(result.host.name, sizeof result.host.name, "%s", HOSTILE);
    snprintf(result.host.kernel, sizeof result.host.kernel, "%s", HOSTILE);
    snprintf(result.topology.model, sizeof result.topology.model, "%s", HOSTILE);
    workload->way_on.dir = HOSTILE;
    knee_facts_add(&workload->warnings, KNEE_FACT_LINE, NULL, HOSTILE);
    knee_facts_add(&workload->warnings, KNEE_FACT_ITEMS_FAILED, (const double[]){1, 2}, HOSTILE);
    result.argc = 2;
    result.argv = arguments;
    char *page = page_of(&result);
    assert_null(strstr(page, "<script"));
    assert_null(strstr(page, "\x01"));
    assert_null(strstr(page, "\xFF"));
    assert_null(strstr(page, "\"' onload"));
    assert_true(count_of(page, "&lt;script&gt;") >= 8);
    free(page);
    knee_result_release(&result);
}

/* Shows the page in a frame of 360 px and tells its width, and what the browser complains of. */
static const char BROWSE[] =
    "cat >frame.html <<'END'\n"
    "<body><iframe id=f src=report.html style='width:360px;height:800px;border:0'></iframe>"
    "<script>onload = () => { const d = f.contentDocument; document.body.textContent = "
    "'over by ' + (d.documentElement.scrollWidth - d.documentElement.clientWidth) + ', charts ' + "
    "d.querySelectorAll('svg').length; }"
    "</script>\n"
    "END\n"
    "timeout 60 $(command -v chromium || command -v chromium-browser || command -v google-chrome) "
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync "
    "--user-data-dir=\"$PWD/profile\" --allow-file-access-from-files --enable-logging=stderr "
    "--dump-dom \"file://$PWD/frame.html\" 2>log; grep CONSOLE log; true";

static void a_browser_shows_it_on_a_phone_without_complaint(void **state)
{
    (void)state;
    char dir[128], expected[64];
    struct shell_run run;
    struct knee_result result;
    if (system("command -v chromium chromium-browser google-chrome >/dev/null 2>&1") != 0)
        skip();
    shell_dir_make(dir, sizeof dir);
    fixture_result(&result, ALL, ALL_COUNT);
    assert_int_equal(knee_writers_write(&result, dir, NULL), 0);
    knee_result_release(&result);
    shell_run(&run, dir, BROWSE);
    snprintf(expected, sizeof expected, "over by 0, charts %zu", ALL_COUNT);
    if (!strstr(run.out, expected) || strstr(run.out, "CONSOLE"))
        fail_msg("%s%s", run.out, run.err);
    shell_run_release(&run);
    shell_dir_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_text_is_escaped),
        cmocka_unit_test(the_page_is_one_file_with_its_parts),
        cmocka_unit_test(what_is_not_known_is_not_drawn),
        cmocka_unit_test(a_bracket_stays_in_the_picture),
        cmocka_unit_test(every_kind_of_result_has_a_section),
        cmocka_unit_test(a_card_of_a_service_is_about_its_connections),
        cmocka_unit_test(a_result_without_a_valid_window_claims_nothing),
        cmocka_unit_test(hostile_text_stays_text),
        cmocka_unit_test(a_browser_shows_it_on_a_phone_without_complaint),
    };
    return cmocka_run_group_tests_name("report_html", tests, NULL, NULL);
}
