/* SPDX-License-Identifier: MIT */
#include "workloads/process/drain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE_BYTES 65536u /* the size of a pipe */
#define FINISH_PIECES 32   /* more is a stray's */

int knee_drain_open(struct knee_drain *drain, int null_fd, bool keeps_tail)
{
    int ends[2];
    *drain = (struct knee_drain){.read_fd = -1, .write_fd = -1, .null_fd = null_fd};
    if (pipe2(ends, O_CLOEXEC) != 0)
        return errno;
    /* Only our end: the process's writes must wait as they do anywhere. */
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    drain->read_fd = ends[0];
    drain->write_fd = ends[1];
    drain->tail = keeps_tail ? malloc(KNEE_DRAIN_TAIL_BYTES) : NULL;
    if (keeps_tail && !drain->tail) {
        knee_drain_close(drain);
        return ENOMEM;
    }
    return 0;
}

/* Keeps the last bytes of the tail and of the new piece. */
static void keep_tail(struct knee_drain *drain, const char *piece, size_t bytes)
{
    if (bytes > KNEE_DRAIN_TAIL_BYTES) {
        piece += bytes - KNEE_DRAIN_TAIL_BYTES;
        bytes = KNEE_DRAIN_TAIL_BYTES;
    }
    size_t kept = drain->tail_length;
    if (kept > KNEE_DRAIN_TAIL_BYTES - bytes)
        kept = KNEE_DRAIN_TAIL_BYTES - bytes;
    memmove(drain->tail, drain->tail + drain->tail_length - kept, kept);
    memcpy(drain->tail + kept, piece, bytes);
    drain->tail_length = kept + bytes;
}

size_t knee_drain_take(struct knee_drain *drain)
{
    if (drain->read_fd < 0)
        return 0;
    ssize_t got = -1;
    if (!drain->tail) { /* without copying it */
        got = splice(drain->read_fd, NULL, drain->null_fd, NULL, PIECE_BYTES, SPLICE_F_NONBLOCK);
        if (got >= 0 || errno == EAGAIN)
            return got > 0 ? (size_t)got : 0;
    }
    char piece[PIECE_BYTES / 4];
    got = read(drain->read_fd, piece, sizeof piece);
    if (got > 0 && drain->tail)
        keep_tail(drain, piece, (size_t)got);
    return got > 0 ? (size_t)got : 0;
}

void knee_drain_finish(struct knee_drain *drain)
{
    for (int i = 0; i < FINISH_PIECES && knee_drain_take(drain) > 0; i++)
        continue;
}

void knee_drain_forget(struct knee_drain *drain)
{
    drain->tail_length = 0;
}

void knee_drain_close(struct knee_drain *drain)
{
    if (drain->read_fd >= 0)
        close(drain->read_fd);
    if (drain->write_fd >= 0)
        close(drain->write_fd);
    free(drain->tail);
    *drain = (struct knee_drain){.read_fd = -1, .write_fd = -1, .null_fd = -1};
}
