/* SPDX-License-Identifier: MIT */
/* The user's command in a sweep: tried, classified, planned. */
#include "core/base/clock.h"
#include "core/base/file.h"
#include "tuner/levels/classify.h"
#include "tuner/sweep/engine_source.h"
#include "tuner/sweep/plan_levels.h"
#include "tuner/sweep/sweep.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRIAL_RUNS 10
/* Of the budget, for the first look. */
#define TRIAL_BUDGET_RATIO 0.1
#define ITEMS_FILE "items.nul"
/* A search that settles takes about WINDOWS_TYPICAL windows; a window of long items takes about
 * four: the change of level, the settling, the window, the hold. */
#define WINDOWS_TYPICAL 40.0
#define ITEMS_A_WINDOW 4.0
#define WINDOW_COST_S 0.3
/* A budget that falls short by less than this factor is not worth a warning. */
#define FORECAST_FACTOR 1.5

double knee_sweep_command_need_s(const struct knee_command_options *options, double item_s)
{
    double items = options->rate ? 1 : ITEMS_A_WINDOW;
    return WINDOWS_TYPICAL * fmax(WINDOW_COST_S, items * item_s);
}

static void note_items(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                       const struct knee_first_look *trial)
{
    double item_s = trial->item_mean_s,
           need_s = knee_sweep_command_need_s(&sweep->plan.command, item_s);
    double budget_s = knee_clock_to_s(sweep->plan.budget_ns);
    const double items[] = {(double)sweep->command.items.count, (double)sweep->plan.seed,
                            knee_actor_level_is_argument(sweep->command.actor), item_s, budget_s};
    const double forecast[] = {item_s, need_s, budget_s};
    knee_facts_add(&planned->notes, KNEE_FACT_ITEMS, items, NULL);
    if (need_s > FORECAST_FACTOR * budget_s && ITEMS_A_WINDOW * item_s > WINDOW_COST_S)
        knee_facts_add(&planned->warnings, KNEE_FACT_FORECAST, forecast, NULL);
}

/* How many runs a sweep may need at most: what the highest level or the CPUs allow, for the whole
 * budget. */
static double runs_needed(const struct knee_sweep *sweep,
                          const struct knee_sweep_plan_workload *planned,
                          const struct knee_first_look *trial)
{
    double cpus = sweep->plan.host_cpus;
    double at_once = planned->candidates[planned->candidates_count - 1].level;
    if (trial->cpu_ratio > 0)
        at_once = fmin(at_once, fmax(cpus / trial->cpu_ratio, 1));
    return at_once * knee_clock_to_s(sweep->plan.budget_ns) / trial->item_mean_s;
}

/* The first to touch something pays for the caches: of a server, a database, the names of hosts. If
 * every limit of a block gets the same items, that is always the first of them. */
static void choose_items_order(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                               const struct knee_first_look *trial)
{
    const struct knee_command_options *options = &sweep->plan.command;
    bool given = knee_arguments_given(sweep->plan.arguments, "items-order");
    double items = (double)sweep->command.items.count, needed = runs_needed(sweep, planned, trial);
    if (!(items > 0))
        return;
    bool through =
        given ? options->items_order == KNEE_ITEMS_ORDER_THROUGH : items >= needed; /* NAN: no */
    bool counts = through ? items < needed : !given && needed > 0;
    const double order[] = {through, counts ? ceil(needed) : 0};
    knee_facts_add(&planned->notes, KNEE_FACT_ITEMS_ORDER, order, NULL);
}

void knee_sweep_command_order(const struct knee_sweep *sweep,
                              struct knee_sweep_plan_workload *planned,
                              const struct knee_search_record *record)
{
    const struct knee_fact *order = knee_facts_find(&planned->notes, KNEE_FACT_ITEMS_ORDER);
    double items_per_run = fmax((double)sweep->plan.command.per_run, 1), runs = TRIAL_RUNS;
    if (!sweep->command.actor || !order || !(order->values[0] > 0))
        return;
    for (size_t i = 0; i < record->count; i++)
        runs += (record->windows[i].items + record->windows[i].failed_items) / items_per_run +
                2 * record->windows[i].level; /* settling and holding */
    knee_actor_go_through(sweep->command.actor, (size_t)runs);
}

