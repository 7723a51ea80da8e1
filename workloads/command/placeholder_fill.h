/* SPDX-License-Identifier: MIT */
/* A command's words with their placeholders (core/text/placeholders.h) filled in. What is no
 * placeholder stays as it is, every byte of it; what an item holds is never looked at again. Pure.
 */
#ifndef KNEE_WORKLOADS_COMMAND_PLACEHOLDER_FILL_H
#define KNEE_WORKLOADS_COMMAND_PLACEHOLDER_FILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_placeholder_fill_values {
    const char *item; /* never NULL */
    uint64_t number;
    uint32_t slot, level;
    const char *out; /* never NULL */
};

/* Writes `text` with its placeholders filled in, and a NUL; returns the bytes with it, or 0 where
 * they exceed `room`. With `quote` items and paths are put into '...' for a shell. `to` may be NULL
 * with any `room`: it only counts. */
size_t knee_placeholder_fill_text(const char *text,
                                  const struct knee_placeholder_fill_values *values, bool quote,
                                  char *to, size_t room);

#endif
