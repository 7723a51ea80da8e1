/* SPDX-License-Identifier: MIT */
#include "workloads/parts/io_replace.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME_BYTES 16 /* ten digits, ".new" and the end */

/* Without snprintf, which the forked cleaner may not call. */
static void name_of(char name[NAME_BYTES], uint32_t index, bool temporary)
{
    char digits[NAME_BYTES];
    size_t count = 0, length = 0;
    do {
        digits[count++] = (char)('0' + index % 10);
        index /= 10;
    } while (index > 0);
    while (count > 0)
        name[length++] = digits[--count];
    memcpy(name + length, temporary ? ".new" : "", temporary ? sizeof ".new" : 1);
}

static void remove_all(const struct knee_io_replace *replace)
{
    for (uint32_t i = 0; i < replace->workers; i++) {
        char name[NAME_BYTES];
        name_of(name, i, false);
        unlinkat(replace->dir_fd, name, 0);
        name_of(name, i, true);
        unlinkat(replace->dir_fd, name, 0);
    }
    unlinkat(replace->parent_fd, replace->name, AT_REMOVEDIR);
}

static void clean_up_at_end(void *argument, int control_fd)
{
    struct pollfd control = {.fd = control_fd, .events = POLLIN};
    while (poll(&control, 1, -1) < 0 && errno == EINTR)
        continue;
    remove_all(argument);
}

static int make_directory(struct knee_io_replace *replace, const char *dir)
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s", dir, KNEE_IO_REPLACE_NAME);
    if (length < 0 || (size_t)length >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (!mkdtemp(path))
        return -1;
    memcpy(replace->name, path + length - (sizeof replace->name - 1), sizeof replace->name);
    replace->parent_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    replace->dir_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (replace->parent_fd >= 0 && replace->dir_fd >= 0)
        return 0;
    int error = errno;
    rmdir(path);
    errno = error;
    return -1;
}

static void close_files(struct knee_io_replace *replace)
{
    if (replace->dir_fd >= 0)
        close(replace->dir_fd);
    if (replace->parent_fd >= 0)
        close(replace->parent_fd);
}

int knee_io_replace_open(struct knee_io_replace *replace, const char *dir, uint32_t workers,
                         struct knee_err *err)
{
    struct knee_io_replace new = {.parent_fd = -1, .dir_fd = -1, .workers = workers};
    if (make_directory(&new, dir) != 0) {
        knee_err_set(err, KNEE_FAILED,
                     "io: cannot make a directory in %s: %s; choose another directory", dir,
                     strerror(errno));
        close_files(&new);
        return -1;
    }
    const int fds[2] = {new.parent_fd, new.dir_fd};
    if (knee_companion_open(&new.cleaner, "knee-cleaner", clean_up_at_end, &new, fds, 2, err) !=
        0) {
        remove_all(&new);
        close_files(&new);
        return -1;
    }
    *replace = new;
    return 0;
}

int knee_io_replace_once(const struct knee_io_replace *replace, uint32_t index, const char *bytes,
                         size_t count)
{
    char target[NAME_BYTES], temporary[NAME_BYTES];
    name_of(target, index, false);
    name_of(temporary, index, true);
    int fd = openat(replace->dir_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno;
    ssize_t written = write(fd, bytes, count);
    int error = written < 0 ? errno : (size_t)written < count ? ENOSPC : 0;
    if (!error && fsync(fd) != 0)
        error = errno;
    if (close(fd) != 0 && !error)
        error = errno;
    if (!error && renameat(replace->dir_fd, temporary, replace->dir_fd, target) != 0)
        error = errno;
    if (error)
        unlinkat(replace->dir_fd, temporary, 0);
    return error;
}

void knee_io_replace_close(struct knee_io_replace *replace)
{
    if (replace->cleaner.pid <= 0)
        return;
    knee_companion_close(&replace->cleaner);
    remove_all(replace); /* if the cleaner was killed */
    close_files(replace);
    *replace = (struct knee_io_replace){0};
}
