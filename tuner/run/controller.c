/* SPDX-License-Identifier: MIT */
#include "tuner/run/controller.h"

#include "core/base/stats.h"

#include <math.h>
#include <string.h>

/* Tuned on the families of tests/support/curves.h, the tests' seeds among them. */
#define ELASTICITY .04
#define PAIRS_MIN 2
#define HALF_WIDTH 1.8 /* standard errors */
#define STRIDE_FIRST 2.
#define STRIDE_MAX 4.
#define STRIDE_AGAIN 1.3
#define STRIDE_GROWTH 1.25
#define STRIDE_MIN 1.15
#define STRIDE_MIN_BELOW_FALL 1.04 /* the curve may be steep up to where it falls */
#define CLEAR_SHARE .5 /* one window decides when it shows this share of linear speedup */
#define CLEAR_SDS 4.
#define CLEAR_GAIN .1
#define SD_FIRST .03 /* of a pair, before any was seen */
#define SD_MIN .005
#define WEIGHT_FIRST 3.
#define WEIGHT_MAX 40.
#define ABORT (-.14)
#define FAR .10     /* so much slower that nothing from there on is worth a probe */
#define HOPELESS .6 /* as fast, even when what runs is counted whole */
#define LEAP_MAX 8  /* times the level: more would cost a short job too much if it is wrong */
#define HOLD_FIRST 20
#define HOLD_MAX 60
#define CHANGE .06
#define CHANGE_SDS 3.
#define SURPRISE .15
#define SURPRISE_SDS 5.
#define THROUGHPUT_MIN 1e-12 /* a window without a success */
#define OUTLIER_MADS 4.
#define BASELINE_SHARE .05 /* of each window in the baseline that follows slow drift */

static uint32_t clamp(const struct knee_controller *controller, double level)
{
    double low = controller->params.min_level, high = controller->params.max_level;
    return (uint32_t)fmin(fmax(level, low), high);
}

static double pair_sd(const struct knee_controller *controller)
{
    return fmax(SD_MIN, sqrt(controller->variance));
}

static void start_hold(struct knee_controller *controller)
{
    controller->probed = 0;
    controller->at_probed = false;
    controller->held = 0;
    controller->recent_count = 0;
    controller->baseline = NAN;
}

void knee_controller_init(struct knee_controller *controller,
                          const struct knee_controller_params *params)
{
    *controller = (struct knee_controller){.params = *params,
                                           .direction = 1,
                                           .stride = STRIDE_FIRST,
                                           .last = NAN,
                                           .baseline = NAN,
                                           .hold = HOLD_FIRST,
                                           .variance = SD_FIRST * SD_FIRST,
                                           .weight = WEIGHT_FIRST};
    controller->level = clamp(controller, params->start);
}

void knee_controller_suggest(struct knee_controller *controller, uint32_t level)
{
    controller->suggested = clamp(controller, level);
}

void knee_controller_spare(struct knee_controller *controller, uint32_t level)
{
    controller->spared = level;
    if (controller->probed && controller->probed < level)
        start_hold(controller);
}

uint32_t knee_controller_next(const struct knee_controller *controller)
{
    return controller->at_probed ? controller->probed : controller->level;
}

/* The level that a step up leads to, at most halfway to a fall; the level in use if none is left.
 */
static double step_up(const struct knee_controller *controller)
{
    double n = controller->level, to = fmax(floor(n * controller->stride + .5), n + 1);
    if (controller->suggested > controller->level)
        return fmin(controller->suggested, n * LEAP_MAX);
    if (controller->ceiling <= controller->level)
        return to;
    to = fmin(to, fmax(floor(sqrt(n * controller->ceiling)), n + 1));
    return to < controller->ceiling ? to : n;
}

/* Likewise down, to a level that has lost by far. */
static double step_down(const struct knee_controller *controller)
{
    double n = controller->level, to = fmin(floor(n / controller->stride + .5), n - 1);
    to = fmax(to, fmin(floor(sqrt(n * controller->floor) + .5), n - 1));
    return to > controller->floor ? to : n;
}

static uint32_t step(const struct knee_controller *controller, int direction)
{
    return clamp(controller, direction > 0 ? step_up(controller) : step_down(controller));
}

static bool begin_direction(struct knee_controller *controller, int direction)
{
    uint32_t to = step(controller, direction);
    if (controller->tried[direction > 0] || to == controller->level ||
        to == controller->lost[direction > 0] || /* a smaller stride leads there again */
        (direction < 0 && to < controller->spared))
        return false;
    controller->direction = direction;
    controller->probed = to;
    controller->at_probed = !isnan(controller->last) && !controller->doubted;
    controller->first = NAN;
    controller->pairs = 0;
    return true;
}

