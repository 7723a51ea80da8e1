/* SPDX-License-Identifier: MIT */
/* Whole files of a directory. Errors name the path, say why and what to do. */
#ifndef KNEE_CORE_BASE_FILE_H
#define KNEE_CORE_BASE_FILE_H

#include "core/base/err.h"

#include <stddef.h>
#include <stdio.h>

/* A file being written. The text is gathered in memory, then written under another name and
 * renamed: readers see all of the new file, or the old one, or none. The other name is random and
 * must not exist, and neither it nor the file's own name is followed if it is a symbolic link: in a
 * directory of another user, nothing outside is written. */
struct knee_file {
    FILE *out; /* for the caller to print to; needs no checks */
    char *text;
    size_t bytes;
    int handle;    /* of the file under the other name */
    int directory; /* that both names are in */
    const char *name;
    char path[4096], fresh[256];
};

int knee_file_open(struct knee_file *file, const char *dir, const char *name, struct knee_err *err);
/* Writes, closes and renames; on an error the new file is removed and the old one stays. */
int knee_file_close(struct knee_file *file, struct knee_err *err);
void knee_file_drop(struct knee_file *file); /* gives it up: the old one stays */

/* All of DIR/NAME, with a NUL after it; the caller frees `text`. `path` gets its name. */
int knee_file_read(char **text, size_t *bytes, const char *dir, const char *name, char *path,
                   size_t path_bytes, struct knee_err *err);

#endif
