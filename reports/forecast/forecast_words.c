/* SPDX-License-Identifier: MIT */
#include "reports/forecast/forecast_words.h"

#include "core/text/builder.h"
#include "core/text/human.h"
#include "reports/words/reason.h"

#include <math.h>
#include <stdbool.h>

/* A limit with less than this share of the answers is not worth a word. */
#define SHARE_WORTH_A_WORD .05
#define MISS_WORTH_A_WORD .10
/* Throughput per core against that of the fewest, and throughput itself. */
#define LINEAR_RATIO .95
#define FLAT_RATIO 1.05

static struct knee_builder *begin(struct knee_builder *out, char *text)
{
    knee_builder_over(out, text, KNEE_FORECAST_WORDS_BYTES);
    text[0] = '\0';
    return out;
}

const char *knee_forecast_words_levels(const struct knee_forecast_range *range, char *text)
{
    struct knee_builder out;
    char low[KNEE_HUMAN_BYTES], high[KNEE_HUMAN_BYTES];
    knee_builder_add(begin(&out, text), "%s", knee_human_count(low, range->low));
    if (range->high > range->low)
        knee_builder_add(&out, " to %s", knee_human_count(high, range->high));
    return text;
}

const char *knee_forecast_words_rates(const struct knee_forecast_range *range, char *text)
{
    struct knee_builder out;
    char low[KNEE_HUMAN_BYTES], high[KNEE_HUMAN_BYTES];
    knee_builder_add(begin(&out, text), "%s to %s", knee_human_rate(low, range->low),
                     knee_human_rate(high, range->high));
    return text;
}

/* In the words of the sweep itself: other processes, or the machine's host. */
static void add_disturbed(struct knee_builder *out, const struct knee_decision_why *why)
{
    const struct knee_decision decision = {.verdict = KNEE_VERDICT_DISTURBED, .why = *why};
    char reason[KNEE_REASON_BYTES];
    knee_builder_add(out, "%.300s Measure again when the machine is quiet.",
                     knee_reason_decision(&decision, NULL, reason));
}

const char *knee_forecast_words_refusal(const struct knee_forecast_page_work *work, char *text)
{
    struct knee_builder out;
    const struct knee_forecast *forecast = &work->forecast;
    begin(&out, text);
    switch (forecast->refusal) {
    case KNEE_FORECAST_MADE:
        break;
    case KNEE_FORECAST_DISTURBED:
        add_disturbed(&out, &forecast->disturbed_by);
        break;
    case KNEE_FORECAST_NO_DEMANDS:
        knee_builder_add(&out, "how long an item computes and waits is unknown; measure a command "
                               "or a workload whose CPU time knee sees");
        break;
    case KNEE_FORECAST_FEW_LEVELS:
        knee_builder_add(&out, "fewer than %d levels were measured; measure more of them",
                         KNEE_FORECAST_LEVELS_MIN);
        break;
    case KNEE_FORECAST_LINEAR:
        knee_builder_add(&out,
                         "throughput still grew in proportion at %u, the highest level measured, "
                         "so nothing that limits it was seen; measure to at least %u:",
                         forecast->measured_max, 4 * forecast->measured_max);
        break;
    case KNEE_FORECAST_NO_FIT:
        knee_builder_add(&out,
                         "the model misses level %u by %.0f %%, so it does not describe this "
                         "work; measure on the target itself",
                         forecast->fit_worst_level, 100 * forecast->fit_worst_ratio);
        break;
    }
    return text;
}

static const char *limit_words(enum knee_forecast_limit limit)
{
    static const char *const WORDS[] = {
        [KNEE_FORECAST_BY_CPUS] = "the CPUs",
        [KNEE_FORECAST_BY_QUOTA] = "the CPU quota",
        [KNEE_FORECAST_BY_POOL] = "what items wait for, which serves a fixed number at a time",
        [KNEE_FORECAST_BY_MEMORY] = "memory",
        [KNEE_FORECAST_BY_LEVELS] = "nothing up to the highest level looked at",
        [KNEE_FORECAST_BY_SLO] = "the latency that --slo allows",
    };
    return WORDS[limit];
}