/* The next probe, with smaller strides when both directions have failed; else the level is held.
 */
static void go_on(struct knee_controller *controller)
{
    bool below_fall = controller->ceiling > controller->level + 1;
    double least = below_fall ? STRIDE_MIN_BELOW_FALL : STRIDE_MIN;
    for (;;) {
        if (begin_direction(controller, controller->direction) ||
            begin_direction(controller, -controller->direction))
            return;
        controller->stride = sqrt(controller->stride);
        controller->tried[0] = controller->tried[1] = false;
        if (controller->stride <= least)
            break;
    }
    start_hold(controller);
}

static void start_again(struct knee_controller *controller, double stride)
{
    controller->stride = stride;
    controller->lost[0] = controller->lost[1] = 0;
    controller->tried[0] = controller->tried[1] = false;
    go_on(controller);
}

void knee_controller_set(struct knee_controller *controller, uint32_t level)
{
    controller->level = clamp(controller, level);
    controller->ceiling = controller->floor = 0;
    controller->leapt = false;
    controller->halved = 0;
    controller->hold = HOLD_FIRST;
    controller->stride = STRIDE_FIRST;
    controller->tried[0] = controller->tried[1] = false;
    controller->lost[0] = controller->lost[1] = 0;
    controller->last = NAN;
    start_hold(controller);
}

void knee_controller_look_again(struct knee_controller *controller, uint32_t level)
{
    knee_controller_set(controller, level);
    controller->doubted = false;
    start_again(controller, STRIDE_FIRST);
}

void knee_controller_bound(struct knee_controller *controller, uint32_t min_level,
                           uint32_t max_level)
{
    controller->params.min_level = min_level;
    controller->params.max_level = max_level;
    if (clamp(controller, controller->level) != controller->level)
        knee_controller_set(controller, controller->level);
    else if (controller->probed && clamp(controller, controller->probed) != controller->probed)
        start_hold(controller);
}

/* Mean of the pairs without those that a stall has hit, and what the kept ones vary by. */
static double screened_mean(const struct knee_controller *controller, unsigned *kept,
                            double *squares)
{
    double sorted[KNEE_CONTROLLER_PAIRS], sum = 0.;
    memcpy(sorted, controller->differences, sizeof sorted);
    double median = knee_stats_median(sorted, controller->pairs);
    double most = controller->pairs < 3 ? INFINITY : OUTLIER_MADS * pair_sd(controller);
    *kept = 0;
    *squares = 0.;
    for (unsigned i = 0; i < controller->pairs; i++) {
        if (fabs(controller->differences[i] - median) > most)
            continue;
        sum += controller->differences[i];
        ++*kept;
    }
    double mean = *kept ? sum / *kept : median;
    for (unsigned i = 0; i < controller->pairs; i++)
        if (fabs(controller->differences[i] - median) <= most)
            *squares += pow(controller->differences[i] - mean, 2);
    return mean;
}

/* A probe's end teaches what pairs vary by. */
static void learn_noise(struct knee_controller *controller, unsigned kept, double squares)
{
    if (kept < 2)
        return;
    double degrees = kept - 1.;
    controller->variance =
        (controller->variance * controller->weight + squares) / (controller->weight + degrees);
    controller->weight = fmin(controller->weight + degrees, WEIGHT_MAX);
}

enum verdict { OPEN, MOVE, STAY, GIVE_UP };

static enum verdict judge_one(const struct knee_controller *controller)
{
    double full = log((double)controller->probed / controller->level);
    double seen = controller->differences[0];
    double share = controller->direction > 0 && !controller->suggested ? CLEAR_SHARE : 0.;
    double clear = fmax(CLEAR_GAIN, share * full);
    if (seen > clear && seen > CLEAR_SDS * pair_sd(controller))
        return MOVE;
    return seen < ABORT ? GIVE_UP : OPEN;
}

static enum verdict judge(const struct knee_controller *controller, double mean, unsigned kept,
                          double squares)
{
    double target = ELASTICITY * log((double)controller->probed / controller->level);
    if (controller->pairs < PAIRS_MIN)
        return judge_one(controller);
    double degrees = fmax(kept, 1.) - 1.;
    double variance =
        (controller->variance * controller->weight + squares) / (controller->weight + degrees);
    double half = HALF_WIDTH * fmax(SD_MIN, sqrt(variance)) / sqrt(fmax(kept, 1.));
    if (mean - half > target)
        return MOVE;
    if (mean + half < target)
        return STAY;
    if (controller->pairs < KNEE_CONTROLLER_PAIRS)
        return OPEN;
    return mean > target ? MOVE : STAY;
}

