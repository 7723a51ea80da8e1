/* SPDX-License-Identifier: MIT */
#include "reports/words/explain_requests.h"

#include "core/text/builder.h"
#include "core/text/human.h"
#include "reports/words/explain.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define LISTED_MAX 6 /* levels of a line; of more, the range */
#define LISTED_ALIKE_MAX 2
#define SMALL_RATIO .0005

/* What became of a level's requests. */
struct sum {
    double requests; /* 0: none ended, or there are none */
    double failed[KNEE_FAILURES];
};

static struct sum sum_of(const struct knee_workload_result *workload, uint32_t level)
{
    struct sum sum = {0};
    for (size_t i = 0; i < workload->windows_count; i++) {
        const struct knee_window *window = &workload->windows[i];
        if (window->level != level || isnan(knee_window_figure(window, KNEE_WINDOW_FAILED)))
            continue;
        sum.requests += window->items + window->failed_items;
        for (int kind = 0; kind < KNEE_FAILURES; kind++)
            sum.failed[kind] += knee_window_figure(window, KNEE_WINDOW_FAILED + kind);
    }
    return sum;
}

static const char *kind_text(const struct knee_workload_result *workload, int kind, bool alone)
{
    static const char *const TEXTS[KNEE_FAILURES] = {
        [KNEE_FAILURE_REFUSED] = "refused", [KNEE_FAILURE_TIMEOUT] = "timeout",
        [KNEE_FAILURE_STATUS] = "status",   [KNEE_FAILURE_TLS] = "TLS",
        [KNEE_FAILURE_RESET] = "reset",     [KNEE_FAILURE_OTHER] = "other"};
    if (kind == KNEE_FAILURE_STATUS && strcmp(workload->target, "postgres") == 0)
        return "SQLSTATE";
    return kind == KNEE_FAILURE_STATUS && alone ? "HTTP status" : TEXTS[kind];
}

static const char *share_text(double ratio, char *text)
{
    if (ratio < SMALL_RATIO)
        snprintf(text, KNEE_HUMAN_BYTES, "< 0.1 %%");
    else
        knee_human_tenths(text, ratio);
    return text;
}

bool knee_explain_has_requests(const struct knee_workload_result *workload)
{
    for (size_t i = 0; i < workload->windows_count; i++)
        if (!isnan(knee_window_figure(&workload->windows[i], KNEE_WINDOW_FAILED)))
            return true;
    return false;
}

bool knee_explain_has_first_byte(const struct knee_workload_result *workload)
{
    for (size_t i = 0; i < workload->levels_count; i++)
        if (workload->levels[i].requests.first_byte_s > 0)
            return true;
    return false;
}

bool knee_explain_has_connect(const struct knee_workload_result *workload)
{
    for (size_t i = 0; i < workload->levels_count; i++)
        if (workload->levels[i].requests.connect_s > 0)
            return true;
    return false;
}

/* The kinds that occurred, the most frequent first; how many. */
static size_t order_kinds(const double failed[KNEE_FAILURES], int kinds[KNEE_FAILURES])
{
    size_t count = 0;
    for (int kind = 0; kind < KNEE_FAILURES; kind++) {
        size_t at = count;
        if (!(failed[kind] > 0))
            continue;
        for (; at > 0 && failed[kinds[at - 1]] < failed[kind]; at--)
            kinds[at] = kinds[at - 1];
        kinds[at] = kind;
        count++;
    }
    return count;
}

const char *knee_explain_failed(const struct knee_workload_result *workload,
                                const struct knee_level *level, char *text)
{
    const struct sum sum = sum_of(workload, level->level);
    int kinds[KNEE_FAILURES];
    char share[KNEE_HUMAN_BYTES];
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_EXPLAIN_FAILED_BYTES);
    if (!(sum.requests > 0)) {
        knee_builder_add(&out, "-");
        return text;
    }
    size_t count = order_kinds(sum.failed, kinds);
    for (size_t i = 0; i < count; i++)
        knee_builder_add(&out, "%s%s %s", i > 0 ? ", " : "",
                         share_text(sum.failed[kinds[i]] / sum.requests, share),
                         kind_text(workload, kinds[i], false));
    if (count == 0)
        knee_builder_add(&out, "none");
    return text;
}

/* The kinds of a line. */
struct line {
    int kinds[KNEE_FAILURES];
    size_t count;
};