static void note_repeat(struct knee_sweep_plan_workload *planned,
                        const struct knee_first_look *trial)
{
    const double repeated[] = {trial->first_number, trial->changed};
    const double failed[] = {(double)trial->failed, (double)trial->runs};
    knee_facts_add(&planned->notes, KNEE_FACT_REPEATED, repeated, NULL);
    if (trial->changed)
        knee_facts_add(&planned->warnings, KNEE_FACT_INPUT_REWRITTEN, NULL, NULL);
    if (trial->failed > 0)
        knee_facts_add(&planned->warnings, KNEE_FACT_RUNS_FAILED, failed, NULL);
}

/* `find . | knee sweep -- gzip` forgets the {}: its lines wait in a pipe that nobody reads. */
static bool input_waits(const struct knee_sweep *sweep)
{
    struct stat input;
    int bytes = 0;
    return sweep->command.items.count == 0 && fstat(STDIN_FILENO, &input) == 0 &&
           S_ISFIFO(input.st_mode) && ioctl(STDIN_FILENO, FIONREAD, &bytes) == 0 && bytes > 0;
}

static void note_conditions(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                            const struct knee_first_look *trial)
{
    const struct knee_command_options *options = &sweep->plan.command;
    /* Whatever the first look read from the disk: items run many times. */
    if (trial->input_bytes > 0.0 && !options->cold)
        knee_facts_add(&planned->warnings, KNEE_FACT_INPUT_CACHED, NULL, NULL);
    if (!options->output_dir && !options->rate)
        knee_facts_add(&planned->notes, KNEE_FACT_OUTPUT_DROPPED, NULL, NULL);
    if (input_waits(sweep))
        knee_facts_add(&planned->notes, KNEE_FACT_LINE, NULL,
                       "Standard input was not read: for its lines to be items, write {} in the "
                       "command.");
}

static int try_it(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                  struct knee_first_look *trial, struct knee_err *err)
{
    uint64_t time_ns = (uint64_t)(TRIAL_BUDGET_RATIO * (double)sweep->plan.budget_ns);
    struct knee_first_look_params params = {.actor = sweep->command.actor,
                                            .runs = sweep->plan.command.rate ? 2 : TRIAL_RUNS,
                                            .time_ns = time_ns,
                                            .interrupted = sweep->interrupted};
    knee_user_command_watch(&sweep->command, &params, sweep->progress.log);
    if (knee_first_look_run(&params, trial, err))
        return -1;
    const struct knee_classify_shares shares = {.cpu_ratio = trial->cpu_ratio,
                                                .disk_ratio = trial->disk_ratio,
                                                .wait_ratio =
                                                    trial->network_ratio + trial->other_ratio};
    planned->resource = knee_classify(&shares, NULL);
    note_items(sweep, planned, trial);
    note_repeat(planned, trial);
    note_conditions(sweep, planned, trial);
    return 0;
}

/* What the items of a command need is what was seen: the tested peak, files and a process each. */
static struct knee_machine_needs needs_of_command(double rss_bytes, bool level_is_argument)
{
    struct knee_machine_needs needs = knee_machine_needs_of_threads(KNEE_CLASS_CPU, 0);
    needs.item_bytes += rss_bytes > 0.0 ? (uint64_t)rss_bytes : 0;
    needs.item_files = 6;
    needs.item_processes = 3;
    if (level_is_argument) /* one run at a time */
        memset(&needs, 0, sizeof needs);
    return needs;
}

