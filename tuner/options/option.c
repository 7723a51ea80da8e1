/* SPDX-License-Identifier: MIT */
#include "tuner/options/option.h"

bool knee_option_is_of(const struct knee_option *option, const struct knee_option_part *part)
{
    for (const struct knee_option *at = part->options; at->name; at++)
        if (at == option)
            return true;
    return false;
}
