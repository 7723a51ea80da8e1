/* SPDX-License-Identifier: MIT */
/* The sweep for day one: what to measure on the machine that was planned for. */
#ifndef KNEE_TUNER_CLI_PLAN_PLAN_NEXT_H
#define KNEE_TUNER_CLI_PLAN_PLAN_NEXT_H

#include "reports/forecast/forecast_page.h"
#include "tuner/store/sweep_plan.h"

/* Fills the command and its time from the work's forecast; if that was refused because too few
 * levels were measured, the sweep to run here. */
void knee_plan_next(struct knee_forecast_page_work *work, const struct knee_sweep_plan *plan);

#endif
