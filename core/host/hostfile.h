/* SPDX-License-Identifier: MIT */
/* Small files of /proc and the cgroups, read whole. `root` is put before every path ("" for the
 * real one), so that tests can use a tree of their own. A file that is missing, unreadable or not
 * as expected is an unknown, never an error: each reader returns false and leaves its output alone.
 */
#ifndef KNEE_CORE_HOST_HOSTFILE_H
#define KNEE_CORE_HOST_HOSTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_HOSTFILE_PATH_BYTES 8704 /* root, directory and name */

/* The text of root/path/name, cut at `text_bytes`; `name` may be "". */
bool knee_hostfile_read(const char *root, const char *path, const char *name, char *text,
                        size_t text_bytes);

bool knee_hostfile_exists(const char *root, const char *path, const char *name);

/* Opens it for knee_hostfile_pread(); -1 if that fails. The caller closes it. */
int knee_hostfile_open(const char *root, const char *path, const char *name);
bool knee_hostfile_pread(int fd, char *text, size_t text_bytes);

/* A whole number, up to the first character that is not a digit; "max" and anything else are
 * unknown. */
bool knee_hostfile_number(const char *root, const char *path, const char *name, uint64_t *number);

/* Whole numbers at the start of `text`, separated by blanks; returns how many of `count` there
 * were. The others stay as they were. */
size_t knee_hostfile_numbers(const char *text, uint64_t *numbers, size_t count);

/* The number after `key` and its blanks, if a line of `text` starts with them:
 * ("MemFree:", "MemFree:   12 kB") gives 12. */
bool knee_hostfile_value(const char *text, const char *key, uint64_t *number);

#endif
