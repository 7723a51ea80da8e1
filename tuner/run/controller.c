/* SPDX-License-Identifier: MIT */
#include "tuner/run/controller.h"

#include "tuner/run/controller_private.h"

#include <math.h>

#define SD_FIRST .03 /* of a pair, before any was seen */
#define WEIGHT_FIRST 3.
#define HOPELESS .6          /* as fast, even when what runs is counted whole */
#define THROUGHPUT_MIN 1e-12 /* a window without a success */

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
    controller->level = knee_controller_clamp(controller, params->start);
}

void knee_controller_suggest(struct knee_controller *controller, uint32_t level)
{
    controller->suggested = knee_controller_clamp(controller, level);
}

void knee_controller_spare(struct knee_controller *controller, uint32_t level)
{
    controller->spared = level;
    if (controller->probed && controller->probed < level)
        knee_controller_start_hold(controller);
}

uint32_t knee_controller_next(const struct knee_controller *controller)
{
    return controller->at_probed ? controller->probed : controller->level;
}

void knee_controller_set(struct knee_controller *controller, uint32_t level)
{
    controller->level = knee_controller_clamp(controller, level);
    controller->ceiling = controller->floor = 0;
    controller->leapt = false;
    controller->halved = 0;
    controller->hold = HOLD_FIRST;
    controller->stride = STRIDE_FIRST;
    controller->tried[0] = controller->tried[1] = false;
    controller->lost[0] = controller->lost[1] = 0;
    controller->last = NAN;
    knee_controller_start_hold(controller);
}

void knee_controller_look_again(struct knee_controller *controller, uint32_t level)
{
    knee_controller_set(controller, level);
    controller->doubted = false;
    knee_controller_start_again(controller, STRIDE_FIRST);
}

void knee_controller_bound(struct knee_controller *controller, uint32_t min_level,
                           uint32_t max_level)
{
    controller->params.min_level = min_level;
    controller->params.max_level = max_level;
    if (knee_controller_clamp(controller, controller->level) != controller->level)
        knee_controller_set(controller, controller->level);
    else if (controller->probed &&
             knee_controller_clamp(controller, controller->probed) != controller->probed)
        knee_controller_start_hold(controller);
}

/* A pair is complete; `last` is its window at the probed level. */
static bool end_pair(struct knee_controller *controller, double at_probed,
                     struct knee_run_decision *decision)
{
    unsigned kept;
    double squares, mean = knee_controller_screened_mean(controller, &kept, &squares);
    enum knee_controller_verdict verdict = knee_controller_judge(controller, mean, kept, squares);
    if (verdict == KNEE_CONTROLLER_OPEN) {
        knee_controller_halve_leap(controller);
        return false;
    }
    *decision = (struct knee_run_decision){.from = controller->level,
                                           .to = controller->probed,
                                           .gain_ratio = expm1(mean),
                                           .pairs = controller->pairs};
    knee_controller_learn_noise(controller, kept, squares);
    if (verdict == KNEE_CONTROLLER_MOVE) {
        decision->reason = KNEE_RUN_KEPT;
        knee_controller_move(controller, mean, at_probed);
        return true;
    }
    controller->suggested = 0;
    decision->reason = verdict == KNEE_CONTROLLER_GIVE_UP ? KNEE_RUN_ABORTED : KNEE_RUN_REJECTED;
    decision->from = controller->probed;
    decision->to = controller->level;
    knee_controller_stay(controller, mean);
    /* It may have been the work that changed: first a window at n, to compare with the last one. */
    if (verdict == KNEE_CONTROLLER_GIVE_UP && controller->probed)
        controller->at_probed = false;
    return true;
}

/* The windows of a probe: B, then BA, AB, BA, ...; a window at n came before. */
static bool add_to_probe(struct knee_controller *controller, double y,
                         struct knee_run_decision *decision)
{
    if (!controller->at_probed) {
        enum knee_controller_surprise surprise = knee_controller_look_for_change(controller, y);
        if (surprise == KNEE_CONTROLLER_CHANGED)
            return knee_controller_changed(controller, y, decision);
        if (surprise == KNEE_CONTROLLER_UNSURE)
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

bool knee_controller_is_climbing(const struct knee_controller *controller)
{
    return !controller->held_once && (controller->probed || controller->moves == 0);
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
    bool decided = controller->probed ? add_to_probe(controller, y, &made)
                                      : knee_controller_add_to_hold(controller, y, &made);
    if (!decided)
        return false;
    made.throughput_per_s = throughput_per_s;
    *decision = made;
    return true;
}
