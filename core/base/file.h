/* SPDX-License-Identifier: MIT */
/* Whole files of a directory. Errors name the path, say why and what to do. */
#ifndef KNEE_CORE_BASE_FILE_H
#define KNEE_CORE_BASE_FILE_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define KNEE_FILE_BYTES_MAX (256u << 20) /* of one that is read as a whole */

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
/* The same for a path that the user gave. If it is a device, a pipe or a link (/dev/stdout), it is
 * written to as it is: nothing takes its place. Otherwise no reader sees half of it. */
int knee_file_open_path(struct knee_file *file, const char *path, struct knee_err *err);
/* Writes, closes and renames; on an error the new file is removed and the old one stays. */
int knee_file_close(struct knee_file *file, struct knee_err *err);
void knee_file_drop(struct knee_file *file); /* gives it up: the old one stays */

/* Opens a regular file to read. Anything else could keep knee waiting (a pipe) or has no end (a
 * device), and a directory of another user may hold it. Without `follow`, a symbolic link is
 * refused, too: for what will be shown to others. NULL with errno, for knee_file_reason(). */
FILE *knee_file_open_regular(const char *path, bool follow);
/* Opens a regular file to read, and to write at its end, and makes it if it is not there: for the
 * tables of a result directory, which another user may have filled with links, pipes and devices.
 * Neither is followed, waited for or written to. -1 with errno, for knee_file_reason(). */
int knee_file_open_append(const char *path);
/* Like strerror(). */
const char *knee_file_reason(int error);
/* What to do about `error`, an errno: `advice`, or to raise the limit of open files if knee has
 * used them up. */
const char *knee_file_advice(int error, const char *advice);

/* All of DIR/NAME, which holds no more than KNEE_FILE_BYTES_MAX, with a NUL after it; the caller
 * frees `text`. `path` gets its name. */
int knee_file_read(char **text, size_t *bytes, const char *dir, const char *name, char *path,
                   size_t path_bytes, struct knee_err *err);

#endif
