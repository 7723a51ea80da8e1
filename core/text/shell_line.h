/* SPDX-License-Identifier: MIT */
/* Placeholders in a line for a shell. A value is put in single quotes in place of a placeholder; in
 * some places of a line these quotes would not hold, and the value would run as shell code. Pure.
 */
#ifndef KNEE_CORE_TEXT_SHELL_LINE_H
#define KNEE_CORE_TEXT_SHELL_LINE_H

/* The first such place: "inside quotes", "after a backslash", ...; NULL: all placeholders of `line`
 * that stand for text are safe. (A number is safe anywhere.) A line that this does not understand
 * in full is rather refused. */
const char *knee_shell_line_unsafe(const char *line);

#endif
