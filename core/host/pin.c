/* SPDX-License-Identifier: MIT */
#include "core/host/pin.h"

#include <string.h>

static const char *const NAMES[KNEE_PIN_COUNT] = {
    [KNEE_PIN_NONE] = "none",
    [KNEE_PIN_CORE] = "core",
    [KNEE_PIN_PU] = "pu",
    [KNEE_PIN_NUMA] = "numa",
};

const char *knee_pin_text(enum knee_pin pin)
{
    return NAMES[pin];
}

int knee_pin_parse(const char *text, enum knee_pin *pin)
{
    for (int i = 0; text && i < KNEE_PIN_COUNT; i++)
        if (strcmp(text, NAMES[i]) == 0) {
            *pin = (enum knee_pin)i;
            return 0;
        }
    return -1;
}
