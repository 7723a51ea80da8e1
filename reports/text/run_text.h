/* SPDX-License-Identifier: MIT */
/* A run in words: a line of progress, and the summary at its end. Each line begins with "knee: ",
 * as they go to standard error, beside what the items print. Pure. */
#ifndef KNEE_REPORTS_TEXT_RUN_TEXT_H
#define KNEE_REPORTS_TEXT_RUN_TEXT_H

#include "core/text/builder.h"
#include "tuner/run/run_live.h"
#include "tuner/run/run_result.h"

/* "120 of 500 done, 1 failed; 40.4 items/s at limit 8; 9 s left (8 to 11 s)", with its line feed.
 */
void knee_run_text_progress(struct knee_builder *text, const struct knee_run_live *live);

/* The items done and failed, and why, the limits that were found, the hungriest items. */
void knee_run_text_summary(struct knee_builder *text, const struct knee_run_result *result);

/* "32 -> 45: +12 %, kept", without a line feed. */
void knee_run_text_decision(struct knee_builder *text, const struct knee_run_decision *decision);

#endif
