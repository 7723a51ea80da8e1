/* SPDX-License-Identifier: MIT */
/* The measuring of one workload: engine, host and journal around the search. */
#include "core/base/clock.h"
#include "core/text/human.h"
#include "core/engine/engine.h"
#include "tuner/result/fleet_part.h"
#include "tuner/search/strategies.h"
#include "tuner/store/hosts_read.h"
#include "tuner/sweep/engine_source.h"
#include "tuner/sweep/report_source.h"
#include "tuner/sweep/sweep.h"
#include "tuner/sweep/vary_cores.h"
#include "workloads/command/command.h"
#include "workloads/registry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Settling takes ten mean items at most, of which a window holds two; a gap ten times that long is
 * not settling. */
#define GAP_WINDOWS 20
#define DISTURBED_BYTES 400
#define GAP_NS KNEE_NS_PER_S
/* Servers are looked for before the first block, at this level at most, and in this share of the
 * budget: a tenth, or up to a quarter of a short one. */
#define LOOK_BLOCK UINT32_MAX
#define LOOK_LEVEL_MAX 4
#define LOOK_BUDGET_RATIO .1
#define LOOK_S 2.0
#define LOOK_SHORT_RATIO .25

struct measuring {
    struct knee_sweep *sweep;
    const struct knee_sweep_plan_workload *planned;
    struct knee_engine_source *source; /* of the search that runs */
    struct knee_report_source report;  /* with --rate, in its place */
    struct knee_reported *rate, *latency;
    struct knee_quiet_watch quiet;
};

void knee_sweep_search_params(const struct knee_sweep_plan *plan,
                              const struct knee_sweep_plan_workload *planned,
                              struct knee_search_params *params)
{
    *params = (struct knee_search_params){.candidates = planned->candidates,
                                          .candidates_count = planned->candidates_count,
                                          .fixed_levels = plan->fixed_levels,
                                          .cpus = planned->cpus,
                                          .tolerance_ratio = plan->tolerance_ratio,
                                          .may_use_coarser = plan->tolerance_is_default,
                                          .confidence_ratio = plan->confidence_ratio,
                                          .windows_max = plan->windows_max,
                                          .seed = plan->seed,
                                          .rule_of_thumb = planned->rule_of_thumb,
                                          .goal = &plan->goal,
                                          .strategy = knee_strategy_find(plan->strategy)};
}

/* Of the budget. */
static double elapsed_s(const struct measuring *measuring)
{
    return measuring->rate ? knee_report_source_elapsed_s(&measuring->report)
                           : knee_engine_source_elapsed_s(measuring->source);
}

static int on_window(void *context, const struct knee_window *window, struct knee_err *err)
{
    struct measuring *measuring = context;
    char disturbed[DISTURBED_BYTES];
    FILE *log = measuring->sweep->progress.log;
    if (knee_quiet_watch_window(&measuring->quiet, window, measuring->sweep->plan.host_cpus,
                                elapsed_s(measuring), disturbed, sizeof disturbed) &&
        log) {
        knee_progress_clear(&measuring->sweep->progress);
        fprintf(log, "knee: warning: %s\n", disturbed);
    }
    knee_progress_window(&measuring->sweep->progress, window, elapsed_s(measuring));
    if (knee_sweep_target_check(measuring->sweep, window, err) ||
        knee_journal_append(measuring->sweep->journal, measuring->planned->name, window, err))
        return -1;
    return knee_sweep_command_check(measuring->sweep, err);
}

/* Windows, and what lies between them: settling and holding. A longer gap is the time of other
 * workloads, or between two runs. */
static uint64_t time_spent_ns(const struct knee_search_record *record)
{
    uint64_t spent = 0;
    for (size_t i = 0; i < record->count; i++) {
        const struct knee_window *window = &record->windows[i];
        uint64_t longest = GAP_WINDOWS * window->window_ns + GAP_NS;
        uint64_t end = window->start_ns + window->window_ns;
        uint64_t next = i + 1 < record->count ? record->windows[i + 1].start_ns : end;
        uint64_t gap = next > end ? next - end : 0;
        spent += window->window_ns + (gap < longest ? gap : longest);
    }
    return spent;
}

static double need_of(const struct knee_sweep *sweep,
                      const struct knee_sweep_plan_workload *planned,
                      const struct knee_search_record *record)
{
    struct knee_search_params params;
    struct knee_decision decision;
    knee_sweep_search_params(&sweep->plan, planned, &params);
    if (record->count == 0 || knee_search_decide(&params, record, &decision, NULL) ||
        decision.verdict != KNEE_VERDICT_UNRESOLVED || decision.why.kind == KNEE_DECISION_SINGLE)
        return INFINITY;
    double per_window_s = knee_clock_to_s(time_spent_ns(record)) / (double)record->count;
    return decision.windows_more * per_window_s;
}

