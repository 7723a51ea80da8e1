/* SPDX-License-Identifier: MIT */
/* samples.csv, the journal of a sweep: a row per window, written the moment it is measured.
 *
 * Rows are only ever appended, each with one write(2), so that a killed sweep loses at most the
 * window in progress; nothing is synced inside a block. A row holds as many digits as a measurement
 * has: a window is rounded by knee_columns_round() before anything is decided from it, and then all
 * of it survives. levels.csv made from a journal that was read back is the same, byte for byte. One
 * thread. */
#ifndef KNEE_TUNER_STORE_JOURNAL_H
#define KNEE_TUNER_STORE_JOURNAL_H

#include "core/base/err.h"
#include "core/engine/measured.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct knee_journal; /* opaque */

/* The rows of a journal, workload by workload in the order of their first rows. */
struct knee_journal_rows {
    struct knee_journal_part {
        char *workload;              /* owned */
        struct knee_window *windows; /* owned, in the order of the file */
        uint32_t *lines;             /* owned: of each window, its line in the file */
        size_t count, capacity;
    } * parts; /* owned */
    size_t count;
    bool torn;    /* a last line that was cut off has been dropped */
    bool current; /* the columns are those that this knee writes */
    size_t bytes; /* of the file, up to the end of the last row that was kept */
};

/* Reads DIR/samples.csv, and rounds its windows (an earlier knee wrote every bit). Columns are
 * found by name; one that is missing is unknown, one that knee does not know is skipped. A
 * malformed row, or one with a level or a time out of range, is an error that names the line; a
 * malformed last row is dropped: see `torn`. `latencies`: see knee_measured_keep(); of an earlier
 * knee's file they are always kept, since it is written again. */
int knee_journal_read(struct knee_journal_rows *rows, const char *dir, bool latencies,
                      struct knee_err *err);
/* The same from a stream; `path` is its name in errors. */
int knee_journal_read_from(struct knee_journal_rows *rows, FILE *in, const char *path,
                           bool latencies, struct knee_err *err);
void knee_journal_rows_release(struct knee_journal_rows *rows); /* safe on an empty one */
/* NULL: no row of that workload. */
struct knee_journal_part *knee_journal_rows_find(const struct knee_journal_rows *rows,
                                                 const char *workload);

/* Creates DIR/samples.csv, which must not exist, with its header. `rows` (may be NULL) are those
 * that --resume has read from it: new rows are then appended to them. (If an earlier knee wrote the
 * file, with fewer columns, it is written again first, and replaced in one rename.) */
int knee_journal_open(struct knee_journal **journal, const char *dir,
                      const struct knee_journal_rows *rows, struct knee_err *err);

/* One row, one write; the window is rounded already. On failure (a full disk) the file is cut back
 * to whole rows. */
int knee_journal_append(struct knee_journal *journal, const char *workload,
                        const struct knee_measured *window, struct knee_err *err);

/* The end of a block: the rows so far reach the disk. */
int knee_journal_sync(struct knee_journal *journal, struct knee_err *err);

/* Syncs and closes; an error of the sync is reported. Safe on NULL. */
int knee_journal_close(struct knee_journal *journal, struct knee_err *err);

#endif