const char *knee_forecast_words_limits(const struct knee_forecast *forecast, char *text)
{
    struct knee_builder out;
    enum knee_forecast_limit order[KNEE_FORECAST_LIMITS];
    size_t count = knee_forecast_limits(forecast, order);
    begin(&out, text);
    for (size_t i = 0; i < count; i++) {
        knee_builder_separate(&out, "; or ");
        knee_builder_add(&out, "%s", limit_words(order[i]));
        if (count > 1)
            knee_builder_add(&out, " (%.0f %% of the answers)",
                             100 * forecast->limit_shares[order[i]]);
    }
    return text;
}

static const char *scaling_word(const struct knee_forecast_page_work *work, double each)
{
    size_t last = work->counts - 1;
    double cores = work->cores[last] / work->cores[0];
    if (each >= LINEAR_RATIO)
        return "linear";
    if (work->per_s[last] <= FLAT_RATIO * work->per_s[0])
        return work->forecast.limit_shares[KNEE_FORECAST_BY_POOL] > .5
                   ? "not at all: what items wait for limits it"
                   : "not at all";
    double contention = work->forecast.contention, coherency = work->forecast.coherency;
    return coherency * cores > contention ? "less and less: CPUs wait for each other's data"
                                          : "less: a part of the work takes turns, or waits for "
                                            "memory";
}

const char *knee_forecast_words_scaling(const struct knee_forecast_page_work *work, char *text)
{
    struct knee_builder out;
    char rate[KNEE_HUMAN_BYTES];
    begin(&out, text);
    if (work->counts < 2)
        return text;
    for (size_t i = 0; i < work->counts; i++)
        knee_builder_add(&out, "%.0f core%s: %u at %s/s; ", work->cores[i],
                         work->cores[i] == 1 ? "" : "s", work->knees[i],
                         knee_human_rate(rate, work->per_s[i]));
    size_t last = work->counts - 1;
    double each = work->per_s[last] / work->per_s[0] / (work->cores[last] / work->cores[0]);
    knee_builder_add(&out, "%s (%.0f %% of a core each)", scaling_word(work, each), 100 * each);
    return text;
}

const char *knee_forecast_words_doubt(const struct knee_forecast_unknown *unknown, char *text)
{
    struct knee_builder out;
    begin(&out, text);
    switch (unknown->kind) {
    case KNEE_FORECAST_DOUBT_POOL:
        knee_builder_add(&out,
                         "whether what items wait for takes more than the %.0f at a time "
                         "that it had here",
                         unknown->level);
        break;
    case KNEE_FORECAST_DOUBT_CONTENTION:
        knee_builder_add(&out, "how well the work scales over more cores (knee sweep --vary cores "
                               "narrows it)");
        break;
    case KNEE_FORECAST_DOUBT_MEMORY:
        knee_builder_add(&out, "whether memory bandwidth and caches there feed all cores");
        break;
    case KNEE_FORECAST_DOUBT_SPEED:
        knee_builder_add(&out, "how fast a core is there: 0.8 to 1.25 times one here "
                               "(--core-speed)");
        break;
    case KNEE_FORECAST_DOUBT_SIBLINGS:
        knee_builder_add(&out, "what a second hardware thread adds to a core");
        break;
    case KNEE_FORECAST_DOUBT_SERVER:
        knee_builder_add(&out, "whether the server shares the CPUs with the items there, too");
        break;
    case KNEE_FORECAST_DOUBTS:
        break;
    }
    return text;
}

const char *knee_forecast_words_moves(const struct knee_forecast_unknown *unknown, char *text)
{
    struct knee_builder out;
    char low[KNEE_HUMAN_BYTES], high[KNEE_HUMAN_BYTES];
    knee_builder_add(begin(&out, text), "limit %.0f", unknown->knee.low);
    if (unknown->knee.high > unknown->knee.low)
        knee_builder_add(&out, " to %.0f", unknown->knee.high);
    knee_builder_add(&out, ", %s to %s/s", knee_human_rate(low, unknown->throughput.low),
                     knee_human_rate(high, unknown->throughput.high));
    return text;
}

