/* SPDX-License-Identifier: MIT */
/* `knee sweep`: plan, measure, conclude, write, draw, print. */
#include "tuner/sweep/sweep.h"

#include "core/base/clock.h"
#include "reports/words/explain.h"
#include "reports/words/explain_slo.h"
#include "reports/words/fact_text.h"
#include "reports/words/next.h"
#include "tuner/cli/expect.h"
#include "tuner/cli/interrupted.h"
#include "tuner/cli/output.h"
#include "tuner/cli/signals.h"
#include "tuner/sweep/fleet_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The directory, plan.json and the journal: from here on there is something to write to. */
static int open_directory(struct knee_sweep *sweep, struct knee_err *err)
{
    const struct knee_sweep_options *options = sweep->options;
    bool resumed = options->measuring.resume != NULL;
    if (!resumed &&
        knee_directory_make(&sweep->directory, "results", options->output.output, time(NULL), err))
        return -1;
    if (!sweep->plan.dir)
        sweep->plan.dir = options->work.dir ? options->work.dir : sweep->directory.path;
    if (!resumed)
        sweep->plan.results = sweep->directory.path;
    if (knee_sweep_plan_write(&sweep->plan, sweep->directory.path, err) ||
        (!resumed &&
         (knee_sweep_command_save_items(sweep, err) || knee_sweep_target_save_items(sweep, err))))
        return -1;
    return knee_journal_open(&sweep->journal, sweep->directory.path, resumed ? &sweep->rows : NULL,
                             err);
}

/* The windows of an earlier run lie before time 0 of this one. */
static void set_start(struct knee_sweep *sweep)
{
    uint64_t earlier = 0;
    for (size_t i = 0; i < sweep->rows.count; i++)
        for (size_t j = 0; j < sweep->rows.parts[i].count; j++) {
            const struct knee_window *window = &sweep->rows.parts[i].windows[j];
            uint64_t end = window->start_ns + window->window_ns;
            earlier = end > earlier ? end : earlier;
        }
    sweep->start_ns = knee_clock_now_ns() - earlier;
}

/* Only what helps during the wait: the answer has the rest. With --json it is all here. */
static void announce(struct knee_sweep *sweep)
{
    char estimate[96], text[KNEE_FACT_TEXT_BYTES];
    struct knee_sweep_plan_workload *first = &sweep->plan.workloads[0];
    const struct knee_fact *forecast = knee_facts_find(&first->warnings, KNEE_FACT_FORECAST);
    if (sweep->options->output.quiet)
        return;
    for (size_t i = 0; sweep->options->output.json && i < first->notes.count; i++)
        fprintf(sweep->io->log, "knee: %s\n", knee_fact_text(&first->notes.at[i], text));
    if (forecast && !sweep->options->output.json)
        fprintf(sweep->io->log, "knee: warning: %s\n", knee_fact_text(forecast, text));
    knee_sweep_estimate(sweep, estimate, sizeof estimate);
    fprintf(sweep->io->log, "knee: %s; results in %s\n", estimate, sweep->directory.path);
}

/* A host does not answer any more. */
static bool is_lost(const struct knee_sweep *sweep)
{
    return sweep->io->link && sweep->io->link->lost;
}

/* Makes everything from the windows; `whole`: no signal has ended the measuring, so one that came
 * since is meant for this. */
