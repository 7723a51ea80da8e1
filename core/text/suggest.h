/* SPDX-License-Identifier: MIT */
/* "did you mean": the nearest of some names. Pure. */
#ifndef KNEE_CORE_TEXT_SUGGEST_H
#define KNEE_CORE_TEXT_SUGGEST_H

/* The name in `names` (ends with NULL) that may have been meant by `typed`: one that begins with
 * it, or the nearest one within a third of its length in edits (insert, delete, replace, swap
 * neighbours: the optimal string alignment distance). NULL: none. */
const char *knee_suggest(const char *typed, const char *const *names);

#endif
