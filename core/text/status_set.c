/* SPDX-License-Identifier: MIT */
#include "core/text/status_set.h"

#include <ctype.h>
#include <stddef.h>

#define DIGITS 3

static void add(struct knee_status_set *set, int status)
{
    unsigned bit = (unsigned)(status - KNEE_STATUS_FIRST);
    set->bits[bit / 64] |= UINT64_C(1) << (bit % 64);
}

bool knee_status_set_has(const struct knee_status_set *set, long status)
{
    if (status < KNEE_STATUS_FIRST || status > KNEE_STATUS_LAST)
        return false;
    unsigned bit = (unsigned)(status - KNEE_STATUS_FIRST);
    return (set->bits[bit / 64] >> (bit % 64) & 1) != 0;
}

/* The code at `*text`, which is moved past it; -1: there is none. */
static int read_code(const char **text)
{
    int status = 0;
    for (int i = 0; i < DIGITS; i++) {
        if (!isdigit((unsigned char)(*text)[i]))
            return -1;
        status = 10 * status + (*text)[i] - '0';
    }
    *text += DIGITS;
    return status >= KNEE_STATUS_FIRST && status <= KNEE_STATUS_LAST ? status : -1;
}

int knee_status_set_parse(struct knee_status_set *set, const char *text)
{
    struct knee_status_set made = {{0}};
    const char *at = text;
    do {
        at += at != text; /* the comma */
        int first = read_code(&at), last = first;
        if (first >= 0 && *at == '-') {
            at++;
            last = read_code(&at);
        }
        if (first < 0 || last < first)
            return -1;
        for (int status = first; status <= last; status++)
            add(&made, status);
    } while (*at == ',');
    if (*at)
        return -1;
    *set = made;
    return 0;
}
