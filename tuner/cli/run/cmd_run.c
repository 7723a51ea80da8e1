/* SPDX-License-Identifier: MIT */
/* `knee run`: does each item of a list once, under a limit that tunes itself. */
#include "tuner/cli/run/cmd_run.h"

#include "core/base/clock.h"
#include "core/base/version.h"
#include "reports/json/run_json.h"
#include "reports/text/run_text.h"
#include "tuner/cli/interrupted.h"
#include "tuner/cli/run/run_output.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* The one mutable global: what signals have asked for. */
static struct knee_dispatch_signals asked;

static void add_one(volatile sig_atomic_t *count)
{
    __atomic_fetch_add(count, 1, __ATOMIC_RELAXED); /* threads read it, and handlers may nest */
}

static void on_signal(int signal_number)
{
    if (signal_number == SIGUSR1) {
        add_one(&asked.up);
    } else if (signal_number == SIGUSR2) {
        add_one(&asked.down);
    } else {
        __atomic_store_n(&asked.number, signal_number, __ATOMIC_RELAXED);
        add_one(&asked.interrupts);
    }
}

static void catch_signals(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
    const struct sigaction action = {.sa_handler = on_signal};
    struct sigaction before;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
}

/* ---- the run ---- */
static void release(struct knee_cmd_run *run)
{
    knee_fleet_run_close(run->fleet);
    knee_user_command_close(&run->command, run->io->log);
    knee_run_display_close(&run->display);
    knee_item_list_release(&run->list);
    knee_machine_read_close(&run->machine);
    knee_run_past_release(&run->past);
    knee_arguments_release(&run->earlier);
    knee_run_plan_read_release(&run->earlier_plan);
}

static void fill_plan(struct knee_cmd_run *run)
{
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(run->date, sizeof run->date, "%Y-%m-%dT%H:%M:%SZ", &utc);
    bool resumed = run->options->resume != NULL;
    const struct knee_arguments *arguments = resumed ? &run->earlier : run->arguments;
    run->plan = (struct knee_run_plan){.version = KNEE_VERSION,
                                       .date = run->date,
                                       .argc = arguments->argc,
                                       .argv = arguments->argv,
                                       .name = run->command.name,
                                       .title = run->command.title,
                                       .directory = getcwd(run->cwd, sizeof run->cwd),
                                       .seed = run->options->measuring.seed,
                                       .host = &run->machine.host,
                                       .topology = &run->machine.counts};
    if (!run->plan.directory)
        run->plan.directory = "";
}

/* The directory, and the plan in it. */
static int open_directory(struct knee_cmd_run *run, struct knee_err *err)
{
    const char *resume = run->options->resume;
    if (resume) {
        snprintf(run->directory.path, sizeof run->directory.path, "%s", resume);
        snprintf(run->directory.shown, sizeof run->directory.shown, "%s", resume);
    } else if (knee_directory_make(&run->directory, "runs", run->options->output.output, time(NULL),
                                   err)) {
        return -1;
    }
    snprintf(run->spool, sizeof run->spool, "%.4000s/items.part", run->directory.path);
    snprintf(run->whole, sizeof run->whole, "%.4000s/items.list", run->directory.path);
    fill_plan(run);
    if (resume)
        return 0;
    if (knee_run_plan_write(&run->plan, run->directory.path, err))
        return -1;
    return knee_directory_link(&run->directory, err);
}

static int judge(const struct knee_cmd_run *run, const struct knee_run_result *result,
                 struct knee_err *err)
{
    const char *shown = run->directory.shown;
    uint64_t failures = result->failed - result->failed_before;
    switch (result->end) {
    case KNEE_RUN_ALL_DONE:
    case KNEE_RUN_BROKEN:
        return 0;
    case KNEE_RUN_SOME_FAILED:
        return knee_err_set(err, KNEE_SOME_FAILED,
                            "run: %llu of %llu items failed; to repeat these: knee run --resume "
                            "%.200s --failed",
                            (unsigned long long)result->failed, (unsigned long long)result->items,
                            shown);
    case KNEE_RUN_ALL_FAILED:
        return knee_err_set(err, KNEE_COMMAND_FAILED,
                            result->failed == 1
                                ? "run: the one item failed; run the command by hand first"
                                : "run: all %llu items failed; run the command by hand first",
                            (unsigned long long)result->failed);
    case KNEE_RUN_HALTED:
        if (run->display.stopped)
            return knee_err_set(err, KNEE_SOME_FAILED,
                                "run: stopped by q; to go on: knee run --resume %.200s", shown);
        return knee_err_set(err, KNEE_SOME_FAILED,
                            "run: halted after %llu failure%s; to go on: knee run --resume %.200s",
                            (unsigned long long)failures, failures == 1 ? "" : "s", shown);
    case KNEE_RUN_INTERRUPTED:
        if (result->complete)
            return knee_err_set(err, KNEE_INTERRUPTED + result->signal_number,
                                "run: interrupted when every item had begun; all %llu came to "
                                "their end",
                                (unsigned long long)result->items);
        return knee_err_set(err, KNEE_INTERRUPTED + result->signal_number,
                            "run: interrupted; to go on: knee run --resume %.200s", shown);
    }
    return 0;
}

/* Everything that was asked for besides the directory. */
static int tell(struct knee_cmd_run *run, const struct knee_run_result *result,
                struct knee_err *err)
{
    const struct knee_run_options *options = run->options;
    struct knee_builder text = {0};
    if (knee_run_output_metrics(result, run->command.name, &options->expect, err))
        return -1;
    if (!options->output.quiet)
        knee_run_text_summary(&text, result);
    char *summary = knee_builder_take(&text);
    if (summary)
        fputs(summary, run->io->log);
    free(summary);
    return options->output.json ? knee_run_json(result, &run->plan, run->io->out, err) : 0;
}

