/* SPDX-License-Identifier: MIT */
#include "reports/live/terminal_guard.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLEAN 'q' /* knee ends in order: there is nothing to do */

static bool are_alike(const struct termios *a, const struct termios *b)
{
    return a->c_lflag == b->c_lflag && a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag &&
           memcmp(a->c_cc, b->c_cc, sizeof a->c_cc) == 0;
}

static void keep_watch(void *argument, int control_fd)
{
    struct knee_terminal_guard_page *page = argument;
    struct termios now;
    char how = 0;
    ssize_t got;
    setsid();
    signal(SIGTTOU, SIG_IGN);
    do
        got = read(control_fd, &how, 1);
    while (got < 0 && errno == EINTR);
    if ((got == 1 && how == CLEAN) || !atomic_load_explicit(&page->on, memory_order_acquire))
        return;
    if (write(page->fd, page->reset, page->bytes) < 0)
        return; /* the terminal is gone, too */
    if (tcgetattr(page->fd, &now) == 0 && are_alike(&now, &page->ours))
        tcsetattr(page->fd, TCSANOW, &page->before);
}

int knee_terminal_guard_open(struct knee_terminal_guard *guard, int fd, struct knee_err *err)
{
    struct knee_terminal_guard_page *page =
        mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return knee_err_set(err, KNEE_FAILED, "dashboard: no memory to share: %s", strerror(errno));
    page->fd = fd;
    struct knee_companion companion;
    if (knee_companion_open(&companion, "knee-terminal", keep_watch, page, &fd, 1, err)) {
        munmap(page, sizeof *page);
        return -1;
    }
    *guard = (struct knee_terminal_guard){.companion = companion, .page = page};
    return 0;
}

void knee_terminal_guard_close(struct knee_terminal_guard *guard)
{
    const char clean = CLEAN;
    if (guard->companion.pid > 0)
        (void)!send(guard->companion.control_fd, &clean, 1, MSG_NOSIGNAL);
    knee_companion_close(&guard->companion);
    if (guard->page)
        munmap(guard->page, sizeof *guard->page);
    *guard = (struct knee_terminal_guard){.page = NULL};
}
