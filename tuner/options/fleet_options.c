/* SPDX-License-Identifier: MIT */
#include "tuner/options/fleet_options.h"

#include "tuner/options/option_readers.h"

#define SECTION "Several hosts (knee-mpi)"
#define FIELD(name) .offset = offsetof(struct knee_fleet_options, name)

/* An option is easier to find as a row than as a column. */
/* clang-format off */
static const struct knee_option OPTIONS[] = {
    {.name = "split", .argument = "total|host|cpus", .section = SECTION,
     .help = "a level is that of all hosts, divided evenly or by CPUs, or of each",
     .fallback = "total", .read = knee_option_word, FIELD(split), .example = "host"},
    {.name = "allow-bound", .section = SECTION,
     .help = "ranks may be bound to a part of their host's CPUs", .read = knee_option_flag,
     FIELD(allow_bound)},
    {.name = NULL},
};
/* clang-format on */

const struct knee_option_part knee_fleet_options_part = {.options = OPTIONS};