/* After a leap that paid far less than its length the best may lie between. */
static void look_between(struct knee_controller *controller, uint32_t from)
{
    controller->direction = -1;
    controller->tried[0] = false;
    controller->tried[1] = true;
    controller->stride = fmin(STRIDE_MAX, sqrt((double)controller->level / from));
    go_on(controller);
}

static void move(struct knee_controller *controller, double mean, double last)
{
    uint32_t from = controller->level;
    bool clearly = controller->pairs < PAIRS_MIN && !controller->suggested;
    double leap = controller->suggested ? log((double)controller->probed / from) : 0.;
    bool leapt = leap > 0. && mean < CLEAR_SHARE * leap;
    bool between = controller->leapt && controller->direction < 0;
    if (leapt || controller->probed >= controller->suggested)
        controller->suggested = 0;
    if (mean > FAR && controller->direction > 0 && !controller->held_once)
        controller->floor = from;
    if (mean > FAR && between)
        controller->ceiling = from;
    else if (controller->halved > controller->probed && mean - controller->halved_gain > FAR)
        controller->ceiling = controller->halved;
    controller->halved = 0;
    controller->leapt = leapt;
    controller->level = controller->probed;
    controller->lost[0] = controller->lost[1] = 0;
    controller->last = last;
    controller->moves++;
    controller->hold = HOLD_FIRST;
    if (leapt) {
        look_between(controller, from);
        return;
    }
    double growth = clearly ? 2. : STRIDE_GROWTH, most = clearly ? STRIDE_MAX : STRIDE_FIRST;
    controller->stride = fmin(fmax(most, controller->stride), growth * controller->stride);
    controller->tried[0] = controller->tried[1] = false;
    /* Where it comes from has just lost. */
    controller->tried[controller->direction < 0] = true;
    go_on(controller);
}

static void stay(struct knee_controller *controller, double mean)
{
    if (controller->direction > 0 && mean < -FAR &&
        (!controller->ceiling || controller->probed < controller->ceiling))
        controller->ceiling = controller->probed;
    controller->tried[controller->direction > 0] = true;
    controller->lost[controller->direction > 0] = controller->probed;
    go_on(controller);
}

/* A leap to a level that is about as fast as the one in use has gone over the best, if anything is
 * better at all: the middle is tried instead. */
static void halve_leap(struct knee_controller *controller)
{
    double middle = round(sqrt((double)controller->level * controller->probed));
    if (!controller->suggested || controller->pairs > 1 ||
        controller->probed <= STRIDE_FIRST * controller->level)
        return;
    controller->halved = controller->probed;
    controller->halved_gain = controller->differences[0];
    controller->suggested = clamp(controller, middle);
    controller->probed = controller->suggested;
    controller->at_probed = true;
    controller->pairs = 0;
}

/* A pair is complete; `last` is its window at the probed level. */
static bool end_pair(struct knee_controller *controller, double at_probed,
                     struct knee_run_decision *decision)
{
    unsigned kept;
    double squares, mean = screened_mean(controller, &kept, &squares);
    enum verdict verdict = judge(controller, mean, kept, squares);
    if (verdict == OPEN) {
        halve_leap(controller);
        return false;
    }
    *decision = (struct knee_run_decision){.from = controller->level,
                                           .to = controller->probed,
                                           .gain_ratio = expm1(mean),
                                           .pairs = controller->pairs};
    learn_noise(controller, kept, squares);
    if (verdict == MOVE) {
        decision->reason = KNEE_RUN_KEPT;
        move(controller, mean, at_probed);
        return true;
    }
    controller->suggested = 0;
    decision->reason = verdict == GIVE_UP ? KNEE_RUN_ABORTED : KNEE_RUN_REJECTED;
    decision->from = controller->probed;
    decision->to = controller->level;
    stay(controller, mean);
    /* It may have been the work that changed: first a window at n, to compare with the last one. */
    if (verdict == GIVE_UP && controller->probed)
        controller->at_probed = false;
    return true;
}

static bool changed(struct knee_controller *controller, double y,
                    struct knee_run_decision *decision)
{
    *decision = (struct knee_run_decision){.reason = KNEE_RUN_CHANGED,
                                           .from = controller->level,
                                           .to = controller->level,
                                           .gain_ratio = expm1(y - controller->before)};
    controller->ceiling = controller->floor = 0;
    controller->hold = HOLD_FIRST;
    controller->last = y;
    controller->doubted = false;
    start_again(controller, STRIDE_FIRST);
    return true;
}

