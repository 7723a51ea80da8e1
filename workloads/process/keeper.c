/* SPDX-License-Identifier: MIT */
#include "workloads/process/keeper.h"

#include "core/base/clock.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define POLL_NS (10 * KNEE_NS_PER_MS)
#define GRACE_POLLS 100 /* from asking until killing: a second */
#define KILL_POLLS 300  /* then it gives up */
/* The keeper must find nothing this many times in a row: a child that was being started when knee
 * died still has to note itself. */
#define QUIET_POLLS 5
#define CLEAN 'q' /* knee ends in order: there is nothing to do */

static void pause_ns(uint64_t ns)
{
    uint64_t until = knee_clock_now_ns() + ns;
    while (knee_clock_sleep_until_ns(until))
        continue;
}

/* Sends signal `number` (0: only looks) to every group on the page; returns how many there are. */
static unsigned signal_groups(struct knee_keeper_page *page, int number)
{
    unsigned alive = 0;
    for (size_t i = 0; i < KNEE_KEEPER_GROUPS; i++) {
        int group = atomic_load_explicit(&page->groups[i], memory_order_acquire);
        if (group <= 0 || kill(-group, number) != 0)
            continue;
        alive++;
        if (number == SIGTERM)
            kill(-group, SIGCONT); /* a stopped group would not see it */
    }
    return alive;
}

/* Another process, or init, reaps the children. */
static void end_orphans(struct knee_keeper_page *page)
{
    unsigned quiet = 0;
    signal_groups(page, SIGTERM);
    for (unsigned i = 1; quiet < QUIET_POLLS && i < KILL_POLLS; i++) {
        pause_ns(POLL_NS);
        quiet = signal_groups(page, i < GRACE_POLLS ? 0 : SIGKILL) ? 0 : quiet + 1;
        if (quiet == 0 && i % QUIET_POLLS == 0 && i < GRACE_POLLS)
            signal_groups(page, SIGTERM);
    }
}

/* The items may have used what the setup has left: it goes after them. */
static void end_setup(struct knee_keeper_page *page)
{
    int group = atomic_load_explicit(&page->setup_group, memory_order_acquire);
    if (group <= 0 || kill(-group, SIGTERM) != 0)
        return;
    kill(-group, SIGCONT);
    for (unsigned i = 0; i < GRACE_POLLS && kill(-group, 0) == 0; i++)
        pause_ns(POLL_NS);
    kill(-group, SIGKILL);
}

static void remove_directory(const char *directory)
{
    pid_t pid = directory[0] ? fork() : -1;
    if (pid == 0) {
        execl("/bin/rm", "rm", "-rf", "--", directory, (char *)NULL);
        _exit(127);
    }
    if (pid > 0)
        waitpid(pid, NULL, 0);
}

static void keep_watch(void *argument, int control_fd)
{
    struct knee_keeper_page *page = argument;
    char how = 0;
    ssize_t got;
    setsid();
    do
        got = read(control_fd, &how, 1);
    while (got < 0 && errno == EINTR);
    if (got == 1 && how == CLEAN)
        return;
    end_orphans(page);
    end_setup(page);
    remove_directory(page->directory);
}

int knee_keeper_open(struct knee_keeper *keeper, struct knee_err *err)
{
    struct knee_keeper_page *page =
        mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return knee_err_set(err, KNEE_FAILED, "keeper: no memory to share: %s", strerror(errno));
    struct knee_companion companion;
    if (knee_companion_open(&companion, "knee-keeper", keep_watch, page, NULL, 0, err)) {
        munmap(page, sizeof *page);
        return -1;
    }
    *keeper = (struct knee_keeper){.companion = companion, .page = page};
    return 0;
}

void knee_keeper_end_groups(struct knee_keeper *keeper)
{
    if (!keeper->page || !signal_groups(keeper->page, SIGTERM))
        return;
    for (unsigned i = 1; i < KILL_POLLS; i++) {
        pause_ns(POLL_NS);
        if (!signal_groups(keeper->page, i < GRACE_POLLS ? 0 : SIGKILL))
            return;
    }
}

void knee_keeper_close(struct knee_keeper *keeper)
{
    const char clean = CLEAN;
    if (keeper->companion.pid > 0)
        (void)!send(keeper->companion.control_fd, &clean, 1, MSG_NOSIGNAL);
    knee_companion_close(&keeper->companion);
    if (keeper->page)
        munmap(keeper->page, sizeof *keeper->page);
    *keeper = (struct knee_keeper){0};
}
