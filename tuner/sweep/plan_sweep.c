/* SPDX-License-Identifier: MIT */
/* What a sweep is going to do: from the options, or from an earlier sweep's plan. */
#include "core/base/array.h"
#include "core/base/clock.h"
#include "core/base/version.h"
#include "core/text/builder.h"
#include "core/text/units.h"
#include "tuner/sweep/plan_levels.h"
#include "tuner/sweep/plan_parameters.h"
#include "tuner/sweep/same_host.h"
#include "tuner/sweep/sweep.h"
#include "tuner/sweep/vary_cores.h"

#include <hwloc.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BUDGET_NS (60 * KNEE_NS_PER_S)
/* --quick: a workload, and all of them together; setups and charts come on top. */
#define QUICK_BUDGET_NS (27 * KNEE_NS_PER_S)
#define QUICK_BUDGET_ALL_NS (54 * KNEE_NS_PER_S)

/* "net (5 ms, pool 16)": the parameters that are always shown, and those that were changed. */
static void set_title(struct knee_sweep_plan_workload *planned)
{
    struct knee_builder title;
    bool first = true;
    knee_builder_over(&title, planned->title, sizeof planned->title);
    knee_builder_add(&title, "%s", planned->name);
    for (size_t i = 0; i < planned->parameters_count; i++) {
        const struct knee_parameter *parameter = planned->parameters[i].parameter;
        double value = planned->parameters[i].value;
        char text[KNEE_UNITS_BYTES];
        if (!parameter->shown && !(fabs(value - parameter->value) > 0.0))
            continue;
        const char *noun = parameter->noun ? parameter->noun : "";
        if (!parameter->shown && !parameter->noun)
            noun = parameter->name;
        knee_builder_add(&title, "%s%s%s%s", first ? " (" : ", ", noun, *noun ? " " : "",
                         knee_units_parameter_title(parameter, value, text, sizeof text));
        first = false;
    }
    if (!first)
        knee_builder_add(&title, ")");
}

static void set_versions(struct knee_sweep_plan *plan)
{
    plan->versions[plan->versions_count++] =
        (struct knee_sweep_plan_version){"hwloc", HWLOC_VERSION};
    plan->versions[plan->versions_count++] =
        (struct knee_sweep_plan_version){"jansson", JANSSON_VERSION};
}

/* For each of `workloads`, unless the user has said so. */
static uint64_t default_budget_ns(bool quick, size_t workloads)
{
    if (!quick)
        return BUDGET_NS;
    return workloads * QUICK_BUDGET_NS > QUICK_BUDGET_ALL_NS ? QUICK_BUDGET_ALL_NS / workloads
                                                             : QUICK_BUDGET_NS;
}

static void fill_plan(struct knee_sweep *sweep, size_t workloads)
{
    const struct knee_sweep_options *options = sweep->options;
    const struct knee_measuring_options *measuring = &options->measuring;
    const struct knee_level_list *levels = &options->levels.levels;
    struct knee_sweep_plan *plan = &sweep->plan;
    struct knee_host_load load;
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    plan->version = KNEE_VERSION;
    strftime(plan->date, sizeof plan->date, "%Y-%m-%dT%H:%M:%SZ", &utc);
    plan->argc = sweep->arguments->argc;
    plan->argv = sweep->arguments->argv;
    plan->seed = measuring->seed;
    plan->strategy = measuring->strategy;
    plan->tolerance_ratio = measuring->tolerance_ratio;
    plan->tolerance_is_default = !knee_arguments_given(sweep->arguments, "tolerance");
    plan->confidence_ratio = measuring->confidence_ratio;
    plan->goal = measuring->goal;
    plan->budget_ns = measuring->budget_ns;
    if (!plan->budget_ns)
        plan->budget_ns = default_budget_ns(measuring->quick, workloads);
    plan->window_ns = measuring->window_ns;
    memcpy(plan->servers, measuring->servers, sizeof plan->servers);
    plan->servers_count = measuring->servers_count;
    plan->quick = measuring->quick;
    plan->strict = measuring->strict;
    plan->split = sweep->options->fleet.split;
    plan->fixed_levels = knee_level_list_is_given(levels);
    plan->pin = knee_pin_text(options->work.pin);
    plan->host_cpus = knee_host_allowed_cpus();
    plan->topology_source = options->host.topology;
    plan->load_factor = options->host.load.measured ? knee_machine_read_load(&sweep->machine, &load)
                                                    : options->host.load.factor;
    plan->host = sweep->machine.host;
    plan->topology = sweep->machine.counts;
    set_versions(plan);
}

static int plan_workload(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                         const struct knee_workload *workload, struct knee_err *err)
{
    const struct knee_machine_needs needs =
        knee_machine_needs_of_threads(workload->resource, workload->worker_bytes);
    snprintf(planned->name, sizeof planned->name, "%s", workload->name);
    planned->resource = workload->resource;
    if (knee_plan_parameters_set(planned, workload, &sweep->options->work, err))
        return -1;
    set_title(planned);
    knee_plan_levels_set(planned, workload->default_max_level, &sweep->machine.machine, &needs,
                         sweep);
    return 0;
}

