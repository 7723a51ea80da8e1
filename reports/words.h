/* SPDX-License-Identifier: MIT */
/* The user's command inside the command line of a sweep. Pure. */
#ifndef KNEE_REPORTS_WORDS_H
#define KNEE_REPORTS_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_words {
    char *const *argv; /* borrowed: what stands behind `--` */
    size_t argc;
    bool has_item, has_level; /* {} and {n} stand in it */
    bool shell;               /* --shell stands before it */
};

/* Finds it in the arguments of `knee sweep`; false where there is none. */
bool knee_words_find(struct knee_words *words, int argc, char *const *argv);

/* One word with the level in place of each {n}; a new string, NULL out of memory. */
char *knee_words_at(const struct knee_words *words, size_t index, uint32_t level);

/* All of them as a line for a shell, the level in place of {n}; a new string, NULL out of memory.
 * Under --shell it is the shell line itself. */
char *knee_words_line(const struct knee_words *words, uint32_t level);

#endif
