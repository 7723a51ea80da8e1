/* SPDX-License-Identifier: MIT */
/* For `make fuzz` alone: the kernel's part in memory, so that an input takes a tenth of the time.
 * The linker (--wrap) leads the system calls of the code under test here. Those for a file below
 * /dev/shm/knee-fuzz- or for a socket of socketpair() end here, all others go on to the kernel.
 *
 * Files are found by their very path: one with `..` or `//` in it is not there. A socket holds
 * SOCKET_BYTES, more than one answer of the server and less than two: some go out in parts. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <time.h>

#define ROOT "/dev/shm/knee-fuzz-"
#define FILES 32
#define FILE_FD 100000
#define FILE_BYTES 65536
#define SOCKETS 512 /* in pairs: the other end of `i` is `i ^ 1` */
#define SOCKET_FD 200000
#define SOCKET_BYTES 4096

static struct file {
    char *path;
    size_t bytes;
    char text[FILE_BYTES];
} files[FILES];
static int files_count;

static struct end {
    bool open, reset; /* reset: the other end left what it had not read */
    uint32_t events;
    epoll_data_t data;
    size_t from, to; /* of what waits to be received here */
    char bytes[SOCKET_BYTES];
} ends[SOCKETS];
static int ends_used;

int __real_open(const char *path, int flags, ...);
int __real_close(int fd);
int __real_access(const char *path, int mode);
ssize_t __real_pread(int fd, void *to, size_t bytes, off_t from);
ssize_t __real_pwrite(int fd, const void *from, size_t bytes, off_t to);
int __real_ftruncate(int fd, off_t bytes);
int __real_epoll_ctl(int epoll, int how, int fd, struct epoll_event *event);

int __wrap_open(const char *path, int flags, ...);
int __wrap_close(int fd);
int __wrap_access(const char *path, int mode);
ssize_t __wrap_pread(int fd, void *to, size_t bytes, off_t from);
ssize_t __wrap_pwrite(int fd, const void *from, size_t bytes, off_t to);
int __wrap_ftruncate(int fd, off_t bytes);
int __wrap_socketpair(int domain, int type, int protocol, int pair[2]);
ssize_t __wrap_send(int fd, const void *bytes, size_t count, int flags);
ssize_t __wrap_recv(int fd, void *bytes, size_t count, int flags);
int __wrap_epoll_ctl(int epoll, int how, int fd, struct epoll_event *event);
int __wrap_epoll_wait(int epoll, struct epoll_event *events, int most, int timeout_ms);
int __wrap_timerfd_settime(int fd, int flags, const struct itimerspec *at, struct itimerspec *old);

/* ---- files ---- */
static struct file *file_of(int fd)
{
    return fd >= FILE_FD && fd < FILE_FD + FILES ? &files[fd - FILE_FD] : NULL;
}

static bool is_below_root(const char *path)
{
    return strncmp(path, ROOT, sizeof ROOT - 1) == 0;
}

static int find(const char *path)
{
    for (int i = 0; i < files_count; i++)
        if (strcmp(files[i].path, path) == 0)
            return i;
    return -1;
}

int __wrap_open(const char *path, int flags, ...)
{
    if (!is_below_root(path))
        return __real_open(path, flags, 0600);
    int found = find(path);
    if (found < 0 && (flags & O_CREAT) && files_count < FILES) {
        found = files_count++;
        files[found].path = strdup(path);
        if (!files[found].path)
            abort();
    }
    errno = ENOENT;
    return found < 0 ? -1 : FILE_FD + found;
}

int __wrap_access(const char *path, int mode)
{
    size_t length = strlen(path);
    if (!is_below_root(path))
        return __real_access(path, mode);
    for (int i = 0; i < files_count; i++) /* a file, or a folder of one */
        if (strncmp(files[i].path, path, length) == 0 &&
            (files[i].path[length] == '\0' || files[i].path[length] == '/'))
            return 0;
    errno = ENOENT;
    return -1;
}

ssize_t __wrap_pread(int fd, void *to, size_t bytes, off_t from)
{
    const struct file *file = file_of(fd);
    if (!file)
        return __real_pread(fd, to, bytes, from);
    size_t left = (size_t)from < file->bytes ? file->bytes - (size_t)from : 0;
    if (bytes > left)
        bytes = left;
    memcpy(to, file->text + from, bytes);
    return (ssize_t)bytes;
}

