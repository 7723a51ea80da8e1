/* SPDX-License-Identifier: MIT */
#include "tuner/store/journal.h"

#include "tuner/store/columns.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the file holds of one workload, so that a block's end can tell whether it has changed. */
struct section {
    char *workload;
    char *text;
    size_t bytes;
};

struct knee_journal {
    int file;
    char path[PATH_MAX], fresh[PATH_MAX];
    struct section *sections;
    size_t count;
};

static int fail(const struct knee_journal *journal, const char *why, struct knee_err *err)
{
    const char *todo = errno == ENOSPC || errno == EDQUOT
                           ? "free some space or choose another directory with -o"
                           : "see that the directory can be written, or choose another with -o";
    return knee_err_set(err, KNEE_FAILED, "%s: %s; %s", journal->path, why, todo);
}

static int out_of_memory(struct knee_err *err)
{
    return knee_err_set(err, KNEE_FAILED, "samples.csv: out of memory; end other programs");
}

/* All of it, in one write where the kernel takes it in one. */
static int write_all(int file, const char *text, size_t bytes)
{
    while (bytes > 0) {
        ssize_t done = write(file, text, bytes);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return -1;
        text += done;
        bytes -= (size_t)done;
    }
    return 0;
}

/* Some file systems and pipes cannot sync: that is theirs to say, and no error of the journal. */
static int sync_file(int file)
{
    if (fsync(file) == 0 || errno == EINVAL || errno == ENOTSUP || errno == ENOSYS)
        return 0;
    return -1;
}

/* Rows as text; NULL out of memory. */
static char *rows_text(const char *workload, const struct knee_window *windows, size_t count,
                       size_t *bytes)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, bytes);
    if (!out)
        return NULL;
    for (size_t i = 0; i < count; i++)
        knee_columns_row(&knee_columns_samples, workload, &windows[i], out);
    bool failed = ferror(out) != 0;
    failed = fclose(out) != 0 || failed;
    if (failed) {
        free(text);
        return NULL;
    }
    return text;
}

/* The section of `workload`, a new one where there is none; NULL out of memory. */
static struct section *section_of(struct knee_journal *journal, const char *workload)
{
    for (size_t i = 0; i < journal->count; i++)
        if (strcmp(journal->sections[i].workload, workload) == 0)
            return &journal->sections[i];
    struct section *grown =
        reallocarray(journal->sections, journal->count + 1, sizeof *journal->sections);
    if (!grown)
        return NULL;
    journal->sections = grown;
    struct section made = {.workload = strdup(workload), .text = calloc(1, 1)};
    if (!made.workload || !made.text) {
        free(made.workload);
        free(made.text);
        return NULL;
    }
    grown[journal->count] = made;
    return &grown[journal->count++];
}

static int section_add(struct section *section, const char *text, size_t bytes)
{
    char *grown = realloc(section->text, section->bytes + bytes + 1);
    if (!grown)
        return -1;
    memcpy(grown + section->bytes, text, bytes);
    section->text = grown;
    section->bytes += bytes;
    return 0;
}

static int write_header(int file)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (!out)
        return -1;
    knee_columns_header(&knee_columns_samples, out);
    int failed = fclose(out) != 0 || write_all(file, text, bytes) != 0 ? -1 : 0;
    free(text);
    return failed;
}

