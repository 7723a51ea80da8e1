/* SPDX-License-Identifier: MIT */
/* reports/words/explain_requests: what requests waited for and how they failed; and the reports
 * that say it. */
#include "reports/words/explain_requests.h"

#include "core/base/array.h"
#include "reports/html/html_levels.h"
#include "reports/markdown/report_md.h"
#include "reports/text/text.h"
#include "reports/words/explain.h"
#include "tests/support/fixture_result.h"
#include "tests/support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off: a transcript, as it looks on a terminal. */
static const char service[] =
    "knee 1.0 on ci-vm-7: AMD EPYC, 2 CPUs (2 cores), no CPU quota, 3.1 GiB free, 3 %\n"
    "other work\n"
    "\n"
    "USE 8   http://127.0.0.1:8080/   resolved\n"
    "\n"
    "   level  items/s     +-  of best                           p95   CPU\n"
    "       1      160  0.6 %      9 %  ##                    8.1 ms  15 %\n"
    "       2      639  0.6 %     36 %  #######               4.1 ms  15 %  cores\n"
    "       4    1,240  0.6 %     70 %  ##############        4.2 ms  15 %  rule\n"
    ">      8    1,741  0.6 %     98 %  ####################  6.0 ms  15 %  USE\n"
    "      12    1,771  0.6 %    100 %  ####################  8.8 ms  15 %  best\n"
    "      16    1,599  0.6 %     90 %  ##################     13 ms  15 %\n"
    "      32      902  0.6 %     51 %  ##########             46 ms  15 %\n"
    "      64      349  0.6 %     20 %  ####                  238 ms  15 %\n"
    "\n"
    "Why      At 64, 80 % of the throughput is lost.\n"
    "Latency  At 8, p50 4.1 ms, p99 6.9 ms; first byte after 900 us, connecting\n"
    "         130 us (means)\n"
    "Failed   HTTP status: 32 % at 12, 48 % at 16, 72 % at 32, 84 % at 64\n"
    "         reset: < 0.1 % at every level\n"
    "Proven   The limit 8 gives at least 97.1 % of the speed of any other; 6 and less\n"
    "         stay below 98.0 %.\n"
    "Choose   12 the very best\n"
    "Rule     of thumb 4: loses 29 %\n"
    "Model    none: the USL, the best of the models, misses level 1 by 44 %, more\n"
    "         than the noise explains\n"
    "3 min 41 s, 25 windows; 1 disturbed and left out; 3,882 of 8,939 items failed.\n"
    "Report   results/latest/report.html\n"
    "Scripts  . results/latest/recommendation.env\n"
    "         cat results/latest/http.limit\n"
    "         knee recommend results/latest --for nginx\n"
    "Plan     knee plan results/latest --cores 16\n";
/* clang-format on */

/* Something that is written into memory. */
struct written {
    char *text;
    size_t bytes;
    FILE *out;
};

static void open_written(struct written *written)
{
    *written = (struct written){.text = NULL};
    written->out = open_memstream(&written->text, &written->bytes);
    assert_non_null(written->out);
}

/* A workload's table in report.html. To be freed. */
static char *page_of(const struct knee_workload_result *workload)
{
    struct written page;
    open_written(&page);
    knee_html_levels(workload, page.out);
    fclose(page.out);
    return page.text;
}

/* report.md. To be freed. */
static char *markdown_of(const struct knee_result *result)
{
    struct written report;
    open_written(&report);
    knee_report_md(result, report.out);
    fclose(report.out);
    return report.text;
}