/* The command is tried before its levels are chosen: they depend on what it does. */
int knee_sweep_command_plan(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                            struct knee_err *err)
{
    const struct knee_command_options *options = &sweep->plan.command;
    struct knee_machine machine = sweep->machine.machine;
    struct knee_first_look trial = {.rss_bytes = NAN};
    planned->command = true;
    planned->resource = KNEE_CLASS_MIXED;
    snprintf(planned->name, sizeof planned->name, "%s", sweep->command.name);
    snprintf(planned->title, sizeof planned->title, "%s", sweep->command.title);
    bool argument = false;
    if (sweep->options->measuring.dry_run && knee_user_command_check(&sweep->command, err))
        return -1;
    if (!sweep->options->measuring.dry_run && !sweep->serves) {
        if (knee_sweep_wait_quiet(sweep, err) ||
            knee_user_command_open(&sweep->command, sweep->interrupted, err) ||
            try_it(sweep, planned, &trial, err))
            return -1;
        argument = knee_actor_level_is_argument(sweep->command.actor);
        sweep->item_s = trial.item_mean_s;
        sweep->item_cpu_ratio = trial.cpu_ratio;
    }
    struct knee_machine_needs needs = needs_of_command(trial.rss_bytes, argument);
    if (options->max_memory_bytes) {
        needs.own_bytes = 0;
        needs.item_bytes = trial.rss_bytes > 0.0 ? (uint64_t)trial.rss_bytes : 0;
        machine.memory_given = options->max_memory_bytes < machine.memory_available_bytes;
        if (machine.memory_given)
            machine.memory_available_bytes = options->max_memory_bytes;
    }
    sweep->command_machine = machine;
    sweep->command_needs = needs;
    knee_plan_levels_set(planned, 0, &machine, &needs, sweep);
    if (sweep->command.actor)
        choose_items_order(sweep, planned, &trial);
    return 0;
}

int knee_sweep_command_save_items(const struct knee_sweep *sweep, struct knee_err *err)
{
    struct knee_file file;
    if (sweep->command.items.count == 0)
        return 0;
    if (knee_file_open(&file, sweep->directory.path, ITEMS_FILE, err))
        return -1;
    knee_items_write(&sweep->command.items, file.out);
    return knee_file_close(&file, err);
}

/* What the plan says of the earlier budget is no longer so. */
static void note_budget(struct knee_sweep *sweep, double item_s)
{
    struct knee_sweep_plan_workload *planned = &sweep->plan.workloads[0];
    double budget_s = knee_clock_to_s(sweep->plan.budget_ns);
    struct knee_fact *items = knee_facts_find(&planned->notes, KNEE_FACT_ITEMS);
    if (items)
        items->values[4] = budget_s;
    if (knee_sweep_command_need_s(&sweep->plan.command, item_s) <= FORECAST_FACTOR * budget_s)
        knee_facts_drop(&planned->warnings, KNEE_FACT_FORECAST);
}

int knee_sweep_command_resume(struct knee_sweep *sweep, struct knee_err *err)
{
    const struct knee_sweep_plan *plan = &sweep->plan;
    struct knee_first_look trial;
    char saved[4200];
    snprintf(saved, sizeof saved, "%s/%s", sweep->options->measuring.resume, ITEMS_FILE);
    if (knee_user_command_read(&sweep->command, plan->arguments, &plan->command, plan->seed, saved,
                               err) ||
        knee_user_command_open(&sweep->command, sweep->interrupted, err))
        return -1;
    struct knee_first_look_params params = {
        .actor = sweep->command.actor, .runs = 2, .interrupted = sweep->interrupted};
    knee_user_command_watch(&sweep->command, &params, sweep->progress.log);
    if (knee_first_look_run(&params, &trial, err))
        return -1;
    sweep->item_s = trial.item_mean_s;
    sweep->item_cpu_ratio = trial.cpu_ratio;
    note_budget(sweep, trial.item_mean_s);
    return 0;
}
