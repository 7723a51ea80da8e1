/* SPDX-License-Identifier: MIT */
/* The variables of a pgbench script, and the expressions that set them: whole numbers of 64 bits,
 * :variables, + - * ( ) and random(LOW, HIGH), which draws from both and all between. Pure. */
#ifndef KNEE_WORKLOADS_TARGET_POSTGRES_EXPRESSION_H
#define KNEE_WORKLOADS_TARGET_POSTGRES_EXPRESSION_H

#include "core/base/random.h"

#include <stddef.h>
#include <stdint.h>

#define KNEE_POSTGRES_VARIABLES_MAX 32
#define KNEE_POSTGRES_NAME_BYTES 64

struct knee_postgres_names {
    char at[KNEE_POSTGRES_VARIABLES_MAX][KNEE_POSTGRES_NAME_BYTES];
    size_t count;
};

/* How many bytes of the text may be a name: letters, digits and _. */
size_t knee_postgres_name_bytes(const char *text);

/* The number of a variable; -1: there is none. */
int knee_postgres_names_find(const struct knee_postgres_names *names, const char *name,
                             size_t bytes);

/* Computes an expression that reaches from `text` to `end`; the text itself ends later, with a line
 * or with '\0'. NULL, or what is wrong with it; then `value` has no meaning. */
const char *knee_postgres_expression(const char *text, const char *end,
                                     const struct knee_postgres_names *names, const int64_t *values,
                                     struct knee_random *random, int64_t *value);

#endif
