/* SPDX-License-Identifier: MIT */
#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fail(const char *path, int why, struct knee_err *err)
{
    const char *todo = why == ENOSPC || why == EDQUOT
                           ? "free some space or choose another directory"
                           : "make the directory writable or choose another";
    return knee_err_set(err, KNEE_FAILED, "%s: %s; %s", path, strerror(why), todo);
}

int knee_file_open(struct knee_file *file, const char *dir, const char *name, struct knee_err *err)
{
    *file = (struct knee_file){.handle = -1};
    int path = snprintf(file->path, sizeof file->path, "%s/%s", dir, name);
    int fresh = snprintf(file->fresh, sizeof file->fresh, "%s/.%s.new", dir, name);
    if (path >= (int)sizeof file->path || fresh >= (int)sizeof file->fresh)
        return fail(file->path, ENAMETOOLONG, err);
    file->handle = open(file->fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file->handle < 0)
        return fail(file->path, errno, err);
    file->out = open_memstream(&file->text, &file->bytes);
    if (!file->out) {
        knee_file_drop(file);
        return fail(file->path, ENOMEM, err);
    }
    return 0;
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
    if (why == 0 && rename(file->fresh, file->path) != 0)
        why = errno;
    if (why != 0)
        unlink(file->fresh);
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
        unlink(file->fresh);
    }
    free(file->text);
    *file = (struct knee_file){.handle = -1};
}

static int fail_read(const char *path, int why, struct knee_err *err)
{
    return knee_err_set(err, KNEE_FAILED, "%s: %s; name a result directory of knee", path,
                        strerror(why));
}

/* All that `in` holds; NULL with errno. */
static char *read_all(FILE *in, size_t *bytes)
{
    char *text = NULL;
    size_t used = 0, room = 0;
    do {
        if (room - used < 2) {
            room = room ? 2 * room : 65536;
            char *grown = realloc(text, room);
            if (!grown) {
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
    FILE *in = fopen(path, "re");
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
