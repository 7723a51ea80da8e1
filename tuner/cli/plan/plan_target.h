/* SPDX-License-Identifier: MIT */
/* The machine that `knee plan` plans for, from its options. */
#ifndef KNEE_TUNER_CLI_PLAN_PLAN_TARGET_H
#define KNEE_TUNER_CLI_PLAN_PLAN_TARGET_H

#include "core/base/err.h"
#include "reports/forecast/forecast_page.h"
#include "tuner/forecast/forecast.h"
#include "tuner/options/host_options.h"
#include "tuner/options/measuring_options.h"
#include "tuner/options/output_options.h"
#include "tuner/options/plan_options.h"

struct knee_plan_command {
    struct knee_host_options host;
    struct knee_plan_options plan;
    struct knee_measuring_options measuring;
    struct knee_output_options output;
};

/* The CPUs that the workload was measured on. NULL: all that the host allowed. */
struct knee_network_cpus knee_plan_cpus_here(const struct knee_result *result,
                                             const struct knee_workload_result *workload);

/* Fills `target`, and both machines' descriptions of `page`. A topology is read, never bound to. */
int knee_plan_target(struct knee_forecast_target *target, struct knee_forecast_page *page,
                     const struct knee_plan_command *options, const struct knee_result *result,
                     struct knee_err *err);

#endif