static int finish(struct knee_sweep *sweep, bool whole, struct knee_err *err)
{
    if (knee_journal_close(sweep->journal, err)) {
        sweep->journal = NULL;
        return -1;
    }
    sweep->journal = NULL;
    if (knee_output_make(&sweep->plan, sweep->records, &sweep->result, err) ||
        knee_output_read_hosts(&sweep->plan, sweep->directory.path, &sweep->result, err))
        return -1;
    if (sweep->result.workloads_count == 0 && sweep->target.service &&
        sweep->target.workload->target->must_end(sweep->target.service))
        return knee_err_set(err, KNEE_USAGE,
                            "--max-requests: all were made before the first window ended; allow "
                            "more");
    if (sweep->result.workloads_count == 0)
        return knee_err_set(err, KNEE_FAILED,
                            "sweep: not one window was measured; go on with knee sweep --resume %s",
                            sweep->directory.path);
    /* The answer whatever happens: a full disk or a chart that cannot be drawn does not hide it. */
    int unwritten = knee_output_write(&sweep->result, sweep->directory.path,
                                      &sweep->options->output, sweep->io->log, err) ||
                    knee_directory_link(&sweep->directory, err);
    struct knee_err unprinted = {0};
    int status = knee_output_print(&sweep->result, &sweep->plan, sweep->directory.shown,
                                   &sweep->options->output, sweep->io->out, &unprinted);
    bool draws = !is_lost(sweep); /* else the launcher may end everything soon */
    int late = whole && *sweep->interrupted != SIGUSR1 ? *sweep->interrupted : 0;
    if (unwritten ||
        (draws && knee_output_draw(&sweep->result, sweep->directory.path, &sweep->options->output,
                                   late, sweep->io->log, err)))
        return -1;
    if (status)
        *err = unprinted;
    return status;
}

/* What the workload's windows say so far: a line for those who see no terminal. */
static int report_decided(struct knee_sweep *sweep, size_t index, struct knee_err *err)
{
    const struct knee_search_record *record = &sweep->records[index];
    struct knee_search_record copy = {0};
    struct knee_result result = {0};
    if (!knee_progress_wants_decided(&sweep->progress) || record->count == 0)
        return 0;
    int status = knee_sweep_plan_result(&sweep->plan, &result, err);
    if (!status)
        status = knee_search_record_copy(&copy, record, err);
    if (!status)
        status = knee_sweep_conclude(&sweep->plan, &sweep->plan.workloads[index], &copy,
                                     &result.workloads[index], err);
    if (!status)
        knee_progress_decided(&sweep->progress, &result.workloads[index]);
    knee_search_record_release(&copy);
    knee_result_release(&result);
    return status;
}

static int measure_all(struct knee_sweep *sweep, struct knee_err *err)
{
    for (size_t i = 0; i < sweep->plan.workloads_count; i++) {
        if (knee_sweep_wait_quiet(sweep, err) || knee_sweep_measure(sweep, i, err))
            return -1;
        knee_progress_clear(&sweep->progress);
        if (report_decided(sweep, i, err))
            return -1;
    }
    return 0;
}

/* The workload not in `done` that is the closest to being resolved, if time may do it; else one
 * that has no answer at a coarser tolerance either; else workloads_count. */
static size_t find_closest(const struct knee_sweep *sweep, const bool *done)
{
    size_t count = sweep->plan.workloads_count, closest = count, without = count;
    double least_s = KNEE_SWEEP_HOPE * knee_clock_to_s(knee_sweep_left_ns(sweep));
    for (size_t i = 0; i < count; i++) {
        struct knee_sweep_open open;
        if (done[i] ||
            !knee_sweep_record_open(sweep, &sweep->plan.workloads[i], &sweep->records[i], &open))
            continue;
        if (open.need_s < least_s) {
            least_s = open.need_s;
            closest = i;
        }
        if (without == count && !open.coarser_holds)
            without = i;
    }
    return closest < count || knee_sweep_left_ns(sweep) == 0 ? closest : without;
}

/* --quick has one budget for all: the time that some did not need goes to those it may settle. */
static int use_what_is_left(struct knee_sweep *sweep, struct knee_err *err)
{
    bool done[KNEE_CHOSEN_WORKLOADS_MAX] = {false};
    size_t at;
    if (!knee_sweep_shares_budget(sweep))
        return 0;
    while ((at = find_closest(sweep, done)) < sweep->plan.workloads_count) {
        sweep->extra_ns = knee_sweep_left_ns(sweep);
        if (knee_sweep_measure(sweep, at, err))
            return -1;
        knee_progress_clear(&sweep->progress);
        if (report_decided(sweep, at, err))
            return -1;
        done[at] = true;
    }
    return 0;
}

