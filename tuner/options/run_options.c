/* SPDX-License-Identifier: MIT */
#include "tuner/options/run_options.h"

#include "core/base/clock.h"
#include "core/engine/engine.h"
#include "tuner/options/option_readers.h"

#include <math.h>

#define NS_PER_HOUR (3600.0 * (double)KNEE_NS_PER_S)
#define ITEMS "The items"
#define LIMIT "The limit"
#define FAILURES "Failures"
#define PRINTED "What items print"
#define FIELD(name) .offset = offsetof(struct knee_run_options, name)
#define COMMAND(name) .offset = offsetof(struct knee_command_options, name)
#if defined KNEE_WITH_NCURSES
#define DASHBOARD_LACKS NULL
#define UNLESS_SHOWN "without a dashboard: "
#else
#define DASHBOARD_LACKS "ncurses"
#define UNLESS_SHOWN ""
#endif

/* An option is easier to find as a row than as a column. */
/* clang-format off */
static const struct knee_option COMMAND_OPTIONS[] = {
    {.name = "items", .argument = "FILE|-", .section = ITEMS,
     .help = "what to run the command on, one a line", .fallback = "standard input",
     .read = knee_option_text, COMMAND(items), .example = "files.txt"},
    {.name = "null", .letter = '0', .section = ITEMS,
     .help = "items end with NUL bytes, not with lines (find -print0)", .read = knee_option_flag,
     COMMAND(null)},
    {.name = "ignore-failure", .section = FAILURES,
     .help = "an item whose exit code is not 0 counts as done", .read = knee_option_flag,
     COMMAND(ignore_failure)},
    {.name = "retries", .argument = "N", .section = FAILURES,
     .help = "run a failed item up to this many times more, after a pause that doubles from 0.1 s "
             "and holds no slot", .fallback = "0", .read = knee_option_uint32, COMMAND(retries),
     .max = 100, .example = "3"},
    {.name = "max-memory", .argument = "SIZE", .section = LIMIT,
     .help = "lower the limit so that all items together need no more",
     .fallback = "what is available", .read = knee_option_size, COMMAND(max_memory_bytes),
     .min = 1048576, .max = 0x1p50, .example = "2G"},
    {.name = "output-dir", .argument = "DIR", .section = PRINTED,
     .help = "keep it in files instead, NUMBER.out and NUMBER.err", .read = knee_option_text,
     COMMAND(output_dir), .example = "printed"},
    {.name = NULL},
};

