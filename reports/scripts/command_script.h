/* SPDX-License-Identifier: MIT */
/* The user's command as a script for one item: `sh -c SCRIPT sh [ITEM [NUMBER]]`. $KNEE_SLOT is the
 * slot, and $OUT the folder of the files that {out} names. */
#ifndef KNEE_REPORTS_SCRIPTS_COMMAND_SCRIPT_H
#define KNEE_REPORTS_SCRIPTS_COMMAND_SCRIPT_H

#include "reports/scripts/command_words.h"

/* Who runs the script: xargs has no retries, and knows no parts of an item. */
enum knee_command_script_runner {
    KNEE_COMMAND_SCRIPT_XARGS,
    KNEE_COMMAND_SCRIPT_PARALLEL, /* tries again, ends late items, and fills in {.} by itself */
};

/* Does the command need a script, or can the runner run its words? */
bool knee_command_script_is_needed(const struct knee_command_words *words,
                                   enum knee_command_script_runner runner);

/* On one line. A new string, NULL out of memory. */
char *knee_command_script_make(const struct knee_command_words *words,
                               enum knee_command_script_runner runner, uint32_t level);

#endif
