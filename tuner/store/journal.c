/* SPDX-License-Identifier: MIT */
#include "tuner/store/journal.h"

#include "core/base/file.h"
#include "tuner/store/columns.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_NAME "samples.csv"

struct knee_journal {
    int file;
    char path[PATH_MAX];
};

static int fail(const struct knee_journal *journal, int why, struct knee_err *err)
{
    const char *todo = why == ENOSPC || why == EDQUOT
                           ? "free some space or choose another directory with -o"
                           : "see that the directory can be written, or choose another with -o";
    return knee_err_set(err, KNEE_FAILED, "%s: %s; %s", journal->path, strerror(why), todo);
}

/* All of it, in one write if the kernel takes it in one. 0 or an errno. */
static int write_all(int file, const char *text, size_t bytes)
{
    while (bytes > 0) {
        ssize_t done = write(file, text, bytes);
        if (done < 0 && errno != EINTR)
            return errno;
        text += done > 0 ? done : 0;
        bytes -= done > 0 ? (size_t)done : 0;
    }
    return 0;
}

/* Some file systems and pipes cannot sync: that is not an error of the journal. 0 or an errno. */
static int sync_file(int file)
{
    if (fsync(file) == 0 || errno == EINVAL || errno == ENOTSUP || errno == ENOSYS)
        return 0;
    return errno;
}

/* A new file with its header and, if they are given, the rows of an earlier one in its place. */
static int write_file(const char *dir, const struct knee_journal_rows *rows, struct knee_err *err)
{
    struct knee_file file;
    if (knee_file_open(&file, dir, FILE_NAME, err))
        return -1;
    knee_columns_header(&knee_columns_samples, file.out);
    for (size_t i = 0; rows && i < rows->count; i++)
        for (size_t j = 0; j < rows->parts[i].count; j++) {
            struct knee_measured window;
            knee_measured_recall(&window, &rows->parts[i].windows[j]);
            knee_columns_row(&knee_columns_samples, rows->parts[i].workload, &window, file.out);
        }
    return knee_file_close(&file, err);
}

/* Opens the file that is there, cut back to the rows that were read. */
static int open_file(struct knee_journal *journal, const struct knee_journal_rows *rows,
                     struct knee_err *err)
{
    journal->file = open(journal->path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
    if (journal->file < 0)
        return fail(journal, errno, err);
    if (rows && rows->current && rows->torn && ftruncate(journal->file, (off_t)rows->bytes) != 0)
        return fail(journal, errno, err);
    return 0;
}

int knee_journal_open(struct knee_journal **journal, const char *dir,
                      const struct knee_journal_rows *rows, struct knee_err *err)
{
    struct knee_journal *made = calloc(1, sizeof *made);
    if (!made)
        return knee_err_memory(err, FILE_NAME);
    made->file = -1;
    int failed = 0;
    if (snprintf(made->path, sizeof made->path, "%s/" FILE_NAME, dir) >= (int)sizeof made->path)
        failed = knee_err_set(err, KNEE_FAILED,
                              "%.200s: the path is too long; choose a shorter one", dir);
    else if (!rows && access(made->path, F_OK) == 0)
        failed = knee_err_set(err, KNEE_FAILED,
                              "%s: exists already; choose another directory with -o", made->path);
    else if (!rows || !rows->current)
        failed = write_file(dir, rows, err);
    if (!failed)
        failed = open_file(made, rows, err);
    if (!failed) {
        *journal = made;
        return 0;
    }
    if (made->file >= 0)
        close(made->file);
    free(made);
    return -1;
}

int knee_journal_append(struct knee_journal *journal, const char *workload,
                        const struct knee_measured *window, struct knee_err *err)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return knee_err_memory(err, FILE_NAME);
    knee_columns_row(&knee_columns_samples, workload, window, out);
    bool complete = ferror(out) == 0;
    complete = fclose(out) == 0 && complete;
    int why = 0;
    if (complete) {
        off_t before = lseek(journal->file, 0, SEEK_END);
        why = write_all(journal->file, text, bytes);
        if (why && before >= 0)
            (void)!ftruncate(journal->file, before); /* else the reader drops a torn last line */
    }
    free(text);
    if (!complete)
        return knee_err_memory(err, FILE_NAME);
    return why ? fail(journal, why, err) : 0;
}

int knee_journal_sync(struct knee_journal *journal, struct knee_err *err)
{
    int why = sync_file(journal->file);
    return why ? fail(journal, why, err) : 0;
}

int knee_journal_close(struct knee_journal *journal, struct knee_err *err)
{
    if (!journal)
        return 0;
    int why = sync_file(journal->file);
    if (close(journal->file) != 0 && !why)
        why = errno;
    int failed = why ? fail(journal, why, err) : 0;
    free(journal);
    return failed;
}
