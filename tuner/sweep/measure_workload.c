/* SPDX-License-Identifier: MIT */
/* The measuring of one workload: engine, host and journal around the search. */
#include "core/base/clock.h"
#include "core/host/oom_kills.h"
#include "core/text/human.h"
#include "tuner/sweep/engine_source.h"
#include "tuner/sweep/report_source.h"
#include "tuner/sweep/sweep.h"
#include "tuner/sweep/vary_cores.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#define DISTURBED_BYTES 400
#define BUDGET_STEP_S 10.0 /* the budget that is advised is longer by at least this */

struct measuring {
    struct knee_sweep *sweep;
    const struct knee_sweep_plan_workload *planned;
    struct knee_engine_source *source; /* of the search that runs */
    struct knee_report_source report;  /* with --rate, in its place */
    struct knee_reported *rate, *latency;
    struct knee_quiet_watch quiet;
};

/* Of the budget. */
static double elapsed_s(const struct measuring *measuring)
{
    return measuring->rate ? knee_report_source_elapsed_s(&measuring->report)
                           : knee_engine_source_elapsed_s(measuring->source);
}

static int on_window(void *context, const struct knee_measured *window, struct knee_err *err)
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

/* Would all the time that is left still not be enough for the asked tolerance? Then an answer at a
 * coarser one must do: others need the rest, and at least half of its share is its own. */
static bool hopeless(const struct measuring *measuring, const struct knee_window *windows,
                     size_t count)
{
    const struct knee_sweep *sweep = measuring->sweep;
    const struct knee_search_record record = {.windows = (struct knee_window *)windows,
                                              .count = count};
    if (!knee_sweep_shares_budget(sweep) ||
        (sweep->extra_ns == 0 && elapsed_s(measuring) < knee_clock_to_s(sweep->plan.budget_ns) / 2))
        return false;
    struct knee_sweep_open open;
    return knee_sweep_record_open(sweep, measuring->planned, &record, &open) &&
           open.coarser_holds &&
           open.need_s > KNEE_SWEEP_HOPE * knee_clock_to_s(knee_sweep_left_ns(sweep));
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

/* Since `before`, while items of a command failed. Another group's may be among them. */
static bool note_oom_kills(const struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                           uint64_t before)
{
    char line[160];
    uint64_t kills = knee_oom_kills("");
    if (!sweep->command.actor || kills <= before ||
        !knee_facts_find(&planned->warnings, KNEE_FACT_ITEMS_FAILED))
        return false;
    snprintf(line, sizeof line,
             "the kernel killed %" PRIu64 " process%s for want of memory: memory is what limits it",
             kills - before, kills - before == 1 ? "" : "es");
    knee_facts_add(&planned->warnings, KNEE_FACT_LINE, NULL, line);
    return true;
}

/* A sweep that went on had used `spent_ns`, and has measured `more` windows. */
static void say_if_used_up(const struct measuring *measuring, size_t more, uint64_t spent_ns)
{
    char used[KNEE_HUMAN_BYTES], budget[KNEE_HUMAN_BYTES];
    const struct knee_sweep *sweep = measuring->sweep;
    double spent_s = knee_clock_to_s(spent_ns);
    bool ran_out = measuring->rate ? measuring->report.ran_out : measuring->source->ran_out;
    if (!sweep->options->measuring.resume || !ran_out || more > 0)
        return;
    fprintf(sweep->io->log,
            "knee: warning: %s: nothing more was measured: %s of a budget of %s are used up; "
            "--budget %.0fs measures more\n",
            measuring->planned->name, knee_human_duration(used, spent_s),
            knee_human_duration(budget, knee_clock_to_s(knee_sweep_budget_ns(sweep))),
            BUDGET_STEP_S * ceil(spent_s / BUDGET_STEP_S + 1));
}

/* At least a second, and ten times what an item is likely to take. */
#define TIMEOUT_FACTOR 10.0

static void note_hang(struct knee_sweep_plan_workload *planned,
                      const struct knee_engine_source_hang *hang)
{
    if (hang->level > 0)
        knee_facts_add(&planned->warnings, KNEE_FACT_HANG,
                       (const double[]){hang->level, hang->waited_s,
                                        fmax(1.0, ceil(TIMEOUT_FACTOR * hang->expected_s))},
                       NULL);
}

void knee_sweep_take_windows(struct knee_search_record *record,
                             const struct knee_journal_rows *rows, const char *workload)
{
    struct knee_journal_part *part = knee_journal_rows_find(rows, workload);
    if (!part || record->windows)
        return;
    *record = (struct knee_search_record){
        .windows = part->windows, .count = part->count, .capacity = part->capacity};
    free(part->lines);
    part->windows = NULL;
    part->lines = NULL;
    part->count = part->capacity = 0;
}

/* The rest of its own share went into the rest for all: it counts only once. */
static uint64_t budget_ns(const struct knee_sweep *sweep, uint64_t spent_ns)
{
    return sweep->extra_ns > 0 ? spent_ns + sweep->extra_ns : knee_sweep_budget_ns(sweep);
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

int knee_sweep_measure(struct knee_sweep *sweep, size_t index, struct knee_err *err)
{
    struct knee_sweep_plan_workload *planned = &sweep->plan.workloads[index];
    struct knee_search_record *record = &sweep->records[index];
    struct knee_sweep_source source = {0};
    struct measuring measuring = {.sweep = sweep, .planned = planned, .source = &source.windows};
    knee_sweep_take_windows(record, &sweep->rows, planned->name);
    uint64_t spent_ns = knee_sweep_spent_ns(record);
    uint64_t oom_kills = knee_oom_kills("");
    size_t earlier = record->count;
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
            source.windows.take_together = knee_fleet_window;
            source.windows.cpus = knee_fleet_cpus(sweep->fleet);
            status = knee_fleet_begin(sweep->fleet, index, planned->name, err);
        }
        if (sweep->plan.command.rate && status == 0)
            status =
                open_report(&measuring, source.probe, &source.servers, spent_ns, &windows, err);
        knee_progress_workload(&sweep->progress, planned->title, source.windows.budget_ns);
        if (status == 0)
            status = knee_search_run(&params, &windows, record, &decision, err);
        if (status == 0)
            say_if_used_up(&measuring, record->count - earlier, spent_ns);
        if (sweep->fleet && status == 0)
            status = knee_sweep_note_fleet(sweep, index, &source.windows, err);
        if (sweep->fleet)
            knee_fleet_end(sweep->fleet);
        knee_sweep_command_warn(sweep, planned, record);
        knee_sweep_target_warn(sweep, planned, record);
        note_hang(planned, &source.windows.hang);
        bool killed = note_oom_kills(sweep, planned, oom_kills);
        /* What went wrong is known only now, and `knee report` says it again. */
        if (status == 0 && (sweep->target.service || source.windows.hang.level > 0 || killed))
            status = knee_sweep_plan_write(&sweep->plan, sweep->directory.path, err);
        note_memory(planned, &source);
    }
    close_report(&measuring);
    knee_quiet_watch_release(&measuring.quiet);
    knee_sweep_source_close(&source);
    knee_vary_cores_release(sweep, planned);
    return status;
}
