/* SPDX-License-Identifier: MIT */
#include "core/text/suggest.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LENGTH_MAX 32 /* none of our names is longer */

static uint8_t least(uint8_t a, uint8_t b)
{
    return a < b ? a : b;
}

/* Both at most LENGTH_MAX long. */
static size_t distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    uint8_t d[LENGTH_MAX + 1][LENGTH_MAX + 1];
    for (size_t i = 0; i <= a_length; i++)
        d[i][0] = (uint8_t)i;
    for (size_t j = 0; j <= b_length; j++)
        d[0][j] = (uint8_t)j;
    for (size_t i = 1; i <= a_length; i++)
        for (size_t j = 1; j <= b_length; j++) {
            uint8_t replaced = (uint8_t)(d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
            d[i][j] = least((uint8_t)(least(d[i - 1][j], d[i][j - 1]) + 1), replaced);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], (uint8_t)(d[i - 2][j - 2] + 1));
        }
    return d[a_length][b_length];
}

/* How far `typed` is from `name`, or LENGTH_MAX + 1 if that is too far to be meant. */
static size_t edits_within(const char *typed, size_t length, const char *name)
{
    size_t name_length = strlen(name);
    if (name_length > LENGTH_MAX)
        return LENGTH_MAX + 1;
    /* Three letters that begin a name mean that name, but a near miss comes first. */
    if (length >= 3 && strncmp(typed, name, length) == 0)
        return 2;
    size_t longer = length > name_length ? length : name_length;
    size_t shorter = length > name_length ? name_length : length;
    size_t allowed = longer / 3 > 0 ? longer / 3 : 1;
    if (longer - shorter > allowed)
        return LENGTH_MAX + 1;
    size_t edits = distance(typed, length, name, name_length);
    return edits <= allowed ? edits : LENGTH_MAX + 1;
}

const char *knee_suggest(const char *typed, const char *const *names)
{
    size_t length = strlen(typed);
    if (length == 0 || length > LENGTH_MAX)
        return NULL;
    const char *best = NULL;
    size_t best_edits = LENGTH_MAX;
    for (; *names; names++) {
        size_t edits = edits_within(typed, length, *names);
        if (edits < best_edits) {
            best = *names;
            best_edits = edits;
        }
    }
    return best;
}
