/* SPDX-License-Identifier: MIT */
#include "tuner/simulate/event.h"

#include "core/base/array.h"
#include "core/text/parse.h"

#include <stdio.h>
#include <string.h>

#define FIELD_BYTES 64
#define WINDOWS_MAX 1000000000u

static const struct {
    const char *name;
    double factor_default, factor_max;
} kinds[] = {
    [KNEE_EVENT_STALL] = {"stall", .1, 100},
    [KNEE_EVENT_FAIL] = {"fail", .5, 1},
};

struct reading {
    struct knee_event event;
    bool has_from, has_for;
};

static int refuse(const char *what, const char *text, struct knee_err *err)
{
    return knee_err_set(err, KNEE_USAGE,
                        "%s: \"%.80s\" is not an event; write one like stall:from=3,for=2 or "
                        "fail:from=10,for=5,factor=0.5",
                        what, text);
}

/* One NAME=VALUE; `field` is cut in two. */
static int read_field(struct reading *reading, const char *what, const char *text, char *field,
                      struct knee_err *err)
{
    char label[2 * FIELD_BYTES];
    char *value = strchr(field, '=');
    if (!value)
        return refuse(what, text, err);
    *value++ = '\0';
    snprintf(label, sizeof label, "%.40s: %.40s", what, field);
    if (strcmp(field, "from") == 0) {
        reading->has_from = true;
        return knee_parse_uint(label, value, 0, WINDOWS_MAX, &reading->event.from, err);
    }
    if (strcmp(field, "for") == 0) {
        reading->has_for = true;
        return knee_parse_uint(label, value, 1, WINDOWS_MAX, &reading->event.windows, err);
    }
    if (strcmp(field, "factor") == 0)
        return knee_parse_ratio(label, value, 0, kinds[reading->event.kind].factor_max,
                                &reading->event.factor, err);
    return refuse(what, text, err);
}

static int read_kind(struct knee_event *event, const char *text, size_t bytes)
{
    for (size_t i = 0; i < KNEE_COUNT(kinds); i++) {
        if (strlen(kinds[i].name) != bytes || strncmp(kinds[i].name, text, bytes) != 0)
            continue;
        *event =
            (struct knee_event){.kind = (enum knee_event_kind)i, .factor = kinds[i].factor_default};
        return 0;
    }
    return -1;
}

int knee_event_parse(struct knee_event *event, const char *what, const char *text,
                     struct knee_err *err)
{
    struct reading reading = {0};
    const char *rest = strchr(text, ':');
    if (!rest || read_kind(&reading.event, text, (size_t)(rest - text)) != 0)
        return refuse(what, text, err);
    do {
        char field[FIELD_BYTES];
        size_t bytes = strcspn(++rest, ",");
        if (bytes >= sizeof field)
            return refuse(what, text, err);
        memcpy(field, rest, bytes);
        field[bytes] = '\0';
        if (read_field(&reading, what, text, field, err))
            return -1;
        rest += bytes;
    } while (*rest == ',');
    if (!reading.has_from || !reading.has_for)
        return refuse(what, text, err);
    if (reading.event.kind == KNEE_EVENT_STALL && reading.event.factor <= 0)
        return knee_err_set(err, KNEE_USAGE, "%s: a stall's factor must be above 0; write 0.01",
                            what);
    *event = reading.event;
    return 0;
}

bool knee_event_hits(const struct knee_event *event, uint64_t window)
{
    return window >= event->from && window - event->from < event->windows;
}