static int judge_slos(const struct knee_sweep *sweep, struct knee_err *err)
{
    for (size_t i = 0; i < sweep->result.workloads_count; i++) {
        const struct knee_workload_result *workload = &sweep->result.workloads[i];
        char missed[KNEE_EXPLAIN_BYTES];
        if (*knee_explain_slo_missed(workload, missed))
            return knee_err_set(err, KNEE_SLO_UNMET, "%s: %s; %s", workload->name, missed,
                                workload->decision.verdict == KNEE_VERDICT_DISTURBED
                                    ? "sweep again when the machine is quiet, or allow more"
                                    : "allow more, or make an item faster");
    }
    return 0;
}

static int judge_strictly(const struct knee_sweep *sweep, struct knee_err *err)
{
    bool strict = sweep->options->measuring.strict || sweep->plan.strict;
    for (size_t i = 0; strict && i < sweep->result.workloads_count; i++) {
        const struct knee_workload_result *workload = &sweep->result.workloads[i];
        if (workload->decision.verdict == KNEE_VERDICT_RESOLVED)
            continue;
        char next[KNEE_NEXT_BYTES];
        return knee_err_set(err, KNEE_NOT_RESOLVED, "%s: the verdict is %s; %s", workload->name,
                            knee_verdict_text(workload->decision.verdict),
                            knee_next_clause(workload, next));
    }
    return 0;
}

static int run_sweep(struct knee_sweep *sweep, struct knee_err *err)
{
    struct knee_err stopped = {0};
    sweep->records = calloc(sweep->plan.workloads_count, sizeof *sweep->records);
    if (!sweep->records)
        return knee_err_memory(err, "sweep");
    if (open_directory(sweep, err))
        return -1;
    if (sweep->fleet && knee_fleet_journal(sweep->fleet, sweep->directory.path, err))
        return -1;
    set_start(sweep);
    announce(sweep);
    int status = measure_all(sweep, &stopped) || use_what_is_left(sweep, &stopped);
    knee_progress_clear(&sweep->progress);
    int signalled = *sweep->interrupted;
    bool unfinished = finish(sweep, !status, err) != 0;
    if (signalled == SIGUSR1 && sweep->result.workloads_count > 0) {
        status = 0; /* it was enough */
        knee_interrupted_warn(sweep);
    }
    if (unfinished && !status)
        return -1;
    if (unfinished && err->code > KNEE_INTERRUPTED) /* a second signal; that of the first is last */
        fprintf(sweep->io->log, "knee: %s\n", err->message);
    if (status && signalled && sweep->result.workloads_count == 0)
        return knee_err_set(err, KNEE_INTERRUPTED + signalled,
                            "interrupted before the first window ended; %s holds the plan alone",
                            sweep->directory.path);
    /* A host that was lost before the signal is named already: the launcher missed it, too. */
    if (status && signalled && (!is_lost(sweep) || stopped.code == KNEE_INTERRUPTED))
        return knee_interrupted_say(sweep, signalled, err);
    if (status) {
        *err = stopped;
        return -1;
    }
    if (knee_expect_judge(&sweep->options->expect, &sweep->result, sweep->io->log, err) ||
        judge_slos(sweep, err) || knee_sweep_command_judge(sweep, err))
        return -1;
    return judge_strictly(sweep, err);
}

/* Every rank but the first: obeys orders, and says nothing. */
static int serve(struct knee_sweep *sweep, struct knee_err *err)
{
    int code = knee_fleet_serve(sweep->io->link, sweep);
    knee_sweep_release(sweep);
    return code ? knee_err_set(err, code, "rank 0 has said why") : 0;
}

static int open_fleet(struct knee_sweep *sweep, struct knee_err *err)
{
    if (knee_fleet_open(&sweep->fleet, sweep, err))
        return -1;
    sweep->others = knee_fleet_others(sweep->fleet);
    return 0;
}

/* What several hosts have measured is not for one to go on with. */
static int check_alone(const struct knee_sweep *sweep, struct knee_err *err)
{
    struct knee_fleet_host self;
    if (sweep->plan.hosts_count == 0)
        return 0;
    knee_fleet_host_self(&self, sweep->arguments->argc, sweep->arguments->argv);
    return knee_fleet_same_hosts(sweep->plan.hosts, sweep->plan.hosts_count, &self, 1,
                                 sweep->options->measuring.resume, err);
}

static int print_plan(const struct knee_sweep *sweep, struct knee_err *err)
{
    if (sweep->options->output.json)
        return knee_sweep_print_plan_json(sweep, err);
    knee_sweep_print_plan(sweep);
    return 0;
}