/* fixture_cpu with its levels 1, 2, 4, 8 and 16. */
static void a_level_says_how_its_requests_failed(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        double failed[KNEE_FAILURES];
        const char *cell, *line, *next; /* the first and the second line */
    } CASES[] = {
        {"http", {0}, "none", "", ""},
        {"http", {[KNEE_FAILURE_STATUS] = .08}, "8 % status", "HTTP status: 8 % at 8", ""},
        {"postgres", {[KNEE_FAILURE_STATUS] = .08}, "8 % SQLSTATE", "SQLSTATE: 8 % at 8", ""},
        {"http", {[KNEE_FAILURE_RESET] = .0123}, "1.2 % reset", "reset: 1.2 % at 8", ""},
        {"http", {[KNEE_FAILURE_OTHER] = .0001}, "< 0.1 % other", "other: < 0.1 % at 8", ""},
        {"http", {[KNEE_FAILURE_REFUSED] = 1}, "100 % refused", "refused: 100 % at 8", ""},
        {"http",
         {[KNEE_FAILURE_TIMEOUT] = .1, [KNEE_FAILURE_TLS] = .2},
         "20 % TLS, 10 % timeout",
         "TLS: 20 % at 8",
         "timeout: 10 % at 8"},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_result result;
        struct knee_workload_result *workload = fixture_one(&result, &fixture_cpu);
        struct knee_requests requests = {.first_byte_s = .001, .connect_s = NAN};
        char text[KNEE_EXPLAIN_BYTES];
        snprintf(workload->target, sizeof workload->target, "%s", CASES[i].target);
        memcpy(requests.failed, CASES[i].failed, sizeof requests.failed);
        fixture_requests(workload, 8, &requests);
        assert_true(knee_explain_has_requests(workload));
        assert_string_equal(
            knee_explain_failed(workload, knee_workload_result_at(workload, 8), text),
            CASES[i].cell);
        assert_string_equal(
            knee_explain_failed(workload, knee_workload_result_at(workload, 4), text), "-");
        assert_string_equal(knee_explain_failures(workload, 0, text), CASES[i].line);
        assert_string_equal(knee_explain_failures(workload, 1, text), CASES[i].next);
        knee_result_release(&result);
    }
}

/* Of as many levels as fixture_net has, from 1 on. */
static void many_levels_are_a_range(void **state)
{
    (void)state;
    static const struct {
        uint32_t from, to; /* levels that fail */
        double least, more;
        const char *line;
    } CASES[] = {
        {1, 4, .01, .01, "reset: 1 % at 1, 2 % at 2, 3 % at 3, 4 % at 4"},
        {1, 2, .01, 0, "reset: 1 % at 1, 1 % at 2"},
        {1, 4, .01, 0, "reset: 1 % at 4 levels from 1 to 4"},
        {1, 512, .01, 0, "reset: 1 % at every level"},
        {1, 512, .008, .0002, "reset: 0.8 % to 1.3 % at every level"},
        {2, 512, .1, .02, "reset: 10 % to 56 % at 24 levels from 2 to 512"},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_result result;
        struct knee_workload_result *workload = fixture_one(&result, &fixture_net);
        char text[KNEE_EXPLAIN_BYTES];
        double share = CASES[i].least;
        for (size_t l = 0; l < workload->levels_count; l++) {
            const uint32_t level = workload->levels[l].level;
            const bool fails = level >= CASES[i].from && level <= CASES[i].to;
            const struct knee_requests requests = {
                .failed = {[KNEE_FAILURE_RESET] = fails ? share : 0}};
            fixture_requests(workload, level, &requests);
            share += fails ? CASES[i].more : 0;
        }
        assert_string_equal(knee_explain_failures(workload, 0, text), CASES[i].line);
        knee_result_release(&result);
    }
}

static void the_last_line_has_all_rarer_kinds(void **state)
{
    struct knee_result result;
    struct knee_workload_result *workload = fixture_one(&result, &fixture_cpu);
    const struct knee_requests requests = {.failed = {.05, .04, .03, .02, .01, .005}};
    static const char *const LINES[] = {"refused: 5 % at 4", "timeout: 4 % at 4",
                                        "HTTP status, TLS, reset, other: 6.5 % at 4", ""};
    char text[KNEE_EXPLAIN_BYTES];
    (void)state;
    fixture_requests(workload, 4, &requests);
    for (size_t i = 0; i < KNEE_COUNT(LINES); i++)
        assert_string_equal(knee_explain_failures(workload, i, text), LINES[i]);
    knee_result_release(&result);
}

static void waits_are_those_at_the_limit(void **state)
{
    (void)state;
    static const struct {
        double first_byte_s, connect_s;
        const char *text;
    } CASES[] = {
        {.0009, .00013,
         "At 2, p50 916 us, p99 1.5 ms; first byte after 900 us, connecting 130 us (means)"},
        {.0009, NAN,
         "At 2, p50 916 us, p99 1.5 ms; first byte after 900 us (mean), connections were kept"},
        {NAN, NAN, ""},
    };
    for (size_t i = 0; i < KNEE_COUNT(CASES); i++) {
        struct knee_result result;
        struct knee_workload_result *workload = fixture_one(&result, &fixture_cpu);
        const struct knee_requests requests = {.first_byte_s = CASES[i].first_byte_s,
                                               .connect_s = CASES[i].connect_s};
        char text[KNEE_EXPLAIN_BYTES];
        fixture_requests(workload, 2, &requests);
        assert_string_equal(knee_explain_waits(workload, text), CASES[i].text);
        knee_result_release(&result);
    }
}

