/* SPDX-License-Identifier: MIT */
/* Whole files of a directory. Errors name the path, say why and what to do. */
#ifndef KNEE_CORE_FILE_H
#define KNEE_CORE_FILE_H

#include "core/err.h"

#include <stddef.h>
#include <stdio.h>

/* A file being written under another name beside it: until it is closed, readers see the old one
 * or none. */
struct knee_file {
    FILE *out; /* for the caller to write to */
    char path[4096], fresh[4096];
};

int knee_file_open(struct knee_file *file, const char *dir, const char *name, struct knee_err *err);
/* Flushes, closes and renames; on an error of any write since the opening the new file is removed,
 * the old one stays, and -1 is returned. */
int knee_file_close(struct knee_file *file, struct knee_err *err);
void knee_file_drop(struct knee_file *file); /* gives it up: the old one stays */

/* All of DIR/NAME, with a NUL behind it; the caller frees `text`. `path` gets its name. */
int knee_file_read(char **text, size_t *bytes, const char *dir, const char *name, char *path,
                   size_t path_bytes, struct knee_err *err);

#endif
