/* SPDX-License-Identifier: MIT */
/* What the terminal of $TERM can do, from ncurses' terminfo; the only file that needs ncurses.
 * ncurses' own screen is not used, since it clears the terminal and has no place for the output of
 * others. One thread at a time. */
#ifndef KNEE_REPORTS_LIVE_TERMINFO_H
#define KNEE_REPORTS_LIVE_TERMINFO_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define KNEE_TERMINFO_BYTES 64

enum knee_terminfo_string {
    /* Needed: */
    KNEE_TERMINFO_REGION,  /* only these rows scroll: first, last */
    KNEE_TERMINFO_SAVE,    /* the cursor */
    KNEE_TERMINFO_RESTORE, /* it */
    KNEE_TERMINFO_MOVE,    /* the cursor: row, column */
    KNEE_TERMINFO_UP,      /* a number of rows */
    KNEE_TERMINFO_ERASE,   /* from the cursor to the end of the screen */
    KNEE_TERMINFO_ERASE_LINE,
    KNEE_TERMINFO_NEEDED,
    /* "" if there is none: */
    KNEE_TERMINFO_HIDE = KNEE_TERMINFO_NEEDED, /* the cursor */
    KNEE_TERMINFO_SHOW,
    KNEE_TERMINFO_PLAIN, /* no style */
    KNEE_TERMINFO_BOLD,
    KNEE_TERMINFO_DIM,
    KNEE_TERMINFO_COLOR, /* of what is written: 0 to 7 */
    KNEE_TERMINFO_STRINGS,
};

struct knee_terminfo {
    char strings[KNEE_TERMINFO_STRINGS][KNEE_TERMINFO_BYTES];
    bool colors;
};

/* Was the program built with ncurses? */
bool knee_terminfo_exists(void);

/* KNEE_USAGE if the terminal cannot do all that is needed, or nothing is known about it. */
int knee_terminfo_read(struct knee_terminfo *info, int fd, struct knee_err *err);

/* A string with its numbers filled in, in `text` of KNEE_TERMINFO_BYTES, which is returned. */
const char *knee_terminfo_fill(const struct knee_terminfo *info, enum knee_terminfo_string which,
                               int first, int second, char *text);

#endif
