/* SPDX-License-Identifier: MIT */
#include "tuner/options.h"

#include "core/clock.h"
#include "core/engine.h"
#include "tuner/option_readers.h"

#define FIELD(name) .offset = offsetof(struct knee_options, name)
#define LIST(name, most)                                                                           \
    FIELD(name), .count_offset = offsetof(struct knee_options, name##_count), .max = (most)
#define NS_PER_HOUR (3600.0 * (double)KNEE_NS_PER_S)

static const char LEVELS[] = "Levels";
static const char MEASURING[] = "Measuring";
static const char WORK[] = "The work";
static const char HOST[] = "The host";
static const char TABLE[] = "The table";
static const char NOISE[] = "The simulated machine";
static const char OUTPUT[] = "Output";
static const char GENERAL[] = "General";

/* An option is easier to find as a row than as a column. */
/* clang-format off */

/* In the order in which help shows them; those of one section together. */
const struct knee_option knee_option_table[] = {
    {.name = "levels", .argument = "LIST", .commands = KNEE_FOR_SWEEP, .section = LEVELS,
     .help = "try these levels alone: 1,2,4-8,16 or 1-64:x2 or the words cores pus 2xpus",
     .standard = "from the topology and the workload", .read = knee_option_levels, FIELD(levels),
     .example = "1,2,4-8,16"},
    {.name = "max-level", .argument = "N", .commands = KNEE_FOR_SWEEP | KNEE_FOR_LIMIT,
     .section = LEVELS, .help = "the highest level to try", .standard = "the workload's own",
     .read = knee_option_uint32, FIELD(max_level), .min = 1, .max = KNEE_ENGINE_LEVEL_MAX,
     .example = "64"},
    {.name = "current", .argument = "N", .commands = KNEE_FOR_SWEEP, .section = LEVELS,
     .help = "today's setting: always measured, marked and judged", .read = knee_option_uint32,
     FIELD(current), .min = 1, .max = KNEE_ENGINE_LEVEL_MAX, .example = "16"},
    {.name = "from", .argument = "DIR", .commands = KNEE_FOR_LIMIT, .section = LEVELS,
     .help = "the limit that was measured, from a result directory",
     .standard = "the rule of thumb", .read = knee_option_text, FIELD(from),
     .example = "results/latest"},
    {.name = "explain", .commands = KNEE_FOR_LIMIT, .section = LEVELS,
     .help = "say on standard error where the number comes from", .read = knee_option_flag,
     FIELD(explain)},

    {.name = "quick", .commands = KNEE_FOR_SWEEP, .section = MEASURING,
     .help = "a sweep of the size that CI can wait for", .read = knee_option_flag, FIELD(quick)},
    {.name = "budget", .argument = "TIME", .commands = KNEE_FOR_SWEEP, .section = MEASURING,
     .help = "time to measure each workload; setup comes on top", .standard = "60s",
     .read = knee_option_duration, FIELD(budget_ns), .min = (double)KNEE_NS_PER_S,
     .max = 24 * NS_PER_HOUR, .example = "60s"},
    {.name = "window", .argument = "auto|TIME", .commands = KNEE_FOR_SWEEP, .section = MEASURING,
     .help = "length of one window", .standard = "auto", .read = knee_option_window,
     FIELD(window_ns), .min = 10.0 * (double)KNEE_NS_PER_MS, .max = 60.0 * (double)KNEE_NS_PER_S,
     .example = "200ms"},
    {.name = "strategy", .argument = "adaptive|grid",
     .commands = KNEE_FOR_SWEEP | KNEE_FOR_SIMULATE, .section = MEASURING,
     .help = "how to choose what to measure next", .standard = "adaptive",
     .read = knee_option_strategy, FIELD(strategy), .example = "grid"},
    {.name = "tolerance", .argument = "RATIO", .commands = KNEE_FOR_SWEEP, .section = MEASURING,
     .help = "the knee is the smallest level within this of the best", .standard = "2%",
     .read = knee_option_ratio, FIELD(tolerance_ratio), .min = .001, .max = .5, .example = "5%"},
    {.name = "confidence", .argument = "RATIO", .commands = KNEE_FOR_SWEEP, .section = MEASURING,
     .help = "how sure a resolved answer must be", .standard = "95%", .read = knee_option_ratio,
     FIELD(confidence_ratio), .min = .5, .max = .999, .example = "99%"},
    {.name = "objective", .argument = "throughput|efficiency|power", .commands = KNEE_FOR_SWEEP,
     .section = MEASURING, .help = "what the limit is to be good for; see knee list objectives",
     .standard = "throughput", .read = knee_option_objective, .example = "power"},
    {.name = "min-efficiency", .argument = "RATIO", .commands = KNEE_FOR_SWEEP,
     .section = MEASURING, .help = "parallel efficiency that --objective efficiency asks for",
     .standard = "50%", .read = knee_option_ratio, FIELD(goal.min_efficiency_ratio), .min = .01,
     .max = 1, .example = "70%"},
    {.name = "slo", .argument = "METRIC=LIMIT", .commands = KNEE_FOR_SWEEP, .section = MEASURING,
     .help = "recommend only what keeps this, at most: p50 p95 p99 mean errors; repeatable",
     .read = knee_option_slo, .example = "p99=50ms"},
    {.name = "seed", .argument = "N", .commands = KNEE_FOR_SWEEP | KNEE_FOR_SIMULATE,
     .section = MEASURING, .help = "of everything that is drawn at random", .standard = "1",
     .read = knee_option_uint64, FIELD(seed), .min = 0, .max = 9e18, .example = "7"},
    {.name = "resume", .argument = "DIR", .commands = KNEE_FOR_SWEEP, .section = MEASURING,
     .help = "go on with an earlier sweep, with the same plan; a larger --budget is allowed",
     .read = knee_option_text, FIELD(resume), .example = "results/latest"},
    {.name = "dry-run", .commands = KNEE_FOR_SWEEP, .section = MEASURING,
     .help = "say what would be measured and how long it takes, and measure nothing",
     .read = knee_option_flag, FIELD(dry_run)},
    {.name = "strict", .commands = KNEE_FOR_SWEEP, .section = MEASURING,
     .help = "exit with 3 unless every answer is resolved", .read = knee_option_flag,
     FIELD(strict)},

    {.name = "param", .argument = "NAME=VALUE", .commands = KNEE_FOR_SWEEP, .section = WORK,
     .help = "set a parameter of the workload; repeatable; `knee list workloads` shows them",
     .read = knee_option_setting, LIST(settings, KNEE_SETTINGS_MAX), .example = "work=5ms"},
    {.name = "dir", .argument = "DIR", .commands = KNEE_FOR_SWEEP, .section = WORK,
     .help = "where files are made that the work needs", .standard = "where the results go",
     .read = knee_option_text, FIELD(dir), .example = "/var/tmp"},
    {.name = "pin", .argument = "none|core|pu", .commands = KNEE_FOR_SWEEP, .section = WORK,
     .help = "bind each worker to a core or to a PU", .standard = "none",
     .read = knee_option_word, FIELD(pin), .example = "core"},
    {.name = "total", .argument = "N", .commands = KNEE_FOR_SWEEP, .section = WORK,
     .help = "add to every level the time that so many items would take",
     .read = knee_option_uint64, FIELD(total), .min = 1, .max = 1e15, .example = "40000"},

    {.name = "load", .argument = "auto|FACTOR", .commands = KNEE_FOR_SWEEP | KNEE_FOR_LIMIT,
     .section = HOST, .help = "multiply the rule of thumb; auto measures how busy the host is",
     .standard = "1", .read = knee_option_load, .min = .01, .max = 1, .example = "0.6"},
    {.name = "topology", .argument = "FILE.xml|SYNTHETIC",
     .commands = KNEE_FOR_SWEEP | KNEE_FOR_LIMIT | KNEE_FOR_TOPOLOGY, .section = HOST,
     .help = "take an lstopo XML file or an hwloc description for the machine",
     .standard = "this machine", .read = knee_option_text, FIELD(topology),
     .example = "pack:2,core:8,pu:2"},

    {.name = "columns", .argument = "A,B", .commands = KNEE_FOR_FIT, .section = TABLE,
     .help = "the columns of level and throughput: names, or numbers from 1",
     .standard = "level,throughput_per_s where there are such, else 1,2",
     .read = knee_option_text, FIELD(columns), .example = "users,rate"},

    {.name = "curve", .argument = "FILE.csv", .commands = KNEE_FOR_SIMULATE, .section = NOISE,
     .help = "the true throughput: columns level,throughput_per_s; repeatable",
     .read = knee_option_list, LIST(curves, KNEE_WORDS_MAX), .example = "curve.csv"},
    {.name = "noise", .argument = "quiet|typical|noisy", .commands = KNEE_FOR_SIMULATE,
     .section = NOISE, .help = "the next three in one word", .standard = "typical",
     .read = knee_option_word, FIELD(noise), .example = "noisy"},
    {.name = "cv", .argument = "RATIO", .commands = KNEE_FOR_SIMULATE, .section = NOISE,
     .help = "spread of a window's throughput", .standard = "from --noise",
     .read = knee_option_ratio, FIELD(cv_ratio), .max = 1, .example = "2%"},
    {.name = "dips", .argument = "RATIO", .commands = KNEE_FOR_SIMULATE, .section = NOISE,
     .help = "share of windows that lose 20 to 50 %", .standard = "from --noise",
     .read = knee_option_ratio, FIELD(dips_ratio), .max = .9, .example = "5%"},
    {.name = "drift", .argument = "RATIO", .commands = KNEE_FOR_SIMULATE, .section = NOISE,
     .help = "how far the machine's speed wanders in a minute", .standard = "from --noise",
     .read = knee_option_ratio, FIELD(drift_ratio), .max = 1, .example = "1%"},
    {.name = "cpus", .argument = "C", .commands = KNEE_FOR_SIMULATE, .section = NOISE,
     .help = "usable CPUs, for the candidate levels", .standard = "2", .read = knee_option_uint32,
     FIELD(cpus), .min = 1, .max = KNEE_ENGINE_LEVEL_MAX, .example = "8"},
    {.name = "trials", .argument = "T", .commands = KNEE_FOR_SIMULATE, .section = NOISE,
     .help = "trials for each curve", .standard = "1", .read = knee_option_uint32, FIELD(trials),
     .min = 1, .max = 1e6, .example = "100"},
    {.name = "budget-windows", .argument = "N", .commands = KNEE_FOR_SIMULATE, .section = NOISE,
     .help = "windows that a trial may take", .standard = "the strategy's cap",
     .read = knee_option_uint32, FIELD(budget_windows), .min = 1, .max = 1e6, .example = "100"},

    {.name = "output", .letter = 'o', .argument = "DIR", .commands = KNEE_FOR_SWEEP,
     .section = OUTPUT, .help = "where the results go: a new or an empty directory",
     .standard = "results/DATE-TIME, and the link results/latest", .read = knee_option_text,
     FIELD(output), .example = "out"},
    {.name = "json",
     .commands = KNEE_FOR_SWEEP | KNEE_FOR_TOPOLOGY | KNEE_FOR_REPORT | KNEE_FOR_SIMULATE |
         KNEE_FOR_FIT,
     .section = OUTPUT, .help = "print the result as JSON", .read = knee_option_flag,
     FIELD(json)},
    {.name = "no-plots", .commands = KNEE_FOR_SWEEP | KNEE_FOR_REPORT, .section = OUTPUT,
     .help = "draw no charts (they need gnuplot)", .read = knee_option_flag, FIELD(no_plots)},
    {.name = "quiet", .letter = 'q',
     .commands = KNEE_FOR_SWEEP | KNEE_FOR_REPORT | KNEE_FOR_SIMULATE,
     .section = OUTPUT, .help = "no progress", .read = knee_option_flag, FIELD(quiet)},
    {.name = "verbose", .letter = 'v', .commands = KNEE_FOR_SWEEP | KNEE_FOR_SIMULATE,
     .section = OUTPUT, .help = "say more while measuring", .read = knee_option_count,
     FIELD(verbose)},

    {.name = "version", .commands = KNEE_FOR_ALL, .section = GENERAL, .help = "print the version",
     .read = knee_option_flag, FIELD(version)},
    {.name = "help", .letter = 'h', .commands = KNEE_FOR_ALL, .section = GENERAL,
     .help = "print this text", .read = knee_option_flag, FIELD(help)},
    {.name = NULL},
};

/* clang-format on */
