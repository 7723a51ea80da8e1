/* SPDX-License-Identifier: MIT */
/* The list of items that a command runs on. */
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

/* Reads one item from each line, or with `nul` one before each NUL byte; empty ones are left out.
 * Errors call the source `name`. A source without items is a usage error, and so is a NUL byte in a
 * line (what comes after it would be lost), or more than a GiB. Fails for want of memory before it
 * takes a quarter of what the host has left. */
int knee_items_read(struct knee_items *items, FILE *in, const char *name, bool nul,
                    struct knee_err *err);

/* Each word is an item; empty ones are left out, and no item at all is a usage error. */
int knee_items_from_words(struct knee_items *items, char *const *words, size_t count,
                          struct knee_err *err);

/* The numbers 1 to `count`. */
int knee_items_number(struct knee_items *items, uint32_t count, struct knee_err *err);

/* Random order, the same for the same seed. */
void knee_items_shuffle(struct knee_items *items, uint64_t seed);

/* Writes all items in the order in which they were read, each with a NUL after it, for
 * knee_items_read() with `nul`. Errors stay in `out`. */
void knee_items_write(const struct knee_items *items, FILE *out);

void knee_items_release(struct knee_items *items); /* safe on an empty one */

#endif
