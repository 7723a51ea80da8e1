/* SPDX-License-Identifier: MIT */
#include "tuner/simulate/simulate.h"

#include "core/base/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_NS 3000000000u /* with its settling */
#define MINUTE_NS 60e9
#define STATE_MIN_NS 3e9
#define STATE_MAX_NS 10e9
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

static double items_at_peak(const struct knee_curve *curve)
{
    return curve->throughput_per_s[knee_curve_peak(curve)] * WINDOW_NS / 1e9;
}

/* Between levels by a straight line: hosts that are slow bring a fraction of an item. */
static double throughput_at(const struct knee_curve *curve, double level)
{
    double at = fmin(fmax(level, 0), curve->level_max);
    uint32_t below = (uint32_t)at;
    double from = curve->throughput_per_s[below];
    if (below == curve->level_max)
        return from;
    return from + (at - below) * (curve->throughput_per_s[below + 1] - from);
}

struct knee_simulate knee_simulate_make(const struct knee_curve *curve,
                                        const struct knee_simulate_noise *noise,
                                        const struct knee_simulate_trouble *trouble, uint64_t seed)
{
    return (struct knee_simulate){.curve = curve,
                                  .noise = *noise,
                                  .trouble = *trouble,
                                  .random = knee_random_seed(seed, 0),
                                  .others = knee_random_seed(seed, 1),
                                  .credit = trouble->credit_windows * items_at_peak(curve)};
}

/* The window's normal error, in log units. */
static double draw_error(struct knee_simulate *simulator, const struct knee_curve_traits *traits)
{
    double rho = simulator->trouble.correlation;
    double normal = knee_random_normal(&simulator->random);
    if (rho != 0)
        normal = simulator->windows == 0 ? normal
                                         : rho * simulator->error + sqrt(1 - rho * rho) * normal;
    simulator->error = normal;
    return (traits->has_cv ? traits->cv_ratio : simulator->noise.cv_ratio) * normal;
}

/* The ratio of the state that the device is in now. */
static double advance_state(struct knee_simulate *simulator)
{
    if (simulator->trouble.state_ratio <= 0)
        return 1;
    while (simulator->now_ns >= simulator->state_end_ns) {
        double stay =
            STATE_MIN_NS + (STATE_MAX_NS - STATE_MIN_NS) * knee_random_uniform(&simulator->others);
        simulator->slow_state = !simulator->slow_state;
        simulator->state_end_ns += (uint64_t)stay;
    }
    return simulator->slow_state ? simulator->trouble.state_ratio : 1;
}

/* All that makes this window slower or faster, but for noise and credit. */
static double draw_factor(struct knee_simulate *simulator, const struct knee_curve_traits *traits,
                          uint32_t level)
{
    const struct knee_simulate_trouble *trouble = &simulator->trouble;
    double factor = advance_state(simulator);
    if (traits->low_share > 0) {
        bool low = knee_random_uniform(&simulator->others) < traits->low_share;
        factor *= (low ? traits->low_ratio : 1) / (1 - traits->low_share * (1 - traits->low_ratio));
    }
    if (simulator->level > level)
        factor *= 1 - trouble->hysteresis_ratio;
    if (trouble->warmup_windows > 0)
        factor *= 1 - trouble->warmup_ratio *
                          fmax(0, 1 - (double)simulator->windows / trouble->warmup_windows);
    for (size_t i = 0; i < trouble->events_count; i++)
        if (trouble->events[i].kind == KNEE_EVENT_STALL &&
            knee_event_hits(&trouble->events[i], simulator->windows))
            factor *= trouble->events[i].factor;
    return factor;
}

/* How many of these items the credit allows in a window. */
static double draw_on_credit(struct knee_simulate *simulator, double items)
{
    const struct knee_simulate_trouble *trouble = &simulator->trouble;
    if (trouble->credit_windows <= 0)
        return items;
    double refill = trouble->refill_ratio * items_at_peak(simulator->curve);
    double allowed = fmin(items, simulator->credit + refill);
    simulator->credit = fmin(simulator->credit + refill - allowed,
                             trouble->credit_windows * items_at_peak(simulator->curve));
    return allowed;
}

