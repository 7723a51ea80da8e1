/* SPDX-License-Identifier: MIT */
#include "tuner/levels/levels.h"

#include "core/engine/engine.h"

#include <stdio.h>

/* A growing, sorted set of candidates. Full sets drop what comes last: the parser leaves room for
 * the few levels that are added to a list, and the defaults are some thirty. */
struct set {
    struct knee_candidate *at;
    size_t count;
};

static void add(struct set *set, uint32_t level)
{
    size_t at = 0;
    if (level < 1 || level > KNEE_ENGINE_LEVEL_MAX)
        return;
    while (at < set->count && set->at[at].level < level)
        at++;
    if (set->count == KNEE_LEVELS_MAX || (at < set->count && set->at[at].level == level))
        return;
    for (size_t i = set->count; i > at; i--)
        set->at[i] = set->at[i - 1];
    set->at[at] = (struct knee_candidate){.level = level};
    set->count++;
}

static void add_up_to(struct set *set, uint32_t level, uint32_t max_level)
{
    if (!max_level || level <= max_level)
        add(set, level);
}

struct meaning {
    uint32_t level, mark;
};

#define MEANINGS 7

/* What makes no difference on this machine has no meaning: its level is 0. */
static void list_meanings(struct meaning meanings[MEANINGS], const struct knee_machine *machine,
                          const struct knee_candidates_params *params)
{
    const struct meaning all[MEANINGS] = {
        {machine->cores, KNEE_MARK_CORES},
        {machine->pus != machine->cores ? machine->pus : 0, KNEE_MARK_PUS},
        {machine->numa_nodes > 1 ? machine->numa_cores : 0, KNEE_MARK_NUMA},
        {machine->l3_groups > 1 ? machine->l3_cores : 0, KNEE_MARK_L3},
        {knee_machine_quota_cpus(machine), KNEE_MARK_QUOTA},
        {params->rule_of_thumb, KNEE_MARK_RULE},
        {params->current, KNEE_MARK_CURRENT},
    };
    for (size_t i = 0; i < MEANINGS; i++)
        meanings[i] = all[i];
}

static void add_defaults(struct set *set, const struct knee_machine *machine,
                         const struct meaning meanings[MEANINGS],
                         const struct knee_candidates_params *params)
{
    uint32_t max_level = params->max_level ? params->max_level : KNEE_ENGINE_LEVEL_MAX;
    uint32_t cpus = knee_machine_cpus(machine, params->resource);
    for (uint32_t level = 1; level <= max_level; level *= 2)
        add(set, level);
    add(set, max_level);
    add_up_to(set, cpus / 2, max_level);
    add_up_to(set, cpus, max_level);
    add_up_to(set, 2 * cpus, max_level);
    for (size_t i = 0; i < MEANINGS; i++)
        add_up_to(set, meanings[i].level, max_level);
}

static void add_list(struct set *set, const struct knee_machine *machine,
                     const struct knee_candidates_params *params)
{
    const struct knee_level_list *list = params->list;
    for (size_t i = 0; i < list->count; i++)
        add_up_to(set, list->levels[i], params->max_level);
    if (list->cores)
        add_up_to(set, machine->cores, params->max_level);
    if (list->pus)
        add_up_to(set, machine->pus, params->max_level);
    if (list->twice_pus)
        add_up_to(set, 2 * machine->pus, params->max_level);
}

static bool is_given(const struct knee_level_list *list)
{
    return list && (list->count || list->cores || list->pus || list->twice_pus);
}

size_t knee_candidates_fill(struct knee_candidate *candidates, const struct knee_machine *machine,
                            const struct knee_candidates_params *params)
{
    struct set set = {.at = candidates};
    struct meaning meanings[MEANINGS];
    list_meanings(meanings, machine, params);
    add(&set, 1);
    add(&set, params->current);
    if (is_given(params->list))
        add_list(&set, machine, params);
    else
        add_defaults(&set, machine, meanings, params);
    for (size_t i = 0; i < set.count; i++)
        for (size_t m = 0; m < MEANINGS; m++)
            if (meanings[m].level == set.at[i].level)
                set.at[i].marks |= meanings[m].mark;
    return set.count;
}

const char *knee_mark_text(uint32_t marks, char *text, int text_bytes)
{
    static const char *const names[] = {"cores",   "PUs",  "NUMA", "L3",    "quota",  "rule",
                                        "current", "knee", "peak", "limit", "errors", "slo"};
    int used = 0;
    if (text_bytes > 0)
        text[0] = '\0';
    for (size_t i = 0; i < sizeof names / sizeof *names && used < text_bytes; i++)
        if (marks & (1u << i))
            used += snprintf(text + used, (size_t)(text_bytes - used), "%s%s", used ? "+" : "",
                             names[i]);
    return text;
}
