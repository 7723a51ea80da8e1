/* SPDX-License-Identifier: MIT */
#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const char *path, int why, struct knee_err *err)
{
    const char *todo = why == ENOSPC || why == EDQUOT
                           ? "free some space or choose another directory"
                           : "make the directory writable or choose another";
    return knee_err_set(err, KNEE_FAILED, "%s: %s; %s", path, strerror(why), todo);
}

/* A name that nobody else can guess: another user of the directory could have put a symbolic link
 * there, which would lead the write elsewhere. */
static int open_fresh(struct knee_file *file, const char *name)
{
    uint64_t number;
    if (getrandom(&number, sizeof number, 0) != sizeof number)
        return -1;
    if (snprintf(file->fresh, sizeof file->fresh, ".%.200s.%016" PRIx64, name, number) < 0)
        return -1;
    return openat(file->directory, file->fresh,
                  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
}

int knee_file_open(struct knee_file *file, const char *dir, const char *name, struct knee_err *err)
{
    *file = (struct knee_file){.handle = -1, .directory = -1};
    if (snprintf(file->path, sizeof file->path, "%s/%s", dir, name) >= (int)sizeof file->path ||
        strlen(name) > 200)
        return fail(file->path, ENAMETOOLONG, err);
    file->name = file->path + strlen(dir) + 1;
    file->directory = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (file->directory >= 0)
        file->handle = open_fresh(file, name);
    int why = errno;
    if (file->handle >= 0) {
        file->out = open_memstream(&file->text, &file->bytes);
        why = ENOMEM;
    }
    if (file->out)
        return 0;
    knee_file_drop(file);
    snprintf(file->path, sizeof file->path, "%s/%s", dir, name);
    return fail(file->path, why, err);
}

static int open_as_it_is(struct knee_file *file, const char *path, struct knee_err *err)
{
    *file = (struct knee_file){.handle = -1, .directory = -1};
    snprintf(file->path, sizeof file->path, "%s", path);
    file->handle = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY | O_CLOEXEC, 0666);
    if (file->handle >= 0)
        file->out = open_memstream(&file->text, &file->bytes);
    if (file->out)
        return 0;
    int why = file->handle < 0 ? errno : ENOMEM;
    knee_file_drop(file);
    return fail(path, why, err);
}

int knee_file_open_path(struct knee_file *file, const char *path, struct knee_err *err)
{
    struct stat info;
    char dir[4096] = ".";
    const char *slash = strrchr(path, '/');
    if (lstat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
        return open_as_it_is(file, path, err);
    if (slash)
        snprintf(dir, sizeof dir, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    return knee_file_open(file, dir, slash ? slash + 1 : path, err);
}

/* 0 or an errno. */
static int write_all(int handle, const char *text, size_t bytes)
{
    while (bytes > 0) {
        ssize_t done = write(handle, text, bytes);
        if (done < 0 && errno != EINTR)
            return errno;
        text += done > 0 ? done : 0;
        bytes -= done > 0 ? (size_t)done : 0;
    }
    return 0;
}

int knee_file_close(struct knee_file *file, struct knee_err *err)
{
    int why = ferror(file->out) ? ENOMEM : 0;
    if (fclose(file->out) != 0)
        why = ENOMEM;
    file->out = NULL;
    if (why == 0)
        why = write_all(file->handle, file->text, file->bytes);
    if (close(file->handle) != 0 && why == 0)
        why = errno;
    file->handle = -1;
    bool renames = file->directory >= 0;
    if (renames && why == 0 &&
        renameat(file->directory, file->fresh, file->directory, file->name) != 0)
        why = errno;
    if (renames && why != 0)
        unlinkat(file->directory, file->fresh, 0);
    if (renames)
        close(file->directory);
    file->directory = -1;
    free(file->text);
    file->text = NULL;
    return why == 0 ? 0 : fail(file->path, why, err);
}

void knee_file_drop(struct knee_file *file)
{
    if (file->out)
        fclose(file->out);
    if (file->handle >= 0) {
        close(file->handle);
        if (file->directory >= 0)
            unlinkat(file->directory, file->fresh, 0);
    }
    if (file->directory >= 0)
        close(file->directory);
    free(file->text);
    *file = (struct knee_file){.handle = -1, .directory = -1};
}

/* A pipe or a device is opened without waiting, and closed again. */
static int open_regular(const char *path, int flags)
{
    struct stat info = {0};
    int file = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);
    if (file < 0)
        return -1;
    int why = fstat(file, &info) != 0      ? errno
              : S_ISDIR(info.st_mode)      ? EISDIR
              : S_ISREG(info.st_mode) == 0 ? ENOTSUP
                                           : 0;
    if (!why)
        return file;
    close(file);
    errno = why;
    return -1;
}

FILE *knee_file_open_regular(const char *path, bool follow)
{
    int file = open_regular(path, O_RDONLY | (follow ? 0 : O_NOFOLLOW));
    FILE *in = file < 0 ? NULL : fdopen(file, "r");
    if (file >= 0 && !in) {
        int why = errno;
        close(file);
        errno = why;
    }
    return in;
}

int knee_file_open_append(const char *path)
{
    return open_regular(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW);
}

const char *knee_file_reason(int error)
{
    return error == ENOTSUP ? "not a regular file" : strerror(error);
}

const char *knee_file_advice(int error, const char *advice)
{
    return error == EMFILE ? "raise ulimit -n" : advice;
}

static int fail_read(const char *path, int why, struct knee_err *err)
{
    bool missing = why == ENOENT || why == ENOTDIR;
    return knee_err_set(err, missing ? KNEE_USAGE : KNEE_FAILED,
                        "%s: %s; name a result directory of knee", path, knee_file_reason(why));
}

/* All that `in` holds; NULL with errno. */
static char *read_all(FILE *in, size_t *bytes)
{
    char *text = NULL;
    size_t used = 0, room = 0;
    do {
        if (room - used < 2) {
            room = room ? 2 * room : 4096;
            char *grown = room <= KNEE_FILE_BYTES_MAX ? realloc(text, room) : NULL;
            if (!grown) {
                errno = room <= KNEE_FILE_BYTES_MAX ? ENOMEM : EFBIG;
                free(text);
                return NULL;
            }
            text = grown;
        }
        used += fread(text + used, 1, room - used - 1, in);
    } while (!feof(in) && !ferror(in));
    if (ferror(in)) {
        free(text);
        return NULL;
    }
    text[used] = '\0';
    *bytes = used;
    return text;
}

int knee_file_read(char **text, size_t *bytes, const char *dir, const char *name, char *path,
                   size_t path_bytes, struct knee_err *err)
{
    if (snprintf(path, path_bytes, "%s/%s", dir, name) >= (int)path_bytes)
        return fail_read(path, ENAMETOOLONG, err);
    FILE *in = knee_file_open_regular(path, true);
    if (!in)
        return fail_read(path, errno, err);
    char *read = read_all(in, bytes);
    int why = errno;
    fclose(in);
    if (!read)
        return fail_read(path, why, err);
    *text = read;
    return 0;
}
