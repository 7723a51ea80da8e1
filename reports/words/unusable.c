/* SPDX-License-Identifier: MIT */
#include "reports/words/unusable.h"

#include "core/base/array.h"
#include "core/text/builder.h"

#include <stdio.h>

#define FAILED 0 /* no reason of the window's own: all its items failed */

/* What spoilt a window most comes first. */
static const struct {
    uint32_t reason;
    const char *before, *after; /* the number of windows */
    bool disturbed;             /* by others than the work itself */
} CAUSES[] = {
    {KNEE_WINDOW_MEMORY, "", " would have needed too much memory", false},
    {KNEE_WINDOW_STOPPED, "knee itself was stopped in ", "", false},
    {KNEE_WINDOW_EMPTY, "no item ended in ", "", false},
    {FAILED, "every item failed in ", "", false},
    {KNEE_WINDOW_SHARED, "the server held other requests in ", "", true},
    {KNEE_WINDOW_STEAL, "this machine's host took CPU time in ", "", true},
    {KNEE_WINDOW_FOREIGN, "other processes took CPU time in ", "", true},
    /* Mere conditions, if nothing else is said of it. */
    {KNEE_WINDOW_UNSETTLED, "there was no time to settle before ", "", false},
    {KNEE_WINDOW_ERRORS, "items failed in ", "", false},
};

_Static_assert(KNEE_COUNT(CAUSES) == KNEE_UNUSABLE_CAUSES, "each cause has a number");

static bool has_cause(const struct knee_window *window, uint32_t reason)
{
    if (reason == FAILED)
        return window->failed_items > 0 && !(window->items > 0);
    return (window->reasons & reason) != 0;
}

void knee_unusable_add(struct knee_unusable *sum, const struct knee_window *window)
{
    size_t cause = 0;
    while (cause < KNEE_COUNT(CAUSES) && !has_cause(window, CAUSES[cause].reason))
        cause++;
    if (cause < KNEE_COUNT(CAUSES))
        sum->by_cause[cause]++;
    sum->windows++;
}

void knee_unusable_add_invalid(struct knee_unusable *sum, const struct knee_window *windows,
                               size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!windows[i].valid)
            knee_unusable_add(sum, &windows[i]);
}

bool knee_unusable_disturbed(const struct knee_unusable *sum)
{
    size_t disturbed = 0;
    for (size_t cause = 0; cause < KNEE_COUNT(CAUSES); cause++)
        disturbed += CAUSES[cause].disturbed ? sum->by_cause[cause] : 0;
    return disturbed == sum->windows;
}

const char *knee_unusable_words(const struct knee_unusable *sum, char *text)
{
    struct knee_builder out;
    knee_builder_over(&out, text, KNEE_UNUSABLE_BYTES);
    for (size_t cause = 0; cause < KNEE_COUNT(CAUSES); cause++) {
        char number[24] = "it";
        if (sum->by_cause[cause] == 0)
            continue;
        if (sum->windows > 1)
            snprintf(number, sizeof number, "%zu", sum->by_cause[cause]);
        knee_builder_separate(&out, ", ");
        knee_builder_add(&out, "%s%s%s", CAUSES[cause].before, number, CAUSES[cause].after);
    }
    return text;
}

const char *knee_unusable_text(const struct knee_window *windows, size_t count, char *text)
{
    struct knee_unusable sum = {.windows = 0};
    for (size_t i = 0; i < count; i++)
        knee_unusable_add(&sum, &windows[i]);
    return knee_unusable_words(&sum, text);
}
