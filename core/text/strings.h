/* SPDX-License-Identifier: MIT */
/* Texts and numbers for files and shells; what people read is in core/text/human.h. Pure and thread
 * safe; each that takes `text` writes there, always terminated, and returns it. */
#ifndef KNEE_CORE_TEXT_STRINGS_H
#define KNEE_CORE_TEXT_STRINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_STRING_NUMBER_BYTES 48 /* holds every number below */

/* `digits` significant ones; 0: the fewest that read back as the same double. Whole numbers up to
 * 2^53 keep all their digits. The same in every locale. What is not finite is "". */
const char *knee_strings_number(char *text, double value, int digits);

/* Nanoseconds as seconds with nine decimals, exactly: 1234567890 is "1.234567890". */
const char *knee_strings_ns(char *text, uint64_t ns);

/* Copies `source`, each byte that is no UTF-8 replaced by U+FFFD and, where `controls` is false,
 * each control character by `?`. Cuts at `text_bytes`, between characters. */
const char *knee_strings_utf8(char *text, size_t text_bytes, const char *source, bool controls);

size_t knee_strings_width(const char *text);        /* columns: characters of UTF-8 text */
void knee_strings_clip(char *text, size_t columns); /* ends with "..." where it was wider */

/* A workload's name from outside: as knee_strings_utf8, without control characters, and with `"`
 * turned into `'`, so that every reader of CSV finds its field. */
const char *knee_strings_name(char *text, size_t text_bytes, const char *source);

/* A name for a file: what is outside [A-Za-z0-9._-], and a first `.` or `-`, becomes `_`. */
const char *knee_strings_file_name(char *text, size_t text_bytes, const char *name);
/* A name for a variable: letters become capitals, what is outside [A-Z0-9_] becomes `_`. */
const char *knee_strings_variable(char *text, size_t text_bytes, const char *name);

/* argv as one line for a shell: what needs no quotes is left plain, the rest is in '...', and
 * bytes that are no UTF-8 or are controls are in $'...' (bash, zsh, ksh, POSIX.1-2024), so that
 * the same bytes come out. A new string, to be freed; NULL out of memory. */
char *knee_strings_shell(int argc, char *const *argv);

#endif