enum surprise { NONE, UNSURE, CHANGED };

/* A window at n in a probe that differs from the one before: a stall, or other work from here on?
 * The next window tells. */
static enum surprise look_for_change(struct knee_controller *controller, double y)
{
    double most = fmax(SURPRISE, SURPRISE_SDS * pair_sd(controller) / sqrt(2.));
    if (controller->doubted) {
        controller->doubted = false;
        if (fabs(y - controller->last) <= most && fabs(y - controller->before) > most)
            return CHANGED;
        controller->last = y;
        return NONE;
    }
    if (isnan(controller->last) || fabs(y - controller->last) <= most) {
        controller->last = y;
        return NONE;
    }
    controller->before = controller->last;
    controller->last = y;
    controller->doubted = true;
    controller->pairs = 0;
    controller->first = NAN;
    controller->at_probed = false;
    return UNSURE;
}

/* The windows of a probe: B, then BA, AB, BA, ...; a window at n came before. */
static bool add_to_probe(struct knee_controller *controller, double y,
                         struct knee_run_decision *decision)
{
    if (!controller->at_probed) {
        enum surprise surprise = look_for_change(controller, y);
        if (surprise == CHANGED)
            return changed(controller, y, decision);
        if (surprise == UNSURE)
            return false;
    }
    if (controller->pairs == 0) {
        if (!controller->at_probed) {
            controller->at_probed = true;
            return false;
        }
        controller->differences[controller->pairs++] = y - controller->last;
        return end_pair(controller, y, decision); /* the next pair begins with b, too */
    }
    if (isnan(controller->first)) {
        controller->first = y;
        controller->at_probed = !controller->at_probed;
        return false;
    }
    double at_probed = controller->at_probed ? y : controller->first;
    double at_level = controller->at_probed ? controller->first : y;
    controller->first = NAN;
    controller->differences[controller->pairs++] = at_probed - at_level;
    return end_pair(controller, at_probed,
                    decision); /* the next pair begins with the level that ended this one */
}

static bool has_changed(struct knee_controller *controller, double y)
{
    controller->recent[controller->held % KNEE_CONTROLLER_RECENT] = y;
    controller->held++;
    if (controller->held < KNEE_CONTROLLER_RECENT)
        return false;
    double sorted[KNEE_CONTROLLER_RECENT];
    memcpy(sorted, controller->recent, sizeof sorted);
    double median = knee_stats_median(sorted, KNEE_CONTROLLER_RECENT);
    if (isnan(controller->baseline))
        controller->baseline = median;
    double most = fmax(CHANGE, CHANGE_SDS * pair_sd(controller) / sqrt(2.));
    if (fabs(median - controller->baseline) > most)
        return true;
    controller->baseline += BASELINE_SHARE * (median - controller->baseline);
    return false;
}

static bool add_to_hold(struct knee_controller *controller, double y,
                        struct knee_run_decision *decision)
{
    double before = controller->baseline;
    controller->last = y;
    if (has_changed(controller, y)) {
        controller->before = before;
        return changed(controller, y, decision);
    }
    bool unknown = controller->moves == 0 && controller->stride > STRIDE_AGAIN;
    if (!unknown && controller->held < controller->hold)
        return false;
    if (!unknown) {
        controller->hold = controller->hold * 2 < HOLD_MAX ? controller->hold * 2 : HOLD_MAX;
        controller->ceiling = controller->floor = controller->spared = 0;
        controller->held_once = true;
    }
    start_again(controller, unknown ? STRIDE_FIRST : STRIDE_AGAIN);
    return false;
}

bool knee_controller_is_hopeless(const struct knee_controller *controller, double work,
                                 double length_s, double least)
{
    if (!controller->probed || !controller->at_probed || isnan(controller->last))
        return false;
    double expected = length_s * exp(controller->last);
    return expected >= least && work < HOPELESS * expected;
}

bool knee_controller_add(struct knee_controller *controller, double throughput_per_s,
                         struct knee_run_decision *decision)
{
    struct knee_run_decision made = {0};
    double y = log(fmax(throughput_per_s, THROUGHPUT_MIN));
    bool decided =
        controller->probed ? add_to_probe(controller, y, &made) : add_to_hold(controller, y, &made);
    if (!decided)
        return false;
    made.throughput_per_s = throughput_per_s;
    *decision = made;
    return true;
}
