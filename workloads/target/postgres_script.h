/* SPDX-License-Identifier: MIT */
/* A script of pgbench: statements that are sent one after the other, with :variables in them, and
 * lines that set these. Of its language (the manual of pgbench, "Custom Scripts") this is
 * understood, and all else is refused:
 *
 *   \set NAME EXPRESSION   of whole numbers, :variables, + - * ( ) and random(LOW, HIGH)
 *   STATEMENT;             quotes, dollar quotes and comments are PostgreSQL's
 *
 * The variable client_id is the slot's number, from 0. As with pgbench, a :name that is not a
 * variable stays as it is, and so does a cast ("::int"). Pure but for memory. */
#ifndef KNEE_WORKLOADS_TARGET_POSTGRES_SCRIPT_H
#define KNEE_WORKLOADS_TARGET_POSTGRES_SCRIPT_H

#include "core/base/err.h"
#include "core/base/random.h"
#include "workloads/target/postgres_expression.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_postgres_script {
    char *text;                              /* owned, like the next */
    struct knee_postgres_script_step *steps; /* they point into it */
    size_t steps_count;
    size_t filled_bytes; /* what the longest statement may need */
    struct knee_postgres_names names;
};

/* One slot's run through a script, again and again. */
struct knee_postgres_play {
    struct knee_random random;
    int64_t values[KNEE_POSTGRES_VARIABLES_MAX];
    char *filled; /* owned */
};

/* Does a line of the text begin with a backslash? Without one it is plain SQL. */
bool knee_postgres_script_is(const char *text);

/* KNEE_USAGE if a command or an expression is not understood. */
int knee_postgres_script_read(struct knee_postgres_script *script, const char *text,
                              struct knee_err *err);
void knee_postgres_script_release(struct knee_postgres_script *script); /* safe on a zeroed one */

/* Different slots draw different numbers, and the same ones in each sweep. -1: out of memory. */
int knee_postgres_play_open(struct knee_postgres_play *play,
                            const struct knee_postgres_script *script, uint32_t slot);
void knee_postgres_play_close(struct knee_postgres_play *play); /* safe on a zeroed one */

/* The next statement, ready to be sent and valid until the next call; NULL after the last one. `at`
 * begins with 0 and is moved on. */
const char *knee_postgres_play_next(struct knee_postgres_play *play,
                                    const struct knee_postgres_script *script, size_t *at);

#endif