/* It takes as many requests at a time as the limit, and resets a few connections. */
static void make_service(struct knee_workload_result *workload)
{
    workload->service = true;
    workload->resource = KNEE_CLASS_NET;
    workload->current = 0;
    workload->total_items = 0;
    snprintf(workload->target, sizeof workload->target, "http");
    snprintf(workload->name, sizeof workload->name, "http");
    snprintf(workload->title, sizeof workload->title, "http://127.0.0.1:8080/");
    for (size_t i = 0; i < workload->levels_count; i++) {
        const uint32_t level = workload->levels[i].level, limit = workload->decision.limit;
        const double refused = level > limit ? .96 * (1 - (double)limit / level) : 0;
        const struct knee_requests requests = {
            .first_byte_s = .0009,
            .connect_s = level == limit ? .00013 : NAN,
            .failed = {[KNEE_FAILURE_STATUS] = refused, [KNEE_FAILURE_RESET] = .0002}};
        fixture_requests(workload, level, &requests);
    }
}

static void a_service_is_as_reviewed(void **state)
{
    const struct knee_text_options options = {.dir = "results/latest"};
    struct knee_result result;
    (void)state;
    make_service(fixture_one(&result, &fixture_collapse));
    char *text = knee_text_result(&result, &options);
    assert_non_null(text);
    assert_string_equal(text, service);
    free(text);
    knee_result_release(&result);
}

static void tables_have_the_columns_of_a_service(void **state)
{
    static const char *const HTML[] = {
        "<table class=\"dense\">",
        ">first byte</th>",
        ">connect</th>",
        ">failed by kind</th>",
        "<td class=\"wide\">900 us</td><td class=\"wide\">130 us</td>"
        "<td class=\"kinds\">&lt; 0.1 % reset</td>",
        "<td class=\"wide\">900 us</td><td class=\"wide\">-</td>"
        "<td class=\"kinds\">84 % status, &lt; 0.1 % reset</td>"};
    static const char *const MARKDOWN[] = {
        " | p99 | first byte | connect | failed by kind | CPU | |\n|---:|---:|",
        " | |\n|---:|---:|---:|---:|---:|---:|---:|---:|---|---:|---|\n",
        " | 900 us | 130 us | &lt; 0.1 % reset | 100 % | USE, best, cores |\n",
        " | 900 us | - | 84 % status, &lt; 0.1 % reset | 100 % |  |\n"};
    struct knee_result result;
    struct knee_workload_result *workload = fixture_one(&result, &fixture_cpu);
    (void)state;
    char *page = page_of(workload), *markdown = markdown_of(&result);
    assert_non_null(strstr(page, "<table>"));
    assert_null(strstr(page, "first byte"));
    assert_null(strstr(page, "connect"));
    assert_null(strstr(page, "failed"));
    assert_null(strstr(markdown, "first byte"));
    assert_null(strstr(markdown, "failed by kind"));
    free(page);
    free(markdown);
    make_service(workload);
    page = page_of(workload), markdown = markdown_of(&result);
    for (size_t i = 0; i < KNEE_COUNT(HTML); i++)
        if (!strstr(page, HTML[i]))
            fail_msg("%s: not in %s", HTML[i], page);
    for (size_t i = 0; i < KNEE_COUNT(MARKDOWN); i++)
        if (!strstr(markdown, MARKDOWN[i]))
            fail_msg("%s: not in %s", MARKDOWN[i], markdown);
    free(page);
    free(markdown);
    knee_result_release(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_level_says_how_its_requests_failed),
        cmocka_unit_test(many_levels_are_a_range),
        cmocka_unit_test(the_last_line_has_all_rarer_kinds),
        cmocka_unit_test(waits_are_those_at_the_limit),
        cmocka_unit_test(a_service_is_as_reviewed),
        cmocka_unit_test(tables_have_the_columns_of_a_service),
    };
    return cmocka_run_group_tests_name("explain_requests", tests, NULL, NULL);
}