double knee_sweep_need_s(const struct knee_sweep *sweep, size_t index)
{
    return need_of(sweep, &sweep->plan.workloads[index], &sweep->records[index]);
}

bool knee_sweep_shares_budget(const struct knee_sweep *sweep)
{
    return sweep->plan.quick && !sweep->options->measuring.budget_ns &&
           !sweep->options->measuring.resume && sweep->plan.workloads_count > 1;
}

uint64_t knee_sweep_left_ns(const struct knee_sweep *sweep)
{
    uint64_t all_ns = sweep->plan.workloads_count * sweep->plan.budget_ns;
    uint64_t used_ns = knee_clock_now_ns() - sweep->start_ns;
    return used_ns < all_ns ? all_ns - used_ns : 0;
}

/* Would all the time that is left still not be enough? Then half of the workload's share must do to
 * say how far it got: others need the rest. */
static bool hopeless(const struct measuring *measuring, const struct knee_window *windows,
                     size_t count)
{
    const struct knee_sweep *sweep = measuring->sweep;
    const struct knee_search_record record = {.windows = (struct knee_window *)windows,
                                              .count = count};
    if (!knee_sweep_shares_budget(sweep) || sweep->extra_ns > 0 ||
        elapsed_s(measuring) < knee_clock_to_s(sweep->plan.budget_ns) / 2)
        return false;
    double need_s = need_of(sweep, measuring->planned, &record);
    return isfinite(need_s) &&
           need_s > KNEE_SWEEP_HOPE * knee_clock_to_s(knee_sweep_left_ns(sweep));
}

static int on_block(void *context, const struct knee_window *windows, size_t count,
                    const struct knee_points *points, struct knee_err *err)
{
    struct measuring *measuring = context;
    (void)points;
    if (knee_journal_sync(measuring->sweep->journal, err))
        return -1;
    return hopeless(measuring, windows, count) ? 1 : 0;
}

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