/* Finds the kinds of a line; the last one gets all that are left. False: there are fewer lines. */
static bool find_line(const struct knee_workload_result *workload, size_t number, struct line *line)
{
    double failed[KNEE_FAILURES] = {0};
    int kinds[KNEE_FAILURES];
    for (size_t i = 0; i < workload->levels_count; i++) {
        const struct sum sum = sum_of(workload, workload->levels[i].level);
        for (int kind = 0; kind < KNEE_FAILURES; kind++)
            failed[kind] += sum.failed[kind];
    }
    size_t count = order_kinds(failed, kinds);
    if (number >= count || number >= KNEE_EXPLAIN_FAILURES_MAX)
        return false;
    line->count = number + 1 == KNEE_EXPLAIN_FAILURES_MAX ? count - number : 1;
    memcpy(line->kinds, &kinds[number], line->count * sizeof kinds[0]);
    return true;
}

/* NAN: no request ended. */
static double share_of(const struct knee_workload_result *workload, const struct line *line,
                       const struct knee_level *level)
{
    const struct sum sum = sum_of(workload, level->level);
    double failed = 0;
    for (size_t i = 0; i < line->count; i++)
        failed += sum.failed[line->kinds[i]];
    return sum.requests > 0 ? failed / sum.requests : (double)NAN;
}

/* Of the levels at which a line's kinds occurred. */
struct range {
    size_t count, asked; /* levels; those at which requests ended */
    uint32_t first, last;
    double least, most; /* shares */
};

static struct range range_of(const struct knee_workload_result *workload, const struct line *line)
{
    struct range range = {.least = INFINITY};
    for (size_t i = 0; i < workload->levels_count; i++) {
        double share = share_of(workload, line, &workload->levels[i]);
        range.asked += !isnan(share);
        if (!(share > 0))
            continue;
        range.first = range.count == 0 ? workload->levels[i].level : range.first;
        range.last = workload->levels[i].level;
        range.least = fmin(range.least, share);
        range.most = fmax(range.most, share);
        range.count++;
    }
    return range;
}

static void add_range(struct knee_builder *out, const struct range *range)
{
    char least[KNEE_HUMAN_BYTES], most[KNEE_HUMAN_BYTES];
    share_text(range->least, least);
    share_text(range->most, most);
    if (strcmp(least, most) == 0)
        knee_builder_add(out, "%s at ", most);
    else
        knee_builder_add(out, "%s to %s at ", least, most);
    if (range->count == range->asked)
        knee_builder_add(out, "every level");
    else
        knee_builder_add(out, "%zu levels from %u to %u", range->count, range->first, range->last);
}

/* Many levels, or some with the same share. */
static bool is_range(const struct range *range)
{
    char least[KNEE_HUMAN_BYTES], most[KNEE_HUMAN_BYTES];
    bool alike = strcmp(share_text(range->least, least), share_text(range->most, most)) == 0;
    return range->count > (alike ? LISTED_ALIKE_MAX : LISTED_MAX);
}

static void add_list(struct knee_builder *out, const struct knee_workload_result *workload,
                     const struct line *line)
{
    char text[KNEE_HUMAN_BYTES];
    const char *between = "";
    for (size_t i = 0; i < workload->levels_count; i++) {
        double share = share_of(workload, line, &workload->levels[i]);
        if (!(share > 0))
            continue;
        knee_builder_add(out, "%s%s at %u", between, share_text(share, text),
                         workload->levels[i].level);
        between = ", ";
    }
}

const char *knee_explain_failures(const struct knee_workload_result *workload, size_t number,
                                  char *text)
{
    struct line line;
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_EXPLAIN_BYTES);
    if (!find_line(workload, number, &line))
        return text;
    for (size_t i = 0; i < line.count; i++)
        knee_builder_add(&out, "%s%s", i > 0 ? ", " : "", kind_text(workload, line.kinds[i], true));
    knee_builder_add(&out, ": ");
    const struct range range = range_of(workload, &line);
    if (is_range(&range))
        add_range(&out, &range);
    else
        add_list(&out, workload, &line);
    return text;
}

const char *knee_explain_waits(const struct knee_workload_result *workload, char *text)
{
    const struct knee_level *row =
        knee_workload_result_at(workload, knee_workload_result_use(workload));
    char p50[KNEE_HUMAN_BYTES], p99[KNEE_HUMAN_BYTES], wait[KNEE_HUMAN_BYTES];
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_EXPLAIN_BYTES);
    if (!row || !(row->requests.first_byte_s > 0))
        return text;
    bool connected = row->requests.connect_s > 0;
    knee_builder_add(&out, "At %u, p50 %s, p99 %s; first byte after %s", row->level,
                     knee_human_latency(p50, row->latency_p50_s),
                     knee_human_latency(p99, row->latency_p99_s),
                     knee_human_latency(wait, row->requests.first_byte_s));
    if (connected)
        knee_builder_add(&out, ", connecting %s (means)",
                         knee_human_latency(wait, row->requests.connect_s));
    else
        knee_builder_add(&out, " (mean), connections were kept");
    return text;
}
