/* SPDX-License-Identifier: MIT */
#include "core/text/regex_size.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 64
#define SIZE_LIMIT 1000000u

struct group {
    size_t before; /* of all but its last part */
    size_t last;   /* of what a repeat would repeat */
};

static void begin(struct group *group, size_t size)
{
    group->before += group->last;
    group->last = size;
}

/* A number of digits at `*at`, which moves on; `missing` if there are none. */
static size_t count_at(const char **at, size_t missing)
{
    size_t count = 0;
    if (!isdigit((unsigned char)**at))
        return missing;
    for (; isdigit((unsigned char)**at); ++*at)
        count = count < SIZE_LIMIT ? 10 * count + (size_t)(**at - '0') : count;
    return count;
}

/* What `{3,5}` at `*at` multiplies by; 0, and `*at` stays, if it is none. */
static size_t interval_at(const char **at)
{
    const char *next = *at + 1;
    size_t least = count_at(&next, 0), most = least;
    if (*next == ',') {
        next++;
        most = count_at(&next, least + 1);
    }
    if (*next != '}')
        return 0;
    *at = next;
    return most > least ? most : least ? least : 1;
}

/* The last byte of the class that begins at `at`: "[]a]", "[^]a]". */
static const char *end_of_class(const char *at)
{
    const char *from = at + 1 + (at[1] == '^');
    const char *end = *from ? strchr(from + 1, ']') : NULL;
    return end ? end : at;
}

static void repeat(struct group *group, size_t times)
{
    if (group->last == 0)
        group->last = 1;
    if (times > 1)
        group->last = group->last > SIZE_LIMIT / times ? SIZE_LIMIT + 1 : group->last * times;
}

/* The part at `at`; its last byte. */
static const char *take(struct group *group, const char *at)
{
    size_t times = *at == '+' ? 2 : *at == '{' ? interval_at(&at) : 0;
    if (times > 0) {
        repeat(group, times);
        return at;
    }
    if (*at == '*' || *at == '?')
        return at;
    begin(group, 1);
    if (*at == '\\' && at[1])
        return at + 1;
    return *at == '[' ? end_of_class(at) : at;
}

size_t knee_regex_size(const char *expression)
{
    struct group groups[DEPTH_MAX] = {{0}};
    size_t depth = 0;
    for (const char *at = expression; *at; at++) {
        struct group *group = &groups[depth];
        size_t size = group->before + group->last;
        if (size > SIZE_LIMIT)
            return SIZE_MAX;
        if (*at == '(' && ++depth == DEPTH_MAX)
            return SIZE_MAX;
        if (*at == '(')
            groups[depth] = (struct group){0};
        else if (*at == ')' && depth > 0)
            begin(&groups[--depth], size + 1);
        else
            at = take(group, at);
    }
    size_t size = 0;
    for (size_t i = 0; i <= depth; i++)
        size += groups[i].before + groups[i].last;
    return size > SIZE_LIMIT ? SIZE_MAX : size;
}
