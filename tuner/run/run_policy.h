/* SPDX-License-Identifier: MIT */
/* What a run does about failures: which are tried again and when, when the run halts, and how long
 * an item may take. Each is read from its option's text (errors begin with the option's name), and
 * judged by a function. Pure. */
#ifndef KNEE_TUNER_RUN_RUN_POLICY_H
#define KNEE_TUNER_RUN_RUN_POLICY_H

#include "core/base/err.h"
#include "core/base/random.h"

#include <stdbool.h>
#include <stdint.h>

/* How an attempt ended. */
struct knee_run_attempt_end {
    bool failed, timed_out, started;
    int exit_code, signal_number; /* 0: none */
};

/* --retry-on CODES|timeout|signal|any, joined by commas; zeroed: nothing is retried. */
struct knee_run_retry_on {
    bool any, timeout, signal;
    uint8_t codes[32]; /* a bit an exit code */
};

int knee_run_retry_on_parse(struct knee_run_retry_on *retry_on, const char *text,
                            struct knee_err *err);
bool knee_run_retry_on_matches(const struct knee_run_retry_on *retry_on,
                               const struct knee_run_attempt_end *end);

/* The pause after failed attempt number `attempt` (from 1): 0.1 s, doubled each time up to 30 s,
 * then drawn between half and three halves of that, so that items that failed together are not
 * tried together. */
double knee_run_retry_pause_s(uint32_t attempt, struct knee_random *random);

/* --halt never|soon,fail=N|P%|now,fail=N|P% */
struct knee_run_halt {
    enum { KNEE_RUN_HALT_NEVER, KNEE_RUN_HALT_SOON, KNEE_RUN_HALT_NOW } when;
    uint64_t fail_count; /* 0: by the ratio */
    double fail_ratio;   /* of the items that have ended, once 3 have failed */
};

int knee_run_halt_parse(struct knee_run_halt *halt, const char *text, struct knee_err *err);
bool knee_run_halt_reached(const struct knee_run_halt *halt, uint64_t failed, uint64_t ended);

/* --timeout TIME|300% */
struct knee_run_timeout {
    uint64_t ns;  /* 0: none */
    double ratio; /* of the median of the items that succeeded; 0: none */
};

int knee_run_timeout_parse(struct knee_run_timeout *timeout, const char *text,
                           struct knee_err *err);

/* --limit auto|N|DIR */
struct knee_run_limit_choice {
    uint32_t fixed;        /* 0: not that */
    const char *directory; /* borrowed from the text; NULL: not that; both empty: auto */
};

int knee_run_limit_parse(struct knee_run_limit_choice *choice, const char *text, uint32_t level_max,
                         struct knee_err *err);

/* --weight size|FIELD|LINE */
struct knee_run_weight {
    enum {
        KNEE_RUN_WEIGHT_NONE,
        KNEE_RUN_WEIGHT_SIZE,
        KNEE_RUN_WEIGHT_FIELD,
        KNEE_RUN_WEIGHT_LINE
    } by;
    uint32_t field;   /* from 1, blanks between */
    const char *line; /* borrowed: a shell command that prints the weight */
};

void knee_run_weight_parse(struct knee_run_weight *weight, const char *text);
/* The number in a field of an item; NAN when there is none above 0. */
double knee_run_weight_field(const char *item, uint32_t field);

#endif
