/* SPDX-License-Identifier: MIT */
/* The tables of columns: headers as in the contract, rows that read back, the same in every locale.
 */
#include "tuner/store/columns.h"

#include "tests/support/fixture_result.h"
#include "tests/support/test.h"

#include <float.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

/* The contract: these and in this order, and further ones of samples.csv after them. */
static const char levels_header[] =
    "workload,level,marks,windows,rejected_windows,items,failed_items,throughput_per_s,"
    "throughput_ci_low_per_s,throughput_ci_high_per_s,throughput_cv,throughput_median_per_s,"
    "speedup,parallel_efficiency,throughput_per_slot_per_s,latency_mean_s,latency_p50_s,"
    "latency_p95_s,latency_p99_s,latency_max_s,latency_cv,consistency,cpu_utilization,"
    "cpu_per_item_s,runqueue_wait_per_item_s,other_wait_per_item_s,switches_voluntary_per_s,"
    "switches_involuntary_per_s,max_rss_bytes,steal_ratio,foreign_cpus";
static const char samples_header[] =
    "workload,block,level,start_s,window_s,items,failed_items,throughput_per_s,latency_mean_s,"
    "latency_p50_s,latency_p95_s,latency_p99_s,latency_max_s,cpu_user_s,cpu_system_s,valid,reason";

static char *text_of(const struct knee_columns *columns, const char *workload, const void *row)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    assert_non_null(out);
    if (row)
        knee_columns_row(columns, workload, row, out);
    else
        knee_columns_header(columns, out);
    fclose(out);
    return text;
}

static void headers_are_those_of_the_contract(void **state)
{
    (void)state;
    char *levels = text_of(&knee_columns_levels, NULL, NULL);
    char *samples = text_of(&knee_columns_samples, NULL, NULL);
    assert_memory_equal(levels, levels_header, strlen(levels_header));
    assert_string_equal(
        levels + strlen(levels_header),
        ",server_in_service,server_cpu_utilization,first_byte_mean_s,connect_mean_s,"
        "failed_refused,failed_timeout,failed_status,failed_tls,failed_reset,"
        "failed_other\n");
    assert_memory_equal(samples, samples_header, strlen(samples_header));
    assert_int_equal(samples[strlen(samples_header)], ',');
    free(levels);
    free(samples);
}

static const struct knee_measured window = {
    .block = 3,
    .level = 8,
    .start_ns = 1000000001,
    .window_ns = 200000000,
    .items = 394.25,
    .failed_items = 0,
    .throughput_per_s = 1 / 3.,
    .latency_mean_s = NAN,
    .latency_p50_s = 1e-7,
    .latency_max_s = DBL_MAX,
    .rss_bytes = 3221225472.0,
    .throttled_s = INFINITY,
    .device_reads = UINT64_MAX,
    .device_writes = UINT64_MAX - 1,
    .valid = false,
    .reasons = KNEE_WINDOW_FOREIGN | KNEE_WINDOW_THROTTLED,
};

static const char row[] =
    "\"a \"\"b\"\", c\",3,8,1.000000001,0.200000000,394.25,0,0.333333,,1e-07,0,0,"
    "1.79769e+308,0,0,0,\"foreign+throttled\",0,0,0,0,0,3221225472,0,0,,0,0,,"
    "18446744073709551614,0,,0,0,0,0,0,0,0,0\n";

static void rows_quote_text_and_leave_the_unknown_empty(void **state)
{
    (void)state;
    char *text = text_of(&knee_columns_samples, "a \"b\", c", &window);
    assert_string_equal(text, row);
    free(text);
}

static void a_rounded_row_is_what_its_text_reads_back_as(void **state)
{
    (void)state;
    struct knee_measured once = window, twice;
    knee_columns_round(&knee_columns_samples, &once);
    assert_true(once.throughput_per_s == .333333 && once.items == 394.25);
    assert_true(isnan(once.latency_mean_s) && once.rss_bytes == window.rss_bytes);
    twice = once;
    knee_columns_round(&knee_columns_samples, &twice);
    assert_true(twice.throughput_per_s == once.throughput_per_s);
    char *text = text_of(&knee_columns_samples, "a \"b\", c", &once);
    assert_string_equal(text, row);
    free(text);
}

