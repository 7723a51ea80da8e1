/* SPDX-License-Identifier: MIT */
/* A word that must be one of a table's names: finds it, or says what the user may have meant. */
#ifndef KNEE_CORE_TEXT_LOOKUP_H
#define KNEE_CORE_TEXT_LOOKUP_H

#include "core/base/err.h"

#include <stddef.h>

#define KNEE_LOOKUP_MAX 128 /* names; further ones are left out of suggestions */

/* The names that a user may write. Zeroed is empty. The names are borrowed. */
struct knee_lookup {
    const char *names[KNEE_LOOKUP_MAX + 1]; /* ends with NULL */
    size_t count;
};

void knee_lookup_add(struct knee_lookup *lookup, const char *name);

/* The index of `name` among those added; -1 if it is not there. */
int knee_lookup_find(const struct knee_lookup *lookup, const char *name);

/* All names, joined by `separator`, cut to the room at `text`. Returns `text`. */
const char *knee_lookup_join(const struct knee_lookup *lookup, const char *separator, char *text,
                             size_t text_bytes);

/* Fills a usage error about `typed` and returns -1: "WHAT; did you mean BEFORE+NAME?" if a name is
 * near (core/text/suggest.h), else "WHAT; OTHERWISE". `before` is written before the name ("--").
 */
int knee_lookup_unknown(const struct knee_lookup *lookup, const char *typed, const char *what,
                        const char *before, const char *otherwise, struct knee_err *err);

#endif
