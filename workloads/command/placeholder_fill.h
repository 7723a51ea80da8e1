/* SPDX-License-Identifier: MIT */
/* A command's words with their placeholders (core/text/placeholders.h) filled in. All other bytes
 * stay as they are, and placeholders in an item's own text are not filled in. Pure. */
#ifndef KNEE_WORKLOADS_COMMAND_PLACEHOLDER_FILL_H
#define KNEE_WORKLOADS_COMMAND_PLACEHOLDER_FILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_placeholder_fill_values {
    const char *item; /* never NULL */
    uint64_t number;
    uint32_t slot, level;
    const char *out, *copy; /* never NULL */
};

/* Writes `text` with its placeholders filled in, and a NUL. Returns the bytes including the NUL, or
 * 0 if they exceed `room`. With `quote`, items and paths are put into '...' for a shell. `to` may
 * be NULL: then it only counts. */
size_t knee_placeholder_fill_text(const char *text,
                                  const struct knee_placeholder_fill_values *values, bool quote,
                                  char *to, size_t room);

#endif