/* Most are not rounded again when they are read: their digits are few enough. */
static void a_number_is_read_as_rounding_after_it_would_make_it(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {"0.333333",    "0.33333333", "394.25", "1847296",
                                        "1847296.4",   "0.00379838", "",       "1e-7",
                                        "1.23456e-05", "1.234567e3", "000012", "99999999999.7"};
    const struct knee_column *column = NULL;
    for (size_t i = 0; i < knee_columns_samples.count; i++)
        if (strcmp(knee_columns_samples.at[i].name, "throughput_per_s") == 0)
            column = &knee_columns_samples.at[i];
    assert_non_null(column);
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        struct knee_measured read = window, rounded = window;
        assert_int_equal(knee_column_parse_rounded(&knee_columns_samples, column, TEXTS[i], &read),
                         0);
        assert_int_equal(knee_column_parse(column, TEXTS[i], &rounded), 0);
        knee_columns_round(&knee_columns_samples, &rounded);
        if (read.throughput_per_s != rounded.throughput_per_s &&
            !(isnan(read.throughput_per_s) && isnan(rounded.throughput_per_s)))
            fail_msg("%s: %.17g, not %.17g", TEXTS[i], read.throughput_per_s,
                     rounded.throughput_per_s);
    }
}

static void a_locale_with_a_comma_changes_nothing(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"};
    bool set = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !set; i++)
        set = setlocale(LC_NUMERIC, names[i]) != NULL;
    if (!set)
        skip();
    char *text = text_of(&knee_columns_samples, "a \"b\", c", &window);
    setlocale(LC_NUMERIC, "C");
    assert_string_equal(text, row);
    free(text);
}

static const struct knee_column *find(const char *name)
{
    for (size_t i = 0; i < knee_columns_samples.count; i++)
        if (strcmp(knee_columns_samples.at[i].name, name) == 0)
            return &knee_columns_samples.at[i];
    fail_msg("no column %s", name);
    return NULL;
}

static void parsing_takes_what_was_written_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *column, *text;
        int expected;
    } cases[] = {
        {"level", "8", 0},
        {"level", "", -1},
        {"level", "-1", -1},
        {"level", "8.5", -1},
        {"level", "4294967296", -1},
        {"start_s", "12.5", 0},
        {"start_s", "", -1},
        {"start_s", "1.0000000001", -1},
        {"start_s", "x", -1},
        {"items", "", 0},
        {"items", "1e-07", 0},
        {"items", "1,5", -1},
        {"items", "nan", -1},
        {"items", "12x", -1},
        {"valid", "1", 0},
        {"valid", "2", -1},
        {"reason", "foreign+steal", 0},
        {"reason", "foreign+", -1},
        {"reason", "unheard", -1},
        {"reason", "", 0},
        {"device_read_bytes", "", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct knee_measured to = {0};
        int got = knee_column_parse(find(cases[i].column), cases[i].text, &to);
        if (got != cases[i].expected)
            fail_msg("%s = `%s` gave %d", cases[i].column, cases[i].text, got);
    }
}

static void an_empty_field_is_unknown(void **state)
{
    (void)state;
    struct knee_measured to = {0};
    assert_int_equal(knee_column_parse(find("items"), "", &to), 0);
    assert_int_equal(knee_column_parse(find("device_read_bytes"), "", &to), 0);
    assert_true(isnan(to.items));
    assert_true(to.device_reads == UINT64_MAX);
}

static void the_documentation_names_every_column(void **state)
{
    (void)state;
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    knee_columns_document(out);
    fclose(out);
    const struct knee_columns *tables[] = {&knee_columns_levels, &knee_columns_samples};
    for (size_t t = 0; t < 2; t++)
        for (size_t i = 0; i < tables[t]->count; i++) {
            char cell[96];
            snprintf(cell, sizeof cell, "| `%s` |", tables[t]->at[i].name);
            assert_non_null(strstr(text, cell));
            assert_true(strlen(tables[t]->at[i].help) > 0);
        }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_those_of_the_contract),
        cmocka_unit_test(rows_quote_text_and_leave_the_unknown_empty),
        cmocka_unit_test(a_rounded_row_is_what_its_text_reads_back_as),
        cmocka_unit_test(a_number_is_read_as_rounding_after_it_would_make_it),
        cmocka_unit_test(a_locale_with_a_comma_changes_nothing),
        cmocka_unit_test(parsing_takes_what_was_written_and_nothing_else),
        cmocka_unit_test(an_empty_field_is_unknown),
        cmocka_unit_test(the_documentation_names_every_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