/* The files that are made at the end, and the summary; the charts come last. */
static int finish(struct knee_cmd_run *run, struct knee_run_result *result, struct knee_err *err)
{
    const char *dir = run->directory.path, *shown = run->directory.shown;
    struct knee_run_record record = {0};
    struct knee_err unwritten = {0};
    snprintf(result->directory, sizeof result->directory, "%s", shown);
    bool made = knee_run_json_write(result, &run->plan, dir, &unwritten) == 0 &&
                knee_run_output_levels(&record, dir, &unwritten) == 0;
    int status = tell(run, result, err);
    int late = result->end == KNEE_RUN_INTERRUPTED ? 0 : asked.number;
    if (made)
        made = knee_run_output_draw(&record, dir, shown, &run->options->output, late, run->io->log,
                                    &unwritten) == 0;
    knee_run_record_release(&record);
    if (!made && result->end == KNEE_RUN_INTERRUPTED && unwritten.code > KNEE_INTERRUPTED) {
        fprintf(run->io->log, "knee: %s\n", unwritten.message); /* a second signal; how to go on */
        made = true;                                            /* after the first is said last */
    }
    if (!status && !made)
        *err = unwritten;
    return status || !made ? -1 : judge(run, result, err);
}

static int do_run(struct knee_cmd_run *run, struct knee_err *err)
{
    struct knee_run_result result = {0};
    run->params.actor = run->command.actor;
    run->params.directory = run->directory.path;
    run->params.signals = &asked;
    run->params.view = run->display.terminal || run->display.lines ? &run->display.view : NULL;
    run->params.output.view = run->display.terminal ? &run->display.view : NULL;
    run->display.said_s = run->past.end_s;
    int broken = run->fleet ? knee_fleet_run_dispatch(run->fleet, &run->params, &result, err)
                            : knee_dispatch_run(&run->params, &result, err);
    if (result.items == 0) /* opening the list may have waited */
        knee_interrupted_early(broken, asked.number, err);
    int status = broken;
    struct knee_err unfinished = {0};
    if ((!broken || result.items > 0) && finish(run, &result, &unfinished) && !broken) {
        *err = unfinished;
        status = -1;
    }
    knee_run_result_release(&result);
    return status;
}

static int run_run(const struct knee_arguments *arguments, const struct knee_streams *io,
                   struct knee_err *err)
{
    struct knee_cmd_run run = {.arguments = arguments, .options = arguments->values, .io = io};
    catch_signals();
    int status = run.options->resume ? knee_cmd_run_read_earlier(&run, err) : 0;
    if (!status)
        status =
            knee_cmd_run_read_options(&run, err) || knee_machine_read_open(&run.machine, NULL, err);
    bool is_fleet = io->link && io->link->size > 1;
    run.command.params.interrupted = &asked.number;
    if (!status)
        status = knee_run_display_open(&run.display, run.options, is_fleet, io->log, err);
    if (!status && is_fleet)
        status = knee_cmd_run_open_fleet(&run, err);
    if (!status && run.options->resume) /* the list may be in there */
        status = open_directory(&run, err) || knee_cmd_run_read_items(&run, err);
    else if (!status) /* a mistake about the items leaves no directory */
        status = knee_cmd_run_read_items(&run, err) || open_directory(&run, err);
    knee_interrupted_early(status, asked.number, err);
    if (!status)
        status = knee_actor_open(&run.command.actor, &run.command.params, err);
    if (!status)
        status = do_run(&run, err);
    release(&run);
    return status ? -1 : 0;
}

const struct knee_command knee_cmd_run = {
    .name = "run",
    .options = knee_run_options_uses,
    .values_bytes = sizeof(struct knee_run_options),
    .operands = "-- COMMAND [ARG...] [::: ITEM...]",
    .takes_command = true,
    .summary = "does each item of a list once, under a limit that tunes itself",
    .need = "How do I get this work done, fast?",
    .example = "find . -type f | knee run -- COMMAND",
    .details =
        "Items come from standard input, --items FILE, or after ::: on the command line:\n"
        "  ls *.jpg | knee run -- convert {} -resize 50% small/{#}.jpg\n"
        "  knee run -- gzip -9 {} ::: *.log\n"
        "Each is done once. {} is the item, {#} its number, {%} the slot, {n} the limit, {out} a\n"
        "fresh temporary path; without {} the item is appended. What items print is shown when\n"
        "they end, whole and never mixed.\n"
        "\n"
        "With --limit auto the limit begins with what the first items' CPU time says, and then\n"
        "climbs: a higher or a lower one is compared with it in pairs, and kept if it is faster.\n"
        "SIGUSR1 and SIGUSR2 raise and lower it by one.\n"
        "\n"
#if defined KNEE_WITH_NCURSES
        "On a terminal a dashboard in its lowest rows shows how far the run is; items print above\n"
        "it. Its keys: + and - raise and lower the limit, p pauses, q stops soon, ? explains.\n"
        "\n"
#endif
        "runs/DATE-TIME (and the link runs/latest) holds items.csv, a row when an item begins\n"
        "and one when it ends: so after any end it is known what was done, and --resume goes on.\n"
        "Ctrl-C begins no more items and lets the running ones end; a second one ends these.\n"
        "\n"
        "Exit codes: 0 all done, 7 some failed or it was halted, 6 all failed.\n",
    .run = run_run,
};
