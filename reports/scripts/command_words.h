/* SPDX-License-Identifier: MIT */
/* The user's command inside the command line of a sweep. Pure. */
#ifndef KNEE_REPORTS_SCRIPTS_COMMAND_WORDS_H
#define KNEE_REPORTS_SCRIPTS_COMMAND_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_command_words {
    char *const *argv; /* borrowed: what stands behind `--` */
    size_t argc;
    bool has_item, has_level; /* {} and {n} stand in it */
    bool has_items;           /* it was run on items: {} stands for them, or they are appended */
    bool has_out;             /* {out} does */
    bool has_number;          /* {#} does */
    bool has_slot;            /* {%} does */
    bool shell;               /* --shell stands before it */
    bool null;                /* -0 does: items end with NUL bytes */
    char *const *options;     /* borrowed: what stands before `--`, for knee_command_words_env() */
    size_t options_count;
    size_t environment_count; /* --env settings */
    const char *directory;    /* borrowed: --workdir; NULL: none */
};

/* Finds it in the arguments of `knee sweep`; false where there is none. */
bool knee_command_words_find(struct knee_command_words *words, int argc, char *const *argv);

/* The setting NAME=VALUE of the --env number `index`, counted from 0. */
const char *knee_command_words_env(const struct knee_command_words *words, size_t index);

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
