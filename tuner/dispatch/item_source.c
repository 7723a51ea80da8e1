/* SPDX-License-Identifier: MIT */
#include "tuner/dispatch/item_source.h"

#include "core/base/file.h"
#include "core/base/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK_BYTES 65536u

struct knee_item_source {
    struct knee_item_source_params params;
    char name[256];
    char separator;
    /* The consumer's. */
    int fd; /* the file or the spool; -1: a list */
    char *buffer;
    size_t start, end, room; /* of what was read and not handed out yet */
    size_t searched;         /* bytes from `start` that hold no separator */
    uint64_t offset;         /* bytes read from `fd` */
    uint64_t number;
    const struct knee_item_source_item *list;
    size_t list_count;
    /* The reading thread's. */
    pthread_t thread;
    bool has_thread;
    int in_fd, spool_fd, stop_fd; /* -1: none */
    bool within;                  /* an item has begun */
    uint64_t counted;
    /* Shared. */
    _Atomic uint64_t available; /* bytes that may be read from `fd` */
    _Atomic uint64_t total;
    atomic_bool ended; /* nothing more will become available */
    _Atomic int error; /* errno; 0: none */
};

static void count_items(struct knee_item_source *source, const char *text, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] == source->separator) {
            source->within = false;
        } else if (!source->within) {
            source->within = true;
            source->counted += text[i] != '\0';
        }
    }
}

static int write_all(int fd, const char *text, size_t bytes)
{
    while (bytes > 0) {
        ssize_t done = write(fd, text, bytes);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return errno;
        text += done;
        bytes -= (size_t)done;
    }
    return 0;
}

static bool wait_for_input(const struct knee_item_source *source)
{
    struct pollfd both[2] = {{.fd = source->in_fd, .events = POLLIN},
                             {.fd = source->stop_fd, .events = POLLIN}};
    while (poll(both, 2, -1) < 0 && errno == EINTR)
        continue;
    return both[1].revents == 0;
}

/* Counts what the regular file holds, or copies the stream to the spool and counts it. */
static void *read_on(void *argument)
{
    struct knee_item_source *source = argument;
    char chunk[CHUNK_BYTES];
    int error = 0;
    bool stopped = false;
    while (!error) {
        if (!wait_for_input(source)) {
            stopped = true;
            break;
        }
        ssize_t got = read(source->in_fd, chunk, sizeof chunk);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got < 0)
            error = errno;
        if (got <= 0)
            break;
        count_items(source, chunk, (size_t)got);
        if (source->spool_fd < 0)
            continue;
        error = write_all(source->spool_fd, chunk, (size_t)got);
        if (!error) {
            atomic_fetch_add_explicit(&source->available, (uint64_t)got, memory_order_release);
            source->params.arrived(source->params.context);
        }
    }
    if (!error && !stopped && source->spool_fd >= 0 && source->params.whole &&
        rename(source->params.spool, source->params.whole) != 0)
        error = errno;
    atomic_store_explicit(&source->error, error, memory_order_relaxed);
    if (!error && !stopped)
        atomic_store_explicit(&source->total, source->counted, memory_order_release);
    atomic_store_explicit(&source->ended, true, memory_order_release);
    source->params.arrived(source->params.context);
    return NULL;
}

static int fail(const struct knee_item_source *source, int error, struct knee_err *err)
{
    if (error == EILSEQ)
        return knee_err_set(err, KNEE_USAGE,
                            "%.200s: item %llu holds a NUL byte, which no argument can; if NUL "
                            "bytes separate the items, give -0",
                            source->name, (unsigned long long)source->number + 1);
    return knee_err_set(err, error == EISDIR || error == ENOENT ? KNEE_USAGE : KNEE_FAILED,
                        "%.200s: %s; %s", source->name, strerror(error),
                        knee_file_advice(error, "give a list that can be read"));
}

static int open_spool(struct knee_item_source *source, struct knee_err *err)
{
    const char *path = source->params.spool;
    (void)unlink(path); /* of a killed run; a link of another user's would lead elsewhere */
    source->spool_fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    source->fd = source->spool_fd < 0 ? -1 : fcntl(source->spool_fd, F_DUPFD_CLOEXEC, 0);
    if (source->fd < 0)
        return knee_err_set(err, KNEE_FAILED, "%.200s: %s; %s", path, strerror(errno),
                            knee_file_advice(errno, "name another directory with -o"));
    return 0;
}

static int open_input(struct knee_item_source *source, struct knee_err *err)
{
    const char *path = source->params.path;
    struct stat info;
    source->in_fd = path ? open(path, O_RDONLY | O_CLOEXEC)
                         : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (source->in_fd < 0 || fstat(source->in_fd, &info) != 0)
        return fail(source, errno, err);
    if (S_ISDIR(info.st_mode))
        return fail(source, EISDIR, err);
    if (!path || !S_ISREG(info.st_mode))
        return open_spool(source, err);
    source->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (source->fd < 0)
        return fail(source, errno, err);
    atomic_store(&source->available, UINT64_MAX);
    return 0;
}

