/* SPDX-License-Identifier: MIT */
/* tuner/sweep runs one sweep, without a terminal: it plans, measures workload by workload, and
 * concludes. tuner/cli/cmd_sweep.c wires these steps. */
#ifndef KNEE_TUNER_SWEEP_SWEEP_H
#define KNEE_TUNER_SWEEP_SWEEP_H

#include "tuner/options/arguments.h"
#include "tuner/options/sweep_options.h"
#include "tuner/result/result.h"
#include "tuner/search/search.h"
#include "tuner/store/directory.h"
#include "tuner/store/journal.h"
#include "tuner/store/sweep_plan.h"
#include "tuner/sweep/chosen_workloads.h"
#include "tuner/sweep/engine_source.h"
#include "tuner/sweep/fleet.h"
#include "tuner/sweep/machine_read.h"
#include "tuner/sweep/progress.h"
#include "tuner/sweep/quiet.h"
#include "tuner/sweep/servers.h"
#include "tuner/sweep/user_command.h"
#include "tuner/sweep/user_target.h"

#include <signal.h>
#include <stdbool.h>

struct knee_sweep {
    const struct knee_arguments *arguments;
    const struct knee_sweep_options *options; /* their values */
    const struct knee_streams *io;
    struct knee_machine_read machine;
    struct knee_user_command command;    /* zeroed: built-in workloads */
    struct knee_user_target target;      /* zeroed: no service */
    double item_cpu_ratio;               /* CPUs that one item uses while it lasts; 0: unknown */
    double item_s;                       /* what one item takes; 0: unknown */
    struct knee_machine command_machine; /* what the command's levels were chosen by */
    struct knee_machine_needs command_needs;
    struct knee_sweep_plan plan;
    struct knee_directory directory;
    struct knee_journal *journal;
    struct knee_journal_rows rows; /* of an earlier run: --resume */
    struct knee_progress progress;
    struct knee_search_record *records; /* the windows of each workload of the plan; owned */
    struct knee_result result;
    double rounds_per_ns; /* for two sweeps that are compared: the same computing; 0: measured */
    uint64_t waited_ns;   /* of --wait-quiet */
    uint64_t start_ns;    /* clock time that is 0 in the windows */
    uint64_t extra_ns;    /* what is left for the workload that is measured on; 0: its own budget */
    const volatile sig_atomic_t *interrupted; /* the signal's number */
    /* With other hosts: rank 0's fleet (NULL: alone, or another rank), the items that rank 0 has
     * sent, and how the engine waits for the others. */
    struct knee_fleet *fleet;
    const char *items_file;
    bool serves;
    struct knee_engine_others others;
};

/* --wait-quiet: waits until the host is quiet, as long as the option allows in all. No item
 * may run. -1 if the user interrupts. */
int knee_sweep_wait_quiet(struct knee_sweep *sweep, struct knee_err *err);

/* A new sweep: machine, workloads, parameters and candidates from the options. Nothing is written
 * or measured. */
int knee_sweep_plan(struct knee_sweep *sweep, struct knee_err *err);

/* The same on a host that serves another: nothing is looked at or measured, and the command is
 * ready to run. */
int knee_sweep_plan_to_serve(struct knee_sweep *sweep, struct knee_err *err);

/* An earlier one: plan.json and samples.csv of --resume DIR. */
int knee_sweep_resume(struct knee_sweep *sweep, struct knee_err *err);

/* Ends what runs and frees what the sweep owns; the journal is the caller's to close before. */
void knee_sweep_release(struct knee_sweep *sweep);

/* Plans the command: runs its first items, for what they take, whether they can be repeated, and
 * which class of work it is; fills in all of the planned workload. With --dry-run nothing runs. */
int knee_sweep_command_plan(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                            struct knee_err *err);
/* Keeps the items beside the plan, for --resume. */
int knee_sweep_command_save_items(const struct knee_sweep *sweep, struct knee_err *err);
/* Sets which items the windows get that follow those of `record`. */
void knee_sweep_command_order(const struct knee_sweep *sweep,
                              struct knee_sweep_plan_workload *planned,
                              const struct knee_search_record *record);
