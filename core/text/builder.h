/* SPDX-License-Identifier: MIT */
/* A text that grows piece by piece. It either owns its memory (init, then take or release) or fills
 * a buffer of the caller's (over), cutting what does not fit between characters of UTF-8.
 * A builder that ran out of memory or was cut remembers it, so that a caller checks once, at the
 * end. Not thread safe. */
#ifndef KNEE_CORE_TEXT_BUILDER_H
#define KNEE_CORE_TEXT_BUILDER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct knee_builder {
    char *text;    /* always ends with NUL once something was added */
    size_t length; /* bytes before the NUL */
    size_t room;   /* bytes at `text` */
    bool fixed;    /* `text` is the caller's */
    bool failed;   /* out of memory, or cut */
};

/* An empty text that owns its memory; a zeroed struct is the same. */
void knee_builder_init(struct knee_builder *builder);

/* An empty text in the caller's buffer of at least one byte, which must outlive the builder. */
void knee_builder_over(struct knee_builder *builder, char *buffer, size_t buffer_bytes);

void knee_builder_add(struct knee_builder *builder, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void knee_builder_add_list(struct knee_builder *builder, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
void knee_builder_append(struct knee_builder *builder, const char *bytes, size_t count);

/* Adds `separator` unless the text is still empty. */
void knee_builder_separate(struct knee_builder *builder, const char *separator);

/* Hands the text over, to be freed by the caller, and empties the builder. NULL if memory ran out
 * at any time (and nothing is left to free). Not for a text in the caller's buffer. */
char *knee_builder_take(struct knee_builder *builder);

void knee_builder_release(struct knee_builder *builder); /* safe on an empty one */

#endif
