/* SPDX-License-Identifier: MIT */
/* A command line split into words as a shell would, without a shell: blanks separate, '...' and
 * "..." quote, a backslash takes the next character as it is (inside "..." only before " \ $ and
 * `). Whatever else a shell would act on (pipes, redirections, variables, globs, comments) is
 * refused unless it is quoted, so that nothing is run that the user did not see. Pure. */
#ifndef KNEE_CORE_TEXT_SHELL_WORDS_H
#define KNEE_CORE_TEXT_SHELL_WORDS_H

#include "core/base/err.h"

#include <stddef.h>

struct knee_shell_words {
    char **words; /* ends with NULL; owned */
    size_t count; /* at least 1 after a split */
};

/* `what` begins the usage errors: "--base". */
int knee_shell_words_split(struct knee_shell_words *words, const char *line, const char *what,
                           struct knee_err *err);
void knee_shell_words_release(struct knee_shell_words *words); /* safe on a zeroed one */

#endif
