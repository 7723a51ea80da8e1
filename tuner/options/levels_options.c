/* SPDX-License-Identifier: MIT */
#include "tuner/options/levels_options.h"

#include "core/engine/engine.h"
#include "tuner/options/option_readers.h"

#define SECTION "Levels"
#define FIELD(name) .offset = offsetof(struct knee_levels_options, name)

/* An option is easier to find as a row than as a column. */
/* clang-format off */
static const struct knee_option OPTIONS[] = {
    {.name = "levels", .argument = "LIST", .section = SECTION,
     .help = "try these levels alone: 1,2,4-8,16 or 1-64:x2 or 1-64:+4 or the words cores pus 2xpus",
     .fallback = "from the topology and the workload", .read = knee_option_levels, FIELD(levels),
     .example = "1,2,4-8,16"},
    {.name = "max-level", .argument = "N", .section = SECTION, .help = "the highest level to try",
     .fallback = "the workload's own", .read = knee_option_uint32, FIELD(max_level), .min = 1,
     .max = KNEE_ENGINE_LEVEL_MAX, .example = "64"},
    {.name = "current", .argument = "N", .section = SECTION,
     .help = "today's setting: always measured, marked and judged", .read = knee_option_uint32,
     FIELD(current), .min = 1, .max = KNEE_ENGINE_LEVEL_MAX, .example = "16"},
    {.name = "vary", .argument = "none|cores", .section = SECTION,
     .help = "the same sweep on 1, 2, 4 ... cores: how limit and throughput follow them",
     .fallback = "none", .read = knee_option_word, FIELD(vary), .example = "cores"},
    {.name = NULL},
};
/* clang-format on */

const struct knee_option_part knee_levels_options_part = {.options = OPTIONS};
