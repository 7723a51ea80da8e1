/* SPDX-License-Identifier: MIT */
/* The placeholders in a command's words, spelt in one place for those that fill them in, quote
 * around them, or write a script with them. Pure. */
#ifndef KNEE_CORE_TEXT_PLACEHOLDERS_H
#define KNEE_CORE_TEXT_PLACEHOLDERS_H

#include <stddef.h>
#include <stdint.h>

enum knee_placeholder {
    KNEE_PLACEHOLDER_ITEM = 1 << 0,   /* {}     the item */
    KNEE_PLACEHOLDER_NUMBER = 1 << 1, /* {#}    its number in the list, from 1 */
    KNEE_PLACEHOLDER_SLOT = 1 << 2,   /* {%}    the slot, from 1 */
    KNEE_PLACEHOLDER_LEVEL = 1 << 3,  /* {n}    the level */
    KNEE_PLACEHOLDER_OUT = 1 << 4,    /* {out}  a fresh temporary path, the same throughout a run */
};

struct knee_placeholder_word {
    const char *text;
    size_t bytes;
    enum knee_placeholder which;
};

/* The placeholder at the start of `text`; NULL: none. */
const struct knee_placeholder_word *knee_placeholder_at(const char *text);

/* The set of placeholders in `text`. */
uint32_t knee_placeholders_in(const char *text);

#endif
