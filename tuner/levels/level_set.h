/* SPDX-License-Identifier: MIT */
/* tuner/levels: which limits may be tried on this machine. The machine's numbers and rules of
 * thumb, the candidates of a sweep, a list that the user gives, and what a level means.
 *
 * A set of levels, ascending, each once. Pure. */
#ifndef KNEE_TUNER_LEVELS_LEVEL_SET_H
#define KNEE_TUNER_LEVELS_LEVEL_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KNEE_LEVELS_MAX 256 /* different levels of one sweep */

struct knee_level_set {
    uint32_t at[KNEE_LEVELS_MAX]; /* ascending */
    size_t count;
};

/* Adds `level`, unless it is there already. false: there is no room for it. */
bool knee_level_set_add(struct knee_level_set *set, uint32_t level);

/* The index of `level`, SIZE_MAX if it is not there. */
size_t knee_level_set_find(const struct knee_level_set *set, uint32_t level);

uint32_t knee_level_set_highest(const struct knee_level_set *set); /* 0: the set is empty */

#endif
