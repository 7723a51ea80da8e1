/* SPDX-License-Identifier: MIT */
#include "tuner/levels/level_list.h"

#include "core/engine/engine.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Level 1, --current and three words may come on top of the numbers of a list. */
#define NUMBERS_MAX (KNEE_LEVELS_MAX - 5)

#define WORD_BYTES 64 /* of one part of the list; a longer one is not a level anyway */

static int refuse(const char *word, const char *why, struct knee_err *err)
{
    return knee_err_set(
        err, KNEE_USAGE,
        "--levels: \"%s\" %s; write 1,2,4-8,16, 1-64:x2 or 1-64:+4, or cores, pus, 2xpus", word,
        why);
}

/* Reads a number at `*at` and steps over it. More digits than a level has end as a number that is
 * too large, never as one that wrapped. */
static bool take_number(const char **at, uint32_t *number)
{
    const uint32_t too_large = KNEE_ENGINE_LEVEL_MAX + 1;
    uint32_t value = 0;
    if (!isdigit((unsigned char)**at))
        return false;
    for (; isdigit((unsigned char)**at); (*at)++)
        value = value >= too_large ? too_large : value * 10 + (uint32_t)(**at - '0');
    *number = value;
    return true;
}

/* FIRST, FIRST-LAST, FIRST-LAST:xFACTOR or FIRST-LAST:+STEP; without either the step is one. */
struct range {
    uint32_t first, last, factor, step;
};

static int parse_range(const char *word, struct range *range, struct knee_err *err)
{
    const char *at = word;
    *range = (struct range){.step = 1};
    if (!take_number(&at, &range->first))
        return refuse(word, "is not a level", err);
    range->last = range->first;
    if (*at == '-') {
        at++;
        if (!take_number(&at, &range->last))
            return refuse(word, "has no end", err);
        if (at[0] == ':' && at[1] == 'x') {
            at += 2;
            if (!take_number(&at, &range->factor) || range->factor < 2)
                return refuse(word, "grows by no whole factor from 2 on", err);
        } else if (at[0] == ':' && at[1] == '+') {
            at += 2;
            if (!take_number(&at, &range->step) || range->step < 1)
                return refuse(word, "has no whole step from 1 on", err);
        }
    }
    if (*at)
        return refuse(word, "is not a level", err);
    if (range->first < 1)
        return refuse(word, "starts below 1", err);
    if (range->last < range->first)
        return refuse(word, "ends before it starts", err);
    if (range->last > KNEE_ENGINE_LEVEL_MAX)
        return knee_err_set(err, KNEE_USAGE, "--levels: \"%s\" is above %u; stay at or below it",
                            word, KNEE_ENGINE_LEVEL_MAX);
    return 0;
}

static int add_level(struct knee_level_list *list, uint32_t level, struct knee_err *err)
{
    if (knee_level_set_find(&list->numbers, level) == SIZE_MAX &&
        list->numbers.count == NUMBERS_MAX)
        return knee_err_set(err, KNEE_USAGE,
                            "--levels: more than %d levels; a range may grow by a factor: 1-64:x2",
                            NUMBERS_MAX);
    knee_level_set_add(&list->numbers, level);
    return 0;
}

static int add_word(struct knee_level_list *list, const char *word, struct knee_err *err)
{
    struct range range;
    if (!strcmp(word, "cores"))
        list->cores = true;
    else if (!strcmp(word, "pus"))
        list->pus = true;
    else if (!strcmp(word, "2xpus"))
        list->twice_pus = true;
    else if (parse_range(word, &range, err))
        return -1;
    else
        for (uint32_t level = range.first; level <= range.last;
             level = range.factor ? level * range.factor : level + range.step)
            if (add_level(list, level, err))
                return -1;
    return 0;
}

int knee_level_list_parse(const char *text, struct knee_level_list *list, struct knee_err *err)
{
    struct knee_level_list parsed = {0};
    for (const char *at = text;; at++) {
        char word[WORD_BYTES];
        size_t length = strcspn(at, ",");
        snprintf(word, sizeof word, "%.*s", (int)(length < WORD_BYTES ? length : WORD_BYTES - 1),
                 at);
        if (!length)
            return refuse(text, *text ? "has an empty part" : "is empty", err);
        if (length >= WORD_BYTES)
            return refuse(word, "is not a level", err);
        if (add_word(&parsed, word, err))
            return -1;
        at += length;
        if (!*at)
            break;
    }
    *list = parsed;
    return 0;
}

bool knee_level_list_is_given(const struct knee_level_list *list)
{
    return list->numbers.count > 0 || list->cores || list->pus || list->twice_pus;
}
