/* SPDX-License-Identifier: MIT */
#include "core/text/builder.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 128 /* bytes; most texts are a line */

void knee_builder_init(struct knee_builder *builder)
{
    *builder = (struct knee_builder){.text = NULL};
}

void knee_builder_over(struct knee_builder *builder, char *buffer, size_t buffer_bytes)
{
    *builder = (struct knee_builder){.text = buffer, .room = buffer_bytes, .fixed = true};
    buffer[0] = '\0';
}

/* Makes room for `more` bytes and a NUL. False if there is none: then nothing has changed. */
static bool make_room(struct knee_builder *builder, size_t more)
{
    if (builder->room - builder->length > more)
        return true;
    if (builder->fixed || more > SIZE_MAX / 4 || builder->room > SIZE_MAX / 4)
        return false;
    size_t room = builder->room ? builder->room : FIRST_ROOM;
    while (room - builder->length <= more)
        room *= 2;
    char *text = realloc(builder->text, room);
    if (!text)
        return false;
    builder->text = text;
    builder->room = room;
    return true;
}

/* How many of the first `bytes` of `text`, which has `count`, end with a whole character. */
static size_t whole_characters(const char *text, size_t bytes, size_t count)
{
    while (bytes > 0 && bytes < count && ((unsigned char)text[bytes] & 0xc0) == 0x80)
        bytes--;
    return bytes;
}

void knee_builder_append(struct knee_builder *builder, const char *bytes, size_t count)
{
    if (builder->failed)
        return;
    if (!make_room(builder, count)) {
        builder->failed = true;
        if (!builder->fixed)
            return;
        count = whole_characters(bytes, builder->room - builder->length - 1, count);
    }
    memcpy(builder->text + builder->length, bytes, count);
    builder->length += count;
    builder->text[builder->length] = '\0';
}

void knee_builder_add_list(struct knee_builder *builder, const char *format, va_list args)
{
    char line[256] = "";
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(line, sizeof line, format, args);
    if (length >= 0 && (size_t)length < sizeof line) {
        knee_builder_append(builder, line, (size_t)length);
    } else if (length >= 0) {
        char *text = malloc((size_t)length + 1);
        if (text) {
            vsnprintf(text, (size_t)length + 1, format, again);
            knee_builder_append(builder, text, (size_t)length);
        } else {
            builder->failed = true;
        }
        free(text);
    }
    va_end(again);
}

void knee_builder_add(struct knee_builder *builder, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    knee_builder_add_list(builder, format, args);
    va_end(args);
}

void knee_builder_separate(struct knee_builder *builder, const char *separator)
{
    if (builder->length > 0)
        knee_builder_append(builder, separator, strlen(separator));
}

char *knee_builder_take(struct knee_builder *builder)
{
    if (!builder->failed)
        knee_builder_append(builder, "", 0); /* an empty text is a text */
    char *text = builder->failed ? NULL : builder->text;
    if (builder->failed)
        free(builder->text);
    knee_builder_init(builder);
    return text;
}

void knee_builder_release(struct knee_builder *builder)
{
    if (!builder->fixed)
        free(builder->text);
    knee_builder_init(builder);
}
