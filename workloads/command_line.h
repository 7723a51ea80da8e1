/* SPDX-License-Identifier: MIT */
/* Placeholders in a command's words. What is no placeholder stays as it is, every byte of it; what
 * an item holds is never looked at again. Pure.
 *     {}     the item            {#}   its number in the list, from 1
 *     {%}    the slot, from 1    {n}   the level
 *     {out}  a fresh temporary path, the same one throughout a run */
#ifndef KNEE_WORKLOADS_COMMAND_LINE_H
#define KNEE_WORKLOADS_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum knee_placeholder {
    KNEE_PLACEHOLDER_ITEM = 1 << 0,
    KNEE_PLACEHOLDER_NUMBER = 1 << 1,
    KNEE_PLACEHOLDER_SLOT = 1 << 2,
    KNEE_PLACEHOLDER_LEVEL = 1 << 3,
    KNEE_PLACEHOLDER_OUT = 1 << 4,
};

/* The set of those in `text`. */
uint32_t knee_line_placeholders(const char *text);

struct knee_line_values {
    const char *item; /* never NULL */
    uint64_t number;
    uint32_t slot, level;
    const char *out; /* never NULL */
};

/* Writes `text` with its placeholders filled in, and a NUL; returns the bytes with it, or 0 where
 * they exceed `room`. With `quote` items and paths are put into '...' for a shell. `to` may be NULL
 * with any `room`: it only counts. */
size_t knee_line_fill(const char *text, const struct knee_line_values *values, bool quote, char *to,
                      size_t room);

#endif
