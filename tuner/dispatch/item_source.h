/* SPDX-License-Identifier: MIT */
/* The items of a run, read as a stream: neither their number nor their length is bounded, and
 * memory holds one buffer of them. What cannot be read twice (a pipe) is copied to a spool file by
 * a thread, as fast as it comes; the same thread counts the items, so that a run soon knows how
 * many there are.
 *
 * One item a line, or before each NUL byte; empty ones are left out. Items may hold any byte but
 * NUL: a line that does is an error, and the items before it are the last. Numbers count from 1 in
 * the order of the list. */
#ifndef KNEE_TUNER_DISPATCH_ITEM_SOURCE_H
#define KNEE_TUNER_DISPATCH_ITEM_SOURCE_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct knee_item_source; /* opaque */

struct knee_item_source_params {
    const char *path;  /* NULL: standard input */
    const char *name;  /* for errors */
    bool nul;          /* NUL bytes end the items */
    const char *spool; /* a file to be made, unless the source is a regular file ... */
    const char *whole; /* ... and its name once all of the list is in it; NULL: as it was */
    /* Called from the reading thread when there are more items, or the end is known. */
    void (*arrived)(void *context);
    void *context;
};

/* One item; `text` is the source's until its next call. */
struct knee_item_source_item {
    const char *text;
    size_t bytes; /* without the final NUL */
    uint64_t number;
    double weight;
};

int knee_item_source_open(struct knee_item_source **source,
                          const struct knee_item_source_params *params, struct knee_err *err);

/* A list in memory: texts in the order in which they are to run, each with its number and weight.
 * The array is borrowed. */
int knee_item_source_open_list(struct knee_item_source **source,
                               const struct knee_item_source_item *items, size_t count,
                               struct knee_err *err);

/* 1 with the next item; 0 when none has arrived yet; -1 at the end, or when reading failed. */
int knee_item_source_next(struct knee_item_source *source, struct knee_item_source_item *item);

/* UINT64_MAX until it is known. From any thread. */
uint64_t knee_item_source_total(const struct knee_item_source *source);
/* All of it lies in a regular file or in the spool. From any thread. */
bool knee_item_source_is_whole(const struct knee_item_source *source);
/* -1 when reading or spooling failed. From any thread. */
int knee_item_source_check(const struct knee_item_source *source, struct knee_err *err);

void knee_item_source_close(struct knee_item_source *source); /* safe on NULL */

#endif
