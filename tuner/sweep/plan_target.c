/* SPDX-License-Identifier: MIT */
/* A service in a sweep: asked once, planned, watched. */
#include "core/base/file.h"
#include "tuner/sweep/plan_levels.h"
#include "tuner/sweep/sweep.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ITEMS_FILE "items.nul"
/* Of a slot: its connection, and what the library opens to wait for it and to look up names. */
#define SLOT_FILES 8
#define SLOT_BYTES 131072
#define REQUESTS_BYTES KNEE_FACT_NAME_BYTES

static const struct knee_target *target_of(const struct knee_sweep *sweep)
{
    return sweep->target.workload->target;
}

static void note_look(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                      const struct knee_target_look *look)
{
    const double values[] = {look->item_s, look->first_byte_s, look->connect_s};
    knee_facts_add(&planned->notes, KNEE_FACT_FIRST_REQUEST, values, look->said);
    if (look->local && !look->server_pid && sweep->plan.servers_count == 0)
        knee_facts_add(&planned->warnings, KNEE_FACT_SERVER_UNSEEN, NULL, NULL);
    sweep->item_s = look->item_s;
    sweep->target.local = look->local;
    sweep->target.server_pid = look->server_pid;
}

/* Drops the candidates above `most` but `kept` (0: none); what is the highest then is by `by`. */
static void cut_levels(struct knee_sweep_plan_workload *planned, uint32_t most, uint32_t kept,
                       const char *by)
{
    size_t count = 0;
    for (size_t i = 0; i < planned->candidates_count; i++)
        if (planned->candidates[i].level <= most || planned->candidates[i].level == kept)
            planned->candidates[count++] = planned->candidates[i];
    if (count == planned->candidates_count)
        return;
    planned->candidates_count = count;
    planned->max_level = count > 0 ? planned->candidates[count - 1].level : 0;
    snprintf(planned->max_level_text, sizeof planned->max_level_text, "%s", by);
}

static int set_levels(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                      const struct knee_target_look *look, struct knee_err *err)
{
    const struct knee_levels_options *levels = &sweep->options->levels;
    const struct knee_workload *workload = sweep->target.workload;
    struct knee_machine_needs needs =
        knee_machine_needs_of_threads(workload->resource, workload->worker_bytes + SLOT_BYTES);
    needs.item_files = SLOT_FILES;
    needs.item_processes++; /* a thread that looks up the name */
    knee_plan_levels_set(planned, workload->default_max_level, &sweep->machine.machine, &needs,
                         sweep);
    if (!levels->max_level && !sweep->plan.fixed_levels)
        cut_levels(planned, workload->target->max_level, levels->current,
                   "the default for a service");
    if (look->level_max > 0) {
        bool wanted_more = planned->max_level > look->level_max;
        cut_levels(planned, look->level_max, 0, look->level_max_by);
        if (wanted_more && planned->candidates_count > 0 && planned->max_level < look->level_max &&
            !sweep->plan.fixed_levels) {
            planned->candidates[planned->candidates_count++] =
                (struct knee_candidate){.level = look->level_max};
            planned->max_level = look->level_max;
        }
    }
    if (planned->candidates_count > 0)
        return 0;
    return knee_err_set(err, KNEE_USAGE, "--levels: none is within %u (%s); give smaller ones",
                        look->level_max, look->level_max_by);
}

int knee_sweep_target_plan(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                           struct knee_err *err)
{
    struct knee_target_look look = {.item_s = NAN};
    planned->resource = sweep->target.workload->resource;
    snprintf(planned->name, sizeof planned->name, "%s", sweep->target.name);
    snprintf(planned->title, sizeof planned->title, "%s", sweep->target.title);
    snprintf(planned->target, sizeof planned->target, "%s", sweep->target.workload->name);
    sweep->target.params.interrupted = sweep->interrupted;
    if (knee_user_target_open(&sweep->target, err))
        return -1;
    if (!sweep->options->measuring.dry_run && !sweep->serves) {
        if (target_of(sweep)->look(sweep->target.service, &look, err))
            return -1;
        note_look(sweep, planned, &look);
    }
    return set_levels(sweep, planned, &look, err);
}

int knee_sweep_target_save_items(const struct knee_sweep *sweep, struct knee_err *err)
{
    struct knee_file file;
    if (sweep->target.items.count == 0)
        return 0;
    if (knee_file_open(&file, sweep->directory.path, ITEMS_FILE, err))
        return -1;
    knee_items_write(&sweep->target.items, file.out);
    return knee_file_close(&file, err);
}

