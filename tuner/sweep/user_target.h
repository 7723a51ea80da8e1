/* SPDX-License-Identifier: MIT */
/* The service that a command line names by its URL, made ready to be asked. */
#ifndef KNEE_TUNER_SWEEP_USER_TARGET_H
#define KNEE_TUNER_SWEEP_USER_TARGET_H

#include "core/base/err.h"
#include "core/engine/workload.h"
#include "tuner/options/arguments.h"
#include "tuner/options/command_options.h"
#include "tuner/options/target_options.h"
#include "tuner/options/work_options.h"
#include "tuner/result/result.h"
#include "workloads/command/items.h"
#include "workloads/target/target.h"

/* For the usage line of a command that takes one. */
#if defined KNEE_WITH_LIBCURL || defined KNEE_WITH_LIBPQ
#define KNEE_USER_TARGET_OPERANDS " | URL..."
#define KNEE_USER_TARGET_USAGE "URL..."
#else
#define KNEE_USER_TARGET_OPERANDS ""
#define KNEE_USER_TARGET_USAGE NULL
#endif

struct knee_user_target {
    const struct knee_workload *workload; /* NULL: the command line names no service */
    char name[64], title[KNEE_RESULT_TITLE_BYTES];
    struct knee_items items;          /* owned */
    struct knee_target_params params; /* borrows from the options */
    void *service;                    /* owned; NULL until it is opened */
    bool local;                       /* it is on this host, */
    int server_pid;                   /* as this process; 0: not known */
};

/* The parts that the command has. */
struct knee_user_target_options {
    const struct knee_target_options *target;
    const struct knee_command_options *command;
    const struct knee_work_options *work;
};

/* The workload whose scheme the first operand has; NULL: it is not a URL. -1 if this knee is built
 * without it, or if the scheme is not one that knee knows. */
int knee_user_target_find(const struct knee_arguments *arguments,
                          const struct knee_workload **workload, struct knee_err *err);

/* Reads the items and checks what only makes sense together; asks nothing. `saved_items` (may be
 * NULL) is a file of an earlier sweep to read the items from. */
int knee_user_target_read(struct knee_user_target *target, const struct knee_workload *workload,
                          const struct knee_arguments *arguments,
                          const struct knee_user_target_options *options, uint64_t seed,
                          const char *saved_items, struct knee_err *err);

int knee_user_target_open(struct knee_user_target *target, struct knee_err *err);
void knee_user_target_close(struct knee_user_target *target); /* safe on a zeroed one */

/* Without a URL: options that only a service has are a usage error. */
int knee_user_target_absent(const struct knee_arguments *arguments, struct knee_err *err);

/* The command line without the values of headers, which may be secrets: a list of argc + 1 that the
 * caller gives to knee_user_target_hide_release(). NULL: out of memory. `hidden` gets the names of
 * the headers whose values are missing, or "". */
char **knee_user_target_hide(const struct knee_arguments *arguments, char *hidden,
                             size_t hidden_bytes);
void knee_user_target_hide_release(const struct knee_arguments *arguments, char **argv);

#endif
