/* SPDX-License-Identifier: MIT */
#include "tuner/options/work_options.h"

#include "tuner/options/option_readers.h"

#define SECTION "The work"
#define FIELD(name) .offset = offsetof(struct knee_work_options, name)
#define LIST(name, most)                                                                           \
    FIELD(name), .count_offset = offsetof(struct knee_work_options, name##_count), .max = (most)

/* An option is easier to find as a row than as a column. */
/* clang-format off */
static const struct knee_option OPTIONS[] = {
    {.name = "param", .argument = "NAME=VALUE", .section = SECTION,
     .help = "set a parameter of the workload; repeatable; `knee list workloads` shows them",
     .read = knee_option_setting, LIST(settings, KNEE_WORK_SETTINGS_MAX), .example = "work=5ms"},
    {.name = "dir", .argument = "DIR", .section = SECTION,
     .help = "where files are made that the work needs", .fallback = "where the results go",
     .read = knee_option_text, FIELD(dir), .example = "/var/tmp"},
    {.name = "pin", .argument = "none|core|pu|numa", .section = SECTION,
     .help = "bind each worker, and what it starts, to a core, a PU or a NUMA node in turn",
     .fallback = "none", .read = knee_option_word,
     FIELD(pin), .example = "core"},
    {.name = "total", .argument = "N", .section = SECTION,
     .help = "add to every level the time that this many items would take",
     .read = knee_option_uint64, FIELD(total), .min = 1, .max = 1e15, .example = "40000"},
    {.name = NULL},
};
/* clang-format on */

const struct knee_option_part knee_work_options_part = {.options = OPTIONS};
