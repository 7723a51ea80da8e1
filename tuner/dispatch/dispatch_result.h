/* SPDX-License-Identifier: MIT */
/* The result of a run that has ended. */
#ifndef KNEE_TUNER_DISPATCH_DISPATCH_RESULT_H
#define KNEE_TUNER_DISPATCH_DISPATCH_RESULT_H

#include "tuner/dispatch/dispatch_state.h"

/* The result takes over the decisions and the levels. */
void knee_dispatch_result(struct knee_dispatch *run, struct knee_run_result *result);

#endif
