/* SPDX-License-Identifier: MIT */
#include "tuner/cli/signals.h"

#include "core/base/array.h"

#include <stddef.h>

/* The one mutable global: the number of the signal that asked us to end. */
static volatile sig_atomic_t signalled;

static void on_signal(int number)
{
    signalled = number;
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
