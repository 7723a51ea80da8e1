/* SPDX-License-Identifier: MIT */
#include "tuner/options/measuring_options.h"

#include "core/base/clock.h"
#include "tuner/decide/decision.h"
#include "tuner/options/option_readers.h"

#define NS_PER_HOUR (3600.0 * (double)KNEE_NS_PER_S)
#define SECTION "Measuring"
#define LIST(name, most)                                                                           \
    .offset = offsetof(struct knee_measuring_options, name),                                       \
    .count_offset = offsetof(struct knee_measuring_options, name##_count), .max = (most)
#define FIELD(name) .offset = offsetof(struct knee_measuring_options, name)

/* An option is easier to find as a row than as a column. */
/* clang-format off */
static const struct knee_option OPTIONS[] = {
    {.name = "quick", .section = SECTION, .help = "a short sweep, for CI", .read = knee_option_flag,
     FIELD(quick)},
    {.name = "budget", .argument = "TIME", .section = SECTION,
     .help = "time to measure each workload; setup comes on top", .fallback = "60s",
     .read = knee_option_duration, FIELD(budget_ns), .min = (double)KNEE_NS_PER_S,
     .max = 24 * NS_PER_HOUR, .example = "60s"},
    {.name = "window", .argument = "auto|TIME", .section = SECTION,
     .help = "length of one window; a window of few items ends with an item", .fallback = "auto",
     .read = knee_option_window, FIELD(window_ns), .min = 10.0 * (double)KNEE_NS_PER_MS,
     .max = 60.0 * (double)KNEE_NS_PER_S, .example = "200ms"},
    {.name = "strategy", .argument = "curve|adaptive|grid", .section = SECTION,
     .help = "how to choose what to measure next", .fallback = "curve",
     .read = knee_option_strategy, FIELD(strategy), .example = "grid"},
    {.name = "tolerance", .argument = "RATIO", .section = SECTION,
     .help = "the knee is the smallest level within this of the best", .fallback = "2%",
     .read = knee_option_ratio, FIELD(tolerance_ratio), .min = .001, .max = .5, .example = "5%"},
    {.name = "confidence", .argument = "RATIO", .section = SECTION,
     .help = "how sure a resolved answer must be", .fallback = "95%", .read = knee_option_ratio,
     FIELD(confidence_ratio), .min = .5, .max = .999, .example = "99%"},
    {.name = "objective", .argument = "throughput|efficiency|power", .section = SECTION,
     .help = "what makes a limit good; see knee list objectives", .fallback = "throughput",
     .read = knee_option_objective, FIELD(goal), .example = "power"},
    {.name = "min-efficiency", .argument = "RATIO", .section = SECTION,
     .help = "parallel efficiency that --objective efficiency asks for", .fallback = "50%",
     .read = knee_option_ratio, FIELD(goal.min_efficiency_ratio), .min = .01, .max = 1,
     .example = "70%"},
    {.name = "slo", .argument = "METRIC=LIMIT", .section = SECTION,
     .help = "recommend only what keeps this, at most: p50 p95 p99 mean errors; repeatable",
     .read = knee_option_slo, FIELD(goal), .example = "p99=50ms"},
    {.name = "seed", .argument = "N", .section = SECTION,
     .help = "seed of everything that is drawn at random", .fallback = "1",
     .read = knee_option_uint64, FIELD(seed), .min = 0, .max = 9e18, .example = "7"},
    {.name = "server", .argument = "PID|NAME|CGROUP|UNIT|none", .section = SECTION,
     .help = "a server on this host is part of the work, not other load: a process, a control group "
             "or a systemd unit; repeatable; none: take no process for one",
     .fallback = "found by its load, which comes and goes with the items", .read = knee_option_list,
     LIST(servers, KNEE_MEASURING_SERVERS_MAX), .example = "redis-server"},
    {.name = "wait-quiet", .argument = "TIME", .section = SECTION,
     .help = "before measuring, wait up to this long until other processes leave the CPUs alone",
     .read = knee_option_duration, FIELD(wait_quiet_ns), .min = (double)KNEE_NS_PER_S,
     .max = 24 * NS_PER_HOUR, .example = "5m"},
    {.name = "resume", .argument = "DIR", .section = SECTION,
     .help = "go on with an earlier sweep, with the same plan; a larger --budget is allowed",
     .read = knee_option_text, FIELD(resume), .example = "results/latest"},
    {.name = "dry-run", .section = SECTION,
     .help = "say what would be measured and how long it takes, and measure nothing",
     .read = knee_option_flag, FIELD(dry_run)},
    {.name = "strict", .section = SECTION, .help = "exit with 3 unless every answer is resolved",
     .read = knee_option_flag, FIELD(strict)},
    {.name = NULL},
};
/* clang-format on */

static void init(void *values)
{
    *(struct knee_measuring_options *)values = (struct knee_measuring_options){
        .strategy = "curve",
        .tolerance_ratio = KNEE_DECISION_TOLERANCE_RATIO,
        .confidence_ratio = KNEE_DECISION_CONFIDENCE_RATIO,
        .goal = {.min_efficiency_ratio = KNEE_MIN_EFFICIENCY_RATIO},
        .seed = 1,
    };
}

const struct knee_option_part knee_measuring_options_part = {.options = OPTIONS, .init = init};
