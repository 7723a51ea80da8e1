/* SPDX-License-Identifier: MIT */
#include "tests/support/fuzz_targets.h"

#include "core/text/csv.h"
#include "core/text/placeholders.h"
#include "core/text/reported.h"
#include "core/text/shell_line.h"
#include "core/text/shell_words.h"
#include "core/text/status_set.h"
#include "core/text/url_fill.h"
#include "tuner/decide/goal.h"
#include "tuner/fit/measurements.h"
#include "tuner/levels/level_list.h"
#include "tuner/options/arguments.h"
#include "tuner/options/sweep_options.h"
#include "tuner/run/run_policy.h"
#include "tuner/simulate/curve.h"
#include "tuner/store/hosts_read.h"
#include "tuner/store/journal.h"
#include "tuner/store/result_limit.h"
#include "tuner/store/run_journal.h"
#include "tuner/store/run_plan.h"
#include "tuner/store/sweep_plan.h"
#include "workloads/command/items.h"
#include "workloads/command/placeholder_fill.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 64

/* The bytes as text; a new string. */
static char *text_of(const uint8_t *bytes, size_t count)
{
    char *text = malloc(count + 1);
    if (!text)
        abort();
    if (count > 0)
        memcpy(text, bytes, count);
    text[count] = '\0';
    return text;
}

/* A stream over these bytes. */
static FILE *stream_of(const uint8_t *bytes, size_t count)
{
    FILE *in = fmemopen((void *)bytes, count, "r");
    if (!in)
        abort();
    return in;
}

/* Words between NUL bytes are a command line. */
static void run_options(const uint8_t *bytes, size_t count)
{
    static const struct knee_command sweep = {.name = "sweep",
                                              .options = knee_sweep_options_uses,
                                              .values_bytes = sizeof(struct knee_sweep_options),
                                              .operands = "",
                                              .operands_max = 4,
                                              .takes_command = true};
    char *text = text_of(bytes, count), program[] = "knee", name[] = "sweep";
    char *argv[WORDS_MAX] = {program, name};
    int argc = 2;
    for (size_t at = 0; at < count && argc < WORDS_MAX; at += strlen(text + at) + 1)
        argv[argc++] = text + at;
    struct knee_arguments arguments = {0};
    struct knee_err err = {0};
    if (knee_arguments_parse(&arguments, &sweep, NULL, argc, argv, &err) == 0)
        knee_arguments_release(&arguments);
    free(text);
}

static void run_levels(const uint8_t *bytes, size_t count)
{
    char *text = text_of(bytes, count);
    struct knee_level_list list;
    struct knee_err err;
    (void)knee_level_list_parse(text, &list, &err);
    free(text);
}

static void run_slo(const uint8_t *bytes, size_t count)
{
    char *text = text_of(bytes, count), shown[KNEE_SLO_TEXT_BYTES];
    struct knee_goal goal = {.min_efficiency_ratio = .5};
    struct knee_err err;
    if (knee_goal_add_slo(&goal, "--slo", text, &err) == 0)
        (void)knee_slo_text(&goal.slos[0], shown);
    free(text);
}

static void run_curve(const uint8_t *bytes, size_t count)
{
    struct knee_curve curve = {0};
    struct knee_err err;
    FILE *in = stream_of(bytes, count);
    if (knee_curve_read_from(&curve, in, "curve", &err) == 0)
        knee_curve_release(&curve);
    fclose(in);
}

static void run_fit(const uint8_t *bytes, size_t count)
{
    struct knee_measurements read = {0};
    struct knee_err err;
    FILE *in = stream_of(bytes, count);
    const struct knee_measurements_source source = {.path = "table", .in = in};
    if (knee_measurements_read(&read, &source, &err) == 0)
        knee_measurements_release(&read);
    fclose(in);
}

static void run_plan(const uint8_t *bytes, size_t count)
{
    struct knee_sweep_plan plan;
    struct knee_result result;
    struct knee_err err;
    if (knee_sweep_plan_parse(&plan, (const char *)bytes, count, "plan.json", &err))
        return;
    if (knee_sweep_plan_result(&plan, &result, &err) == 0)
        knee_result_release(&result);
    knee_sweep_plan_release(&plan);
}

static void run_journal(const uint8_t *bytes, size_t count)
{
    struct knee_journal_rows rows;
    struct knee_err err;
    FILE *in = stream_of(bytes, count);
    if (knee_journal_read_from(&rows, in, "samples.csv", true, &err) == 0)
        knee_journal_rows_release(&rows);
    fclose(in);
}

static void run_limit(const uint8_t *bytes, size_t count)
{
    struct knee_result_limit limit;
    struct knee_err err;
    (void)knee_result_limit_parse(&limit, (const char *)bytes, count, "result.json", NULL, &err);
}

static void run_items(const uint8_t *bytes, size_t count)
{
    struct knee_items items = {0};
    struct knee_err err;
    if (count == 0)
        return;
    FILE *in = stream_of(bytes + 1, count - 1);
    if (knee_items_read(&items, in, "items", bytes[0] & 1, &err) == 0)
        knee_items_release(&items);
    fclose(in);
}

