/* SPDX-License-Identifier: MIT */
/* Hysteresis: a level that is slower for a while after a higher one, whose queues, caches or clock
 * frequency linger. Low levels nearly always follow higher ones, and high levels never do, so that
 * the knee would seem higher than it is. Whether a window follows a higher level is therefore a
 * third effect beside level and block, if the windows clearly show one. Pure. */
#ifndef KNEE_TUNER_FIT_ORDER_H
#define KNEE_TUNER_FIT_ORDER_H

#include "tuner/fit/blockfit.h"

/* Solves the fit with each row `after_higher` faster by what that seems to cost, which is returned:
 * log units; 0 if it is not clear that it costs anything. The rows' y are changed by it. */
double knee_order_solve(struct knee_blockfit *fit);

#endif
