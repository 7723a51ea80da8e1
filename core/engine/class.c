/* SPDX-License-Identifier: MIT */
#include "core/engine/class.h"

#include <string.h>

static const char *const NAMES[KNEE_CLASS_COUNT] = {
    [KNEE_CLASS_CPU] = "cpu",
    [KNEE_CLASS_IO] = "io",
    [KNEE_CLASS_NET] = "net",
    [KNEE_CLASS_MIXED] = "mixed",
};

const char *knee_class_text(enum knee_class resource)
{
    return NAMES[resource];
}

int knee_class_parse(const char *text, enum knee_class *resource)
{
    for (int i = 0; text && i < KNEE_CLASS_COUNT; i++)
        if (strcmp(text, NAMES[i]) == 0) {
            *resource = (enum knee_class)i;
            return 0;
        }
    return -1;
}
