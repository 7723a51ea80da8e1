/* SPDX-License-Identifier: MIT */
/* What a forecast cannot know, and how far each would move the answer: the middle network is solved
 * again with the doubt at its worst and at its best. Pure. */
#ifndef KNEE_TUNER_FORECAST_DOUBTS_H
#define KNEE_TUNER_FORECAST_DOUBTS_H

#include "core/base/err.h"
#include "tuner/forecast/forecast.h"
#include "tuner/forecast/predict.h"

#include <stddef.h>

int knee_doubts_find(struct knee_forecast *forecast, const struct knee_forecast_source *sources,
                     size_t sources_count, const struct knee_predict_inputs *inputs,
                     struct knee_err *err);

#endif