static const struct knee_option OPTIONS[] = {
    {.name = "weight", .argument = "size|FIELD|LINE", .section = ITEMS,
     .help = "how much work an item is: its file's size, a field of its line (a number), or what a "
             "shell line with {} prints; the whole list is read first",
     .read = knee_option_text, FIELD(weight), .example = "size"},
    {.name = "order", .argument = "given|largest|random", .section = ITEMS,
     .help = "in which order they run; all but given read the whole list first",
     .fallback = "given; largest with --weight", .read = knee_option_word, FIELD(order),
     .example = "random"},
    {.name = "batch", .argument = "N", .section = ITEMS,
     .help = "let all running items end after this many", .read = knee_option_uint64,
     FIELD(batch), .min = 1, .max = 1e12, .example = "100"},
    {.name = "pause", .argument = "TIME|memory", .section = ITEMS,
     .help = "with --batch: wait that long between two, or until their memory is free again",
     .read = knee_option_text, FIELD(pause), .example = "5s"},
    {.name = "resume", .argument = "DIR", .section = ITEMS,
     .help = "go on with an earlier run: its done items are skipped, interrupted ones run again",
     .read = knee_option_text, FIELD(resume), .example = "runs/latest"},
    {.name = "failed", .section = ITEMS, .help = "with --resume: repeat just what failed",
     .read = knee_option_flag, FIELD(failed)},

    {.name = "limit", .argument = "auto|N|DIR", .section = LIMIT,
     .help = "how many items run at once: a limit that tunes itself, a fixed number, or one that "
             "begins with what a sweep's directory says",
     .fallback = "auto", .read = knee_option_text, FIELD(limit), .example = "8"},
    {.name = "limit-file", .argument = "FILE", .section = LIMIT,
     .help = "while this file holds a number, that is the limit", .read = knee_option_text,
     FIELD(limit_file), .example = "limit.txt"},
    {.name = "min-level", .argument = "N", .section = LIMIT, .help = "the lowest limit",
     .fallback = "1", .read = knee_option_uint32, FIELD(min_level), .min = 1,
     .max = KNEE_ENGINE_LEVEL_MAX, .example = "2"},
    {.name = "max-level", .argument = "N", .section = LIMIT, .help = "the highest limit",
     .fallback = "by the class of work, as in sweep", .read = knee_option_uint32,
     FIELD(max_level), .min = 1, .max = KNEE_ENGINE_LEVEL_MAX, .example = "64"},
    {.name = "max-load", .argument = "RATIO", .section = LIMIT,
     .help = "halve the limit while other processes use more of the CPUs",
     .read = knee_option_ratio, FIELD(max_load_ratio), .min = .01, .max = 1, .example = "80%"},
    {.name = "min-free", .argument = "SIZE", .section = LIMIT,
     .help = "halve the limit while less memory is free", .fallback = "5% of all memory",
     .read = knee_option_size, FIELD(min_free_bytes), .min = 1, .max = 0x1p50, .example = "1G"},
    {.name = "evict", .section = LIMIT,
     .help = "if memory is short, also end the youngest items beyond the lower limit; they run again",
     .read = knee_option_flag, FIELD(evict)},

    {.name = "timeout", .argument = "TIME|300%", .section = FAILURES,
     .help = "end an item that takes longer, or longer than that share of the median of the items "
             "so far: it has failed",
     .read = knee_option_text, FIELD(timeout), .example = "30s"},
    {.name = "retry-on", .argument = "CODES|timeout|signal|any", .section = FAILURES,
     .help = "what --retries is for: exit codes and words, with commas", .fallback = "any",
     .read = knee_option_text, FIELD(retry_on), .example = "75,timeout"},
    {.name = "halt", .argument = "never|soon,fail=N|now,fail=N", .section = FAILURES,
     .help = "begin no more items (soon), or end the running ones as well (now), when that many "
             "have failed, or that share (fail=10%)", .fallback = "never",
     .read = knee_option_text, FIELD(halt), .example = "soon,fail=3"},

    {.name = "group", .section = PRINTED,
     .help = "show all that an item prints when it has ended (the default)",
     .read = knee_option_flag, FIELD(group)},
    {.name = "line-buffer", .section = PRINTED, .help = "show whole lines while an item runs",
     .read = knee_option_flag, FIELD(line_buffer)},
    {.name = "ungroup", .section = PRINTED, .help = "items print straight to the output",
     .read = knee_option_flag, FIELD(ungroup)},
    {.name = "tag", .section = PRINTED, .help = "begin each line with the item and a tab",
     .read = knee_option_flag, FIELD(tag)},
    {.name = "keep-order", .letter = 'k', .section = PRINTED,
     .help = "show the items in the order in which they began", .read = knee_option_flag,
     FIELD(keep_order)},
    {.name = "joblog", .argument = "FILE", .section = PRINTED,
     .help = "also write a job log with the columns of GNU parallel", .read = knee_option_text,
     FIELD(joblog), .example = "jobs.tsv"},
    {.name = "dashboard", .argument = "auto|on|off", .section = PRINTED,
     .help = "show how far the run is in the lowest rows of the terminal; what items print scrolls "
             "above. auto: if standard error is a terminal", .fallback = "auto",
     .read = knee_option_word, FIELD(dashboard), .example = "off",
     .lacks = DASHBOARD_LACKS},
    {.name = "report-interval", .argument = "TIME", .section = PRINTED,
     .help = UNLESS_SHOWN "how often to say on standard error how far the run is", .fallback = "10s",
     .read = knee_option_duration, FIELD(report_interval_ns), .min = 1e8, .max = 24 * NS_PER_HOUR,
     .example = "1s"},
    {.name = NULL},
};
/* clang-format on */

static void init(void *values)
{
    struct knee_run_options *options = values;
    options->min_level = 1;
    options->max_load_ratio = NAN;
    options->report_interval_ns = 10 * KNEE_NS_PER_S;
}

static const struct knee_option_part COMMAND_PART = {.options = COMMAND_OPTIONS};
static const struct knee_option_part PART = {.options = OPTIONS, .init = init};

const struct knee_option_use knee_run_options_uses[] = {
    {&COMMAND_PART, offsetof(struct knee_run_options, command), NULL},
    {&knee_command_options_part, offsetof(struct knee_run_options, command),
     "name shell env workdir setup prepare cleanup"},
    {&PART, 0, NULL},
    {&knee_measuring_options_part, offsetof(struct knee_run_options, measuring), "seed"},
    {&knee_output_options_part, offsetof(struct knee_run_options, output),
     "output json no-plots quiet"},
    {&knee_expect_options_part, offsetof(struct knee_run_options, expect), "openmetrics"},
    {&knee_fleet_options_part, offsetof(struct knee_run_options, fleet), "allow-bound"},
    {NULL, 0, NULL},
};