int knee_item_source_open(struct knee_item_source **source,
                          const struct knee_item_source_params *params, struct knee_err *err)
{
    struct knee_item_source *made = calloc(1, sizeof *made);
    if (!made)
        return knee_err_set(err, KNEE_FAILED, "items: out of memory");
    made->params = *params;
    snprintf(made->name, sizeof made->name, "%s", params->name);
    made->separator = params->nul ? '\0' : '\n';
    made->fd = made->in_fd = made->spool_fd = -1;
    atomic_store(&made->total, UINT64_MAX);
    made->stop_fd = eventfd(0, EFD_CLOEXEC);
    made->room = CHUNK_BYTES;
    made->buffer = malloc(made->room);
    if (!made->buffer || made->stop_fd < 0 || open_input(made, err)) {
        if (!made->buffer)
            knee_err_memory(err, "items");
        else if (made->stop_fd < 0)
            knee_err_set(err, KNEE_FAILED, "items: %s; raise ulimit -n", strerror(errno));
        knee_item_source_close(made);
        return -1;
    }
    int error = knee_thread_start(&made->thread, 4 * CHUNK_BYTES, read_on, made);
    if (error) {
        knee_item_source_close(made);
        return knee_err_set(err, KNEE_FAILED, "items: cannot start a thread: %s", strerror(error));
    }
    made->has_thread = true;
    *source = made;
    return 0;
}

int knee_item_source_open_list(struct knee_item_source **source,
                               const struct knee_item_source_item *items, size_t count,
                               struct knee_err *err)
{
    struct knee_item_source *made = calloc(1, sizeof *made);
    if (!made)
        return knee_err_set(err, KNEE_FAILED, "items: out of memory");
    made->list = items;
    made->list_count = count;
    made->fd = made->in_fd = made->spool_fd = made->stop_fd = -1;
    atomic_store(&made->total, count);
    atomic_store(&made->ended, true);
    *source = made;
    return 0;
}

/* More bytes at the buffer's end: 1; 0 none yet; -1 none any more. */
static int fill(struct knee_item_source *source)
{
    bool ended = atomic_load_explicit(&source->ended, memory_order_acquire);
    uint64_t left = atomic_load_explicit(&source->available, memory_order_acquire) - source->offset;
    if (source->start > 0) {
        memmove(source->buffer, source->buffer + source->start, source->end - source->start);
        source->end -= source->start;
        source->start = 0;
    }
    if (source->room - source->end < CHUNK_BYTES / 2) {
        char *grown = realloc(source->buffer, 2 * source->room);
        if (!grown) {
            atomic_store(&source->error, ENOMEM);
            return -1;
        }
        source->buffer = grown;
        source->room *= 2;
    }
    size_t most = source->room - source->end - 1;
    ssize_t got = left == 0 ? 0
                            : pread(source->fd, source->buffer + source->end,
                                    left < most ? left : most, (off_t)source->offset);
    if (got < 0)
        atomic_store(&source->error, errno);
    if (got <= 0)
        return got < 0 || ended || atomic_load(&source->available) == UINT64_MAX ? -1 : 0;
    source->offset += (uint64_t)got;
    source->end += (size_t)got;
    return 1;
}

static int next_of_list(struct knee_item_source *source, struct knee_item_source_item *item)
{
    if (source->number >= source->list_count)
        return -1;
    *item = source->list[source->number++];
    return 1;
}

/* Hands out the item that begins at `start` and is `bytes` long: 1; 0 for an empty one; -1 for one
 * that no argument can be. The part before a NUL byte would be another item, so that is the end. */
static int hand_out(struct knee_item_source *source, size_t bytes, size_t skip,
                    struct knee_item_source_item *item)
{
    char *text = source->buffer + source->start;
    text[bytes] = '\0';
    if (memchr(text, '\0', bytes)) {
        atomic_store(&source->error, EILSEQ);
        return -1;
    }
    source->start += skip;
    source->searched = 0;
    if (bytes == 0)
        return 0;
    *item = (struct knee_item_source_item){
        .text = text, .bytes = bytes, .number = ++source->number, .weight = 1.};
    return 1;
}

int knee_item_source_next(struct knee_item_source *source, struct knee_item_source_item *item)
{
    if (source->fd < 0)
        return next_of_list(source, item);
    if (atomic_load(&source->error) == EILSEQ)
        return -1;
    for (;;) {
        const char *from = source->buffer + source->start;
        size_t length = source->end - source->start, seen = source->searched;
        const char *stop =
            length > seen ? memchr(from + seen, source->separator, length - seen) : NULL;
        if (stop) {
            size_t bytes = (size_t)(stop - from);
            int found = hand_out(source, bytes, bytes + 1, item);
            if (found != 0)
                return found;
            continue;
        }
        source->searched = length;
        int filled = fill(source);
        if (filled == 0)
            return 0;
        if (filled < 0) /* the last has no separator */
            return length > 0 && hand_out(source, length, length, item) > 0 ? 1 : -1;
    }
}

uint64_t knee_item_source_total(const struct knee_item_source *source)
{
    return atomic_load_explicit(&source->total, memory_order_acquire);
}

bool knee_item_source_is_whole(const struct knee_item_source *source)
{
    return knee_item_source_total(source) != UINT64_MAX;
}

int knee_item_source_check(const struct knee_item_source *source, struct knee_err *err)
{
    int error = atomic_load(&source->error);
    return error ? fail(source, error, err) : 0;
}

void knee_item_source_close(struct knee_item_source *source)
{
    if (!source)
        return;
    if (source->has_thread) {
        (void)!write(source->stop_fd, &(uint64_t){1}, sizeof(uint64_t));
        pthread_join(source->thread, NULL);
    }
    int *const fds[] = {&source->fd, &source->in_fd, &source->spool_fd, &source->stop_fd};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++)
        if (*fds[i] >= 0)
            close(*fds[i]);
    free(source->buffer);
    free(source);
}
