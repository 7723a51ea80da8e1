/* SPDX-License-Identifier: MIT */
#include "reports/words/explain.h"

#include "core/text/builder.h"
#include "core/text/human.h"
#include "reports/words/explain_servers.h"
#include "tuner/levels/marks.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define SERVES_BYTES 96
/* A level at which items fail is worth a word if it has this many times as many succeed. */
#define SUCCEEDS_FACTOR 1.5

/* What items wait for, as far as the evidence goes. */
static const char *what_serves(const struct knee_workload_result *workload, char *text)
{
    char server[KNEE_EXPLAIN_SERVER_BYTES];
    if (*knee_explain_server(workload, server)) {
        snprintf(text, SERVES_BYTES, "%s%s (or something that it asks)",
                 strcmp(server, "the servers") == 0 ? "one of " : "", server);
        return text;
    }
    for (size_t i = 0; i < workload->levels_count; i++)
        if (!isnan(workload->levels[i].server_in_service))
            return "something across the network";
    return workload->resource == KNEE_CLASS_IO ? "the storage" : "a lock, a pool or a device";
}

static int say_cpu(const struct knee_demands *demands, char *text)
{
    char percent[KNEE_HUMAN_BYTES];
    if (demands->queueing_from == 0)
        return snprintf(text, KNEE_EXPLAIN_BYTES, "The CPUs are full.");
    return snprintf(text, KNEE_EXPLAIN_BYTES,
                    "The CPUs: from %u on, items spend %s of their time and more waiting for one.",
                    demands->queueing_from, knee_human_percent(percent, demands->queueing_ratio));
}

static int say_waiting(const struct knee_workload_result *workload, char *text)
{
    char serves[SERVES_BYTES];
    const struct knee_demands *demands = &workload->demands;
    double served = fmax(round(demands->served), 1);
    if (isnan(demands->served))
        return snprintf(text, KNEE_EXPLAIN_BYTES,
                        "Above %u, more items at once only wait longer, for %s.",
                        demands->standing_from, what_serves(workload, serves));
    /* A latency and a throughput that vary by percents do not tell 9 from 10. */
    bool agree = served == (double)demands->standing_from;
    return snprintf(text, KNEE_EXPLAIN_BYTES,
                    "Above %u, more items at once only wait longer: %s serves %s%.0f at a time.",
                    demands->standing_from, what_serves(workload, serves), agree ? "" : "about ",
                    served);
}

/* What an item needs, which does not limit it yet. */
static void add_needs(const struct knee_demands *demands, const char *begins,
                      struct knee_builder *out)
{
    char cpu[KNEE_HUMAN_BYTES], level[KNEE_HUMAN_BYTES], rate[KNEE_HUMAN_BYTES];
    if (demands->ideal_level > 0)
        knee_builder_add(out,
                         "%s item takes %s of CPU and waits for the rest; the CPUs would be full "
                         "at %s, with %s items/s.",
                         begins, knee_human_latency(cpu, demands->cpu_s),
                         knee_human_count(level, ceil(demands->ideal_level)),
                         knee_human_rate(rate, demands->cpu_bound_per_s));
}

/* The failing level with the most successes; NULL: none has clearly more than the limit. */
static const struct knee_level *find_more(const struct knee_workload_result *workload)
{
    const struct knee_level *row =
        knee_workload_result_at(workload, knee_workload_result_use(workload));
    const struct knee_level *more = NULL;
    for (size_t i = 0; row && i < workload->levels_count; i++) {
        const struct knee_level *level = &workload->levels[i];
        if ((level->marks & KNEE_MARK_ERRORS) &&
            level->throughput_per_s >
                (more ? more->throughput_per_s : SUCCEEDS_FACTOR * row->throughput_per_s))
            more = level;
    }
    return more;
}

/* Whoever repeats transactions that could not be serialized may want that level. */
static void add_more(const struct knee_workload_result *workload, struct knee_builder *out)
{
    const struct knee_level *more = find_more(workload);
    char rate[KNEE_HUMAN_BYTES];
    if (more)
        knee_builder_add(out,
                         " Even so, %s items/s succeed at %u: if yours are repeated until they do, "
                         "that is faster.",
                         knee_human_rate(rate, more->throughput_per_s), more->level);
}

/* A bound on the rate does not come with a level. */
static void say_failures(const struct knee_workload_result *workload, char *text)
{
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_EXPLAIN_BYTES);
    if (knee_explain_has_rate(workload)) {
        knee_builder_add(&out,
                         "The service's rate: what comes beyond it is refused, at any level.");
        return;
    }
    knee_builder_add(&out, "Failures: from %u on, too many items fail.",
                     workload->demands.failing_from);
    add_more(workload, &out);
    add_needs(&workload->demands, " An", &out);
}

const char *knee_explain_limits(const struct knee_workload_result *workload, char *text)
{
    const struct knee_demands *demands = &workload->demands;
    struct knee_builder out;
    text[0] = '\0';
    if (!knee_workload_result_measured(workload))
        return text;
    switch (demands->limited_by) {
    case KNEE_LIMITED_BY_CPU:
        say_cpu(demands, text);
        break;
    case KNEE_LIMITED_BY_WAITING:
        say_waiting(workload, text);
        break;
    case KNEE_LIMITED_BY_OVERHEAD:
        snprintf(text, KNEE_EXPLAIN_BYTES,
                 "Each other: beyond %u, more items at once cost more than they bring.",
                 workload->decision.peak);
        break;
    case KNEE_LIMITED_BY_FAILURES:
        say_failures(workload, text);
        break;
    case KNEE_LIMITED_BY_NOTHING:
        knee_builder_over(&out, text, KNEE_EXPLAIN_BYTES);
        add_needs(demands, "Nothing yet: an", &out);
        break;
    case KNEE_LIMITED_BY_UNKNOWN:
        break;
    }
    return text;
}
