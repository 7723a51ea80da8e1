/* SPDX-License-Identifier: MIT */
/* The directory of one result. */
#ifndef KNEE_TUNER_STORE_DIRECTORY_H
#define KNEE_TUNER_STORE_DIRECTORY_H

#include "core/base/err.h"

#include <stdbool.h>
#include <time.h>

struct knee_directory {
    char path[4096];  /* "results/2026-01-31-142530" */
    char shown[4096]; /* as to be typed: "results/latest" once linked, else the path */
    char parent[16];  /* "results" */
    int lock;         /* held until the process ends: see knee_directory_lock() */
    bool latest;      /* the link is to be made: no -o was given */
};

/* Makes the directory, and those above it: `output` (-o), which must not exist or be empty; NULL:
 * PARENT/DATE-TIME of `now` (local time), with `-2`, `-3`, ... if that exists. `parent` is
 * "results" or "runs". */
int knee_directory_make(struct knee_directory *directory, const char *parent, const char *output,
                        time_t now, struct knee_err *err);

/* Points PARENT/latest to it, in one rename; nothing with -o. Anything else at that name (a file, a
 * directory) is left alone, and is an error. */
int knee_directory_link(struct knee_directory *directory, struct knee_err *err);

/* Takes the directory for this process, which is going to write to it; it is given back when `lock`
 * is closed (it may be -1), or the process ends. If another process has it, waits for a second,
 * then fails. Without an error, but also without a lock (-1): a directory that cannot be opened, as
 * reading it will say, and a file system that has no locks. */
int knee_directory_lock(int *lock, const char *path, struct knee_err *err);

#endif
