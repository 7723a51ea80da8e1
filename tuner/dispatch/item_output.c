/* SPDX-License-Identifier: MIT */
#include "tuner/dispatch/item_output.h"

#include "tuner/dispatch/item_output_private.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define TAIL_BYTES 2048
#define CHILDREN_BYTES 1024

/* The list of our first thread's children. A process that an item leaves behind becomes one of
 * them when the item ends; only then may its files still be written to. */
static size_t read_children(const struct knee_item_output *output, char *text)
{
    ssize_t got =
        output->children_fd < 0 ? -1 : pread(output->children_fd, text, CHILDREN_BYTES - 1, 0);
    return got < 0 ? CHILDREN_BYTES : (size_t)got;
}

int knee_item_output_open(struct knee_item_output **output,
                          const struct knee_item_output_params *params, struct knee_err *err)
{
    struct knee_item_output *made = calloc(1, sizeof *made);
    const char *below = getenv("TMPDIR");
    char path[64];
    if (!made)
        return knee_err_set(err, KNEE_FAILED, "output: out of memory");
    made->params = *params;
    snprintf(made->temporary, sizeof made->temporary, "%.400s", below && *below ? below : "/tmp");
    if (params->mode != KNEE_ITEM_OUTPUT_PLAIN && !params->directory &&
        access(made->temporary, W_OK | X_OK) != 0) {
        int why = errno;
        free(made);
        return knee_err_set(err, KNEE_FAILED,
                            "temporary files: %.200s: %s; set TMPDIR to a directory that can be "
                            "written, or add --ungroup",
                            below && *below ? below : "/tmp", strerror(why));
    }
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    made->children_fd = open(path, O_RDONLY | O_CLOEXEC);
    made->children_bytes = read_children(made, made->children);
    pthread_mutex_init(&made->lock, NULL);
    pthread_mutex_init(&made->lines_lock, NULL);
    *output = made;
    return 0;
}

void knee_item_output_close(struct knee_item_output *output)
{
    if (!output)
        return;
    knee_item_output_drop_kept(output);
    if (output->children_fd >= 0)
        close(output->children_fd);
    pthread_mutex_destroy(&output->lines_lock);
    pthread_mutex_destroy(&output->lock);
    free(output);
}

struct knee_item_output_slot *knee_item_output_slot_open(struct knee_item_output *output,
                                                         uint32_t index)
{
    struct knee_item_output_slot *slot = calloc(1, sizeof *slot);
    if (!slot)
        return NULL;
    slot->output = output;
    slot->index = index;
    slot->fd[0] = slot->fd[1] = -1;
    pthread_mutex_init(&slot->lock, NULL);
    return slot;
}

static void close_files(struct knee_item_output_slot *slot)
{
    for (int i = 0; i < 2; i++)
        if (slot->fd[i] >= 0)
            close(slot->fd[i]);
    slot->fd[0] = slot->fd[1] = -1;
}

void knee_item_output_slot_close(struct knee_item_output_slot *slot)
{
    if (!slot)
        return;
    close_files(slot);
    pthread_mutex_destroy(&slot->lock);
    free(slot);
}