/* Writes a fresh file with all sections and puts it in place of the old one. */
static int replace(struct knee_journal *journal, struct knee_err *err)
{
    int file = open(journal->fresh, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    if (file < 0)
        return fail(journal, strerror(errno), err);
    bool failed = write_header(file) != 0;
    for (size_t i = 0; i < journal->count && !failed; i++)
        failed = write_all(file, journal->sections[i].text, journal->sections[i].bytes) != 0;
    failed = failed || sync_file(file) != 0 || rename(journal->fresh, journal->path) != 0;
    if (failed) {
        int why = errno;
        close(file);
        unlink(journal->fresh);
        errno = why;
        return fail(journal, strerror(why), err);
    }
    if (journal->file >= 0)
        close(journal->file);
    journal->file = file;
    return 0;
}

static int take_rows(struct knee_journal *journal, const struct knee_journal_rows *rows)
{
    for (size_t i = 0; rows && i < rows->count; i++) {
        const struct knee_journal_part *part = &rows->parts[i];
        struct section *section = section_of(journal, part->workload);
        size_t bytes = 0;
        char *text = section ? rows_text(part->workload, part->windows, part->count, &bytes) : NULL;
        int failed = !text || section_add(section, text, bytes) != 0;
        free(text);
        if (failed)
            return -1;
    }
    return 0;
}

static void release(struct knee_journal *journal)
{
    if (journal->file >= 0)
        close(journal->file);
    for (size_t i = 0; i < journal->count; i++) {
        free(journal->sections[i].workload);
        free(journal->sections[i].text);
    }
    free(journal->sections);
    free(journal);
}

int knee_journal_open(struct knee_journal **journal, const char *dir,
                      const struct knee_journal_rows *rows, struct knee_err *err)
{
    struct knee_journal *made = calloc(1, sizeof *made);
    if (!made)
        return out_of_memory(err);
    made->file = -1;
    int length = snprintf(made->path, sizeof made->path, "%s/samples.csv", dir);
    int fresh = snprintf(made->fresh, sizeof made->fresh, "%s/.samples.csv.new", dir);
    int failed = -1;
    if (length >= (int)sizeof made->path || fresh >= (int)sizeof made->fresh)
        knee_err_set(err, KNEE_FAILED, "%.200s: the path is too long; choose a shorter one", dir);
    else if (!rows && access(made->path, F_OK) == 0)
        knee_err_set(err, KNEE_FAILED, "%s: exists already; choose another directory with -o",
                     made->path);
    else if (take_rows(made, rows) != 0)
        out_of_memory(err);
    else
        failed = replace(made, err);
    if (failed)
        release(made);
    else
        *journal = made;
    return failed;
}

int knee_journal_append(struct knee_journal *journal, const char *workload,
                        const struct knee_window *window, struct knee_err *err)
{
    size_t bytes = 0;
    char *text = rows_text(workload, window, 1, &bytes);
    struct section *section = text ? section_of(journal, workload) : NULL;
    off_t before = lseek(journal->file, 0, SEEK_END);
    int failed = 0;
    if (section && write_all(journal->file, text, bytes) != 0) {
        failed = fail(journal, strerror(errno), err);
        if (before >= 0 && ftruncate(journal->file, before) != 0)
            failed = -1; /* the reader drops a torn last line */
    } else if (!section || section_add(section, text, bytes) != 0) {
        failed = out_of_memory(err);
    }
    free(text);
    return failed;
}

int knee_journal_block_end(struct knee_journal *journal, const char *workload,
                           const struct knee_window *windows, size_t count, struct knee_err *err)
{
    size_t bytes = 0;
    char *text = rows_text(workload, windows, count, &bytes);
    struct section *section = text ? section_of(journal, workload) : NULL;
    if (!section) {
        free(text);
        return out_of_memory(err);
    }
    if (section->bytes == bytes && memcmp(section->text, text, bytes) == 0) {
        free(text);
        return sync_file(journal->file) == 0 ? 0 : fail(journal, strerror(errno), err);
    }
    free(section->text);
    section->text = text;
    section->bytes = bytes;
    return replace(journal, err);
}

int knee_journal_close(struct knee_journal *journal, struct knee_err *err)
{
    if (!journal)
        return 0;
    bool failed = sync_file(journal->file) != 0;
    int why = errno;
    if (close(journal->file) != 0 && !failed) {
        failed = true;
        why = errno;
    }
    journal->file = -1;
    errno = why;
    int returned = failed ? fail(journal, strerror(why), err) : 0;
    release(journal);
    return returned;
}
