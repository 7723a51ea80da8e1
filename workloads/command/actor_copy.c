/* SPDX-License-Identifier: MIT */
#include "workloads/command/actor_copy.h"

#include "core/text/placeholders.h"
#include "workloads/command/actor_private.h"
#include "workloads/process/remove_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)1 << 30)

/* 0 or an errno. copy_file_range shares the blocks if the file system can; sendfile copies. */
static int copy_bytes(int from, int to)
{
    for (;;) {
        ssize_t got = copy_file_range(from, NULL, to, NULL, PIECE_BYTES, 0);
        if (got < 0)
            got = sendfile(to, from, NULL, PIECE_BYTES);
        if (got == 0)
            return 0;
        if (got < 0 && errno != EINTR)
            return errno;
    }
}

/* With `to_disk` it is written through: the page cache can then drop it. */
static int copy_file(int from, const char *path, bool to_disk)
{
    struct stat info;
    if (fstat(from, &info) != 0)
        return errno;
    if (!S_ISREG(info.st_mode))
        return EISDIR;
    int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, info.st_mode & 0777);
    if (to < 0)
        return errno;
    int error = copy_bytes(from, to);
    if (!error && to_disk && fdatasync(to) != 0)
        error = errno;
    if (close(to) != 0 && !error)
        error = errno;
    return error;
}

/* A relative item is one of the command's working directory. */
static int open_item(const struct knee_actor *actor, const char *text)
{
    int folder = AT_FDCWD;
    if (actor->params.directory)
        folder = open(actor->params.directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int from = openat(folder, text, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    int why = errno;
    if (folder >= 0)
        close(folder);
    errno = why;
    return from;
}

int knee_actor_copy_make(struct knee_actor_slot *slot, const struct knee_item *item)
{
    const struct knee_actor *actor = slot->actor;
    size_t bytes;
    const char *base = knee_placeholder_part(item->text, KNEE_PLACEHOLDER_BASE, &bytes);
    if (!actor->out_dir[0])
        return ENOENT;
    int from = open_item(actor, item->text);
    if (from < 0)
        return errno;
    snprintf(slot->copy_dir, sizeof slot->copy_dir, "%.400s/%u-%" PRIu64 ".copy", actor->out_dir,
             slot->index + 1, slot->runs);
    snprintf(slot->copy, sizeof slot->copy, "%s/%.255s", slot->copy_dir, base);
    int error = mkdir(slot->copy_dir, 0700) == 0 ? 0 : errno;
    if (!error)
        error = copy_file(from, slot->copy, actor->params.cold);
    close(from);
    if (error)
        knee_actor_copy_remove(slot);
    return error;
}

void knee_actor_copy_remove(struct knee_actor_slot *slot)
{
    if (slot->copy_dir[0])
        knee_remove_tree(slot->copy_dir);
    slot->copy_dir[0] = slot->copy[0] = '\0';
}
