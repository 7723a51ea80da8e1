/* SPDX-License-Identifier: MIT */
#include "workloads/parts/io_file.h"

#include "core/base/random.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#define CHUNK_BYTES 1048576u /* of filling: large requests fill at the device's speed */
#define SECTOR_BYTES 512u    /* the least that direct I/O can be aligned to */
#define MIB 1048576.0

bool knee_io_file_in_memory(const char *dir)
{
    struct statfs system;
    return statfs(dir, &system) == 0 &&
           (system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC);
}

int knee_io_file_unnamed(const char *dir)
{
    int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    /* The three ways in which a file system refuses O_TMPFILE. */
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/.knee-XXXXXX", dir);
    if (length < 0 || (size_t)length >= sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static int no_room(const char *who, const char *dir, uint64_t bytes, uint64_t free_bytes,
                   struct knee_err *err)
{
    return knee_err_set(err, KNEE_FAILED,
                        "%s: %s: needs %.0f MiB, %.0f MiB are free; choose another directory, or "
                        "a smaller size",
                        who, dir, (double)bytes / MIB, (double)free_bytes / MIB);
}

static uint64_t free_bytes(const char *dir)
{
    struct statvfs room;
    return statvfs(dir, &room) == 0 ? (uint64_t)room.f_bavail * room.f_frsize : UINT64_MAX;
}

int knee_io_file_check_room(const char *who, const char *dir, uint64_t bytes, struct knee_err *err)
{
    if (access(dir, W_OK | X_OK) != 0)
        return knee_err_set(err, KNEE_FAILED,
                            "%s: cannot make files in %s: %s; choose another directory", who, dir,
                            strerror(errno));
    uint64_t room_bytes = free_bytes(dir);
    return room_bytes < bytes ? no_room(who, dir, bytes, room_bytes, err) : 0;
}

char *knee_io_file_buffer(size_t bytes, uint64_t seed, uint64_t stream)
{
    void *buffer = NULL;
    size_t rounded = (bytes + sizeof(uint64_t) - 1) / sizeof(uint64_t) * sizeof(uint64_t);
    if (posix_memalign(&buffer, KNEE_IO_FILE_ALIGN_BYTES, rounded) != 0)
        return NULL;
    struct knee_random random = knee_random_seed(seed, stream);
    uint64_t *words = buffer;
    for (size_t i = 0; i < rounded / sizeof *words; i++)
        words[i] = knee_random_next(&random);
    return buffer;
}

static bool set_direct(int fd, bool direct)
{
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, direct ? flags | O_DIRECT : flags & ~O_DIRECT) == 0;
}

static int write_all(struct knee_io_file *file, const char *bytes, size_t count, uint64_t at)
{
    while (count > 0) {
        ssize_t done = pwrite(file->fd, bytes, count, (off_t)at);
        if (done < 0 && errno == EINVAL && file->direct) {
            file->direct = false; /* the file system took the flag but not the alignment */
            set_direct(file->fd, false);
            continue;
        }
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return -1;
        bytes += done;
        at += (uint64_t)done;
        count -= (size_t)done;
    }
    return 0;
}

/* Random bytes, so that compression or deduplication in the device cannot make reads cheap. One
 * random chunk is varied again and again: drawing every byte would take longer than writing. */
static int fill_file(struct knee_io_file *file, uint64_t seed)
{
    char *chunk = knee_io_file_buffer(CHUNK_BYTES, seed, UINT64_MAX);
    if (!chunk)
        return -1;
    struct knee_random random = knee_random_seed(seed, UINT64_MAX - 1);
    int status = 0;
    for (uint64_t at = 0; status == 0 && at < file->size_bytes; at += CHUNK_BYTES) {
        uint64_t left = file->size_bytes - at;
        uint64_t mask = knee_random_next(&random);
        for (size_t i = 0; i < CHUNK_BYTES; i += sizeof mask) {
            uint64_t word;
            memcpy(&word, chunk + i, sizeof word);
            word = (word ^ mask) * UINT64_C(0x9e3779b97f4a7c15);
            memcpy(chunk + i, &word, sizeof word);
        }
        status = write_all(file, chunk, left < CHUNK_BYTES ? (size_t)left : CHUNK_BYTES, at);
    }
    free(chunk);
    return status;
}

/* Tries whether blocks of this size can be read past the cache. */
static bool reads_direct(const struct knee_io_file *file, uint64_t block_bytes)
{
    void *buffer = NULL;
    if (posix_memalign(&buffer, KNEE_IO_FILE_ALIGN_BYTES, block_bytes) != 0)
        return false;
    uint64_t at = file->size_bytes - block_bytes;
    bool reads = pread(file->fd, buffer, block_bytes, (off_t)at) == (ssize_t)block_bytes;
    free(buffer);
    return reads;
}

int knee_io_file_open(struct knee_io_file *file, const char *dir, uint64_t size_bytes,
                      uint64_t block_bytes, uint64_t seed, struct knee_err *err)
{
    if (knee_io_file_check_room("io", dir, size_bytes, err) != 0)
        return -1;
    struct knee_io_file new = {.fd = knee_io_file_unnamed(dir), .size_bytes = size_bytes};
    if (new.fd < 0)
        return knee_err_set(err, KNEE_FAILED,
                            "io: cannot create a file in %s: %s; choose another directory", dir,
                            strerror(errno));
    new.direct = block_bytes % SECTOR_BYTES == 0 && set_direct(new.fd, true);
    /* Reserved in one piece first, so that a full disk is noticed at once and not after a minute.
     */
    bool full = fallocate(new.fd, 0, 0, (off_t)size_bytes) != 0 &&
                (errno == ENOSPC || errno == EDQUOT || errno == EFBIG);
    if (full || fill_file(&new, seed) != 0 || fsync(new.fd) != 0) {
        int error = errno;
        knee_io_file_close(&new);
        if (error == ENOSPC || error == EDQUOT)
            return no_room("io", dir, size_bytes, free_bytes(dir), err);
        return knee_err_set(err, KNEE_FAILED, "io: cannot fill a file of %.0f MiB in %s: %s",
                            (double)size_bytes / MIB, dir, strerror(error));
    }
    posix_fadvise(new.fd, 0, 0, POSIX_FADV_DONTNEED);
    if (new.direct && !reads_direct(&new, block_bytes)) {
        new.direct = false;
        set_direct(new.fd, false);
    }
    *file = new;
    return 0;
}

void knee_io_file_close(struct knee_io_file *file)
{
    if (file->fd >= 0)
        close(file->fd);
    file->fd = -1;
}
