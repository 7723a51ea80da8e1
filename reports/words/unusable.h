/* SPDX-License-Identifier: MIT */
/* Why windows could not be used. Pure. */
#ifndef KNEE_REPORTS_WORDS_UNUSABLE_H
#define KNEE_REPORTS_WORDS_UNUSABLE_H

#include "core/engine/window.h"

#include <stddef.h>

#define KNEE_UNUSABLE_BYTES 400
#define KNEE_UNUSABLE_CAUSES 9

/* Windows by what spoilt them; zeroed: none. */
struct knee_unusable {
    size_t windows;
    size_t by_cause[KNEE_UNUSABLE_CAUSES]; /* in the order in which they are named */
};

/* Each window counts once, by what spoilt it most: it says nothing at all, its items failed, it was
 * disturbed. */
void knee_unusable_add(struct knee_unusable *sum, const struct knee_window *window);

/* Those of these windows that were left out. */
void knee_unusable_add_invalid(struct knee_unusable *sum, const struct knee_window *windows,
                               size_t count);

/* Were all of them disturbed, and nothing else? */
bool knee_unusable_disturbed(const struct knee_unusable *sum);

/* "no item ended in 4, other processes took CPU time in 2"; of a single window, "it". "" if no
 * window says why. Returns `text`, of KNEE_UNUSABLE_BYTES. */
const char *knee_unusable_words(const struct knee_unusable *sum, char *text);

/* The same of all these windows. */
const char *knee_unusable_text(const struct knee_window *windows, size_t count, char *text);

#endif
