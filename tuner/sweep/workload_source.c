/* SPDX-License-Identifier: MIT */
/* Engine and host for the windows of a planned workload. */
#include "core/base/clock.h"
#include "core/engine/engine.h"
#include "tuner/sweep/plan_parameters.h"
#include "tuner/sweep/sweep.h"
#include "workloads/command/command.h"
#include "workloads/registry.h"

#include <math.h>

/* Servers are looked for before the first block, at this level at most, and in this share of the
 * budget: a tenth, or up to a quarter of a short one. */
#define LOOK_BLOCK UINT32_MAX
#define LOOK_LEVEL_MAX 4
#define LOOK_BUDGET_RATIO .1
#define LOOK_S 2.0
#define LOOK_SHORT_RATIO .25
/* Requests that have not been answered this much later hang, as on connections that the service
 * does not take yet. */
#define LOOK_SLACK_S 1.0

static bool level_is_argument(const struct knee_sweep *sweep)
{
    return sweep->command.actor && knee_actor_level_is_argument(sweep->command.actor);
}

/* A command's items may grow while they run: before the kernel ends something, they end. */
static bool memory_is_short(void *ran_short)
{
    uint64_t available_bytes, total_bytes;
    knee_host_memory_read(&available_bytes, &total_bytes, "");
    bool *is_short = ran_short;
    *is_short = *is_short || knee_memory_guard_is_emergency(available_bytes, total_bytes);
    return *is_short;
}

/* What the workload's setup gets. */
static void *custom_of(const struct knee_sweep *sweep)
{
    return sweep->target.service ? sweep->target.service : (void *)sweep->command.actor;
}

static int open_engine(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                       const struct knee_workload *workload, const double *values,
                       struct knee_sweep_source *source, struct knee_err *err)
{
    char warning[256];
    struct knee_engine_params params = {
        .workload = workload,
        .setup = {.values = values,
                  .dir = sweep->plan.dir,
                  .seed = sweep->plan.seed,
                  .custom = custom_of(sweep),
                  .rounds_per_ns = sweep->rounds_per_ns,
                  .workers_max = planned->candidates[planned->candidates_count - 1].level},
        .width = level_is_argument(sweep) ? 1 : 0,
        .topology = sweep->machine.topology,
        .interrupted = sweep->interrupted,
        .servers_cpu_s = knee_servers_cpu_s,
        .servers_context = &source->servers,
    };
    params.others = sweep->others;
    if (sweep->command.actor)
        params.must_end = memory_is_short;
    params.must_end_context = &source->ran_short;
    if (sweep->target.service) {
        params.must_end = sweep->target.workload->target->must_end;
        params.must_end_context = sweep->target.service;
    }
    knee_pin_parse(sweep->plan.pin, &params.pin);
    uint64_t before_ns = knee_clock_now_ns();
    if (knee_engine_open(&source->engine, &params, warning, sizeof warning, err))
        return -1;
    planned->setup_ns += knee_clock_now_ns() - before_ns;
    if (warning[0])
        knee_facts_add(&planned->warnings, KNEE_FACT_LINE, NULL, warning);
    return 0;
}

/* Enough to keep a server busy, and not too much for any memory. */
static uint32_t level_to_look_at(const struct knee_sweep_plan_workload *planned)
{
    uint32_t level = planned->candidates[0].level;
    for (size_t i = 0; i < planned->candidates_count; i++)
        if (planned->candidates[i].level <= LOOK_LEVEL_MAX)
            level = planned->candidates[i].level;
    return level;
}

/* Closing the engine ends requests that hang. */
static int open_again(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                      struct knee_sweep_source *source, struct knee_err *err)
{
    double values[KNEE_PARAMETERS_MAX];
    const struct knee_workload *workload = knee_registry_find(planned->target);
    knee_engine_close(source->engine);
    source->engine = source->windows.engine = NULL;
    if (knee_plan_parameters_values(planned, workload, values, err) ||
        open_engine(sweep, planned, workload, values, source, err))
        return -1;
    source->windows.engine = source->engine;
    return 0;
}

/* Of the user's command, or a service on this host, if no server was named: which processes are its
 * servers, or work for them? With --rate other load makes no window invalid, so it does not matter.
 */
