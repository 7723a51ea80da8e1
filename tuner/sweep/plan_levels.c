/* SPDX-License-Identifier: MIT */
#include "tuner/sweep/plan_levels.h"

#include <stdio.h>

/* The host cannot hold the level that was wanted. */
static void warn_of_bound(struct knee_sweep_plan_workload *planned,
                          const struct knee_machine_ceiling *top,
                          const struct knee_machine *machine)
{
    double values[] = {top->level, top->wanted, (double)machine->memory_available_bytes,
                       machine->memory_given};
    enum knee_fact_kind kind = KNEE_FACT_MEMORY_BOUND;
    if (top->by == KNEE_BOUND_OPEN_FILES) {
        kind = KNEE_FACT_OPEN_FILES_BOUND;
        values[2] = (double)machine->open_files_max;
    } else if (top->by == KNEE_BOUND_PROCESSES) {
        kind = KNEE_FACT_PROCESSES_BOUND;
        values[2] = (double)machine->processes_max;
    }
    knee_facts_add(&planned->warnings, kind, values, NULL);
}

/* Which option or bound the highest level comes from. Today's setting may lie above them all. */
static void name_bound(struct knee_sweep_plan_workload *planned,
                       const struct knee_machine_ceiling *top, const struct knee_sweep *sweep)
{
    const struct knee_levels_options *options = &sweep->options->levels;
    bool cut = options->max_level > 0 &&
               knee_level_set_highest(&options->levels.numbers) > options->max_level;
    bool listed = sweep->plan.fixed_levels && !top->lowered && !cut;
    planned->max_level = planned->candidates[planned->candidates_count - 1].level;
    if (planned->max_level == options->current && options->current > top->level)
        snprintf(planned->max_level_text, sizeof planned->max_level_text, "--current %u",
                 options->current);
    else
        snprintf(planned->max_level_text, sizeof planned->max_level_text, "%s",
                 listed ? "--levels" : top->text);
}

void knee_plan_levels_set(struct knee_sweep_plan_workload *planned, uint32_t default_max_level,
                          const struct knee_machine *machine,
                          const struct knee_machine_needs *needs, const struct knee_sweep *sweep)
{
    const struct knee_levels_options *options = &sweep->options->levels;
    uint32_t asked =
        options->max_level ? options->max_level : knee_level_set_highest(&options->levels.numbers);
    struct knee_machine_ceiling top;
    knee_machine_ceiling(machine, planned->resource, default_max_level, asked, needs, &top);
    if (top.lowered)
        warn_of_bound(planned, &top, machine);
    planned->cpus = knee_machine_cpus(machine, planned->resource);
    planned->rule_of_thumb =
        knee_machine_rule(machine, planned->resource, sweep->plan.load_factor, options->max_level);
    planned->current = options->current;
    planned->total_items = (double)sweep->options->work.total;
    /* Words like `cores` are not cut by a ceiling that was only made for the numbers beside them.
     */
    bool bounded = !sweep->plan.fixed_levels || options->max_level || top.lowered;
    planned->candidates_count = knee_candidates_fill(
        planned->candidates, machine,
        &(struct knee_candidates_params){.resource = planned->resource,
                                         .list = &options->levels,
                                         .max_level = bounded ? top.level : 0,
                                         .rule_of_thumb = planned->rule_of_thumb,
                                         .current = options->current});
    name_bound(planned, &top, sweep);
}
