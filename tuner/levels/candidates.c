/* SPDX-License-Identifier: MIT */
#include "tuner/levels/candidates.h"

#include "core/engine/engine.h"

/* A full set drops further levels: the parser leaves room for the few that are added to a list, and
 * the defaults are some thirty. */
static void add_level(struct knee_level_set *set, uint32_t level)
{
    if (level >= 1 && level <= KNEE_ENGINE_LEVEL_MAX)
        knee_level_set_add(set, level);
}

static void add_up_to(struct knee_level_set *set, uint32_t level, uint32_t max_level)
{
    if (!max_level || level <= max_level)
        add_level(set, level);
}

struct meaning {
    uint32_t level, mark;
};

#define MEANINGS 7

/* A mark that makes no difference on this machine is not set: its level is 0. */
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

static void add_defaults(struct knee_level_set *set, const struct knee_machine *machine,
                         const struct meaning meanings[MEANINGS],
                         const struct knee_candidates_params *params)
{
    uint32_t max_level = params->max_level ? params->max_level : KNEE_ENGINE_LEVEL_MAX;
    uint32_t cpus = knee_machine_cpus(machine, params->resource);
    for (uint32_t level = 1; level <= max_level; level *= 2)
        add_level(set, level);
    add_level(set, max_level);
    add_up_to(set, cpus / 2, max_level);
    add_up_to(set, cpus, max_level);
    add_up_to(set, 2 * cpus, max_level);
    for (size_t i = 0; i < MEANINGS; i++)
        add_up_to(set, meanings[i].level, max_level);
}

static void add_list(struct knee_level_set *set, const struct knee_machine *machine,
                     const struct knee_candidates_params *params)
{
    const struct knee_level_list *list = params->list;
    for (size_t i = 0; i < list->numbers.count; i++)
        add_up_to(set, list->numbers.at[i], params->max_level);
    if (list->cores)
        add_up_to(set, machine->cores, params->max_level);
    if (list->pus)
        add_up_to(set, machine->pus, params->max_level);
    if (list->twice_pus)
        add_up_to(set, 2 * machine->pus, params->max_level);
}

size_t knee_candidates_fill(struct knee_candidate *candidates, const struct knee_machine *machine,
                            const struct knee_candidates_params *params)
{
    struct knee_level_set set = {.count = 0};
    struct meaning meanings[MEANINGS];
    list_meanings(meanings, machine, params);
    add_level(&set, 1);
    add_level(&set, params->current);
    if (params->list && knee_level_list_is_given(params->list))
        add_list(&set, machine, params);
    else
        add_defaults(&set, machine, meanings, params);
    for (size_t i = 0; i < set.count; i++) {
        candidates[i] = (struct knee_candidate){.level = set.at[i]};
        for (size_t m = 0; m < MEANINGS; m++)
            if (meanings[m].level == set.at[i])
                candidates[i].marks |= meanings[m].mark;
    }
    return set.count;
}