static double fail_ratio(const struct knee_simulate *simulator,
                         const struct knee_curve_traits *traits)
{
    const struct knee_simulate_trouble *trouble = &simulator->trouble;
    double done = 1 - traits->fail_ratio;
    for (size_t i = 0; i < trouble->events_count; i++)
        if (trouble->events[i].kind == KNEE_EVENT_FAIL &&
            knee_event_hits(&trouble->events[i], simulator->windows))
            done *= 1 - trouble->events[i].factor;
    return 1 - done;
}

static void advance_drift(struct knee_simulate *simulator, double elapsed_ns)
{
    simulator->drift += simulator->noise.drift_ratio * sqrt(elapsed_ns / MINUTE_NS) *
                        knee_random_normal(&simulator->random);
}

/* Throughput in a window of one machine, before its troubles. */
static double draw_of_one(struct knee_simulate *simulator, const struct knee_curve_traits *traits,
                          uint32_t level)
{
    simulator->dip =
        knee_simulate_dip(simulator->dip, simulator->noise.dips_ratio, &simulator->random);
    advance_drift(simulator, WINDOW_NS);
    double error = draw_error(simulator, traits);
    return simulator->curve->throughput_per_s[level] *
           exp(simulator->drift + simulator->dip + error);
}

/* The same in a window of many hosts. */
static double draw_of_hosts(struct knee_simulate *simulator, uint32_t level, uint64_t *price_ns,
                            bool *disturbed)
{
    struct knee_simulate_hosts_window drawn;
    knee_simulate_hosts_draw(simulator->hosts, level, simulator->noise.cv_ratio,
                             simulator->noise.dips_ratio, &drawn);
    *price_ns = drawn.price_ns;
    *disturbed = knee_taken_spoils(&simulator->hosts->taken, drawn.taken);
    advance_drift(simulator, (double)(KNEE_SIMULATE_HOSTS_WINDOW_NS + drawn.price_ns));
    double error = KNEE_SIMULATE_HOSTS_SERVICE_CV * knee_random_normal(&simulator->random);
    return throughput_at(simulator->curve, level * drawn.speed) * exp(simulator->drift + error);
}

static int measure(void *context, uint32_t block, uint32_t level, struct knee_window *window,
                   struct knee_err *err)
{
    static const struct knee_curve_traits none = {0};
    struct knee_simulate *simulator = context;
    const struct knee_curve *curve = simulator->curve;
    uint64_t window_ns = simulator->hosts ? KNEE_SIMULATE_HOSTS_WINDOW_NS : WINDOW_NS;
    uint64_t price_ns = 0; /* settling and messages, unless the window holds them */
    bool disturbed = false;
    if (level < 1 || level > curve->level_max)
        return knee_err_set(err, KNEE_FAILED, "curve: it has no level %u; lower the levels", level);
    const struct knee_curve_traits *traits = curve->traits ? &curve->traits[level] : &none;
    double good = simulator->hosts ? draw_of_hosts(simulator, level, &price_ns, &disturbed)
                                   : draw_of_one(simulator, traits, level);
    if (simulator->hosts && knee_simulate_hosts_note(simulator->hosts, level, err))
        return -1;
    good *= draw_factor(simulator, traits, level);
    double failed_share = fail_ratio(simulator, traits);
    /* The curve's own failures are left out of its throughput already; those of events are not. */
    good *= traits->fail_ratio < 1 ? (1 - failed_share) / (1 - traits->fail_ratio) : 1;
    double window_s = (double)window_ns / 1e9;
    double items = draw_on_credit(simulator, good * window_s);
    *window = (struct knee_window){
        .block = block,
        .level = level,
        .start_ns = simulator->now_ns,
        .window_ns = window_ns,
        .items = items,
        .failed_items = failed_share < 1 ? items * failed_share / (1 - failed_share) : 1,
        .throughput_per_s = items / window_s,
        .valid = !disturbed,
        .reasons = disturbed ? KNEE_WINDOW_FOREIGN : 0};
    simulator->now_ns += window_ns + price_ns;
    simulator->windows++;
    simulator->level = level;
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
    return small && curve->throughput_per_s[pick] >= least && knee_curve_usable(curve, pick);
}

