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
} CAUSES[] = {
    {KNEE_WINDOW_MEMORY, "", " would have needed too much memory"},
    {KNEE_WINDOW_STOPPED, "knee itself was stopped in ", ""},
    {KNEE_WINDOW_EMPTY, "no item ended in ", ""},
    {FAILED, "every item failed in ", ""},
    {KNEE_WINDOW_SHARED, "the server held other requests in ", ""},
    {KNEE_WINDOW_UNSETTLED, "there was no time to settle before ", ""},
    {KNEE_WINDOW_STEAL, "this machine's host took CPU time in ", ""},
    {KNEE_WINDOW_FOREIGN, "other processes took CPU time in ", ""},
};

static bool has_cause(const struct knee_window *window, uint32_t reason)
{
    if (reason == FAILED)
        return window->failed_items > 0 && !(window->items > 0);
    return (window->reasons & reason) != 0;
}

const char *knee_unusable_text(const struct knee_window *windows, size_t count, char *text)
{
    size_t found[KNEE_COUNT(CAUSES)] = {0};
    struct knee_builder out;
    for (size_t i = 0; i < count; i++)
        for (size_t cause = 0; cause < KNEE_COUNT(CAUSES); cause++)
            if (has_cause(&windows[i], CAUSES[cause].reason)) {
                found[cause]++;
                break;
            }
    knee_builder_over(&out, text, KNEE_UNUSABLE_BYTES);
    for (size_t cause = 0; cause < KNEE_COUNT(CAUSES); cause++) {
        char number[24] = "it";
        if (found[cause] == 0)
            continue;
        if (count > 1)
            snprintf(number, sizeof number, "%zu", found[cause]);
        knee_builder_separate(&out, ", ");
        knee_builder_add(&out, "%s%s%s", CAUSES[cause].before, number, CAUSES[cause].after);
    }
    return text;
}
