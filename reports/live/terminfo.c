/* SPDX-License-Identifier: MIT */
#include "reports/live/terminfo.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#if defined KNEE_WITH_NCURSES

/* term.h defines some hundred short names as macros: nothing but this file may see it. */
#include <curses.h>
#include <stdlib.h>
#include <term.h>

static const char *const NAMES[KNEE_TERMINFO_STRINGS] = {
    [KNEE_TERMINFO_REGION] = "csr",    [KNEE_TERMINFO_SAVE] = "sc",
    [KNEE_TERMINFO_RESTORE] = "rc",    [KNEE_TERMINFO_MOVE] = "cup",
    [KNEE_TERMINFO_UP] = "cuu",        [KNEE_TERMINFO_ERASE] = "ed",
    [KNEE_TERMINFO_ERASE_LINE] = "el", [KNEE_TERMINFO_HIDE] = "civis",
    [KNEE_TERMINFO_SHOW] = "cnorm",    [KNEE_TERMINFO_PLAIN] = "sgr0",
    [KNEE_TERMINFO_BOLD] = "bold",     [KNEE_TERMINFO_DIM] = "dim",
    [KNEE_TERMINFO_COLOR] = "setaf",
};

/* Copies a string without its pauses ("$<5/>"), which only terminals of old needed. */
static void copy(char *to, const char *from)
{
    size_t used = 0;
    while (*from && used + 1 < KNEE_TERMINFO_BYTES) {
        const char *end = from[0] == '$' && from[1] == '<' ? strchr(from, '>') : NULL;
        if (end)
            from = end + 1;
        else
            to[used++] = *from++;
    }
    to[*from ? 0 : used] = '\0'; /* one that is too long is none */
}

bool knee_terminfo_exists(void)
{
    return true;
}

int knee_terminfo_read(struct knee_terminfo *info, int fd, struct knee_err *err)
{
    const char *term = getenv("TERM");
    int status = 0;
    *info = (struct knee_terminfo){.colors = false};
    if (!term || !*term || setupterm(NULL, fd, &status) != OK)
        return knee_err_set(err, KNEE_USAGE,
                            "--dashboard on: nothing is known about the terminal \"%.60s\"; set "
                            "TERM to what it is, or drop the option",
                            term ? term : "");
    for (int i = 0; i < KNEE_TERMINFO_STRINGS; i++) {
        char name[8];
        snprintf(name, sizeof name, "%s", NAMES[i]);
        const char *found = tigetstr(name);
        /* -1 as a pointer: not a string capability. */
        if (found && (intptr_t)found != -1)
            copy(info->strings[i], found);
    }
    char colors[] = "colors";
    info->colors = tigetnum(colors) >= 8 && info->strings[KNEE_TERMINFO_COLOR][0];
    for (int i = 0; i < KNEE_TERMINFO_NEEDED; i++)
        if (!info->strings[i][0])
            return knee_err_set(err, KNEE_USAGE,
                                "--dashboard on: a terminal \"%.60s\" cannot keep rows at its "
                                "bottom; drop the option",
                                term);
    return 0;
}

const char *knee_terminfo_fill(const struct knee_terminfo *info, enum knee_terminfo_string which,
                               int first, int second, char *text)
{
    const char *filled =
        tparm((char *)info->strings[which], (long)first, (long)second, 0L, 0L, 0L, 0L, 0L, 0L, 0L);
    snprintf(text, KNEE_TERMINFO_BYTES, "%s", filled ? filled : "");
    return text;
}

#else

bool knee_terminfo_exists(void)
{
    return false;
}

int knee_terminfo_read(struct knee_terminfo *info, int fd, struct knee_err *err)
{
    (void)fd;
    *info = (struct knee_terminfo){.colors = false};
    return knee_err_set(err, KNEE_USAGE,
                        "--dashboard on: this knee was built without ncurses; install "
                        "libncurses-dev and build it again, or drop the option");
}

const char *knee_terminfo_fill(const struct knee_terminfo *info, enum knee_terminfo_string which,
                               int first, int second, char *text)
{
    (void)first;
    (void)second;
    snprintf(text, KNEE_TERMINFO_BYTES, "%s", info->strings[which]);
    return text;
}

#endif
