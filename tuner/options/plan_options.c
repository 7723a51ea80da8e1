/* SPDX-License-Identifier: MIT */
#include "tuner/options/plan_options.h"

#include "core/text/parse.h"
#include "tuner/options/option_readers.h"

#include <stdio.h>

#define SECTION "The target"
#define FIELD(name) .offset = offsetof(struct knee_plan_options, name)
#define HOUR_NS 3600e9

/* A plain number between min and max. */
static int read_number(const struct knee_option *option, const char *text, void *values,
                       struct knee_err *err)
{
    char what[64];
    snprintf(what, sizeof what, "--%s", option->name);
    return knee_parse_double(what, text, option->min, option->max,
                             (double *)((char *)values + option->offset), err);
}

/* "+2ms", "-500us"; without a sign it is more. */
static int read_service_time(const struct knee_option *option, const char *text, void *values,
                             struct knee_err *err)
{
    struct knee_plan_options *options = values;
    char what[64];
    uint64_t ns;
    snprintf(what, sizeof what, "--%s", option->name);
    if (knee_parse_duration(what, *text == '+' || *text == '-' ? text + 1 : text, 0,
                            (uint64_t)HOUR_NS, &ns, err))
        return -1;
    options->service_s = (*text == '-' ? -1e-9 : 1e-9) * (double)ns;
    return 0;
}

/* An option is easier to find as a row than as a column. */
/* clang-format off */
static const struct knee_option OPTIONS[] = {
    {.name = "cores", .argument = "N", .section = SECTION,
     .help = "this many cores, without hardware threads beside them", .fallback = "as here",
     .read = knee_option_uint32, FIELD(cores), .min = 1, .max = 1024, .example = "16"},
    {.name = "core-speed", .argument = "X", .section = SECTION,
     .help = "a core there does X times the work of one here", .fallback = "1",
     .read = read_number, FIELD(core_speed), .min = .01, .max = 100, .example = "0.85"},
    {.name = "memory", .argument = "SIZE", .section = SECTION,
     .help = "memory for items", .fallback = "no bound", .read = knee_option_size,
     FIELD(memory_bytes), .min = 1 << 20, .max = 0x1p50, .example = "256G"},
    {.name = "quota", .argument = "X", .section = SECTION,
     .help = "CPUs that its quota grants", .fallback = "no quota", .read = read_number,
     FIELD(quota), .min = .01, .max = 4096, .example = "4"},
    {.name = "service-time", .argument = "+TIME", .section = SECTION,
     .help = "what an item waits for is this much further away (or nearer: -TIME)",
     .fallback = "+0", .read = read_service_time, .example = "+2ms"},
    {.name = "pool", .argument = "N", .section = SECTION,
     .help = "what items wait for serves N at a time there", .fallback = "as measured",
     .read = knee_option_uint32, FIELD(pool), .min = 1, .max = 65536, .example = "64"},
    {.name = "target-throughput", .argument = "PER_S", .section = SECTION,
     .help = "also say how many cores and items at once this takes", .read = read_number,
     FIELD(throughput_per_s), .min = 1e-6, .max = 1e12, .example = "5000"},
    {.name = "measured", .argument = "DIR", .section = SECTION,
     .help = "a sweep's result from the target: how good was the plan?",
     .read = knee_option_text, FIELD(measured), .example = "results/there"},
    {.name = NULL},
};
/* clang-format on */

const struct knee_option_part knee_plan_options_part = {.options = OPTIONS};
