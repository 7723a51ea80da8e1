/* SPDX-License-Identifier: MIT */
#include "core/text/placeholders.h"

#include "core/base/array.h"

#include <string.h>

const struct knee_placeholder_word *knee_placeholder_at(const char *text)
{
    static const struct knee_placeholder_word words[] = {
        {"{}", 2, KNEE_PLACEHOLDER_ITEM},   {"{#}", 3, KNEE_PLACEHOLDER_NUMBER},
        {"{%}", 3, KNEE_PLACEHOLDER_SLOT},  {"{n}", 3, KNEE_PLACEHOLDER_LEVEL},
        {"{out}", 5, KNEE_PLACEHOLDER_OUT},
    };
    for (size_t i = 0; i < KNEE_COUNT(words); i++)
        if (strncmp(text, words[i].text, words[i].bytes) == 0)
            return &words[i];
    return NULL;
}

uint32_t knee_placeholders_in(const char *text)
{
    uint32_t found = 0;
    for (const char *at = text; (at = strchr(at, '{'));) {
        const struct knee_placeholder_word *word = knee_placeholder_at(at);
        found |= word ? (uint32_t)word->which : 0u;
        at += word ? word->bytes : 1;
    }
    return found;
}
