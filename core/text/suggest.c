/* SPDX-License-Identifier: MIT */
#include "core/text/suggest.h"

#include <stddef.h>
#include <string.h>

#define LENGTH_MAX 32 /* none of our names is longer */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Both at most LENGTH_MAX long. */
static size_t distance(const char *a, const char *b)
{
    size_t d[LENGTH_MAX + 1][LENGTH_MAX + 1];
    size_t a_length = strlen(a), b_length = strlen(b);
    for (size_t i = 0; i <= a_length; i++)
        d[i][0] = i;
    for (size_t j = 0; j <= b_length; j++)
        d[0][j] = j;
    for (size_t i = 1; i <= a_length; i++)
        for (size_t j = 1; j <= b_length; j++) {
            size_t replaced = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1, replaced);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[a_length][b_length];
}

const char *knee_suggest(const char *typed, const char *const *names)
{
    size_t length = strlen(typed);
    if (length == 0 || length > LENGTH_MAX)
        return NULL;
    const char *best = NULL;
    size_t best_distance = LENGTH_MAX;
    for (; *names; names++) {
        size_t name_length = strlen(*names);
        if (name_length > LENGTH_MAX)
            continue;
        size_t edits = distance(typed, *names);
        size_t allowed = (length > name_length ? length : name_length) / 3;
        /* Three letters that begin a name mean that name, but a near miss comes first. */
        if (length >= 3 && strncmp(typed, *names, length) == 0)
            allowed = edits = 2;
        if (edits <= (allowed ? allowed : 1) && edits < best_distance) {
            best = *names;
            best_distance = edits;
        }
    }
    return best;
}
