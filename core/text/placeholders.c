/* SPDX-License-Identifier: MIT */
#include "core/text/placeholders.h"

#include "core/base/array.h"

#include <stdbool.h>
#include <string.h>

const struct knee_placeholder_word *knee_placeholder_at(const char *text)
{
    static const struct knee_placeholder_word words[] = {
        {"{}", 2, KNEE_PLACEHOLDER_ITEM},        {"{#}", 3, KNEE_PLACEHOLDER_NUMBER},
        {"{%}", 3, KNEE_PLACEHOLDER_SLOT},       {"{n}", 3, KNEE_PLACEHOLDER_LEVEL},
        {"{out}", 5, KNEE_PLACEHOLDER_OUT},      {"{.}", 3, KNEE_PLACEHOLDER_STEM},
        {"{/}", 3, KNEE_PLACEHOLDER_BASE},       {"{//}", 4, KNEE_PLACEHOLDER_FOLDER},
        {"{/.}", 4, KNEE_PLACEHOLDER_BASE_STEM}, {"{copy}", 6, KNEE_PLACEHOLDER_COPY},
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

/* Up to the last dot of the last component. */
static size_t stem_bytes(const char *text)
{
    const char *dot = strrchr(text, '.');
    return dot && !strchr(dot, '/') ? (size_t)(dot - text) : strlen(text);
}

static const char *folder_of(const char *item, size_t *bytes)
{
    size_t length = strlen(item);
    while (length > 1 && item[length - 1] == '/')
        length--;
    while (length > 0 && item[length - 1] != '/')
        length--;
    while (length > 1 && item[length - 1] == '/')
        length--;
    *bytes = length ? length : 1;
    return length ? item : ".";
}

const char *knee_placeholder_part(const char *item, enum knee_placeholder which, size_t *bytes)
{
    const char *slash = strrchr(item, '/'), *base = slash ? slash + 1 : item;
    if (which == KNEE_PLACEHOLDER_FOLDER)
        return folder_of(item, bytes);
    const char *part = which == KNEE_PLACEHOLDER_STEM ? item : base;
    *bytes = which == KNEE_PLACEHOLDER_BASE ? strlen(part) : stem_bytes(part);
    return part;
}

/* Whether the bytes between braces look like a placeholder's. */
static bool looks_like_one(const char *text, size_t length)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    static const char signs[] = "#%./+=-";
    if (length == 0)
        return false;
    if (strspn(text, signs) == length)
        return length <= 4 && strncmp(text, "..", 2) != 0;
    size_t begin = strspn(text, letters);
    return begin > 0 && begin + strspn(text + begin, "0123456789_") >= length;
}

const char *knee_placeholder_unknown(const char *text, size_t *bytes)
{
    for (const char *at = text; (at = strchr(at, '{')); at++) {
        size_t length = strcspn(at + 1, "{}");
        bool shell_variable = at > text && at[-1] == '$';
        if (at[1 + length] != '}' || shell_variable || knee_placeholder_at(at) ||
            !looks_like_one(at + 1, length))
            continue;
        *bytes = length + 2;
        return at;
    }
    return NULL;
}

const char *knee_placeholder_list(void)
{
    return "{} {.} {/} {//} {/.} {#} {%} {n} {out} {copy}";
}
