/* SPDX-License-Identifier: MIT */
/* items.csv, the journal of a run: a row when an attempt begins and another when it ends, each one
 * write(2) on a file opened with O_APPEND. So after any end, SIGKILL included, every item is known
 * as done, failed, interrupted (it began, and no row says how it ended) or never begun. */
#ifndef KNEE_TUNER_STORE_RUN_JOURNAL_H
#define KNEE_TUNER_STORE_RUN_JOURNAL_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum knee_run_state {
    KNEE_RUN_STATE_STARTED,
    KNEE_RUN_STATE_DONE,
    KNEE_RUN_STATE_FAILED,      /* for good */
    KNEE_RUN_STATE_TIMEOUT,     /* it ran too long: failed for good */
    KNEE_RUN_STATE_RETRIED,     /* this attempt failed, another one follows */
    KNEE_RUN_STATE_INTERRUPTED, /* ended by us, or not at all: it is to run again */
    KNEE_RUN_STATE_SKIPPED,     /* not begun: an earlier run had done it */
    KNEE_RUN_STATES,
};

const char *knee_run_state_name(enum knee_run_state state);

/* A row; times in seconds since the run's start. Of a STARTED row only `item`, `attempt`,
 * `start_s`, `wait_s`, `level`, `slot`, `host` and `argument` are written. */
struct knee_run_row {
    uint64_t item;    /* its number, from 1, as in the list */
    uint32_t attempt; /* from 1 */
    enum knee_run_state state;
    double start_s, end_s;
    double wait_s; /* between the end of the attempt before and this one's start; 0 for the first */
    int exit_code, signal_number; /* -1: there is none */
    double cpu_user_s, cpu_system_s;
    double max_rss_bytes; /* NAN: unknown */
    uint32_t level, slot; /* slot from 1 */
    const char *host;     /* that ran it; NULL: no other host took part */
    const char *argument; /* the item; borrowed */
};

#define KNEE_RUN_JOURNAL_FILE "items.csv"
#define KNEE_RUN_JOURNAL_ROW_BYTES 384 /* of a row without its argument */

/* The header line, and a row with its line feed, into `text`, which holds
 * KNEE_RUN_JOURNAL_ROW_BYTES
 * + 2 * strlen(argument). Return the length. Pure. */
size_t knee_run_journal_header(char *text);
size_t knee_run_journal_row(const struct knee_run_row *row, char *text);

/* What an earlier run left of each item, by number; read from its journal. */
struct knee_run_past {
    struct knee_run_past_item {
        uint8_t state;    /* enum knee_run_state: the last row's; STARTED: it was interrupted */
        uint8_t attempts; /* made so far, at most 255; 0: never begun */
        uint32_t hash;    /* of its argument */
    } * at;               /* owned; [number - 1] */
    size_t count;
    double end_s; /* the latest time in it */
};

int knee_run_past_read(struct knee_run_past *past, const char *dir, struct knee_err *err);
/* The same from a stream; `path` is its name in errors. */
int knee_run_past_read_from(struct knee_run_past *past, FILE *in, const char *path,
                            struct knee_err *err);
/* NULL: never begun. */
const struct knee_run_past_item *knee_run_past_find(const struct knee_run_past *past,
                                                    uint64_t number);
void knee_run_past_release(struct knee_run_past *past); /* safe on an empty one */
uint32_t knee_run_past_hash(const char *argument);

#endif
