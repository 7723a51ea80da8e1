/* SPDX-License-Identifier: MIT */
/* A run's result.json, which knee limit --from and knee recommend read too, and its levels.csv. */
#ifndef KNEE_REPORTS_JSON_RUN_JSON_H
#define KNEE_REPORTS_JSON_RUN_JSON_H

#include "core/base/err.h"
#include "tuner/run/run_result.h"
#include "tuner/store/run_plan.h"
#include "tuner/store/run_record.h"

#include <stdio.h>

int knee_run_json(const struct knee_run_result *result, const struct knee_run_plan *plan, FILE *out,
                  struct knee_err *err);

/* levels.csv again, with what the journal says of the items under each limit. */
int knee_run_json_levels(const struct knee_run_record *record, const char *dir,
                         struct knee_err *err);

/* levels.csv and result.json into DIR. */
int knee_run_json_write(const struct knee_run_result *result, const struct knee_run_plan *plan,
                        const char *dir, struct knee_err *err);

#endif