static int open_unnamed(const char *directory)
{
    char path[600];
    int fd = open(directory, O_TMPFILE | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
        return fd;
    snprintf(path, sizeof path, "%s/knee-XXXXXX", directory);
    fd = mkostemp(path, O_APPEND | O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static void slot_path(const struct knee_item_output_slot *slot, int which, char *path)
{
    snprintf(path, KNEE_ITEM_OUTPUT_PATH_BYTES, "%.900s/.slot-%u.%s",
             slot->output->params.directory, slot->index + 1, which ? "err" : "out");
}

static int open_files(struct knee_item_output_slot *slot)
{
    char path[KNEE_ITEM_OUTPUT_PATH_BYTES];
    for (int i = 0; i < 2; i++) {
        if (slot->fd[i] >= 0)
            continue;
        if (slot->output->params.directory) {
            slot_path(slot, i, path);
            (void)unlink(path); /* of a killed run; a link of another user's would lead elsewhere */
            slot->fd[i] =
                open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND | O_CLOEXEC, 0666);
        } else {
            slot->fd[i] = open_unnamed(slot->output->temporary);
        }
        if (slot->fd[i] < 0)
            return errno;
    }
    return 0;
}

int knee_item_output_begin(struct knee_item_output_slot *slot, uint64_t number, uint64_t turn,
                           const char *item, int *out_fd, int *err_fd)
{
    slot->number = number;
    slot->turn = turn;
    if (slot->output->params.mode == KNEE_ITEM_OUTPUT_PLAIN && !slot->output->params.directory) {
        *out_fd = STDOUT_FILENO;
        *err_fd = STDERR_FILENO;
        return 0;
    }
    int error = open_files(slot);
    if (error)
        return error;
    pthread_mutex_lock(&slot->lock);
    slot->item = item;
    slot->shown[0] = slot->shown[1] = 0;
    slot->running = true;
    pthread_mutex_unlock(&slot->lock);
    *out_fd = slot->fd[0];
    *err_fd = slot->fd[1];
    return 0;
}

/* The last line of a file that holds anything. */
static void last_line(int fd, off_t end, char *line, size_t line_bytes)
{
    char said[TAIL_BYTES];
    line[0] = '\0';
    if (fd < 0 || end <= 0)
        return;
    off_t from = end > TAIL_BYTES - 1 ? end - (TAIL_BYTES - 1) : 0;
    ssize_t got = pread(fd, said, TAIL_BYTES - 1, from);
    while (got > 0 && (said[got - 1] == '\n' || said[got - 1] == '\0'))
        got--;
    if (got <= 0)
        return;
    said[got] = '\0';
    const char *start = memrchr(said, '\n', (size_t)got);
    snprintf(line, line_bytes, "%.*s", (int)line_bytes - 1, start ? start + 1 : said);
}

/* Files that get a name are not shown, but a live display has their last lines. */
static void note_last_lines(struct knee_item_output_slot *slot, const off_t sizes[2])
{
    struct knee_item_output *output = slot->output;
    char line[KNEE_RUN_TEXT_BYTES];
    if (!output->params.view)
        return;
    for (int i = 0; i < 2; i++) {
        last_line(slot->fd[i], sizes[i], line, sizeof line);
        if (line[0])
            knee_item_output_note_line(output, slot->number, i == 1, line, strlen(line));
    }
}

/* Gives the slot's files their names: the item's number. */
static int name_files(struct knee_item_output_slot *slot, bool keep)
{
    char from[KNEE_ITEM_OUTPUT_PATH_BYTES], to[KNEE_ITEM_OUTPUT_PATH_BYTES];
    int error = 0;
    for (int i = 0; i < 2; i++) {
        slot_path(slot, i, from);
        snprintf(to, sizeof to, "%.900s/%" PRIu64 ".%s", slot->output->params.directory,
                 slot->number, i ? "err" : "out");
        if (!keep)
            unlink(from);
        else if (rename(from, to) != 0)
            error = errno;
    }
    close_files(slot);
    return error;
}

static off_t size_of(int fd)
{
    struct stat info;
    return fd >= 0 && fstat(fd, &info) == 0 ? info.st_size : 0;
}

void knee_item_output_empty(struct knee_item_output_slot *slot)
{
    char now[CHILDREN_BYTES];
    if (slot->output->params.directory || (slot->fd[0] < 0 && slot->fd[1] < 0))
        return;
    size_t bytes = read_children(slot->output, now);
    bool alone = bytes == slot->output->children_bytes && bytes < CHILDREN_BYTES - 1 &&
                 memcmp(now, slot->output->children, bytes) == 0;
    for (int i = 0; i < 2; i++) {
        if (slot->fd[i] < 0 || (alone && (slot->sizes[i] == 0 || ftruncate(slot->fd[i], 0) == 0)))
            continue;
        close(slot->fd[i]);
        slot->fd[i] = -1;
    }
}

void knee_item_output_rest(struct knee_item_output_slot *slot)
{
    if (!slot->output->params.directory)
        close_files(slot);
}

/* Whether what the item printed has used up the place for it: then some of it may be lost, whether
 * the item noticed it or not. */
static bool is_full(const struct knee_item_output_slot *slot, const off_t sizes[2])
{
    struct statvfs place;
    if ((sizes[0] == 0 && sizes[1] == 0) || fstatvfs(slot->fd[0], &place) != 0)
        return false;
    return place.f_blocks > 0 && place.f_bfree == 0;
}

int knee_item_output_end(struct knee_item_output_slot *slot, bool keep, char *line,
                         size_t line_bytes)
{
    struct knee_item_output *output = slot->output;
    int error = 0;
    if (line_bytes)
        line[0] = '\0';
    if (slot->fd[0] < 0) {
        if (keep && output->params.keep_order)
            error = knee_item_output_show(slot, (off_t[2]){0, 0});
        return error;
    }
    const off_t sizes[2] = {size_of(slot->fd[0]), size_of(slot->fd[1])};
    memcpy(slot->sizes, sizes, sizeof sizes);
    if (line_bytes)
        last_line(slot->fd[1], sizes[1], line, line_bytes);
    pthread_mutex_lock(&slot->lock);
    slot->running = false;
    pthread_mutex_unlock(&slot->lock);
    if (keep && is_full(slot, sizes)) {
        keep = false;
        error = ENOSPC;
    }
    if (output->params.directory) {
        if (keep)
            note_last_lines(slot, sizes);
        int unnamed = name_files(slot, keep);
        return error ? error : unnamed;
    }
    if (keep && (sizes[0] > 0 || sizes[1] > 0 || output->params.keep_order))
        error = knee_item_output_show(slot, sizes);
    return error;
}