/* Headers whose values the earlier sweep did not keep, from this command line. */
static int add_hidden(struct knee_sweep *sweep, struct knee_target_options *options,
                      struct knee_err *err)
{
    const struct knee_target_options *now = &sweep->options->target;
    const char *names = sweep->plan.hidden;
    if (names[0] && now->headers_count == 0)
        return knee_err_set(err, KNEE_USAGE,
                            "--resume: the values of headers are not kept; give --header again for "
                            "%.200s",
                            names);
    if (!names[0] && now->headers_count > 0)
        return knee_err_set(err, KNEE_USAGE,
                            "--header: --resume goes on with the earlier plan; drop it, or start "
                            "a new sweep");
    for (size_t i = 0; i < now->headers_count; i++) {
        if (options->headers_count == KNEE_TARGET_HEADERS_MAX)
            return knee_err_set(err, KNEE_USAGE, "--header: more than %d of them; give fewer",
                                KNEE_TARGET_HEADERS_MAX);
        options->headers[options->headers_count++] = now->headers[i];
    }
    return 0;
}

int knee_sweep_target_resume(struct knee_sweep *sweep, struct knee_err *err)
{
    const struct knee_sweep_plan *plan = &sweep->plan;
    struct knee_sweep_options *options = plan->arguments->values;
    const struct knee_user_target_options parts = {
        .target = &options->target, .command = &options->command, .work = &options->work};
    const struct knee_workload *workload;
    struct knee_target_look look;
    char saved[4200];
    snprintf(saved, sizeof saved, "%s/%s", sweep->options->measuring.resume, ITEMS_FILE);
    if (add_hidden(sweep, &options->target, err) ||
        knee_user_target_find(plan->arguments, &workload, err))
        return -1;
    if (!workload)
        return knee_err_set(err, KNEE_FAILED, "%s: this knee has no such workload; sweep again",
                            plan->workloads[0].target);
    if (knee_user_target_read(&sweep->target, workload, plan->arguments, &parts, plan->seed, saved,
                              err))
        return -1;
    sweep->target.params.interrupted = sweep->interrupted;
    if (knee_user_target_open(&sweep->target, err) ||
        target_of(sweep)->look(sweep->target.service, &look, err))
        return -1;
    sweep->item_s = look.item_s;
    sweep->target.local = look.local;
    sweep->target.server_pid = look.server_pid;
    return 0;
}

/* An error that has no answer in it: a broken connection, or none. */
static bool may_be_gone(const struct knee_measured *window)
{
    const double *failed = window->requests.failed;
    return failed[KNEE_FAILURE_REFUSED] + failed[KNEE_FAILURE_RESET] +
               failed[KNEE_FAILURE_TIMEOUT] + failed[KNEE_FAILURE_OTHER] >
           0.0;
}

int knee_sweep_target_check(struct knee_sweep *sweep, const struct knee_measured *window,
                            struct knee_err *err)
{
    struct knee_err gone = {0};
    if (!sweep->target.service)
        return 0;
    target_of(sweep)->window_ended(sweep->target.service, window->level);
    if (!may_be_gone(window) || target_of(sweep)->check(sweep->target.service, &gone) == 0)
        return 0;
    return knee_err_set(err, KNEE_FAILED,
                        "%.300s; the windows so far are in %.150s: start it, and go on with knee "
                        "sweep --resume %.150s",
                        gone.message, sweep->directory.path, sweep->directory.path);
}

void knee_sweep_target_warn(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                            const struct knee_search_record *record)
{
    char text[REQUESTS_BYTES];
    double good = 0, failed = 0;
    if (!sweep->target.service)
        return;
    for (size_t i = 0; i < record->count; i++) {
        good += record->windows[i].items;
        failed += record->windows[i].failed_items;
    }
    target_of(sweep)->failures(sweep->target.service, text, sizeof text);
    const double values[] = {ceil(failed), ceil(good + failed),
                             target_of(sweep)->for_now_ratio(sweep->target.service)};
    if (failed > 0.0 && text[0])
        knee_facts_add(&planned->warnings, KNEE_FACT_REQUESTS_FAILED, values, text);
    double after_s = target_of(sweep)->retry_after_s(sweep->target.service);
    if (after_s > 0)
        knee_facts_add(&planned->warnings, KNEE_FACT_RETRY_AFTER, &after_s, NULL);
    const double requests = (double)sweep->target.params.max_requests;
    if (target_of(sweep)->must_end(sweep->target.service))
        knee_facts_add(&planned->warnings, KNEE_FACT_MAX_REQUESTS, &requests, NULL);
}
