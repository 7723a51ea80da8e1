/* SPDX-License-Identifier: MIT */
#include "tuner/simulate/simulate.h"

#include "core/base/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_NS 3000000000u /* with its settling */
#define MINUTE_NS 60e9
#define BURST_WINDOWS 1.5
#define LOSS_MIN .2
#define LOSS_MAX .5
#define RIGHT_LOSS .03
#define RIGHT_RATIO 1.25

const struct knee_simulate_noise *knee_simulate_noise_find(const char *name)
{
    static const struct {
        const char *name;
        struct knee_simulate_noise noise;
    } levels[] = {
        {"quiet", {.cv_ratio = .005, .dips_ratio = .01, .drift_ratio = .005}},
        {"typical", {.cv_ratio = .02, .dips_ratio = .05, .drift_ratio = .01}},
        {"noisy", {.cv_ratio = .05, .dips_ratio = .10, .drift_ratio = .02}},
    };
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (strcmp(levels[i].name, name) == 0)
            return &levels[i].noise;
    return NULL;
}

struct knee_simulate knee_simulate_make(const struct knee_curve *curve,
                                        const struct knee_simulate_noise *noise, uint64_t seed)
{
    return (struct knee_simulate){
        .curve = curve, .noise = *noise, .random = knee_random_seed(seed, 0)};
}

/* A burst goes on with the probability that gives it its mean length, and begins with the one that
 * makes bursts hit their share of the windows. */
static void advance_dip(struct knee_simulate *simulator)
{
    double end = 1 / BURST_WINDOWS, share = simulator->noise.dips_ratio;
    double uniform = knee_random_uniform(&simulator->random);
    double loss = LOSS_MIN + (LOSS_MAX - LOSS_MIN) * knee_random_uniform(&simulator->random);
    if (simulator->dip < 0 && uniform < end)
        simulator->dip = 0;
    else if (simulator->dip == 0 && uniform < end * share / (1 - share))
        simulator->dip = log1p(-loss);
}

static int measure(void *context, uint32_t block, uint32_t level, struct knee_window *window,
                   struct knee_err *err)
{
    struct knee_simulate *simulator = context;
    struct knee_random *random = &simulator->random;
    if (level < 1 || level > simulator->curve->level_max)
        return knee_err_set(err, KNEE_FAILED, "curve: it has no level %u; lower the levels", level);
    advance_dip(simulator);
    simulator->drift +=
        simulator->noise.drift_ratio * sqrt(WINDOW_NS / MINUTE_NS) * knee_random_normal(random);
    double error = simulator->noise.cv_ratio * knee_random_normal(random);
    double throughput =
        simulator->curve->throughput_per_s[level] * exp(simulator->drift + simulator->dip + error);
    *window = (struct knee_window){.block = block,
                                   .level = level,
                                   .start_ns = simulator->now_ns,
                                   .window_ns = WINDOW_NS,
                                   .items = throughput * WINDOW_NS / 1e9,
                                   .throughput_per_s = throughput,
                                   .valid = true};
    simulator->now_ns += WINDOW_NS;
    return 0;
}

struct knee_search_source knee_simulate_source(struct knee_simulate *simulator)
{
    return (struct knee_search_source){.context = simulator, .measure = measure};
}

/* Keeps the list ascending, each level once. */
static size_t insert(struct knee_candidate *candidates, size_t count, uint32_t level)
{
    size_t i = 0;
    while (i < count && candidates[i].level < level)
        i++;
    if (i < count && candidates[i].level == level)
        return count;
    memmove(&candidates[i + 1], &candidates[i], (count - i) * sizeof *candidates);
    candidates[i] = (struct knee_candidate){.level = level};
    return count + 1;
}

size_t knee_simulate_candidates(struct knee_candidate *candidates, uint32_t level_max,
                                uint32_t cpus)
{
    const uint32_t others[] = {level_max, cpus / 2, cpus, 2 * cpus};
    size_t count = 0;
    for (uint32_t level = 1; level <= level_max; level *= 2)
        count = insert(candidates, count, level);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i] >= 1 && others[i] <= level_max)
            count = insert(candidates, count, others[i]);
    return count;
}

bool knee_curve_right(const struct knee_curve *curve, uint32_t pick)
{
    if (pick < 1 || pick > curve->level_max)
        return false;
    uint32_t smallest = knee_curve_knee(curve, RIGHT_LOSS);
    double least = (1 - RIGHT_LOSS) * curve->throughput_per_s[knee_curve_peak(curve)];
    bool small = pick <= RIGHT_RATIO * smallest || pick <= smallest + 1;
    return small && curve->throughput_per_s[pick] >= least;
}

int knee_simulate_trial(struct knee_simulate_trial *trial,
                        const struct knee_simulate_params *params, const struct knee_curve *curve,
                        uint64_t seed, struct knee_err *err)
{
    struct knee_candidate candidates[KNEE_LEVELS_MAX];
    struct knee_simulate simulator = knee_simulate_make(curve, &params->noise, seed);
    struct knee_search_source source = knee_simulate_source(&simulator);
    struct knee_search_params search = {
        .candidates = candidates,
        .candidates_count = knee_simulate_candidates(candidates, curve->level_max, params->cpus),
        .cpus = params->cpus,
        .tolerance_ratio = params->tolerance_ratio,
        .confidence_ratio = params->confidence_ratio,
        .windows_max = params->windows_max,
        .seed = seed,
        .strategy = params->strategy};
    struct knee_search_record record = {0};
    struct knee_decision decision;
    int status = knee_search_run(&search, &source, &record, &decision, err);
    knee_search_record_release(&record);
    if (status != 0)
        return -1;
    double best = curve->throughput_per_s[knee_curve_peak(curve)];
    uint32_t pick = decision.knee;
    *trial =
        (struct knee_simulate_trial){.pick = pick,
                                     .true_knee = knee_curve_knee(curve, params->tolerance_ratio),
                                     .windows = decision.windows,
                                     .regret_ratio = 1 - curve->throughput_per_s[pick] / best,
                                     .verdict = decision.verdict,
                                     .knee_low = decision.knee_low,
                                     .knee_high = decision.knee_high,
                                     .right = knee_curve_right(curve, pick)};
    return 0;
}

int knee_simulate_summarize(struct knee_simulate_summary *summary,
                            const struct knee_simulate_trial *trials, size_t count,
                            struct knee_err *err)
{
    double *windows = malloc((count + 1) * sizeof *windows);
    if (!windows)
        return knee_err_set(err, KNEE_FAILED, "simulate: out of memory; run fewer trials");
    struct knee_simulate_summary sum = {0};
    for (size_t i = 0; i < count; i++) {
        bool resolved = trials[i].verdict == KNEE_VERDICT_RESOLVED;
        sum.right_ratio += trials[i].right;
        sum.mean_regret_ratio += trials[i].regret_ratio;
        sum.resolved_ratio += resolved;
        sum.resolved_wrong_ratio += resolved && !trials[i].right;
        windows[i] = trials[i].windows;
    }
    sum.median_windows = knee_stats_median(windows, count);
    sum.right_ratio /= (double)count;
    sum.mean_regret_ratio /= (double)count;
    sum.resolved_ratio /= (double)count;
    sum.resolved_wrong_ratio /= (double)count;
    *summary = sum;
    free(windows);
    return 0;
}