static int look_for_servers(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                            struct knee_sweep_source *source, struct knee_err *err)
{
    double budget_s = knee_clock_to_s(sweep->plan.budget_ns);
    double most_s = fmax(LOOK_BUDGET_RATIO * budget_s, fmin(LOOK_S, LOOK_SHORT_RATIO * budget_s));
    bool asks = sweep->command.actor ||
                (sweep->target.server_pid && sweep->target.params.max_requests == 0);
    if (!asks || sweep->plan.command.rate || sweep->plan.servers_count > 0 || sweep->others.settled)
        return 0;
    source->windows.start_ns = knee_clock_now_ns();
    if (sweep->target.service)
        knee_engine_give_up_at(source->engine,
                               source->windows.start_ns +
                                   (uint64_t)((most_s + LOOK_SLACK_S) * (double)KNEE_NS_PER_S));
    int status = knee_servers_look_for(&source->servers, source->engine, LOOK_BLOCK,
                                       level_to_look_at(planned), sweep->item_s, most_s, err);
    return status > 0 ? open_again(sweep, planned, source, err) : status;
}

static void note_servers(struct knee_sweep_plan_workload *planned,
                         const struct knee_sweep_source *source)
{
    char text[KNEE_SERVERS_TEXT_BYTES];
    const double values[] = {source->servers.found_cpus, source->servers.found};
    knee_facts_drop(&planned->warnings, KNEE_FACT_SERVER);
    if (source->servers.count > 0)
        knee_facts_add(&planned->warnings, KNEE_FACT_SERVER, values,
                       knee_servers_text(&source->servers, text, sizeof text));
}

int knee_sweep_source_open(struct knee_sweep_source *source, struct knee_sweep *sweep,
                           struct knee_sweep_plan_workload *planned, uint64_t budget_ns,
                           uint64_t spent_ns, struct knee_err *err)
{
    const struct knee_workload *workload =
        sweep->command.actor ? &knee_workload_command
        : planned->target[0] ? knee_registry_find(planned->target)
                             : knee_registry_find(planned->pus ? planned->work : planned->name);
    double values[KNEE_PARAMETERS_MAX];
    *source = (struct knee_sweep_source){0};
    if (!workload)
        return knee_err_set(err, KNEE_FAILED, "%s: this knee has no such workload; sweep again",
                            planned->name);
    if (knee_plan_parameters_values(planned, workload, values, err) ||
        knee_host_probe_open(&source->probe, "", err) ||
        knee_servers_open(&source->servers, sweep->plan.servers, sweep->plan.servers_count, err) ||
        open_engine(sweep, planned, workload, values, source, err)) {
        knee_sweep_source_close(source);
        return -1;
    }
    double cpus = planned->pus ? planned->pus : sweep->plan.host_cpus;
    source->windows = (struct knee_engine_source){
        .engine = source->engine,
        .probe = source->probe,
        .cpus = cpus,
        .here_cpus = sweep->fleet ? knee_host_allowed_cpus() : cpus,
        .sweep_start_ns = sweep->start_ns,
        .budget_ns = budget_ns,
        .spent_ns = spent_ns,
        .window_ns = sweep->plan.window_ns,
        .guards_memory = sweep->command.actor != NULL,
        .width = level_is_argument(sweep) ? 1 : 0,
        .items_per_run = (double)sweep->plan.command.per_run,
        .item_s = sweep->item_s,
        .item_cpu_ratio = sweep->item_cpu_ratio,
        .quota_cpus = sweep->fleet ? INFINITY : sweep->machine.host.cpu_quota,
        .quota_period_ns = sweep->machine.host.cpu_quota_period_ns,
        .quota_holds = planned->resource == KNEE_CLASS_CPU,
        .park_between = sweep->command.params.prepare != NULL,
        .keeps_latencies = knee_goal_needs_latencies(&sweep->plan.goal)};
    if (sweep->target.server_pid && sweep->plan.servers_count == 0)
        knee_servers_add(&source->servers, sweep->target.server_pid);
    if (look_for_servers(sweep, planned, source, err)) {
        knee_sweep_source_close(source);
        return -1;
    }
    source->windows.servers_found = source->servers.found;
    source->windows.server_unseen = sweep->target.local && source->servers.count == 0;
    note_servers(planned, source);
    return 0;
}

void knee_sweep_source_close(struct knee_sweep_source *source)
{
    knee_engine_close(source->engine);
    knee_servers_close(&source->servers);
    knee_host_probe_close(source->probe);
    *source = (struct knee_sweep_source){0};
}
