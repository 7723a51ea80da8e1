/* SPDX-License-Identifier: MIT */
/* This host as a fleet sees it. */
#ifndef KNEE_TUNER_SWEEP_FLEET_SELF_H
#define KNEE_TUNER_SWEEP_FLEET_SELF_H

#include "tuner/sweep/fleet.h"

/* Fills all but status and error, which become 0 and "". */
void knee_fleet_self(struct knee_fleet_host *host, const struct knee_sweep *sweep);

#endif