static void run_placeholders(const uint8_t *bytes, size_t count)
{
    char *text = text_of(bytes, count);
    const struct knee_placeholder_fill_values values = {.item = "it's $(x) `y`",
                                                        .number = 7,
                                                        .slot = 2,
                                                        .level = 3,
                                                        .out = "/tmp/o'ut",
                                                        .copy = "/tmp/c"};
    (void)knee_shell_line_unsafe(text);
    (void)knee_placeholders_in(text);
    size_t needed = knee_placeholder_fill_text(text, &values, true, NULL, 0);
    char *to = malloc(needed);
    if (!to || knee_placeholder_fill_text(text, &values, true, to, needed) != needed)
        abort();
    free(to);
    free(text);
}

/* The spelling, a line feed, and the text that it is looked for in. */
static void run_reported(const uint8_t *bytes, size_t count)
{
    char *text = text_of(bytes, count), *end = strchr(text, '\n');
    struct knee_reported *reported = NULL;
    struct knee_err err;
    double value;
    if (end && end - text < 64)
        *end = '\0';
    bool json = strncmp(text, "json:", 5) == 0;
    /* Expressions are the user's own: only those that run in time are of interest. */
    if (end && end - text < 64 && (json || !strpbrk(text, "*+{\\")) &&
        knee_reported_open(&reported, "--rate", text, KNEE_REPORTED_RATE, &err) == 0)
        (void)knee_reported_find(reported, end + 1, &value);
    knee_reported_close(reported);
    free(text);
}

static void run_past(const uint8_t *bytes, size_t count)
{
    struct knee_run_past past;
    struct knee_err err;
    /* Each item has its place in a table: numbers of many digits take the sanitizer milliseconds of
     * shadow memory, and show nothing. */
    for (size_t i = 0, digits = 0; i < count; i++) {
        digits = bytes[i] >= '0' && bytes[i] <= '9' ? digits + 1 : 0;
        if (digits > 4)
            return;
    }
    FILE *in = stream_of(bytes, count);
    if (knee_run_past_read_from(&past, in, KNEE_RUN_JOURNAL_FILE, &err) == 0)
        knee_run_past_release(&past);
    fclose(in);
}

static void run_hosts(const uint8_t *bytes, size_t count)
{
    struct knee_fleet_part *parts = NULL;
    size_t parts_count = 0;
    struct knee_err err;
    FILE *in = stream_of(bytes, count);
    if (knee_hosts_read_from(&parts, &parts_count, in, "hosts.csv", "cpu", 4, &err) == 0)
        free(parts);
    fclose(in);
}

static void run_run_plan(const uint8_t *bytes, size_t count)
{
    struct knee_run_plan_read plan;
    struct knee_err err;
    if (knee_run_plan_parse(&plan, (const char *)bytes, count, "plan.json", &err) == 0)
        knee_run_plan_read_release(&plan);
}

/* The small ones of `knee run` and of services, each on the whole text. */
static void run_words(const uint8_t *bytes, size_t count)
{
    char *text = text_of(bytes, count);
    struct knee_err err;
    struct knee_shell_words words = {0};
    struct knee_status_set statuses;
    struct knee_run_retry_on retry_on;
    struct knee_run_halt halt;
    struct knee_run_timeout timeout;
    struct knee_run_weight weight;
    if (knee_shell_words_split(&words, text, "words", &err) == 0)
        knee_shell_words_release(&words);
    (void)knee_status_set_parse(&statuses, text);
    (void)knee_run_retry_on_parse(&retry_on, text, &err);
    (void)knee_run_halt_parse(&halt, text, &err);
    (void)knee_run_timeout_parse(&timeout, text, &err);
    knee_run_weight_parse(&weight, text);
    for (uint32_t field = 1; field < 4; field++)
        (void)knee_run_weight_field(text, field);
    size_t filled_bytes = knee_url_fill_bytes(text, 3);
    char *filled = malloc(filled_bytes);
    if (!filled)
        abort();
    if (knee_url_has_place(text))
        (void)knee_url_fill(text, "a b", filled, filled_bytes);
    (void)knee_url_has_user(text);
    free(filled);
    free(text);
}

const struct fuzz_target fuzz_targets[] = {
    {"options", run_options},   {"levels", run_levels},
    {"slo", run_slo},           {"curve", run_curve},
    {"fit", run_fit},           {"plan", run_plan},
    {"journal", run_journal},   {"limit", run_limit},
    {"items", run_items},       {"placeholders", run_placeholders},
    {"reported", run_reported}, {"host", fuzz_host},
    {"past", run_past},         {"run-plan", run_run_plan},
    {"words", run_words},       {"hosts", run_hosts},
    {"server", fuzz_server},    {"compare", fuzz_compare},
    {"fleet", fuzz_fleet},      {NULL, NULL},
};

const struct fuzz_target *fuzz_target_find(const char *name)
{
    for (const struct fuzz_target *target = fuzz_targets; target->name; target++)
        if (strcmp(target->name, name) == 0)
            return target;
    return NULL;
}
