/* SPDX-License-Identifier: MIT */
/* The scalability models in words; like reports/words/explain.h, into KNEE_EXPLAIN_BYTES. Pure. */
#ifndef KNEE_REPORTS_WORDS_EXPLAIN_MODEL_H
#define KNEE_REPORTS_WORDS_EXPLAIN_MODEL_H

#include "reports/words/explain.h"
#include "tuner/fit/models.h"
#include "tuner/result/result.h"

/* "contention 2.1 %, coherency 0.04 %: peak at 35, 12,342 items/s", or why there is no model;
 * "": none was asked for. */
const char *knee_explain_models(const struct knee_models *models, char *text);

/* "rule of thumb 4, model's peak 22, measured knee 13 and peak 20". */
const char *knee_explain_three(const struct knee_workload_result *workload, char *text);

#endif
