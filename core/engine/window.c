/* SPDX-License-Identifier: MIT */
#include "core/engine/window.h"

#include "core/base/array.h"
#include "core/text/builder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    uint32_t reason;
    const char *name;
} REASONS[] = {
    {KNEE_WINDOW_FOREIGN, "foreign"},     {KNEE_WINDOW_STEAL, "steal"},
    {KNEE_WINDOW_UNSETTLED, "unsettled"}, {KNEE_WINDOW_EMPTY, "empty"},
    {KNEE_WINDOW_THROTTLED, "throttled"}, {KNEE_WINDOW_ERRORS, "errors"},
    {KNEE_WINDOW_SHARED, "shared"},       {KNEE_WINDOW_STOPPED, "stopped"},
    {KNEE_WINDOW_MEMORY, "memory"},
};

const char *knee_window_reason_text(uint32_t reasons, char *text, size_t text_bytes)
{
    struct knee_builder builder;
    knee_builder_over(&builder, text, text_bytes);
    for (size_t i = 0; i < KNEE_COUNT(REASONS); i++)
        if (reasons & REASONS[i].reason) {
            knee_builder_separate(&builder, "+");
            knee_builder_add(&builder, "%s", REASONS[i].name);
        }
    return text;
}

static uint32_t find_reason(const char *name, size_t length)
{
    for (size_t i = 0; i < KNEE_COUNT(REASONS); i++)
        if (strlen(REASONS[i].name) == length && memcmp(REASONS[i].name, name, length) == 0)
            return REASONS[i].reason;
    return KNEE_WINDOW_NONE;
}

int knee_window_reason_parse(const char *text, uint32_t *reasons)
{
    uint32_t set = KNEE_WINDOW_NONE;
    while (*text) {
        size_t length = strcspn(text, "+");
        uint32_t reason = find_reason(text, length);
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

double knee_window_figure(const struct knee_window *window, enum knee_window_figure figure)
{
    if (figure < KNEE_WINDOW_FIGURES)
        return knee_decimal_value(window->figures[figure]);
    return window->rare ? knee_decimal_value(window->rare->figures[figure - KNEE_WINDOW_FIGURES])
                        : NAN;
}

uint64_t knee_window_device_reads(const struct knee_window *window)
{
    if (window->rare)
        return window->rare->device_reads;
    return window->device_idle ? 0 : UINT64_MAX;
}

uint64_t knee_window_device_writes(const struct knee_window *window)
{
    if (window->rare)
        return window->rare->device_writes;
    return window->device_idle ? 0 : UINT64_MAX;
}

void knee_window_latencies(const struct knee_window *window, struct knee_histogram_digest *digest)
{
    if (window->rare && window->rare->latencies_bytes > 0)
        knee_histogram_digest_unpack(digest, window->rare->latencies);
    else
        *digest = (struct knee_histogram_digest){.count = 0};
}

int knee_window_copy(struct knee_window *to, const struct knee_window *from, struct knee_err *err)
{
    struct knee_window copy = *from;
    if (from->rare) {
        size_t bytes = sizeof *copy.rare + from->rare->latencies_bytes;
        copy.rare = malloc(bytes);
        if (!copy.rare)
            return knee_err_memory(err, "windows");
        memcpy(copy.rare, from->rare, bytes);
    }
    *to = copy;
    return 0;
}

void knee_window_free_all(struct knee_window *windows, size_t count)
{
    for (size_t i = 0; windows && i < count; i++)
        free(windows[i].rare);
    free(windows);
}
