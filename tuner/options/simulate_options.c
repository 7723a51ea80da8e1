/* SPDX-License-Identifier: MIT */
#include "tuner/options/simulate_options.h"

#include "core/engine/engine.h"
#include "tuner/options/option_readers.h"

#include <math.h>

#define SECTION "The simulated machine"
#define FIELD(name) .offset = offsetof(struct knee_simulate_options, name)
#define LIST(name, most)                                                                           \
    FIELD(name), .count_offset = offsetof(struct knee_simulate_options, name##_count), .max = (most)

/* An option is easier to find as a row than as a column. */
/* clang-format off */
static const struct knee_option OPTIONS[] = {
    {.name = "curve", .argument = "FILE.csv", .section = SECTION,
     .help = "the true throughput: columns level,throughput_per_s; repeatable",
     .read = knee_option_list, LIST(curves, KNEE_ARGUMENTS_WORDS_MAX), .example = "curve.csv"},
    {.name = "noise", .argument = "quiet|typical|noisy", .section = SECTION,
     .help = "the next three in one word", .fallback = "typical", .read = knee_option_word,
     FIELD(noise), .example = "noisy"},
    {.name = "cv", .argument = "RATIO", .section = SECTION,
     .help = "spread of a window's throughput", .fallback = "from --noise",
     .read = knee_option_ratio, FIELD(cv_ratio), .max = 1, .example = "2%"},
    {.name = "dips", .argument = "RATIO", .section = SECTION,
     .help = "share of windows that lose 20 to 50 %", .fallback = "from --noise",
     .read = knee_option_ratio, FIELD(dips_ratio), .max = .9, .example = "5%"},
    {.name = "drift", .argument = "RATIO", .section = SECTION,
     .help = "how far the machine's speed wanders in a minute", .fallback = "from --noise",
     .read = knee_option_ratio, FIELD(drift_ratio), .max = 1, .example = "1%"},
    {.name = "event", .argument = "KIND:from=W,for=W[,factor=X]", .section = SECTION,
     .help = "stall or fail from window W on, for that many windows; repeatable",
     .read = knee_option_list, LIST(events, KNEE_SIMULATE_EVENTS_MAX), .example = "stall:from=3,for=2"},
    {.name = "cpus", .argument = "C", .section = SECTION,
     .help = "usable CPUs, for the candidate levels", .fallback = "2", .read = knee_option_uint32,
     FIELD(cpus), .min = 1, .max = KNEE_ENGINE_LEVEL_MAX, .example = "8"},
    {.name = "hosts", .argument = "H", .section = SECTION,
     .help = "as many hosts ask one service, each with noise and dips of its own",
     .fallback = "one machine", .read = knee_option_uint32, FIELD(hosts), .min = 1, .max = 1024,
     .example = "64"},
    {.name = "busy-host", .argument = "RATIO", .section = SECTION,
     .help = "one of the hosts always has this speed, beside other work",
     .fallback = "none is busy all the time", .read = knee_option_ratio, FIELD(busy_host_ratio),
     .max = 1, .example = "50%"},
    {.name = "trials", .argument = "T", .section = SECTION, .help = "trials for each curve",
     .fallback = "1", .read = knee_option_uint32, FIELD(trials), .min = 1, .max = 1e6,
     .example = "100"},
    {.name = "budget-windows", .argument = "N", .section = SECTION,
     .help = "windows that a trial may take", .fallback = "the strategy's cap; 400 with --run",
     .read = knee_option_uint32, FIELD(budget_windows), .min = 1, .max = 1e6, .example = "100"},
    {.name = "run", .section = SECTION, .help = "the controller of knee run instead of a search",
     .read = knee_option_flag, FIELD(run)},
    {.name = "change", .argument = "FILE.csv", .section = SECTION,
     .help = "with --run: the curve that follows", .read = knee_option_text, FIELD(change),
     .example = "slower.csv"},
    {.name = "at", .argument = "RATIO", .section = SECTION,
     .help = "with --change: after this part of the run", .fallback = "50%",
     .read = knee_option_ratio, FIELD(change_ratio), .max = 1, .example = "50%"},
    {.name = "item-cv", .argument = "X", .section = SECTION,
     .help = "with --run: spread of the items' lengths (1: as exponential ones)", .fallback = "0",
     .read = knee_option_ratio, FIELD(item_cv), .max = 10, .example = "1"},
    {.name = "compare", .section = SECTION,
     .help = "the judgement of knee compare on two curves, base and new", .read = knee_option_flag,
     FIELD(compare)},
    {.name = "stored", .section = SECTION,
     .help = "with --compare: of two finished sweeps, not side by side", .read = knee_option_flag,
     FIELD(stored)},
    {.name = NULL},
};
/* clang-format on */

static void init(void *values)
{
    struct knee_simulate_options *options = values;
    options->noise = KNEE_SIMULATE_TYPICAL;
    options->cv_ratio = options->dips_ratio = options->drift_ratio = NAN;
    options->cpus = 2;
    options->trials = 1;
    options->change_ratio = NAN;
}

static const struct knee_option_part PART = {.options = OPTIONS, .init = init};

const struct knee_option_use knee_simulate_options_uses[] = {
    {&knee_measuring_options_part, offsetof(struct knee_simulate_options, measuring),
     "strategy seed"},
    {&PART, 0, NULL},
    {&knee_compare_options_part, offsetof(struct knee_simulate_options, compared), "min-effect"},
    {&knee_output_options_part, offsetof(struct knee_simulate_options, output),
     "json quiet verbose"},
    {NULL, 0, NULL},
};
