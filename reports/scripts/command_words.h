/* SPDX-License-Identifier: MIT */
/* The user's command, as scripts need it. Pure. */
#ifndef KNEE_REPORTS_SCRIPTS_COMMAND_WORDS_H
#define KNEE_REPORTS_SCRIPTS_COMMAND_WORDS_H

#include "tuner/options/command_options.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_command_words {
    char *const *argv; /* borrowed: the words after `--` */
    size_t argc;
    bool has_item, has_level;       /* it holds {} and {n} */
    bool has_items;                 /* it was run on items, in place of {} or appended */
    bool has_out;                   /* it holds {out} */
    bool has_number;                /* {#} */
    bool has_slot;                  /* {%} */
    bool shell;                     /* a line for a shell */
    bool null;                      /* items end with NUL bytes */
    const char *const *environment; /* borrowed: NAME=VALUE */
    size_t environment_count;
    const char *directory; /* borrowed: where it runs; NULL: here */
};

/* From what a sweep was given; false if there was no command. Borrows from `options`. */
bool knee_command_words_find(struct knee_command_words *words,
                             const struct knee_command_options *options);

/* Is the item appended, as no {} stands for it? */
bool knee_command_words_append(const struct knee_command_words *words);

/* One run at a time, whose width is the level? */
bool knee_command_words_one_run(const struct knee_command_words *words);

/* Does the command ask for more than the item in its words, and the level? Then it needs a
 * script of its own: knee_command_words_script(). */
bool knee_command_words_need_script(const struct knee_command_words *words);

/* A script for `sh -c SCRIPT sh [ITEM [NUMBER]]`, where $KNEE_SLOT is the slot: sets what --env
 * asks for, makes and removes the temporary path of {out}, and runs the command with the level in
 * place of {n}. A new string, NULL out of memory. */
char *knee_command_words_script(const struct knee_command_words *words, uint32_t level);

/* One word with the level in place of each {n}; a new string, NULL out of memory. */
char *knee_command_words_at(const struct knee_command_words *words, size_t index, uint32_t level);

/* All of them as a line for a shell, the level in place of {n}; a new string, NULL out of memory.
 * Under --shell it is the shell line itself. */
char *knee_command_words_line(const struct knee_command_words *words, uint32_t level);

#endif