ssize_t __wrap_pwrite(int fd, const void *from, size_t bytes, off_t to)
{
    struct file *file = file_of(fd);
    if (!file)
        return __real_pwrite(fd, from, bytes, to);
    if ((size_t)to + bytes > FILE_BYTES)
        bytes = FILE_BYTES - (size_t)to;
    if (bytes > 0)
        memcpy(file->text + to, from, bytes);
    if (file->bytes < (size_t)to + bytes)
        file->bytes = (size_t)to + bytes;
    return (ssize_t)bytes;
}

int __wrap_ftruncate(int fd, off_t bytes)
{
    struct file *file = file_of(fd);
    if (!file)
        return __real_ftruncate(fd, bytes);
    file->bytes = (size_t)bytes;
    return 0;
}

/* ---- sockets ---- */
static struct end *end_of(int fd)
{
    return fd >= SOCKET_FD && fd < SOCKET_FD + SOCKETS ? &ends[fd - SOCKET_FD] : NULL;
}

static struct end *other(const struct end *end)
{
    return &ends[(end - ends) ^ 1];
}

int __wrap_close(int fd)
{
    struct end *end = end_of(fd);
    if (file_of(fd))
        return 0;
    if (!end)
        return __real_close(fd);
    if (!end->open)
        abort(); /* closed twice: it may be another's by then */
    other(end)->reset = end->to > end->from;
    end->open = false;
    end->events = 0;
    return 0;
}

int __wrap_socketpair(int domain, int type, int protocol, int pair[2])
{
    (void)domain;
    (void)type;
    (void)protocol;
    for (int i = 0; i < SOCKETS; i += 2) {
        if (ends[i].open || ends[i + 1].open)
            continue;
        for (int j = 0; j < 2; j++) {
            ends[i + j] = (struct end){.open = true};
            pair[j] = SOCKET_FD + i + j;
        }
        ends_used = i + 2 > ends_used ? i + 2 : ends_used;
        return 0;
    }
    errno = EMFILE;
    return -1;
}

static ssize_t fail(int error)
{
    errno = error;
    return -1;
}

ssize_t __wrap_send(int fd, const void *bytes, size_t count, int flags)
{
    (void)flags;
    struct end *end = end_of(fd);
    if (!end || !end->open)
        abort();
    struct end *to = other(end);
    if (!to->open)
        return fail(EPIPE);
    if (to->from > 0) {
        memmove(to->bytes, to->bytes + to->from, to->to - to->from);
        to->to -= to->from;
        to->from = 0;
    }
    if (count > SOCKET_BYTES - to->to)
        count = SOCKET_BYTES - to->to;
    if (count == 0)
        return fail(EAGAIN);
    memcpy(to->bytes + to->to, bytes, count);
    to->to += count;
    return (ssize_t)count;
}

ssize_t __wrap_recv(int fd, void *bytes, size_t count, int flags)
{
    (void)flags;
    struct end *end = end_of(fd);
    if (!end || !end->open)
        abort();
    if (end->reset) {
        end->reset = false;
        return fail(ECONNRESET);
    }
    if (count > end->to - end->from)
        count = end->to - end->from;
    if (count == 0)
        return other(end)->open ? fail(EAGAIN) : 0;
    memcpy(bytes, end->bytes + end->from, count);
    end->from += count;
    return (ssize_t)count;
}

int __wrap_epoll_ctl(int epoll, int how, int fd, struct epoll_event *event)
{
    struct end *end = end_of(fd);
    if (!end)
        return __real_epoll_ctl(epoll, how, fd, event);
    if (!end->open)
        abort();
    end->events = event->events | EPOLLHUP | EPOLLERR;
    end->data = event->data;
    return 0;
}

static uint32_t ready(const struct end *end)
{
    const struct end *peer = other(end);
    uint32_t events = end->to > end->from ? EPOLLIN : 0;
    if (!peer->open)
        events |= EPOLLIN | EPOLLOUT | EPOLLHUP;
    if (end->reset)
        events |= EPOLLERR;
    if (peer->to - peer->from < SOCKET_BYTES)
        events |= EPOLLOUT;
    return events & end->events;
}

int __wrap_epoll_wait(int epoll, struct epoll_event *events, int most, int timeout_ms)
{
    int count = 0;
    (void)epoll;
    (void)timeout_ms;
    for (int i = 0; i < ends_used && count < most; i++) {
        uint32_t which = ends[i].open ? ready(&ends[i]) : 0;
        if (which)
            events[count++] = (struct epoll_event){.events = which, .data = ends[i].data};
    }
    return count;
}

/* The loop ends due services in each turn, whether the timer rang or not. */
int __wrap_timerfd_settime(int fd, int flags, const struct itimerspec *at, struct itimerspec *old)
{
    (void)fd;
    (void)flags;
    (void)at;
    (void)old;
    return 0;
}
