/* SPDX-License-Identifier: MIT */
#include "tuner/options/compare_options.h"

#include "tuner/options/option_readers.h"

#define MIN_EFFECT_RATIO .05
#define SECTION "Comparing"
#define FIELD(name) .offset = offsetof(struct knee_compare_options, name)

/* An option is easier to find as a row than as a column. */
/* clang-format off */
static const struct knee_option OPTIONS[] = {
    {.name = "min-effect", .argument = "RATIO", .section = SECTION,
     .help = "the least change that is worth a verdict", .fallback = "5%",
     .read = knee_option_ratio, FIELD(min_effect_ratio), .min = .001, .max = .9, .example = "5%"},
    {.name = "markdown", .section = SECTION, .help = "print Markdown, for a job's summary",
     .read = knee_option_flag, FIELD(markdown)},
    {.name = "history", .section = SECTION,
     .help = "DIR... are results over time: where did they change?", .read = knee_option_flag,
     FIELD(history)},
    {.name = "base", .argument = "LINE", .section = SECTION,
     .help = "measure this command line (or workload, as net:pool=16) beside --new",
     .read = knee_option_text, FIELD(base), .example = "'./old {}'"},
    {.name = "new", .argument = "LINE", .section = SECTION,
     .help = "the command line that may have become slower", .read = knee_option_text,
     FIELD(fresh), .example = "'./new {}'"},
    {.name = NULL},
};
/* clang-format on */

static void init(void *values)
{
    ((struct knee_compare_options *)values)->min_effect_ratio = MIN_EFFECT_RATIO;
}

const struct knee_option_part knee_compare_options_part = {.options = OPTIONS, .init = init};
