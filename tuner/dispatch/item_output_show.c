/* SPDX-License-Identifier: MIT */
/* Copies what items printed to our own output and errors. */
#include "tuner/dispatch/item_output_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_BYTES 65536u
#define PIPE_BYTES 4096u /* a pipe that is ready takes that much without waiting (PIPE_BUF) */
#define READY_MS 100

/* Waits until a pipe, socket or terminal takes more: 0, or an errno. */
static int wait_for_reader(struct knee_item_output *output, int fd)
{
    for (;;) {
        struct pollfd one = {.fd = fd, .events = POLLOUT};
        int ready = poll(&one, 1, READY_MS);
        if (ready > 0 && (one.revents & (POLLERR | POLLHUP | POLLNVAL)))
            return EPIPE;
        if (ready > 0)
            return 0;
        if (ready == 0 && atomic_load_explicit(&output->hurried, memory_order_acquire))
            return ECANCELED;
    }
}

static int write_bytes(struct knee_item_output *output, int fd, const char *text, size_t bytes)
{
    struct stat info;
    bool plain = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
    while (bytes > 0) {
        int error = plain ? 0 : wait_for_reader(output, fd);
        if (error)
            return error;
        ssize_t done = write(fd, text, plain || bytes < PIPE_BYTES ? bytes : PIPE_BYTES);
        if (done < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (done < 0)
            return errno;
        text += done;
        bytes -= (size_t)done;
    }
    return 0;
}

static int write_all(struct knee_item_output *output, int fd, const char *text, size_t bytes)
{
    const struct knee_run_view *view = output->params.view;
    bool guarded = view && view->before_print && bytes > 0;
    if (guarded)
        view->before_print(view->context, fd);
    int error = write_bytes(output, fd, text, bytes);
    if (guarded)
        view->after_print(view->context, fd, text[bytes - 1] == '\n');
    return error;
}

static void note_line(struct knee_item_output *output, uint64_t number, bool error,
                      const char *text, size_t bytes)
{
    if (!output->params.view || bytes == 0)
        return;
    bytes -= text[bytes - 1] == '\n';
    const char *start = bytes ? memrchr(text, '\n', bytes) : NULL;
    const char *from = start ? start + 1 : text;
    knee_item_output_note_line(output, number, error, from, bytes - (size_t)(from - text));
}

/* Each line with its item in front. */
static int write_tagged(struct knee_item_output *output, int fd, const char *item, bool *midway,
                        const char *text, size_t bytes)
{
    int error = 0;
    while (bytes > 0 && !error) {
        const char *stop = memchr(text, '\n', bytes);
        size_t length = stop ? (size_t)(stop - text) + 1 : bytes;
        if (!*midway) {
            error = write_all(output, fd, item, strlen(item));
            if (!error)
                error = write_all(output, fd, "\t", 1);
        }
        if (!error)
            error = write_all(output, fd, text, length);
        *midway = !stop;
        text += length;
        bytes -= length;
    }
    return error;
}

struct piece {
    int from, to;
    off_t start, end;
    const char *item;
    uint64_t number;
};

/* Copies a part of a file. The lock is held. */
static int copy(struct knee_item_output *output, const struct piece *piece)
{
    char text[COPY_BYTES];
    bool midway = false;
    for (off_t at = piece->start; at < piece->end && !output->error;) {
        off_t left = piece->end - at;
        size_t most = left < (off_t)sizeof text ? (size_t)left : sizeof text;
        ssize_t got = pread(piece->from, text, most, at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            output->error = got < 0 ? errno : EIO;
            break;
        }
        output->error = output->params.tag ? write_tagged(output, piece->to, piece->item, &midway,
                                                          text, (size_t)got)
                                           : write_all(output, piece->to, text, (size_t)got);
        at += got;
        if (at == piece->end)
            note_line(output, piece->number, piece->to == STDERR_FILENO, text, (size_t)got);
    }
    return output->error;
}

static int copy_both(struct knee_item_output *output, const int fd[2], const off_t from[2],
                     const off_t sizes[2], const char *item, uint64_t number)
{
    for (int i = 0; i < 2; i++) {
        const struct piece piece = {.from = fd[i],
                                    .to = i ? STDERR_FILENO : STDOUT_FILENO,
                                    .start = from[i],
                                    .end = sizes[i],
                                    .item = item,
                                    .number = number};
        if (fd[i] >= 0 && copy(output, &piece))
            break;
    }
    return output->error;
}

/* Room in the ring for that turn. */
static struct knee_item_output_kept *place_of(struct knee_item_output *output, uint64_t turn)
{
    uint64_t now = atomic_load_explicit(&output->turn, memory_order_relaxed);
    if (turn - now >= output->kept_room) {
        size_t room = output->kept_room ? output->kept_room : 64;
        while (turn - now >= room)
            room *= 2;
        struct knee_item_output_kept *grown = calloc(room, sizeof *grown);
        if (!grown)
            return NULL;
        for (uint64_t i = now; i < now + output->kept_room; i++)
            grown[i % room] = output->kept[i % output->kept_room];
        free(output->kept);
        output->kept = grown;
        output->kept_room = room;
    }
    return &output->kept[turn % output->kept_room];
}

/* Shows all whose turn has come. */
static void show_kept(struct knee_item_output *output)
{
    static const off_t nothing[2] = {0, 0};
    for (;;) {
        uint64_t turn = atomic_load_explicit(&output->turn, memory_order_relaxed);
        struct knee_item_output_kept *kept =
            output->kept_room ? &output->kept[turn % output->kept_room] : NULL;
        if (!kept || !kept->ended)
            return;
        copy_both(output, kept->fd, nothing, kept->sizes, kept->item ? kept->item : "",
                  kept->number);
        for (int i = 0; i < 2; i++)
            if (kept->fd[i] >= 0)
                close(kept->fd[i]);
        free(kept->item);
        *kept = (struct knee_item_output_kept){.fd = {-1, -1}};
        atomic_store_explicit(&output->turn, turn + 1, memory_order_relaxed);
    }
}

/* Takes the files that hold anything over from the slot. */
static int keep(struct knee_item_output_slot *slot, const off_t sizes[2])
{
    struct knee_item_output *output = slot->output;
    struct knee_item_output_kept *kept = place_of(output, slot->turn);
    if (!kept)
        return ENOMEM;
    *kept = (struct knee_item_output_kept){.ended = true, .fd = {-1, -1}, .number = slot->number};
    for (int i = 0; i < 2; i++) {
        if (slot->fd[i] < 0 || sizes[i] == 0)
            continue;
        kept->fd[i] = slot->fd[i];
        kept->sizes[i] = sizes[i];
        slot->fd[i] = -1;
    }
    if (output->params.tag && (sizes[0] > 0 || sizes[1] > 0))
        kept->item = strdup(slot->item);
    show_kept(output);
    return output->error;
}

int knee_item_output_show(struct knee_item_output_slot *slot, const off_t sizes[2])
{
    struct knee_item_output *output = slot->output;
    pthread_mutex_lock(&output->lock);
    int error = output->error;
    if (!error && output->params.keep_order)
        error = keep(slot, sizes);
    else if (!error)
        error = copy_both(output, slot->fd, slot->shown, sizes, slot->item, slot->number);
    pthread_mutex_unlock(&output->lock);
    return error;
}

/* ---- lines of items that run ---- */
/* How many bytes `fd` takes without waiting for its reader. */
static size_t room_of(int fd)
{
    struct stat info;
    struct pollfd one = {.fd = fd, .events = POLLOUT};
    int unread = 1;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode))
        return SIZE_MAX;
    if (poll(&one, 1, 0) <= 0)
        return 0;
    if (!S_ISFIFO(info.st_mode) || one.revents != POLLOUT) /* the write says what is wrong */
        return SIZE_MAX;
    int bytes = ioctl(fd, FIONREAD, &unread) == 0 && unread == 0 ? fcntl(fd, F_GETPIPE_SZ) : -1;
    /* Small writes may leave half of each page free. */
    return bytes / 2 > (int)PIPE_BYTES ? (size_t)bytes / 2 : PIPE_BYTES;
}

