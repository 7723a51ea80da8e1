/* SPDX-License-Identifier: MIT */
/* The user's own command: the words after `--`, and how to run them. */
#ifndef KNEE_TUNER_OPTIONS_COMMAND_OPTIONS_H
#define KNEE_TUNER_OPTIONS_COMMAND_OPTIONS_H

#include "tuner/options/option.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_COMMAND_ENVIRONMENT_MAX 64 /* --env on one command line */

enum knee_items_order { KNEE_ITEMS_ORDER_SAME, KNEE_ITEMS_ORDER_THROUGH };

struct knee_command_options {
    char **words; /* after `--`, never looked into; NULL: no command */
    size_t words_count;
    char **listed; /* the items after `:::`; NULL: there is no `:::` */
    size_t listed_count;
    const char *items;                                     /* FILE or "-"; NULL: not given */
    bool null;                                             /* items end with NUL bytes */
    uint32_t repeat;                                       /* 0: not given */
    const char *name;                                      /* NULL: the program's */
    const char *environment[KNEE_COMMAND_ENVIRONMENT_MAX]; /* NAME=VALUE */
    size_t environment_count;
    const char *setup, *prepare, *cleanup;
    uint64_t timeout_ns; /* 0: none */
    uint32_t retries;
    bool fail_fast, ignore_failure, shell, cold;
    uint32_t items_order; /* enum knee_items_order, if it was given */
    const char *workdir, *output_dir;
    uint64_t max_memory_bytes;  /* 0: not given */
    uint64_t per_run;           /* 0: not given */
    const char *rate, *latency; /* what the command reports itself; NULL: knee measures */
};

extern const struct knee_option_part knee_command_options_part;

#endif
