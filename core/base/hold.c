/* SPDX-License-Identifier: MIT */
#include "core/base/hold.h"

#include "core/base/array.h"

#include <stddef.h>
#include <time.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

/* A blocked signal is pending even if it is ignored. */
void knee_hold_begin(struct knee_hold *hold)
{
    struct sigaction action;
    sigemptyset(&hold->held);
    for (size_t i = 0; i < KNEE_COUNT(signals); i++)
        if (sigaction(signals[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(&hold->held, signals[i]);
    pthread_sigmask(SIG_BLOCK, &hold->held, &hold->before);
}

int knee_hold_seen(const struct knee_hold *hold)
{
    sigset_t pending;
    sigpending(&pending);
    for (size_t i = 0; i < KNEE_COUNT(signals); i++)
        if (sigismember(&hold->held, signals[i]) && sigismember(&pending, signals[i]))
            return signals[i];
    return 0;
}

int knee_hold_take(struct knee_hold *hold)
{
    const struct timespec at_once = {0};
    const int seen = knee_hold_seen(hold);
    while (knee_hold_seen(hold) && sigtimedwait(&hold->held, NULL, &at_once) > 0)
        continue;
    return seen;
}

void knee_hold_end(struct knee_hold *hold)
{
    pthread_sigmask(SIG_SETMASK, &hold->before, NULL);
}