/* The end of the last whole line between `from` and `end` that fits into `room`, each with
 * `tag_bytes` in front. */
static off_t whole_lines(int fd, off_t from, off_t end, size_t room, size_t tag_bytes)
{
    char text[COPY_BYTES];
    off_t whole = from;
    for (off_t at = from; at < end && room > 0;) {
        ssize_t got = pread(fd, text, sizeof text, at);
        if (got <= 0)
            break;
        const char *stop, *rest = text;
        while ((stop = memchr(rest, '\n', (size_t)(text + got - rest)))) {
            off_t line_end = at + (stop - text) + 1;
            size_t bytes = (size_t)(line_end - whole) + tag_bytes;
            if (bytes > room)
                return whole;
            room -= room < SIZE_MAX ? bytes : 0;
            whole = line_end;
            rest = stop + 1;
        }
        at += got;
    }
    return whole;
}

/* Of the slot's output or errors, what has become whole and goes without waiting. */
static void show_lines(struct knee_item_output_slot *slot, int which)
{
    struct knee_item_output *output = slot->output;
    struct piece piece = {.from = slot->fd[which],
                          .to = which ? STDERR_FILENO : STDOUT_FILENO,
                          .item = slot->item,
                          .number = slot->number};
    const size_t tag_bytes = output->params.tag ? strlen(slot->item) + 1 : 0;
    struct stat info;
    if (piece.from < 0 || fstat(piece.from, &info) != 0)
        return;
    while (!output->error) {
        piece.start = slot->shown[which];
        piece.end =
            whole_lines(piece.from, piece.start, info.st_size, room_of(piece.to), tag_bytes);
        if (piece.end == piece.start)
            return;
        copy(output, &piece);
        slot->shown[which] = piece.end;
    }
}

