/* SPDX-License-Identifier: MIT */
/* A drawing in the lowest rows of a terminal. Everything above it is an ordinary terminal, in which
 * whatever is printed scrolls as ever and is kept in its scrollback: so nobody has to print through
 * us, and a drawing never lies over what others print. (An alternate screen would hide the output,
 * and lose it if we were killed.)
 *
 * How: the rows above ours are made the terminal's scrolling region, and its cursor always stays at
 * the end of what was printed there. A drawing is one write() that saves the cursor, draws the
 * cells that have changed and puts the cursor back. As everything below the cursor is ours, one
 * "erase to the end of the screen" takes the drawing away, also when the terminal has just got
 * another size and has moved its lines.
 *
 * While it is drawn, keys come one by one and without an echo. The settings from before are put
 * back when the drawing goes: knee_terminal_clear(), before a stop by Ctrl-Z, and in the end. If
 * the program dies by whatever way, SIGKILL included, a companion process (workloads/process) puts
 * back the terminal in its place.
 *
 * In the background nothing is drawn and no setting touched. One thread at a time. */
#ifndef KNEE_REPORTS_LIVE_TERMINAL_H
#define KNEE_REPORTS_LIVE_TERMINAL_H

#include "core/base/err.h"
#include "reports/live/canvas.h"

#include <stdbool.h>
#include <stddef.h>

struct knee_terminal; /* opaque */

/* On the terminal of standard error, else on the process's own. NO_COLOR is obeyed. Nothing is
 * drawn yet. KNEE_USAGE if there is none, or it cannot do this. */
int knee_terminal_open(struct knee_terminal **terminal, struct knee_err *err);
void knee_terminal_close(struct knee_terminal *terminal); /* clears; safe on NULL */

/* Whether the locale's characters are UTF-8, by LC_ALL, LC_CTYPE or LANG, and the terminal has more
 * than the signs of ASCII (a Linux console does not). */
bool knee_terminal_has_utf8(const struct knee_terminal *terminal);

/* Its size now. 0: it has none. */
void knee_terminal_size(const struct knee_terminal *terminal, size_t *columns, size_t *rows);

/* May it be drawn on? False in the background, or when it takes nothing at the moment (Ctrl-S). */
bool knee_terminal_is_ready(const struct knee_terminal *terminal);

/* Draws: the canvas' rows at the bottom, which are fewer than the terminal's. */
void knee_terminal_draw(struct knee_terminal *terminal, const struct knee_canvas *canvas);

/* Is it drawn, on a terminal that still has that size? */
bool knee_terminal_is_in_place(const struct knee_terminal *terminal);

/* Takes the drawing away and puts the settings back. Safe when nothing is drawn. */
void knee_terminal_clear(struct knee_terminal *terminal);

/* Keys that have been pressed; keys that send several bytes (arrows) are left out. */
size_t knee_terminal_keys(struct knee_terminal *terminal, char *keys, size_t keys_max);

#endif
