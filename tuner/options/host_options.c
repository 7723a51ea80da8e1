/* SPDX-License-Identifier: MIT */
#include "tuner/options/host_options.h"

#include "tuner/options/option_readers.h"

#define SECTION "The host"
#define FIELD(name) .offset = offsetof(struct knee_host_options, name)

/* An option is easier to find as a row than as a column. */
/* clang-format off */
static const struct knee_option OPTIONS[] = {
    {.name = "load", .argument = "auto|FACTOR", .section = SECTION,
     .help = "multiply the rule of thumb; auto measures how busy the host is", .fallback = "1",
     .read = knee_option_load, .min = .01, .max = 1, .example = "0.6"},
    {.name = "topology", .argument = "FILE.xml|SYNTHETIC", .section = SECTION,
     .help = "take an lstopo XML file or an hwloc description for the machine",
     .fallback = "this machine", .read = knee_option_text, FIELD(topology),
     .example = "pack:2,core:8,pu:2"},
    {.name = NULL},
};
/* clang-format on */

static void init(void *values)
{
    *(struct knee_host_options *)values = (struct knee_host_options){
        .load = {.factor = 1},
    };
}

const struct knee_option_part knee_host_options_part = {.options = OPTIONS, .init = init};
