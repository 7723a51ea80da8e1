/* SPDX-License-Identifier: MIT */
#include "tuner/simulate/simulate_run.h"

#include "core/base/clock.h"
#include "core/base/random.h"
#include "tuner/run/controller.h"

#include <math.h>

#define STREAM                                                                                     \
    0x72756e /* of the items' lengths: the machine's noise stays the same without them             \
              */
#define ITEMS_MIN 8.

static uint32_t within(const struct knee_curve *curve, uint32_t level)
{
    return level < curve->level_max ? level : curve->level_max;
}

/* What the chance of the items' lengths makes of a window's throughput. */
static double item_factor(struct knee_random *random, double item_cv, double items)
{
    if (item_cv <= 0.)
        return 1.;
    return knee_random_lognormal(random, 1., item_cv / sqrt(fmax(items, ITEMS_MIN)));
}

int knee_simulate_run_trial(struct knee_simulate_run_trial *trial,
                            const struct knee_simulate_run_params *params, uint64_t seed,
                            struct knee_err *err)
{
    struct knee_simulate machine =
        knee_simulate_make(params->curve, &params->noise, &params->trouble, seed);
    struct knee_search_source source = knee_simulate_source(&machine);
    struct knee_random random = knee_random_seed(seed, STREAM);
    const struct knee_curve *change = params->change ? params->change : params->curve;
    uint32_t level_max =
        change->level_max > params->curve->level_max ? change->level_max : params->curve->level_max;
    struct knee_controller controller;
    knee_controller_init(&controller, &(struct knee_controller_params){.start = params->start,
                                                                       .min_level = 1,
                                                                       .max_level = level_max});
    double loss = 0.;
    for (uint32_t i = 0; i < params->windows; i++) {
        machine.curve = i >= params->change_ratio * params->windows ? change : params->curve;
        uint32_t level = within(machine.curve, knee_controller_next(&controller));
        struct knee_run_decision decision;
        struct knee_window window;
        if (source.measure(source.context, 0, level, &window, err))
            return -1;
        const double *truth = machine.curve->throughput_per_s;
        loss += 1. - truth[level] / truth[knee_curve_peak(machine.curve)];
        knee_controller_add(&controller,
                            window.throughput_per_s *
                                item_factor(&random, params->item_cv, window.items),
                            &decision);
    }
    *trial = (struct knee_simulate_run_trial){.loss_ratio = loss / params->windows,
                                              .limit_last = controller.level,
                                              .moves = controller.moves};
    return 0;
}
