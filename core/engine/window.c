/* SPDX-License-Identifier: MIT */
#include "core/engine/window.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct {
    uint32_t reason;
    const char *name;
} reasons_table[] = {
    {KNEE_WINDOW_FOREIGN, "foreign"},     {KNEE_WINDOW_STEAL, "steal"},
    {KNEE_WINDOW_UNSETTLED, "unsettled"}, {KNEE_WINDOW_EMPTY, "empty"},
    {KNEE_WINDOW_THROTTLED, "throttled"}, {KNEE_WINDOW_ERRORS, "errors"},
};
#define REASONS_COUNT (sizeof reasons_table / sizeof reasons_table[0])

const char *knee_window_reason_text(uint32_t reasons, char *text, int text_bytes)
{
    int used = 0;
    if (text_bytes > 0)
        text[0] = '\0';
    for (size_t i = 0; i < REASONS_COUNT && used < text_bytes; i++)
        if (reasons & reasons_table[i].reason)
            used += snprintf(text + used, (size_t)(text_bytes - used), "%s%s", used ? "+" : "",
                             reasons_table[i].name);
    return text;
}

static uint32_t reason_find(const char *name, size_t length)
{
    for (size_t i = 0; i < REASONS_COUNT; i++)
        if (strlen(reasons_table[i].name) == length &&
            memcmp(reasons_table[i].name, name, length) == 0)
            return reasons_table[i].reason;
    return KNEE_WINDOW_NONE;
}

int knee_window_reason_parse(const char *text, uint32_t *reasons)
{
    uint32_t set = KNEE_WINDOW_NONE;
    while (*text) {
        size_t length = strcspn(text, "+");
        uint32_t reason = reason_find(text, length);
        if (reason == KNEE_WINDOW_NONE)
            return -1;
        set |= reason;
        text += length;
        if (*text == '+' && *++text == '\0')
            return -1;
    }
    *reasons = set;
    return 0;
}
