/* SPDX-License-Identifier: MIT */
/* `knee run`, its parts. Private to tuner/cli/cmd_run*.c. */
#ifndef KNEE_TUNER_CLI_RUN_CMD_RUN_H
#define KNEE_TUNER_CLI_RUN_CMD_RUN_H

#include "tuner/cli/run/run_display.h"
#include "tuner/dispatch/dispatch.h"
#include "tuner/dispatch/fleet_run.h"
#include "tuner/dispatch/item_list.h"
#include "tuner/options/arguments.h"
#include "tuner/options/run_options.h"
#include "tuner/store/directory.h"
#include "tuner/store/run_plan.h"
#include "tuner/sweep/machine_read.h"
#include "tuner/sweep/user_command.h"

/* Everything that one run of the command needs; zeroed at first. */
struct knee_cmd_run {
    const struct knee_arguments *arguments; /* this command line */
    const struct knee_run_options *options; /* of the run that goes on, if there is one */
    const struct knee_streams *io;
    /* Of a run that goes on: owned. */
    struct knee_arguments earlier;
    struct knee_run_plan_read earlier_plan;
    struct knee_run_past past;
    struct knee_directory directory;
    struct knee_machine_read machine;
    struct knee_user_command command; /* its names; its actor is opened */
    struct knee_items none;
    struct knee_item_list list; /* when the whole list is needed */
    struct knee_run_plan plan;
    char date[32], cwd[4096], spool[4200], whole[4200];
    struct knee_dispatch_params params;
    struct knee_fleet_run *fleet; /* with other hosts; NULL: alone */
    struct knee_run_display display;
};

/* cmd_run_resume.c: the options of an earlier run, with those of this command line on top. */
int knee_cmd_run_read_earlier(struct knee_cmd_run *run, struct knee_err *err);

/* cmd_run_params.c: from options to what the run needs; nothing is started or written. */
int knee_cmd_run_read_options(struct knee_cmd_run *run, struct knee_err *err);
/* With other hosts: what one host alone could do is refused, and all open the command. */
int knee_cmd_run_open_fleet(struct knee_cmd_run *run, struct knee_err *err);
/* Where its items come from. Of a run that goes on, its directory is known before. */
int knee_cmd_run_read_items(struct knee_cmd_run *run, struct knee_err *err);

#endif
