/* SPDX-License-Identifier: MIT */
#include "workloads/command/placeholder_fill.h"

#include "core/text/placeholders.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

static void put_bytes(struct target *target, const char *text, size_t bytes, bool quote)
{
    if (!quote) {
        put(target, text, bytes);
        return;
    }
    put(target, "'", 1);
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] == '\'')
            put(target, "'\\''", 4);
        else
            put(target, text + i, 1);
    }
    put(target, "'", 1);
}

static void put_text(struct target *target, const char *text, bool quote)
{
    put_bytes(target, text, strlen(text), quote);
}

static void put_number(struct target *target, uint64_t number)
{
    char digits[24];
    put(target, digits, (size_t)snprintf(digits, sizeof digits, "%" PRIu64, number));
}

static void put_value(struct target *target, enum knee_placeholder which,
                      const struct knee_placeholder_fill_values *values, bool quote)
{
    size_t bytes;
    const char *part;
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
    case KNEE_PLACEHOLDER_COPY:
        put_text(target, values->copy, quote);
        break;
    case KNEE_PLACEHOLDER_STEM:
    case KNEE_PLACEHOLDER_BASE:
    case KNEE_PLACEHOLDER_FOLDER:
    case KNEE_PLACEHOLDER_BASE_STEM:
        part = knee_placeholder_part(values->item, which, &bytes);
        put_bytes(target, part, bytes, quote);
        break;
    case KNEE_PLACEHOLDER_PARTS:
    case KNEE_PLACEHOLDER_OF_ITEM: /* sets, not placeholders */
        break;
    }
}

size_t knee_placeholder_fill_text(const char *text,
                                  const struct knee_placeholder_fill_values *values, bool quote,
                                  char *to, size_t room)
{
    struct target target = {to, room, 0};
    while (*text) {
        size_t plain = strcspn(text, "{");
        put(&target, text, plain);
        text += plain;
        if (!*text)
            break;
        const struct knee_placeholder_word *word = knee_placeholder_at(text);
        if (word) {
            put_value(&target, word->which, values, quote);
            text += word->bytes;
        } else {
            put(&target, text++, 1);
        }
    }
    put(&target, "", 1);
    return to && target.used > room ? 0 : target.used;
}
