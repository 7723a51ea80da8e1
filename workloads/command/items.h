/* SPDX-License-Identifier: MIT */
/* The list of items that a command is run on. */
#ifndef KNEE_WORKLOADS_COMMAND_ITEMS_H
#define KNEE_WORKLOADS_COMMAND_ITEMS_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define KNEE_ITEMS_MAX 100000000u

/* Zeroed: none. Items may hold any byte but NUL. */
struct knee_items {
    char *text; /* owned */
    struct knee_item {
        const char *text;
        uint32_t number; /* from 1, as read */
    } * at;              /* owned; in the order of use */
    size_t count;
    size_t longest_bytes;
};

/* One item a line, or with `nul` one before each NUL byte; empty ones are left out. `name` is what
 * errors call the source; no item at all is a usage error. */
int knee_items_read(struct knee_items *items, FILE *in, const char *name, bool nul,
                    struct knee_err *err);

/* The numbers 1 to `count`. */
int knee_items_number(struct knee_items *items, uint32_t count, struct knee_err *err);

/* Random order, the same for the same seed. */
void knee_items_shuffle(struct knee_items *items, uint64_t seed);

/* All of them, each with a NUL behind it, as they were read: what knee_items_read() takes. Errors
 * stay in `out`. */
void knee_items_write(const struct knee_items *items, FILE *out);

void knee_items_release(struct knee_items *items); /* safe on an empty one */

#endif
