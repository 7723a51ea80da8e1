/* SPDX-License-Identifier: MIT */
#include "workloads/command_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *text;
    size_t bytes;
    enum knee_placeholder which;
} placeholders[] = {
    {"{}", 2, KNEE_PLACEHOLDER_ITEM},   {"{#}", 3, KNEE_PLACEHOLDER_NUMBER},
    {"{%}", 3, KNEE_PLACEHOLDER_SLOT},  {"{n}", 3, KNEE_PLACEHOLDER_LEVEL},
    {"{out}", 5, KNEE_PLACEHOLDER_OUT},
};
#define PLACEHOLDERS (sizeof placeholders / sizeof placeholders[0])

/* Which one `text` begins with; PLACEHOLDERS: none. */
static size_t begins_with(const char *text)
{
    size_t i = 0;
    while (i < PLACEHOLDERS && strncmp(text, placeholders[i].text, placeholders[i].bytes) != 0)
        i++;
    return i;
}

uint32_t knee_line_placeholders(const char *text)
{
    uint32_t found = 0;
    for (const char *at = text; (at = strchr(at, '{'));) {
        size_t i = begins_with(at);
        found |= i < PLACEHOLDERS ? placeholders[i].which : 0u;
        at += i < PLACEHOLDERS ? placeholders[i].bytes : 1;
    }
    return found;
}

struct target {
    char *to; /* NULL: counts only */
    size_t room, used;
};

static void put(struct target *target, const char *text, size_t bytes)
{
    if (target->to && target->used + bytes <= target->room)
        memcpy(target->to + target->used, text, bytes);
    target->used += bytes;
}

static void put_text(struct target *target, const char *text, bool quote)
{
    if (!quote) {
        put(target, text, strlen(text));
        return;
    }
    put(target, "'", 1);
    for (; *text; text++) {
        if (*text == '\'')
            put(target, "'\\''", 4);
        else
            put(target, text, 1);
    }
    put(target, "'", 1);
}

static void put_number(struct target *target, uint64_t number)
{
    char digits[24];
    put(target, digits, (size_t)snprintf(digits, sizeof digits, "%" PRIu64, number));
}

static void put_value(struct target *target, enum knee_placeholder which,
                      const struct knee_line_values *values, bool quote)
{
    switch (which) {
    case KNEE_PLACEHOLDER_ITEM:
        put_text(target, values->item, quote);
        break;
    case KNEE_PLACEHOLDER_NUMBER:
        put_number(target, values->number);
        break;
    case KNEE_PLACEHOLDER_SLOT:
        put_number(target, values->slot);
        break;
    case KNEE_PLACEHOLDER_LEVEL:
        put_number(target, values->level);
        break;
    case KNEE_PLACEHOLDER_OUT:
        put_text(target, values->out, quote);
        break;
    }
}

size_t knee_line_fill(const char *text, const struct knee_line_values *values, bool quote, char *to,
                      size_t room)
{
    struct target target = {to, room, 0};
    while (*text) {
        size_t plain = strcspn(text, "{");
        put(&target, text, plain);
        text += plain;
        if (!*text)
            break;
        size_t i = begins_with(text);
        if (i < PLACEHOLDERS) {
            put_value(&target, placeholders[i].which, values, quote);
            text += placeholders[i].bytes;
        } else {
            put(&target, text++, 1);
        }
    }
    put(&target, "", 1);
    return to && target.used > room ? 0 : target.used;
}
