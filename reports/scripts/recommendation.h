/* SPDX-License-Identifier: MIT */
/* Limits for scripts. recommendation.env holds nothing but KEY=VALUE without quotes, so that a
 * shell, Docker and CI systems read it alike:
 *     KNEE_CPU_LIMIT=2
 *     KNEE_CPU_VERDICT=resolved
 *     KNEE_CPU_SOURCE=measured     or `rule`, if it is the rule of thumb
 * if the goal is not the default, also
 *     KNEE_CPU_OBJECTIVE=power
 *     KNEE_CPU_SLO=p99=50ms,errors=1%
 *     KNEE_CPU_SLO_MET=yes         or `no`; missing if nothing could be measured
 * and, with one workload, KNEE_LIMIT=2 first. A name becomes [A-Z0-9_]; a second workload whose
 * name becomes the same gets `_2` after it. Errors stay in `out`. */
#ifndef KNEE_REPORTS_SCRIPTS_RECOMMENDATION_H
#define KNEE_REPORTS_SCRIPTS_RECOMMENDATION_H

#include "tuner/result/result.h"

#include <stdio.h>

void knee_recommendation_env(const struct knee_result *result, FILE *out);

/* One integer and a line feed, for `parallel -j results/latest/cpu.limit`. */
void knee_recommendation_limit(const struct knee_workload_result *workload, FILE *out);

#endif
