/* SPDX-License-Identifier: MIT */
/* Private to tuner/run/controller*.c. Each file has one part of the climb: path (the next level),
 * judge (the verdict of the pairs), move (the step after a verdict), change (has the work
 * changed?). controller.c takes the windows and puts the parts together. */
#ifndef KNEE_TUNER_RUN_CONTROLLER_PRIVATE_H
#define KNEE_TUNER_RUN_CONTROLLER_PRIVATE_H

#include "tuner/run/controller.h"

/* Tuned on the families of tests/support/curves.h, the tests' seeds among them. */
#define STRIDE_FIRST 2.
#define CLEAR_SHARE .5 /* of linear speedup: what shows more in one window is clear */
#define PAIRS_MIN 2    /* unless one window is clear */
#define HOLD_FIRST 20

/* ---- path ---- */
uint32_t knee_controller_clamp(const struct knee_controller *controller, double level);

/* No probe: the level stays for a while. */
void knee_controller_start_hold(struct knee_controller *controller);

/* The next probe, with smaller strides if both directions have failed; else the level is held. */
void knee_controller_go_on(struct knee_controller *controller);

/* Likewise, and what has lost may be tried again. */
void knee_controller_start_again(struct knee_controller *controller, double stride);

/* ---- judge ---- */
enum knee_controller_verdict {
    KNEE_CONTROLLER_OPEN,
    KNEE_CONTROLLER_MOVE,
    KNEE_CONTROLLER_STAY,
    KNEE_CONTROLLER_GIVE_UP
};

/* The standard deviation of a pair's log ratio, as probes have shown so far. */
double knee_controller_pair_sd(const struct knee_controller *controller);

/* Mean of the pairs without those that a stall has hit, and what the kept ones vary by. */
double knee_controller_screened_mean(const struct knee_controller *controller, unsigned *kept,
                                     double *squares);

enum knee_controller_verdict knee_controller_judge(const struct knee_controller *controller,
                                                   double mean, unsigned kept, double squares);

/* A probe's end teaches what pairs vary by. */
void knee_controller_learn_noise(struct knee_controller *controller, unsigned kept, double squares);

/* ---- move ---- */
/* To the level that has won by `mean`; `last` is its last window's log throughput. */
void knee_controller_move(struct knee_controller *controller, double mean, double last);

/* The probed level has lost. */
void knee_controller_stay(struct knee_controller *controller, double mean);

/* A leap to a level that is about as fast as the one in use has gone over the best, if anything is
 * better at all: the middle is tried instead. */
void knee_controller_halve_leap(struct knee_controller *controller);

/* ---- change ---- */
enum knee_controller_surprise {
    KNEE_CONTROLLER_NONE,
    KNEE_CONTROLLER_UNSURE,
    KNEE_CONTROLLER_CHANGED
};

/* A window at n in a probe that differs from the one before: a stall, or other work from here on?
 * The next window tells. */
enum knee_controller_surprise knee_controller_look_for_change(struct knee_controller *controller,
                                                              double y);

/* Other work from here on: forgets what it knew of other levels, and says so. Always true. */
bool knee_controller_changed(struct knee_controller *controller, double y,
                             struct knee_run_decision *decision);

/* A window while the level is held. True if something was decided. */
bool knee_controller_add_to_hold(struct knee_controller *controller, double y,
                                 struct knee_run_decision *decision);

#endif