int knee_simulate_truth(struct knee_curve *truth, const struct knee_curve *curve,
                        const struct knee_simulate_trouble *trouble, struct knee_err *err)
{
    size_t count = (size_t)curve->level_max + 1;
    struct knee_curve made = {.level_max = curve->level_max,
                              .throughput_per_s = malloc(count * sizeof *made.throughput_per_s),
                              .traits = curve->traits ? malloc(count * sizeof *made.traits) : NULL};
    if (!made.throughput_per_s || (curve->traits && !made.traits)) {
        knee_curve_release(&made);
        return knee_err_memory(err, "simulate");
    }
    double most = INFINITY;
    if (trouble->credit_windows > 0)
        most = trouble->refill_ratio * curve->throughput_per_s[knee_curve_peak(curve)];
    for (size_t level = 0; level < count; level++) {
        made.throughput_per_s[level] = fmin(curve->throughput_per_s[level], most);
        if (made.traits)
            made.traits[level] = curve->traits[level];
    }
    *truth = made;
    return 0;
}

static int judge_trial(struct knee_simulate_trial *trial, const struct knee_simulate_params *params,
                       const struct knee_curve *curve, const struct knee_decision *decision,
                       uint64_t elapsed_ns, struct knee_err *err)
{
    struct knee_curve truth;
    if (knee_simulate_truth(&truth, curve, &params->trouble, err))
        return -1;
    double best = truth.throughput_per_s[knee_curve_peak(&truth)];
    uint32_t pick = decision->knee;
    *trial = (struct knee_simulate_trial){
        .pick = pick,
        .true_knee = knee_curve_knee(&truth, params->tolerance_ratio),
        .windows = decision->windows,
        .seconds = (double)elapsed_ns / 1e9,
        .regret_ratio = best > 0 ? 1 - truth.throughput_per_s[pick] / best : 0,
        .verdict = decision->verdict,
        .knee_low = decision->knee_low,
        .knee_high = decision->knee_high,
        .right = knee_curve_right(&truth, pick)};
    knee_curve_release(&truth);
    return 0;
}

int knee_simulate_trial(struct knee_simulate_trial *trial,
                        const struct knee_simulate_params *params, const struct knee_curve *curve,
                        uint64_t seed, struct knee_err *err)
{
    struct knee_candidate candidates[KNEE_LEVELS_MAX];
    struct knee_simulate simulator =
        knee_simulate_make(curve, &params->noise, &params->trouble, seed);
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
    if (params->hosts > 0) {
        simulator.hosts = calloc(1, sizeof *simulator.hosts);
        if (!simulator.hosts)
            return knee_err_memory(err, "simulate");
        simulator.hosts->count = params->hosts;
        simulator.hosts->busy_ratio = params->busy_host_ratio;
        simulator.hosts->random = knee_random_seed(seed, 2);
    }
    int status = knee_search_run(&search, &source, &record, &decision, err);
    knee_search_record_release(&record);
    uint32_t slow = UINT32_MAX;
    if (simulator.hosts) {
        if (status == 0)
            slow = knee_simulate_hosts_slow(simulator.hosts, decision.knee);
        knee_simulate_hosts_release(simulator.hosts);
        free(simulator.hosts);
    }
    if (status != 0 || judge_trial(trial, params, curve, &decision, simulator.now_ns, err))
        return -1;
    trial->slow_host = slow;
    return 0;
}

int knee_simulate_summarize(struct knee_simulate_summary *summary,
                            const struct knee_simulate_trial *trials, size_t count,
                            struct knee_err *err)
{
    double *windows = malloc((count + 1) * sizeof *windows);
    double *seconds = malloc((count + 1) * sizeof *seconds);
    if (!windows || !seconds) {
        free(windows);
        free(seconds);
        return knee_err_set(err, KNEE_FAILED, "simulate: out of memory; run fewer trials");
    }
    struct knee_simulate_summary sum = {0};
    for (size_t i = 0; i < count; i++) {
        bool resolved = trials[i].verdict == KNEE_VERDICT_RESOLVED;
        sum.right_ratio += trials[i].right;
        sum.mean_regret_ratio += trials[i].regret_ratio;
        sum.resolved_ratio += resolved;
        sum.false_ratio += resolved && !trials[i].right;
        sum.named_ratio += trials[i].slow_host == 0;
        windows[i] = trials[i].windows;
        seconds[i] = trials[i].seconds;
    }
    sum.median_windows = knee_stats_median(windows, count);
    sum.median_seconds = knee_stats_median(seconds, count);
    sum.right_ratio /= (double)count;
    sum.mean_regret_ratio /= (double)count;
    sum.resolved_ratio /= (double)count;
    sum.false_ratio /= (double)count;
    sum.named_ratio /= (double)count;
    *summary = sum;
    free(windows);
    free(seconds);
    return 0;
}
