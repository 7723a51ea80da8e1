/* SPDX-License-Identifier: MIT */
#include "tuner/options/command_options.h"

#include "core/base/clock.h"
#include "tuner/options/option_readers.h"

#include <string.h>

#define NS_PER_HOUR (3600.0 * (double)KNEE_NS_PER_S)
#define SECTION "The command"
#define FIELD(name) .offset = offsetof(struct knee_command_options, name)
#define LIST(name, most)                                                                           \
    FIELD(name), .count_offset = offsetof(struct knee_command_options, name##_count), .max = (most)

/* An option is easier to find as a row than as a column. */
/* clang-format off */
static const struct knee_option OPTIONS[] = {
    {.name = "items", .argument = "FILE|-", .section = SECTION,
     .help = "what to run the command on, one a line, each runs many times; - is standard input, "
             "which is also read if the command holds {}",
     .read = knee_option_text, FIELD(items), .example = "files.txt"},
    {.name = "null", .letter = '0', .section = SECTION,
     .help = "items end with NUL bytes, not with lines (find -print0)", .read = knee_option_flag,
     FIELD(null)},
    {.name = "repeat", .argument = "N", .section = SECTION,
     .help = "the items are the numbers 1 to N", .read = knee_option_uint32, FIELD(repeat),
     .min = 1, .max = 1e8, .example = "1000"},
    {.name = "name", .argument = "NAME", .section = SECTION,
     .help = "what to call it in tables, files and variables", .fallback = "the program's name",
     .read = knee_option_text, FIELD(name), .example = "thumbnails"},
    {.name = "shell", .section = SECTION,
     .help = "the command's words, joined by blanks, are a line for /bin/sh; items are quoted",
     .read = knee_option_flag, FIELD(shell)},
    {.name = "env", .argument = "NAME=VALUE", .section = SECTION,
     .help = "a variable for the command, placeholders allowed; repeatable",
     .read = knee_option_variable, LIST(environment, KNEE_COMMAND_ENVIRONMENT_MAX),
     .example = "OMP_NUM_THREADS={n}"},
    {.name = "workdir", .argument = "DIR", .section = SECTION, .help = "where the command runs",
     .read = knee_option_text, FIELD(workdir), .example = "build"},
    {.name = "output-dir", .argument = "DIR", .section = SECTION,
     .help = "keep what items print: NUMBER.out and NUMBER.err, of the last run of each",
     .fallback = "thrown away", .read = knee_option_text, FIELD(output_dir), .example = "printed"},
    {.name = "setup", .argument = "COMMAND", .section = SECTION,
     .help = "a shell line to run once, before everything else", .read = knee_option_text,
     FIELD(setup), .example = "'mkdir -p work'"},
    {.name = "prepare", .argument = "COMMAND", .section = SECTION,
     .help = "a shell line to run before the first look at the items and before each block of "
             "windows, while no item runs",
     .read = knee_option_text, FIELD(prepare), .example = "'rm -rf work/*'"},
    {.name = "cleanup", .argument = "COMMAND", .section = SECTION,
     .help = "a shell line to run at the end, also after an interrupt", .read = knee_option_text,
     FIELD(cleanup), .example = "'rm -rf work'"},
    {.name = "timeout", .argument = "TIME", .section = SECTION,
     .help = "end an item that takes longer, with all that it started: it has failed",
     .read = knee_option_duration, FIELD(timeout_ns), .min = 1e6, .max = 24 * NS_PER_HOUR,
     .example = "30s"},
    {.name = "retries", .argument = "N", .section = SECTION,
     .help = "run a failed item up to this many times more, after a pause that doubles (from 0.1 "
             "s)",
     .fallback = "0", .read = knee_option_uint32, FIELD(retries), .max = 100, .example = "2"},
    {.name = "fail-fast", .section = SECTION, .help = "stop at the first item that fails",
     .read = knee_option_flag, FIELD(fail_fast)},
    {.name = "ignore-failure", .section = SECTION,
     .help = "an item whose exit code is not 0 counts as done", .read = knee_option_flag,
     FIELD(ignore_failure)},
    {.name = "cold", .section = SECTION,
     .help = "drop the item's file from the page cache before it is run on",
     .read = knee_option_flag, FIELD(cold)},
    {.name = "items-order", .argument = "same|through", .section = SECTION,
     .help = "do the limits of a block get the same items, or go on through the list",
     .fallback = "through, if the list is long enough", .read = knee_option_word,
     FIELD(items_order), .example = "same"},
    {.name = "per-run", .argument = "N", .section = SECTION,
     .help = "how many items one run of the command does", .fallback = "1",
     .read = knee_option_uint64, FIELD(per_run), .min = 1, .max = 1e12, .example = "200"},
    {.name = "rate", .argument = "REGEX|json:PATH", .section = SECTION,
     .help = "the throughput is the number that the command reports: one run at level {n} is one "
             "window; the group of the expression holds it",
     .read = knee_option_rate, FIELD(rate), .example = "json:rps"},
    {.name = "latency", .argument = "REGEX|json:PATH", .section = SECTION,
     .help = "with --rate: the 99th percentile of the latency, in ms or with a unit",
     .read = knee_option_latency, FIELD(latency), .example = "json:p99"},
    {.name = "max-memory", .argument = "SIZE", .section = SECTION,
     .help = "try no level whose items would need more together", .fallback = "what is available",
     .read = knee_option_size, FIELD(max_memory_bytes), .min = 1048576, .max = 0x1p50,
     .example = "2G"},
    {.name = NULL},
};
/* clang-format on */

static void take_command(void *values, char **words, size_t count)
{
    struct knee_command_options *options = values;
    size_t end = 0;
    while (end < count && strcmp(words[end], ":::") != 0)
        end++;
    options->words = words;
    options->words_count = end;
    if (end == count)
        return;
    options->listed = words + end + 1;
    options->listed_count = count - end - 1;
}

const struct knee_option_part knee_command_options_part = {.options = OPTIONS,
                                                           .take_command = take_command};
