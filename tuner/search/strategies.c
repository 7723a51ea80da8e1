/* SPDX-License-Identifier: MIT */
/* The table of strategies: a new one is a file and a line here. */
#include "tuner/search/strategies.h"

#include <string.h>

const struct knee_strategy *const knee_strategies[] = {
    &knee_strategy_curve,
    &knee_strategy_adaptive,
    &knee_strategy_grid,
    NULL,
};

const struct knee_strategy *knee_strategy_find(const char *name)
{
    for (const struct knee_strategy *const *s = knee_strategies; *s; s++)
        if (strcmp((*s)->name, name) == 0)
            return *s;
    return NULL;
}
