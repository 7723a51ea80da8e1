/* SPDX-License-Identifier: MIT */
/* --levels: a list that the user gives, before the machine is known. Pure. */
#ifndef KNEE_TUNER_LEVELS_LEVEL_LIST_H
#define KNEE_TUNER_LEVELS_LEVEL_LIST_H

#include "core/base/err.h"
#include "tuner/levels/level_set.h"

#include <stdbool.h>

/* Numbers, and words that the topology resolves. Zeroed: not given, so the default candidates. */
struct knee_level_list {
    struct knee_level_set numbers;
    bool cores, pus, twice_pus;
};

/* Parses "1,2,4-8,16", "1-64:x2" (1 2 4 ... up to 64), "1-64:+4" (1 5 9 ...), "cores", "pus",
 * "2xpus", joined by commas. `list` stays untouched on failure, a usage error. */
int knee_level_list_parse(const char *text, struct knee_level_list *list, struct knee_err *err);

bool knee_level_list_is_given(const struct knee_level_list *list);

#endif