static int run_command(const struct knee_arguments *arguments, const struct knee_streams *io,
                       struct knee_err *err)
{
    const struct knee_sweep_options *options = arguments->values;
    struct knee_sweep sweep = {
        .arguments = arguments, .options = options, .io = io, .interrupted = knee_signals_catch()};
    knee_progress_init(&sweep.progress, io->log, options->output.quiet, options->output.verbose);
    bool is_fleet = io->link && io->link->size > 1;
    if (!is_fleet || io->link->rank == 0)
        knee_signals_catch_enough(false);
    if (is_fleet && io->link->rank == 0)
        io->link->ending = sweep.interrupted;
    if (is_fleet && io->link->rank > 0)
        return serve(&sweep, err);
    int status =
        options->measuring.resume ? knee_sweep_resume(&sweep, err) : knee_sweep_plan(&sweep, err);
    knee_interrupted_early(status, *sweep.interrupted, err);
    if (!status && !is_fleet && options->measuring.resume)
        status = check_alone(&sweep, err);
    if (!status)
        status = knee_expect_check(&options->expect, sweep.plan.workloads_count, err);
    if (!status && options->measuring.dry_run)
        status = print_plan(&sweep, err);
    else if (!status && (!is_fleet || open_fleet(&sweep, err) == 0))
        status = run_sweep(&sweep, err);
    else
        status = -1;
    if (sweep.journal)
        knee_journal_close(sweep.journal, NULL);
    knee_fleet_close(sweep.fleet);
    knee_sweep_release(&sweep);
    return status;
}

const struct knee_command knee_cmd_sweep = {
    .name = "sweep",
    .options = knee_sweep_options_uses,
    .values_bytes = sizeof(struct knee_sweep_options),
    .operands = "[WORKLOAD..." KNEE_USER_TARGET_OPERANDS "]",
    .operands_max = KNEE_ARGUMENTS_WORDS_MAX,
    .other_operands = "-- COMMAND [ARG...]",
    .takes_command = true,
    .summary = "finds the limit of your command or of synthetic work, on this host",
    .need = "Which limit is right for my work here?",
    .example = "find . -type f | knee sweep -- COMMAND",
    .details = "Your own command goes after --:\n"
               "  find . -type f | knee sweep -- gzip -9kc {}\n"
               "  knee sweep -- make -j{n}\n"
               "{} is the item, {.} {/} {//} {/.} are its parts as in GNU parallel, {#} is its\n"
               "number, {%} the slot, {n} the level, {out} a fresh temporary path and {copy} a\n"
               "fresh copy of the item's file, both removed afterwards. Without {} the item is\n"
               "appended. Items run many times, so they must be repeatable; knee throws away what\n"
               "they print, and tries the first item on a copy of its file. Each item\n"
               "is a process group of its own, and when it ends, times out or is interrupted, or\n"
               "knee is killed, nothing of its group is left; what leaves its group, as setsid\n"
               "and timeout do, is killed at the end of the sweep (unless knee gets SIGKILL).\n"
               "\n"
#if defined KNEE_WITH_LIBCURL || defined KNEE_WITH_LIBPQ
               "A service of yours is named by its URL, and asked over a connection a slot:\n"
#endif
#if defined KNEE_WITH_LIBCURL
               "  knee sweep http://127.0.0.1:8080/api --slo p99=200ms\n"
#endif
#if defined KNEE_WITH_LIBPQ
               "  knee sweep postgres://me@db/shop --param 'query=SELECT 1'\n"
#endif
#if defined KNEE_WITH_LIBCURL || defined KNEE_WITH_LIBPQ
               "The answer says how long the first byte and connecting take, and what share of\n"
               "the requests failed at which level, and how; report.html has it by level.\n"
               "\n"
#endif
               "Synthetic work of a known kind (knee list workloads) tells of the machine:\n"
               "  knee sweep cpu\n"
               "Without a workload, or with `all`: cpu, io, net and mixed; the others run only if\n"
               "they are named.\n"
               "\n"
               "The results go to results/DATE-TIME/, and results/latest points there.\n",
    .run = run_command,
};
