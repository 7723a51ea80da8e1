/* SPDX-License-Identifier: MIT */
#include "tuner/cli/signals.h"

#include "core/base/array.h"

#include <stddef.h>

/* The one mutable global: the number of the signal that asked us to end. */
static volatile sig_atomic_t signalled;

/* As a whole, since threads may read it as well. */
static void note(int number)
{
    __atomic_store_n(&signalled, number, __ATOMIC_RELAXED);
}

static void on_signal(int number)
{
    note(number);
    signal(number, SIG_DFL);
}

const volatile sig_atomic_t *knee_signals_catch(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    const struct sigaction action = {.sa_handler = on_signal};
    struct sigaction before;
    for (size_t i = 0; i < KNEE_COUNT(signals); i++)
        if (sigaction(signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(signals[i], &action, NULL);
    return &signalled;
}

static void on_enough(int number)
{
    if (!signalled)
        note(number);
}

static void on_nothing(int number)
{
    (void)number;
}

void knee_signals_catch_enough(bool ignore)
{
    const struct sigaction action = {.sa_handler = ignore ? on_nothing : on_enough,
                                     .sa_flags = ignore ? SA_RESTART : 0};
    sigaction(SIGUSR1, &action, NULL);
    if (ignore)
        sigaction(SIGUSR2, &action, NULL);
}