/* The command of an earlier plan, ready to run. */
int knee_sweep_command_resume(struct knee_sweep *sweep, struct knee_err *err);
/* After a window: -1 if an item has failed and --fail-fast was given. */
int knee_sweep_command_check(struct knee_sweep *sweep, struct knee_err *err);
/* Adds what failed to the warnings. */
void knee_sweep_command_warn(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                             const struct knee_search_record *record);
/* -1 with KNEE_COMMAND_FAILED if no item of the whole sweep succeeded. */
int knee_sweep_command_judge(struct knee_sweep *sweep, struct knee_err *err);
/* The same for a service. The first look is one request. */
int knee_sweep_target_plan(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                           struct knee_err *err);
int knee_sweep_target_save_items(const struct knee_sweep *sweep, struct knee_err *err);
int knee_sweep_target_resume(struct knee_sweep *sweep, struct knee_err *err);
/* After a window: -1 if the service is gone, so that the window is not one of this service. */
int knee_sweep_target_check(struct knee_sweep *sweep, const struct knee_measured *window,
                            struct knee_err *err);
void knee_sweep_target_warn(struct knee_sweep *sweep, struct knee_sweep_plan_workload *planned,
                            const struct knee_search_record *record);
/* About how long a settled answer takes with items of that length; with --rate one run is one
 * window. */
double knee_sweep_command_need_s(const struct knee_command_options *options, double item_s);

/* --dry-run: levels and time. */
void knee_sweep_print_plan(const struct knee_sweep *sweep);
int knee_sweep_print_plan_json(const struct knee_sweep *sweep, struct knee_err *err);

/* About how long the sweep will take, in one line. */
void knee_sweep_estimate(const struct knee_sweep *sweep, char *text, size_t text_bytes);

/* Where the windows of a planned workload come from: its engine, and the host beside it. */
struct knee_sweep_source {
    struct knee_host_probe *probe;     /* owned */
    struct knee_engine *engine;        /* owned */
    struct knee_engine_source windows; /* its callbacks are the caller's to set */
    struct knee_servers servers;       /* that are part of the work; owned */
    bool ran_short;                    /* of memory: the engine has ended its items */
};

/* `spent_ns` of the budget was used by an earlier run. To be closed. */
int knee_sweep_source_open(struct knee_sweep_source *source, struct knee_sweep *sweep,
                           struct knee_sweep_plan_workload *planned, uint64_t budget_ns,
                           uint64_t spent_ns, struct knee_err *err);
void knee_sweep_source_close(struct knee_sweep_source *source); /* safe on a zeroed one */

/* Measures workload `index` of the plan: its record and the journal grow. -1 if it fails or the
 * user interrupts; the windows so far are kept. */
int knee_sweep_measure(struct knee_sweep *sweep, size_t index, struct knee_err *err);

/* With a fleet, once workload `index` is measured: who limits, how the answer is divided, and a
 * host that is slow, all noted in the plan, which is written. */
int knee_sweep_note_fleet(struct knee_sweep *sweep, size_t index,
                          struct knee_engine_source *windows, struct knee_err *err);

/* What the asked tolerance takes, and whether there is an answer at a coarser one. */
struct knee_sweep_open {
    double need_s; /* roughly, and rather too much */
    bool coarser_holds;
};
/* Is the search of a planned workload open, and could time help? Only then fills `open`. */
bool knee_sweep_record_open(const struct knee_sweep *sweep,
                            const struct knee_sweep_plan_workload *planned,
                            const struct knee_search_record *record, struct knee_sweep_open *open);
/* Windows, and what lies between them: settling and holding. A longer gap is the time of other
 * workloads, or between two runs. */
uint64_t knee_sweep_spent_ns(const struct knee_search_record *record);
/* What each workload may use now: the plan's, or that of --resume, which the plan does not take
 * over if nothing can be measured with it. */
uint64_t knee_sweep_budget_ns(const struct knee_sweep *sweep);

/* Whether all workloads share one budget: --quick of several, without a --budget of its own. */
bool knee_sweep_shares_budget(const struct knee_sweep *sweep);
/* What is left of it. */
uint64_t knee_sweep_left_ns(const struct knee_sweep *sweep);

/* The estimate of what a workload needs is rough: this many times the time left may be enough. */
#define KNEE_SWEEP_HOPE 4.0

/* The windows of `workload` move from the rows into an empty record: of a long journal there is no
 * room for two copies. */
void knee_sweep_take_windows(struct knee_search_record *record,
                             const struct knee_journal_rows *rows, const char *workload);

/* The search of one planned workload. */
void knee_sweep_search_params(const struct knee_sweep_plan *plan,
                              const struct knee_sweep_plan_workload *planned,
                              struct knee_search_params *params);

/* Decides from the windows of a planned workload: takes them over into `result`, and fills its
 * decision, levels and warnings. Reads nothing but its arguments. */
int knee_sweep_conclude(const struct knee_sweep_plan *plan,
                        const struct knee_sweep_plan_workload *planned,
                        struct knee_search_record *record, struct knee_workload_result *result,
                        struct knee_err *err);

#endif
