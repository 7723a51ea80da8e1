/* SPDX-License-Identifier: MIT */
/* The user's command in a sweep: tried, classified, planned. */
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/text/human.h"
#include "tuner/levels/classify.h"
#include "tuner/sweep/engine_source.h"
#include "tuner/sweep/sweep.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define TRIAL_RUNS 10
/* Of the budget, for the first look. */
#define TRIAL_BUDGET_RATIO 0.1
#define ITEMS_FILE "items.nul"
#define BUDGET_NOTE "; this sweep: at most "
/* A search that settles takes about so many windows; one of long items takes about four of them:
 * the change of level, the settling, the window, the hold. */
#define WINDOWS_TYPICAL 40.0
#define ITEMS_A_WINDOW 4.0
#define WINDOW_COST_S 0.3

double knee_sweep_command_need_s(double item_s)
{
    return WINDOWS_TYPICAL * fmax(WINDOW_COST_S, ITEMS_A_WINDOW * item_s);
}

static void note(struct knee_sweep_plan_workload *planned, const char *text)
{
    if (planned->notes_count < KNEE_NOTES_MAX)
        snprintf(planned->notes[planned->notes_count++], KNEE_NOTE_BYTES, "%s", text);
}

/* "40,000 items, drawn at random (seed 1); one takes about 47 ms; this sweep: about 1 min" */
static void note_items(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                       const struct knee_first_look *trial)
{
    char text[KNEE_NOTE_BYTES], a[KNEE_HUMAN_BYTES], b[KNEE_HUMAN_BYTES];
    char what[96] = "the same command again and again";
    size_t items = sweep->command.items.count;
    double need_s = knee_sweep_command_need_s(trial->item_mean_s);
    double budget_s = knee_clock_to_s(sweep->plan.budget_ns);
    if (items > 0)
        snprintf(what, sizeof what, "%s item%s, drawn at random (seed %llu)",
                 knee_human_count(b, (double)items), items == 1 ? "" : "s",
                 (unsigned long long)sweep->plan.seed);
    else if (knee_actor_level_is_argument(sweep->command.actor))
        snprintf(what, sizeof what, "one run at a time, {n} is the level");
    knee_human_latency(a, trial->item_mean_s);
    snprintf(text, sizeof text, "%s; one takes about %s" BUDGET_NOTE "%s", what, a,
             knee_human_duration(b, budget_s));
    note(planned, text);
    if (need_s > 1.5 * budget_s && ITEMS_A_WINDOW * trial->item_mean_s > WINDOW_COST_S) {
        char c[KNEE_HUMAN_BYTES];
        double whole = need_s < 600 ? 10.0 * ceil(need_s / 10.0) : 60.0 * ceil(need_s / 60.0);
        snprintf(text, sizeof text,
                 "an item takes %s: a " KNEE_SWEEP_FORECAST
                 " needs about %s, not %s; give --budget %.0fs, "
                 "or smaller items",
                 a, knee_human_duration(c, whole), knee_human_duration(b, budget_s), whole);
        knee_sweep_plan_warn(planned, text);
    }
}

/* "item 1 was run twice: same exit code, input unchanged, so items can be repeated" */
static void note_repeat(struct knee_sweep_plan_workload *planned,
                        const struct knee_first_look *trial)
{
    char text[KNEE_NOTE_BYTES];
    if (trial->first_number == 0)
        snprintf(text, sizeof text, "it was run twice: same exit code, so it can be repeated");
    else
        snprintf(text, sizeof text,
                 "item %u was run twice: same exit code, input %s, so items can be repeated",
                 trial->first_number, trial->changed ? "rewritten" : "unchanged");
    note(planned, text);
    if (trial->changed)
        knee_sweep_plan_warn(planned,
                             "items rewrite their own input: each run may find other work");
    if (trial->failed > 0) {
        snprintf(text, sizeof text, "%zu of the first %zu runs failed", trial->failed, trial->runs);
        knee_sweep_plan_warn(planned, text);
    }
}