const char *knee_forecast_words_needs(const struct knee_forecast *forecast, double wanted_per_s,
                                      char *text)
{
    struct knee_builder out;
    char rate[KNEE_HUMAN_BYTES], cores[KNEE_FORECAST_WORDS_BYTES],
        levels[KNEE_FORECAST_WORDS_BYTES];
    begin(&out, text);
    knee_human_rate(rate, wanted_per_s);
    if (!(forecast->reached_ratio > 0)) {
        knee_builder_add(&out,
                         "%s/s is out of reach with any number of cores: what items wait for "
                         "does not give it",
                         rate);
        return text;
    }
    knee_builder_add(&out, "%s/s takes %s core%s of this kind", rate,
                     knee_forecast_words_levels(&forecast->cores_needed, cores),
                     forecast->cores_needed.high > 1 ? "s" : "");
    if (isfinite(forecast->level_needed.low))
        knee_builder_add(&out, ", and %s items at once",
                         knee_forecast_words_levels(&forecast->level_needed, levels));
    if (forecast->reached_ratio < 1 - SHARE_WORTH_A_WORD)
        knee_builder_add(&out, "; in %.0f %% of the answers it can't be had at all",
                         100 * (1 - forecast->reached_ratio));
    return text;
}

bool knee_forecast_words_knee_holds(const struct knee_forecast_page_work *work)
{
    const struct knee_decision *there = &work->there->decision;
    double low = there->knee_low > 0 ? there->knee_low : there->knee;
    double high = there->knee_high > 0 ? there->knee_high : there->knee;
    return high >= work->forecast.knee.low && low <= work->forecast.knee.high;
}

bool knee_forecast_words_throughput_holds(const struct knee_forecast_page_work *work)
{
    const struct knee_forecast_range *range = &work->forecast.throughput;
    const struct knee_level *level =
        knee_workload_result_at(work->there, work->there->decision.knee);
    if (!level)
        return false;
    double low = fmin(level->throughput_per_s, level->throughput_ci_low_per_s);
    double high = fmax(level->throughput_per_s, level->throughput_ci_high_per_s);
    return high >= range->low && low <= range->high;
}

const char *knee_forecast_words_check(const struct knee_forecast_page_work *work, char *text)
{
    struct knee_builder out;
    char rate[KNEE_HUMAN_BYTES];
    begin(&out, text);
    if (!work->there)
        return text;
    if (work->there->decision.verdict == KNEE_VERDICT_DISTURBED) {
        knee_builder_add(&out, "not possible, the measurement there was disturbed. ");
        add_disturbed(&out, &work->there->decision.why);
        return text;
    }
    const struct knee_level *level =
        knee_workload_result_at(work->there, work->there->decision.knee);
    bool knee = knee_forecast_words_knee_holds(work);
    bool throughput = knee_forecast_words_throughput_holds(work);
    knee_builder_add(&out, "measured there: %u at %s/s; ", work->there->decision.knee,
                     knee_human_rate(rate, level ? level->throughput_per_s : NAN));
    if (knee == throughput)
        knee_builder_add(&out, knee ? "both inside their ranges" : "both outside their ranges");
    else
        knee_builder_add(&out, "the limit is %s its range, throughput %s",
                         knee ? "inside" : "outside", throughput ? "inside" : "outside");
    return text;
}

const char *knee_forecast_words_caution(const struct knee_forecast *forecast, char *text)
{
    struct knee_builder out;
    begin(&out, text);
    if (forecast->widened)
        knee_builder_add(&out, "the measurement is unresolved, so its noise counts twice");
    if (forecast->fit_worst_ratio > MISS_WORTH_A_WORD) {
        knee_builder_separate(&out, "; ");
        knee_builder_add(&out, "the model misses level %u by %.0f %%", forecast->fit_worst_level,
                         100 * forecast->fit_worst_ratio);
    }
    if (forecast->memory_level > 0 && forecast->knee.high >= forecast->memory_level) {
        knee_builder_separate(&out, "; ");
        knee_builder_add(&out, "no more than %u items fit into the memory there",
                         forecast->memory_level);
    }
    if (forecast->waits_no_more) {
        knee_builder_separate(&out, "; ");
        knee_builder_add(&out,
                         "items wait for less than --service-time takes away, so there they wait "
                         "for nothing");
    }
    if (forecast->slo_missed_ratio > SHARE_WORTH_A_WORD) {
        knee_builder_separate(&out, "; ");
        knee_builder_add(&out, "not even one item at a time meets the --slo");
        if (forecast->slo_missed_ratio < 1 - SHARE_WORTH_A_WORD)
            knee_builder_add(&out, ", in %.0f %% of the answers", 100 * forecast->slo_missed_ratio);
    }
    return text;
}