static void note_memory(struct knee_sweep_plan_workload *planned,
                        const struct knee_sweep_source *source)
{
    const struct knee_memory_guard *guard = &source->windows.guard;
    char line[160], size[KNEE_HUMAN_BYTES];
    if (source->ran_short)
        knee_facts_add(&planned->warnings, KNEE_FACT_LINE, NULL,
                       "The memory was nearly full, so the measurement ended early.");
    if (!guard->refused)
        return;
    snprintf(line, sizeof line,
             "Levels from %u were not run: level %u used %s, and they would need more memory than "
             "is free.",
             guard->refused, guard->level, knee_human_size(size, guard->bytes));
    knee_facts_add(&planned->warnings, KNEE_FACT_LINE, NULL, line);
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
    params.all_settled = sweep->all_settled;
    params.all_settled_context = sweep->all_settled_context;
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
    if (!asks || sweep->plan.command.rate || sweep->plan.servers_count > 0 || sweep->all_settled)
        return 0;
    source->windows.start_ns = knee_clock_now_ns();
    int status = knee_servers_look_for(&source->servers, source->engine, LOOK_BLOCK,
                                       level_to_look_at(planned), sweep->item_s, most_s, err);
    return status < 0 ? -1 : 0;
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
    for (size_t i = 0; i < planned->parameters_count; i++)
        values[i] = planned->parameters[i].value;
    if (knee_host_probe_open(&source->probe, "", err) ||
        knee_servers_open(&source->servers, sweep->plan.servers, sweep->plan.servers_count, err) ||
        open_engine(sweep, planned, workload, values, source, err)) {
        knee_sweep_source_close(source);
        return -1;
    }
    source->windows =
        (struct knee_engine_source){.engine = source->engine,
                                    .probe = source->probe,
                                    .cpus = planned->pus ? planned->pus : sweep->plan.host_cpus,
                                    .sweep_start_ns = sweep->start_ns,
                                    .budget_ns = budget_ns,
                                    .spent_ns = spent_ns,
                                    .window_ns = sweep->plan.window_ns,
                                    .guards_memory = sweep->command.actor != NULL,
                                    .width = level_is_argument(sweep) ? 1 : 0,
                                    .items_per_run = (double)sweep->plan.command.per_run,
                                    .item_s = sweep->item_s,
                                    .item_cpu_ratio = sweep->item_cpu_ratio,
                                    .park_between = sweep->command.params.prepare != NULL};
    if (sweep->target.server_pid && sweep->plan.servers_count == 0)
        knee_servers_add(&source->servers, sweep->target.server_pid);
    if (look_for_servers(sweep, planned, source, err)) {
        knee_sweep_source_close(source);
        return -1;
    }
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

static int take_earlier_windows(struct knee_sweep *sweep, const char *name,
                                struct knee_search_record *record, struct knee_err *err)
{
    const struct knee_journal_part *part = knee_journal_rows_find(&sweep->rows, name);
    for (size_t i = 0; part && i < part->count; i++)
        if (knee_search_record_add(record, &part->windows[i], err))
            return -1;
    return 0;
}

/* The rest of its own share went into the rest for all: it counts only once. */
static uint64_t budget_ns(const struct knee_sweep *sweep, uint64_t spent_ns)
{
    return sweep->extra_ns > 0 ? spent_ns + sweep->extra_ns : sweep->plan.budget_ns;
}

/* The command measures itself. */
static int open_report(struct measuring *measuring, struct knee_host_probe *probe,
                       struct knee_servers *servers, uint64_t spent_ns,
                       struct knee_search_source *windows, struct knee_err *err)
{
    struct knee_sweep *sweep = measuring->sweep;
    const struct knee_command_options *command = &sweep->plan.command;
    if (knee_reported_open(&measuring->rate, "--rate", command->rate, KNEE_REPORTED_RATE, err) ||
        (command->latency && knee_reported_open(&measuring->latency, "--latency", command->latency,
                                                KNEE_REPORTED_DURATION, err)))
        return -1;
    measuring->report = (struct knee_report_source){.actor = sweep->command.actor,
                                                    .probe = probe,
                                                    .servers = servers,
                                                    .rate = measuring->rate,
                                                    .latency = measuring->latency,
                                                    .cpus = knee_host_allowed_cpus(),
                                                    .sweep_start_ns = sweep->start_ns,
                                                    .budget_ns = budget_ns(sweep, spent_ns),
                                                    .spent_ns = spent_ns,
                                                    .timeout_ns = command->timeout_ns,
                                                    .item_s = sweep->item_s,
                                                    .interrupted = sweep->interrupted,
                                                    .context = measuring,
                                                    .on_window = on_window,
                                                    .on_block = on_block};
    knee_report_source_make(&measuring->report, windows);
    return 0;
}

static void close_report(struct measuring *measuring)
{
    knee_report_source_close(&measuring->report);
    knee_reported_close(measuring->rate);
    knee_reported_close(measuring->latency);
}

int knee_sweep_wait_quiet(struct knee_sweep *sweep, struct knee_err *err)
{
    uint64_t all_ns = sweep->options->measuring.wait_quiet_ns;
    uint64_t left_ns = sweep->waited_ns < all_ns ? all_ns - sweep->waited_ns : 0;
    int status = knee_quiet_wait(&left_ns, knee_host_allowed_cpus(), sweep->interrupted,
                                 sweep->progress.log, err);
    sweep->waited_ns = all_ns - left_ns;
    return status;
}

#define CLIENTS_LIMIT_RATIO .95 /* of all hosts' throughput: below it half of them are too few */

/* As the report has it: from the windows at the limit. */
static int note_slow_host(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                          uint32_t limit, struct knee_err *err)
{
    struct knee_fleet_part *parts;
    size_t count;
    uint32_t in_all = knee_fleet_in_all(sweep->fleet, limit);
    if (knee_hosts_read(&parts, &count, sweep->directory.path, planned->name, in_all, err))
        return -1;
    const struct knee_fleet_part *slow = knee_fleet_part_slow(parts, count);
    if (slow)
        knee_facts_add(&planned->warnings, KNEE_FACT_SLOW_HOST,
                       (const double[]){slow->rank, slow->of_share}, slow->name);
    free(parts);
    return 0;
}

/* Who limits, the clients or the service; how the limit is divided; and a host that is slow. */
static int note_fleet(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                      struct knee_engine_source *windows, uint32_t limit, struct knee_err *err)
{
    char shares[160], line[400];
    double ratio = NAN;
    uint32_t hosts = knee_fleet_size(sweep->fleet);
    uint64_t length_ns = windows->window_ns ? windows->window_ns : 200 * KNEE_NS_PER_MS;
    if (hosts > 1 && knee_fleet_compare_half(sweep->fleet, windows, limit, length_ns, &ratio, err))
        return -1;
    if (sweep->options->measuring.resume) { /* the lines on the earlier windows */
        knee_facts_drop(&planned->notes, KNEE_FACT_LINE);
        knee_facts_drop(&planned->warnings, KNEE_FACT_LINE);
        knee_facts_drop(&planned->warnings, KNEE_FACT_CLIENTS);
        knee_facts_drop(&planned->warnings, KNEE_FACT_SLOW_HOST);
    }
    knee_fleet_shares_text(sweep->fleet, limit, shares, sizeof shares);
    snprintf(line, sizeof line, "%s.", shares);
    knee_facts_add(&planned->notes, KNEE_FACT_LINE, NULL, line);
    if (hosts > 1 && ratio < CLIENTS_LIMIT_RATIO) {
        knee_facts_add(&planned->warnings, KNEE_FACT_CLIENTS, &ratio, NULL);
    } else if (isfinite(ratio)) { /* else an interrupt came before it was known */
        snprintf(line, sizeof line,
                 "The service is the limit: half of the hosts give %.0f %% of the throughput.",
                 100 * ratio);
        knee_facts_add(&planned->notes, KNEE_FACT_LINE, NULL, line);
    }
    return hosts > 1 ? note_slow_host(sweep, planned, limit, err) : 0;
}

/* What the answer will be: objectives, SLOs and a disturbed machine may move it from the knee. */
static int find_limit(struct knee_sweep *sweep, size_t index, uint32_t *limit, struct knee_err *err)
{
    const struct knee_search_record *record = &sweep->records[index];
    struct knee_search_record copy = {0};
    struct knee_result result = {0};
    int status = knee_sweep_plan_result(&sweep->plan, &result, err);
    for (size_t i = 0; i < record->count && !status; i++)
        status = knee_search_record_add(&copy, &record->windows[i], err);
    if (!status)
        status = knee_sweep_conclude(&sweep->plan, &sweep->plan.workloads[index], &copy,
                                     &result.workloads[index], err);
    *limit = status ? 0 : result.workloads[index].decision.limit;
    knee_search_record_release(&copy);
    knee_result_release(&result);
    return status;
}

int knee_sweep_measure(struct knee_sweep *sweep, size_t index, struct knee_err *err)
{
    struct knee_sweep_plan_workload *planned = &sweep->plan.workloads[index];
    struct knee_search_record *record = &sweep->records[index];
    struct knee_sweep_source source = {0};
    struct measuring measuring = {.sweep = sweep, .planned = planned, .source = &source.windows};
    if (record->count == 0 && take_earlier_windows(sweep, planned->name, record, err))
        return -1;
    uint64_t spent_ns = time_spent_ns(record);
    if (knee_vary_cores_bind(sweep, planned, err))
        return -1;
    knee_sweep_command_order(sweep, planned, record); /* the look for servers uses items, too */
    int status =
        knee_sweep_source_open(&source, sweep, planned, budget_ns(sweep, spent_ns), spent_ns, err);
    if (status == 0)
        status = knee_sweep_plan_write(&sweep->plan, sweep->directory.path, err);
    if (status == 0) {
        struct knee_search_params params;
        struct knee_search_source windows;
        struct knee_decision decision;
        source.windows.context = &measuring;
        source.windows.on_window = on_window;
        source.windows.on_block = on_block;
        knee_sweep_search_params(&sweep->plan, planned, &params);
        knee_quiet_watch_start(&measuring.quiet, &source.servers);
        knee_engine_source_make(&source.windows, &windows);
        knee_engine_source_recall(&source.windows, record->windows, record->count);
        if (sweep->fleet) {
            source.windows.fleet = sweep->fleet;
            source.windows.cpus = knee_fleet_cpus(sweep->fleet);
            status = knee_fleet_begin(sweep->fleet, index, planned->name, err);
        }
        if (sweep->plan.command.rate && status == 0)
            status =
                open_report(&measuring, source.probe, &source.servers, spent_ns, &windows, err);
        knee_progress_workload(&sweep->progress, planned->title, source.windows.budget_ns);
        if (status == 0)
            status = knee_search_run(&params, &windows, record, &decision, err);
        uint32_t limit = 0;
        if (sweep->fleet && status == 0)
            status = find_limit(sweep, index, &limit, err);
        if (sweep->fleet && status == 0 && limit > 0)
            status = note_fleet(sweep, planned, &source.windows, limit, err) ||
                     knee_sweep_plan_write(&sweep->plan, sweep->directory.path, err);
        if (sweep->fleet)
            knee_fleet_end(sweep->fleet);
        knee_sweep_command_warn(sweep, planned, record);
        knee_sweep_target_warn(sweep, planned, record);
        /* What went wrong is known only now, and `knee report` says it again. */
        if (status == 0 && sweep->target.service)
            status = knee_sweep_plan_write(&sweep->plan, sweep->directory.path, err);
        note_memory(planned, &source);
    }
    close_report(&measuring);
    knee_quiet_watch_release(&measuring.quiet);
    knee_sweep_source_close(&source);
    knee_vary_cores_release(sweep, planned);
    return status;
}