static void note_conditions(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                            const struct knee_first_look *trial)
{
    const struct knee_options *options = &sweep->command_options;
    /* Whatever the first look read from the disk: items run many times. */
    bool cached = trial->input_bytes > 0.0 && !options->cold;
    char text[KNEE_NOTE_BYTES];
    snprintf(text, sizeof text, "%s%s%s",
             cached ? "Input came from the page cache; if your files are cold, add --cold." : "",
             cached && !options->output_dir ? " " : "",
             options->output_dir ? "" : "Output was thrown away.");
    knee_sweep_plan_warn(planned, text);
}

static int try_it(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                  struct knee_first_look *trial, struct knee_err *err)
{
    uint64_t time_ns = (uint64_t)(TRIAL_BUDGET_RATIO * (double)sweep->plan.budget_ns);
    const struct knee_first_look_params params = {.actor = sweep->command.actor,
                                                  .runs = TRIAL_RUNS,
                                                  .time_ns = time_ns,
                                                  .interrupted = sweep->interrupted};
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
    const struct knee_options *options = sweep->options;
    struct knee_machine machine = sweep->machine.machine;
    struct knee_first_look trial = {.rss_bytes = NAN};
    planned->command = true;
    planned->resource = KNEE_CLASS_MIXED;
    snprintf(planned->name, sizeof planned->name, "%s", sweep->command.name);
    snprintf(planned->title, sizeof planned->title, "%s", sweep->command.title);
    bool argument = false;
    if (!options->dry_run) {
        if (knee_user_command_open(&sweep->command, sweep->interrupted, err) ||
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
    knee_sweep_set_levels(planned, 0, &machine, &needs, sweep);
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
    char budget[KNEE_HUMAN_BYTES];
    knee_human_duration(budget, budget_s);
    for (size_t i = 0; i < planned->notes_count; i++) {
        char *at = strstr(planned->notes[i], BUDGET_NOTE);
        if (at)
            snprintf(at, KNEE_NOTE_BYTES - (size_t)(at - planned->notes[i]), BUDGET_NOTE "%s",
                     budget);
    }
    size_t kept = 0;
    for (size_t i = 0; i < planned->warnings_count; i++)
        if (knee_sweep_command_need_s(item_s) > 1.5 * budget_s ||
            !strstr(planned->warnings[i], KNEE_SWEEP_FORECAST))
            memmove(planned->warnings[kept++], planned->warnings[i], sizeof planned->warnings[0]);
    planned->warnings_count = kept;
}

int knee_sweep_command_resume(struct knee_sweep *sweep, struct knee_err *err)
{
    extern const struct knee_command knee_cmd_sweep;
    struct knee_options *options = &sweep->command_options;
    struct knee_first_look trial;
    char saved[4200];
    knee_options_init(options);
    if (knee_options_parse(options, &knee_cmd_sweep, sweep->plan.argc - 2, sweep->plan.argv + 2,
                           err))
        return -1;
    if (!options->command)
        return knee_err_set(err, KNEE_FAILED, "%.200s: its plan holds no command; sweep anew",
                            sweep->options->resume);
    snprintf(saved, sizeof saved, "%s/%s", sweep->options->resume, ITEMS_FILE);
    if (knee_user_command_read(&sweep->command, options, "sweep", saved, err) ||
        knee_user_command_open(&sweep->command, sweep->interrupted, err))
        return -1;
    const struct knee_first_look_params params = {
        .actor = sweep->command.actor, .runs = 2, .interrupted = sweep->interrupted};
    if (knee_first_look_run(&params, &trial, err))
        return -1;
    sweep->item_s = trial.item_mean_s;
    sweep->item_cpu_ratio = trial.cpu_ratio;
    note_budget(sweep, trial.item_mean_s);
    return 0;
}
