/* SPDX-License-Identifier: MIT */
/* The placeholders in a command's words, spelt in one place for those that fill them in, quote
 * around them, or write a script with them. Pure. */
#ifndef KNEE_CORE_TEXT_PLACEHOLDERS_H
#define KNEE_CORE_TEXT_PLACEHOLDERS_H

#include <stddef.h>
#include <stdint.h>

enum knee_placeholder {
    KNEE_PLACEHOLDER_ITEM = 1 << 0,      /* {}     the item */
    KNEE_PLACEHOLDER_NUMBER = 1 << 1,    /* {#}    its number in the list, from 1 */
    KNEE_PLACEHOLDER_SLOT = 1 << 2,      /* {%}    the slot, from 1 */
    KNEE_PLACEHOLDER_LEVEL = 1 << 3,     /* {n}    the level */
    KNEE_PLACEHOLDER_OUT = 1 << 4,       /* {out}  a fresh temporary path, the same for a run */
    KNEE_PLACEHOLDER_STEM = 1 << 5,      /* {.}    the item without its extension */
    KNEE_PLACEHOLDER_BASE = 1 << 6,      /* {/}    its last component */
    KNEE_PLACEHOLDER_FOLDER = 1 << 7,    /* {//}   the folder that it lies in */
    KNEE_PLACEHOLDER_BASE_STEM = 1 << 8, /* {/.}   its last component without the extension */
    KNEE_PLACEHOLDER_COPY = 1 << 9,      /* {copy} a fresh copy of the file that the item names */

    /* The parts of an item, as GNU parallel defines them, and all that an item stands in for. */
    KNEE_PLACEHOLDER_PARTS = KNEE_PLACEHOLDER_STEM | KNEE_PLACEHOLDER_BASE |
                             KNEE_PLACEHOLDER_FOLDER | KNEE_PLACEHOLDER_BASE_STEM,
    KNEE_PLACEHOLDER_OF_ITEM =
        KNEE_PLACEHOLDER_ITEM | KNEE_PLACEHOLDER_PARTS | KNEE_PLACEHOLDER_COPY,
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

/* The part of `item` that one of KNEE_PLACEHOLDER_PARTS is; its length in `bytes`. It lies in
 * `item`, or is the constant ".". */
const char *knee_placeholder_part(const char *item, enum knee_placeholder which, size_t *bytes);

/* The first {...} in `text` that looks like a placeholder but is none: a name in braces, or signs
 * of placeholders ({foo}, {+/}). A shell's ${NAME} does not, and neither does {1,3}, {2} or
 * {print $1}. NULL: none; else its length in `bytes`. */
const char *knee_placeholder_unknown(const char *text, size_t *bytes);

/* All of them, for a message: "{} {.} {/} ...". */
const char *knee_placeholder_list(void);

#endif
