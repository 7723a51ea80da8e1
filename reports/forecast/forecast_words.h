/* SPDX-License-Identifier: MIT */
/* A plan's facts as sentences. Each function fills KNEE_FORECAST_WORDS_BYTES at `text` and returns
 * it. Pure. */
#ifndef KNEE_REPORTS_FORECAST_FORECAST_WORDS_H
#define KNEE_REPORTS_FORECAST_FORECAST_WORDS_H

#include "reports/forecast/forecast_page.h"

#include <stdbool.h>

#define KNEE_FORECAST_WORDS_BYTES 512

/* Whole numbers and rates: "12 to 18", "16", "9,300 to 16,100". */
const char *knee_forecast_words_levels(const struct knee_forecast_range *range, char *text);
const char *knee_forecast_words_rates(const struct knee_forecast_range *range, char *text);

/* Why there is no answer, and what to do. */
const char *knee_forecast_words_refusal(const struct knee_forecast_page_work *work, char *text);

/* "the CPUs (98 % of the answers), else what items wait for". */
const char *knee_forecast_words_limits(const struct knee_forecast *forecast, char *text);

/* How throughput and limit follow the cores: "1 core: 2 at 995/s; 2 cores: 2 at 1,956/s; linear, 98
 * % of a core each". "" if one count alone was measured. */
const char *knee_forecast_words_scaling(const struct knee_forecast_page_work *work, char *text);

/* What cannot be known, without how far it moves the answer. */
const char *knee_forecast_words_doubt(const struct knee_forecast_unknown *unknown, char *text);
/* "16 at 5,100/s to 64 at 12,000/s". */
const char *knee_forecast_words_moves(const struct knee_forecast_unknown *unknown, char *text);

/* "5,000/s takes 11 to 14 cores of this kind, and 40 to 52 at once", or why it can't be had. */
const char *knee_forecast_words_needs(const struct knee_forecast *forecast, double wanted_per_s,
                                      char *text);

/* Does the range hold the knee that was measured there, or any level that may as well be it? */
bool knee_forecast_words_knee_holds(const struct knee_forecast_page_work *work);

/* Likewise the throughput measured at it, or any within its confidence interval. */
bool knee_forecast_words_throughput_holds(const struct knee_forecast_page_work *work);

/* How well the plan did: "measured there: 16 at 15,800/s, both inside". "" without --measured. */
const char *knee_forecast_words_check(const struct knee_forecast_page_work *work, char *text);

/* Words of caution about the fit and the measurement; "" if there are none. */
const char *knee_forecast_words_caution(const struct knee_forecast *forecast, char *text);

#endif