/* The work of this sweep: a command, a service, or workloads. */
static int choose_work(struct knee_sweep *sweep,
                       const struct knee_workload *chosen[KNEE_CHOSEN_WORKLOADS_MAX], size_t *count,
                       struct knee_err *err)
{
    const struct knee_sweep_options *options = sweep->options;
    const struct knee_workload *service = NULL;
    *count = 1;
    sweep->plan.command = options->command;
    if (options->command.words) {
        sweep->plan.arguments = sweep->arguments;
        return knee_user_target_absent(sweep->arguments, err) ||
                       knee_user_command_read(&sweep->command, sweep->arguments,
                                              &sweep->plan.command, options->measuring.seed,
                                              sweep->items_file, err)
                   ? -1
                   : 0;
    }
    if (knee_user_target_find(sweep->arguments, &service, err))
        return -1;
    if (service && options->levels.vary == KNEE_VARY_CORES)
        return knee_err_set(err, KNEE_USAGE,
                            "--vary cores: binds knee, and the work is the service's; drop it, or "
                            "sweep once for each number of cores that you give the service");
    if (service) {
        const struct knee_user_target_options parts = {
            .target = &options->target, .command = &options->command, .work = &options->work};
        sweep->plan.arguments = sweep->arguments;
        return knee_user_target_read(&sweep->target, service, sweep->arguments, &parts,
                                     options->measuring.seed, sweep->items_file, err);
    }
    return knee_chosen_workloads(sweep->arguments, chosen, count, err) ||
                   knee_plan_parameters_check(&options->work, chosen, *count, err) ||
                   knee_user_command_absent(sweep->arguments, err) ||
                   knee_user_target_absent(sweep->arguments, err)
               ? -1
               : 0;
}

static int plan_one(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                    const struct knee_workload *chosen, struct knee_err *err)
{
    if (sweep->command.params.argv)
        return knee_sweep_command_plan(sweep, planned, err);
    if (sweep->target.workload)
        return knee_sweep_target_plan(sweep, planned, err);
    return plan_workload(sweep, planned, chosen, err);
}

int knee_sweep_plan(struct knee_sweep *sweep, struct knee_err *err)
{
    const struct knee_sweep_options *options = sweep->options;
    const struct knee_workload *chosen[KNEE_CHOSEN_WORKLOADS_MAX] = {NULL};
    size_t count = 1;
    if (knee_arguments_given(sweep->arguments, "min-efficiency") &&
        !knee_goal_objective(&options->measuring.goal)->uses_min_efficiency)
        return knee_err_set(err, KNEE_USAGE,
                            "--min-efficiency: is for --objective efficiency; add that");
    if (options->levels.vary == KNEE_VARY_CORES && knee_vary_cores_check(options, err))
        return -1;
    if (knee_servers_check(options->measuring.servers, options->measuring.servers_count, err))
        return -1;
    if (choose_work(sweep, chosen, &count, err))
        return -1;
    if (knee_machine_read_open(&sweep->machine, options->host.topology, err))
        return -1;
    fill_plan(sweep, count);
    if (sweep->target.workload) {
        sweep->plan.argv =
            knee_user_target_hide(sweep->arguments, sweep->plan.hidden, sizeof sweep->plan.hidden);
        if (!sweep->plan.argv)
            return knee_err_memory(err, "sweep");
    }
    sweep->plan.workloads = calloc(count, sizeof *sweep->plan.workloads);
    if (!sweep->plan.workloads)
        return knee_err_memory(err, "sweep");
    sweep->plan.workloads_count = count;
    for (size_t i = 0; i < count; i++) {
        struct knee_sweep_plan_workload *planned = &sweep->plan.workloads[i];
        if (plan_one(sweep, planned, chosen[i], err))
            return -1;
        if (options->work.pin != KNEE_PIN_NONE && !sweep->machine.counts.this_system)
            knee_facts_add(&planned->warnings, KNEE_FACT_LINE, NULL,
                           "--pin binds nothing here: the topology is not this host's");
    }
    return options->levels.vary == KNEE_VARY_CORES ? knee_vary_cores_expand(sweep, err) : 0;
}

/* Goes on with the earlier plan, which every host must be able to read. */
static int resume_to_serve(struct knee_sweep *sweep, struct knee_err *err)
{
    struct knee_sweep_plan *plan = &sweep->plan;
    const char *dir = sweep->options->measuring.resume;
    if (knee_sweep_plan_read(plan, dir, err) ||
        knee_machine_read_open(&sweep->machine, plan->topology_source, err))
        return -1;
    if (plan->workloads[0].target[0])
        return knee_sweep_target_resume(sweep, err);
    if (!plan->workloads[0].command)
        return 0;
    return knee_user_command_read(&sweep->command, plan->arguments, &plan->command, plan->seed,
                                  sweep->items_file, err) ||
                   knee_user_command_open(&sweep->command, sweep->interrupted, err)
               ? -1
               : 0;
}

