/* SPDX-License-Identifier: MIT */
/* reports/scripts is what a user takes into a script: recommendation.env and the snippets. This is
 * the user's command as they need it: its words, and what knee did around each item. Pure. */
#ifndef KNEE_REPORTS_SCRIPTS_COMMAND_WORDS_H
#define KNEE_REPORTS_SCRIPTS_COMMAND_WORDS_H

#include "tuner/options/command_options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All pointers are borrowed. */
struct knee_command_words {
    char *const *argv; /* the words after `--` */
    size_t argc;
    uint32_t placeholders;          /* of core/text/placeholders.h, in words and environment */
    bool has_items;                 /* it was run on items, in place of {} or appended */
    bool shell;                     /* a line for a shell */
    bool null;                      /* items end with NUL bytes */
    const char *const *environment; /* NAME=VALUE */
    size_t environment_count;
    const char *directory;                 /* where it runs; NULL: here */
    const char *setup, *prepare, *cleanup; /* shell lines around all items; NULL: none */
    uint64_t timeout_ns;                   /* of an item; 0: none */
    uint32_t retries;
};

/* From what a sweep was given; false if there was no command. */
bool knee_command_words_find(struct knee_command_words *words,
                             const struct knee_command_options *options);

/* Is the item appended, since nothing in the words stands for it? */
bool knee_command_words_append(const struct knee_command_words *words);

/* One run at a time, whose width is the level? */
bool knee_command_words_one_run(const struct knee_command_words *words);

/* One word with the level in place of each {n}, and {} in place of {copy}: a real run is on the
 * item itself. A new string, NULL out of memory. */
char *knee_command_words_at(const struct knee_command_words *words, size_t index, uint32_t level);

/* "env " if a shell would take the program's name for a word of its own (time, if, A=1); else "".
 */
const char *knee_command_words_env(const struct knee_command_words *words);

/* All of them as a line for a shell. With `shell` it is the shell line itself. A new string, NULL
 * out of memory. */
char *knee_command_words_line(const struct knee_command_words *words, uint32_t level);

/* "timeout 30 ", which coreutils has; "" without a timeout. Returns `text`. */
const char *knee_command_words_timeout(const struct knee_command_words *words, char text[48]);

#endif
