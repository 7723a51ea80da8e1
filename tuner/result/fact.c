/* SPDX-License-Identifier: MIT */
#include "tuner/result/fact.h"

#include "core/text/strings.h"

#include <string.h>

static const struct {
    const char *text;
    const char *values[KNEE_FACT_VALUES_MAX + 1]; /* ends with NULL */
} kinds[KNEE_FACT_KINDS] = {
    [KNEE_FACT_LINE] = {"line", {NULL}},
    [KNEE_FACT_MEMORY_BOUND] = {"memory_bound", {"level", "wanted", "memory_bytes", "given"}},
    [KNEE_FACT_OPEN_FILES_BOUND] = {"open_files_bound", {"level", "wanted", "allowed"}},
    [KNEE_FACT_PROCESSES_BOUND] = {"processes_bound", {"level", "wanted", "allowed"}},
    [KNEE_FACT_ITEMS] = {"items", {"items", "seed", "level_is_argument", "item_s", "budget_s"}},
    [KNEE_FACT_ITEMS_ORDER] = {"items_order", {"through", "needed"}},
    [KNEE_FACT_REPEATED] = {"repeated", {"item", "rewritten"}},
    [KNEE_FACT_FORECAST] = {"forecast", {"item_s", "need_s", "budget_s"}},
    [KNEE_FACT_INPUT_REWRITTEN] = {"input_rewritten", {NULL}},
    [KNEE_FACT_RUNS_FAILED] = {"runs_failed", {"failed", "runs"}},
    [KNEE_FACT_INPUT_CACHED] = {"input_cached", {NULL}},
    [KNEE_FACT_OUTPUT_DROPPED] = {"output_dropped", {NULL}},
    [KNEE_FACT_ITEMS_FAILED] = {"items_failed", {"failed", "items"}},
    [KNEE_FACT_FIXED_TIME] = {"fixed_time", {"run_s", "level_max"}},
    [KNEE_FACT_FIRST_REQUEST] = {"first_request", {"item_s", "first_byte_s", "connect_s"}},
    [KNEE_FACT_REQUESTS_FAILED] = {"requests_failed", {"failed", "requests", "for_now_ratio"}},
    [KNEE_FACT_RETRY_AFTER] = {"retry_after", {"after_s"}},
    [KNEE_FACT_MAX_REQUESTS] = {"max_requests", {"requests"}},
    [KNEE_FACT_RATE_LIMIT] = {"rate_limit", {"per_s", "may_be_more"}},
    [KNEE_FACT_SERVER_UNSEEN] = {"server_unseen", {NULL}},
    [KNEE_FACT_CLIENTS] = {"clients", {"half_ratio"}},
    [KNEE_FACT_SLOW_HOST] = {"slow_host",
                             {"rank", "of_share", "of_share_low", "of_share_high", "level"}},
    [KNEE_FACT_OTHER_WORK_UNKNOWN] = {"other_work_unknown", {NULL}},
    [KNEE_FACT_OTHER_WORK] = {"other_work", {"cpus"}},
    [KNEE_FACT_STEAL] = {"steal", {"steal_ratio"}},
    [KNEE_FACT_SERVER] = {"server", {"cpus", "found"}},
    [KNEE_FACT_THROTTLED] = {"throttled", {"quota_cpus"}},
    [KNEE_FACT_FAILED_BY_TIME] = {"failed_by_time", {"windows", "of", "last"}},
    [KNEE_FACT_ORDER] = {"order", {"loss_ratio"}},
    [KNEE_FACT_MODES] = {"modes", {"level", "levels"}},
    [KNEE_FACT_STATES] = {"states", {"slow_ratio", "slow_share"}},
    [KNEE_FACT_SLOWED] = {"slowed", {"after_s", "fall_ratio", "disturbed"}},
    [KNEE_FACT_HANG] = {"hang", {"level", "waited_s", "timeout_s"}},
    [KNEE_FACT_PAGE_CACHE] = {"page_cache", {"item_bytes"}},
};

const char *knee_fact_kind_text(enum knee_fact_kind kind)
{
    return kinds[kind].text;
}

int knee_fact_kind_parse(enum knee_fact_kind *kind, const char *text)
{
    for (int k = 0; k < KNEE_FACT_KINDS; k++)
        if (strcmp(kinds[k].text, text) == 0) {
            *kind = (enum knee_fact_kind)k;
            return 0;
        }
    return -1;
}

const char *knee_fact_value_name(enum knee_fact_kind kind, size_t index)
{
    return kinds[kind].values[index];
}

struct knee_fact *knee_facts_find(struct knee_facts *facts, enum knee_fact_kind kind)
{
    for (size_t i = 0; i < facts->count; i++)
        if (facts->at[i].kind == kind)
            return &facts->at[i];
    return NULL;
}

static bool has_line(const struct knee_facts *facts, const char *line)
{
    for (size_t i = 0; i < facts->count; i++)
        if (facts->at[i].kind == KNEE_FACT_LINE && strcmp(facts->at[i].name, line) == 0)
            return true;
    return false;
}

void knee_facts_add(struct knee_facts *facts, enum knee_fact_kind kind, const double *values,
                    const char *name)
{
    struct knee_fact fact = {.kind = kind};
    for (size_t i = 0; values && i < KNEE_FACT_VALUES_MAX && kinds[kind].values[i]; i++)
        fact.values[i] = values[i];
    knee_strings_utf8(fact.name, sizeof fact.name, name ? name : "", false);
    if (kind == KNEE_FACT_LINE && (!*fact.name || has_line(facts, fact.name)))
        return;
    struct knee_fact *earlier = kind == KNEE_FACT_LINE ? NULL : knee_facts_find(facts, kind);
    if (earlier)
        *earlier = fact;
    else if (facts->count < KNEE_FACTS_MAX)
        facts->at[facts->count++] = fact;
}

void knee_facts_drop(struct knee_facts *facts, enum knee_fact_kind kind)
{
    size_t kept = 0;
    for (size_t i = 0; i < facts->count; i++)
        if (facts->at[i].kind != kind)
            facts->at[kept++] = facts->at[i];
    facts->count = kept;
}