int knee_sweep_plan_to_serve(struct knee_sweep *sweep, struct knee_err *err)
{
    sweep->serves = true;
    if (sweep->options->measuring.resume)
        return resume_to_serve(sweep, err);
    if (knee_sweep_plan(sweep, err))
        return -1;
    if (!sweep->plan.dir)
        sweep->plan.dir = sweep->options->work.dir ? sweep->options->work.dir : ".";
    return sweep->options->command.words
               ? knee_user_command_open(&sweep->command, sweep->interrupted, err)
               : 0;
}

/* Has every workload used it up? */
static bool is_used_up(const struct knee_sweep *sweep, uint64_t budget_ns)
{
    for (size_t i = 0; i < sweep->plan.workloads_count; i++) {
        const struct knee_journal_part *part =
            knee_journal_rows_find(&sweep->rows, sweep->plan.workloads[i].name);
        const struct knee_search_record record = {.windows = part ? part->windows : NULL,
                                                  .count = part ? part->count : 0};
        if (knee_sweep_spent_ns(&record) < budget_ns)
            return false;
    }
    return true;
}

int knee_sweep_resume(struct knee_sweep *sweep, struct knee_err *err)
{
    const struct knee_arguments *arguments = sweep->arguments;
    const char *dir = sweep->options->measuring.resume;
    static const char *const changeable[] = {"resume",   "budget", "quiet",      "verbose", "json",
                                             "no-plots", "strict", "wait-quiet", "header"};
    for (size_t i = 0; i < arguments->given_count; i++) {
        const char *name = arguments->given[i].option->name;
        bool allowed = false;
        for (size_t j = 0; j < KNEE_COUNT(changeable); j++)
            allowed |= strcmp(name, changeable[j]) == 0;
        if (!allowed)
            return knee_err_set(err, KNEE_USAGE,
                                "--%s: --resume goes on with the earlier plan; drop it, or start a "
                                "new sweep",
                                name);
    }
    if (arguments->words_count > 0)
        return knee_err_set(err, KNEE_USAGE,
                            "%s: --resume goes on with the earlier plan's workloads; drop it",
                            arguments->words[0]);
    const struct knee_same_host before = {&sweep->plan.host, &sweep->plan.topology};
    const struct knee_same_host now = {&sweep->machine.host, &sweep->machine.counts};
    if (knee_directory_lock(&sweep->directory.lock, dir, err) ||
        knee_sweep_plan_read(&sweep->plan, dir, err) ||
        knee_journal_read(&sweep->rows, dir, knee_goal_needs_latencies(&sweep->plan.goal), err) ||
        knee_sweep_plan_check_rows(&sweep->plan, &sweep->rows, dir, err) ||
        knee_plan_parameters_known(&sweep->plan, err) ||
        knee_machine_read_open(&sweep->machine, sweep->plan.topology_source, err) ||
        knee_same_host_check(&before, &now, dir, err) ||
        knee_servers_check(sweep->plan.servers, sweep->plan.servers_count, err))
        return -1;
    uint64_t budget_ns = sweep->options->measuring.budget_ns;
    if (budget_ns > 0 && !is_used_up(sweep, budget_ns))
        sweep->plan.budget_ns = budget_ns;
    sweep->plan.results = dir;
    sweep->plan.host_cpus = knee_host_allowed_cpus();
    snprintf(sweep->directory.path, sizeof sweep->directory.path, "%s", dir);
    snprintf(sweep->directory.shown, sizeof sweep->directory.shown, "%s", dir);
    if (sweep->plan.workloads[0].target[0])
        return knee_sweep_target_resume(sweep, err);
    if (sweep->plan.workloads[0].command)
        return knee_sweep_command_resume(sweep, err);
    return 0;
}

void knee_sweep_release(struct knee_sweep *sweep)
{
    for (size_t i = 0; sweep->records && i < sweep->plan.workloads_count; i++)
        knee_search_record_release(&sweep->records[i]);
    free(sweep->records);
    sweep->records = NULL;
    knee_result_release(&sweep->result);
    knee_journal_rows_release(&sweep->rows);
    /* It runs its clean-up, whose words a resumed plan owns. */
    knee_user_command_close(&sweep->command, sweep->io->log);
    bool hides = sweep->target.workload && !sweep->options->measuring.resume;
    knee_user_target_close(&sweep->target);
    if (hides)
        knee_user_target_hide_release(sweep->arguments, sweep->plan.argv);
    if (!sweep->options->measuring.resume)
        free(sweep->plan.workloads);
    else
        knee_sweep_plan_release(&sweep->plan);
    knee_machine_read_close(&sweep->machine);
}