void knee_item_output_look(struct knee_item_output_slot *slot)
{
    struct knee_item_output *output = slot->output;
    if (output->params.mode != KNEE_ITEM_OUTPUT_LINES || output->params.keep_order ||
        output->params.directory)
        return;
    /* Somebody who shows an item may wait for the reader. */
    if (pthread_mutex_trylock(&output->lock) != 0)
        return;
    pthread_mutex_lock(&slot->lock);
    for (int i = 0; i < 2 && slot->running; i++)
        show_lines(slot, i);
    pthread_mutex_unlock(&slot->lock);
    pthread_mutex_unlock(&output->lock);
}

uint64_t knee_item_output_turn(struct knee_item_output *output)
{
    return atomic_load_explicit(&output->turn, memory_order_relaxed);
}

void knee_item_output_hurry(struct knee_item_output *output)
{
    atomic_store_explicit(&output->hurried, true, memory_order_release);
}

void knee_item_output_note_line(struct knee_item_output *output, uint64_t number, bool error,
                                const char *line, size_t bytes)
{
    pthread_mutex_lock(&output->lines_lock);
    knee_run_live_add_line(&output->lines, number, error, line, bytes);
    output->has_new_lines = true;
    pthread_mutex_unlock(&output->lines_lock);
}

bool knee_item_output_lines(struct knee_item_output *output, struct knee_run_live *live)
{
    pthread_mutex_lock(&output->lines_lock);
    bool has_new = output->has_new_lines;
    if (has_new) {
        memcpy(live->lines, output->lines.lines, sizeof live->lines);
        live->lines_count = output->lines.lines_count;
        output->has_new_lines = false;
    }
    pthread_mutex_unlock(&output->lines_lock);
    return has_new;
}

void knee_item_output_drop_kept(struct knee_item_output *output)
{
    for (size_t i = 0; i < output->kept_room; i++) {
        for (int j = 0; j < 2 && output->kept[i].ended; j++)
            if (output->kept[i].fd[j] >= 0)
                close(output->kept[i].fd[j]);
        free(output->kept[i].item);
    }
    free(output->kept);
}
