/* SPDX-License-Identifier: MIT */
/* core/text: texts that people and files read, and how they are read back (numbers, units, tables,
 * shell words). Pure; includes core/base only.
 *
 * This file: numbers and words for files and shells; for people see core/text/human.h. Thread safe.
 * A function that takes `text` writes there, always with a NUL at its end, and returns it. */
#ifndef KNEE_CORE_TEXT_STRINGS_H
#define KNEE_CORE_TEXT_STRINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_STRING_NUMBER_BYTES 48 /* holds every number below */

/* With `digits` significant digits, but never rounded more coarsely than to a whole number; 0: the
 * fewest that read back as the same double. Whole numbers up to 2^53 keep all their digits. The
 * same in every locale. NAN and infinity give "". */
const char *knee_strings_number(char *text, double value, int digits);

/* Nanoseconds as seconds with nine decimals, exactly: 1234567890 is "1.234567890". */
const char *knee_strings_ns(char *text, uint64_t ns);

/* Copies `source`. A byte that is not UTF-8 becomes U+FFFD; unless `controls`, a control character
 * becomes `?`. Cuts at `text_bytes`, between characters. */
const char *knee_strings_utf8(char *text, size_t text_bytes, const char *source, bool controls);

size_t knee_strings_width(const char *text);        /* columns: characters of UTF-8 text */
void knee_strings_clip(char *text, size_t columns); /* if it is wider, it ends with "..." */

/* A workload's name from outside: as knee_strings_utf8, without control characters, and with `"`
 * turned into `'`, so that every reader of CSV finds its field. */
const char *knee_strings_name(char *text, size_t text_bytes, const char *source);

/* A name for a file: characters outside [A-Za-z0-9._-], and a first `.` or `-`, become `_`. */
const char *knee_strings_file_name(char *text, size_t text_bytes, const char *name);
/* A name for a variable: letters become capitals, other characters outside [0-9_] become `_`. */
const char *knee_strings_variable(char *text, size_t text_bytes, const char *name);

/* argv as one line for a shell. A word that needs no quotes stays plain, others are in '...', and
 * those with control characters or bytes that are not UTF-8 in $'...' (bash, zsh, ksh,
 * POSIX.1-2024), so that the shell gives back the same bytes. The caller frees it; NULL: out of
 * memory. */
char *knee_strings_shell(int argc, char *const *argv);

#endif
